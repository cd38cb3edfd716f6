//! Outputs, gradients, optimiser steps and learning rates against PyTorch (tests/fixtures/pytorch.py).

use super::cases::{self, error};
use crate::crew::Crew;
use crate::face::Panel;
use crate::layout::Layout;
use crate::loss::Tally;
use crate::network::Network;
use crate::scalar::Scalar;
use crate::schedule::Rate;
use crate::simd::{Double, Lanes, OnLanes, Path, RealLanes};
use crate::spec::{Clip, Loss, NetworkSpec, Optimizer, Schedule, Training};
use crate::trainer::Trainer;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Tensor {
    shape: Vec<usize>,
    values: Vec<f64>,
}
type Tensors = BTreeMap<String, Tensor>;

#[derive(Deserialize)]
struct Case {
    name: String,
    spec: serde_json::Value,
    loss: Loss,
    panel: Vec<f32>,
    targets: Vec<f32>,
    start: Tensors,
    outputs: Vec<f64>,
    loss_value: f64,
    gradients: Tensors,
    after_ten_adam: Tensors,
}

#[derive(Deserialize)]
struct Optimizers {
    spec: serde_json::Value,
    panel: Vec<f32>,
    targets: Vec<f32>,
    rate: f64,
    start: Tensors,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    name: String,
    optimizer: Optimizer,
    weight_decay: f64,
    clip: Clip,
    after_ten: Tensors,
}

#[derive(Deserialize)]
struct Schedules {
    rate: f64,
    epochs: usize,
    losses: Vec<f64>,
    runs: Vec<Rates>,
}

#[derive(Deserialize)]
struct Rates {
    schedule: Schedule,
    rates: Vec<f64>,
}

#[derive(Deserialize)]
struct Fixture {
    networks: Vec<Case>,
    optimizers: Optimizers,
    schedules: Schedules,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../../tests/fixtures/pytorch.json")).expect("the fixture parses")
}

/// The fixture leaves out what PyTorch's modules do not have: dropout is off, weights are given.
fn spec(value: &serde_json::Value) -> NetworkSpec {
    let mut value = value.clone();
    value["dropout"] = 0.0.into();
    value["init"] = "pytorch".into();
    serde_json::from_value(value).expect("a specification")
}

/// Tensors in flat order; every name and shape must be the layout's.
fn flat(spec: &NetworkSpec, tensors: &Tensors) -> Vec<f64> {
    let layout = Layout::new(spec);
    assert_eq!(layout.tensors.len(), tensors.len());
    let values = layout.tensors.iter().flat_map(|tensor| {
        let given = &tensors[&tensor.name];
        assert_eq!(given.shape, tensor.shape, "{}", tensor.name);
        given.values.clone()
    });
    values.collect()
}

fn trainer<V: Lanes>(spec: &NetworkSpec, training: &Training, start: &Tensors) -> Trainer<'static, V> {
    let mut trainer = Trainer::<V>::new(spec, training, 0, &Crew::ALONE);
    let start: Vec<V::S> = flat(spec, start).into_iter().map(V::S::of).collect();
    trainer.set_parameters(&start);
    trainer
}

/// Gradient of the mean loss over all windows of the panel; returns the loss.
fn gradient<V: Lanes>(
    trainer: &mut Trainer<'_, V>,
    spec: &NetworkSpec,
    loss: Loss,
    panel: &[f32],
    targets: &[f32],
) -> f64 {
    let ends: Vec<usize> = (spec.window - 1..panel.len() / spec.inputs).collect();
    let mut tally = Tally::default();
    let panel = Panel { values: panel, width: spec.inputs };
    trainer
        .gradient(panel, &cases::windows(panel, &ends, targets, spec.window), 1, &mut tally)
        .expect("finite");
    tally.mean(loss).0
}

/// Errors of outputs, loss and gradients.
fn errors_of<V: Lanes>(case: &Case) -> [f64; 3] {
    let spec = spec(&case.spec);
    let mut trainer = trainer::<V>(&spec, &cases::training(case.loss), &case.start);
    let loss = gradient(&mut trainer, &spec, case.loss, &case.panel, &case.targets);
    [
        error(&trainer.outputs(), &case.outputs),
        (loss - case.loss_value).abs() / case.loss_value.abs(),
        error(&trainer.gradients(), &flat(&spec, &case.gradients)),
    ]
}

