//! How far forecasts are off.

use super::{finite, is_constant, mean, ratio};
use serde::{Deserialize, Serialize};

/// Errors of one set of forecasts, all in the unit of the target or without unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastErrors {
    /// Root of the mean squared error.
    pub rmse: Option<f64>,
    /// Mean absolute error.
    pub mae: Option<f64>,
    /// Mean absolute error relative to the actual value; a fraction, 0.01 is one percent.
    pub mape: Option<f64>,
    /// Coefficient of determination.
    pub r2: Option<f64>,
    /// Share of moves that were called.
    pub directional_accuracy: Option<f64>,
    /// 1 − MSE / MSE of persistence.
    pub skill: Option<f64>,
}

impl ForecastErrors {
    /// All errors of `forecast`. `last` is what persistence would say, in the unit of the target: the last known
    /// value of a price or a range; 0 for a difference or a return.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn measure(actual: &[f64], forecast: &[f64], last: &[f64]) -> ForecastErrors {
        ForecastErrors {
            rmse: rmse(actual, forecast),
            mae: mae(actual, forecast),
            mape: mape(actual, forecast),
            r2: r2(actual, forecast),
            directional_accuracy: directional_accuracy(actual, forecast, last),
            skill: skill(actual, forecast, last),
        }
    }
}

/// Root of the mean squared error; `None` without samples.
///
/// # Panics
/// If the lengths differ, as all functions here.
pub fn rmse(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    mse(actual, forecast).map(f64::sqrt)
}

/// Mean absolute error; `None` without samples.
pub fn mae(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    assert_same_length(actual, forecast);
    mean(actual.iter().zip(forecast).map(|(a, f)| (f - a).abs()))
}

/// Mean of |forecast − actual| / |actual|, a fraction; `None` without samples and where an actual is 0.
pub fn mape(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    assert_same_length(actual, forecast);
    // A 0 among the actuals makes the mean infinite or NaN, that is, undefined.
    mean(actual.iter().zip(forecast).map(|(a, f)| ((f - a) / a).abs()))
}

/// 1 − squared error / squared distance of the actuals from their mean; `None` if the actuals are constant.
pub fn r2(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    assert_same_length(actual, forecast);
    if is_constant(actual) {
        return None;
    }
    let centre = mean(actual.iter().copied())?;
    let spread: f64 = actual.iter().map(|a| (a - centre).powi(2)).sum();
    ratio(squared_error(actual, forecast), spread).map(|share| 1.0 - share)
}

/// Of the samples in which the actual moved away from `last`, the share in which the forecast moved the same way.
/// A sample that did not move has no direction to call and is left out; a forecast equal to `last` where the
/// actual moved is a miss. `None` if nothing moved, or if the forecast never moves (persistence calls no
/// direction, so it has no hit rate).
pub fn directional_accuracy(actual: &[f64], forecast: &[f64], last: &[f64]) -> Option<f64> {
    assert_same_length(actual, forecast);
    assert_same_length(actual, last);
    if forecast == last {
        return None;
    }
    let (mut moved, mut called) = (0_usize, 0_usize);
    for ((actual, forecast), last) in actual.iter().zip(forecast).zip(last) {
        if actual != last {
            moved += 1;
            called += usize::from(forecast != last && (actual > last) == (forecast > last));
        }
    }
    ratio(called as f64, moved as f64)
}

/// 1 − MSE / MSE of persistence: 0 is as good as `last`, negative is worse; `None` if persistence has no error.
pub fn skill(actual: &[f64], forecast: &[f64], last: &[f64]) -> Option<f64> {
    assert_same_length(actual, forecast);
    assert_same_length(actual, last);
    ratio(squared_error(actual, forecast), squared_error(actual, last)).map(|share| 1.0 - share)
}

fn mse(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    assert_same_length(actual, forecast);
    if actual.is_empty() { None } else { finite(squared_error(actual, forecast) / actual.len() as f64) }
}

fn squared_error(actual: &[f64], forecast: &[f64]) -> f64 {
    actual.iter().zip(forecast).map(|(a, f)| (f - a).powi(2)).sum()
}

fn assert_same_length(left: &[f64], right: &[f64]) {
    assert_eq!(left.len(), right.len(), "one actual, one forecast and one last value per sample");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_a_hand_example() {
        let errors = ForecastErrors::measure(&[2.0, 4.0, 5.0], &[3.0, 4.0, 3.0], &[1.0, 2.0, 4.0]);
        assert_eq!(errors.rmse, Some((5.0_f64 / 3.0).sqrt()));
        assert_eq!(errors.mae, Some(1.0));
        assert!((errors.mape.unwrap() - 0.9 / 3.0).abs() < 1e-15);
        assert!((errors.r2.unwrap() - (1.0 - 5.0 / (42.0 / 9.0))).abs() < 1e-15);
        assert_eq!(errors.directional_accuracy, Some(2.0 / 3.0));
        assert!((errors.skill.unwrap() - (1.0 - 5.0 / 6.0)).abs() < 1e-15);
    }

    #[test]
    fn persistence_calls_no_direction_and_has_no_skill() {
        let last = [1.0, 2.0, 4.0];
        let errors = ForecastErrors::measure(&[2.0, 4.0, 5.0], &last, &last);
        assert_eq!((errors.directional_accuracy, errors.skill), (None, Some(0.0)));
    }

    #[test]
    fn a_still_forecast_misses_a_move_and_a_still_actual_is_left_out() {
        let last = [10.0; 4];
        let actual = [9.0, 10.0, 9.0, 12.0];
        assert_eq!(directional_accuracy(&actual, &[10.0, 11.0, 9.5, 13.0], &last), Some(2.0 / 3.0));
        assert_eq!(directional_accuracy(&last, &actual, &last), None);
    }

    #[test]
    fn what_is_undefined_is_none() {
        assert_eq!(mape(&[0.0, 1.0], &[1.0, 1.0]), None);
        assert_eq!(mape(&[0.0, 1.0], &[0.0, 1.0]), None);
        assert_eq!(r2(&[0.1; 7], &[0.3; 7]), None);
        assert_eq!(skill(&[2.0, 3.0], &[1.0, 1.0], &[2.0, 3.0]), None);
        assert_eq!(rmse(&[1.0], &[f64::NAN]), None);
        let nothing = ForecastErrors::measure(&[], &[], &[]);
        assert_eq!((nothing.rmse, nothing.mae, nothing.mape, nothing.r2), (None, None, None, None));
        assert_eq!((nothing.directional_accuracy, nothing.skill), (None, None));
    }
}
