//! What a put came to: what was added, what was there already, and what differs.

use serde::Serialize;
use tidegate_market::TradeDate;

/// Columns of a difference between whole series: of what kind the numbers are, and their median ratio.
pub(super) const KIND: &str = "kind";
pub(super) const SCALE: &str = "scale";

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
    /// Series of which nothing was taken, because what arrived is of another kind or scale: each has a difference without
    /// a date.
    pub refused: usize,
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
        self.refused += other.refused;
        self.differences.extend(other.differences);
    }

    /// Why the first series was refused, in words for the user.
    pub fn refusal(&self) -> Option<String> {
        let whole = |difference: &&Difference| matches!(difference.column, KIND | SCALE);
        let Difference { symbol, table, column, stored, received, .. } =
            self.differences.iter().find(whole).filter(|_| self.refused > 0)?;
        let what = if *table == "bars" { "prices" } else { table };
        let more = match self.refused - 1 {
            0 => String::new(),
            more => format!(" (and {more} more like it)"),
        };
        Some(match *column {
            SCALE => format!(
                "expected {what} of {symbol} on the scale of those in the store, found {received} times these on most \
                 common days{more}: a split lies between them, or one of the two was adjusted"
            ),
            _ => format!(
                "expected {stored} {what} of {symbol} as they are in the store, found {received} ones{more}"
            ),
        })
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
