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

/// Returns of the months and years of a curve of `equity` at the close of `dates`, from `cash`.
pub fn period_returns(dates: &[TradeDate], equity: &[f64], cash: f64) -> PeriodReturns {
    let gain = |from: f64, to: f64| (from > 0.0).then(|| to / from - 1.0);
    let mut returns = PeriodReturns::default();
    let (mut month_start, mut year_start) = (cash, cash);
    let last = dates.len().min(equity.len());
    for t in 0..last {
        let (date, next) = (dates[t], dates.get(t + 1).filter(|_| t + 1 < last));
        if next.is_some_and(|next| next.month() == date.month() && next.year() == date.year()) {
            continue;
        }
        let (year, month) = (date.year(), date.month());
        returns.months.push(MonthReturn { year, month, value: gain(month_start, equity[t]) });
        month_start = equity[t];
        if next.is_none_or(|next| next.year() != year) {
            returns.years.push(YearReturn { year, value: gain(year_start, equity[t]) });
            year_start = equity[t];
        }
    }
    returns
}
