//! Trading days without a bar: suspensions, and days that nothing explains.

use super::about;
use super::context::Context;
use super::dates::count;
use crate::finding::{Finding, FindingKind, Severity};
use crate::record::RawBars;
use serde::Serialize;
use tidegate_market::{TradeDate, TradingCalendar, Venue};

/// A run of trading days without a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// First day without a bar.
    pub first: TradeDate,
    /// Last day without a bar.
    pub last: TradeDate,
    /// Trading days in it.
    pub days: usize,
    /// How many of them are known suspensions.
    pub suspended: usize,
}

/// Without a calendar a hole counts from this many weekdays on: no holiday closes an exchange for as long.
const LONG_HOLIDAY: usize = 11;
/// Days that a series may lag behind its market.
const LATE: usize = 20;
/// Gaps listed in a message.
const LISTED: usize = 3;

impl Gap {
    /// Days that no suspension explains.
    pub fn missing(&self) -> usize {
        self.days - self.suspended
    }
}

/// Trading days between the first and the last of `dates` that are not among them, ascending: gaps between the bars of a
/// symbol, with the whole-day suspensions (`suspended`) in them. All slices ascend. Outside of what `calendar` covers,
/// and where there is none, only holes of more than ten weekdays are listed, and their days are weekdays.
pub fn gaps(dates: &[TradeDate], calendar: Option<&[TradeDate]>, suspended: &[TradeDate]) -> Vec<Gap> {
    let calendar = calendar.unwrap_or_default();
    let (Some(&open), Some(&close)) = (calendar.first(), calendar.last()) else {
        return gaps_by_weekdays(dates, suspended);
    };
    let covered = dates.partition_point(|d| *d < open)..dates.partition_point(|d| *d <= close);
    // A pair of bars belongs to the calendar when both lie inside of it.
    let before = &dates[..dates.len().min(covered.start + 1)];
    let after =
        &dates[covered.end.max(covered.start + 1).min(dates.len()) - usize::from(!dates.is_empty())..];
    let mut found = gaps_by_weekdays(before, suspended);
    found.extend(gaps_by_calendar(&dates[covered], calendar, suspended));
    found.extend(gaps_by_weekdays(after, suspended));
    found
}

/// The gaps of a series.
pub(super) fn of_series(bars: &RawBars, context: &Context<'_>) -> Vec<Gap> {
    gaps(&bars.date, context.calendar, &context.suspended_days())
}

fn gaps_by_calendar(dates: &[TradeDate], calendar: &[TradeDate], suspended: &[TradeDate]) -> Vec<Gap> {
    let mut found: Vec<Gap> = Vec::new();
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return found };
    let inside = calendar.partition_point(|day| day < first)..calendar.partition_point(|day| day < last);
    let (mut bar, mut stop, mut in_gap) = (0, 0, false);
    for &day in &calendar[inside] {
        while dates.get(bar).is_some_and(|date| *date < day) {
            bar += 1;
            in_gap = false;
        }
        if dates.get(bar) == Some(&day) {
            in_gap = false;
            continue;
        }
        while suspended.get(stop).is_some_and(|date| *date < day) {
            stop += 1;
        }
        let explained = usize::from(suspended.get(stop) == Some(&day));
        match found.last_mut().filter(|_| in_gap) {
            Some(gap) => {
                gap.last = day;
                gap.days += 1;
                gap.suspended += explained;
            }
            None => found.push(Gap { first: day, last: day, days: 1, suspended: explained }),
        }
        in_gap = true;
    }
    found
}

fn gaps_by_weekdays(dates: &[TradeDate], suspended: &[TradeDate]) -> Vec<Gap> {
    let hole = |pair: &[TradeDate]| {
        let (before, after) = (pair[0], pair[1]);
        // Eleven weekdays take at least fifteen days: most pairs need no counting.
        if after.days_since(before) < 15 {
            return None;
        }
        let days = TradingCalendar::Weekdays.trading_days_between(before, after).saturating_sub(1);
        let known = suspended.partition_point(|d| *d < after) - suspended.partition_point(|d| *d <= before);
        (days >= LONG_HOLIDAY).then(|| Gap {
            first: before.next_day(),
            last: day_before(before, after),
            days,
            suspended: known.min(days),
        })
    };
    dates.windows(2).filter_map(hole).collect()
}

