//! Train, gap, validation, gap, test: cuts in time, and which samples belong to which part.
//!
//! A sample is named by t, the last bar it sees. It belongs to the part that holds t and is kept only if
//! t + horizon lies in the same part; its inputs may reach back across the boundary.

use crate::error::InputError;
use crate::plan::Cut;
use crate::summary::{PartSummary, SplitSummary};
use std::fmt;
use std::ops::Range;
use tidegate_market::TradeDate;

/// A part of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Weights and scalers are fitted here.
    Train,
    /// Early stopping and choices.
    Valid,
    /// Reported figures.
    Test,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Train => "train",
            Part::Valid => "valid",
            Part::Test => "test",
        })
    }
}

impl Part {
    /// From the word of the result files; `None` for any other.
    pub fn from_word(word: &str) -> Option<Part> {
        [Part::Train, Part::Valid, Part::Test].into_iter().find(|part| part.to_string() == word)
    }
}

/// Bars of each part; bars between them belong to none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Training bars.
    pub train: Range<usize>,
    /// Validation bars.
    pub valid: Range<usize>,
    /// Test bars.
    pub test: Range<usize>,
}

impl Parts {
    /// Cuts `dates` for the forecast task, leaving out `gap` bars at the start of validation and of test.
    pub fn cut(dates: &[TradeDate], cut: Cut, gap: usize) -> Parts {
        let n = dates.len();
        let (valid, test) = match cut {
            Cut::Shares([train, valid, _]) => (share(n, train), share(n, train + valid)),
            Cut::Dates(valid, test) => {
                (dates.partition_point(|d| *d < valid), dates.partition_point(|d| *d < test))
            }
        };
        Parts::at(n, valid, test, gap)
    }

    /// Cuts `n` bars for the strategy task: `train` is its training share, whose last fifth validates.
    pub fn for_strategy(n: usize, train: f64, gap: usize) -> Parts {
        let test = share(n, train);
        Parts::at(n, share(test, 0.8), test, gap)
    }

    fn at(n: usize, valid: usize, test: usize, gap: usize) -> Parts {
        Parts { train: 0..valid, valid: (valid + gap).min(test)..test, test: (test + gap).min(n)..n }
    }

    /// The part that holds this bar, if any.
    pub fn of(&self, bar: usize) -> Option<Part> {
        [(Part::Train, &self.train), (Part::Valid, &self.valid), (Part::Test, &self.test)]
            .into_iter()
            .find_map(|(part, range)| range.contains(&bar).then_some(part))
    }

    /// The bars of a part.
    pub fn range(&self, part: Part) -> Range<usize> {
        match part {
            Part::Train => self.train.clone(),
            Part::Valid => self.valid.clone(),
            Part::Test => self.test.clone(),
        }
    }
}

fn share(n: usize, share: f64) -> usize {
    // n is far below 2^52 and the share in (0, 1).
    (n as f64 * share).round() as usize
}

/// Samples of each part by their end bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartSamples {
    /// Labelled training samples.
    pub train: Vec<usize>,
    /// Labelled validation samples.
    pub valid: Vec<usize>,
    /// Labelled test samples.
    pub test: Vec<usize>,
}

impl PartSamples {
    /// Sorts `ends` into parts, keeping those with a label whose target bar t + `horizon` is in the same part.
    ///
    /// # Errors
    /// Names the part that would be empty. `table` is the task's table in the experiment file.
    pub fn assign(
        ends: impl Iterator<Item = usize>,
        labels: &[Option<f64>],
        parts: &Parts,
        horizon: usize,
        table: &str,
    ) -> Result<PartSamples, InputError> {
        let mut samples = PartSamples { train: Vec::new(), valid: Vec::new(), test: Vec::new() };
        for t in ends {
            let part = parts.of(t).filter(|part| parts.of(t + horizon) == Some(*part) && labels[t].is_some());
            match part {
                Some(Part::Train) => samples.train.push(t),
                Some(Part::Valid) => samples.valid.push(t),
                Some(Part::Test) => samples.test.push(t),
                None => {}
            }
        }
        for (part, ends) in
            [(Part::Train, &samples.train), (Part::Valid, &samples.valid), (Part::Test, &samples.test)]
        {
            if ends.len() < 2 {
                let bars = parts.range(part).len();
                // The forecast task's split has a table of its own.
                let forecast = table == "forecast";
                let key = if forecast { "split".to_owned() } else { format!("{table}.split") };
                let shorter = if forecast { "forecast.window or horizon" } else { "strategy.window" };
                return Err(InputError::new(
                    key,
                    format!(
                        "the {part} part has {} usable samples ({bars} of {} bars)",
                        ends.len(),
                        labels.len()
                    ),
                )
                .help(format!("use more data, another split, or a shorter {shorter}")));
            }
        }
        Ok(samples)
    }

    /// The samples of a part.
    pub fn of(&self, part: Part) -> &[usize] {
        match part {
            Part::Train => &self.train,
            Part::Valid => &self.valid,
            Part::Test => &self.test,
        }
    }

    /// Dates and counts for `metrics.json` and the terminal.
    pub fn summary(&self, parts: &Parts, dates: &[TradeDate]) -> SplitSummary {
        let part = |part| {
            let range = parts.range(part);
            // Parts with samples are not empty: `assign` has checked.
            PartSummary {
                first: dates[range.start],
                last: dates[range.end - 1],
                samples: self.of(part).len(),
            }
        };
        SplitSummary { train: part(Part::Train), valid: part(Part::Valid), test: part(Part::Test) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_cut_bars_and_the_gap_belongs_to_nobody() {
        let day = TradeDate::new(2020, 1, 1).unwrap();
        let parts = Parts::cut(&[day; 100], Cut::Shares([0.6, 0.2, 0.2]), 2);
        assert_eq!(parts, Parts { train: 0..60, valid: 62..80, test: 82..100 });
        assert_eq!((parts.of(59), parts.of(60), parts.of(62)), (Some(Part::Train), None, Some(Part::Valid)));
    }

    #[test]
    fn the_strategy_validates_on_the_end_of_its_training_share() {
        let parts = Parts::for_strategy(1000, 0.8, 1);
        assert_eq!(parts, Parts { train: 0..640, valid: 641..800, test: 801..1000 });
    }

    proptest! {
        #[test]
        fn no_sample_has_its_target_outside_its_own_part(
            n in 30_usize..300, train in 0.2_f64..0.6, valid in 0.1_f64..0.3, gap in 0_usize..8, horizon in 1_usize..6,
        ) {
            let day = TradeDate::new(2020, 1, 1).unwrap();
            let parts = Parts::cut(&vec![day; n], Cut::Shares([train, valid, 1.0 - train - valid]), gap);
            prop_assert!(parts.train.end + gap <= parts.valid.start || parts.valid.is_empty());
            let labels = vec![Some(0.0); n];
            if let Ok(samples) = PartSamples::assign(0..n, &labels, &parts, horizon, "forecast") {
                for part in [Part::Train, Part::Valid, Part::Test] {
                    for t in samples.of(part) {
                        prop_assert_eq!(parts.of(*t), Some(part));
                        prop_assert_eq!(parts.of(t + horizon), Some(part));
                    }
                }
            }
        }
    }
}
