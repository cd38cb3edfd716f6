//! Features of volume. Volumes are raw shares.

use super::rolling;

/// On-balance volume (TA-Lib `OBV`): begins with the first volume, adds the volume of a higher close, subtracts
/// that of a lower one.
pub(super) fn on_balance(close: &[f64], shares: &[f64]) -> Vec<f64> {
    let mut balance = 0.0;
    let mut values = Vec::with_capacity(close.len());
    for (t, volume) in shares.iter().enumerate() {
        if t == 0 || close[t] > close[t - 1] {
            balance += volume;
        } else if close[t] < close[t - 1] {
            balance -= volume;
        }
        values.push(balance);
    }
    values
}

/// ln((1 + volume)/(1 + mean volume of the last `n` bars)), from bar n − 1 on.
pub(super) fn ratio(shares: &[f64], n: usize) -> Vec<f64> {
    let current = shares.iter().skip(n - 1);
    current.zip(rolling::mean(shares, n)).map(|(volume, mean)| volume.ln_1p() - mean.ln_1p()).collect()
}
