//! What a result is worth: pure functions from numbers to figures. A figure that is undefined is `None`, never a
//! special number; sums run in the order of the data, so equal inputs give equal bytes.

mod classification;
mod descriptive;
mod hac;
mod regression;
mod ridge;

#[cfg(test)]
mod tests;

pub use classification::{ClassifierScores, Confusion, auc, base_rate, brier, log_loss};
pub use descriptive::{Description, autocorrelation};
pub use hac::{MeanTest, default_lag, mean_is_positive};
pub use regression::{ForecastErrors, directional_accuracy, mae, mape, r2, rmse, skill};
pub use ridge::{Ridge, RidgeError};

/// Mean in the order of the data.
fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    if count == 0 {
        return None;
    }
    finite(values.sum::<f64>() / count as f64)
}

/// A quotient that is undefined rather than infinite or NaN.
fn ratio(numerator: f64, denominator: f64) -> Option<f64> {
    if denominator == 0.0 { None } else { finite(numerator / denominator) }
}

/// Undefined is not a number.
fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Whether all values are the same. Asked of the data, because a variance of equal numbers may round to above 0.
fn is_constant(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}
