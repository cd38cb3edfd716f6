//! Dates as a message lists them.

use tidegate_market::TradeDate;

/// Dates listed before "and N more".
const LISTED: usize = 4;

/// The first few of them: `2007-06-20, 2009-11-03 and 5 more`.
pub(super) fn listed(dates: &[TradeDate]) -> String {
    let shown: Vec<String> = dates.iter().take(LISTED).map(ToString::to_string).collect();
    let shown = shown.join(", ");
    match dates.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// `1 bar` or `7 bars`.
pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
