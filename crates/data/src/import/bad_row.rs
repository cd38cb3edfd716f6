//! A row of a file that cannot be a bar: where it stands, what was expected there and what was found.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What is wrong with a row. A row is reported once, for the first fault found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadKind {
    /// More or fewer cells than the header has.
    WrongCellCount,
    /// The date cell is no day of the calendar.
    BadDate,
    /// Every price is empty or `null`: the source knows the day but has no bar for it.
    NullRow,
    /// A cell that should be a finite number is not.
    UnparsableCell,
    /// A price of zero or below.
    NonPositivePrice,
    /// A volume or an amount below zero.
    NegativeVolume,
    /// The highest price is below the lowest.
    HighBelowLow,
    /// The opening price is outside lowest to highest.
    OpenOutsideRange,
    /// The closing price is outside lowest to highest.
    CloseOutsideRange,
    /// An earlier line has the same date and the same numbers; that line is the one kept.
    IdenticalDuplicate,
    /// Another line has the same date and other numbers. Nothing says which is right, so neither is kept.
    ConflictingDuplicate,
}

/// One row that is no bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// Physical line in the file, the header being line 1.
    pub line: u64,
    /// Column name as the header spells it; `row` when the row as a whole is at fault.
    pub column: String,
    /// The fault.
    pub kind: BadKind,
    /// What would have been right.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, expected, found, .. } = self;
        write!(f, "line {line}, column {column}: expected {expected}, found {found}")
    }
}
