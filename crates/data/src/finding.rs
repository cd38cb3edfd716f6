//! What an audit has to say about stored or imported bars: one shape for every oddity.

use serde::{Deserialize, Serialize};
use tidegate_market::TradeDate;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; results are not affected.
    Note,
    /// Results may be affected.
    Warning,
    /// The row, file or series is wrong.
    Error,
}

/// One oddity. Nothing is repaired silently: `action` says what Tidegate does about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// How bad.
    pub severity: Severity,
    /// Whose bars; empty where the finding is about a whole file.
    pub symbol: String,
    /// Physical line of the file, where there is one.
    pub line: Option<u64>,
    /// First date concerned.
    pub date: Option<TradeDate>,
    /// How many bars or lines it stands for.
    pub count: usize,
    /// What was expected and found, in one sentence with its figures.
    pub message: String,
    /// What Tidegate does about it, or what the reader should do.
    pub action: String,
}

/// Kinds of findings. The names are public: programs read them from `--json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The same date twice with the same numbers.
    IdenticalDuplicate,
    /// The same date twice with other numbers.
    ConflictingDuplicate,
    /// Rows are neither ascending nor descending.
    Unsorted,
    /// A bar on a Saturday or Sunday.
    Weekend,
    /// A bar on a day when the exchange was closed.
    OffCalendar,
    /// Trading days without a bar and without a suspension.
    MissingDays,
    /// A price beyond the limit of its board and date.
    OutsideLimit,
    /// A jump that looks like a split which was not adjusted.
    UnadjustedSplit,
    /// Close, pre_close and factor do not tell the same story.
    FactorMismatch,
    /// A price of zero or below or none, an open or close outside lowest to highest, a negative volume.
    BadPrice,
    /// The same bar again and again.
    RepeatedBar,
    /// A server's error message among the rows.
    ErrorBody,
    /// The series ends long before its market does.
    StaleTail,
    /// A row that cannot be read as a bar.
    BadRow,
    /// As many rows as the source hands out at most.
    RowLimit,
    /// Prices finer than the market's tick.
    OffTheTick,
    /// There is nothing to adjust prices by.
    NoAdjustment,
    /// A second header line, an index column or the like was passed over.
    Layout,
    /// What was received differs from what is stored.
    Difference,
    /// Prices are adjusted for dividends already: they are no quoted prices.
    AlreadyAdjusted,
    /// Trading days without a bar because the exchange suspended the symbol; of a file, rows that became suspensions.
    Suspended,
}

impl Finding {
    /// Whether only the arrival shows it (a line of a file, or an answer as it was received): an audit of stored bars can
    /// neither find it again nor say that it is gone.
    pub fn is_of_arrival(&self) -> bool {
        let of_arrival = matches!(
            self.kind,
            FindingKind::IdenticalDuplicate
                | FindingKind::ConflictingDuplicate
                | FindingKind::Unsorted
                | FindingKind::ErrorBody
                | FindingKind::BadRow
                | FindingKind::RowLimit
                | FindingKind::Layout
                | FindingKind::Difference
                | FindingKind::AlreadyAdjusted
        );
        of_arrival || self.line.is_some()
    }
}
