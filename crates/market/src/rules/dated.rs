//! Rules that changed over the years: a table of rows, each in force from its date until the next one's. Every row
//! carries the grade of its evidence, so that a weak one can be found and corrected in its one place.

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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dated<V: 'static> {
    pub from: TradeDate,
    pub value: V,
    /// The better one where two kinds of evidence agree.
    pub grade: Grade,
}

/// A table's row, written on one line.
pub(crate) const fn row<V: Copy>(from: (i16, i8, i8), value: V, grade: Grade) -> Dated<V> {
    Dated { from: TradeDate::literal(from.0, from.1, from.2), value, grade }
}

/// The row in force on `day`; `None` before the first.
pub(crate) fn in_force<V>(table: &'static [Dated<V>], day: TradeDate) -> Option<&'static Dated<V>> {
    let rows = table.partition_point(|row| row.from <= day);
    table.get(rows.checked_sub(1)?)
}

/// The row in force on `day` as a fact for the report.
pub(crate) fn fact<V>(
    table: &'static [Dated<V>],
    day: TradeDate,
    rule: impl Fn(&V) -> DatedRule,
) -> Option<RuleFact> {
    in_force(table, day).map(|row| RuleFact { rule: rule(&row.value), from: row.from, grade: row.grade })
}
