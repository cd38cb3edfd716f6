//! What a put came to: what was added, what was there already, and what differs.

use serde::Serialize;
use tidegate_market::TradeDate;

/// Outcome of a put, in rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Merged {
    /// Rows that were not stored before.
    pub added: usize,
    /// Rows that were stored already, with nothing new.
    pub same: usize,
    /// Stored rows that had empty cells which are filled now.
    pub filled: usize,
    /// Stored rows that were replaced, because the caller accepted it or newer information always wins there.
    pub replaced: usize,
    /// Every cell in which the new numbers disagree with the stored ones; those of `replaced` rows included.
    pub differences: Vec<Difference>,
}

impl Merged {
    /// Adds another outcome to this one.
    pub fn extend(&mut self, other: Merged) {
        self.added += other.added;
        self.same += other.same;
        self.filled += other.filled;
        self.replaced += other.replaced;
        self.differences.extend(other.differences);
    }

    /// Whether a series met one of another kind (raw and adjusted prices, factors of another making), which was left as
    /// it was or, if accepted, replaced as a whole.
    pub fn met_another_kind(&self) -> bool {
        self.differences.iter().any(|difference| difference.date.is_none() && difference.column == "kind")
    }

    /// Whether the put changed what is stored.
    pub fn changed(&self) -> bool {
        self.added + self.filled + self.replaced > 0
    }
}

/// A cell in which what arrived disagrees with what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Whose.
    pub symbol: String,
    /// Which table: `bars`, `factors`, `limits`, `actions`, `names`, `listing`, `calendar`.
    pub table: &'static str,
    /// The row's date; `None` where the difference is about the whole series.
    pub date: Option<TradeDate>,
    /// The column.
    pub column: &'static str,
    /// What was stored.
    pub stored: String,
    /// What arrived.
    pub received: String,
}
