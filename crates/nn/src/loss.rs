//! Loss of one sample and its derivative with respect to the network's raw output, in f64.

use crate::math;
use crate::spec::Loss;

impl Loss {
    /// (loss, d loss / d output) of raw output `y` against label `t`. At the kink of [`Loss::Mae`] the derivative
    /// is 0, as in PyTorch.
    pub(crate) fn value_and_slope(self, y: f64, t: f64) -> (f64, f64) {
        let d = y - t;
        match self {
            Loss::Mse => (d * d, 2.0 * d),
            Loss::Mae => (d.abs(), if d == 0.0 { 0.0 } else { d.signum() }),
            Loss::Huber if d.abs() <= 1.0 => (0.5 * d * d, d),
            Loss::Huber => (d.abs() - 0.5, d.signum()),
            // −t ln σ(y) − (1 − t) ln(1 − σ(y)) = softplus(y) − t y.
            Loss::Bce => (math::softplus(y) - t * y, math::sigmoid_f64(y) - t),
            Loss::MseSigmoid => {
                let p = math::sigmoid_f64(y);
                ((p - t) * (p - t), 2.0 * (p - t) * p * (1.0 - p))
            }
        }
    }

    /// For a classifier: whether output `y` answers label `t` rightly at probability 0.5. An output of exactly 0
    /// answers "no".
    pub(crate) fn is_right(self, y: f64, t: f64) -> Option<bool> {
        self.is_classification().then_some((y > 0.0) == (t > 0.5))
    }
}

/// Running sum of a loss over samples, always added in the same order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    sum: f64,
    right: usize,
    samples: usize,
}

impl Tally {
    /// Adds one sample.
    pub(crate) fn add(&mut self, loss: Loss, value: f64, y: f64, t: f64) {
        self.sum += value;
        self.right += usize::from(loss.is_right(y, t) == Some(true));
        self.samples += 1;
    }

    /// Mean loss, and share of right answers for a classifier.
    ///
    /// # Panics
    /// Before the first sample.
    pub(crate) fn mean(&self, loss: Loss) -> (f64, Option<f64>) {
        assert!(self.samples > 0, "the mean of no samples");
        let samples = self.samples as f64;
        (self.sum / samples, loss.is_classification().then_some(self.right as f64 / samples))
    }
}
