//! Returns of adjusted closes; the first bar has none.

/// C(t)/C(t−1) − 1 as (C(t) − C(t−1))/C(t−1), which keeps the digits of a small move.
pub(super) fn simple(close: &[f64]) -> Vec<f64> {
    close.windows(2).map(|pair| (pair[1] - pair[0]) / pair[0]).collect()
}

/// ln(C(t)/C(t−1)).
pub(super) fn log(close: &[f64]) -> Vec<f64> {
    close.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect()
}
