//! Returns of calendar months and years.

use crate::date::TradeDate;
use serde::{Deserialize, Serialize};

/// Return of one calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonthReturn {
    /// Year.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
    /// Last equity of the month / last equity before it − 1; `None` where that equity was not positive.
    #[serde(rename = "return")]
    pub value: Option<f64>,
}

/// Return of one calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct YearReturn {
    /// Year.
    pub year: i16,
    /// Last equity of the year / last equity before it − 1; `None` where that equity was not positive.
    #[serde(rename = "return")]
    pub value: Option<f64>,
}

/// Returns by month and by year, ascending; months and years without a bar are absent. The first period starts from the
/// cash, so that 1 + total return is the product of 1 + return over all months, and over all years (quantstats'
/// `monthly_returns`, pyfolio's tables).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PeriodReturns {
    /// One for every calendar month with a bar.
    pub months: Vec<MonthReturn>,
    /// One for every calendar year with a bar.
    pub years: Vec<YearReturn>,
}

/// The last bar of a calendar month, and its first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct MonthEnd {
    first: usize,
    bar: usize,
    year: i16,
    month: i8,
    /// The last of its year, too.
    ends_year: bool,
}

/// Where the months of ascending `dates` end.
pub(super) fn month_ends(dates: &[TradeDate]) -> Vec<MonthEnd> {
    const DAYS: usize = 31;
    let (mut ends, mut first) = (Vec::new(), 0);
    while let Some(date) = dates.get(first) {
        let (year, month) = (date.year(), date.month());
        let reach = &dates[first..dates.len().min(first + DAYS)];
        let next = first + reach.partition_point(|date| date.month() == month && date.year() == year);
        let ends_year = dates.get(next).is_none_or(|next| next.year() != year);
        ends.push(MonthEnd { first, bar: next - 1, year, month, ends_year });
        first = next;
    }
    ends
}

/// Whether `ends` are where the months of ascending `dates` end: what begins and ends within a month lies within it.
pub(super) fn are_ends_of(ends: &[MonthEnd], dates: &[TradeDate]) -> bool {
    let within = |end: &MonthEnd, bar: usize| {
        dates.get(bar).is_some_and(|date| date.month() == end.month && date.year() == end.year)
    };
    ends.last().map_or(0, |last| last.bar + 1) == dates.len()
        && ends.iter().all(|end| within(end, end.first) && within(end, end.bar))
}

/// Returns of the months and years of a curve of `equity` at the close of `dates`, from `cash`.
pub fn period_returns(dates: &[TradeDate], equity: &[f64], cash: f64) -> PeriodReturns {
    let bars = dates.len().min(equity.len());
    returns_between(&month_ends(&dates[..bars]), equity, cash)
}

/// As [`period_returns`], where the ends of the months are known.
pub(super) fn returns_between(ends: &[MonthEnd], equity: &[f64], cash: f64) -> PeriodReturns {
    let gain = |from: f64, to: f64| (from > 0.0).then(|| to / from - 1.0);
    let mut start = cash;
    let months = ends.iter().map(|&MonthEnd { bar, year, month, .. }| {
        let from = std::mem::replace(&mut start, equity[bar]);
        MonthReturn { year, month, value: gain(from, equity[bar]) }
    });
    let months = months.collect();
    let mut start = cash;
    let years = ends.iter().filter(|end| end.ends_year).map(|&MonthEnd { bar, year, .. }| {
        let from = std::mem::replace(&mut start, equity[bar]);
        YearReturn { year, value: gain(from, equity[bar]) }
    });
    PeriodReturns { months, years: years.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_months_are_those_of_dates_only_where_every_month_begins_and_ends_alike() {
        let days = |days: &[(i16, i8, i8)]| -> Vec<TradeDate> {
            days.iter().map(|&(year, month, day)| TradeDate::literal(year, month, day)).collect()
        };
        let dates = days(&[(2020, 1, 30), (2020, 1, 31), (2020, 2, 3), (2020, 2, 4)]);
        let ends = month_ends(&dates);
        assert!(are_ends_of(&ends, &dates));
        assert!(are_ends_of(&ends, &days(&[(2020, 1, 2), (2020, 1, 3), (2020, 2, 5), (2020, 2, 6)])));
        for others in [
            days(&[(2019, 1, 30), (2019, 1, 31), (2020, 2, 3), (2020, 2, 4)]),
            days(&[(2019, 12, 31), (2020, 1, 31), (2020, 2, 3), (2020, 2, 4)]),
            days(&[(2020, 1, 30), (2020, 1, 31), (2020, 1, 31), (2020, 2, 4)]),
            days(&[(2020, 1, 30), (2020, 1, 31), (2020, 2, 3), (2020, 3, 4)]),
            dates[..3].to_vec(),
            [&dates[..], &days(&[(2020, 2, 5)])].concat(),
        ] {
            assert!(!are_ends_of(&ends, &others), "{others:?}");
        }
        assert!(are_ends_of(&month_ends(&[]), &[]));
    }
}
