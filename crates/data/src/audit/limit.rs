//! Prices beyond the limit of their board and date.

use super::about;
use super::context::Context;
use super::dates::{count, listed};
use super::factor::{Steps, in_reform_years};
use crate::finding::{Finding, FindingKind, Severity};
use crate::record::{PublishedLimit, RawBars};
use tidegate_market::{Exchange, Listing, PriceBasis, TradeDate, ashare_price_band, days_without_limit};

/// Half a tick: less is the representation of a double.
const HALF_A_TICK: f64 = 0.005;
/// In Shenzhen until 2000 the reference seems to have been another price than the last trade.
const EARLY_SHENZHEN: f64 = 0.01;
const EARLY_SHENZHEN_UNTIL: i16 = 2000;
/// Tushare writes such limits for days that have none (99999.99, 100000, 0, -1).
const NO_LIMIT_FROM: f64 = 10_000.0;
/// A share that did not trade for so many days has resumed.
const RESUMED_AFTER_DAYS: i64 = 7;

/// A reform stopped trading for longer than a holiday.
const REFORM_STOP_DAYS: i64 = 12;

/// A bar outside its band.
struct Beyond {
    t: usize,
    up: f64,
    down: f64,
}

/// Returns the bars that look like resumptions after a share reform, ascending.
pub(super) fn check(
    bars: &RawBars,
    context: &Context<'_>,
    steps: &Steps,
    findings: &mut Vec<Finding>,
) -> Vec<usize> {
    let Some(listing) = Listing::from_symbol(&bars.symbol).ok().filter(|_| bars.basis == PriceBasis::Raw)
    else {
        return Vec::new();
    };
    let beyond = beyond(bars, context, steps, listing);
    let resumed = |beyond: &Beyond| {
        let t = beyond.t;
        t > 0
            && in_reform_years(bars.date[t])
            && bars.date[t].days_since(bars.date[t - 1]) >= RESUMED_AFTER_DAYS
    };
    let (reforms, others): (Vec<Beyond>, Vec<Beyond>) = beyond.into_iter().partition(resumed);
    report(bars, &others, steps.known, findings);
    report_reforms(bars, context, &reforms, findings);
    reforms.iter().map(|beyond| beyond.t).collect()
}

fn beyond(bars: &RawBars, context: &Context<'_>, steps: &Steps, listing: Listing) -> Vec<Beyond> {
    let mut published = context.limits.iter().peekable();
    let named = !context.names.is_empty();
    let outside = |t: usize, (up, down): (f64, f64)| {
        let early = listing.exchange == Exchange::Szse && bars.date[t].year() <= EARLY_SHENZHEN_UNTIL;
        let room = if early { bars.close[t] * EARLY_SHENZHEN } else { HALF_A_TICK };
        bars.high[t] > up + room || bars.low[t] < down - room
    };
    let mut found = Vec::new();
    for (t, &date) in bars.date.iter().enumerate() {
        while published.next_if(|limit| limit.date < date).is_some() {}
        let band = match published.peek().filter(|limit| limit.date == date) {
            Some(limit) => known_band(limit),
            None => reference(bars, steps, t).and_then(|reference| {
                let special = named && context.special_treatment(date);
                ashare_price_band(listing.board, date, reference, special)
            }),
        };
        if let Some((up, down)) = band.filter(|band| outside(t, *band)) {
            found.push(Beyond { t, up, down });
        }
    }
    // A series does not say whether it starts at the listing: it does where the listing says so, or where its first bar
    // leaves the band around its own reference, the issue price.
    let starts_at_listing = match context.listing.and_then(|listing| listing.listed) {
        Some(listed) => listed >= bars.date[0],
        None => found.first().is_some_and(|beyond| beyond.t == 0),
    };
    if starts_at_listing {
        let free = days_without_limit(listing.board, bars.date[0]);
        found.retain(|beyond| beyond.t >= free);
    }
    found
}

