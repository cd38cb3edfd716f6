//! Moves of the size of a split that nothing explains, and splits that the prices do not show.

use super::about;
use super::context::Context;
use super::factor::Steps;
use super::split_ratio::SplitRatio;
use crate::finding::{Finding, FindingKind, Severity};
use crate::record::{CorporateAction, RawBars};
use tidegate_market::{PriceBasis, TradeDate};

/// An overnight move below this is left to the market.
const LARGE: f64 = 1.4;
/// A factor that moves this much in a day is a split, not a dividend.
const SPLIT: f64 = 1.3;
/// Splits reported one by one; what is beyond is a broken series.
const REPORTED: usize = 10;

pub(super) fn check(
    bars: &RawBars,
    context: &Context<'_>,
    steps: &Steps,
    reforms: &[usize],
    findings: &mut Vec<Finding>,
) {
    let mut found: Vec<Finding> = Vec::new();
    for t in 1..bars.date.len() {
        let to_open = bars.close[t - 1] / bars.open[t];
        let jump = outside(to_open / steps.step[t], LARGE);
        let adjusted_only = bars.basis == PriceBasis::SplitAdjusted && outside(steps.step[t], SPLIT);
        if !jump && !adjusted_only || reforms.binary_search(&t).is_ok() {
            continue;
        }
        let to_close = bars.close[t - 1] / bars.close[t];
        if jump {
            let step = steps.step[t];
            if let Some(ratio) = SplitRatio::of_moves(to_open / step, to_close / step) {
                found.push(not_adjusted(bars, t, &ratio.to_string()));
            }
        } else {
            found.push(in_adjusted_close_only(bars, t, steps.step[t]));
        }
    }
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

fn not_adjusted(bars: &RawBars, t: usize, ratio: &str) -> Finding {
    let (day, before, after) = (bars.date[t], bars.close[t - 1], bars.close[t]);
    let message = format!("{day}: {before} → {after} looks like a {ratio} that was not adjusted");
    let action =
        "nothing was changed; import the series anew from a source that adjusted it, or store the split";
    about(bars, FindingKind::UnadjustedSplit, Severity::Error, &[day], message, action)
}

/// Yahoo's present files have splits taken out of every price; its files before 2017 only out of the adjusted close.
fn in_adjusted_close_only(bars: &RawBars, t: usize, step: f64) -> Finding {
    let (day, before, after) = (bars.date[t], bars.close[t - 1], bars.close[t]);
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
        let shown = |t: usize| bars.close[t - 1] / bars.open[t];
        // Halfway on a scale of ratios: nearer to no move than to the split.
        let flat = |t: usize| shown(t).ln().abs() < (ratio.ln() / 2.0).abs();
        if bars.basis != PriceBasis::Raw
            || t == 0
            || t >= bars.date.len()
            || !outside(ratio, SPLIT)
            || !flat(t)
        {
            continue;
        }
        let (day, before, open) = (bars.date[t], bars.close[t - 1], bars.open[t]);
        let message = format!(
            "a split of {ratio} new shares for one is stored for {ex_date}, but the price goes from {before} to {open} \
             as if there were none: these prices are adjusted for it already"
        );
        let action = "nothing was changed; import raw prices, or prices marked as split-adjusted";
        findings.push(about(bars, FindingKind::UnadjustedSplit, Severity::Error, &[day], message, action));
    }
}
