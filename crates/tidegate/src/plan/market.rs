//! Checks of `[market]`. What depends on the symbol's rule book is checked when it is known.

use super::{Checked, expected, within};
use crate::error::InputError;
use crate::experiment::{Experiment, MarketRules, Positions};
use tidegate_market::{Fill, Unfilled};

pub(super) fn check(experiment: &Experiment) -> Checked<()> {
    check_table(&experiment.market)?;
    if experiment.market.borrow.is_some() && experiment.strategy.positions == Positions::LongFlat {
        return Err(InputError::new(
            "market.borrow",
            "has no effect: strategy.positions = \"long_flat\" never sells short",
        )
        .help("remove it, or use positions = \"long_short\""));
    }
    Ok(())
}

/// The most money or shares an account may begin with: a thousand times as much, counted in hundredths, is still exact in
/// 64-bit floating point.
pub(crate) const MOST: f64 = 1e12;
/// [`MOST`] as a reader is told.
pub(crate) const MOST_IN_WORDS: &str = "1000000000000 (a million million)";

/// Every range and contradiction that the table shows by itself.
pub(crate) fn check_table(market: &MarketRules) -> Checked<()> {
    if !(0.01..=MOST).contains(&market.cash) {
        let range = format!("an amount from 0.01 to {MOST_IN_WORDS}");
        return Err(expected("market.cash", &range, market.cash));
    }
    let rates = [("market.commission", market.commission), ("market.stamp_duty", market.stamp_duty)];
    for (key, rate) in rates {
        if let Some(rate) = rate.filter(|rate| !(0.0..=0.1).contains(rate)) {
            return Err(expected(key, "a fraction of the traded value from 0 to 0.1", rate)
                .help("0.03 % is written 0.0003"));
        }
    }
    if let Some(least) = market.min_commission.filter(|least| !(0.0..=MOST).contains(least)) {
        let range = format!("an amount from 0 to {MOST_IN_WORDS}");
        return Err(expected("market.min_commission", &range, least));
    }
    if !(0.0..=1_000.0).contains(&market.slippage_bp) {
        return Err(expected("market.slippage_bp", "basis points from 0 to 1000", market.slippage_bp));
    }
    if !(0.0..=1_000.0).contains(&market.slippage_ticks) {
        return Err(expected("market.slippage_ticks", "ticks from 0 to 1000", market.slippage_ticks));
    }
    if let Some(rate) = market.borrow.filter(|rate| !(0.0..=10.0).contains(rate)) {
        return Err(expected("market.borrow", "a fraction of the value a year from 0 to 10", rate)
            .help("8 % a year is written 0.08"));
    }
    if market.fill == Fill::SameClose {
        return Err(InputError::new(
            "market.fill",
            "\"same_close\" fills at the close that made the decision, which nobody can do",
        )
        .help(
            "use next_open, next_close or next_vwap; the curve as_shown is filled at the same close anyway",
        ));
    }
    if let Unfilled::Retry(bars) = market.unfilled {
        within("market.unfilled.retry", bars as usize, 1, 10_000)
            .map_err(|error| error.help("to give up at once, write unfilled = \"drop\""))?;
    }
    if let Some(cap) = market.volume_cap.filter(|cap| !(*cap > 0.0 && *cap <= 1.0)) {
        return Err(expected("market.volume_cap", "a share of the volume above 0, at most 1", cap)
            .help("a tenth of the volume is written 0.1"));
    }
    Ok(())
}
