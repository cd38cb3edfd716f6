//! Hand-derived gradients against central differences of fourth order, in f64.

use super::cases;
use crate::batch::Batch;
use crate::crew::Crew;
use crate::dropout::Draw;
use crate::face::Panel;
use crate::loss::Tally;
use crate::simd::Double;
use crate::spec::{Activation, Init, Kind, Loss, NetworkSpec};
use crate::stack::Pass;
use crate::trainer::Trainer;
use crate::window;
use proptest::prelude::*;

const KINDS: [Kind; 4] = [Kind::Mlp, Kind::Rnn, Kind::Lstm, Kind::Gru];
const ACTIVATIONS: [Activation; 5] =
    [Activation::Tanh, Activation::Relu, Activation::Sigmoid, Activation::LeakyRelu, Activation::Gelu];
const LOSSES: [Loss; 5] = [Loss::Mse, Loss::Mae, Loss::Huber, Loss::Bce, Loss::MseSigmoid];

/// Step of the differences, and how far every kink must be from where they are taken.
const STEP: f64 = 2e-5;
const MARGIN: f64 = 1e-3;
/// Any epoch: it fixes the dropout masks.
const EPOCH: usize = 3;

#[derive(Debug, Clone)]
struct Case {
    spec: NetworkSpec,
    loss: Loss,
    rows: usize,
    /// Labels of a row, at its last steps.
    outputs: usize,
    seed: u64,
}

fn case() -> impl Strategy<Value = Case> {
    let widths = prop::collection::vec(1usize..=9, 1..=3);
    let head = prop::collection::vec(1usize..=5, 0..=2);
    let policies = (
        prop::sample::select(&KINDS[..]),
        prop::sample::select(&ACTIVATIONS[..]),
        prop::sample::select(&LOSSES[..]),
        prop::sample::select(&[0.0, 0.4][..]),
    );
    let rows = (1usize..=5, 1usize..=3);
    (policies, 1usize..=4, 1usize..=5, widths, head, rows, any::<u64>()).prop_map(
        |((kind, activation, loss, dropout), inputs, window, layers, head, (rows, outputs), seed)| {
            let outputs = if kind == Kind::Mlp { 1 } else { outputs };
            let activation = match (kind, activation) {
                (Kind::Rnn, Activation::Relu | Activation::LeakyRelu) => Activation::Relu,
                (Kind::Rnn, _) => Activation::Tanh,
                (_, activation) => activation,
            };
            let init = if seed % 2 == 0 { Init::Pytorch } else { Init::Glorot };
            let spec = NetworkSpec { kind, inputs, window, layers, head, dropout, activation, init };
            Case { spec, loss, rows, outputs, seed }
        },
    )
}

/// A batch, and a trainer that can say its loss and gradient.
struct Bench {
    trainer: Trainer<'static, Double>,
    parameters: Vec<f64>,
    spec: NetworkSpec,
    seed: u64,
    values: Vec<f32>,
    batch: Batch,
    loss: Loss,
}

impl Bench {
    fn new(case: &Case) -> Bench {
        let steps = case.spec.window + case.outputs - 1;
        let count = case.rows * case.outputs;
        let mut targets = cases::noise(count, case.seed as u32 ^ 1);
        if case.loss.is_classification() {
            targets.iter_mut().for_each(|t| *t = f32::from(*t > 0.0));
        } else {
            // Both sides of the Huber loss.
            targets.iter_mut().for_each(|t| *t *= 3.0);
        }
        // A label is missing where there are several.
        let labels: Vec<_> = (0..count).map(|at| (at != 1).then_some(targets[at])).collect();
        let trainer = Trainer::new(&case.spec, &cases::training(case.loss), case.seed, &Crew::ALONE);
        Bench {
            parameters: trainer.parameters(),
            trainer,
            values: cases::noise((case.rows + steps) * case.spec.inputs, case.seed as u32),
            batch: Batch {
                spans: (0..case.rows).map(|row| row..row + steps).collect(),
                names: (0..case.rows).collect(),
                steps,
                outputs: case.outputs,
                divisor: labels.iter().flatten().count(),
                labels,
            },
            loss: case.loss,
            spec: case.spec.clone(),
            seed: case.seed,
        }
    }

