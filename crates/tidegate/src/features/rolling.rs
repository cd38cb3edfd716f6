//! Figures of the last N values. Each window is summed afresh, relative to its first value: nothing drifts,
//! nothing old leaks in, and a flat window gives exactly its level and exactly no deviation.

/// Mean of each window of `n`: first value + mean distance from it (TA-Lib `SMA`).
pub(super) fn mean(values: &[f64], n: usize) -> Vec<f64> {
    values.windows(n).map(window_mean).collect()
}

/// Population standard deviation of each window of `n` (TA-Lib `STDDEV`, nbdev 1), in two passes.
pub(super) fn std(values: &[f64], n: usize) -> Vec<f64> {
    values.windows(n).map(window_std).collect()
}

/// Mean of one window, which must not be empty.
pub(super) fn window_mean(window: &[f64]) -> f64 {
    window[0] + mean_offset(window)
}

fn window_std(window: &[f64]) -> f64 {
    let offset = mean_offset(window);
    let squares: f64 = window.iter().map(|value| (value - window[0] - offset).powi(2)).sum();
    (squares / window.len() as f64).sqrt()
}

/// Mean of the distances from the window's first value.
fn mean_offset(window: &[f64]) -> f64 {
    window.iter().map(|value| value - window[0]).sum::<f64>() / window.len() as f64
}
