//! How far a curve fell from its highest point, and for how long.

use crate::date::TradeDate;

/// Drawdown of every bar: equity / highest equity so far − 1; zero or negative.
pub fn drawdown(equity: &[f64]) -> Vec<f64> {
    let mut peak = f64::NEG_INFINITY;
    equity
        .iter()
        .map(|&value| {
            peak = peak.max(value);
            value / peak - 1.0
        })
        .collect()
}

/// Depth of the deepest drawdown (the first of equals) and its calendar days from peak to recovery or to the end.
pub(super) fn deepest_drawdown(dates: &[TradeDate], equity: &[f64]) -> (f64, i64) {
    // The lowest close below each peak decides, so that one division a peak is enough.
    let (mut peak, mut low, mut deepest, mut deepest_peak) = (f64::NEG_INFINITY, f64::INFINITY, 0.0, 0.0);
    let mut close_segment = |peak: f64, low: f64| {
        let depth = low / peak - 1.0;
        if depth < deepest {
            (deepest, deepest_peak) = (depth, peak);
        }
    };
    for &value in equity {
        if value >= peak {
            close_segment(peak, low);
            (peak, low) = (value, value);
        } else if value < low {
            low = value;
        }
    }
    close_segment(peak, low);
    if deepest >= 0.0 {
        return (0.0, 0);
    }
    // Of equal closes at the peak the last one counts, and of equal lows the first: the dates are looked for once.
    let first = equity.iter().position(|value| *value == deepest_peak).unwrap_or(0);
    let below = |value: &f64| value / deepest_peak - 1.0 == deepest;
    let trough = equity[first..].iter().position(below).map_or(first, |k| first + k);
    let peak = (first..trough).rev().find(|t| equity[*t] == deepest_peak).unwrap_or(first);
    let end = (trough..equity.len()).find(|t| equity[*t] >= deepest_peak).unwrap_or(equity.len() - 1);
    (deepest, dates[end].days_since(dates[peak]))
}
