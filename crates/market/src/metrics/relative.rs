//! A curve beside what it should be better than: the market itself, and buying once.

use super::moments::{Moments, daily_returns, steady_return};
use super::periods::{MonthEnd, are_ends_of, month_ends};
use super::sweep::Sweep;
use super::{NO_DEVIATION, TRADING_DAYS, annual_ratio};
use crate::backtest::Backtest;
use crate::date::TradeDate;

/// What curves are measured against, made ready once for any number of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Benchmarks {
    /// r of the market curve, less their mean.
    market: Vec<f64>,
    market_mean: f64,
    /// Sum of the squares of `market`.
    market_squares: f64,
    /// r of `buy_and_hold`, less its steady return.
    held: Vec<f64>,
    held_steady: f64,
    month_ends: Vec<MonthEnd>,
}

impl Benchmarks {
    /// The market curve, for alpha and beta, and `buy_and_hold`, for the information ratio, over the same bars as the
    /// curves to be measured.
    pub fn new(market: &Backtest, buy_and_hold: &Backtest) -> Benchmarks {
        let mut of_market = daily_returns(&market.equity);
        let market_mean = sum(&of_market, |r| r) / of_market.len() as f64;
        of_market.iter_mut().for_each(|r| *r -= market_mean);
        let held_steady = steady_return(&buy_and_hold.equity);
        let mut held = daily_returns(&buy_and_hold.equity);
        held.iter_mut().for_each(|r| *r -= held_steady);
        Benchmarks {
            market_squares: sum(&of_market, |r| r * r),
            market: of_market,
            market_mean,
            held,
            held_steady,
            month_ends: month_ends(&market.dates),
        }
    }

    /// Returns of the market, where there are `n`.
    pub(super) fn market_over(&self, n: usize) -> Option<&[f64]> {
        (self.market.len() == n).then_some(&self.market)
    }

    /// Returns of `buy_and_hold`, where there are `n`: it may have been ruined.
    pub(super) fn held_over(&self, n: usize) -> Option<&[f64]> {
        (self.held.len() == n).then_some(&self.held)
    }

    /// Where the months of `dates` end, if they end where those of the benchmarks do.
    pub(super) fn month_ends(&self, dates: &[TradeDate]) -> Option<&[MonthEnd]> {
        are_ends_of(&self.month_ends, dates).then_some(&self.month_ends)
    }
}

/// Sum of `f` over `values` in eight running sums, since additions of one wait for each other.
fn sum(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let (blocks, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for block in blocks {
        sums.iter_mut().zip(block).for_each(|(sum, value)| *sum += f(*value));
    }
    sums.iter().sum::<f64>() + rest.iter().map(|value| f(*value)).sum::<f64>()
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Relative {
    pub alpha: Option<f64>,
    pub beta: Option<f64>,
    pub information_ratio: Option<f64>,
}

impl Relative {
    /// Figures of a curve against `benchmarks`; nothing where they are over another number of bars.
    pub fn of(sweep: &Sweep, moments: &Moments, benchmarks: &Benchmarks) -> Relative {
        let n = sweep.returns.len();
        if n < 2 {
            return Relative::default();
        }
        let freedom = n as f64 - 1.0;
        let varies = benchmarks.market_over(n).is_some()
            && (benchmarks.market_squares / freedom).sqrt() > NO_DEVIATION;
        let beta = varies.then(|| sweep.with_market / benchmarks.market_squares);
        let alpha = beta.map(|beta| (moments.mean - beta * benchmarks.market_mean) * TRADING_DAYS);
        let [sum, squares] = sweep.beyond_held;
        let off = sum / n as f64;
        let mean = off + (sweep.powers.shift - benchmarks.held_steady);
        let deviation = benchmarks.held_over(n).map(|_| ((squares - sum * off).max(0.0) / freedom).sqrt());
        Relative { alpha, beta, information_ratio: annual_ratio(mean, deviation) }
    }
}
