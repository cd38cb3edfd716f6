//! The bars of one symbol with everything that a backtest asks of them again and again, computed once: a search that
//! trades a thousand signals on one series pays for limits, halts and ex-days once.

use crate::adjustment::ExDay;
use crate::bars::{BarSeries, PriceBasis};
use crate::known::Known;
use crate::ledger::Side;
use crate::order::Blocked;
use crate::rules::{Market, PriceLimit, RuleBook, Tariff};
use crate::terms::Fill;

/// Bars ready to be traded on. Cheap to share; nothing in it changes.
#[derive(Clone, Debug)]
pub struct Tape<'a> {
    pub(crate) bars: &'a BarSeries,
    pub(crate) rules: &'a RuleBook,
    /// What limits the prices of each bar, as known at its open.
    pub(crate) limits: Vec<PriceLimit>,
    /// Bars on which nobody can trade.
    halted: Vec<bool>,
    /// What orders cost, with the bar from which on; ascending, the first from bar 0.
    tariffs: Vec<(usize, Tariff)>,
    /// Bars whose factor is not that of the bar before, or that an event belongs to; ascending.
    pub(crate) moves: Vec<usize>,
    /// Dividends, splits and rights with the bar that first trades without them; ascending.
    pub(crate) events: Vec<(usize, ExDay)>,
    /// The last bar before the delisting, where there is one; nothing is traded after it.
    pub(crate) last_listed: Option<usize>,
    /// Bars from this one on come after the delisting.
    pub(crate) listed_bars: usize,
}

impl<'a> Tape<'a> {
    /// Of `bars`, traded by `rules`, with what else is `known` of the stock.
    ///
    /// `known` speaks of the very series given. A delisting after its last bar means that the stock never traded again:
    /// leave `delisted` out for a series that was cut before.
    pub fn new(bars: &'a BarSeries, rules: &'a RuleBook, known: &Known) -> Tape<'a> {
        let events = events_by_bar(bars, &known.ex_days);
        let moved = (1..bars.len()).filter(|&i| bars.factor[i] != bars.factor[i - 1]);
        let mut moves: Vec<usize> = moved.chain(events.iter().map(|(bar, _)| *bar)).collect();
        moves.sort_unstable();
        moves.dedup();
        let listed_bars =
            known.delisted.map_or(bars.len(), |day| bars.date.partition_point(|date| *date < day));
        Tape {
            bars,
            rules,
            limits: rules.limits(bars, known),
            halted: halted(bars, rules, known),
            tariffs: tariffs(bars, rules),
            moves,
            events,
            last_listed: known.delisted.and(listed_bars.checked_sub(1)),
            listed_bars,
        }
    }

    /// The bars.
    pub fn bars(&self) -> &'a BarSeries {
        self.bars
    }

    /// The rules they are traded by.
    pub fn rules(&self) -> &'a RuleBook {
        self.rules
    }

    /// What limits the prices of each bar as known at its open, one per bar.
    pub fn limits(&self) -> &[PriceLimit] {
        &self.limits
    }

    /// What orders cost on bar `i`.
    pub(crate) fn tariff(&self, i: usize) -> &Tariff {
        // The first entry is from bar 0.
        &self.tariffs[self.tariffs.partition_point(|(from, _)| *from <= i) - 1].1
    }

    /// What an order meets on bar `i` before slippage.
    pub(crate) fn quote(&self, i: usize, fill: Fill) -> f64 {
        let bars = self.bars;
        match fill {
            Fill::NextOpen => bars.open[i],
            Fill::NextClose | Fill::SameClose => bars.close[i],
            Fill::NextVwap => average_price(bars, i),
        }
    }

    /// The limit by which a fill on bar `i` is judged: at the open with what the open knows; later with the bar's range.
    pub(crate) fn limit_at(&self, i: usize, fill: Fill) -> PriceLimit {
        match fill {
            Fill::NextOpen => self.limits[i],
            Fill::NextClose | Fill::SameClose | Fill::NextVwap => {
                self.limits[i].after(self.bars.high[i], self.bars.low[i])
            }
        }
    }

    /// What keeps an order on `side` from filling at `quote` on bar `i`.
    pub(crate) fn blocks(&self, i: usize, fill: Fill, side: Side, quote: f64) -> Option<Blocked> {
        if self.halted[i] {
            return Some(Blocked::NoTrading);
        }
        // An average order is in the queue from the open on: a day that opens locked is lost for it.
        let locked_at_open = fill == Fill::NextVwap && self.limits[i].blocks(side, self.bars.open[i]);
        let locked = locked_at_open || self.limit_at(i, fill).blocks(side, quote);
        locked.then_some(Blocked::PriceLimit)
    }
}

/// The rates of the first bar, and those of every bar from which on others hold.
fn tariffs(bars: &BarSeries, rules: &RuleBook) -> Vec<(usize, Tariff)> {
    let changes = rules.tariff_changes();
    let from = changes.iter().map(|day| bars.date.partition_point(|date| date < day));
    let mut from: Vec<usize> = std::iter::once(0).chain(from).filter(|bar| *bar < bars.len()).collect();
    from.dedup();
    from.into_iter().map(|bar| (bar, rules.tariff(bars.date[bar]))).collect()
}

/// Amount / volume where both are there and the quotient is a price of the day, else the typical price.
fn average_price(bars: &BarSeries, i: usize) -> f64 {
    let (low, high) = (bars.low[i], bars.high[i]);
    let traded = bars.amount.as_ref().map(|amount| amount[i] / bars.volume[i]);
    traded
        .filter(|price| (low..=high).contains(price))
        .unwrap_or_else(|| ((high + low + bars.close[i]) / 3.0).max(low).min(high))
}

/// Bars on which nobody can trade: suspended as a whole, or without volume although the source counts volume (it does
/// from the first bar that has any). No rules, no halts.
fn halted(bars: &BarSeries, rules: &RuleBook, known: &Known) -> Vec<bool> {
    if rules.market() == Market::None {
        return vec![false; bars.len()];
    }
    let counted_from = bars.volume.iter().position(|volume| *volume > 0.0).unwrap_or(bars.len());
    let mut halted: Vec<bool> =
        bars.volume.iter().enumerate().map(|(i, volume)| i > counted_from && *volume <= 0.0).collect();
    for day in &known.suspended {
        if let Ok(i) = bars.date.binary_search(day) {
            halted[i] = true;
        }
    }
    halted
}

/// Every ex-day with the first bar on or after it; those up to the first bar have no effect. Prices that are adjusted for
/// splits already do not fit events in old shares: their factor alone counts.
fn events_by_bar(bars: &BarSeries, ex_days: &[ExDay]) -> Vec<(usize, ExDay)> {
    if bars.basis == PriceBasis::SplitAdjusted {
        return Vec::new();
    }
    let bar_of = |day: &ExDay| (bars.date.partition_point(|date| *date < day.date), *day);
    ex_days.iter().map(bar_of).filter(|(bar, _)| (1..bars.len()).contains(bar)).collect()
}
