//! Daily price limits. An order to buy cannot count on a fill when the market opens at the upper limit, nor one to sell
//! at the lower: the other side's queue is empty.

use super::dated::{fact, in_force};
use super::{DatedRule, RuleFact, ashare};
use crate::bars::{BarSeries, PriceBasis};
use crate::board::{Board, Listing};
use crate::date::TradeDate;
use crate::ledger::Side;

/// What limits the prices of one bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PriceLimit {
    /// The day has no limit.
    Free,
    /// A limit was computed, but the bar breaks it by more than 1 %: some special rule held. It refuses no fill.
    Unknown,
    /// The prices of the day lie in `[down, up]`.
    Band {
        /// Highest price allowed.
        up: f64,
        /// Lowest price allowed.
        down: f64,
        /// A price this near to a limit is at the limit: half a tick, or the rounding of split-adjusted prices.
        slack: f64,
    },
}

impl PriceLimit {
    /// Whether an order on `side` finds no counterpart at `price`.
    pub fn blocks(&self, side: Side, price: f64) -> bool {
        match *self {
            PriceLimit::Free | PriceLimit::Unknown => false,
            PriceLimit::Band { up, slack, .. } if side == Side::Buy => price >= up - slack,
            PriceLimit::Band { down, slack, .. } => price <= down + slack,
        }
    }

    /// The limit as it looks once the bar has gone from `low` to `high`: unknown where it was broken by more than 1 %. A
    /// fill at the open is judged without this, because the open knows nothing of the day's range.
    pub fn after(self, high: f64, low: f64) -> PriceLimit {
        match self {
            PriceLimit::Band { up, down, .. } if is_broken(up, down, high, low) => PriceLimit::Unknown,
            other => other,
        }
    }
}

/// A limit is a figure of whole ticks: a bar further out than this share of it was not bound by it.
const BROKEN_BEYOND: f64 = 0.01;
const TICKS_PER_YUAN: f64 = 100.0;

#[derive(Clone, Copy, Debug)]
pub(crate) enum LimitRule {
    Unlimited,
    Ashare { listing: Listing, basis: PriceBasis },
}

impl LimitRule {
    pub fn on(&self, bars: &BarSeries, i: usize) -> PriceLimit {
        match *self {
            LimitRule::Unlimited => PriceLimit::Free,
            LimitRule::Ashare { listing, basis } => ashare_limit(listing.board, basis, bars, i),
        }
    }

    /// The rate in force on `day`.
    pub fn fact(&self, day: TradeDate) -> Option<RuleFact> {
        match *self {
            LimitRule::Unlimited => None,
            LimitRule::Ashare { listing, .. } => {
                let rule = |percent: &i64| DatedRule::PriceLimit { percent: *percent };
                fact(ashare::limit_percent(listing.board), day, rule)
            }
        }
    }
}

/// The A-share limit of bar `i`. A series does not say whether it starts at the listing: it does if its first bar breaks
/// the limit computed from its own `pre_close` (the issue price), and then the board's first days are free.
fn ashare_limit(board: Board, basis: PriceBasis, bars: &BarSeries, i: usize) -> PriceLimit {
    let limit = computed_limit(board, basis, bars, i);
    let free_days = days_without_limit(board, bars.date[0]);
    let starts_at_listing = || computed_limit(board, basis, bars, 0) == PriceLimit::Unknown;
    if i < free_days && starts_at_listing() { PriceLimit::Free } else { limit }
}

