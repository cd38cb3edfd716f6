//! Training: epochs of shuffled batches, validation after each, the best weights kept.

use crate::clip;
use crate::dropout::Draw;
use crate::face::{Ended, Epoch, FitError, Fitted, Panel, Samples, Trial, Watch};
use crate::init;
use crate::layout::Layout;
use crate::loss::Tally;
use crate::network::{self, Network, TILE};
use crate::optimizer::Stepper;
use crate::scalar::Scalar;
use crate::schedule::Rate;
use crate::spec::{Clip, EarlyStop, Loss, NetworkSpec, Training};
use crate::stack::Stack;
use crate::stream::{Key, Purpose, Stream};
use crate::window;

/// Trains a network from scratch on at most `jobs` cores. The result depends on the trial alone, never on `jobs` or the
/// clock.
///
/// # Errors
/// [`FitError::NotFinite`] as soon as an input, a label, the loss or the gradient is NaN or infinite;
/// [`FitError::Interrupted`] when `watch` breaks.
///
/// # Panics
/// If shapes disagree or settings make no sense (a caller's bug): panel width ≠ `spec.inputs`, a window that starts
/// before row 0, other than one target per end, an empty part, a batch, epochs or jobs of 0. Random streams are named by
/// 32 bits for the row and 20 for the epoch; more is refused too.
pub fn fit(trial: &Trial<'_>, jobs: usize, watch: &mut dyn Watch) -> Result<Fitted, FitError> {
    let Trial { spec, training, panel, train, valid, seed } = *trial;
    assert!(jobs > 0, "at least one core");
    panel.check(spec);
    for (part, samples) in [("training", train), ("validation", valid)] {
        assert_eq!(samples.ends.len(), samples.targets.len(), "ends and targets of the {part} part");
        assert!(!samples.ends.is_empty(), "the {part} part is empty");
    }
    assert!(training.batch > 0 && training.epochs > 0, "a batch and at least one epoch in {training:?}");

    // A batch beyond the training part is the whole of it, and must not cost the memory of more.
    let training = &Training { batch: training.batch.min(train.ends.len()), ..training.clone() };
    let mut trainer = Trainer::<f32>::new(spec, training, seed);
    let mut rate = Rate::new(training);
    let mut history = Vec::with_capacity(training.epochs);
    let mut best = Best::none();
    let mut ended = Ended::AllEpochs;
    for epoch in 1..=training.epochs {
        let (train_loss, train_accuracy) = trainer.epoch(panel, train, epoch, rate.of_epoch(epoch), watch)?;
        let (valid_loss, valid_accuracy) = trainer.validate(panel, valid).map_err(|trouble| {
            let last_batch = train.ends.len().div_ceil(training.batch);
            trouble.at(epoch, last_batch, training, rate.of_epoch(epoch))
        })?;
        let record = Epoch { epoch, train_loss, valid_loss, train_accuracy, valid_accuracy };
        history.push(record);
        rate.observe(valid_loss);
        best.consider(epoch, valid_loss, &trainer.parameters);
        watch.epoch(&record);
        if watch.go_on().is_break() {
            return Err(FitError::Interrupted);
        }
        if best.is_stale(epoch, training.early_stop) {
            ended = Ended::EarlyStopped;
            break;
        }
    }
    let network = Network::from_parameters(spec.clone(), best.parameters);
    Ok(Fitted { network, history, best_epoch: best.epoch, ended })
}

/// The weights with the lowest validation loss so far.
struct Best {
    epoch: usize,
    loss: f64,
    parameters: Vec<f32>,
}

impl Best {
    fn none() -> Best {
        Best { epoch: 0, loss: f64::INFINITY, parameters: Vec::new() }
    }

    /// The first of equals stays.
    fn consider(&mut self, epoch: usize, loss: f64, parameters: &[f32]) {
        if loss < self.loss {
            self.epoch = epoch;
            self.loss = loss;
            self.parameters.clear();
            self.parameters.extend_from_slice(parameters);
        }
    }

