//! The tables of a rule file: the built-in ones of each market, and a user's own in their place.

use super::fees::{Commission, Levy};
use super::limit::{DelistingPeriod, FirstDays, ReformDays, Rounding, Tolerance};
use super::line::Line;
use super::market::Market;
use super::{file, file::RuleFileError};
use std::sync::LazyLock;

/// The tables of one rule file. A table that is not in the file is `None`: the market's own stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleTables {
    pub(crate) smallest_money: Option<f64>,
    pub(crate) price_limit: Option<Vec<Line<i64>>>,
    pub(crate) special_treatment_limit: Option<Vec<Line<i64>>>,
    pub(crate) unreformed_limit: Option<Vec<Line<i64>>>,
    pub(crate) delisting_period: Option<Vec<Line<DelistingPeriod>>>,
    pub(crate) first_days: Option<Vec<Line<FirstDays>>>,
    pub(crate) reform_days: Option<Vec<Line<ReformDays>>>,
    pub(crate) reference_tolerance: Option<Vec<Line<Tolerance>>>,
    pub(crate) limit_rounding: Option<Vec<Line<Rounding>>>,
    pub(crate) tick: Option<Vec<Line<TickStep>>>,
    pub(crate) lot: Option<Vec<Line<LotRow>>>,
    /// Value: trading days until shares bought may be sold, 0 or 1.
    pub(crate) settlement: Option<Vec<Line<i64>>>,
    pub(crate) commission: Option<Vec<Line<Commission>>>,
    pub(crate) stamp_duty: Option<Vec<Line<Levy>>>,
    pub(crate) transfer_fee: Option<Vec<Line<Levy>>>,
    pub(crate) section_31: Option<Vec<Line<Levy>>>,
    pub(crate) trading_activity: Option<Vec<Line<Levy>>>,
    pub(crate) short_selling: Option<Vec<Line<ShortSelling>>>,
}

/// The step of prices, in whole steps per currency unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TickStep {
    pub per_unit: f64,
    /// Only for prices below this.
    pub below: Option<f64>,
}

/// Quantities of an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LotRow {
    pub minimum: u32,
    pub step: u32,
    pub largest: Option<f64>,
}

/// Whether and at what yearly cost shares can be borrowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ShortSelling {
    pub allowed: bool,
    pub borrow_rate: f64,
}

const ASHARE: &str = include_str!("../../rules/ashare.toml");
const US: &str = include_str!("../../rules/us.toml");

impl RuleTables {
    /// Reads a rule file; `name` is what errors call it. docs/rules.md describes the form, which is that of the built-in
    /// files.
    ///
    /// # Errors
    /// [`RuleFileError`] names line, key, what was expected and what was found.
    pub fn parse(text: &str, name: &str) -> Result<RuleTables, RuleFileError> {
        file::parse(text, name)
    }

    /// Text of the built-in file of `market`, to check against the notices or to start an own file from; empty for
    /// [`Market::None`].
    pub fn built_in_text(market: Market) -> &'static str {
        match market {
            Market::Ashare => ASHARE,
            Market::Us => US,
            Market::None => "",
        }
    }

    /// The built-in tables of `market`.
    #[expect(clippy::expect_used, reason = "the files are part of the program, and a test parses them")]
    pub(crate) fn built_in(market: Market) -> &'static RuleTables {
        static ASHARE_TABLES: LazyLock<RuleTables> =
            LazyLock::new(|| RuleTables::parse(ASHARE, "ashare.toml").expect("the built-in file is right"));
        static US_TABLES: LazyLock<RuleTables> =
            LazyLock::new(|| RuleTables::parse(US, "us.toml").expect("the built-in file is right"));
        static NO_TABLES: LazyLock<RuleTables> = LazyLock::new(RuleTables::default);
        match market {
            Market::Ashare => &ASHARE_TABLES,
            Market::Us => &US_TABLES,
            Market::None => &NO_TABLES,
        }
    }
}

/// A table of the user's file, else the market's own, else no line.
macro_rules! table {
    ($own:expr, $market:expr, $name:ident) => {
        $own.and_then(|own| own.$name.as_deref()).or($market.$name.as_deref()).unwrap_or_default()
    };
}
pub(crate) use table;

#[cfg(test)]
mod tests;
