//! Average true range with Wilder's smoothing (TA-Lib `ATR`).

/// One value per bar from bar `n` on. The true range needs the previous close, so the first bar has none; the
/// average begins with the plain mean of the first `n` true ranges.
pub(super) fn atr(high: &[f64], low: &[f64], close: &[f64], n: usize) -> Vec<f64> {
    if close.len() <= n {
        return Vec::new();
    }
    let period = n as f64;
    let ranges: Vec<f64> = (1..close.len()).map(|t| true_range(high[t], low[t], close[t - 1])).collect();
    let mut average = ranges[..n].iter().sum::<f64>() / period;
    let mut values = vec![average];
    for range in &ranges[n..] {
        average = (average * (period - 1.0) + range) / period;
        values.push(average);
    }
    values
}

fn true_range(high: f64, low: f64, previous_close: f64) -> f64 {
    (high - low).max((high - previous_close).abs()).max((low - previous_close).abs())
}