    /// Whether patience has run out. A patience of 0 tolerates as little as 1: an epoch has to fail first.
    fn is_stale(&self, epoch: usize, early_stop: EarlyStop) -> bool {
        match early_stop {
            EarlyStop::Off => false,
            EarlyStop::Patience(patience) => epoch - self.epoch >= patience.max(1),
        }
    }
}

/// Weights in training, with everything a step needs.
pub(crate) struct Trainer<S> {
    spec: NetworkSpec,
    training: Training,
    seed: u64,
    pub(crate) stack: Stack<S>,
    pub(crate) parameters: Vec<S>,
    pub(crate) gradients: Vec<S>,
    stepper: Stepper<S>,
    d_output: Vec<S>,
}

impl<S: Scalar> Trainer<S> {
    pub(crate) fn new(spec: &NetworkSpec, training: &Training, seed: u64) -> Self {
        let layout = Layout::new(spec);
        let parameters: Vec<S> = init::parameters(spec, &layout, seed).into_iter().map(S::of).collect();
        Trainer {
            spec: spec.clone(),
            training: training.clone(),
            seed,
            stack: Stack::new(spec, &layout, training.batch.max(TILE)),
            gradients: vec![S::ZERO; parameters.len()],
            stepper: Stepper::new(training.optimizer, training.weight_decay, parameters.len()),
            d_output: Vec::with_capacity(training.batch),
            parameters,
        }
    }

    /// One pass over the training part; mean loss and accuracy as seen on the way.
    fn epoch(
        &mut self,
        panel: Panel<'_>,
        samples: Samples<'_>,
        epoch: usize,
        rate: f64,
        watch: &mut dyn Watch,
    ) -> Result<(f64, Option<f64>), FitError> {
        let mut order: Vec<usize> = (0..samples.ends.len()).collect();
        let key = Key { seed: self.seed, purpose: Purpose::Shuffle, epoch, row: 0, layer: 0, step: 0 };
        Stream::new(key).shuffle(&mut order);
        let mut tally = Tally::default();
        let (mut ends, mut targets) = (Vec::new(), Vec::new());
        for (index, chunk) in order.chunks(self.training.batch).enumerate() {
            ends.clear();
            ends.extend(chunk.iter().map(|&sample| samples.ends[sample]));
            targets.clear();
            targets.extend(chunk.iter().map(|&sample| samples.targets[sample]));
            let batch = Samples { ends: &ends, targets: &targets };
            self.gradient(panel, batch, epoch, &mut tally)
                .and_then(|()| self.step(rate))
                .map_err(|trouble| trouble.at(epoch, index + 1, &self.training, rate))?;
            if watch.go_on().is_break() {
                return Err(FitError::Interrupted);
            }
        }
        Ok(tally.mean(self.training.loss))
    }

    /// Gradient of the mean loss of one batch, dropout on.
    pub(crate) fn gradient(
        &mut self,
        panel: Panel<'_>,
        batch: Samples<'_>,
        epoch: usize,
        tally: &mut Tally,
    ) -> Result<(), Trouble> {
        check_samples(panel, batch, self.spec.window)?;
        let (loss, rows) = (self.training.loss, batch.ends.len());
        window::gather(&self.spec, panel, batch.ends, rows, &mut self.stack.tile);
        let draw = Draw { seed: self.seed, epoch, samples: batch.ends };
        let outputs = self.stack.forward(&self.parameters, rows, Some(draw));
        self.d_output.clear();
        for (&y, &target) in outputs.iter().zip(batch.targets) {
            let (y, target) = (y.to_f64(), f64::from(target));
            let (value, slope) = loss.value_and_slope(y, target);
            if !value.is_finite() {
                return Err(Trouble::Loss);
            }
            tally.add(loss, value, y, target);
            self.d_output.push(S::of(slope / rows as f64));
        }
        self.gradients.fill(S::ZERO);
        self.stack.backward(&self.parameters, &self.d_output, &mut self.gradients);
        Ok(())
    }