fn computed_limit(board: Board, basis: PriceBasis, bars: &BarSeries, i: usize) -> PriceLimit {
    let Some(row) = in_force(ashare::limit_percent(board), bars.date[i]) else { return PriceLimit::Free };
    let percent = row.value;
    let Some(reference) = reference_price(bars, i) else { return PriceLimit::Free };
    let (up, down, slack) = match basis {
        PriceBasis::Raw => {
            let (up, down) = band(board, percent, reference);
            (up, down, 0.5 / TICKS_PER_YUAN)
        }
        // The quoted limit was rounded to a tick that later splits made smaller by an unknown ratio: unrounded, with
        // half a tick of a 5-yuan share as tolerance.
        PriceBasis::SplitAdjusted => {
            let step = reference * percent as f64 / 100.0;
            (reference + step, reference - step, reference * 0.001)
        }
    };
    PriceLimit::Band { up, down, slack }.after(bars.high[i], bars.low[i])
}

/// Whether prices from `low` to `high` show that the limits did not bind.
fn is_broken(up: f64, down: f64, high: f64, low: f64) -> bool {
    high > up * (1.0 + BROKEN_BEYOND) || low < down * (1.0 - BROKEN_BEYOND)
}

/// The exchange's reference price of bar `i`: `pre_close` where the source has it, else the previous close carried over
/// the ex-day by the adjustment factor. `None` on a first bar without `pre_close`.
fn reference_price(bars: &BarSeries, i: usize) -> Option<f64> {
    match &bars.pre_close {
        Some(pre_close) => Some(pre_close[i]).filter(|price| *price > 0.0),
        None if i == 0 => None,
        None => Some(bars.close[i - 1] * bars.factor[i - 1] / bars.factor[i]),
    }
}

/// Highest and lowest price of an A-share on `day`, currency, computed from the exchange's `reference` price of that day
/// and rounded to the tick. `None` before there were limits. Days without a limit for other reasons (a new listing, a
/// share-reform resumption) are the caller's to know; see [`days_without_limit`]. `special_treatment` is whether the
/// share was ST, or an S-share after 2007-01-08, on that day.
pub fn ashare_price_band(
    board: Board,
    day: TradeDate,
    reference: f64,
    special_treatment: bool,
) -> Option<(f64, f64)> {
    let usual = in_force(ashare::limit_percent(board), day)?.value;
    let narrow = in_force(ashare::special_treatment_percent(board), day).map(|row| row.value);
    let percent = narrow.filter(|_| special_treatment).unwrap_or(usual);
    Some(band(board, percent, reference))
}

/// Trading days from its listing on `listed` for which an A-share has no limit, or one of its own.
pub fn days_without_limit(board: Board, listed: TradeDate) -> usize {
    in_force(ashare::free_first_days(board), listed).map_or(0, |row| row.value)
}

fn band(board: Board, percent: i64, reference: f64) -> (f64, f64) {
    let (up, down) = limit_ticks(to_ticks(reference), percent, board == Board::Bse);
    (from_ticks(up), from_ticks(down))
}

/// Limits in ticks of 0.01: reference × (1 ± percent), half up; inward on the Beijing exchange; at least one tick away.
/// Whole numbers throughout: in binary floats 0.70 × 1.3 falls below 0.91.
fn limit_ticks(reference: i64, percent: i64, inward: bool) -> (i64, i64) {
    let (up, down) = (reference * (100 + percent), reference * (100 - percent));
    let (up, down) = if inward {
        (up.div_euclid(100), -(-down).div_euclid(100))
    } else {
        ((up + 50).div_euclid(100), (down + 50).div_euclid(100))
    };
    (up.max(reference + 1), down.min(reference - 1))
}

/// Prices beyond this are none; below it, whole numbers do not overflow.
const MOST_TICKS: f64 = 1e15;

/// Half up to the tick, as the exchanges round an ex-right reference.
fn to_ticks(price: f64) -> i64 {
    (price * TICKS_PER_YUAN + 0.5 + 1e-6).floor().min(MOST_TICKS) as i64
}

/// The same double as the decimal text of the price parses to: both are the nearest to ticks / 100.
fn from_ticks(ticks: i64) -> f64 {
    ticks as f64 / TICKS_PER_YUAN
}

#[cfg(test)]
mod tests;
