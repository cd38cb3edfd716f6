//! The audit of stored or imported bars: what in them cannot be right, what looks wrong, and what a reader should know.
//! It changes nothing. Faults of single lines (letters in a price, the same date twice, server errors among the rows)
//! are found where a file or an answer is read; what is here needs the series as a whole and its surroundings.

mod calendar_days;
mod context;
mod dates;
mod factor;
mod gap;
mod jump;
mod limit;
mod price;
mod repeat;
mod split_ratio;
mod stored;

pub use context::Context;
pub use gap::{Gap, gaps};
pub use stored::{
    CalendarSource, StoreAudit, StoredCalendar, Surroundings, SymbolAudit, audit_store, audit_stored,
};

use crate::finding::{Finding, FindingKind, Severity};
use crate::record::RawBars;
use tidegate_market::TradeDate;

/// Every finding about one series, worst first; of one severity by kind, then by date. Oddities of one kind are one
/// finding with their number and first dates; splits stand alone. `bars` keeps the promises of [`RawBars`]: ascending,
/// unique, columns of one length.
///
/// Nothing in the context is needed; what is missing there leaves its checks out:
///
/// | check | needs |
/// |---|---|
/// | weekends, prices, repeated bars, jumps like splits | nothing |
/// | days off the exchange calendar, missing days | a calendar (outside of it: holes of more than ten weekdays) |
/// | which missing days are explained | suspensions |
/// | prices beyond their limit | an A-share with `pre_close` or factors; published limits are preferred |
/// | factor against reference price | factors and `pre_close` |
/// | stale tail | a calendar and the market's last day |
pub fn audit(bars: &RawBars, context: &Context<'_>) -> Vec<Finding> {
    if bars.date.is_empty() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let steps = factor::explained_steps(bars, context);
    let prices = price::check(bars, &mut findings);
    repeat::check(bars, &mut findings);
    calendar_days::check(bars, context, &mut findings);
    gap::check(bars, context, &mut findings);
    factor::check(bars, context, &mut findings);
    let mut reforms = Vec::new();
    if !prices.adjusted_already {
        reforms = limit::check(bars, context, &steps, &mut findings);
    }
    // A bar that cannot be explains the jumps into it and out of it.
    let excused =
        |t: &usize| [reforms.as_slice(), &prices.bad].iter().any(|rows| rows.binary_search(t).is_ok());
    jump::check(bars, context, &steps, excused, &mut findings);
    sort(&mut findings);
    findings
}

/// Worst first, then by kind, date and line.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (b.severity, a.kind, a.date, a.line, &a.message)
            .cmp(&(a.severity, b.kind, b.date, b.line, &b.message))
    });
}

/// A finding about the bars of these dates, ascending.
fn about(
    bars: &RawBars,
    kind: FindingKind,
    severity: Severity,
    dates: &[TradeDate],
    message: String,
    action: &str,
) -> Finding {
    Finding {
        kind,
        severity,
        symbol: bars.symbol.clone(),
        line: None,
        date: dates.first().copied(),
        count: dates.len(),
        message,
        action: action.to_owned(),
    }
}

#[cfg(test)]
mod tests;
