//! Relative strength index with Wilder's smoothing (TA-Lib `RSI`).

/// One value per close from bar `n` on: 100 × gain/(gain + loss), both averaged over the first `n` moves and then
/// smoothed with weight 1/n.
pub(super) fn rsi(close: &[f64], n: usize) -> Vec<f64> {
    if close.len() <= n {
        return Vec::new();
    }
    let period = n as f64;
    let moves = || close.windows(2).map(|pair| pair[1] - pair[0]);
    let mut gain = moves().take(n).map(|m| m.max(0.0)).sum::<f64>() / period;
    let mut loss = moves().take(n).map(|m| (-m).max(0.0)).sum::<f64>() / period;
    let mut values = vec![index(gain, loss)];
    for m in moves().skip(n) {
        gain = (gain * (period - 1.0) + m.max(0.0)) / period;
        loss = (loss * (period - 1.0) + (-m).max(0.0)) / period;
        values.push(index(gain, loss));
    }
    values
}

/// 0 without any movement, as TA-Lib. TA-Lib also calls averages below 1e-14 no movement; here the ratio is kept,
/// so that the index does not depend on the unit of the price.
fn index(gain: f64, loss: f64) -> f64 {
    let movement = gain + loss;
    if movement > 0.0 { 100.0 * (gain / movement) } else { 0.0 }
}
