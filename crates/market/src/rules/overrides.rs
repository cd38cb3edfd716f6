//! What a person may set instead of a market's own values.

use super::{RuleError, RuleTables};
use serde::{Deserialize, Serialize};

/// What the experiment states instead of the market's own values. Rates are fractions of the traded value
/// (0.00025 = 0.025 %).
///
/// | Name | Default | Purpose | Range |
/// |---|---|---|---|
/// | `commission` | A-share 0.00025, else 0 | broker's rate, both sides | 0 to 0.1 |
/// | `min_commission` | A-share 5 CNY (0 where `commission` is stated as 0), else 0 | least commission of an order | 0 and up |
/// | `stamp_duty` | A-share by date, else none | one flat rate, on sells | 0 to 0.1 |
/// | `slippage_bp` | 0 | basis points lost to the price on every fill | 0 to 1,000 |
/// | `slippage_ticks` | 0 | ticks lost to the price on every fill, besides `slippage_bp` | 0 to 1,000 |
/// | `borrow_rate` | 0 | what a short position costs per year, as a fraction of its value | 0 to 10 |
/// | `lot` | by board and market | shares of the smallest order and of every step above it | 1 and up |
/// | `tick` | by market and kind | step of prices, currency; whole ones make 1 | 0.000001 to 1 |
/// | `allow_fraction` | only in `none` and on split-adjusted prices | fractions of shares may be traded | |
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overrides {
    /// Commission rate of both sides.
    pub commission: Option<f64>,
    /// Least commission of an order, currency.
    pub min_commission: Option<f64>,
    /// Stamp duty rate of sells, whatever the date.
    pub stamp_duty: Option<f64>,
    /// Slippage of every fill, basis points of the price.
    pub slippage_bp: f64,
    /// Slippage of every fill, ticks.
    pub slippage_ticks: f64,
    /// Yearly cost of a short position, fraction of its value.
    pub borrow_rate: Option<f64>,
    /// Smallest order and step, shares.
    pub lot: Option<u32>,
    /// Step of prices, currency.
    pub tick: Option<f64>,
    /// Tables of the user's own rule file, each in place of the market's table of that name.
    #[serde(skip)]
    pub tables: Option<RuleTables>,
    /// Whether fractions of shares may be traded.
    pub allow_fraction: Option<bool>,
}

impl Overrides {
    /// Every number is finite and in its range.
    pub(super) fn check(&self) -> Result<(), RuleError> {
        let rate = |key, value: Option<f64>| in_range(key, "a rate from 0 to 0.1", value, 0.1);
        rate("market.commission", self.commission)?;
        rate("market.stamp_duty", self.stamp_duty)?;
        in_range("market.min_commission", "an amount of 0 or more", self.min_commission, f64::MAX)?;
        in_range("market.slippage_bp", "basis points from 0 to 1000", Some(self.slippage_bp), 1000.0)?;
        in_range("market.slippage_ticks", "ticks from 0 to 1000", Some(self.slippage_ticks), 1000.0)?;
        in_range("market.borrow", "a yearly rate from 0 to 10", self.borrow_rate, 10.0)?;
        if let Some(found) = self.lot.filter(|lot| *lot == 0) {
            let expected = "a whole number of shares of at least 1";
            return Err(RuleError::Setting { key: "market.lot", expected, found: f64::from(found) });
        }
        let whole = |tick: f64| {
            let steps = (1.0 / tick).round();
            tick > 0.0 && (1.0..=1e6).contains(&steps) && (steps * tick - 1.0).abs() < 1e-9
        };
        match self.tick {
            Some(found) if !whole(found) => {
                let expected = "a step of which whole ones make 1, such as 0.01 or 0.05";
                Err(RuleError::Setting { key: "market.tick", expected, found })
            }
            _ => Ok(()),
        }
    }
}

fn in_range(
    key: &'static str,
    expected: &'static str,
    value: Option<f64>,
    most: f64,
) -> Result<(), RuleError> {
    match value {
        Some(found) if !(0.0..=most).contains(&found) => Err(RuleError::Setting { key, expected, found }),
        _ => Ok(()),
    }
}
