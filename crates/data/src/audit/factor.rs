//! Close, reference price and factor: do they tell the same story?

use super::about;
use super::context::Context;
use super::dates::{count, listed};
use super::gap;
use crate::ex_day::ex_days;
use crate::finding::{Finding, FindingKind, Severity};
use crate::record::{FactorOrigin, RawBars};
use tidegate_market::{
    FactorStep, Listing, NotAnAShare, TradeDate, factor_disagreements, factor_from_ex_days, factor_on,
};

/// What dividends and splits explain of the move into each bar.
pub(super) struct Steps {
    /// f(t)/f(t−1) per bar, 1 on the first.
    pub step: Vec<f64>,
    /// Whether anything is known to explain moves by.
    pub known: bool,
}

/// Between these days companies reformed their share structure. On the day of resumption the exchange left its reference
/// price as it was, although holders had received shares (last case known: 2013-02-08).
const REFORMS: ((i16, i8, i8), (i16, i8, i8)) = ((2005, 6, 14), (2013, 12, 31));
/// A reference may stand above the close before it by this much without being odd.
const RAISED: f64 = 1.02;
/// From here on it is a consolidation of shares or fund units.
const CONSOLIDATED: f64 = 1.5;
/// An issue price is never this much below the first open.
const FIRST_JUMP: f64 = 10.0;
/// Published factors may end this many days before the bars.
const LATE_DAYS: i64 = 10;
/// A step this near to 1 is none.
const NO_STEP: f64 = 0.002;

/// The best source there is: factors, else reference prices, else dividends and splits.
pub(super) fn explained_steps(bars: &RawBars, context: &Context<'_>) -> Steps {
    let ratio = |f: &[f64]| {
        let steps =
            f.windows(2).map(|pair| if pair[0] > 0.0 && pair[1] > 0.0 { pair[1] / pair[0] } else { 1.0 });
        std::iter::once(1.0).chain(steps).collect::<Vec<f64>>()
    };
    if let Some(factors) = context.factors {
        return Steps { step: ratio(&factor_on(&bars.date, &factors.date, &factors.factor)), known: true };
    }
    if let Some(pre_close) = &bars.pre_close {
        let step = |t: usize| match t {
            0 => 1.0,
            _ if pre_close[t] > 0.0 => bars.close[t - 1] / pre_close[t],
            _ => 1.0,
        };
        return Steps { step: (0..bars.date.len()).map(step).collect(), known: true };
    }
    let by_actions = factor_from_ex_days(&bars.date, &bars.close, &ex_days(context.actions, bars.basis));
    match by_actions {
        Ok(factor) if !context.actions.is_empty() => Steps { step: ratio(&factor), known: true },
        _ => Steps { step: vec![1.0; bars.date.len()], known: false },
    }
}

/// Whether a reference price of that day may have been left as it was by a share reform.
pub(super) fn in_reform_years(day: TradeDate) -> bool {
    let date = |(year, month, day)| TradeDate::new(year, month, day);
    Some(day) >= date(REFORMS.0) && Some(day) <= date(REFORMS.1)
}

pub(super) fn check(bars: &RawBars, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(factors) = context.factors else {
        match &bars.pre_close {
            Some(pre_close) => check_references(bars, pre_close, context, findings),
            None => check_nothing(bars, context, findings),
        }
        return;
    };
    let bad: Vec<TradeDate> = factors
        .date
        .iter()
        .zip(&factors.factor)
        .filter(|(_, f)| !(**f > 0.0 && f.is_finite()))
        .map(|(day, _)| *day)
        .collect();
    if !bad.is_empty() {
        let message = format!("{} not above 0: {}", count(bad.len(), "factor"), listed(&bad));
        let action = "treated as no ex-day; fetch or import the factors again";
        findings.push(about(bars, FindingKind::FactorMismatch, Severity::Error, &bad, message, action));
    }
    let (last_bar, last_factor) = (bars.date.last(), factors.date.last());
    if let (FactorOrigin::Published, Some(&bar), Some(&known)) = (factors.origin, last_bar, last_factor)
        && bar.days_since(known) > LATE_DAYS
    {
        let message = format!("factors end on {known}, bars on {bar}: ex-days after {known} are not known");
        let action = "the last factor is held; fetch or import the later ones";
        findings.push(about(bars, FindingKind::FactorMismatch, Severity::Warning, &[known], message, action));
    }
    if let Some(pre_close) = &bars.pre_close {
        let factor = factor_on(&bars.date, &factors.date, &factors.factor);
        let off = factor_disagreements(&bars.close, pre_close, &factor);
        let reform = |step: &FactorStep| {
            in_reform_years(bars.date[step.index])
                && step.by_factor > step.by_reference
                && Listing::from_symbol(&bars.symbol).is_ok()
        };
        let (reforms, others): (Vec<FactorStep>, Vec<FactorStep>) = off.into_iter().partition(reform);
        report(bars, &reforms, true, findings);
        report(bars, &others, false, findings);
        first_reference(bars, pre_close, findings);
    }
}

