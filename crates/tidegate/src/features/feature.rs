//! The closed list of features, each with its definition and its warm-up.

use super::macd;

/// One input of a network. Periods count bars; the experiment file allows [`PERIODS`](super::PERIODS).
///
/// C, O, H, L are back-adjusted prices of bar t, V its raw volume in shares. The first [`Feature::warm_up`] bars
/// of a series have no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// `open`: O.
    Open,
    /// `high`: H.
    High,
    /// `low`: L.
    Low,
    /// `close`: C.
    Close,
    /// `volume`: V, shares.
    Volume,
    /// `log_volume`: ln(1 + V). One share is added so that a bar without trade has a value.
    LogVolume,
    /// `high_minus_low`: H − L.
    HighMinusLow,
    /// `open_minus_close`: O − C.
    OpenMinusClose,
    /// `return`: C(t)/C(t−1) − 1 (TA-Lib `ROCP`, period 1).
    Return,
    /// `log_return`: ln(C(t)/C(t−1)).
    LogReturn,
    /// `log_range`: ln(H/L), the day's range as a measure of volatility (Parkinson 1980).
    LogRange,
    /// `ma_N`: mean of the last N closes (TA-Lib `SMA`).
    MovingAverage(usize),
    /// `close_to_ma_N`: C / `ma_N` − 1, free of the price level.
    CloseToMovingAverage(usize),
    /// `std_N`: population standard deviation of the last N closes (TA-Lib `STDDEV`, nbdev 1). Unit: price.
    RollingStd(usize),
    /// `rsi_N`: relative strength index, Wilder's smoothing, 0 to 100 (TA-Lib `RSI`). A series that has not moved
    /// at all since its first bar has no defined index; it is given TA-Lib's 0.
    Rsi(usize),
    /// `willr_N`: Williams %R over N bars, −100 to 0 (TA-Lib `WILLR`). N bars without any range have no defined
    /// value; they are given TA-Lib's 0.
    WilliamsR(usize),
    /// `macd`: EMA(12) − EMA(26) of the close (TA-Lib `MACD` 12, 26, 9, first output). Unit: price.
    Macd,
    /// `macd_signal`: EMA(9) of `macd` (second output).
    MacdSignal,
    /// `macd_hist`: `macd` − `macd_signal` (third output).
    MacdHist,
    /// `atr_N`: average true range, Wilder's smoothing (TA-Lib `ATR`). Unit: price.
    Atr(usize),
    /// `bollinger_b_N`: %B = (C − lower)/(upper − lower), bands at `ma_N` ± 2 `std_N` (TA-Lib `BBANDS`). Bands
    /// without width leave it undefined; the close then stands on the middle band and the value is 0.5.
    BollingerB(usize),
    /// `obv`: on-balance volume in shares, beginning with the first bar's volume (TA-Lib `OBV`).
    Obv,
    /// `volume_ratio_N`: ln((1 + V)/(1 + mean V of the last N bars)), one share added as in `log_volume`.
    VolumeRatio(usize),
}

impl Feature {
    /// Bars at the start of a series that have no value; TA-Lib's lookback where TA-Lib has the function.
    pub fn warm_up(self) -> usize {
        match self {
            Feature::Open
            | Feature::High
            | Feature::Low
            | Feature::Close
            | Feature::Volume
            | Feature::LogVolume
            | Feature::HighMinusLow
            | Feature::OpenMinusClose
            | Feature::LogRange
            | Feature::Obv => 0,
            Feature::Return | Feature::LogReturn => 1,
            Feature::MovingAverage(n)
            | Feature::CloseToMovingAverage(n)
            | Feature::RollingStd(n)
            | Feature::WilliamsR(n)
            | Feature::BollingerB(n)
            | Feature::VolumeRatio(n) => n.saturating_sub(1),
            Feature::Rsi(n) | Feature::Atr(n) => n,
            Feature::Macd | Feature::MacdSignal | Feature::MacdHist => macd::WARM_UP,
        }
    }
}
