//! Daily price limits. An order to buy cannot count on a fill when the market opens at the upper limit, nor one to sell
//! at the lower: the other side's queue is empty.
//!
//! Whether a limit was in force is judged with what was known when the order met its price. A fill at the open knows the
//! reference, the open and what is [`Known`]; that the day's high or low later went beyond the computed limit tells
//! that some special rule held, but only after the open. So [`RuleBook::limits`](super::RuleBook::limits) looks at
//! nothing but the open (an open exactly at the computed limit blocks, even where the day turns out to have been free),
//! and a fill at a later price of the bar asks [`PriceLimit::after`]. Errors are on the side of fewer fills.

mod band;
mod free_days;
mod on_demand;

pub(crate) use band::Rounding;
pub(crate) use free_days::{FirstDays, ReformDays};
pub(crate) use on_demand::Limits;

use super::dated::{Dated, fact, in_force};
use super::line::{Instrument, rows};
use super::tables::{RuleTables, TickStep, table};
use super::{DatedRule, Market, RuleFact};
use crate::bars::{BarSeries, PriceBasis};
use crate::board::{Board, Exchange, Listing};
use crate::date::TradeDate;
use crate::known::Known;
use crate::ledger::Side;
use band::{band, share_of};
use free_days::{NewListing, delisting_since, is_free_in_delisting, is_reform_day};
use serde::{Deserialize, Serialize};

/// What limits the prices of one bar.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PriceLimit {
    /// The day has no limit.
    Free,
    /// A limit was computed, but a price breaks it by more than 1 %: some special rule held. It refuses no fill.
    Unknown,
    /// The prices of the day lie in `[down, up]`.
    Band {
        /// Highest price allowed.
        up: f64,
        /// Lowest price allowed.
        down: f64,
        /// A price this near to a limit is at the limit: half a tick; more where the reference is uncertain (Shenzhen
        /// until 2000) or prices are split-adjusted.
        slack: f64,
        /// Whether the exchange published it: then it stands whatever the prices. Not written down, since of the limits
        /// in [`Known`] all are published and of computed ones none is kept.
        #[serde(skip)]
        published: bool,
    },
}

impl PriceLimit {
    /// `down` to `up` without slack, as [`Known`] holds what the exchange published; the rule book adds the rest.
    pub fn band(down: f64, up: f64) -> PriceLimit {
        PriceLimit::Band { up, down, slack: 0.0, published: false }
    }

    /// Whether an order on `side` finds no counterpart at `price`.
    pub fn blocks(&self, side: Side, price: f64) -> bool {
        match *self {
            PriceLimit::Free | PriceLimit::Unknown => false,
            PriceLimit::Band { up, slack, .. } if side == Side::Buy => price >= up - slack,
            PriceLimit::Band { down, slack, .. } => price <= down + slack,
        }
    }

    /// The limit as it looks once the bar has gone from `low` to `high`: unknown where it was computed and broken by more
    /// than 1 %. A fill at the open is judged without this, because the open knows nothing of the day's range.
    pub fn after(self, high: f64, low: f64) -> PriceLimit {
        match self {
            PriceLimit::Band { up, down, published: false, .. } if is_broken(up, down, high, low) => {
                PriceLimit::Unknown
            }
            other => other,
        }
    }
}

/// A limit is a figure of whole ticks: a price further out than this share of it was not bound by it.
const BROKEN_BEYOND: f64 = 0.01;

/// Whether prices from `low` to `high` show that the limits did not bind.
fn is_broken(up: f64, down: f64, high: f64, low: f64) -> bool {
    high > up * (1.0 + BROKEN_BEYOND) || low < down * (1.0 - BROKEN_BEYOND)
}

/// The last trading days before a delisting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DelistingPeriod {
    pub percent: i64,
    pub free_days: usize,
}

/// Years in which the reference is uncertain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tolerance {
    pub until: TradeDate,
    /// Per cent of the reference.
    pub percent: f64,
}

/// The tables that decide the limits of one instrument.
#[derive(Clone, Debug)]
pub(crate) struct LimitRule {
    basis: PriceBasis,
    usual: Vec<Dated<i64>>,
    special_treatment: Vec<Dated<i64>>,
    unreformed: Vec<Dated<i64>>,
    delisting: Vec<Dated<DelistingPeriod>>,
    first_days: Vec<Dated<FirstDays>>,
    reform_days: Vec<Dated<ReformDays>>,
    tolerance: Vec<Dated<Tolerance>>,
    rounding: Vec<Dated<Rounding>>,
    tick: Vec<Dated<TickStep>>,
}

