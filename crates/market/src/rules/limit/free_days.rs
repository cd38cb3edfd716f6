//! Days on which the usual limit does not hold because of something that happened to the company: a new listing, the
//! resumption after the share reform, the first day of the delisting period.

use super::{LimitRule, PriceLimit, reference_price};
use crate::bars::BarSeries;
use crate::calendar::TradingCalendar;
use crate::date::TradeDate;
use crate::known::Known;
use crate::rules::dated::in_force;

/// First trading days of a new listing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FirstDays {
    /// How many of them.
    pub days: usize,
    /// Highest and lowest price in per cent of the issue price; `None` where they have no limit.
    pub band: Option<(i64, i64)>,
}

/// Years in which the resumption after the share reform was free.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ReformDays {
    /// The last such day.
    pub until: TradeDate,
    /// Only a name that loses its S tells the day, not a factor.
    pub by_name_only: bool,
}

/// Where a series stands to the listing of its stock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NewListing {
    /// First bar since the listing.
    start: usize,
    /// Trading days that passed before that bar.
    passed: usize,
    /// What holds on the first days.
    rule: FirstDays,
}

impl NewListing {
    /// `None` where no bar of the series is one of the first days.
    ///
    /// A series does not say whether it starts at the listing. Where the day is not known it does if its first bar
    /// leaves the limit around its own reference, the issue price. That bar is the first: no decision precedes it.
    pub fn of(rule: &LimitRule, bars: &BarSeries, known: &Known) -> Option<NewListing> {
        let first = *bars.date.first()?;
        let (day, start) = match known.listed {
            Some(listed) => (listed, bars.date.partition_point(|date| *date < listed)),
            None => {
                let usual = rule.usual_limit(bars, known, 0).after(bars.high[0], bars.low[0]);
                (usual == PriceLimit::Unknown).then_some((first, 0))?
            }
        };
        // A series that was cut begins some days after the listing; weekdays count them, holidays too.
        let passed = TradingCalendar::Weekdays.trading_days_between(day, first.max(day));
        let rule = in_force(&rule.first_days, day)?.value;
        (passed < rule.days).then_some(NewListing { start, passed, rule })
    }

    /// First bar after the first days.
    pub fn end(&self) -> usize {
        self.start + (self.rule.days - self.passed)
    }

    /// The limit of bar `i` if it is one of the first days.
    pub fn limit(&self, rule: &LimitRule, bars: &BarSeries, known: &Known, i: usize) -> Option<PriceLimit> {
        let k = i.checked_sub(self.start)? + self.passed;
        (k < self.rule.days).then_some(())?;
        let Some((highest, lowest)) = self.rule.band else { return Some(PriceLimit::Free) };
        let reference = || reference_price(bars, i).filter(|_| k == 0);
        let issue = known.issue_price.or_else(reference);
        Some(issue.map_or(PriceLimit::Free, |price| {
            rule.judged(bars, i, rule.share(bars.date[i], price, lowest, highest))
        }))
    }
}

/// What holders got at the reform was several per cent of the price; references are rounded to the tick and factors to
/// three decimals.
const HOLDERS_GOT: f64 = 0.01;
/// A share did not trade for some days before it resumed.
const STOPPED_DAYS: i64 = 4;

/// Whether bar `i` is the resumption after the share reform: the first bar whose name has lost its S, or one after days
/// without trading on which holders got shares that the reference does not show (the factor moves by more than it).
pub(super) fn is_reform_day(rule: &LimitRule, bars: &BarSeries, known: &Known, i: usize) -> bool {
    let day = bars.date[i];
    let years = in_force(&rule.reform_days, day).filter(|row| day <= row.value.until && i > 0);
    let Some(ReformDays { by_name_only, .. }) = years.map(|row| row.value) else { return false };
    let before = bars.date[i - 1];
    let named = |day: TradeDate| known.standing(day).is_some_and(|standing| standing.unreformed);
    let lost_its_s = named(before) && !named(day);
    lost_its_s || (!by_name_only && day.days_since(before) >= STOPPED_DAYS && left_unadjusted(rule, bars, i))
}

fn left_unadjusted(rule: &LimitRule, bars: &BarSeries, i: usize) -> bool {
    let Some(pre_close) = &bars.pre_close else { return false };
    let by_reference = bars.close[i - 1] / pre_close[i];
    let by_factor = bars.factor[i] / bars.factor[i - 1];
    let a_tick = 1.0 / rule.ticks_per_unit(bars.date[i]);
    by_factor / by_reference - 1.0 > HOLDERS_GOT.max(a_tick / pre_close[i])
}

/// Whether bar `i` is one of the free days at the start of the delisting period.
pub(super) fn is_free_in_delisting(rule: &LimitRule, bars: &BarSeries, known: &Known, i: usize) -> bool {
    let Some(since) = delisting_since(known, bars.date[i]) else { return false };
    let free = in_force(&rule.delisting, since).map_or(0, |row| row.value.free_days);
    let start = bars.date.partition_point(|date| *date < since);
    // Of a series that begins within the period nobody knows how many days went before.
    let begins_within = start == 0 && bars.date[0] > since;
    !begins_within && i - start < free
}

/// First day of the delisting period that `day` lies in.
pub(super) fn delisting_since(known: &Known, day: TradeDate) -> Option<TradeDate> {
    let until = known.standings.partition_point(|standing| standing.from <= day);
    let since = known.standings[..until].iter().rev().take_while(|standing| standing.delisting_period).last();
    since.map(|standing| standing.from)
}
