//! Rules that changed over the years: rows, each in force from its date until the next one's. Every row carries the
//! grade of its evidence, so that a weak one can be found and corrected in its one place.

use super::{DatedRule, RuleFact};
use crate::date::TradeDate;
use serde::{Deserialize, Serialize};

/// How well a rule is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grade {
    /// Text of an exchange, regulator, tax office or clearing house.
    A,
    /// Tested on daily bars.
    T,
    /// Two or more independent secondary sources.
    B,
    /// One weak source or general knowledge.
    C,
}

impl std::fmt::Display for Grade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Grade::A => "A",
            Grade::T => "T",
            Grade::B => "B",
            Grade::C => "C",
        })
    }
}

/// One row: `value` holds from `from` on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dated<V> {
    pub from: TradeDate,
    pub value: V,
    /// The better one where two kinds of evidence agree.
    pub grade: Grade,
}

/// From when something holds that always did.
pub(crate) const ALWAYS: TradeDate = TradeDate::literal(1900, 1, 1);

/// The row in force on `day`; `None` before the first. `rows` ascend.
pub(crate) fn in_force<V>(rows: &[Dated<V>], day: TradeDate) -> Option<&Dated<V>> {
    // Most questions are about the last row, or about a table of one.
    match rows.last() {
        Some(last) if last.from <= day => Some(last),
        _ => rows.get(rows.partition_point(|row| row.from <= day).checked_sub(1)?),
    }
}

/// The row in force on `day` as a fact for the report.
pub(crate) fn fact<V>(rows: &[Dated<V>], day: TradeDate, rule: impl Fn(&V) -> DatedRule) -> Option<RuleFact> {
    in_force(rows, day).map(|row| RuleFact { rule: rule(&row.value), from: row.from, grade: row.grade })
}

/// The newest value, for what a rule book says without a date.
pub(crate) fn newest<V: Copy>(rows: &[Dated<V>]) -> Option<V> {
    rows.last().map(|row| row.value)
}
