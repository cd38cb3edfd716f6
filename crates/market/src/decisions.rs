//! Targets, and where they change: an order arises nowhere else.

use crate::wide::{Four, LANES};

/// Targets of consecutive bars, with a bit for every bar on which the target is not that of the bar before.
#[derive(Clone, Debug)]
pub(crate) struct Decisions<'a> {
    targets: &'a [f64],
    changes: Vec<u64>,
    /// Every target is a number, and these are the least and the greatest (0 among them).
    range: Option<(f64, f64)>,
}

/// Bars a word holds.
const WORD: usize = u64::BITS as usize;

impl<'a> Decisions<'a> {
    /// Reads `targets` once. Before the first the target is 0.
    #[inline(always)]
    pub fn read<F: Four>(targets: &'a [f64]) -> Decisions<'a> {
        let mut changes = Vec::with_capacity(targets.len().div_ceil(WORD));
        let mut range = Range::<F>::nothing();
        // The first word has no bar before it, and the last may be short.
        let first = &targets[..targets.len().min(WORD)];
        changes.push(few(first, 0.0));
        range.meet_few(first);
        let mut from = WORD;
        while let Some(word) = targets.get(from - 1..).and_then(<[f64]>::first_chunk::<{ WORD + 1 }>) {
            changes.push(whole_word(word, &mut range));
            from += WORD;
        }
        if let Some((before, rest)) = targets.get(from - 1..).and_then(<[f64]>::split_first) {
            changes.push(few(rest, *before));
            range.meet_few(rest);
        }
        Decisions { targets, changes, range: range.found() }
    }

    /// Whether every target is a number from `least` to `most`, between which 0 lies.
    pub fn are_within(&self, least: f64, most: f64) -> bool {
        self.range.is_some_and(|(low, high)| low >= least && high <= most)
    }

    /// The target of bar `k`.
    #[inline]
    pub fn on(&self, k: usize) -> f64 {
        self.targets[k]
    }

    /// The first bar from `k` on with a new target.
    #[inline]
    pub fn next(&self, k: usize) -> Option<usize> {
        let mut word = k / WORD;
        let mut bits = self.changes.get(word)? >> (k % WORD) << (k % WORD);
        while bits == 0 {
            word += 1;
            bits = *self.changes.get(word)?;
        }
        Some(word * WORD + bits.trailing_zeros() as usize)
    }
}

/// Bit k where element k + 1 is not the one before it.
#[inline(always)]
fn whole_word<F: Four>(word: &[f64; WORD + 1], range: &mut Range<F>) -> u64 {
    let mut bits = 0;
    for block in 0..WORD / LANES {
        let at = block * LANES;
        let (Some(before), Some(after)) = (word[at..].first_chunk(), word[at + 1..].first_chunk()) else {
            continue;
        };
        let after = F::read(after);
        bits |= u64::from(after.differs(F::read(before))) << at;
        range.meet(after);
    }
    bits
}

/// Bit k where element k of at most a word is not the one before it.
fn few(word: &[f64], mut before: f64) -> u64 {
    let mut bits = 0;
    for (k, &target) in word.iter().enumerate() {
        bits |= u64::from(target != before) << k;
        before = target;
    }
    bits
}

/// Least and greatest of what was met, 0 among it, and whether all were numbers.
struct Range<F> {
    low: F,
    high: F,
    odd: u32,
}

impl<F: Four> Range<F> {
    #[inline(always)]
    fn nothing() -> Range<F> {
        Range { low: F::of(0.0), high: F::of(0.0), odd: 0 }
    }

    #[inline(always)]
    fn meet(&mut self, four: F) {
        (self.low, self.high) = (four.lower(self.low), four.higher(self.high));
        self.odd |= four.differs(four);
    }

    fn meet_few(&mut self, few: &[f64]) {
        few.iter().for_each(|target| self.meet(F::of(*target)));
    }

    fn found(&self) -> Option<(f64, f64)> {
        let (low, high) = (self.low.lanes(), self.high.lanes());
        let low = low.into_iter().fold(0.0, |a, b| if b < a { b } else { a });
        (self.odd == 0).then(|| (low, high.into_iter().fold(0.0, |a, b| if b > a { b } else { a })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wide::{Work, wide};

    struct Read<'a>(&'a [f64]);

    impl<'a> Work for Read<'a> {
        type Done = Decisions<'a>;

        #[inline(always)]
        fn work<F: Four>(self) -> Decisions<'a> {
            Decisions::read::<F>(self.0)
        }
    }

    fn read(targets: &[f64]) -> Decisions<'_> {
        wide(Read(targets))
    }

    /// One by one.
    fn plainly(targets: &[f64]) -> Vec<usize> {
        (0..targets.len()).filter(|&k| targets[k] != if k == 0 { 0.0 } else { targets[k - 1] }).collect()
    }

    #[test]
    fn the_changes_are_those_that_a_look_at_every_pair_finds() {
        let mut state = 7_u64;
        for n in 0..300 {
            let targets: Vec<f64> = (0..n)
                .scan(0.0, |target, _| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    if (state >> 60) < 3 {
                        *target = (state >> 40) as u8 as f64 / 255.0;
                    }
                    Some(*target)
                })
                .collect();
            let decisions = read(&targets);
            let mut found = Vec::new();
            while let Some(k) = decisions.next(found.last().map_or(0, |k| k + 1)) {
                assert_eq!(decisions.on(k), targets[k]);
                found.push(k);
            }
            assert_eq!(found, plainly(&targets));
        }
    }

    #[test]
    fn a_target_out_of_range_or_no_number_is_found_wherever_it_stands() {
        for n in [1, 7, 8, 63, 64, 65, 130] {
            assert!(read(&vec![1.0; n]).are_within(0.0, 1.0));
            for k in 0..n {
                for odd in [f64::NAN, 1.0 + 1e-12, -1e-300, f64::INFINITY] {
                    let mut targets = vec![0.5; n];
                    targets[k] = odd;
                    assert!(!read(&targets).are_within(0.0, 1.0), "{odd} at {k} of {n}");
                }
                let mut targets = vec![0.0; n];
                targets[k] = -1.0;
                assert!(read(&targets).are_within(-1.0, 1.0));
                assert!(!read(&targets).are_within(0.0, 1.0));
            }
        }
        assert!(read(&[]).are_within(0.0, 1.0));
    }
}
