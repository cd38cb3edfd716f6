//! The bars of one symbol with what a backtest asks of them again and again: days on which rules change and ex-days are
//! found once. Limits are worked out only where an order meets a price that may be at one, which is rare.

mod plain_opens;

use crate::adjustment::ExDay;
use crate::bars::{BarSeries, PriceBasis};
use crate::corporate_action;
use crate::known::Known;
use crate::ledger::Side;
use crate::order::Blocked;
use crate::rules::{Limits, Lot, Market, PriceLimit, RuleBook, Settlement, Tariff};
use crate::terms::Fill;
use plain_opens::PlainOpens;

/// Bars ready to be traded on. Cheap to make and to share; nothing in it changes.
#[derive(Clone, Debug)]
pub struct Tape<'a> {
    pub(crate) bars: &'a BarSeries,
    pub(crate) rules: &'a RuleBook,
    /// What limits prices, asked only where an order meets a price that may be at a limit.
    limits: Limits<'a>,
    /// Where nothing needs to be asked of an order at the open; none if fills slip.
    plain: PlainOpens,
    /// The source counts volume from the bar after this one on: without any, nobody traded.
    volume_counted_after: usize,
    /// Bars on which the stock was suspended as a whole; ascending.
    suspended: Vec<usize>,
    /// What days ask; ascending, the first from bar 0.
    days: Vec<DayRules>,
    /// Bars whose factor is not that of the bar before, or that an event belongs to; ascending.
    pub(crate) moves: Vec<usize>,
    /// Dividends, splits and rights with the bar that first trades without them; ascending.
    pub(crate) events: Vec<(usize, ExDay)>,
    /// The last bar before the delisting, where there is one; nothing is traded after it.
    pub(crate) last_listed: Option<usize>,
    /// Bars from this one on come after the delisting.
    pub(crate) listed_bars: usize,
}

/// What a day asks of an order, from a bar on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DayRules {
    pub from: usize,
    pub tariff: Tariff,
    pub lot: Lot,
    pub settlement: Settlement,
}

