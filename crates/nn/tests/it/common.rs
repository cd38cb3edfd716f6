//! Networks, settings and data that several tests use.

use std::ops::ControlFlow;
use tidegate_nn::{
    Activation, Clip, EarlyStop, Epoch, FitError, Fitted, Init, Kind, Loss, NetworkSpec, Optimizer, Panel,
    Samples, Schedule, Supervision, Training, Trial, Watch, fit,
};

pub const KINDS: [Kind; 4] = [Kind::Mlp, Kind::Rnn, Kind::Lstm, Kind::Gru];

/// Two inputs, a window of six, two layers.
pub fn spec(kind: Kind) -> NetworkSpec {
    NetworkSpec {
        kind,
        inputs: 2,
        window: 6,
        layers: vec![9, 8],
        head: vec![],
        dropout: 0.0,
        activation: Activation::Tanh,
        init: Init::Pytorch,
    }
}

pub fn training() -> Training {
    Training {
        loss: Loss::Mse,
        supervision: Supervision::LastStep,
        optimizer: Optimizer::Adam,
        learning_rate: 0.01,
        schedule: Schedule::Constant,
        batch: 32,
        epochs: 8,
        early_stop: EarlyStop::Off,
        clip: Clip::Norm(1.0),
        weight_decay: 0.0,
    }
}

/// Numbers in ±1 from a linear congruential generator.
pub fn noise(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / (1u64 << 23) as f32) - 1.0
    };
    next();
    (0..count).map(|_| next()).collect()
}

/// A panel with labelled samples, the last fifth for validation.
#[derive(Clone)]
pub struct Data {
    pub values: Vec<f32>,
    pub width: usize,
    pub ends: Vec<usize>,
    pub targets: Vec<f32>,
}

impl Data {
    /// Random features of `rows` rows; the label of a window is `label` of its rows.
    pub fn new(spec: &NetworkSpec, rows: usize, label: impl Fn(&[f32]) -> f32) -> Data {
        let values = noise(rows * spec.inputs, 11);
        let ends: Vec<usize> = (spec.window - 1..rows).collect();
        let window = |end: usize| &values[(end + 1 - spec.window) * spec.inputs..(end + 1) * spec.inputs];
        let targets = ends.iter().map(|&end| label(window(end))).collect();
        Data { width: spec.inputs, ends, targets, values }
    }

    pub fn panel(&self) -> Panel<'_> {
        Panel { values: &self.values, width: self.width }
    }

    pub fn train(&self) -> Samples<'_> {
        let cut = self.ends.len() * 4 / 5;
        Samples { ends: &self.ends[..cut], targets: &self.targets[..cut] }
    }

    pub fn valid(&self) -> Samples<'_> {
        let cut = self.ends.len() * 4 / 5;
        Samples { ends: &self.ends[cut..], targets: &self.targets[cut..] }
    }

    /// One training on these data.
    pub fn trial<'a>(&'a self, spec: &'a NetworkSpec, training: &'a Training, seed: u64) -> Trial<'a> {
        Trial { spec, training, panel: self.panel(), train: self.train(), valid: self.valid(), seed }
    }

    pub fn fit(&self, spec: &NetworkSpec, training: &Training, seed: u64) -> Result<Fitted, FitError> {
        self.fit_while(spec, training, seed, |_| true)
    }

    /// Trains as long as `go_on` says so.
    pub fn fit_while(
        &self,
        spec: &NetworkSpec,
        training: &Training,
        seed: u64,
        go_on: impl FnMut(&Epoch) -> bool + Send,
    ) -> Result<Fitted, FitError> {
        let mut watch = While { go_on, stopped: false };
        fit(&self.trial(spec, training, seed), 1, &mut watch)
    }
}

struct While<F> {
    go_on: F,
    stopped: bool,
}

impl<F: FnMut(&Epoch) -> bool + Send> Watch for While<F> {
    fn epoch(&mut self, epoch: &Epoch) {
        self.stopped = !(self.go_on)(epoch);
    }

    fn go_on(&mut self) -> ControlFlow<()> {
        if self.stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The last value of the first feature.
pub fn last_value(window: &[f32]) -> f32 {
    window[window.len() - 2]
}
