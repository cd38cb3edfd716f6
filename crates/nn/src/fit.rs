//! Training: epochs of shuffled batches, validation after each, the best weights kept.

use crate::batch::Batch;
use crate::chunks::Runs;
use crate::crew::Crew;
use crate::face::{Ended, Epoch, FitError, Fitted, Panel, Samples, Trial, Watch};
use crate::loss::Tally;
use crate::network::Network;
use crate::schedule::Rate;
use crate::simd::{Lanes, OnLanes, Path, RealLanes};
use crate::spec::{Clip, EarlyStop, Loss, Supervision, Training};
use crate::stream::{Key, Purpose, Stream};
use crate::trainer::{Trainer, Trouble};
use crate::window;
use std::ops::Range;

/// Trains a network from scratch on at most `jobs` cores. The result depends on the trial alone, never on `jobs` or the
/// clock.
///
/// # Errors
/// [`FitError::NotFinite`] as soon as an input, a label, the loss or the gradient is NaN or infinite;
/// [`FitError::Interrupted`] when `watch` breaks.
///
/// # Panics
/// If shapes disagree or settings make no sense (a caller's bug): panel width ≠ `spec.inputs`, a window that starts
/// before row 0, other than one target per end, an empty part, a batch, epochs, jobs, labels of a chunk or passes of 0.
/// Random streams are named by 32 bits for the row and 20 for the epoch or the pass; more is refused too.
pub fn fit(trial: &Trial<'_>, jobs: usize, watch: &mut dyn Watch) -> Result<Fitted, FitError> {
    let Trial { spec, training, panel, train, valid, .. } = *trial;
    assert!(jobs > 0, "at least one core");
    panel.check(spec);
    for (part, samples) in [("training", train), ("validation", valid)] {
        assert_eq!(samples.ends.len(), samples.targets.len(), "ends and targets of the {part} part");
        assert!(!samples.ends.is_empty(), "the {part} part is empty");
    }
    assert!(training.batch > 0 && training.epochs > 0, "a batch and at least one epoch in {training:?}");
    if let Supervision::EveryStep { chunk, passes, .. } = training.supervision {
        assert!(chunk > 0 && passes > 0, "labels and at least one pass in {training:?}");
    }

    let crew = Crew::new(jobs);
    crew.enter(|| Path::detected().run(Fit { trial: *trial, crew: &crew, watch }))
}

/// [`fit`] on some path.
pub(crate) struct Fit<'a, 'w> {
    pub trial: Trial<'a>,
    pub crew: &'w Crew,
    pub watch: &'w mut dyn Watch,
}

impl OnLanes for Fit<'_, '_> {
    type Out = Result<Fitted, FitError>;