    fn loss(&mut self) -> f64 {
        let panel = Panel { values: &self.values, width: self.spec.inputs };
        let mut tally = Tally::default();
        self.trainer.gradient(panel, &self.batch, EPOCH, &mut tally).expect("finite");
        tally.mean(self.loss).0
    }

    fn loss_with(&mut self, parameter: usize, value: f64) -> f64 {
        let kept = std::mem::replace(&mut self.parameters[parameter], value);
        self.trainer.set_parameters(&self.parameters);
        let loss = self.loss();
        self.parameters[parameter] = kept;
        loss
    }

    /// Distance of the nearest kink of activation or loss.
    fn kink(&mut self) -> f64 {
        let Batch { spans, names, steps, outputs, labels, .. } = &self.batch;
        let panel = Panel { values: &self.values, width: self.spec.inputs };
        let (plan, weights) = (self.trainer.plan.clone(), self.trainer.weights.clone());
        let stack = self.trainer.stack();
        window::gather(&self.spec, panel, spans, *steps, &mut stack.tile);
        let draw = Draw { seed: self.seed, epoch: EPOCH, samples: names };
        let pass = Pass::chunks(spans.len(), *steps, *outputs, true);
        let found = stack.forward(&plan, &weights.values, pass, Some(draw)).to_vec();
        let near = stack.nearest_kink(&plan);
        let residuals = found.iter().enumerate().filter_map(|(at, y)| {
            let label = labels[at % spans.len() * outputs + at / spans.len()]?;
            Some((y - f64::from(label)).abs())
        });
        match self.loss {
            Loss::Mae => residuals.fold(near, f64::min),
            Loss::Huber => residuals.map(|r| (r - 1.0).abs()).fold(near, f64::min),
            Loss::Mse | Loss::Bce | Loss::MseSigmoid => near,
        }
    }
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let mut bench = Bench::new(case);
    prop_assume!(bench.kink() > MARGIN);
    bench.loss();
    let gradients = bench.trainer.gradients();
    let largest = gradients.iter().fold(0.0, |a: f64, g| a.max(g.abs()));
    for (index, &gradient) in gradients.iter().enumerate() {
        let at = bench.parameters[index];
        let mut slope =
            |h: f64| (bench.loss_with(index, at + h) - bench.loss_with(index, at - h)) / (2.0 * h);
        let numeric = (4.0 * slope(STEP) - slope(2.0 * STEP)) / 3.0;
        let allowed = 1e-6 * gradient.abs().max(0.01 * largest).max(1e-4);
        prop_assert!(
            (gradient - numeric).abs() <= allowed,
            "parameter {index}: {gradient} by hand, {numeric} by differences, largest {largest}"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, max_global_rejects: 4000, ..ProptestConfig::default() })]

    #[test]
    fn gradients_of_any_network_equal_central_differences(case in case()) {
        check(&case)?;
    }
}

/// Every kind with every activation and loss it allows, so that none is left to chance.
#[test]
fn gradients_of_every_kind_activation_and_loss_equal_central_differences() {
    for kind in KINDS {
        for activation in ACTIVATIONS {
            if kind == Kind::Rnn && !matches!(activation, Activation::Tanh | Activation::Relu) {
                continue;
            }
            for loss in LOSSES {
                for dropout in [0.0, 0.4] {
                    for (window, rows, outputs) in [(1, 1, 1), (4, 3, 1), (2, 2, 3)] {
                        let outputs = if kind == Kind::Mlp { 1 } else { outputs };
                        let base = cases::spec(kind, 3, window, &[3, 5]);
                        let spec = NetworkSpec { activation, dropout, head: vec![3], ..base };
                        let checked = (0..200).find_map(|seed| {
                            let case = Case { spec: spec.clone(), loss, rows, outputs, seed };
                            match check(&case) {
                                Err(TestCaseError::Reject(_)) => None,
                                result => Some((case, result)),
                            }
                        });
                        let (case, result) = checked.expect("some seed is away from kinks");
                        assert!(result.is_ok(), "{case:?}: {result:?}");
                    }
                }
            }
        }
    }
}
