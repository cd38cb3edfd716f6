//! Where the close stands between its Bollinger bands (TA-Lib `BBANDS`, simple average, 2 deviations).

use super::{ROUNDING, rolling};

/// Standard deviations from the middle band to each outer band.
const WIDTH: f64 = 2.0;

/// One value per close from bar n − 1 on: (close − lower)/(upper − lower), 0.5 between bands without width.
pub(super) fn percent_b(close: &[f64], n: usize) -> Vec<f64> {
    let bands = rolling::mean(close, n).into_iter().zip(rolling::std(close, n));
    let current = close.iter().skip(n - 1);
    bands
        .zip(current)
        .map(|((middle, std), close)| {
            let half = WIDTH * std;
            if half > ROUNDING * middle.abs() { 0.5 + (close - middle) / (2.0 * half) } else { 0.5 }
        })
        .collect()
}
