//! Moving average convergence divergence, 12, 26, 9 (TA-Lib `MACD` with its default compatibility).

use super::rolling::window_mean;

const FAST: usize = 12;
const SLOW: usize = 26;
const SIGNAL: usize = 9;

/// Bars without a value. TA-Lib gives all three outputs from the first bar that has a signal.
pub(super) const WARM_UP: usize = SLOW + SIGNAL - 2;

/// Values from bar [`WARM_UP`] on.
#[derive(Default)]
pub(super) struct Macd {
    pub(super) line: Vec<f64>,
    pub(super) signal: Vec<f64>,
    pub(super) histogram: Vec<f64>,
}

/// Both averages of the close begin on bar 25, each with the plain mean of the bars up to it: the fast one with
/// bars 14 to 25 (not 0 to 11). The signal begins with the mean of the line's first nine values.
pub(super) fn macd(close: &[f64]) -> Macd {
    if close.len() <= WARM_UP {
        return Macd::default();
    }
    let mut fast = window_mean(&close[SLOW - FAST..SLOW]);
    let mut slow = window_mean(&close[..SLOW]);
    let mut line = vec![fast - slow];
    for price in &close[SLOW..] {
        fast = step(fast, *price, FAST);
        slow = step(slow, *price, SLOW);
        line.push(fast - slow);
    }
    let mut signal = vec![window_mean(&line[..SIGNAL])];
    for value in &line[SIGNAL..] {
        signal.push(step(signal[signal.len() - 1], *value, SIGNAL));
    }
    let line = line.split_off(SIGNAL - 1);
    let histogram = line.iter().zip(&signal).map(|(line, signal)| line - signal).collect();
    Macd { line, signal, histogram }
}

/// One step of an exponential average with weight 2/(n + 1).
fn step(average: f64, value: f64, n: usize) -> f64 {
    average + (value - average) * (2.0 / (n as f64 + 1.0))
}
