//! What a network may look at: features by name, computed in f64 over the traded bars of one symbol.
//!
//! Prices are back-adjusted (hfq = raw × factor), volume is raw shares. Indicators follow TA-Lib, warm-up length
//! included; where TA-Lib has no such function the formula stands at the [`Feature`] variant. Every value at bar
//! t depends on bars ≤ t alone, bit for bit: a rolling figure is computed afresh from its own window, and a
//! recursive one (RSI, MACD, ATR, OBV) runs forward from the first bar.

mod atr;
mod bollinger;
mod column;
mod feature;
mod macd;
mod name;
mod panel;
mod returns;
mod rolling;
mod rsi;
mod volume;
mod williams_r;

#[cfg(test)]
mod tests;

pub use column::{Column, compute};
pub use feature::Feature;
pub use name::{FeatureError, PERIODS};
pub use panel::{FeaturePanel, Run};

/// A range smaller than this share of the price is the rounding of raw × factor, not movement: a tick is at least
/// 1e-7 of any quoted price.
const ROUNDING: f64 = 1e-12;
