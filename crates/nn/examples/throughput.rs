//! Prints how many windows a second each kind of network trains on one core.
//!
//! ```sh
//! cargo run --release -p tidegate-nn --example throughput [-- windows [cores]]
//! ```
//!
//! Two layers of 64, 10 inputs, batch 64, Adam, dropout off: the yardstick of the design notes.

use std::ops::ControlFlow;
use std::time::Instant;
use tidegate_nn::{
    Activation, Clip, EarlyStop, Epoch, Init, Kind, Loss, NetworkSpec, Optimizer, Panel, Samples, Schedule,
    Supervision, Training, Trial, Watch, fit,
};

/// Training windows a second in the best of three epochs; validation is kept to one window.
fn windows_per_second(kind: Kind, window: usize, dropout: f64, windows: usize) -> f64 {
    let (inputs, rows) = (10, windows + window);
    let values: Vec<f32> = (0..rows * inputs).map(|i| ((i * 7919 % 1009) as f32 / 504.5) - 1.0).collect();
    let ends: Vec<usize> = (window..rows).collect();
    let targets: Vec<f32> = ends.iter().map(|&end| values[end * inputs]).collect();
    let spec = NetworkSpec {
        kind,
        inputs,
        window,
        layers: vec![64, 64],
        head: vec![],
        dropout,
        activation: Activation::Tanh,
        init: Init::Pytorch,
    };
    let training = Training {
        loss: Loss::Mse,
        supervision: Supervision::LastStep,
        optimizer: Optimizer::Adam,
        learning_rate: 1e-3,
        schedule: Schedule::Constant,
        batch: 64,
        epochs: 4,
        early_stop: EarlyStop::Off,
        clip: Clip::Norm(1.0),
        weight_decay: 0.0,
    };
    let panel = Panel { values: &values, width: inputs };
    let train = Samples { ends: &ends, targets: &targets };
    let valid = Samples { ends: &ends[..1], targets: &targets[..1] };
    let mut stopwatch = Stopwatch { last: Instant::now(), best: f64::INFINITY };
    let trial = Trial { spec: &spec, training: &training, panel, train, valid, seed: 1 };
    let jobs = std::env::args().nth(2).and_then(|text| text.parse().ok()).unwrap_or(1);
    let fitted = fit(&trial, jobs, &mut stopwatch);
    assert!(fitted.is_ok(), "{fitted:?}");
    windows as f64 / stopwatch.best
}

/// Keeps the shortest epoch.
struct Stopwatch {
    last: Instant,
    best: f64,
}

impl Watch for Stopwatch {
    fn epoch(&mut self, _: &Epoch) {
        self.best = self.best.min(self.last.elapsed().as_secs_f64());
        self.last = Instant::now();
    }

    fn go_on(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

#[allow(clippy::print_stdout)]
fn main() {
    let windows = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2048);
    println!("{:>5} {:>4} {:>14} {:>14}", "kind", "T", "windows/s", "dropout 0.3");
    for window in [20, 60] {
        for kind in [Kind::Lstm, Kind::Gru, Kind::Rnn, Kind::Mlp] {
            let plain = windows_per_second(kind, window, 0.0, windows);
            let dropped = windows_per_second(kind, window, 0.3, windows);
            println!("{:>5} {window:>4} {plain:>14.0} {dropped:>14.0}", format!("{kind:?}").to_lowercase());
        }
    }
}
