//! The figures of a curve, all in one pure module, so that every convention stands in one place.
//!
//! Who shares a convention is named beside each figure: empyrical (and pyfolio, which is built on it), quantstats, or a
//! textbook. Where two of them differ, so is the difference. `tests/it/peer_figures.rs` checks both against their own numbers.

mod drawdown;
mod moments;
mod orders;
mod periods;
mod relative;
mod rolling;
mod round_trips;
mod sweep;
mod tails;

pub use drawdown::drawdown;
pub use orders::unfilled_share;
pub use periods::{MonthReturn, PeriodReturns, YearReturn, period_returns};
pub use relative::Benchmarks;
pub use rolling::{ROLLING_WINDOW, rolling_sharpe, rolling_volatility};

use crate::backtest::Backtest;
use crate::ledger::Costs;
use crate::wide::{Four, Work, wide};
use drawdown::deepest_drawdown;
use moments::Moments;
use periods::returns_between;
use relative::Relative;
use round_trips::TripFigures;
use serde::{Deserialize, Serialize};
use sweep::Sweep;
use tails::Tails;

/// Trading days in a year, by which daily figures are annualised.
const TRADING_DAYS: f64 = 252.0;
/// Calendar days in a year.
const DAYS_PER_YEAR: f64 = 365.25;
/// Daily returns that vary less than this do not vary: what is left is rounding noise.
const NO_DEVIATION: f64 = 1e-12;

/// What a curve came to. r are the daily simple returns equity(t)/equity(t−1) − 1 between consecutive bars; the risk-free
/// rate is 0; a year is 252 returns or 365.25 calendar days. A figure that is not defined is `None`; so are all figures
/// of returns once the equity has been at or below zero. Losses, drawdowns and value at risk are negative.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurveMetrics {
    /// Equity at the last close, currency.
    pub final_equity: f64,
    /// Final equity / starting cash − 1.
    pub total_return: f64,
    /// Compound annual growth: (final equity / starting cash)^(365.25 / calendar days from first to last bar) − 1
    /// (CFA: the exact time). `None` for a single bar or when nothing is left. empyrical and quantstats count 252 bars to
    /// the year instead of days.
    pub cagr: Option<f64>,
    /// Sample standard deviation (n − 1) of r × √252 (empyrical, quantstats). `None` below two returns.
    pub volatility: Option<f64>,
    /// Mean of r / sample standard deviation of r × √252 (empyrical, quantstats). `None` when r does not vary.
    pub sharpe: Option<f64>,
    /// Mean of r / downside deviation × √252, the downside deviation being the root of the mean of min(r, 0)² over all
    /// days, target return 0 (empyrical, quantstats). `None` without a losing day.
    pub sortino: Option<f64>,
    /// CAGR / |largest drawdown| (empyrical, quantstats, each with its own CAGR). `None` without a drawdown.
    pub calmar: Option<f64>,
    /// The deepest of equity / highest equity so far − 1; zero or negative (empyrical, quantstats).
    pub max_drawdown: f64,
    /// Calendar days of that deepest drawdown, from its peak to the first close at or above the peak, or to the last bar
    /// where it never recovered. 0 without a drawdown. quantstats counts from the first day below the peak.
    pub max_drawdown_days: i64,
    /// Traded value / mean equity per calendar year, purchases and sales both counted. `None` for a single bar or a mean
    /// that is not positive. Funds often report half of it.
    pub turnover: Option<f64>,
    /// Number of fills.
    pub trades: usize,
    /// Share of closed round trips with a profit after all fees (backtesting.py, vectorbt). `None` when none was closed.
    /// quantstats counts winning days.
    pub win_rate: Option<f64>,
    /// Mean over the bars of the absolute share of equity invested at the close. backtesting.py counts the bars with any
    /// position.
    pub exposure: f64,
    /// Commission, stamp duty and other fees, currency; slippage is in the prices.
    pub costs_paid: f64,

    /// Historical value at risk: the 5 % quantile of r, linear between order statistics at (n − 1)·0.05 (empyrical,
    /// pyfolio, numpy's default). A daily return, usually negative. quantstats takes the normal distribution's quantile.
    #[serde(default)]
    pub var_95: Option<f64>,
    /// Expected shortfall: mean of the ⌊(n − 1)·0.05⌋ + 1 lowest r (empyrical). quantstats takes the
    /// normal distribution's.
    #[serde(default)]
    pub cvar_95: Option<f64>,
    /// Adjusted Fisher–Pearson coefficient of r, √(n(n−1))/(n−2) · m₃/m₂^1.5 (quantstats, pandas, Excel). `None` below
    /// three returns or when r does not vary. scipy leaves out the factor.
    #[serde(default)]
    pub skew: Option<f64>,
    /// |95 % quantile of r| / |5 % quantile of r| (empyrical, quantstats, pyfolio). `None` when the lower one is 0.
    #[serde(default)]
    pub tail_ratio: Option<f64>,
    /// Closed round trips.
    #[serde(default)]
    pub round_trips: usize,
    /// Profits of the winning round trips / |losses of the losing ones| (backtesting.py, vectorbt). `None` without a
    /// losing one. quantstats divides sums of daily returns.
    #[serde(default)]
    pub profit_factor: Option<f64>,
    /// Mean profit of the winning round trips, currency. `None` without one.
    #[serde(default)]
    pub average_win: Option<f64>,
    /// Mean profit of the losing round trips, currency, negative. `None` without one.
    #[serde(default)]
    pub average_loss: Option<f64>,
    /// Mean profit of all closed round trips, currency: win rate × average win + loss rate × average loss (vectorbt; Van
    /// Tharp). `None` when none was closed.
    #[serde(default)]
    pub expectancy: Option<f64>,
    /// What trading cost, by kind, currency; slippage is in the prices and not in `costs_paid`.
    #[serde(default)]
    pub costs: Costs,
    /// Jensen's alpha a year against the market curve: (mean r − beta × mean market r) × 252 (CFA, quantstats). empyrical
    /// compounds it. `None` where beta is, and where the curve was not set beside others.
    #[serde(default)]
    pub alpha: Option<f64>,
    /// Covariance of r with the market curve's r / variance of the latter (empyrical, quantstats). `None` when the market
    /// does not vary, and where the curve was not set beside others.
    #[serde(default)]
    pub beta: Option<f64>,
    /// Mean of r − r of `buy_and_hold` / sample standard deviation of that difference × √252 (Grinold and Kahn). empyrical
    /// and quantstats leave it daily. `None` when the difference does not vary, and where the curve was not set beside
    /// others.
    #[serde(default)]
    pub information_ratio: Option<f64>,
    /// Return of every calendar month and year.
    #[serde(default)]
    pub returns: PeriodReturns,
}

