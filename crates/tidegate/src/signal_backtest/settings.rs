//! `backtest.toml`: everything that decides the result of a backtest of signals.

use crate::experiment::{Data, MarketRules, Report};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// On which terms the curve `as_shown` is drawn, which is filled at the close that made the decision and therefore can
/// only be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsShown {
    /// Without rules and costs, as tutorials draw it.
    #[default]
    Free,
    /// By the rules and costs of the other curves.
    SameTerms,
}

/// The file of signals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignalOrigin {
    /// Where it was, as seen from the directory.
    pub path: Option<PathBuf>,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}

/// `backtest.toml`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BacktestSettings {
    /// Terms of `as_shown`.
    pub as_shown: AsShown,
    /// The bars.
    pub data: Data,
    /// The signals.
    pub signals: SignalOrigin,
    /// Rule book, costs and terms.
    pub market: MarketRules,
    /// How results are shown.
    pub report: Report,
}
