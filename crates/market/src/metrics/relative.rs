//! A curve beside what it should be better than: the market itself, and buying once.

use super::moments::{Moments, daily_returns};
use super::sums::{sum, sum_of_pairs};
use super::{NO_DEVIATION, TRADING_DAYS, annual_ratio};
use crate::backtest::Backtest;

/// What curves are measured against, made ready once for any number of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Benchmarks {
    /// r of the market curve.
    market: Vec<f64>,
    /// Mean of `market`.
    market_mean: f64,
    /// Sum of the squared deviations of `market` from its mean.
    market_squares: f64,
    /// r of `buy_and_hold`.
    held: Vec<f64>,
}

impl Benchmarks {
    /// The market curve, for alpha and beta, and `buy_and_hold`, for the information ratio, over the same bars as the
    /// curves to be measured.
    pub fn new(market: &Backtest, buy_and_hold: &Backtest) -> Benchmarks {
        let (market, held) = (daily_returns(&market.equity), daily_returns(&buy_and_hold.equity));
        let market_mean = sum(&market, |r| r) / market.len() as f64;
        let market_squares = sum(&market, |r| (r - market_mean).powi(2));
        Benchmarks { market, market_mean, market_squares, held }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Relative {
    pub alpha: Option<f64>,
    pub beta: Option<f64>,
    pub information_ratio: Option<f64>,
}

impl Relative {
    /// Figures of `returns` against `benchmarks`; nothing where they are over another number of bars.
    pub fn of(returns: &[f64], moments: &Moments, benchmarks: &Benchmarks) -> Relative {
        let n = returns.len() as f64;
        let beta = benchmarks.beta(returns, moments.mean);
        let alpha = beta.map(|beta| (moments.mean - beta * benchmarks.market_mean) * TRADING_DAYS);
        let comparable = n >= 2.0 && returns.len() == benchmarks.held.len();
        let information_ratio = comparable
            .then(|| active(returns, &benchmarks.held))
            .and_then(|(mean, deviation)| annual_ratio(mean, Some(deviation)));
        Relative { alpha, beta, information_ratio }
    }
}

impl Benchmarks {
    fn beta(&self, returns: &[f64], mean: f64) -> Option<f64> {
        let n = self.market.len();
        let varies = n >= 2 && (self.market_squares / (n - 1) as f64).sqrt() > NO_DEVIATION;
        if n != returns.len() || !varies {
            return None;
        }
        let products =
            sum_of_pairs(returns, &self.market, |r, market| (r - mean) * (market - self.market_mean));
        Some(products / self.market_squares)
    }
}

/// Mean and sample standard deviation of the returns beyond those of `held`.
fn active(returns: &[f64], held: &[f64]) -> (f64, f64) {
    let n = returns.len() as f64;
    let mean = sum_of_pairs(returns, held, |r, held| r - held) / n;
    let squares = sum_of_pairs(returns, held, |r, held| (r - held - mean).powi(2));
    (mean, (squares / (n - 1.0)).sqrt())
}
