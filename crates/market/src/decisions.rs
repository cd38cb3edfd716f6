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
        let (mut before, mut least, mut greatest, mut numbers) = (0.0, 0.0_f64, 0.0_f64, true);
        for word in targets.chunks(WORD) {
            let mut bits = bits_of_changes::<F>(word);
            // What the bits of a word cannot know: the bar before its first.
            bits = bits & !1 | u64::from(word[0] != before);
            before = word[word.len() - 1];
            changes.push(bits);
            let (low, high, fine) = range::<F>(word);
            (least, greatest, numbers) = (least.min(low), greatest.max(high), numbers & fine);
        }
        Decisions { targets, changes, range: numbers.then_some((least, greatest)) }
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

/// Bit k for an element that is not the one before it; the first has none before it.
#[inline(always)]
fn bits_of_changes<F: Four>(word: &[f64]) -> u64 {
    let (before, after) = (&word[..word.len() - 1], &word[1..]);
    let (befores, last_before) = before.as_chunks();
    let (afters, last_after) = after.as_chunks();
    let mut bits = 0;
    for (block, (before, after)) in befores.iter().zip(afters).enumerate() {
        bits |= u64::from(F::read(after).differs(F::read(before))) << (block * LANES + 1);
    }
    for (k, (before, after)) in last_before.iter().zip(last_after).enumerate() {
        bits |= u64::from(after != before) << (befores.len() * LANES + k + 1);
    }
    bits
}

/// Least and greatest, and whether all are numbers.
#[inline(always)]
fn range<F: Four>(word: &[f64]) -> (f64, f64, bool) {
    let (mut low, mut high, mut odd) = (F::of(0.0), F::of(0.0), 0);
    let (blocks, rest) = word.as_chunks();
    for block in blocks.iter().map(F::read) {
        (low, high) = (block.lower(low), block.higher(high));
        odd |= block.differs(block);
    }
    let least = |a: f64, b: &f64| if *b < a { *b } else { a };
    let greatest = |a: f64, b: &f64| if *b > a { *b } else { a };
    let low = low.lanes().iter().chain(rest).fold(0.0, least);
    let high = high.lanes().iter().chain(rest).fold(0.0, greatest);
    (low, high, odd == 0 && rest.iter().all(|x| !x.is_nan()))
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
