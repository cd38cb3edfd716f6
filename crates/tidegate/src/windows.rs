//! Windows are end-bar indices into a panel: a view, never an `[N, T, F]` copy.

use std::ops::Range;

/// Which bars can end a window of `window` bars whose features are all defined.
///
/// A panel may hold several symbols, one run of rows each; a window never crosses from one into the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Windows {
    runs: Vec<Range<usize>>,
    warm_up: usize,
    window: usize,
}

impl Windows {
    /// Over `runs` of rows (one per symbol), where features need `warm_up` rows at the start of each.
    pub fn new(runs: Vec<Range<usize>>, warm_up: usize, window: usize) -> Windows {
        Windows { runs, warm_up, window }
    }

    /// End bars, ascending.
    pub fn ends(&self) -> impl Iterator<Item = usize> + '_ {
        let first = self.warm_up + self.window - 1;
        self.runs.iter().flat_map(move |run| (run.start + first).min(run.end)..run.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_window_stays_inside_one_run_and_after_the_warm_up(
            lengths in prop::collection::vec(0_usize..40, 1..5), warm_up in 0_usize..10, window in 1_usize..10,
        ) {
            let mut runs = Vec::new();
            let mut start = 0;
            for length in lengths {
                runs.push(start..start + length);
                start += length;
            }
            let windows = Windows::new(runs.clone(), warm_up, window);
            let ends: Vec<usize> = windows.ends().collect();
            for run in &runs {
                let expected = run.len().saturating_sub(warm_up + window - 1);
                prop_assert_eq!(ends.iter().filter(|t| run.contains(t)).count(), expected);
            }
            for t in ends {
                let run = runs.iter().find(|run| run.contains(&t)).unwrap();
                prop_assert!(t + 1 - window >= run.start + warm_up);
            }
        }
    }
}
