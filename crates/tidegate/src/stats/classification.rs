//! How good an up-or-down classifier is.

use super::{finite, mean, ratio};
use serde::{Deserialize, Serialize};

/// Counts of the four outcomes. "Up" is the positive class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// Up, predicted up.
    pub true_up: usize,
    /// Down, predicted up.
    pub false_up: usize,
    /// Down, predicted down.
    pub true_down: usize,
    /// Up, predicted down.
    pub false_down: usize,
}

impl Confusion {
    /// Counts outcomes.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn count(actual: &[bool], predicted: &[bool]) -> Confusion {
        assert_eq!(actual.len(), predicted.len(), "one prediction per sample");
        let mut confusion = Confusion::default();
        for (actual, predicted) in actual.iter().zip(predicted) {
            let outcome = match (actual, predicted) {
                (true, true) => &mut confusion.true_up,
                (false, true) => &mut confusion.false_up,
                (false, false) => &mut confusion.true_down,
                (true, false) => &mut confusion.false_down,
            };
            *outcome += 1;
        }
        confusion
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.true_up + self.false_up + self.true_down + self.false_down
    }

    /// Share of right predictions; `None` without samples.
    pub fn accuracy(&self) -> Option<f64> {
        share(self.true_up + self.true_down, self.samples())
    }

    /// Share of predicted ups that were ups; `None` if up was never predicted.
    pub fn precision(&self) -> Option<f64> {
        share(self.true_up, self.true_up + self.false_up)
    }

    /// Share of ups that were predicted; `None` if there was none.
    pub fn recall(&self) -> Option<f64> {
        share(self.true_up, self.true_up + self.false_down)
    }

    /// Harmonic mean of precision and recall, 2·TP/(2·TP + FP + FN): 0 where no up was caught; `None` only where
    /// there was no up and none was predicted.
    pub fn f1(&self) -> Option<f64> {
        share(2 * self.true_up, 2 * self.true_up + self.false_up + self.false_down)
    }
}

/// Every score of one classifier on one part of the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassifierScores {
    /// Outcomes at the threshold.
    pub confusion: Confusion,
    /// Share of right predictions.
    pub accuracy: Option<f64>,
    /// Share of predicted ups that were ups.
    pub precision: Option<f64>,
    /// Share of ups that were predicted.
    pub recall: Option<f64>,
    /// Harmonic mean of both.
    pub f1: Option<f64>,
    /// Area under the ROC curve.
    pub auc: Option<f64>,
    /// Mean squared distance of probability and outcome.
    pub brier: Option<f64>,
    /// Mean negative log likelihood, nats.
    pub log_loss: Option<f64>,
    /// Share of ups.
    pub base_rate: Option<f64>,
}

impl ClassifierScores {
    /// Scores of probabilities of "up". Predicted up is probability > `threshold`.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn measure(actual: &[bool], probability: &[f64], threshold: f64) -> ClassifierScores {
        let predicted: Vec<bool> = probability.iter().map(|p| *p > threshold).collect();
        let confusion = Confusion::count(actual, &predicted);
        ClassifierScores {
            confusion,
            accuracy: confusion.accuracy(),
            precision: confusion.precision(),
            recall: confusion.recall(),
            f1: confusion.f1(),
            auc: auc(actual, probability),
            brier: brier(actual, probability),
            log_loss: log_loss(actual, probability),
            base_rate: base_rate(actual),
        }
    }
}

