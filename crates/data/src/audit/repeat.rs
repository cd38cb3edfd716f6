//! The same bar again and again: a source that had nothing new and said so with the last thing it had.

use super::about;
use super::dates::{count, listed};
use crate::finding::{Finding, FindingKind, Severity};
use crate::record::RawBars;
use tidegate_market::TradeDate;

/// A price without trades may stand for a few days; from this many repeats on somebody filled a suspension in.
const FILLED_IN: usize = 5;

pub(super) fn check(bars: &RawBars, findings: &mut Vec<Finding>) {
    let (mut copies, mut filled) = (Vec::new(), Vec::new());
    let mut flat: Vec<TradeDate> = Vec::new();
    for t in 1..bars.date.len() {
        let column = |prices: &[f64]| prices[t] == prices[t - 1];
        let same = column(&bars.close) && column(&bars.open) && column(&bars.high) && column(&bars.low);
        let traded = bars.volume[t] > 0.0;
        // An old index has one price a day and a round volume: those repeat by themselves.
        let ranged = bars.high[t] > bars.low[t];
        if same && traded && ranged && column(&bars.volume) {
            copies.push(bars.date[t]);
        }
        let close = bars.close[t];
        let stands = !traded && bars.open[t] == close && bars.high[t] == bars.low[t] && column(&bars.close);
        if stands {
            flat.push(bars.date[t]);
        } else {
            if flat.len() >= FILLED_IN {
                filled.append(&mut flat);
            }
            flat.clear();
        }
    }
    if flat.len() >= FILLED_IN {
        filled.append(&mut flat);
    }
    if !copies.is_empty() {
        let message = format!(
            "{} with the same prices and the same volume as the bar before: {}",
            count(copies.len(), "bar"),
            listed(&copies)
        );
        let action = "kept; a copy is likelier than a coincidence, so compare with another source";
        findings.push(about(bars, FindingKind::RepeatedBar, Severity::Warning, &copies, message, action));
    }
    if !filled.is_empty() {
        let message = format!(
            "{} without volume at the price of the day before, {FILLED_IN} or more in a row: {}",
            count(filled.len(), "bar"),
            listed(&filled)
        );
        let action = "kept; days without trading are better absent than filled in, since nothing fills there";
        findings.push(about(bars, FindingKind::RepeatedBar, Severity::Warning, &filled, message, action));
    }
}
