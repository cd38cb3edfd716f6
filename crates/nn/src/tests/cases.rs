//! Small networks and data for tests.

use crate::batch::Batch;
use crate::face::{Panel, Samples};
use crate::scalar::Scalar;
use crate::spec::{
    Activation, Clip, EarlyStop, Init, Kind, Loss, NetworkSpec, Optimizer, Schedule, Supervision, Training,
};

/// A network with everything optional switched off.
pub(crate) fn spec(kind: Kind, inputs: usize, window: usize, layers: &[usize]) -> NetworkSpec {
    NetworkSpec {
        kind,
        inputs,
        window,
        layers: layers.to_vec(),
        head: vec![],
        dropout: 0.0,
        activation: Activation::Tanh,
        init: Init::Pytorch,
    }
}

/// Plain Adam.
pub(crate) fn training(loss: Loss) -> Training {
    Training {
        loss,
        supervision: Supervision::LastStep,
        optimizer: Optimizer::Adam,
        learning_rate: 0.01,
        schedule: Schedule::Constant,
        batch: 16,
        epochs: 30,
        early_stop: EarlyStop::Off,
        clip: Clip::Off,
        weight_decay: 0.0,
    }
}

/// `count` values in ±1 that look random and are the same everywhere.
pub(crate) fn noise(count: usize, salt: u32) -> Vec<f32> {
    let words = (0..count as u32).map(|i| crate::stream::philox([i, salt, 0, 0], [7, 7])[0]);
    words.map(|word| (f64::from(word) / f64::from(u32::MAX) * 2.0 - 1.0) as f32).collect()
}

/// The windows of `window` steps that end at `ends`, one label each.
pub(crate) fn windows(panel: Panel<'_>, ends: &[usize], targets: &[f32], window: usize) -> Batch {
    let all: Vec<usize> = (0..ends.len()).collect();
    Batch::windows(panel, Samples { ends, targets }, &all, window)
}

/// max|Δ| / max|reference|.
pub(crate) fn error<A: Scalar, B: Scalar>(found: &[A], reference: &[B]) -> f64 {
    assert_eq!(found.len(), reference.len());
    let largest = reference.iter().fold(f64::MIN_POSITIVE, |a, r| a.max(r.to_f64().abs()));
    let furthest = found.iter().zip(reference).fold(0.0, |a: f64, (f, r)| {
        let distance = (f.to_f64() - r.to_f64()).abs();
        if distance.is_nan() { f64::INFINITY } else { a.max(distance) }
    });
    furthest / largest
}