/// Chance that a random up has a higher score than a random down, ties counting half (the Mann–Whitney statistic
/// with midranks); `None` unless both classes occur, or if a score is NaN.
///
/// # Panics
/// If the lengths differ.
pub fn auc(actual: &[bool], score: &[f64]) -> Option<f64> {
    assert_eq!(actual.len(), score.len(), "one score per sample");
    if score.iter().any(|s| s.is_nan()) {
        return None;
    }
    let mut ranked: Vec<(f64, bool)> = score.iter().copied().zip(actual.iter().copied()).collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ups = actual.iter().filter(|up| **up).count();
    let downs = actual.len() - ups;
    // Twice the wins of ups over downs, so that half a win is a whole number and the sum is exact.
    let (mut twice_wins, mut downs_below) = (0_u64, 0_u64);
    for tied in ranked.chunk_by(|a, b| a.0 == b.0) {
        let tied_ups = tied.iter().filter(|(_, up)| *up).count() as u64;
        let tied_downs = tied.len() as u64 - tied_ups;
        twice_wins += tied_ups * (2 * downs_below + tied_downs);
        downs_below += tied_downs;
    }
    ratio(twice_wins as f64, 2.0 * ups as f64 * downs as f64)
}

/// Mean of (probability − outcome)² (Brier 1950): 0.25 for always saying one half; `None` without samples.
///
/// # Panics
/// If the lengths differ.
pub fn brier(actual: &[bool], probability: &[f64]) -> Option<f64> {
    assert_eq!(actual.len(), probability.len(), "one probability per sample");
    mean(actual.iter().zip(probability).map(|(up, p)| (p - outcome(*up)).powi(2)))
}

/// Mean of −ln(probability given to what happened), in nats; `None` without samples. Probabilities are kept
/// `f64::EPSILON` away from 0 and 1, as scikit-learn does, so that one certain error does not make it infinite.
///
/// # Panics
/// If the lengths differ.
pub fn log_loss(actual: &[bool], probability: &[f64]) -> Option<f64> {
    assert_eq!(actual.len(), probability.len(), "one probability per sample");
    let likelihood = |(up, p): (&bool, &f64)| {
        let p = p.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        if *up { -p.ln() } else { -(-p).ln_1p() }
    };
    mean(actual.iter().zip(probability).map(likelihood))
}

/// Share of ups; `None` without samples.
pub fn base_rate(actual: &[bool]) -> Option<f64> {
    share(actual.iter().filter(|up| **up).count(), actual.len())
}

fn outcome(up: bool) -> f64 {
    f64::from(u8::from(up))
}

fn share(part: usize, whole: usize) -> Option<f64> {
    if whole == 0 { None } else { finite(part as f64 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_classifier_that_never_says_up_has_no_precision_but_an_f1_of_zero() {
        let scores = ClassifierScores::measure(&[true, false, true], &[0.1, 0.2, 0.5], 0.5);
        assert_eq!((scores.precision, scores.recall, scores.f1), (None, Some(0.0), Some(0.0)));
        assert_eq!(scores.accuracy, Some(1.0 / 3.0));
    }

    #[test]
    fn with_one_class_there_is_no_auc() {
        assert_eq!(auc(&[true, true], &[0.1, 0.9]), None);
        assert_eq!(auc(&[false, false], &[0.1, 0.9]), None);
        let scores = ClassifierScores::measure(&[false; 2], &[0.1, 0.2], 0.5);
        assert_eq!((scores.recall, scores.f1, scores.accuracy), (None, None, Some(1.0)));
    }

    #[test]
    fn equal_scores_count_half() {
        assert_eq!(auc(&[true, false, true, false], &[0.5; 4]), Some(0.5));
        assert_eq!(auc(&[true, false], &[0.0, -0.0]), Some(0.5));
        assert_eq!(auc(&[true, false, true], &[0.9, 0.5, 0.5]), Some(0.75));
    }

    #[test]
    fn nothing_measured_is_none() {
        let scores = ClassifierScores::measure(&[], &[], 0.5);
        assert_eq!(scores.confusion.samples(), 0);
        assert_eq!(
            (scores.accuracy, scores.brier, scores.log_loss, scores.base_rate),
            (None, None, None, None)
        );
        assert_eq!(auc(&[true, false], &[f64::NAN, 0.5]), None);
        assert_eq!(brier(&[true], &[f64::NAN]), None);
    }
}
