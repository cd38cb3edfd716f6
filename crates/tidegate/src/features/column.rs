//! One feature over one series.

use super::{Feature, atr, bollinger, macd, returns, rolling, rsi, volume, williams_r};
use tidegate_market::{AdjustedPrices, BarSeries};

/// One feature over the bars of one symbol. Bars in the warm-up have no value, not a special one.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    warm_up: usize,
    defined: Vec<f64>,
}

impl Column {
    /// Bars at the start without a value.
    pub fn warm_up(&self) -> usize {
        self.warm_up
    }

    /// The value at `bar`; `None` in the warm-up and after the end.
    pub fn get(&self, bar: usize) -> Option<f64> {
        self.defined.get(bar.checked_sub(self.warm_up)?).copied()
    }

    /// The values from bar [`Column::warm_up`] on; empty if the series is not longer than that.
    pub fn defined(&self) -> &[f64] {
        &self.defined
    }
}

/// Computes one feature over a series.
///
/// # Panics
/// If the feature carries the period 0, which no name can.
pub fn compute(feature: Feature, bars: &BarSeries) -> Column {
    over(feature, &bars.hfq(), &bars.volume)
}

/// The same over prices that are adjusted already, so that a panel adjusts them once.
pub(super) fn over(feature: Feature, prices: &AdjustedPrices, shares: &[f64]) -> Column {
    let AdjustedPrices { open, high, low, close } = prices;
    let defined = match feature {
        Feature::Open => open.clone(),
        Feature::High => high.clone(),
        Feature::Low => low.clone(),
        Feature::Close => close.clone(),
        Feature::Volume => shares.to_vec(),
        Feature::LogVolume => shares.iter().map(|v| v.ln_1p()).collect(),
        Feature::HighMinusLow => high.iter().zip(low).map(|(h, l)| h - l).collect(),
        Feature::OpenMinusClose => open.iter().zip(close).map(|(o, c)| o - c).collect(),
        Feature::Return => returns::simple(close),
        Feature::LogReturn => returns::log(close),
        Feature::LogRange => high.iter().zip(low).map(|(h, l)| (h / l).ln()).collect(),
        Feature::MovingAverage(n) => rolling::mean(close, n),
        Feature::CloseToMovingAverage(n) => {
            let current = close.iter().skip(n - 1);
            current.zip(rolling::mean(close, n)).map(|(c, ma)| c / ma - 1.0).collect()
        }
        Feature::RollingStd(n) => rolling::std(close, n),
        Feature::Rsi(n) => rsi::rsi(close, n),
        Feature::WilliamsR(n) => williams_r::williams_r(high, low, close, n),
        Feature::Macd => macd::macd(close).line,
        Feature::MacdSignal => macd::macd(close).signal,
        Feature::MacdHist => macd::macd(close).histogram,
        Feature::Atr(n) => atr::atr(high, low, close, n),
        Feature::BollingerB(n) => bollinger::percent_b(close, n),
        Feature::Obv => volume::on_balance(close, shares),
        Feature::VolumeRatio(n) => volume::ratio(shares, n),
    };
    let warm_up = feature.warm_up();
    assert_eq!(defined.len(), close.len().saturating_sub(warm_up), "{feature}: values after the warm-up");
    Column { warm_up, defined }
}
