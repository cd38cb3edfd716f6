//! Bars on days that are no trading days.

use super::about;
use super::context::Context;
use super::dates::{count, listed};
use crate::finding::{Finding, FindingKind, Severity};
use crate::record::RawBars;
use tidegate_market::TradeDate;

pub(super) fn check(bars: &RawBars, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let calendar = context.calendar.unwrap_or_default();
    let covered = calendar.first().zip(calendar.last());
    let (mut weekend, mut closed) = (Vec::new(), Vec::new());
    let mut next = 0;
    for &date in &bars.date {
        while calendar.get(next).is_some_and(|day| *day < date) {
            next += 1;
        }
        if calendar.get(next) == Some(&date) {
            continue;
        }
        if date.is_weekend() {
            weekend.push(date);
        } else if covered.is_some_and(|(first, last)| (*first..=*last).contains(&date)) {
            closed.push(date);
        }
    }
    push(
        bars,
        (FindingKind::Weekend, Severity::Warning),
        &weekend,
        "on a Saturday or Sunday",
        "kept; exchanges have traded on weekends, long ago and seldom, so compare the dates with another source",
        findings,
    );
    push(
        bars,
        (FindingKind::OffCalendar, Severity::Warning),
        &closed,
        "on a day when its exchange was closed by the calendar",
        "kept; the date is wrong or the calendar lacks it, so compare both with another source",
        findings,
    );
}

fn push(
    bars: &RawBars,
    (kind, severity): (FindingKind, Severity),
    dates: &[TradeDate],
    where_: &str,
    action: &str,
    findings: &mut Vec<Finding>,
) {
    if !dates.is_empty() {
        let message = format!("{} {where_}: {}", count(dates.len(), "bar"), listed(dates));
        findings.push(about(bars, kind, severity, dates, message, action));
    }
}
