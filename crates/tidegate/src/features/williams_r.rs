//! Williams %R (TA-Lib `WILLR`).

use super::ROUNDING;

/// One value per bar from bar n − 1 on: −100 × (highest high − close)/(highest high − lowest low) over `n` bars;
/// 0 where the bars have no range, as TA-Lib.
pub(super) fn williams_r(high: &[f64], low: &[f64], close: &[f64], n: usize) -> Vec<f64> {
    let highest = high.windows(n).map(|window| window.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    let lowest = low.windows(n).map(|window| window.iter().copied().fold(f64::INFINITY, f64::min));
    let current = close.iter().skip(n - 1);
    highest
        .zip(lowest)
        .zip(current)
        .map(|((highest, lowest), close)| percent(highest, lowest, *close))
        .collect()
}

fn percent(highest: f64, lowest: f64, close: f64) -> f64 {
    let range = highest - lowest;
    // Written so that a close at the high gives 0, not −0.
    if range > ROUNDING * highest { 100.0 * ((close - highest) / range) } else { 0.0 }
}
