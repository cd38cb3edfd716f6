//! Daily bars of one symbol as columns. Raw prices and adjustment factors are kept apart, always.

use crate::adjustment::adjusted;
use crate::date::TradeDate;
use serde::{Deserialize, Serialize};

/// What the raw price columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceBasis {
    /// Prices as they were quoted on the day.
    Raw,
    /// Already divided by later splits (Yahoo): tick rounding and lots make no sense on them.
    SplitAdjusted,
}

/// One symbol's traded bars, ascending and unique by date. All columns have the same length.
#[derive(Clone, Debug, PartialEq)]
pub struct BarSeries {
    /// E.g. `600000.SH` or `AAPL`.
    pub symbol: String,
    /// What the prices are.
    pub basis: PriceBasis,
    /// Trading dates, strictly ascending.
    pub date: Vec<TradeDate>,
    /// Opening price, currency.
    pub open: Vec<f64>,
    /// Highest price.
    pub high: Vec<f64>,
    /// Lowest price.
    pub low: Vec<f64>,
    /// Closing price.
    pub close: Vec<f64>,
    /// Shares traded.
    pub volume: Vec<f64>,
    /// Turnover in currency units, where the source has it.
    pub amount: Option<Vec<f64>>,
    /// The exchange's reference price (ex-right previous close), where the source has it.
    pub pre_close: Option<Vec<f64>>,
    /// f(t)/f(first): back-adjusted (hfq) price = raw × factor. 1 on the first stored bar.
    pub factor: Vec<f64>,
}

/// Adjusted price columns of a series: back-adjusted (hfq) or forward-adjusted (qfq).
#[derive(Clone, Debug, PartialEq)]
pub struct AdjustedPrices {
    /// Opening price × factor.
    pub open: Vec<f64>,
    /// Highest price × factor.
    pub high: Vec<f64>,
    /// Lowest price × factor.
    pub low: Vec<f64>,
    /// Closing price × factor.
    pub close: Vec<f64>,
}

/// Why columns are no bar series.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BarError {
    /// A column is longer or shorter than `date`.
    #[error("column {column}: expected {expected} values, found {found}")]
    Length {
        /// Name of the column.
        column: &'static str,
        /// Number of dates.
        expected: usize,
        /// Number of values.
        found: usize,
    },
    /// Dates are not strictly ascending.
    #[error("bar {index}: expected a date after {previous}, found {found}")]
    Date {
        /// Index of the bar.
        index: usize,
        /// Date of the bar before.
        previous: TradeDate,
        /// Its own date.
        found: TradeDate,
    },
    /// A price or factor that is not positive and finite, a volume or amount that is negative or not finite.
    #[error("bar {index} ({date}), column {column}: expected {expected}, found {found}")]
    Value {
        /// Index of the bar.
        index: usize,
        /// Its date.
        date: TradeDate,
        /// Name of the column.
        column: &'static str,
        /// What a value must be.
        expected: &'static str,
        /// The value.
        found: f64,
    },
    /// Open or close outside `[low, high]`, or high below low.
    #[error("bar {index} ({date}): expected low {low} <= open {open}, close {close} <= high {high}")]
    Range {
        /// Index of the bar.
        index: usize,
        /// Its date.
        date: TradeDate,
        /// Opening price.
        open: f64,
        /// Highest price.
        high: f64,
        /// Lowest price.
        low: f64,
        /// Closing price.
        close: f64,
    },
}

impl BarSeries {
    /// Every promise of the type holds: columns of one length, dates strictly ascending, prices and factors positive and
    /// finite, volumes and amounts not negative, low ≤ open, close ≤ high.
    ///
    /// # Errors
    /// [`BarError`] for the first promise broken.
    pub fn check(&self) -> Result<(), BarError> {
        let prices = [
            ("open", Some(&self.open)),
            ("high", Some(&self.high)),
            ("low", Some(&self.low)),
            ("close", Some(&self.close)),
            ("factor", Some(&self.factor)),
            ("pre_close", self.pre_close.as_ref()),
        ];
        let sums = [("volume", Some(&self.volume)), ("amount", self.amount.as_ref())];
        let expected = self.date.len();
        for (name, column) in prices.into_iter().chain(sums) {
            if let Some(column) = column.filter(|column| column.len() != expected) {
                return Err(BarError::Length { column: name, expected, found: column.len() });
            }
        }
        for (index, pair) in self.date.windows(2).enumerate() {
            if pair[0] >= pair[1] {
                return Err(BarError::Date { index: index + 1, previous: pair[0], found: pair[1] });
            }
        }
        self.check_values(&prices, "a positive number", |value| value > 0.0)?;
        self.check_values(&sums, "a number of 0 or more", |value| value >= 0.0)?;
        for (index, &date) in self.date.iter().enumerate() {
            let (open, high, low, close) =
                (self.open[index], self.high[index], self.low[index], self.close[index]);
            if low > open.min(close) || high < open.max(close) {
                return Err(BarError::Range { index, date, open, high, low, close });
            }
        }
        Ok(())
    }

    fn check_values(
        &self,
        columns: &[(&'static str, Option<&Vec<f64>>)],
        expected: &'static str,
        fits: impl Fn(f64) -> bool,
    ) -> Result<(), BarError> {
        for (column, values) in columns {
            let bad = values.and_then(|values| values.iter().position(|v| !(v.is_finite() && fits(*v))));
            if let (Some(index), Some(values)) = (bad, values) {
                let (date, found) = (self.date[index], values[index]);
                return Err(BarError::Value { index, date, column, expected, found });
            }
        }
        Ok(())
    }

    /// Number of bars.
    pub fn len(&self) -> usize {
        self.date.len()
    }

    /// Whether there is no bar.
    pub fn is_empty(&self) -> bool {
        self.date.is_empty()
    }

    /// Back-adjusted prices: raw × f(t)/f(first). They do not move when a later dividend arrives.
    pub fn hfq(&self) -> AdjustedPrices {
        self.adjusted(1.0)
    }

    /// Forward-adjusted prices: raw × f(t)/f(last), so that the last bar shows the quoted prices. For display only.
    pub fn qfq(&self) -> AdjustedPrices {
        self.adjusted(self.factor.last().copied().unwrap_or(1.0))
    }

    fn adjusted(&self, base: f64) -> AdjustedPrices {
        let times = |column: &[f64]| adjusted(column, &self.factor, base);
        AdjustedPrices {
            open: times(&self.open),
            high: times(&self.high),
            low: times(&self.low),
            close: times(&self.close),
        }
    }

    /// The bars in `range`, factors unchanged (still relative to the first bar of the stored series).
    pub fn slice(&self, range: std::ops::Range<usize>) -> BarSeries {
        let cut = |column: &[f64]| column[range.clone()].to_vec();
        BarSeries {
            symbol: self.symbol.clone(),
            basis: self.basis,
            date: self.date[range.clone()].to_vec(),
            open: cut(&self.open),
            high: cut(&self.high),
            low: cut(&self.low),
            close: cut(&self.close),
            volume: cut(&self.volume),
            amount: self.amount.as_deref().map(cut),
            pre_close: self.pre_close.as_deref().map(cut),
            factor: cut(&self.factor),
        }
    }
}

#[cfg(test)]
mod tests;
