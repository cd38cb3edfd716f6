//! Nothing dated t depends on anything after t.

use super::*;

/// The bars until `t`, then whatever `other` holds after it.
fn with_another_future(bars: &BarSeries, other: &BarSeries, t: usize) -> BarSeries {
    let mut changed = bars.clone();
    for bar in (t + 1)..bars.len().min(other.len()) {
        changed.open[bar] = other.open[bar];
        changed.high[bar] = other.high[bar];
        changed.low[bar] = other.low[bar];
        changed.close[bar] = other.close[bar];
        changed.volume[bar] = other.volume[bar];
        changed.factor[bar] = changed.factor[bar - 1] * 1.25;
    }
    changed
}

/// Whether something computed from bars is the same until `t`, bit for bit, when the bars after `t` are
/// exchanged, and when they are gone.
fn is_causal<F: Fn(&BarSeries) -> Vec<Option<u64>>>(
    of: F,
    bars: &BarSeries,
    other: &BarSeries,
    t: usize,
) -> bool {
    let known = &of(bars)[..=t];
    let changed = of(&with_another_future(bars, other, t));
    let cut = of(&bars.slice(0..t + 1));
    known == &changed[..=t] && known == &cut[..=t]
}

proptest! {
    #[test]
    fn no_feature_looks_ahead(bars in bars(1..120), other in bars(120), t in any::<prop::sample::Index>()) {
        let t = t.index(bars.len());
        for feature in every_feature() {
            let of = |bars: &BarSeries| bits(&compute(feature, bars), bars.len());
            prop_assert!(is_causal(of, &bars, &other, t), "{feature} at bar {t} knows what comes after it");
        }
    }
}

/// A mean over bars t − 1, t and t + 1: the classic leak of a smoothing library.
fn centred_moving_average(bars: &BarSeries) -> Vec<Option<u64>> {
    let close = bars.hfq().close;
    let centred = |t: usize| Some(close.get(t.checked_sub(1)?..t + 2)?.iter().sum::<f64>() / 3.0);
    (0..close.len()).map(|t| centred(t).map(f64::to_bits)).collect()
}

/// Closes divided by the highest close of the whole history: a scaler fitted on everything.
fn scaled_by_everything(bars: &BarSeries) -> Vec<Option<u64>> {
    let highest = bars.close.iter().copied().fold(f64::MIN, f64::max);
    bars.close.iter().map(|close| Some((close / highest).to_bits())).collect()
}

#[test]
fn a_planted_leak_is_found() {
    let rising: Vec<f64> = (0..20).map(|t| 10.0 + 0.1 * f64::from(t)).collect();
    let bars = series(rising.clone(), rising.clone(), rising.clone(), rising.clone(), rising.clone());
    let mut other = bars.clone();
    other.close.iter_mut().for_each(|close| *close *= 2.0);
    assert!(!is_causal(centred_moving_average, &bars, &other, 10));
    assert!(!is_causal(scaled_by_everything, &bars, &other, 10));
    assert!(is_causal(|bars| bits(&compute(Feature::MovingAverage(3), bars), bars.len()), &bars, &other, 10));
}
