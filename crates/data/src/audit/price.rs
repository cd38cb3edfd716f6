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

/// A price as a message shows it: without the noise of a source that prints doubles (1208.880005 is 1208.88).
pub(super) fn shown(price: f64) -> String {
    let decimals = if price.abs() < 1.0 { 6 } else { 4 };
    let text = format!("{price:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What the other checks should know about the prices.
pub(super) struct Prices {
    /// Bars that cannot be, ascending.
    pub bad: Vec<usize>,
    /// Most prices lie between the ticks: somebody adjusted them.
    pub adjusted_already: bool,
}

pub(super) fn check(bars: &RawBars, findings: &mut Vec<Finding>) -> Prices {
    let (mut bad, mut rows) = (Vec::new(), Vec::new());
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
            rows.push(t);
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
    Prices { bad: rows, adjusted_already: off_the_tick(bars, findings) }
}

/// Raw prices of A-shares are whole hundredths; anything finer has been adjusted by somebody. Returns whether that is so
/// for most bars.
fn off_the_tick(bars: &RawBars, findings: &mut Vec<Finding>) -> bool {
    if bars.basis != PriceBasis::Raw || Listing::from_symbol(&bars.symbol).is_err() {
        return false;
    }
    let off = |price: &f64| {
        let ticks = price * TICKS;
        (ticks - ticks.round()).abs() > 1e-6 * ticks.abs().max(1.0)
    };
    let finer = |t: usize| [bars.open[t], bars.high[t], bars.low[t], bars.close[t]].into_iter().find(off);
    let rows: Vec<(usize, f64)> = (0..bars.date.len()).filter_map(|t| Some((t, finer(t)?))).collect();
    let Some(&(t, price)) = rows.first() else { return false };
    let dates: Vec<TradeDate> = rows.iter().map(|(t, _)| bars.date[*t]).collect();
    let most = rows.len() * 2 > bars.date.len();
    let action = if most {
        "the series looks already adjusted, so price limits are not checked; import raw prices instead"
    } else {
        "kept; compare these days with another source"
    };
    let message = format!(
        "{} finer than the tick of 0.01, at which nobody could trade ({price} on {}): {}",
        count(rows.len(), "bar"),
        bars.date[t],
        listed(&dates)
    );
    findings.push(about(bars, FindingKind::OffTheTick, Severity::Warning, &dates, message, action));
    most
}
