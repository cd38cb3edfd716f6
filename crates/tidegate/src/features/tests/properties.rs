//! What holds for any prices.

use super::*;

/// How a feature answers when every price is multiplied by the same number.
enum Scaling {
    Proportional,
    Invariant,
}

fn scaling(feature: Feature) -> Scaling {
    use Feature::*;
    match feature {
        Open | High | Low | Close | HighMinusLow | OpenMinusClose | MovingAverage(_) | RollingStd(_)
        | Macd | MacdSignal | MacdHist | Atr(_) => Scaling::Proportional,
        Volume
        | LogVolume
        | Return
        | LogReturn
        | LogRange
        | CloseToMovingAverage(_)
        | Rsi(_)
        | WilliamsR(_)
        | BollingerB(_)
        | Obv
        | VolumeRatio(_) => Scaling::Invariant,
    }
}

proptest! {
    #[test]
    fn every_value_after_the_warm_up_is_finite(bars in bars(0..120)) {
        for feature in every_feature() {
            let column = compute(feature, &bars);
            prop_assert_eq!(column.warm_up(), feature.warm_up());
            prop_assert_eq!(column.defined().len(), bars.len().saturating_sub(feature.warm_up()));
            prop_assert!(column.defined().iter().all(|value| value.is_finite()), "{}", feature);
        }
    }

    /// Powers of two only, so that no rounding is in the way.
    #[test]
    fn prices_in_another_unit_scale_the_features_in_price_and_leave_the_others(
        bars in bars(0..120),
        exponent in -8..8_i32,
    ) {
        let unit = 2.0_f64.powi(exponent);
        let mut scaled = bars.clone();
        for column in [&mut scaled.open, &mut scaled.high, &mut scaled.low, &mut scaled.close] {
            column.iter_mut().for_each(|price| *price *= unit);
        }
        for feature in every_feature() {
            let by = match scaling(feature) {
                Scaling::Proportional => unit,
                Scaling::Invariant => 1.0,
            };
            let expected: Vec<f64> = compute(feature, &bars).defined().iter().map(|value| value * by).collect();
            let found = compute(feature, &scaled);
            prop_assert_eq!(found.defined(), expected, "{}", feature);
        }
    }

    #[test]
    fn bounded_indicators_stay_in_their_bounds(bars in bars(0..120)) {
        for n in [2, 7, 14] {
            let within = |feature, low: f64, high: f64| {
                compute(feature, &bars).defined().iter().all(|value| (low..=high).contains(value))
            };
            prop_assert!(within(Feature::Rsi(n), 0.0, 100.0));
            prop_assert!(within(Feature::WilliamsR(n), -100.0, 0.0));
            prop_assert!(within(Feature::Atr(n), 0.0, f64::MAX));
            prop_assert!(within(Feature::RollingStd(n), 0.0, f64::MAX));
        }
    }
}

#[test]
fn a_series_that_stands_still_has_these_values() {
    let flat = vec![0.1; 60];
    let bars = series(flat.clone(), flat.clone(), flat.clone(), flat, vec![0.0; 60]);
    for (feature, expected) in [
        (Feature::MovingAverage(3), 0.1),
        (Feature::CloseToMovingAverage(3), 0.0),
        (Feature::RollingStd(5), 0.0),
        (Feature::Rsi(14), 0.0),
        (Feature::WilliamsR(14), 0.0),
        (Feature::BollingerB(20), 0.5),
        (Feature::MacdHist, 0.0),
        (Feature::Atr(14), 0.0),
        (Feature::Return, 0.0),
        (Feature::LogRange, 0.0),
        (Feature::LogVolume, 0.0),
        (Feature::VolumeRatio(5), 0.0),
        (Feature::Obv, 0.0),
    ] {
        let column = compute(feature, &bars);
        assert!(column.defined().iter().all(|value| *value == expected), "{feature}: {:?}", column.defined());
    }
}

#[test]
fn prices_that_differ_by_rounding_alone_have_no_range() {
    // An ex-day whose reference price equals the close in value, up to the last bit of raw × factor.
    let mut bars = series(vec![10.44; 30], vec![10.44; 30], vec![10.44; 30], vec![10.44; 30], vec![1.0; 30]);
    for t in 15..30 {
        for column in [&mut bars.open, &mut bars.high, &mut bars.low, &mut bars.close] {
            column[t] = 8.57;
        }
        bars.factor[t] = 10.44 / 8.57 * (1.0 - 2.0 * f64::EPSILON);
    }
    assert!(bars.hfq().close[15] != bars.hfq().close[14]);
    for (feature, expected) in [(Feature::BollingerB(5), 0.5), (Feature::WilliamsR(5), 0.0)] {
        let column = compute(feature, &bars);
        assert!(column.defined().iter().all(|value| *value == expected), "{feature}: {:?}", column.defined());
    }
}

#[test]
fn ratios_are_what_their_names_say() {
    let close = vec![10.0, 12.0, 11.0, 15.0];
    let bars = series(close.clone(), close.clone(), close.clone(), close, vec![99.0, 299.0, 199.0, 399.0]);
    let near = |feature, bar, expected: f64| {
        let found = compute(feature, &bars).get(bar).unwrap();
        assert!((found - expected).abs() < 1e-14, "{feature}: {found} {expected}");
    };
    near(Feature::CloseToMovingAverage(3), 2, 0.0);
    near(Feature::CloseToMovingAverage(2), 1, 12.0 / 11.0 - 1.0);
    near(Feature::VolumeRatio(2), 1, (300.0_f64 / 200.0).ln());
    near(Feature::LogVolume, 0, 100.0_f64.ln());
    near(Feature::LogReturn, 3, (15.0_f64 / 11.0).ln());
    near(Feature::HighMinusLow, 0, 0.0);
    assert_eq!(compute(Feature::Return, &bars).get(0), None);
    assert_eq!(compute(Feature::Return, &bars).get(4), None);
}
