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
    let depths = drawdown(equity);
    let trough = (0..depths.len()).reduce(|low, t| if depths[t] < depths[low] { t } else { low });
    let Some(trough) = trough.filter(|t| depths[*t] < 0.0) else { return (0.0, 0) };
    // The bar of a running maximum has depth 0; one exists before any trough.
    let peak = (0..trough).rev().find(|t| depths[*t] == 0.0).unwrap_or(0);
    let end = (trough..depths.len()).find(|t| depths[*t] == 0.0).unwrap_or(depths.len() - 1);
    (depths[trough], dates[end].days_since(dates[peak]))
}
