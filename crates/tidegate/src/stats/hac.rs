//! Is a mean positive, when neighbouring values depend on each other? A t test with the heteroskedasticity and
//! autocorrelation consistent variance of Newey & West (1987).

use super::{finite, is_constant, mean};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// Result of [`mean_is_positive`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanTest {
    /// Number of values.
    pub count: usize,
    /// Lags in the variance.
    pub lag: usize,
    /// Mean of the values.
    pub mean: f64,
    /// Standard error of the mean.
    pub standard_error: f64,
    /// Mean / standard error.
    pub t: f64,
    /// One-sided: the chance of a t this high or higher if the mean were 0, by the normal distribution.
    pub p: f64,
}

/// Tests the mean of `values` against 0 with Bartlett weights 1 − l/(lag + 1) on the autocovariances of lag
/// l = 1 ... `lag`. The variance is not scaled by n/(n − 1): statsmodels' `use_correction=False`, its default.
///
/// `None` if the values are constant or not finite, or not more than `lag` + 1 of them.
pub fn mean_is_positive(values: &[f64], lag: usize) -> Option<MeanTest> {
    let count = values.len();
    if count <= lag.saturating_add(1) || is_constant(values) {
        return None;
    }
    let mean = mean(values.iter().copied())?;
    let residual: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let product = |l: usize| -> f64 { residual[l..].iter().zip(&residual).map(|(a, b)| a * b).sum() };
    let weighted = |l: usize| 2.0 * (1.0 - l as f64 / (lag + 1) as f64) * product(l);
    let sum = product(0) + (1..=lag).map(weighted).sum::<f64>();
    // Bartlett weights keep the sum above 0 unless all residuals are 0; should rounding,
    // underflow or overflow say otherwise, one of the two below is not finite.
    let standard_error = finite(sum.sqrt() / count as f64)?;
    let t = finite(mean / standard_error)?;
    Some(MeanTest { count, lag, mean, standard_error, t, p: Normal::standard().sf(t) })
}

/// Lags to use for `count` forecast errors at this horizon: ⌊4 (n/100)^(2/9)⌋ (Newey & West 1994), but at least
/// horizon − 1, because errors of forecasts that overlap depend on each other that far.
pub fn default_lag(count: usize, horizon: usize) -> usize {
    // 4 × 512^(2/9) is 16, and must not become 15 by a last bit.
    let rule = (4.0 * (count as f64 / 100.0).powf(2.0 / 9.0) + 1e-9).floor();
    horizon.saturating_sub(1).max(rule as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lags_follow_the_rule_of_newey_and_west_but_cover_the_overlap() {
        assert_eq!([50, 100, 500, 972, 51_200].map(|n| default_lag(n, 1)), [3, 4, 5, 6, 16]);
        assert_eq!((default_lag(100, 20), default_lag(0, 1), default_lag(0, 0)), (19, 0, 0));
    }

    #[test]
    fn without_lags_it_is_the_plain_t_test_by_population_variance() {
        let test = mean_is_positive(&[1.0, 2.0, 3.0, 6.0], 0).unwrap();
        assert_eq!((test.mean, test.count), (3.0, 4));
        assert!((test.standard_error - (14.0_f64 / 16.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn no_variance_or_too_few_values_give_no_test() {
        assert_eq!(mean_is_positive(&[0.1; 50], 2), None);
        assert_eq!(mean_is_positive(&[], 0), None);
        assert_eq!(mean_is_positive(&[1.0], 0), None);
        assert_eq!(mean_is_positive(&[1.0, 2.0, 4.0], 2), None);
        assert!(mean_is_positive(&[1.0, 2.0, 4.0], 1).is_some());
        assert_eq!(mean_is_positive(&[1.0, f64::NAN, 2.0], 0), None);
        assert_eq!(mean_is_positive(&[1.0, 2.0], usize::MAX), None);
        assert_eq!(mean_is_positive(&[1e200, 2e200, 4e200], 1), None);
        assert_eq!(mean_is_positive(&[1e-200, 2e-200, 4e-200], 1), None);
    }

    #[test]
    fn a_mean_below_zero_has_a_p_above_one_half() {
        let test = mean_is_positive(&[-1.0, -2.0, 0.5, -1.0], 1).unwrap();
        assert!(test.t < 0.0 && test.p > 0.5, "{test:?}");
    }
}
