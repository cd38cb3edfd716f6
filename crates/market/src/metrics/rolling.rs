//! Figures of a window that moves along a curve.

use super::TRADING_DAYS;
use super::moments::daily_returns;

/// Returns in a rolling window: half a trading year, as in pyfolio and quantstats.
pub const ROLLING_WINDOW: usize = 126;

/// Returns of a window whose spread is below this share of their size do not vary: what is left is rounding noise.
const NO_SPREAD: f64 = 1e-7;

/// Sharpe ratio of the last `window` daily returns at every bar: mean / sample standard deviation × √252 (pyfolio,
/// quantstats). One value per bar; `None` for the first `window` bars (there are too few returns), where the returns of
/// the window do not vary, and everywhere if the equity was ever at or below zero.
pub fn rolling_sharpe(equity: &[f64], window: usize) -> Vec<Option<f64>> {
    rolling(equity, window, |mean, deviation| {
        (deviation > 0.0).then(|| mean / deviation * TRADING_DAYS.sqrt())
    })
}

/// Volatility of the last `window` daily returns at every bar: sample standard deviation × √252 (quantstats). `None`
/// where too few returns are known; 0 where they do not vary.
pub fn rolling_volatility(equity: &[f64], window: usize) -> Vec<Option<f64>> {
    rolling(equity, window, |_, deviation| Some(deviation * TRADING_DAYS.sqrt()))
}

/// `figure` of mean and sample deviation of each window; a deviation that is rounding noise is 0.
fn rolling(equity: &[f64], window: usize, figure: impl Fn(f64, f64) -> Option<f64>) -> Vec<Option<f64>> {
    let mut figures = vec![None; equity.len()];
    let returns = daily_returns(equity);
    if window < 2 || returns.len() < window {
        return figures;
    }
    let n = window as f64;
    // A window is the end of one block of returns and the start of the next (van Herk's trick), so its sums are never a
    // difference of longer ones, whose rounding would pass for spread where the curve is flat.
    let mut ends = vec![Sums::default(); window];
    for (block, returns_of_block) in returns.chunks(window).enumerate() {
        let mut start = Sums::default();
        for (k, r) in returns_of_block.iter().enumerate() {
            start = start.with(*r);
            let whole = k + 1 == window;
            if block == 0 && !whole {
                continue;
            }
            let sums = if whole { start } else { start.plus(ends[k + 1]) };
            let mean = sums.sum / n;
            let variance = (sums.squares - n * mean * mean) / (n - 1.0);
            let varies = variance > NO_SPREAD * NO_SPREAD * (sums.squares / n);
            let deviation = if varies { variance.sqrt() } else { 0.0 };
            // Return k of the block leads to the bar after it.
            figures[block * window + k + 1] = figure(mean, deviation);
        }
        let mut end = Sums::default();
        for (k, r) in returns_of_block.iter().enumerate().rev() {
            end = end.with(*r);
            ends[k] = end;
        }
    }
    figures
}

/// Sum of returns and of their squares.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    sum: f64,
    squares: f64,
}

impl Sums {
    fn with(self, r: f64) -> Sums {
        Sums { sum: self.sum + r, squares: self.squares + r * r }
    }

    fn plus(self, other: Sums) -> Sums {
        Sums { sum: self.sum + other.sum, squares: self.squares + other.squares }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(returns: impl IntoIterator<Item = f64>) -> Vec<f64> {
        let mut equity = vec![100.0];
        for r in returns {
            equity.push(equity[equity.len() - 1] * (1.0 + r));
        }
        equity
    }

    #[test]
    fn every_window_agrees_with_its_own_sums() {
        let equity = curve((0..60).map(|k| (f64::from(k) * 1.3).sin() * 0.02 + 0.001));
        let returns = daily_returns(&equity);
        for window in [2, 7, 20, 60] {
            let found = rolling_sharpe(&equity, window);
            assert_eq!(found.len(), equity.len());
            for (t, found) in found.iter().enumerate() {
                if t < window {
                    assert_eq!(*found, None);
                    continue;
                }
                let last = &returns[t - window..t];
                let mean = last.iter().sum::<f64>() / window as f64;
                let squares: f64 = last.iter().map(|r| (r - mean).powi(2)).sum();
                let expected = mean / (squares / (window as f64 - 1.0)).sqrt() * 252_f64.sqrt();
                assert!((found.unwrap() - expected).abs() < 1e-9 * expected.abs().max(1.0), "{window}, {t}");
            }
        }
    }

    #[test]
    fn where_the_curve_is_flat_after_wild_days_there_is_no_ratio() {
        let equity = curve((0..300).map(|k| if k < 100 { (f64::from(k)).sin() * 0.1 } else { 0.0 }));
        let found = rolling_sharpe(&equity, 50);
        assert!(found[100].is_some() && found[149].is_some());
        assert!(found[150..].iter().all(Option::is_none), "{:?}", &found[150..160]);
        assert_eq!(rolling_volatility(&equity, 50)[200], Some(0.0));
    }

    #[test]
    fn steady_growth_and_short_curves_have_no_ratio() {
        assert!(rolling_sharpe(&curve([0.001; 40]), 20).iter().all(Option::is_none));
        assert_eq!(rolling_sharpe(&curve([0.001; 5]), 20), vec![None; 6]);
        assert_eq!(rolling_sharpe(&[], 20), vec![]);
        assert_eq!(rolling_sharpe(&[100.0, -1.0, 100.0, 101.0], 2), vec![None; 4]);
    }
}