/// The day before `after`, found from `before` on, since dates only step forward.
fn day_before(before: TradeDate, after: TradeDate) -> TradeDate {
    std::iter::successors(Some(before), |day| Some(day.next_day()))
        .take_while(|day| *day < after)
        .last()
        .unwrap_or(before)
}

pub(super) fn check(bars: &RawBars, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let gaps = of_series(bars, context);
    let suspended: Vec<Gap> = gaps.iter().copied().filter(|gap| gap.suspended > 0).collect();
    let days: usize = suspended.iter().map(|gap| gap.suspended).sum();
    if days > 0 {
        let message =
            format!("{} without trading by suspension, {}", count(days, "day"), in_gaps(&suspended, true));
        let action = "no bars are made up; labels do not reach over more than ten trading days";
        findings.push(run(bars, (FindingKind::Suspended, Severity::Note), &suspended, days, message, action));
    }
    // Weekdays count holidays too: without a calendar a hole is explained when suspensions are most of it.
    let unexplained = |gap: &Gap| match context.calendar {
        Some(_) => gap.days > gap.suspended,
        None => gap.days > 2 * gap.suspended,
    };
    let missing: Vec<Gap> = gaps.into_iter().filter(unexplained).collect();
    let days: usize = missing.iter().map(Gap::missing).sum();
    if days > 0 {
        let unit = if context.calendar.is_some() { "trading day" } else { "weekday" };
        let message =
            format!("{} with neither bar nor suspension, {}", count(days, unit), in_gaps(&missing, false));
        // Shares of China stop for days at a time: where no suspension is known at all, that is the likely reason.
        let mainland = matches!(Venue::of_symbol(&bars.symbol), Some(Venue::Sse | Venue::Szse));
        let (severity, action) = if mainland && context.suspensions.is_empty() {
            (
                Severity::Note,
                "left as gaps; no suspension of this symbol is stored, so fetch suspend_d to tell which are",
            )
        } else {
            (
                Severity::Warning,
                "left as gaps; fetch or import these days again, or compare with another source",
            )
        };
        findings.push(run(bars, (FindingKind::MissingDays, severity), &missing, days, message, action));
    }
    stale_tail(bars, context, findings);
}

fn run(
    bars: &RawBars,
    (kind, severity): (FindingKind, Severity),
    gaps: &[Gap],
    days: usize,
    message: String,
    action: &str,
) -> Finding {
    let first: Vec<TradeDate> = gaps.iter().take(1).map(|gap| gap.first).collect();
    Finding { count: days, ..about(bars, kind, severity, &first, message, action) }
}

/// `in 12 gaps, the longest 2006-01-04 to 2006-05-09 (75 days), ...`
fn in_gaps(gaps: &[Gap], suspended: bool) -> String {
    let days = |gap: &Gap| if suspended { gap.suspended } else { gap.missing() };
    let mut longest: Vec<&Gap> = gaps.iter().collect();
    longest.sort_by_key(|gap| (std::cmp::Reverse(days(gap)), gap.first));
    let shown: Vec<String> = longest
        .iter()
        .take(LISTED)
        .map(|gap| match gap.first == gap.last {
            true => gap.first.to_string(),
            false => format!("{} to {} ({})", gap.first, gap.last, days(gap)),
        })
        .collect();
    let which = if gaps.len() > 1 { ", the longest" } else { ":" };
    format!("in {}{which} {}", count(gaps.len(), "gap"), shown.join(", "))
}

/// The series ends well before its market does, and neither a delisting nor a suspension says why.
fn stale_tail(bars: &RawBars, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(calendar), Some(market_last), Some(&last)) =
        (context.calendar, context.market_last, bars.date.last())
    else {
        return;
    };
    let end =
        context.listing.and_then(|listing| listing.delisted).map_or(market_last, |day| day.min(market_last));
    let tail = calendar.partition_point(|day| *day <= last)..calendar.partition_point(|day| *day <= end);
    let days = tail.len();
    let suspended = context.suspended_days();
    let known =
        suspended.partition_point(|d| *d <= end).saturating_sub(suspended.partition_point(|d| *d <= last));
    let unexplained = days.saturating_sub(known);
    if unexplained > LATE {
        let message = format!(
            "the last bar is of {last}, but the market goes on to {end}: {} more, {known} of them known suspensions",
            count(days, "trading day")
        );
        let action =
            "fetch or import what is missing; if it was delisted, store its listing (fetch stock_basic)";
        let found = about(bars, FindingKind::StaleTail, Severity::Warning, &[last], message, action);
        findings.push(Finding { count: unexplained, ..found });
    }
}
