//! The worst and the best of the daily returns.

use super::moments::Moments;

/// Share of the returns in each tail.
const TAIL: f64 = 0.05;

/// Figures of both tails; `None` without returns.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tails {
    /// 5 % quantile.
    pub value_at_risk: Option<f64>,
    /// Mean of the ⌊(n − 1)·0.05⌋ + 1 lowest.
    pub expected_shortfall: Option<f64>,
    /// |95 % quantile| / |5 % quantile|; `None` when the latter is 0.
    pub ratio: Option<f64>,
}

impl Tails {
    pub fn of(returns: &[f64], moments: &Moments) -> Tails {
        if returns.is_empty() {
            return Tails::default();
        }
        // (n − 1)·0.95 counted from below lies where (n − 1)·0.05 lies counted from above.
        let at = TAIL * (returns.len() - 1) as f64;
        let mut low = lowest(returns, at, moments, 1.0);
        let value_at_risk = quantile(&mut low, at);
        let worst = at.floor() as usize + 1;
        let expected_shortfall = low[..worst].iter().sum::<f64>() / worst as f64;
        // The highest returns are the lowest of their negatives.
        let mut high = lowest(returns, at, moments, -1.0);
        let highest = -quantile(&mut high, at);
        Tails {
            value_at_risk: Some(value_at_risk),
            expected_shortfall: Some(expected_shortfall),
            ratio: (value_at_risk != 0.0).then(|| highest.abs() / value_at_risk.abs()),
        }
    }
}

/// The value at position `at` (0-based, fractions between neighbours) of the ascending order. Afterwards the ⌊at⌋ + 1
/// lowest stand in front.
fn quantile(values: &mut [f64], at: f64) -> f64 {
    let (below, fraction) = (at.floor() as usize, at.fract());
    let (_, &mut lower, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    // The next in order is the least of what lies above. At the last position there is none, and no fraction either.
    let upper = above.iter().copied().reduce(f64::min).unwrap_or(lower);
    lower + fraction * (upper - lower)
}

/// Of `sign` × `returns`, a set that holds at least the ⌊at⌋ + 2 lowest (or all there are).
///
/// Ordering all returns would cost more than every other figure together. Returns more than a standard deviation below
/// the mean are usually some 10 to 16 % of them, twice to three times the tail; where they are too few, all are taken.
fn lowest(returns: &[f64], at: f64, moments: &Moments, sign: f64) -> Vec<f64> {
    let needed = at.floor() as usize + 2;
    let bound = sign * moments.mean - moments.deviation.unwrap_or(0.0);
    let mut taken = vec![0.0; returns.len()];
    let mut count = 0;
    for r in returns {
        // Written always, counted only when it belongs: no branch that nobody could predict.
        taken[count] = sign * r;
        count += usize::from(sign * r < bound);
    }
    if count >= needed {
        taken.truncate(count);
    } else {
        taken.iter_mut().zip(returns).for_each(|(slot, r)| *slot = sign * r);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tails(returns: &[f64]) -> Tails {
        Tails::of(returns, &Moments::of(returns))
    }

    /// By sorting everything.
    fn plainly(returns: &[f64]) -> Tails {
        let mut sorted = returns.to_vec();
        sorted.sort_by(f64::total_cmp);
        let quantile = |q: f64| {
            let at = q * (sorted.len() - 1) as f64;
            let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
            below + at.fract() * (above - below)
        };
        let worst = (TAIL * (sorted.len() - 1) as f64) as usize + 1;
        Tails {
            value_at_risk: Some(quantile(0.05)),
            expected_shortfall: Some(sorted[..worst].iter().sum::<f64>() / worst as f64),
            ratio: Some(quantile(0.95).abs() / quantile(0.05).abs()),
        }
    }

    fn agree(returns: &[f64]) {
        let (found, expected) = (tails(returns), plainly(returns));
        for (found, expected) in [
            (found.value_at_risk, expected.value_at_risk),
            (found.expected_shortfall, expected.expected_shortfall),
            (found.ratio, expected.ratio),
        ] {
            let (found, expected) = (found.unwrap(), expected.unwrap());
            assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} for {expected}");
        }
    }

    #[test]
    fn a_few_returns_agree_with_sorting_them_all() {
        for n in 1..60_u32 {
            let returns: Vec<f64> = (0..n).map(|k| f64::from(k * 37 % 59) / 100.0 - 0.25).collect();
            agree(&returns);
        }
    }

    #[test]
    fn many_returns_and_heavy_tails_agree_with_sorting_them_all() {
        let wave = |k: u32| (f64::from(k) * 0.7).sin() * 0.01 + (f64::from(k) * 0.013).cos() * 0.003;
        let usual: Vec<f64> = (0..1_000).map(wave).collect();
        agree(&usual);
        // One crash makes the deviation so large that hardly a return lies beyond it: then all of them are ordered.
        let crash: Vec<f64> =
            usual.iter().enumerate().map(|(k, r)| if k == 500 { -0.9 } else { *r }).collect();
        agree(&crash);
        // Mostly out of the market: ties at zero.
        let idle: Vec<f64> =
            usual.iter().enumerate().map(|(k, r)| if k % 10 < 4 { *r } else { 0.0 }).collect();
        agree(&idle);
    }

    #[test]
    fn a_curve_that_never_moves_has_no_tail_ratio() {
        let flat = tails(&[0.0; 10]);
        assert_eq!((flat.value_at_risk, flat.expected_shortfall, flat.ratio), (Some(0.0), Some(0.0), None));
        assert_eq!(tails(&[]), Tails::default());
    }
}
