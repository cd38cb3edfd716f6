//! Prices that cannot be prices, and prices that nobody could have traded at.

use super::about;
use super::dates::{count, listed};
use crate::finding::{Finding, FindingKind, Severity};
use crate::record::RawBars;
use tidegate_market::{Listing, PriceBasis, TradeDate};

/// Share of its range by which a price may lie outside the day's range: six printed digits.
const PRINT_NOISE: f64 = 1e-6;
/// Ticks of a share are hundredths.
const TICKS: f64 = 100.0;

pub(super) fn check(bars: &RawBars, findings: &mut Vec<Finding>) {
    let mut bad = Vec::new();
    let mut first = String::new();
    for (t, &date) in bars.date.iter().enumerate() {
        let (open, high, low, close) = (bars.open[t], bars.high[t], bars.low[t], bars.close[t]);
        let noise = PRINT_NOISE * high.max(1.0);
        // A NaN fails every comparison, so it ends up here as well.
        let good = low > 0.0
            && high < f64::INFINITY
            && low - noise <= open.min(close)
            && open.max(close) <= high + noise
            && (open + close).is_finite()
            && bars.volume[t] >= 0.0;
        if !good {
            if bad.is_empty() {
                let volume = bars.volume[t];
                first = format!("open {open}, high {high}, low {low}, close {close}, volume {volume}");
            }
            bad.push(date);
        }
    }
    if !bad.is_empty() {
        let message = format!(
            "{} that cannot be (expected 0 < low <= open, close <= high and volume >= 0): {}; the first has {first}",
            count(bad.len(), "bar"),
            listed(&bad)
        );
        let action = "not used as they are: a run refuses them, or drops them where on_bad_row = \"drop\"";
        findings.push(about(bars, FindingKind::BadPrice, Severity::Error, &bad, message, action));
    }
    off_the_tick(bars, findings);
}

/// Raw prices of A-shares are whole hundredths; anything finer has been adjusted by somebody.
fn off_the_tick(bars: &RawBars, findings: &mut Vec<Finding>) {
    if bars.basis != PriceBasis::Raw || Listing::from_symbol(&bars.symbol).is_err() {
        return;
    }
    let off = |price: f64| {
        let ticks = price * TICKS;
        (ticks - ticks.round()).abs() > 1e-6 * ticks.abs().max(1.0)
    };
    let fine =
        |t: &usize| off(bars.close[*t]) || off(bars.open[*t]) || off(bars.high[*t]) || off(bars.low[*t]);
    let rows: Vec<usize> = (0..bars.date.len()).filter(fine).collect();
    let Some(&t) = rows.first() else { return };
    let dates: Vec<TradeDate> = rows.iter().map(|t| bars.date[*t]).collect();
    let whole = if rows.len() * 2 > bars.date.len() {
        "the series looks already adjusted; import raw prices instead"
    } else {
        "kept; compare these days with another source"
    };
    let message = format!(
        "{} finer than the tick of 0.01 (close {} on {}): nobody could trade at them: {}",
        count(rows.len(), "bar"),
        bars.close[t],
        bars.date[t],
        listed(&dates)
    );
    findings.push(about(bars, FindingKind::OffTheTick, Severity::Warning, &dates, message, whole));
}
