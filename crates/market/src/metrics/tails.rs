//! The worst and the best of the daily returns.

use super::moments::Moments;
use crate::wide::{Four, LANES};
use std::cell::Cell;

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
    #[inline(always)]
    pub fn of<F: Four>(returns: &[f64], moments: &Moments) -> Tails {
        if returns.is_empty() {
            return Tails::default();
        }
        // (n − 1)·0.95 counted from below lies where (n − 1)·0.05 lies counted from above.
        let at = TAIL * (returns.len() - 1) as f64;
        let [mut low, mut high] = both_ends::<F>(returns, at, moments);
        let value_at_risk = quantile(&mut low, at);
        let worst = at.floor() as usize + 1;
        let expected_shortfall = low[..worst].iter().map(|key| value(*key)).sum::<f64>() / worst as f64;
        // The highest returns are the lowest of their negatives.
        let highest = -quantile(&mut high, at);
        Tails {
            value_at_risk: Some(value_at_risk),
            expected_shortfall: Some(expected_shortfall),
            ratio: (value_at_risk != 0.0).then(|| highest.abs() / value_at_risk.abs()),
        }
    }
}

/// A whole number that orders as the double does: whole numbers are faster to order.
#[inline(always)]
fn key(x: f64) -> i64 {
    let bits = x.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// The double of a key.
#[inline(always)]
fn value(key: i64) -> f64 {
    f64::from_bits((key ^ ((key >> 63).cast_unsigned() >> 1).cast_signed()).cast_unsigned())
}

/// The value at position `at` (0-based, fractions between neighbours) of the ascending order. Afterwards the ⌊at⌋ + 1
/// lowest stand in front.
fn quantile(keys: &mut [i64], at: f64) -> f64 {
    let (below, fraction) = (at.floor() as usize, at.fract());
    let (_, &mut lower, above) = keys.select_nth_unstable(below);
    // The next in order is the least of what lies above. At the last position there is none, and no fraction either.
    let upper = above.iter().copied().min().unwrap_or(lower);
    value(lower) + fraction * (value(upper) - value(lower))
}

/// How many deviations from the mean the ends begin, tried in order. Beyond 1.2 lie 10 to 12 % of most returns, twice the
/// tail; ordering all of them would cost more than every other figure together.
const ENDS_BEGIN: [f64; 2] = [1.2, 0.7];

/// Keys of the returns and of their negatives: of each a set that holds at least the ⌊at⌋ + 2 lowest (or all there are).
#[inline(always)]
fn both_ends<F: Four>(returns: &[f64], at: f64, moments: &Moments) -> [Vec<i64>; 2] {
    let needed = at.floor() as usize + 2;
    let mut ends = ENDS.take();
    for distance in ENDS_BEGIN {
        let reach = distance * moments.deviation.unwrap_or(0.0);
        let found = beyond::<F>(returns, moments.mean - reach, moments.mean + reach, &mut ends);
        if let Some([lows, highs]) = found.filter(|found| found.iter().all(|count| *count >= needed)) {
            let keys = [
                ends[0][..lows].iter().map(|r| key(*r)).collect(),
                ends[1][..highs].iter().map(|r| key(-r)).collect(),
            ];
            ENDS.set(ends);
            return keys;
        }
    }
    ENDS.set(ends);
    let all = |sign: f64| returns.iter().map(|r| key(sign * r)).collect();
    [all(1.0), all(-1.0)]
}

thread_local! {
    /// Memory that every curve uses again.
    static ENDS: Cell<[Vec<f64>; 2]> = const { Cell::new([Vec::new(), Vec::new()]) };
}

/// How many returns lie below and above two bounds; they stand in front of `ends`, in order. `None` where there are too many
/// to be worth it.
#[inline(always)]
fn beyond<F: Four>(returns: &[f64], lower: f64, upper: f64, ends: &mut [Vec<f64>; 2]) -> Option<[usize; 2]> {
    let most = returns.len() / 4 + LANES;
    ends.iter_mut().for_each(|end| end.resize(most, 0.0));
    let [low, high] = ends;
    let (mut lows, mut highs) = (0, 0);
    let (below, above) = (F::of(lower), F::of(upper));
    let (blocks, rest) = returns.as_chunks();
    for block in blocks {
        let r = F::read(block);
        let (is_low, is_high) = (r.below(below), above.below(r));
        // Written always, counted only as far as it belongs: no branch that nobody could predict.
        r.write_some(is_low, low.get_mut(lows..)?.first_chunk_mut()?);
        r.write_some(is_high, high.get_mut(highs..)?.first_chunk_mut()?);
        lows += is_low.count_ones() as usize;
        highs += is_high.count_ones() as usize;
    }
    for &r in rest {
        *low.get_mut(lows)? = r;
        *high.get_mut(highs)? = r;
        lows += usize::from(r < lower);
        highs += usize::from(r > upper);
    }
    Some([lows, highs])
}

#[cfg(test)]
mod tests {
    use super::super::moments::PowerSums;
    use super::*;
    use crate::wide::{Work, wide};

    struct OfReturns<'a>(&'a [f64], Moments);

    impl Work for OfReturns<'_> {
        type Done = Tails;

        #[inline(always)]
        fn work<F: Four>(self) -> Tails {
            Tails::of::<F>(self.0, &self.1)
        }
    }

    fn tails(returns: &[f64]) -> Tails {
        let n = returns.len() as f64;
        let power = |exponent: i32| returns.iter().map(|r| r.powi(exponent)).sum::<f64>();
        let sums =
            PowerSums { n, first: power(1), second: power(2), third: power(3), ..PowerSums::default() };
        wide(OfReturns(returns, Moments::of(&sums)))
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
        // The last few are looked at one by one.
        for n in 995..1_000 {
            agree(&[&usual[..n], &[-0.012, 0.012]].concat());
        }
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
