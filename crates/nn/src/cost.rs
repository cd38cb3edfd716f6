//! How much work a training is, roughly: what comes first in a queue and how far a progress bar has got.

use crate::face::Trial;
use crate::spec::{Kind, NetworkSpec, Supervision};

impl Trial<'_> {
    /// Multiply-adds of one epoch, roughly. A training step counts three times (forward, and backward towards inputs
    /// and weights), a validation step once; element-wise work and the head are left out. A float, because it may be
    /// beyond any integer and nobody adds it up exactly.
    pub fn epoch_cost(&self) -> f64 {
        let window = if self.spec.kind == Kind::Mlp { 1.0 } else { self.spec.window as f64 };
        // A chunk runs over its history once for all of its labels.
        let label = match self.training.supervision.for_kind(self.spec.kind) {
            Supervision::EveryStep { chunk, passes, .. } => {
                passes as f64 * (1.0 + (window - 1.0) / chunk as f64)
            }
            Supervision::LastStep => window,
        };
        let (train, valid) = (self.train.ends.len() as f64, self.valid.ends.len() as f64);
        (3.0 * label * train + window * valid) * multiply_adds(self.spec)
    }
}

/// Multiply-adds of one time step of all layers; of the whole window for an MLP.
fn multiply_adds(spec: &NetworkSpec) -> f64 {
    let (gates, mut inputs) = match spec.kind {
        Kind::Mlp => (1.0, (spec.window * spec.inputs) as f64),
        Kind::Rnn => (1.0, spec.inputs as f64),
        Kind::Gru => (3.0, spec.inputs as f64),
        Kind::Lstm => (4.0, spec.inputs as f64),
    };
    let layer = |&units: &usize| {
        let units = units as f64;
        let recurrent = if spec.kind == Kind::Mlp { 0.0 } else { units };
        gates * units * (std::mem::replace(&mut inputs, units) + recurrent)
    };
    spec.layers.iter().map(layer).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::{Panel, Samples};
    use crate::spec::{Loss, Training};
    use crate::tests::cases;

    fn cost(kind: Kind, supervision: Supervision) -> f64 {
        let spec = cases::spec(kind, 10, 60, &[64, 64]);
        let training = Training { supervision, ..cases::training(Loss::Mse) };
        let one = Samples { ends: &[59], targets: &[0.0] };
        let panel = Panel { values: &[], width: 10 };
        let valid = Samples { ends: &[], targets: &[] };
        Trial { spec: &spec, training: &training, panel, train: one, valid, seed: 1 }.epoch_cost()
    }

    /// Counted by hand: 18.3 million operations for a window through two LSTM layers, two for each multiply-add, the
    /// gradient of the first layer's inputs not needed.
    #[test]
    fn a_window_costs_about_what_its_products_count() {
        let operations = 2.0 * cost(Kind::Lstm, Supervision::LastStep);
        assert!((operations / 18.3e6 - 1.0).abs() < 0.05, "{operations}");
    }

    #[test]
    fn labels_of_a_chunk_share_its_history_and_an_mlp_has_none() {
        let every =
            Supervision::EveryStep { chunk: 60, windows_per_chunk: 8, rate: 1.0, passes: 1, average: 0.0 };
        let ratio = cost(Kind::Gru, Supervision::LastStep) / cost(Kind::Gru, every);
        assert!((ratio * 119.0 - 3600.0).abs() < 1e-9, "{ratio}");
        assert_eq!(cost(Kind::Mlp, Supervision::LastStep), cost(Kind::Mlp, every));
        assert_eq!(cost(Kind::Mlp, every), 3.0 * (600 * 64 + 64 * 64) as f64);
    }
}