fn report(bars: &RawBars, steps: &[FactorStep], reform: bool, findings: &mut Vec<Finding>) {
    let Some(first) = steps.first() else { return };
    let dates: Vec<TradeDate> = steps.iter().map(|step| bars.date[step.index]).collect();
    let figures = format!(
        "on {} the reference price says {:.4}, the factor {:.4}",
        bars.date[first.index], first.by_reference, first.by_factor
    );
    let (severity, message, action) = if reform {
        let what =
            "looks like the resumption after a share reform, whose reference the exchange left as it was";
        (Severity::Note, format!("{figures}: {what} ({})", listed(&dates)), "the factor is used")
    } else {
        let bars = count(dates.len(), "bar");
        let message = format!(
            "{bars} on which factor and reference price move differently: {}; {figures}",
            listed(&dates)
        );
        (Severity::Warning, message, "the factor is used; compare these days with another source")
    };
    findings.push(about(bars, FindingKind::FactorMismatch, severity, &dates, message, action));
}

/// Only reference prices are known, so the factor is rebuilt from them.
fn check_references(bars: &RawBars, pre_close: &[f64], context: &Context<'_>, findings: &mut Vec<Finding>) {
    first_reference(bars, pre_close, findings);
    let told = |t: usize| (pre_close[t] > 0.0).then(|| bars.close[t - 1] / pre_close[t]);
    let consolidated = |t: usize| pre_close[t] >= bars.close[t - 1] * CONSOLIDATED;
    let raised: Vec<usize> =
        (1..bars.date.len()).filter(|&t| pre_close[t] > bars.close[t - 1] * RAISED).collect();
    if let Some(&t) = raised.first() {
        let dates: Vec<TradeDate> = raised.iter().map(|t| bars.date[*t]).collect();
        let message = format!(
            "{} with a reference price above the close before it: {}; on {} it is {} after {}",
            count(dates.len(), "bar"),
            listed(&dates),
            bars.date[t],
            pre_close[t],
            bars.close[t - 1]
        );
        let action = if consolidated(t) {
            "taken as a consolidation of shares or units; fetch or import published factors to be sure"
        } else {
            "no ex-day raises it: days are missing before, over which no return is counted; fetch or import the missing \
             days"
        };
        findings.push(about(bars, FindingKind::FactorMismatch, Severity::Warning, &dates, message, action));
    }
    let after_hole = |gap: &gap::Gap| {
        let t = bars.date.partition_point(|day| *day <= gap.last);
        let step = told(t).filter(|step| (step - 1.0).abs() > NO_STEP);
        step.filter(|_| gap.days > gap.suspended).map(|_| bars.date[t])
    };
    let dates: Vec<TradeDate> = gap::of_series(bars, context).iter().filter_map(after_hole).collect();
    if !dates.is_empty() {
        let message = format!(
            "{} after missing days whose reference price is not the close before it: {}",
            count(dates.len(), "bar"),
            listed(&dates)
        );
        let action =
            "taken as ex-days, which they may not be; fetch or import the missing days or published factors";
        // Where no suspension is known at all, most such days will be the end of one.
        let severity = if context.suspensions.is_empty() { Severity::Note } else { Severity::Warning };
        findings.push(about(bars, FindingKind::FactorMismatch, severity, &dates, message, action));
    }
}

fn first_reference(bars: &RawBars, pre_close: &[f64], findings: &mut Vec<Finding>) {
    let (reference, open) = (pre_close[0], bars.open[0]);
    if reference > 0.0 && (open / reference > FIRST_JUMP || reference / open > FIRST_JUMP) {
        let day = bars.date[0];
        let message =
            format!("the first bar ({day}) opens at {open} against a reference price of {reference}");
        let action = "the reference of a first bar is not used, except for its price limit";
        findings.push(about(bars, FindingKind::FactorMismatch, Severity::Note, &[day], message, action));
    }
}

fn check_nothing(bars: &RawBars, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let index = bars.symbol.starts_with('^') || Listing::from_symbol(&bars.symbol) == Err(NotAnAShare::Index);
    if context.actions.is_empty() && !index {
        let message = "neither factors nor reference prices nor dividends and splits are known".to_owned();
        let action =
            "the factor is 1 throughout: dividends and splits look like price moves; fetch or import factors";
        let found = about(bars, FindingKind::NoAdjustment, Severity::Note, &bars.date[..1], message, action);
        findings.push(Finding { count: bars.date.len(), ..found });
    }
}