/// Where a file with limits names no tick.
const TICKS_PER_UNIT: f64 = 100.0;

impl LimitRule {
    pub fn new(
        own: Option<&RuleTables>,
        market: &RuleTables,
        instrument: Instrument<'_>,
        tick: Vec<Dated<TickStep>>,
        basis: PriceBasis,
    ) -> LimitRule {
        LimitRule {
            basis,
            usual: rows(table!(own, market, price_limit), instrument),
            special_treatment: rows(table!(own, market, special_treatment_limit), instrument),
            unreformed: rows(table!(own, market, unreformed_limit), instrument),
            delisting: rows(table!(own, market, delisting_period), instrument),
            first_days: rows(table!(own, market, first_days), instrument),
            reform_days: rows(table!(own, market, reform_days), instrument),
            tolerance: rows(table!(own, market, reference_tolerance), instrument),
            rounding: rows(table!(own, market, limit_rounding), instrument),
            tick,
        }
    }

    /// No limit ever.
    pub fn unlimited() -> LimitRule {
        let nothing = RuleTables::default();
        let instrument = Instrument { symbol: "", listing: None };
        LimitRule::new(None, &nothing, instrument, Vec::new(), PriceBasis::Raw)
    }

    /// The limit of every bar, as known at its open.
    pub fn series(&self, bars: &BarSeries, known: &Known) -> Vec<PriceLimit> {
        // Whoever trades without limits is not bound by published ones either.
        if self.usual.is_empty() {
            return vec![PriceLimit::Free; bars.len()];
        }
        let new = self.new_listing(bars, known);
        (0..bars.len()).map(|i| self.on(bars, known, new, i)).collect()
    }

    /// Where the series stands to the listing of its stock.
    fn new_listing(&self, bars: &BarSeries, known: &Known) -> Option<NewListing> {
        NewListing::of(self, bars, known).filter(|_| !self.usual.is_empty())
    }

    fn on(&self, bars: &BarSeries, known: &Known, new: Option<NewListing>, i: usize) -> PriceLimit {
        if self.usual.is_empty() {
            return PriceLimit::Free;
        }
        if let Some(limit) = self.published(bars, known, i) {
            return limit;
        }
        if let Some(limit) = new.and_then(|new| new.limit(self, bars, known, i)) {
            return limit;
        }
        if is_reform_day(self, bars, known, i) || is_free_in_delisting(self, bars, known, i) {
            return PriceLimit::Free;
        }
        self.usual_limit(bars, known, i)
    }

    /// What the exchange published, for prices as they were quoted. It stands whatever the prices: where they leave it,
    /// they are wrong.
    fn published(&self, bars: &BarSeries, known: &Known, i: usize) -> Option<PriceLimit> {
        if known.limits.is_empty() || self.basis != PriceBasis::Raw {
            return None;
        }
        let at = known.limits.binary_search_by_key(&bars.date[i], |(day, _)| *day).ok()?;
        match known.limits[at].1 {
            PriceLimit::Band { up, down, .. } => {
                let slack = 0.5 / self.ticks_per_unit(bars.date[i]);
                Some(PriceLimit::Band { up, down, slack, published: true })
            }
            other => Some(other),
        }
    }

    /// The limit that follows from board, date and standing.
    fn usual_limit(&self, bars: &BarSeries, known: &Known, i: usize) -> PriceLimit {
        let day = bars.date[i];
        let Some(percent) = self.percent(day, known) else { return PriceLimit::Free };
        let Some(reference) = reference_price(bars, i) else { return PriceLimit::Free };
        let prices = match self.basis {
            PriceBasis::Raw => band(reference, percent, self.ticks_per_unit(day), self.rounding_on(day)),
            // The quoted limit was rounded to a tick that later splits made smaller by an unknown ratio: unrounded.
            PriceBasis::SplitAdjusted => {
                let step = reference * percent as f64 / 100.0;
                (reference - step, reference + step)
            }
        };
        self.judged(bars, i, prices)
    }

