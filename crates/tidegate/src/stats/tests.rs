//! Figures against scikit-learn, statsmodels and pandas: `tests/fixtures/statistical_figures.py`.

use super::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    regression: Vec<RegressionCase>,
    classification: Vec<ClassificationCase>,
    hac: Vec<HacCase>,
    normal_tail: NormalTail,
    descriptive: Vec<DescriptiveCase>,
    ridge: Vec<RidgeCase>,
}

#[derive(Deserialize)]
struct RegressionCase {
    actual: Vec<f64>,
    forecast: Vec<f64>,
    last: Vec<f64>,
    #[serde(flatten)]
    expected: ForecastErrors,
}

#[derive(Deserialize)]
struct ClassificationCase {
    up: Vec<bool>,
    probability: Vec<f64>,
    threshold: f64,
    #[serde(flatten)]
    expected: ClassifierScores,
}

#[derive(Deserialize)]
struct HacCase {
    values: Vec<f64>,
    lag: usize,
    mean: f64,
    standard_error: f64,
    t: f64,
    two_sided_p: f64,
    p: f64,
}

#[derive(Deserialize)]
struct NormalTail {
    t: Vec<f64>,
    p: Vec<f64>,
}

#[derive(Deserialize)]
struct DescriptiveCase {
    values: Vec<f64>,
    mean: f64,
    std: f64,
    min: f64,
    quartile_1: f64,
    median: f64,
    quartile_3: f64,
    max: f64,
    skewness: f64,
    kurtosis: f64,
    lags: Vec<usize>,
    autocorrelation: Vec<f64>,
}

#[derive(Deserialize)]
struct RidgeCase {
    rows: Vec<Vec<f64>>,
    targets: Vec<f64>,
    penalty: f64,
    intercept: f64,
    coefficients: Vec<f64>,
    predictions: Vec<f64>,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../../tests/fixtures/statistical_figures.json")).unwrap()
}

/// |found − expected| ≤ tolerance × max(|expected|, floor).
#[track_caller]
fn assert_near(found: f64, expected: f64, tolerance: f64, floor: f64) {
    let off = (found - expected).abs() / expected.abs().max(floor);
    assert!(off <= tolerance, "found {found}, expected {expected}, relative difference {off:e}");
}

#[test]
fn forecast_errors_agree_with_scikit_learn() {
    for case in fixture().regression {
        let found = ForecastErrors::measure(&case.actual, &case.forecast, &case.last);
        for (found, expected) in [
            (found.rmse, case.expected.rmse),
            (found.mae, case.expected.mae),
            (found.mape, case.expected.mape),
            (found.r2, case.expected.r2),
            (found.directional_accuracy, case.expected.directional_accuracy),
            (found.skill, case.expected.skill),
        ] {
            assert_near(found.unwrap(), expected.unwrap(), 1e-12, 1e-3);
        }
    }
}

#[test]
fn classifier_scores_agree_with_scikit_learn() {
    for case in fixture().classification {
        let found = ClassifierScores::measure(&case.up, &case.probability, case.threshold);
        let expected = case.expected;
        assert_eq!(found.confusion, expected.confusion);
        for (found, expected) in [
            (found.accuracy, expected.accuracy),
            (found.precision, expected.precision),
            (found.recall, expected.recall),
            (found.f1, expected.f1),
            (found.auc, expected.auc),
            (found.brier, expected.brier),
            (found.log_loss, expected.log_loss),
            (found.base_rate, expected.base_rate),
        ] {
            assert_near(found.unwrap(), expected.unwrap(), 1e-12, 1e-3);
        }
    }
}

#[test]
fn the_test_of_a_mean_agrees_with_statsmodels() {
    for case in fixture().hac {
        let found = mean_is_positive(&case.values, case.lag).unwrap();
        assert_near(found.mean, case.mean, 1e-10, 1e-6);
        assert_near(found.standard_error, case.standard_error, 1e-10, 0.0);
        assert_near(found.t, case.t, 1e-10, 1e-3);
        assert_near(found.p, case.p, 1e-8, 0.0);
        assert_near(2.0 * found.p.min(1.0 - found.p), case.two_sided_p, 1e-8, 1e-4);
    }
}

#[test]
fn the_p_value_holds_far_into_both_tails() {
    use statrs::distribution::{ContinuousCDF, Normal};
    let NormalTail { t, p } = fixture().normal_tail;
    for (t, p) in t.into_iter().zip(p) {
        assert_near(Normal::standard().sf(t), p, 1e-9, 0.0);
    }
}

#[test]
fn descriptions_agree_with_pandas() {
    for case in fixture().descriptive {
        let found = Description::of(&case.values);
        assert_eq!(found.count, case.values.len());
        for (found, expected) in [
            (found.mean, case.mean),
            (found.std, case.std),
            (found.min, case.min),
            (found.quartile_1, case.quartile_1),
            (found.median, case.median),
            (found.quartile_3, case.quartile_3),
            (found.max, case.max),
            (found.skewness, case.skewness),
            (found.kurtosis, case.kurtosis),
        ] {
            assert_near(found.unwrap(), expected, 1e-10, 1e-3);
        }
        for (lag, expected) in case.lags.into_iter().zip(case.autocorrelation) {
            assert_near(autocorrelation(&case.values, lag).unwrap(), expected, 1e-10, 1e-3);
        }
    }
}

#[test]
fn ridge_regression_agrees_with_scikit_learn() {
    for case in fixture().ridge {
        let line = Ridge::fit(&case.rows, &case.targets, case.penalty).unwrap();
        assert_near(line.intercept, case.intercept, 1e-8, 1e-3);
        for (found, expected) in line.coefficients.iter().zip(&case.coefficients) {
            assert_near(*found, *expected, 1e-8, 1e-6);
        }
        for (row, expected) in case.rows.iter().zip(case.predictions) {
            assert_near(line.predict(row), expected, 1e-10, 1e-3);
        }
    }
}