impl CurveMetrics {
    /// The figures of `curve` alone, without alpha, beta and information ratio; `None` if it has no bar.
    pub fn of(curve: &Backtest) -> Option<CurveMetrics> {
        measure(curve, None)
    }

    /// All figures of `curve`, measured against `benchmarks` over the same bars; `None` if it has no bar.
    pub fn beside(curve: &Backtest, benchmarks: &Benchmarks) -> Option<CurveMetrics> {
        measure(curve, Some(benchmarks))
    }
}

fn measure(curve: &Backtest, benchmarks: Option<&Benchmarks>) -> Option<CurveMetrics> {
    wide(Measure { curve, benchmarks })
}

struct Measure<'a> {
    curve: &'a Backtest,
    benchmarks: Option<&'a Benchmarks>,
}

impl Work for Measure<'_> {
    type Done = Option<CurveMetrics>;

    #[inline(always)]
    fn work<F: Four>(self) -> Option<CurveMetrics> {
        figures::<F>(self.curve, self.benchmarks)
    }
}

#[inline(always)]
fn figures<F: Four>(curve: &Backtest, benchmarks: Option<&Benchmarks>) -> Option<CurveMetrics> {
    let (&first, &last) = (curve.dates.first()?, curve.dates.last()?);
    let &final_equity = curve.equity.last()?;
    let years = last.days_since(first) as f64 / DAYS_PER_YEAR;
    let growth = final_equity / curve.cash;
    let sweep = Sweep::along::<F>(&curve.equity, &curve.position, benchmarks);
    let moments = Moments::of(&sweep.powers);
    let tails = Tails::of::<F>(&sweep.returns, &moments);
    let relative = benchmarks.map_or_else(Relative::default, |b| Relative::of(&sweep, &moments, b));
    let cagr = (years > 0.0 && growth > 0.0).then(|| growth.powf(1.0 / years) - 1.0);
    let (max_drawdown, max_drawdown_days) = deepest_drawdown::<F>(&curve.dates, &curve.equity);
    let (mean_equity, exposure) = (sweep.mean_equity, sweep.exposure);
    sweep.done();
    let trips = TripFigures::of(&curve.round_trips);
    let known_ends = benchmarks.and_then(|benchmarks| benchmarks.month_ends(&curve.dates));
    let returns = match known_ends {
        Some(ends) => returns_between(ends, &curve.equity, curve.cash),
        None => period_returns(&curve.dates, &curve.equity, curve.cash),
    };
    Some(CurveMetrics {
        final_equity,
        total_return: growth - 1.0,
        cagr,
        volatility: moments.deviation.map(|deviation| deviation * TRADING_DAYS.sqrt()),
        sharpe: annual_ratio(moments.mean, moments.deviation),
        sortino: annual_ratio(moments.mean, moments.downside),
        calmar: cagr.filter(|_| max_drawdown < 0.0).map(|cagr| cagr / -max_drawdown),
        max_drawdown,
        max_drawdown_days,
        turnover: (years > 0.0 && mean_equity > 0.0).then(|| curve.traded_value / mean_equity / years),
        trades: curve.trades.len(),
        win_rate: trips.win_rate,
        exposure,
        costs_paid: curve.costs.fees(),
        var_95: tails.value_at_risk,
        cvar_95: tails.expected_shortfall,
        skew: moments.skew,
        tail_ratio: tails.ratio,
        round_trips: curve.round_trips.len(),
        profit_factor: trips.profit_factor,
        average_win: trips.average_win,
        average_loss: trips.average_loss,
        expectancy: trips.expectancy,
        costs: curve.costs,
        alpha: relative.alpha,
        beta: relative.beta,
        information_ratio: relative.information_ratio,
        returns,
    })
}

/// `mean` over `deviation`, annualised; `None` where the deviation is missing or nothing.
fn annual_ratio(mean: f64, deviation: Option<f64>) -> Option<f64> {
    deviation.filter(|deviation| *deviation > NO_DEVIATION).map(|d| mean / d * TRADING_DAYS.sqrt())
}

/// Fails where vectors change a figure.
#[cfg(test)]
pub(crate) fn every_cpu_finds_the_same(curve: &Backtest, benchmarks: &Benchmarks) {
    let plain = figures::<crate::wide::Plain>(curve, Some(benchmarks));
    assert_eq!(format!("{:?}", CurveMetrics::beside(curve, benchmarks)), format!("{plain:?}"));
}