impl<'a> Tape<'a> {
    /// Of `bars`, traded by `rules`, with what else is `known` of the stock.
    ///
    /// `known` speaks of the very series given. A delisting after its last bar means that the stock never traded again:
    /// leave `delisted` out for a series that was cut before.
    pub fn new(bars: &'a BarSeries, rules: &'a RuleBook, known: &Known) -> Tape<'a> {
        let events = events_by_bar(bars, &known.ex_days);
        let listed_bars =
            known.delisted.map_or(bars.len(), |day| bars.date.partition_point(|date| *date < day));
        let (volume_counted_after, suspended) = halts(bars, rules, known);
        let limits = Limits::new(rules, bars, known);
        let plain = match rules.slips() {
            false => PlainOpens::of(bars, &limits, &suspended),
            true => PlainOpens::none(bars),
        };
        Tape {
            bars,
            rules,
            limits,
            plain,
            volume_counted_after,
            suspended,
            days: days(bars, rules),
            moves: moves(bars, &events),
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

    /// What limits the prices of bar `i`, as known at its open.
    pub fn limit(&self, i: usize) -> PriceLimit {
        self.limits.of(i)
    }

    /// What days ask on bar `i`, and on the days after it on which that changes.
    pub(crate) fn day_rules(&self, i: usize) -> (&DayRules, &[DayRules]) {
        let later = self.days.partition_point(|day| day.from <= i);
        // The first entry is from bar 0.
        (&self.days[later - 1], &self.days[later..])
    }

    /// What an order meets on bar `i` before slippage.
    #[inline(always)]
    pub(crate) fn quote(&self, i: usize, fill: Fill) -> f64 {
        let bars = self.bars;
        match fill {
            Fill::NextOpen => bars.open[i],
            Fill::NextClose | Fill::SameClose => bars.close[i],
            Fill::NextVwap => average_price(bars, i),
        }
    }

    /// The limit by which a fill on bar `i` is judged: at the open with what the open knows; later with the bar's range.
    fn limit_at(&self, i: usize, fill: Fill) -> PriceLimit {
        let limit = self.limits.of(i);
        match fill {
            Fill::NextOpen => limit,
            Fill::NextClose | Fill::SameClose | Fill::NextVwap => {
                limit.after(self.bars.high[i], self.bars.low[i])
            }
        }
    }

    /// Whether any order fills on bar `i`, at its open, whatever its side.
    #[inline(always)]
    pub(crate) fn is_plain(&self, i: usize, fill: Fill) -> bool {
        fill == Fill::NextOpen && self.plain.has(i)
    }

    /// What keeps an order on `side` from filling at `quote` on bar `i`.
    pub(crate) fn blocks(&self, i: usize, fill: Fill, side: Side, quote: f64) -> Option<Blocked> {
        if self.is_halted(i) {
            return Some(Blocked::NoTrading);
        }
        // An average order is in the queue from the open on: a day that opens locked is lost for it.
        let open = self.bars.open[i];
        let locked_at_open = fill == Fill::NextVwap
            && !self.limits.is_well_inside(i, open)
            && self.limits.of(i).blocks(side, open);
        let locked = locked_at_open
            || (!self.limits.is_well_inside(i, quote) && self.limit_at(i, fill).blocks(side, quote));
        locked.then_some(Blocked::PriceLimit)
    }

    /// What an order on `side` that meets `quote` on bar `i` pays a share. Slippage never takes a fill to a price at which
    /// nobody traded.
    pub(crate) fn fill_price(&self, i: usize, fill: Fill, side: Side, quote: f64) -> f64 {
        let day = self.bars.date[i];
        let slipped = self.rules.slipped(day, side, quote);
        let inside = |price| self.limits.is_well_inside(i, price);
        let price = if slipped == quote || (inside(quote) && inside(slipped)) {
            slipped
        } else {
            self.rules.fill_price(day, side, quote, self.limit_at(i, fill))
        };
        let (low, high) = (self.bars.low[i], self.bars.high[i]);
        let price = if price < low { low } else { price };
        if price > high { high } else { price }
    }

    /// How many shares of bar `i` one share of the bar before has become.
    pub(crate) fn shares_grown(&self, i: usize) -> f64 {
        corporate_action::shares_grown(self, i)
    }

    /// Suspended as a whole, or without volume although the source counts volume.
    fn is_halted(&self, i: usize) -> bool {
        (self.bars.volume[i] <= 0.0 && i > self.volume_counted_after)
            || (!self.suspended.is_empty() && self.suspended.binary_search(&i).is_ok())
    }
}

/// Bars whose factor moves or that an event belongs to.
fn moves(bars: &BarSeries, events: &[(usize, ExDay)]) -> Vec<usize> {
    const TOGETHER: usize = 16;
    let mut moves = Vec::new();
    let (before, after) = (&bars.factor, bars.factor.get(1..).unwrap_or_default());
    // Most bars are no ex-day: looked at together, without a branch.
    for (block, (before, after)) in before.chunks(TOGETHER).zip(after.chunks(TOGETHER)).enumerate() {
        let same = after.iter().zip(before).fold(true, |same, (after, before)| same & (after == before));
        if !same {
            let moved = (0..after.len()).filter(|&k| after[k] != before[k]);
            moves.extend(moved.map(|k| block * TOGETHER + k + 1));
        }
    }
    if !events.is_empty() {
        moves.extend(events.iter().map(|(bar, _)| *bar));
        moves.sort_unstable();
        moves.dedup();
    }
    moves
}

/// What the first bar asks, and every bar from which on a day asks something else.
fn days(bars: &BarSeries, rules: &RuleBook) -> Vec<DayRules> {
    let changes = rules.changes();
    let from = changes.iter().map(|day| bars.date.partition_point(|date| date < day));
    let mut from: Vec<usize> = std::iter::once(0).chain(from).filter(|bar| *bar < bars.len()).collect();
    from.sort_unstable();
    from.dedup();
    let on = |from: usize| {
        let day = bars.date[from];
        DayRules {
            from,
            tariff: rules.tariff(day),
            lot: rules.lot_on(day),
            settlement: rules.settlement(day),
        }
    };
    from.into_iter().map(on).collect()
}

/// Amount / volume where both are there and the quotient is a price of the day, else the typical price.
fn average_price(bars: &BarSeries, i: usize) -> f64 {
    let (low, high) = (bars.low[i], bars.high[i]);
    let traded = bars.amount.as_ref().map(|amount| amount[i] / bars.volume[i]);
    traded
        .filter(|price| (low..=high).contains(price))
        .unwrap_or_else(|| ((high + low + bars.close[i]) / 3.0).max(low).min(high))
}

/// After which bar a day without volume is one without trading (the source counts volume from the first bar that has any),
/// and the bars on which the stock was suspended. No rules, no halts.
fn halts(bars: &BarSeries, rules: &RuleBook, known: &Known) -> (usize, Vec<usize>) {
    if rules.market() == Market::None {
        return (usize::MAX, Vec::new());
    }
    let counted_from = bars.volume.iter().position(|volume| *volume > 0.0).unwrap_or(bars.len());
    let mut suspended: Vec<usize> =
        known.suspended.iter().filter_map(|day| bars.date.binary_search(day).ok()).collect();
    suspended.sort_unstable();
    (counted_from, suspended)
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
