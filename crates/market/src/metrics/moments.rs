//! Mean, spread and lopsidedness of daily returns.

use super::NO_DEVIATION;

/// Daily simple returns equity(t)/equity(t−1) − 1, one less than there are bars; none at all where the equity was ever at
/// or below zero, because from there a return means nothing.
pub(super) fn daily_returns(equity: &[f64]) -> Vec<f64> {
    let solvent = equity.iter().all(|equity| *equity > 0.0);
    if solvent { equity.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect() } else { Vec::new() }
}

/// The steady daily return that leads from the first equity to the last: so near to the mean of the returns (half a
/// variance below it) that sums of what lies beyond it lose no digits. 0 where there is none.
pub(super) fn steady_return(equity: &[f64]) -> f64 {
    let (Some(first), Some(last)) = (equity.first(), equity.last()) else { return 0.0 };
    let growth = last / first;
    let n = equity.len() as f64 - 1.0;
    if growth > 0.0 && growth.is_finite() && n > 0.0 { (growth.ln() / n).exp_m1() } else { 0.0 }
}

/// Sums over n returns r, of x = r − `shift`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PowerSums {
    pub n: f64,
    pub shift: f64,
    /// Σ x
    pub first: f64,
    /// Σ x²
    pub second: f64,
    /// Σ x³
    pub third: f64,
    /// Σ min(r, 0)²
    pub below: f64,
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
    pub fn of(sums: &PowerSums) -> Moments {
        let PowerSums { n, shift, first, second, third, below } = *sums;
        let off = first / n;
        // About the mean; rounding must not take a sum of squares below zero.
        let squares = (second - first * off).max(0.0);
        let cubes = third - 3.0 * off * second + 2.0 * first * off * off;
        let deviation = (n >= 2.0).then(|| (squares / (n - 1.0)).sqrt());
        let varies = deviation.is_some_and(|deviation| deviation > NO_DEVIATION);
        let skew = (n >= 3.0 && varies).then(|| {
            let bias = (n * (n - 1.0)).sqrt() / (n - 2.0);
            let variance = squares / n;
            bias * (cubes / n) / (variance * variance.sqrt())
        });
        Moments { mean: shift + off, deviation, downside: (n > 0.0).then(|| (below / n).sqrt()), skew }
    }
}
