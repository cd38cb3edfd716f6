//! Small networks and data for tests.

use crate::spec::{
    Activation, Clip, EarlyStop, Init, Kind, Loss, NetworkSpec, Optimizer, Schedule, Supervision, Training,
};

/// A network with everything optional switched off.
pub(super) fn spec(kind: Kind, inputs: usize, window: usize, layers: &[usize]) -> NetworkSpec {
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
pub(super) fn training(loss: Loss) -> Training {
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
pub(super) fn noise(count: usize, salt: u32) -> Vec<f32> {
    let words = (0..count as u32).map(|i| crate::stream::philox([i, salt, 0, 0], [7, 7])[0]);
    words.map(|word| (f64::from(word) / f64::from(u32::MAX) * 2.0 - 1.0) as f32).collect()
}
