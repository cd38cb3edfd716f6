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
        let label = match self.training.supervision {
            Supervision::EveryStep { chunk, .. } if self.spec.kind != Kind::Mlp => {
                1.0 + window / chunk as f64
            }
            Supervision::EveryStep { .. } | Supervision::LastStep => window,
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
