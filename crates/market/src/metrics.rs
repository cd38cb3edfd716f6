//! The figures of a curve, all in one pure function, so that every convention stands in one place.

use crate::backtest::Backtest;
use crate::date::TradeDate;
use serde::{Deserialize, Serialize};

/// Trading days in a year, by which daily figures are annualised.
const TRADING_DAYS: f64 = 252.0;
/// Calendar days in a year.
const DAYS_PER_YEAR: f64 = 365.25;
/// Daily returns that vary less than this do not vary: what is left is rounding noise.
const NO_DEVIATION: f64 = 1e-12;

/// What a curve came to. r are the daily simple returns equity(t)/equity(t−1) − 1 between consecutive bars; the risk-free
/// rate is 0; a year is 252 returns or 365.25 calendar days. A figure that is not defined is `None`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurveMetrics {
    /// Equity at the last close, currency.
    pub final_equity: f64,
    /// Final equity / starting cash − 1.
    pub total_return: f64,
    /// Compound annual growth: (final equity / starting cash)^(365.25 / calendar days from first to last bar) − 1.
    /// `None` for a single bar or when nothing is left.
    pub cagr: Option<f64>,
    /// Sample standard deviation (n − 1) of r × √252. `None` below two returns.
    pub volatility: Option<f64>,
    /// Mean of r / sample standard deviation of r × √252. `None` when r does not vary.
    pub sharpe: Option<f64>,
    /// Mean of r / downside deviation × √252, the downside deviation being the root of the mean of min(r, 0)² over all
    /// days (target return 0). `None` without a losing day.
    pub sortino: Option<f64>,
    /// CAGR / |largest drawdown|. `None` without a drawdown.
    pub calmar: Option<f64>,
    /// The deepest of equity / highest equity so far − 1; zero or negative.
    pub max_drawdown: f64,
    /// Calendar days of that deepest drawdown, from its peak to the first close at or above the peak, or to the last bar
    /// where it never recovered. 0 without a drawdown.
    pub max_drawdown_days: i64,
    /// Traded value / mean equity per calendar year. `None` for a single bar or a mean that is not positive.
    pub turnover: Option<f64>,
    /// Number of fills.
    pub trades: usize,
    /// Share of closed round trips with a profit after all fees. `None` when none was closed.
    pub win_rate: Option<f64>,
    /// Mean over the bars of the absolute share of equity invested at the close.
    pub exposure: f64,
    /// Commission, stamp duty and other fees, currency; slippage is in the prices.
    pub costs_paid: f64,
}

impl CurveMetrics {
    /// The figures of `curve`; `None` if it has no bar.
    pub fn of(curve: &Backtest) -> Option<CurveMetrics> {
        let (&first, &last) = (curve.dates.first()?, curve.dates.last()?);
        let &final_equity = curve.equity.last()?;
        let years = last.days_since(first) as f64 / DAYS_PER_YEAR;
        let growth = final_equity / curve.cash;
        // From equity at or below zero there is no simple return.
        let solvent = curve.equity.iter().all(|equity| *equity > 0.0);
        let returns = if solvent { daily_returns(&curve.equity) } else { Vec::new() };
        let cagr = (years > 0.0 && growth > 0.0).then(|| growth.powf(1.0 / years) - 1.0);
        let deviation = sample_deviation(&returns);
        let (max_drawdown, max_drawdown_days) = deepest_drawdown(&curve.dates, &curve.equity);
        let bars = curve.equity.len() as f64;
        let mean_equity = curve.equity.iter().sum::<f64>() / bars;
        let wins = curve.round_trips.iter().filter(|trip| trip.profit > 0.0).count();
        Some(CurveMetrics {
            final_equity,
            total_return: growth - 1.0,
            cagr,
            volatility: deviation.map(|deviation| deviation * TRADING_DAYS.sqrt()),
            sharpe: annual_ratio(&returns, deviation),
            sortino: annual_ratio(&returns, downside_deviation(&returns)),
            calmar: cagr.filter(|_| max_drawdown < 0.0).map(|cagr| cagr / -max_drawdown),
            max_drawdown,
            max_drawdown_days,
            turnover: (years > 0.0 && mean_equity > 0.0).then(|| curve.traded_value / mean_equity / years),
            trades: curve.trades.len(),
            win_rate: (!curve.round_trips.is_empty()).then(|| wins as f64 / curve.round_trips.len() as f64),
            exposure: curve.position.iter().map(|share| share.abs()).sum::<f64>() / bars,
            costs_paid: curve.costs.fees(),
        })
    }
}

/// Drawdown of every bar: equity / highest equity so far − 1; zero or negative.
pub fn drawdown(equity: &[f64]) -> Vec<f64> {
    let mut peak = f64::NEG_INFINITY;
    equity
        .iter()
        .map(|&value| {
            peak = peak.max(value);
            value / peak - 1.0
        })
        .collect()
}

fn daily_returns(equity: &[f64]) -> Vec<f64> {
    equity.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn sample_deviation(returns: &[f64]) -> Option<f64> {
    let freedom = returns.len().checked_sub(1).filter(|n| *n > 0)?;
    let mean = mean(returns);
    let squares: f64 = returns.iter().map(|r| (r - mean).powi(2)).sum();
    Some((squares / freedom as f64).sqrt())
}

fn downside_deviation(returns: &[f64]) -> Option<f64> {
    let squares: f64 = returns.iter().map(|r| r.min(0.0).powi(2)).sum();
    (!returns.is_empty()).then(|| (squares / returns.len() as f64).sqrt())
}

/// Mean return over `deviation`, annualised; `None` where the deviation is missing or nothing.
fn annual_ratio(returns: &[f64], deviation: Option<f64>) -> Option<f64> {
    deviation.filter(|deviation| *deviation > NO_DEVIATION).map(|d| mean(returns) / d * TRADING_DAYS.sqrt())
}

/// Depth of the deepest drawdown (the first of equals) and its calendar days from peak to recovery or to the end.
fn deepest_drawdown(dates: &[TradeDate], equity: &[f64]) -> (f64, i64) {
    let depths = drawdown(equity);
    let trough = (0..depths.len()).reduce(|low, t| if depths[t] < depths[low] { t } else { low });
    let Some(trough) = trough.filter(|t| depths[*t] < 0.0) else { return (0.0, 0) };
    // The bar of a running maximum has depth 0; one exists before any trough.
    let peak = (0..trough).rev().find(|t| depths[*t] == 0.0).unwrap_or(0);
    let end = (trough..depths.len()).find(|t| depths[*t] == 0.0).unwrap_or(depths.len() - 1);
    (depths[trough], dates[end].days_since(dates[peak]))
}