    fn on<V: RealLanes>(self) -> Result<Fitted, FitError> {
        let Fit { trial, crew, watch } = self;
        let Trial { spec, training, panel, train, valid, seed } = trial;
        // A batch beyond the training part is the whole of it, and must not cost the memory of more.
        let training = &Training { batch: training.batch.min(train.ends.len()), ..training.clone() };
        let course = Course::new(&trial, training);
        let mut trainer = Trainer::<V>::new(spec, training, seed, crew);
        if let Some(decay) = course.decay(training, seed) {
            trainer.keep_average(decay);
        }
        let mut rate = Rate::new(training);
        let mut history = Vec::with_capacity(training.epochs);
        let mut best = Best::none();
        let mut ended = Ended::AllEpochs;
        for epoch in 1..=training.epochs {
            let rate_now = rate.of_epoch(epoch);
            let ((train_loss, train_accuracy), last_batch) =
                run_epoch(&mut trainer, &course, &trial, training, epoch, rate_now, watch)?;
            let validated =
                check_samples(panel, valid, spec.window, epoch).and_then(|()| trainer.validate(panel, valid));
            let (valid_loss, valid_accuracy) = validated
                .map_err(|trouble| not_finite(trouble, epoch, last_batch, training, course.rate(rate_now)))?;
            let record = Epoch { epoch, train_loss, valid_loss, train_accuracy, valid_accuracy };
            history.push(record);
            rate.observe(valid_loss);
            best.consider(epoch, valid_loss, || trainer.result());
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
}

/// Where an epoch's batches come from.
enum Course {
    /// Shuffled windows, `batch` at a time.
    Windows { batch: usize },
    /// Shuffled chunks, `batch` at a time, for several passes.
    Chunks { runs: Runs, batch: usize, passes: usize, rate: f64 },
}

impl Course {
    fn new(trial: &Trial<'_>, training: &Training) -> Course {
        match training.supervision.for_kind(trial.spec.kind) {
            Supervision::LastStep => Course::Windows { batch: training.batch },
            Supervision::EveryStep { chunk, windows_per_chunk, rate, passes, .. } => Course::Chunks {
                runs: Runs::new(trial.train, trial.spec.window, chunk),
                batch: (training.batch / windows_per_chunk.max(1)).max(1),
                passes,
                rate,
            },
        }
    }

    /// Decay per step of the moving average of weights, if one is kept.
    fn decay(&self, training: &Training, seed: u64) -> Option<f64> {
        match (self, training.supervision) {
            (Course::Chunks { runs, batch, .. }, Supervision::EveryStep { average, .. }) if average > 0.0 => {
                let steps = runs.pass(seed, 1).len().div_ceil(*batch) as f64;
                Some(1.0 - 1.0 / (average * steps).max(1.0))
            }
            _ => None,
        }
    }

    /// The learning rate of an epoch whose schedule says `rate`.
    fn rate(&self, rate: f64) -> f64 {
        match self {
            Course::Windows { .. } => rate,
            Course::Chunks { rate: factor, .. } => rate * factor,
        }
    }

    /// Hands the batches of an epoch to `step`, each with a number that names the pass in random streams.
    fn batches<E>(
        &self,
        trial: &Trial<'_>,
        epoch: usize,
        mut step: impl FnMut(usize, &Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        let Trial { spec, panel, train, seed, .. } = *trial;
        match self {
            Course::Windows { batch } => {
                let mut order: Vec<usize> = (0..train.ends.len()).collect();
                let key = Key { seed, purpose: Purpose::Shuffle, epoch, row: 0, layer: 0, step: 0 };
                Stream::new(key).shuffle(&mut order);
                for chosen in order.chunks(*batch) {
                    step(epoch, &Batch::windows(panel, train, chosen, spec.window))?;
                }
            }
            Course::Chunks { runs, batch, passes, .. } => {
                for pass in (epoch - 1) * passes + 1..=epoch * passes {
                    for chunks in runs.pass(seed, pass).chunks(*batch) {
                        step(pass, &runs.batch(chunks))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// One epoch; mean loss and accuracy as seen on the way, and how many batches it had.
fn run_epoch<V: Lanes>(
    trainer: &mut Trainer<'_, V>,
    course: &Course,
    trial: &Trial<'_>,
    training: &Training,
    epoch: usize,
    rate: f64,
    watch: &mut dyn Watch,
) -> Result<((f64, Option<f64>), usize), FitError> {
    let mut tally = Tally::default();
    let mut index = 0;
    course.batches(trial, epoch, |pass, batch| {
        index += 1;
        check_batch(trial.panel, batch, epoch)
            .and_then(|()| trainer.gradient(trial.panel, batch, pass, &mut tally))
            .and_then(|()| trainer.step(course.rate(rate)))
            .map_err(|trouble| not_finite(trouble, epoch, index, training, course.rate(rate)))?;
        if watch.go_on().is_break() { Err(FitError::Interrupted) } else { Ok(()) }
    })?;
    Ok((tally.mean(training.loss), index))
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
    fn consider(&mut self, epoch: usize, loss: f64, parameters: impl FnOnce() -> Vec<f32>) {
        if loss < self.loss {
            *self = Best { epoch, loss, parameters: parameters() };
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

/// What to tell of trouble, now that it is known where it happened.
fn not_finite(trouble: Trouble, epoch: usize, batch: usize, training: &Training, rate: f64) -> FitError {
    let (what, cause) = match trouble {
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

/// Inputs and labels must be finite before they are used: an infinite input saturates a gate and would go unnoticed. The
/// first epoch sees them all.
fn check_batch(panel: Panel<'_>, batch: &Batch, epoch: usize) -> Result<(), Trouble> {
    if epoch > 1 {
        return Ok(());
    }
    check_rows(panel, batch.spans.iter().cloned())?;
    let mut labels = batch.labels.iter().enumerate().filter_map(|(at, label)| label.map(|label| (at, label)));
    match labels.find(|(_, label)| !label.is_finite()) {
        Some((at, value)) => Err(Trouble::Label { row: batch.label_row(at), value }),
        None => Ok(()),
    }
}

/// The same of the validation part.
fn check_samples(panel: Panel<'_>, samples: Samples<'_>, steps: usize, epoch: usize) -> Result<(), Trouble> {
    if epoch > 1 {
        return Ok(());
    }
    check_rows(panel, samples.ends.iter().map(|&end| panel.window(end, steps)))?;
    let mut labels = samples.ends.iter().zip(samples.targets);
    match labels.find(|(_, label)| !label.is_finite()) {
        Some((&row, &value)) => Err(Trouble::Label { row, value }),
        None => Ok(()),
    }
}

fn check_rows(panel: Panel<'_>, spans: impl Iterator<Item = Range<usize>>) -> Result<(), Trouble> {
    match window::first_not_finite(panel, spans) {
        Some((row, column)) => {
            Err(Trouble::Input { row, column, value: panel.values[row * panel.width + column] })
        }
        None => Ok(()),
    }
}
