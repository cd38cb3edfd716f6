//! What a column of numbers looks like, by pandas' conventions.

use super::{finite, is_constant, mean};
use serde::{Deserialize, Serialize};

/// Figures of one column. Figures that need more values, or any variation, are `None` without.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Number of values.
    pub count: usize,
    /// Mean.
    pub mean: Option<f64>,
    /// Sample standard deviation (n − 1); needs two values.
    pub std: Option<f64>,
    /// Least value.
    pub min: Option<f64>,
    /// First quartile, linear between neighbours.
    pub quartile_1: Option<f64>,
    /// Second quartile.
    pub median: Option<f64>,
    /// Third quartile.
    pub quartile_3: Option<f64>,
    /// Greatest value.
    pub max: Option<f64>,
    /// Skewness corrected for bias (G1); needs three values and variation.
    pub skewness: Option<f64>,
    /// Excess kurtosis corrected for bias (G2, 0 for a normal distribution); needs four values and variation.
    pub kurtosis: Option<f64>,
}

impl Description {
    /// Describes `values`. A column with a value that is not finite has its count and nothing else.
    pub fn of(values: &[f64]) -> Description {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        if values.iter().any(|value| !value.is_finite()) {
            sorted.clear();
        }
        let moments = if sorted.is_empty() { None } else { Moments::of(values) };
        Description {
            count: values.len(),
            mean: moments.as_ref().map(|m| m.mean),
            std: moments.as_ref().and_then(Moments::std),
            min: sorted.first().copied(),
            quartile_1: quantile(&sorted, 0.25),
            median: quantile(&sorted, 0.5),
            quartile_3: quantile(&sorted, 0.75),
            max: sorted.last().copied(),
            skewness: moments.as_ref().and_then(Moments::skewness),
            kurtosis: moments.as_ref().and_then(Moments::kurtosis),
        }
    }
}

/// Mean and sums of powers of the distances from it. With too few values, or without variation, the figures below
/// divide by 0 and come out undefined.
struct Moments {
    n: f64,
    mean: f64,
    square: f64,
    cube: f64,
    fourth: f64,
}

impl Moments {
    fn of(values: &[f64]) -> Option<Moments> {
        let level = mean(values.iter().copied())?;
        // A constant column has no deviation, however its mean was rounded.
        let mean = if is_constant(values) { values[0] } else { level };
        let power = |exponent: i32| values.iter().map(|value| (value - mean).powi(exponent)).sum();
        Some(Moments { n: values.len() as f64, mean, square: power(2), cube: power(3), fourth: power(4) })
    }

    fn std(&self) -> Option<f64> {
        finite((self.square / (self.n - 1.0)).sqrt())
    }

    fn skewness(&self) -> Option<f64> {
        let n = self.n;
        finite(n * (n - 1.0).sqrt() / (n - 2.0) * self.cube / self.square.powf(1.5))
    }

    fn kurtosis(&self) -> Option<f64> {
        let n = self.n;
        let raw = n * (n + 1.0) * (n - 1.0) * self.fourth / ((n - 2.0) * (n - 3.0) * self.square.powi(2));
        finite(raw - 3.0 * (n - 1.0).powi(2) / ((n - 2.0) * (n - 3.0)))
    }
}

/// The value at this share of the way through `sorted`, linear between neighbours.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let position = share * sorted.len().checked_sub(1)? as f64;
    let below = position.floor() as usize;
    let low = *sorted.get(below)?;
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    Some(low + (high - low) * (position - below as f64))
}

/// Correlation of a series with itself `lag` steps earlier: Σ(x(t) − m)(x(t − lag) − m) / Σ(x − m)², with the mean
/// m of the whole series. `None` if the series is constant, not finite, or not longer than the lag.
pub fn autocorrelation(values: &[f64], lag: usize) -> Option<f64> {
    if values.len() <= lag || is_constant(values) {
        return None;
    }
    let mean = mean(values.iter().copied())?;
    let product = |l: usize| -> f64 {
        values[l..].iter().zip(values).map(|(later, earlier)| (later - mean) * (earlier - mean)).sum()
    };
    finite(product(lag) / product(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_appear_as_values_come_in() {
        let nothing = Description::of(&[]);
        assert_eq!((nothing.count, nothing.mean, nothing.min, nothing.median), (0, None, None, None));
        let one = Description::of(&[3.0]);
        assert_eq!((one.mean, one.std, one.median, one.max), (Some(3.0), None, Some(3.0), Some(3.0)));
        let two = Description::of(&[3.0, 1.0]);
        assert_eq!((two.std, two.median, two.skewness), (Some(2.0_f64.sqrt()), Some(2.0), None));
        let three = Description::of(&[1.0, 2.0, 3.0]);
        assert_eq!((three.skewness, three.kurtosis), (Some(0.0), None));
    }

    #[test]
    fn a_constant_column_has_no_deviation_and_no_shape() {
        let flat = Description::of(&[0.1; 10]);
        assert_eq!((flat.mean, flat.std, flat.skewness, flat.kurtosis), (Some(0.1), Some(0.0), None, None));
        assert_eq!(autocorrelation(&[0.1; 10], 1), None);
    }

    #[test]
    fn a_value_that_is_not_finite_leaves_only_the_count() {
        let odd = Description::of(&[1.0, f64::NAN]);
        assert_eq!((odd.count, odd.mean, odd.min, odd.max), (2, None, None, None));
    }

    #[test]
    fn an_alternating_series_is_anticorrelated() {
        let series = [1.0, -1.0, 1.0, -1.0];
        assert_eq!(autocorrelation(&series, 0), Some(1.0));
        assert_eq!(autocorrelation(&series, 1), Some(-0.75));
        assert_eq!(autocorrelation(&series, 4), None);
    }
}
