//! Trains many networks at once, one per core. Results come in the order of the jobs and do not depend on the
//! number of threads, because jobs share nothing.

use crate::error::Error;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use tidegate_nn::{self as nn, Epoch, FitError, Fitted, Kind, NetworkSpec, Samples, Training, Trial};

/// Which of the two tasks a network is trained for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// The forecast of a value.
    Forecast,
    /// The classifier of the strategy.
    Strategy,
}

impl Task {
    /// The word in `history.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Task::Forecast => "forecast",
            Task::Strategy => "strategy",
        }
    }
}

/// A name for one training.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobLabel {
    /// Task.
    pub task: Task,
    /// Model name.
    pub model: String,
    /// Seed.
    pub seed: u64,
}

/// A panel, its samples by part and their scaled labels, shared by the jobs of a task.
#[derive(Clone, Debug)]
pub struct TrainingSet {
    /// Scaled features, row-major `[rows, width]`.
    pub values: Vec<f32>,
    /// Features per row.
    pub width: usize,
    /// End rows of training windows.
    pub train_ends: Vec<usize>,
    /// Their labels.
    pub train_labels: Vec<f32>,
    /// End rows of validation windows.
    pub valid_ends: Vec<usize>,
    /// Their labels.
    pub valid_labels: Vec<f32>,
}

impl TrainingSet {
    /// The engine's view of the features.
    pub fn panel(&self) -> nn::Panel<'_> {
        nn::Panel { values: &self.values, width: self.width }
    }
}

/// One network to train.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// For progress and errors.
    pub label: JobLabel,
    /// Network.
    pub spec: NetworkSpec,
    /// How.
    pub training: &'a Training,
    /// On what.
    pub set: &'a TrainingSet,
}

impl Job<'_> {
    /// Multiply-adds of one epoch's forward pass, roughly. Long jobs start first so that cores end together.
    pub fn cost(&self) -> usize {
        let gates = match self.spec.kind {
            Kind::Mlp | Kind::Rnn => 1,
            Kind::Gru => 3,
            Kind::Lstm => 4,
        };
        let mut inputs = self.spec.inputs;
        let recurrent: usize = self
            .spec
            .layers
            .iter()
            .map(|units| gates * units * (units + std::mem::replace(&mut inputs, *units)))
            .sum();
        let steps = if self.spec.kind == Kind::Mlp { 1 } else { self.spec.window };
        recurrent * steps * self.set.train_ends.len()
    }
}

/// Where progress goes, and where a wish to stop comes from. Called from several threads.
pub trait Observer: Sync {
    /// A new stage of the run begins.
    fn stage(&self, _text: &str) {}
    /// These networks will be trained.
    fn jobs(&self, _jobs: &[Job<'_>]) {}
    /// An epoch of job `index` ended.
    fn epoch(&self, _index: usize, _epoch: &Epoch) {}
    /// Job `index` ended.
    fn finished(&self, _index: usize, _fitted: &Fitted) {}
    /// Whether the user asked to stop.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Says nothing and never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {}

/// Trains all jobs on `threads` threads.
pub fn fit_all(jobs: &[Job<'_>], threads: usize, observer: &dyn Observer) -> Result<Vec<Fitted>, Error> {
    observer.jobs(jobs);
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(jobs[*index].cost()));
    let next = AtomicUsize::new(0);
    let failed = AtomicUsize::new(usize::MAX);
    let results: Mutex<Vec<Option<Result<Fitted, FitError>>>> =
        Mutex::new(jobs.iter().map(|_| None).collect());
    let work = || {
        while let Some(index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            // After a failure the rest is not worth training; an interruption ends everything.
            if observer.cancelled() || failed.load(Ordering::Relaxed) != usize::MAX {
                break;
            }
            let told = |epoch: &Epoch| observer.epoch(*index, epoch);
            let fitted = fit_one(&jobs[*index], told, || observer.cancelled());
            match &fitted {
                Ok(fitted) => observer.finished(*index, fitted),
                Err(_) => {
                    failed.fetch_min(*index, Ordering::Relaxed);
                }
            }
            results.lock().unwrap_or_else(PoisonError::into_inner)[*index] = Some(fitted);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.max(1).min(jobs.len().max(1)) {
            scope.spawn(work);
        }
        work();
    });
    if observer.cancelled() {
        return Err(Error::Interrupted);
    }
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let failed = failed.into_inner();
    if let Some(job) = jobs.get(failed)
        && let Some(Err(source)) = results[failed].take()
    {
        return Err(Error::Fit { model: job.label.model.clone(), seed: job.label.seed, source });
    }
    Ok(results.into_iter().flatten().flatten().collect())
}

/// Trains one network on the calling thread, telling every epoch, until `cancelled`.
pub(crate) fn fit_one(
    job: &Job<'_>,
    told: impl FnMut(&Epoch),
    cancelled: impl Fn() -> bool,
) -> Result<Fitted, FitError> {
    let set = job.set;
    let train = Samples { ends: &set.train_ends, targets: &set.train_labels };
    let valid = Samples { ends: &set.valid_ends, targets: &set.valid_labels };
    let (spec, training, panel, seed) = (&job.spec, job.training, set.panel(), job.label.seed);
    nn::fit(&Trial { spec, training, panel, train, valid, seed }, 1, &mut JobWatch { told, cancelled })
}

struct JobWatch<T, C> {
    told: T,
    cancelled: C,
}

impl<T: FnMut(&Epoch), C: Fn() -> bool> nn::Watch for JobWatch<T, C> {
    fn epoch(&mut self, epoch: &Epoch) {
        (self.told)(epoch);
    }

    fn go_on(&mut self) -> ControlFlow<()> {
        if (self.cancelled)() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
