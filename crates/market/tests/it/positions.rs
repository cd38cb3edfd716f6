//! Targets over random scores and prices: nothing after t informs t, and every rule keeps its promise.

use proptest::prelude::*;
use tidegate_market::*;

fn rules() -> impl Strategy<Value = PositionRule> {
    let positions = prop_oneof![Just(Positions::LongFlat), Just(Positions::LongShort)];
    (0.3..0.7, 0.0..0.3, positions, 1..6_usize).prop_map(|(entry, gap, positions, hold)| PositionRule {
        threshold: Threshold { entry, exit: entry - gap },
        positions,
        hold,
    })
}

fn sizes() -> impl Strategy<Value = Size> {
    prop_oneof![
        Just(Size::Full),
        (0.01..1.0).prop_map(Size::Fraction),
        Just(Size::Shares(100.0)),
        (0.05..0.5, 2..10_usize, 0.1..1.0, 0.0..0.5).prop_map(|(annual, window, cap, band)| {
            Size::Volatility(VolatilityTarget { annual, window, cap, band })
        }),
        (0.1..1.0, 0.1..1.0).prop_map(|(fraction, cap)| Size::Kelly(Kelly { fraction, cap })),
    ]
}

/// Scores between 0 and 1, and prices.
fn days() -> impl Strategy<Value = Vec<(f64, f64)>> {
    proptest::collection::vec((0.0..1.0, 5.0..20.0), 2..60)
}

/// From scores and prices to targets; the odds are past and fixed.
fn targets(rule: &PositionRule, size: &Size, days: &[(f64, f64)]) -> Vec<f64> {
    let (scores, prices): (Vec<f64>, Vec<f64>) = days.iter().copied().unzip();
    let window = if let Size::Volatility(target) = size { target.window } else { 2 };
    let odds = Odds { p: 0.55, win: 0.02, loss: 0.02 };
    size.targets(&rule.directions(&scores), &trailing_volatility(&prices, window), Some(odds))
}

proptest! {
    #[test]
    fn what_comes_after_a_bar_changes_no_target_up_to_it(
        rule in rules(),
        size in sizes(),
        days in days(),
        other in days(),
        cut in 0.0..1.0,
    ) {
        let known = 1 + (cut * (days.len() - 1) as f64) as usize;
        let changed = [&days[..known], &other[..]].concat();
        let (before, after) = (targets(&rule, &size, &days), targets(&rule, &size, &changed));
        prop_assert_eq!(&before[..known], &after[..known]);
        prop_assert_eq!(&targets(&rule, &size, &days[..known]), &before[..known]);
    }

    #[test]
    fn targets_are_weights_and_positions_last_as_long_as_asked(
        rule in rules(),
        size in sizes(),
        days in days(),
    ) {
        let (scores, _): (Vec<f64>, Vec<f64>) = days.iter().copied().unzip();
        let directions = rule.directions(&scores);
        let found = targets(&rule, &size, &days);
        for (target, direction) in found.iter().zip(&directions) {
            prop_assert!((-1.0..=1.0).contains(target) && target * direction >= 0.0, "{target}");
            prop_assert!(*direction != 0.0 || *target == 0.0);
        }
        prop_assert!(rule.positions == Positions::LongShort || directions.iter().all(|d| *d >= 0.0));
        let mut since = 0;
        for t in 1..directions.len() {
            if directions[t] != directions[t - 1] {
                prop_assert!(directions[t - 1] == 0.0 || t - since >= rule.hold, "left after {}", t - since);
                since = t;
            }
        }
    }
}
