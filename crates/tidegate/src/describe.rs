//! What a series of bars looks like before any network sees it: first and last rows, the shape of every column, holes
//! in time, and how much a return says about the next one.

mod page;
mod text;

pub use page::describe_page;
pub use text::describe_text;
pub(crate) use text::figure;

use crate::stats::{self, autocorrelation};
use serde::{Deserialize, Serialize};
use tidegate_market::{BarSeries, PriceBasis, TradeDate, TradingCalendar};

/// Rows shown from each end.
const ROWS: usize = 5;
/// Largest lag of the autocorrelations, bars.
const LAGS: usize = 20;
/// Holes that are listed.
const LONGEST: usize = 10;
/// A factor that moves by less is rounding in the source, not a dividend.
const EX_DAY: f64 = 1e-5;

/// `describe.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Symbol.
    pub symbol: String,
    /// What the raw prices are.
    pub basis: PriceBasis,
    /// Number of bars.
    pub rows: usize,
    /// The first five bars.
    pub head: Vec<Row>,
    /// The last five bars.
    pub tail: Vec<Row>,
    /// Shape of every column, in [`Quantity`]'s order.
    pub columns: Vec<ColumnDescription>,
    /// Days on which the exchange traded and this symbol did not.
    pub gaps: Gaps,
    /// Correlation of returns with earlier returns.
    pub autocorrelation: Autocorrelation,
    /// Bars on which the adjustment factor moved: dividends, bonus issues, splits.
    pub ex_days: usize,
}

/// One bar as it stands in the source, with its factor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Trading date.
    pub date: TradeDate,
    /// Opening price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Closing price.
    pub close: f64,
    /// Shares.
    pub volume: f64,
    /// Back-adjustment factor.
    pub factor: f64,
}

/// A described column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Opening price, raw.
    Open,
    /// Highest price, raw.
    High,
    /// Lowest price, raw.
    Low,
    /// Closing price, raw.
    Close,
    /// Closing price, back-adjusted (hfq).
    CloseHfq,
    /// Shares traded.
    Volume,
    /// Simple return of the back-adjusted close, a fraction.
    Return,
}

/// Shape of one column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnDescription {
    /// Which column.
    pub quantity: Quantity,
    /// Its figures.
    #[serde(flatten)]
    pub figures: stats::Description,
}

/// Days without a bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gaps {
    /// Trading days missing between bars, in total.
    pub missing_days: usize,
    /// Number of holes.
    pub count: usize,
    /// The longest holes, longest first; of equal ones the earlier first.
    pub longest: Vec<Gap>,
    /// Whether the exchange's own calendar was known. Without it every weekday counts as a trading day, and holidays
    /// look like holes.
    pub calendar_known: bool,
}

/// One hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Last bar before.
    pub last_before: TradeDate,
    /// First bar after.
    pub first_after: TradeDate,
    /// Trading days between them without a bar.
    pub missing_days: usize,
}

/// Autocorrelations at lags 1, 2, ..., 20.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Autocorrelation {
    /// Returns they are taken over.
    pub observations: usize,
    /// Of returns.
    pub returns: Vec<Option<f64>>,
    /// Of absolute returns: volatility that comes in clusters shows here.
    pub absolute_returns: Vec<Option<f64>>,
}

/// Describes `bars`; `calendar` says which days without a bar were trading days.
///
/// Gaps are counted between the first and the last bar only.
pub fn describe(bars: &BarSeries, calendar: &TradingCalendar) -> Description {
    let hfq = bars.hfq();
    let returns: Vec<f64> = hfq.close.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
    let absolute: Vec<f64> = returns.iter().map(|r| r.abs()).collect();
    let column =
        |quantity, values: &[f64]| ColumnDescription { quantity, figures: stats::Description::of(values) };
    let lags = |values: &[f64]| (1..=LAGS).map(|lag| autocorrelation(values, lag)).collect();
    Description {
        symbol: bars.symbol.clone(),
        basis: bars.basis,
        rows: bars.len(),
        head: rows(bars, 0..bars.len().min(ROWS)),
        tail: rows(bars, bars.len().saturating_sub(ROWS)..bars.len()),
        columns: vec![
            column(Quantity::Open, &bars.open),
            column(Quantity::High, &bars.high),
            column(Quantity::Low, &bars.low),
            column(Quantity::Close, &bars.close),
            column(Quantity::CloseHfq, &hfq.close),
            column(Quantity::Volume, &bars.volume),
            column(Quantity::Return, &returns),
        ],
        gaps: gaps(&bars.date, calendar),
        autocorrelation: Autocorrelation {
            observations: returns.len(),
            returns: lags(&returns),
            absolute_returns: lags(&absolute),
        },
        ex_days: ex_days(&bars.factor),
    }
}

fn rows(bars: &BarSeries, range: std::ops::Range<usize>) -> Vec<Row> {
    range
        .map(|t| Row {
            date: bars.date[t],
            open: bars.open[t],
            high: bars.high[t],
            low: bars.low[t],
            close: bars.close[t],
            volume: bars.volume[t],
            factor: bars.factor[t],
        })
        .collect()
}

fn gaps(dates: &[TradeDate], calendar: &TradingCalendar) -> Gaps {
    let mut all: Vec<Gap> = dates
        .windows(2)
        .map(|pair| Gap {
            last_before: pair[0],
            first_after: pair[1],
            missing_days: calendar.trading_days_between(pair[0], pair[1]).saturating_sub(1),
        })
        .filter(|gap| gap.missing_days > 0)
        .collect();
    let (missing_days, count) = (all.iter().map(|gap| gap.missing_days).sum(), all.len());
    // A stable sort keeps earlier ones first.
    all.sort_by_key(|gap| std::cmp::Reverse(gap.missing_days));
    all.truncate(LONGEST);
    let calendar_known = matches!(calendar, TradingCalendar::Days(_));
    Gaps { missing_days, count, longest: all, calendar_known }
}

/// Counted against the last factor that was taken, so that rounding does not add up to an ex-day.
fn ex_days(factor: &[f64]) -> usize {
    let Some((&first, rest)) = factor.split_first() else { return 0 };
    let mut applied = first;
    let mut count = 0;
    for &f in rest {
        if (f / applied - 1.0).abs() > EX_DAY {
            applied = f;
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests;
