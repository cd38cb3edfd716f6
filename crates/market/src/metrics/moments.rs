//! Mean, spread and lopsidedness of daily returns.

use super::NO_DEVIATION;
use super::sums::sum;

/// Daily simple returns equity(t)/equity(t−1) − 1, one less than there are bars; none at all where the equity was ever at
/// or below zero, because from there a return means nothing.
pub(super) fn daily_returns(equity: &[f64]) -> Vec<f64> {
    // Counted rather than searched, so that the pass has no branch in it.
    let solvent = equity.iter().map(|equity| usize::from(*equity > 0.0)).sum::<usize>() == equity.len();
    if solvent { equity.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect() } else { Vec::new() }
}

/// Moments of n returns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    /// Mean; not a number for n = 0, where everything made of it is `None`.
    pub mean: f64,
    /// Sample standard deviation (n − 1). `None` for n < 2.
    pub deviation: Option<f64>,
    /// Root of the mean of min(r, 0)². `None` for n = 0.
    pub downside: Option<f64>,
    /// Adjusted Fisher–Pearson skewness. `None` for n < 3 or where the returns do not vary.
    pub skew: Option<f64>,
}

impl Moments {
    /// Two passes: sums, then sums about the mean.
    pub fn of(returns: &[f64]) -> Moments {
        let n = returns.len() as f64;
        let below = sum(returns, |r| r.min(0.0).powi(2));
        let mean = sum(returns, |r| r) / n;
        let squares = sum(returns, |r| (r - mean).powi(2));
        let cubes = sum(returns, |r| (r - mean).powi(3));
        let deviation = (n >= 2.0).then(|| (squares / (n - 1.0)).sqrt());
        let varies = deviation.is_some_and(|deviation| deviation > NO_DEVIATION);
        let skew = (n >= 3.0 && varies).then(|| {
            let bias = (n * (n - 1.0)).sqrt() / (n - 2.0);
            bias * (cubes / n) / (squares / n).powf(1.5)
        });
        Moments { mean, deviation, downside: (n > 0.0).then(|| (below / n).sqrt()), skew }
    }
}