fn known_band(limit: &PublishedLimit) -> Option<(f64, f64)> {
    let none = limit.up <= 0.0 || limit.up >= NO_LIMIT_FROM || limit.down <= 0.0;
    (!none).then_some((limit.up, limit.down))
}

/// The exchange's reference price of a bar, or the close before carried over the ex-day.
fn reference(bars: &RawBars, steps: &Steps, t: usize) -> Option<f64> {
    match &bars.pre_close {
        Some(pre_close) => Some(pre_close[t]).filter(|price| *price > 0.0),
        None if t == 0 => None,
        None => Some(bars.close[t - 1] / steps.step[t]).filter(|price| *price > 0.0),
    }
}

fn report(bars: &RawBars, beyond: &[Beyond], explained: bool, findings: &mut Vec<Finding>) {
    let excess = |b: &Beyond| (bars.high[b.t] / b.up).max(b.down / bars.low[b.t]);
    let Some(worst) = beyond.iter().max_by(|a, b| excess(a).total_cmp(&excess(b))) else { return };
    let dates: Vec<TradeDate> = beyond.iter().map(|beyond| bars.date[beyond.t]).collect();
    let message = format!(
        "{} beyond the price limit: {}; the worst, {}, goes from {} to {} where {:.2} to {:.2} were allowed",
        count(dates.len(), "bar"),
        listed(&dates),
        bars.date[worst.t],
        bars.low[worst.t],
        bars.high[worst.t],
        worst.down,
        worst.up
    );
    let action = if explained {
        "kept; where the limit is passed by more than 1 % it refuses no fill: a restructuring, a relisting or a wrong price"
    } else {
        "kept; nothing tells ex-days here, and an unadjusted one looks the same: fetch or import factors"
    };
    findings.push(about(bars, FindingKind::OutsideLimit, Severity::Warning, &dates, message, action));
}

/// Resumptions after a share reform have no limit and no ex-right reference. A published factor knows what holders got; a
/// factor rebuilt from references cannot.
fn report_reforms(bars: &RawBars, context: &Context<'_>, reforms: &[Beyond], findings: &mut Vec<Finding>) {
    if reforms.is_empty() {
        return unseen_reform(bars, context, findings);
    }
    let dates: Vec<TradeDate> = reforms.iter().map(|beyond| bars.date[beyond.t]).collect();
    let message = format!(
        "{} beyond the price limit after days without trading, as when a company resumed after its share reform: {}",
        count(dates.len(), "bar"),
        listed(&dates)
    );
    let (severity, action) = match context.factors {
        Some(_) => (Severity::Note, "no limit is applied there; the factor is used as published"),
        None => (
            Severity::Warning,
            "no limit is applied there; what holders received is not in a factor rebuilt from reference prices, so \
             fetch or import published factors",
        ),
    };
    findings.push(about(bars, FindingKind::OutsideLimit, severity, &dates, message, action));
}

/// A company listed before the reforms went through its own, but within its limit nothing shows on which day.
fn unseen_reform(bars: &RawBars, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (first, last) = (bars.date[0], bars.date[bars.date.len() - 1]);
    let through_them = first.year() < 2005 && last.year() > 2007;
    if !through_them || context.factors.is_some() || bars.pre_close.is_none() {
        return;
    }
    let after_stop = |pair: &[TradeDate]| {
        let in_wave = (2005..=2007).contains(&pair[1].year()) && in_reform_years(pair[1]);
        (in_wave && pair[1].days_since(pair[0]) >= REFORM_STOP_DAYS).then_some(pair[1])
    };
    let candidates: Vec<TradeDate> = bars.date.windows(2).filter_map(after_stop).collect();
    let message = if candidates.is_empty() {
        "no bar shows when this company resumed after its share reform (2005 to 2013)".to_owned()
    } else {
        format!(
            "no bar shows when this company resumed after its share reform (2005 to 2013); it may be {}",
            listed(&candidates)
        )
    };
    let action = "what holders received then is not in a factor rebuilt from reference prices: fetch or import \
                  published factors";
    findings.push(about(bars, FindingKind::FactorMismatch, Severity::Note, &candidates, message, action));
}