    /// Per cent of the reference that a price may move; `None` where there is no limit.
    fn percent(&self, day: TradeDate, known: &Known) -> Option<i64> {
        let usual = in_force(&self.usual, day)?.value;
        let Some(standing) = known.standing(day) else { return Some(usual) };
        if let Some(since) = delisting_since(known, day) {
            return Some(in_force(&self.delisting, since).map_or(usual, |row| row.value.percent));
        }
        let narrower = |applies: bool, rows: &[Dated<i64>]| {
            in_force(rows, day).filter(|_| applies).map_or(usual, |row| row.value)
        };
        let special = narrower(standing.special_treatment, &self.special_treatment);
        Some(special.min(narrower(standing.unreformed, &self.unreformed)).min(usual))
    }

    /// Limits of `(down, up)` unless the open shows that others held.
    fn judged(&self, bars: &BarSeries, i: usize, (down, up): (f64, f64)) -> PriceLimit {
        let slack = self.slack(bars.date[i], (up + down) / 2.0);
        let limit = PriceLimit::Band { up, down, slack, published: false };
        limit.after(bars.open[i], bars.open[i])
    }

    /// Half a tick is the representation of a double; of split-adjusted prices half a tick of a 5-yuan share.
    fn slack(&self, day: TradeDate, reference: f64) -> f64 {
        let uncertain = in_force(&self.tolerance, day).filter(|row| day <= row.value.until);
        let tolerated = uncertain.map_or(0.0, |row| reference * row.value.percent / 100.0);
        match self.basis {
            PriceBasis::Raw => tolerated.max(0.5 / self.ticks_per_unit(day)),
            PriceBasis::SplitAdjusted => tolerated.max(reference * 0.001),
        }
    }

    /// Lowest and highest price as per cents of `price`.
    fn share(&self, day: TradeDate, price: f64, lowest: i64, highest: i64) -> (f64, f64) {
        match self.basis {
            PriceBasis::Raw => {
                let of = |percent| share_of(price, percent, self.ticks_per_unit(day));
                (of(lowest), of(highest))
            }
            PriceBasis::SplitAdjusted => (price * lowest as f64 / 100.0, price * highest as f64 / 100.0),
        }
    }

    fn ticks_per_unit(&self, day: TradeDate) -> f64 {
        in_force(&self.tick, day).map_or(TICKS_PER_UNIT, |row| row.value.per_unit)
    }

    fn rounding_on(&self, day: TradeDate) -> Rounding {
        in_force(&self.rounding, day).map_or(Rounding::HalfUp, |row| row.value)
    }

    /// The rate in force on `day`.
    pub fn fact(&self, day: TradeDate) -> Option<RuleFact> {
        fact(&self.usual, day, |percent| DatedRule::PriceLimit { percent: *percent })
    }
}

/// The exchange's reference price of bar `i`: `pre_close` where the source has it, else the previous close carried over
/// the ex-day by the adjustment factor. `None` on a first bar without `pre_close`.
#[inline(always)]
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
    let rule = of_board(board);
    let usual = in_force(&rule.usual, day)?.value;
    let narrow = in_force(&rule.special_treatment, day).map(|row| row.value);
    let percent = narrow.filter(|_| special_treatment).unwrap_or(usual);
    let (down, up) = band(reference, percent, rule.ticks_per_unit(day), rule.rounding_on(day));
    Some((up, down))
}

/// Trading days from its listing on `listed` for which an A-share has no limit, or one of its own.
pub fn days_without_limit(board: Board, listed: TradeDate) -> usize {
    in_force(&of_board(board).first_days, listed).map_or(0, |row| row.value.days)
}

/// The built-in limits of a board; where its two exchanges differed, Shanghai's.
fn of_board(board: Board) -> &'static LimitRule {
    use std::sync::LazyLock;
    const BOARDS: [Board; 5] = [Board::Main, Board::ChiNext, Board::Star, Board::Bse, Board::Fund];
    static RULES: LazyLock<[LimitRule; 5]> = LazyLock::new(|| {
        BOARDS.map(|board| {
            let exchange = match board {
                Board::Main | Board::Star | Board::Fund => Exchange::Sse,
                Board::ChiNext => Exchange::Szse,
                Board::Bse => Exchange::Bse,
            };
            let instrument = Instrument { symbol: "", listing: Some(Listing { exchange, board }) };
            let market = RuleTables::built_in(Market::Ashare);
            // A-shares have no other tick for cheap ones.
            let tick = rows(table!(None::<&RuleTables>, market, tick), instrument);
            LimitRule::new(None, market, instrument, tick, PriceBasis::Raw)
        })
    });
    &RULES[BOARDS.iter().position(|one| *one == board).unwrap_or(0)]
}

#[cfg(test)]
mod tests;
