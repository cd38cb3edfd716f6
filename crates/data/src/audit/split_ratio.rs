//! Ratios in which shares are split.

use std::fmt;

/// New shares for old ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SplitRatio {
    new: u16,
    old: u16,
}

/// Ratios of 3:2 and up in which shares are really split or given as a bonus. Smaller ones (4:3, 5:4) are no larger than
/// the moves of a bad day, so that a price alone cannot tell them.
const USUAL: [(u16, u16); 18] = [
    (3, 2),
    (2, 1),
    (5, 2),
    (3, 1),
    (4, 1),
    (5, 1),
    (6, 1),
    (7, 1),
    (8, 1),
    (9, 1),
    (10, 1),
    (12, 1),
    (15, 1),
    (20, 1),
    (25, 1),
    (30, 1),
    (50, 1),
    (100, 1),
];

/// How far a price may open from an exact split: an overnight move of this size is rare.
const OPEN_WITHIN: f64 = 0.05;
/// How far it may close from one.
const CLOSE_WITHIN: f64 = 0.1;
/// The same for ratios below two, which ordinary crashes come near.
const SMALL_OPEN_WITHIN: f64 = 0.02;
const SMALL_CLOSE_WITHIN: f64 = 0.04;

impl SplitRatio {
    /// The usual ratio that both moves are near: close before ÷ open and close before ÷ close. Above 1 for a split, below
    /// for a reverse split; `None` where no ratio is near.
    pub(super) fn of_moves(to_open: f64, to_close: f64) -> Option<SplitRatio> {
        let forward = to_open > 1.0;
        let (open, close) = if forward { (to_open, to_close) } else { (1.0 / to_open, 1.0 / to_close) };
        USUAL
            .iter()
            .map(|&(new, old)| (f64::from(new) / f64::from(old), new, old))
            .filter(|&(ratio, ..)| {
                let (by_open, by_close) = if ratio < 2.0 {
                    (SMALL_OPEN_WITHIN, SMALL_CLOSE_WITHIN)
                } else {
                    (OPEN_WITHIN, CLOSE_WITHIN)
                };
                (open / ratio - 1.0).abs() <= by_open && (close / ratio - 1.0).abs() <= by_close
            })
            .min_by(|a, b| (open / a.0).ln().abs().total_cmp(&(open / b.0).ln().abs()))
            .map(
                |(_, new, old)| {
                    if forward { SplitRatio { new, old } } else { SplitRatio { new: old, old: new } }
                },
            )
    }

    /// The usual ratio nearest to this one, within 2 %.
    pub(super) fn nearest(ratio: f64) -> Option<SplitRatio> {
        SplitRatio::of_moves(ratio, ratio).filter(|near| (near.value() / ratio - 1.0).abs() <= 0.02)
    }

    /// Whether one takes the other back.
    pub(super) fn undoes(self, other: SplitRatio) -> bool {
        (self.new, self.old) == (other.old, other.new)
    }

    /// Whole shares for one, or one for whole shares: what companies do most.
    pub(super) fn is_whole(self) -> bool {
        self.new.min(self.old) == 1
    }

    /// New shares for each old one.
    pub(super) fn value(self) -> f64 {
        f64::from(self.new) / f64::from(self.old)
    }
}

impl fmt::Display for SplitRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reverse = if self.new < self.old { "reverse " } else { "" };
        write!(f, "{}-for-{} {reverse}split", self.new, self.old)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_near_a_usual_ratio_are_named_and_crashes_are_not() {
        let name = |open: f64, close: f64| SplitRatio::of_moves(open, close).map(|ratio| ratio.to_string());
        assert_eq!(name(1208.88 / 120.37, 1208.88 / 121.79).as_deref(), Some("10-for-1 split"));
        assert_eq!(name(2447.0 / 125.25, 2447.0 / 124.79).as_deref(), Some("20-for-1 split"));
        assert_eq!(name(1.49, 1.52).as_deref(), Some("3-for-2 split"));
        assert_eq!(name(0.1, 0.102).as_deref(), Some("1-for-10 reverse split"));
        // Apple on 2000-09-29, Best Buy on 2014-01-16: bad days.
        assert_eq!(name(53.5 / 28.19, 53.5 / 25.75), None);
        assert_eq!(name(37.57 / 25.91, 37.57 / 26.83), None);
    }
}