struct ErrorsOf<'a>(&'a Case);

impl OnLanes for ErrorsOf<'_> {
    type Out = [f64; 3];

    fn on<V: RealLanes>(self) -> [f64; 3] {
        errors_of::<V>(self.0)
    }
}

#[test]
fn outputs_losses_and_gradients_equal_pytorch_in_f64() {
    for case in fixture().networks {
        let errors = errors_of::<Double>(&case);
        assert!(errors.iter().all(|&e| e < 1e-9), "{}: {errors:?}", case.name);
    }
}

#[test]
fn outputs_losses_and_gradients_are_near_pytorch_in_f32() {
    for case in fixture().networks {
        for path in Path::available() {
            let errors = path.run(ErrorsOf(&case));
            assert!(errors.iter().all(|&e| e < 1e-5), "{}, {path:?}: {errors:?}", case.name);
        }
    }
}

#[test]
fn ten_adam_steps_of_every_network_equal_pytorch() {
    for case in fixture().networks {
        let spec = spec(&case.spec);
        let mut trainer = trainer::<Double>(&spec, &cases::training(case.loss), &case.start);
        for _ in 0..10 {
            gradient(&mut trainer, &spec, case.loss, &case.panel, &case.targets);
            trainer.step(0.01).expect("finite");
        }
        let error = error(&trainer.parameters(), &flat(&spec, &case.after_ten_adam));
        assert!(error < 1e-9, "{}: {error}", case.name);
    }
}

#[test]
fn ten_steps_of_every_optimizer_equal_pytorch() {
    let fixture = fixture().optimizers;
    let spec = spec(&fixture.spec);
    for run in fixture.runs {
        let (optimizer, weight_decay, clip) = (run.optimizer, run.weight_decay, run.clip);
        let training = Training { optimizer, weight_decay, clip, ..cases::training(Loss::Mse) };
        let mut trainer = trainer::<Double>(&spec, &training, &fixture.start);
        for _ in 0..10 {
            gradient(&mut trainer, &spec, Loss::Mse, &fixture.panel, &fixture.targets);
            trainer.step(fixture.rate).expect("finite");
        }
        let error = error(&trainer.parameters(), &flat(&spec, &run.after_ten));
        assert!(error < 1e-9, "{}: {error}", run.name);
    }
}

#[test]
fn learning_rates_of_every_schedule_equal_pytorch() {
    let fixture = fixture().schedules;
    for run in fixture.runs {
        let (learning_rate, epochs, schedule) = (fixture.rate, fixture.epochs, run.schedule);
        let training = Training { learning_rate, epochs, schedule, ..cases::training(Loss::Mse) };
        let mut rate = Rate::new(&training);
        for (epoch, (&loss, &expected)) in (1..).zip(fixture.losses.iter().zip(&run.rates)) {
            let found = rate.of_epoch(epoch);
            assert!((found - expected).abs() < 1e-15, "{schedule:?}, epoch {epoch}: {found}, not {expected}");
            rate.observe(loss);
        }
    }
}

#[test]
fn weights_from_pytorch_forecast_what_pytorch_forecasts() {
    for case in fixture().networks {
        let spec = spec(&case.spec);
        let tensors: Vec<(&str, &[usize], Vec<f32>)> = case
            .start
            .iter()
            .map(|(name, t)| (&name[..], &t.shape[..], t.values.iter().map(|&v| v as f32).collect()))
            .collect();
        let named = tensors.iter().map(|(name, shape, values)| (*name, *shape, &values[..]));
        let network = Network::from_named(spec.clone(), named).expect("all parameters are there");
        let ends: Vec<usize> = (spec.window - 1..case.panel.len() / spec.inputs).collect();
        let forecast = network.forecast(Panel { values: &case.panel, width: spec.inputs }, &ends, 1);
        let error = error(&forecast, &case.outputs);
        assert!(error < 1e-5, "{}: {error}", case.name);
    }
}
