//! Daily bars of one symbol as columns. Raw prices and adjustment factors are kept apart, always.

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

/// Back-adjusted (hfq) price columns of a series.
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

impl BarSeries {
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
        let times = |column: &[f64]| column.iter().zip(&self.factor).map(|(price, f)| price * f).collect();
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

    /// f(t)/f(t−1) cumulated over the exchange's reference prices: close(t−1)/pre_close(t) on every bar.
    pub fn factor_from_pre_close(close: &[f64], pre_close: &[f64]) -> Vec<f64> {
        let mut factor = vec![1.0; close.len()];
        for t in 1..close.len() {
            factor[t] = factor[t - 1] * close[t - 1] / pre_close[t];
        }
        factor
    }
}