    /// Clips the gradient and moves the weights.
    pub(crate) fn step(&mut self, rate: f64) -> Result<(), Trouble> {
        let norm = clip::norm(&self.gradients);
        if !norm.is_finite() {
            return Err(Trouble::Gradient);
        }
        clip::apply(self.training.clip, norm, &mut self.gradients);
        self.stepper.step(rate, &mut self.parameters, &mut self.gradients);
        Ok(())
    }

    /// Mean loss and accuracy on `samples`, dropout off, by the same arithmetic as [`Network::forecast`].
    fn validate(&mut self, panel: Panel<'_>, samples: Samples<'_>) -> Result<(f64, Option<f64>), Trouble> {
        check_samples(panel, samples, self.spec.window)?;
        let loss = self.training.loss;
        let mut tally = Tally::default();
        let mut targets = samples.targets.iter().map(|&t| f64::from(t));
        network::forecast(&self.spec, &mut self.stack, &self.parameters, panel, samples.ends, |y| {
            if let Some(target) = targets.next() {
                tally.add(loss, loss.value_and_slope(y.to_f64(), target).0, y.to_f64(), target);
            }
        });
        let mean = tally.mean(loss);
        if mean.0.is_finite() { Ok(mean) } else { Err(Trouble::ValidationLoss) }
    }
}

/// What is not finite, before it is known where in training that happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// A feature.
    Input {
        /// Its panel row.
        row: usize,
        /// Its column.
        column: usize,
        /// NaN or ±∞.
        value: f32,
    },
    /// The label of the sample that ends at `row`.
    Label {
        /// The panel row that names the sample.
        row: usize,
        /// NaN or ±∞.
        value: f32,
    },
    Loss,
    Gradient,
    ValidationLoss,
}

impl Trouble {
    fn at(self, epoch: usize, batch: usize, training: &Training, rate: f64) -> FitError {
        let (what, cause) = match self {
            Trouble::Input { row, column, value } => {
                ("input", format!("feature {column} (counted from 0) of panel row {row} is {value}"))
            }
            Trouble::Label { row, value } => {
                ("label", format!("the label of the sample that ends at panel row {row} is {value}"))
            }
            Trouble::Loss => ("loss", divergence(training, rate)),
            Trouble::Gradient => ("gradient", divergence(training, rate)),
            Trouble::ValidationLoss => ("validation loss", divergence(training, rate)),
        };
        FitError::NotFinite { what, epoch, batch, cause }
    }
}

/// Why weights run away while inputs and labels are finite.
fn divergence(training: &Training, rate: f64) -> String {
    let remedy = match training.clip {
        Clip::Off => "without gradient clipping: lower it or clip",
        Clip::Norm(_) | Clip::Value(_) => "in spite of gradient clipping: lower it",
    };
    let unbounded = matches!(training.loss, Loss::Mse | Loss::Mae | Loss::Huber);
    let scale = if unbounded { ", and check that inputs and labels are scaled" } else { "" };
    format!("the learning rate {rate} is probably too high {remedy}{scale}")
}

/// Inputs and labels must be finite before they are used: an infinite input saturates a gate and would go unnoticed.
fn check_samples(panel: Panel<'_>, samples: Samples<'_>, steps: usize) -> Result<(), Trouble> {
    if let Some((row, column)) = window::first_not_finite(panel, samples.ends, steps) {
        return Err(Trouble::Input { row, column, value: panel.values[row * panel.width + column] });
    }
    let mut labels = samples.ends.iter().zip(samples.targets);
    match labels.find(|(_, label)| !label.is_finite()) {
        Some((&row, &value)) => Err(Trouble::Label { row, value }),
        None => Ok(()),
    }
}
