//! Moves of the size of a split that nothing explains, and splits that the prices do not show.

use super::about;
use super::context::Context;
use super::dates::count;
use super::factor::Steps;
use super::price::shown;
use super::split_ratio::SplitRatio;
use crate::finding::{Finding, FindingKind, Severity};
use crate::record::{CorporateAction, RawBars};
use tidegate_market::{PriceBasis, TradeDate};

/// An overnight move below this is left to the market.
const LARGE: f64 = 1.4;
/// A factor that moves this much in a day is a split, not a dividend.
const SPLIT: f64 = 1.3;
/// Jumps reported one by one; what is beyond is a broken series.
const REPORTED: usize = 10;
/// A jump that is taken back within so many bars was never a split.
const TAKEN_BACK_WITHIN: usize = 20;

pub(super) fn check(
    bars: &RawBars,
    context: &Context<'_>,
    steps: &Steps,
    excused: impl Fn(&usize) -> bool,
    findings: &mut Vec<Finding>,
) {
    let mut found: Vec<Finding> = Vec::new();
    let mut splits: Vec<(usize, SplitRatio)> = Vec::new();
    for t in 1..bars.date.len() {
        let step = steps.step[t];
        let to_open = bars.close[t - 1] / bars.open[t];
        let jump = outside(to_open / step, LARGE);
        let adjusted_only = bars.basis == PriceBasis::SplitAdjusted && outside(step, SPLIT);
        if !jump && !adjusted_only || excused(&t) || excused(&(t - 1)) {
            continue;
        }
        if !jump {
            found.push(in_adjusted_close_only(bars, t, step));
        } else if !outside(to_open, LARGE) {
            // The price is quiet and what should explain it is not; stored splits are looked at below.
            if context.factors.is_some() || bars.pre_close.is_some() {
                found.push(not_shown(bars, t, step));
            }
        } else if let Some(ratio) =
            SplitRatio::of_moves(to_open / step, bars.close[t - 1] / bars.close[t] / step)
        {
            splits.push((t, ratio));
        }
    }
    let mut next = splits.iter().peekable();
    while let Some(&(t, ratio)) = next.next() {
        let back = next.next_if(|(end, other)| other.undoes(ratio) && end - t <= TAKEN_BACK_WITHIN);
        found.push(match back {
            Some((end, _)) => in_other_units(bars, t..*end, ratio),
            None => not_adjusted(bars, t, ratio),
        });
    }
    found.sort_by_key(|finding| finding.date);
    let more = found.split_off(found.len().min(REPORTED));
    findings.append(&mut found);
    let dates: Vec<TradeDate> = more.iter().filter_map(|finding| finding.date).collect();
    if let Some(first) = dates.first() {
        let message = format!("{} more jumps that look like splits, the first on {first}", dates.len());
        let action = "the series mixes adjusted and unadjusted prices: import it from another source";
        findings.push(about(bars, FindingKind::UnadjustedSplit, Severity::Error, &dates, message, action));
    }
    known_splits(bars, context, findings);
}

fn outside(ratio: f64, bound: f64) -> bool {
    !(1.0 / bound..=bound).contains(&ratio) && ratio.is_finite()
}

fn not_adjusted(bars: &RawBars, t: usize, ratio: SplitRatio) -> Finding {
    let (day, before, after) = (bars.date[t], shown(bars.close[t - 1]), shown(bars.close[t]));
    let message = format!("{day}: {before} → {after} looks like a {ratio} that was not adjusted");
    // Fractions come as near to a spin-off or to a very bad day.
    let (severity, action) = if ratio.is_whole() {
        (
            Severity::Error,
            "nothing was changed; fetch or import the series from a source that adjusted it, with its factors",
        )
    } else {
        (Severity::Warning, "nothing was changed; a spin-off looks the same, so compare with another source")
    };
    about(bars, FindingKind::UnadjustedSplit, severity, &[day], message, action)
}

fn in_other_units(bars: &RawBars, rows: std::ops::Range<usize>, ratio: SplitRatio) -> Finding {
    let dates = &bars.date[rows.clone()];
    let (first, last) = (bars.date[rows.start], bars.date[rows.end - 1]);
    let times = 1.0 / ratio.value();
    let days = if first == last { first.to_string() } else { format!("{first} to {last}") };
    let message = format!(
        "{days}: {} at {times} times the prices before and after, as if a split had been taken out of them \
         alone",
        count(dates.len(), "bar")
    );
    let action = "nothing was changed; fetch or import these days from another source";
    about(bars, FindingKind::UnadjustedSplit, Severity::Error, dates, message, action)
}

fn not_shown(bars: &RawBars, t: usize, step: f64) -> Finding {
    let (day, before, open) = (bars.date[t], shown(bars.close[t - 1]), shown(bars.open[t]));
    let message = format!(
        "{day}: the factor moves by {step:.4}, but the price only from {before} to {open} at the open"
    );
    let action =
        "the factor is used; if the prices are adjusted already, import raw ones, else correct the factor";
    about(bars, FindingKind::FactorMismatch, Severity::Warning, &[day], message, action)
}

/// Yahoo's present files have splits taken out of every price; its files before 2017 only out of the adjusted close.
fn in_adjusted_close_only(bars: &RawBars, t: usize, step: f64) -> Finding {
    let (day, before, after) = (bars.date[t], shown(bars.close[t - 1]), shown(bars.close[t]));
    let what = SplitRatio::nearest(step).map_or(String::new(), |ratio| format!(" (a {ratio})"));
    let message = format!(
        "{day}: {before} → {after} while the factor moves by {step:.4}{what}: prices before were not split-adjusted, \
         although the source says so"
    );
    let action = "adjusted prices are right; raw ones jump there, so tick rounding, lots and limits stay off";
    about(bars, FindingKind::UnadjustedSplit, Severity::Warning, &[day], message, action)
}

/// Splits that are stored and that raw prices do not show.
fn known_splits(bars: &RawBars, context: &Context<'_>, findings: &mut Vec<Finding>) {
    for action in context.actions {
        let CorporateAction::Split { ex_date, ratio } = *action else { continue };
        let t = bars.date.partition_point(|day| *day < ex_date);
        // Halfway on a scale of ratios: nearer to no move than to the split.
        let flat = |t: usize| (bars.close[t - 1] / bars.open[t]).ln().abs() < (ratio.ln() / 2.0).abs();
        if bars.basis != PriceBasis::Raw
            || t == 0
            || t >= bars.date.len()
            || !outside(ratio, SPLIT)
            || !flat(t)
        {
            continue;
        }
        let (day, before, open) = (bars.date[t], shown(bars.close[t - 1]), shown(bars.open[t]));
        let message = format!(
            "a split of {ratio} new shares for one is stored for {ex_date}, but the price goes from {before} to {open} \
             as if there were none: these prices are adjusted for it already"
        );
        let action = "nothing was changed; import raw prices, or prices marked as split-adjusted";
        findings.push(about(bars, FindingKind::UnadjustedSplit, Severity::Error, &[day], message, action));
    }
}
