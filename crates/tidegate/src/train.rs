//! The networks of a run as jobs with names, trained together. Results come in the order of the jobs and do not depend
//! on the number of cores, because jobs share nothing.

use crate::error::Error;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use tidegate_nn::{self as nn, Epoch, FitError, Fitted, NetworkSpec, Samples, Training, Trial, WatchMany};

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
    /// As the engine sees it.
    pub fn trial(&self) -> Trial<'_> {
        let set = self.set;
        Trial {
            spec: &self.spec,
            training: self.training,
            panel: set.panel(),
            train: Samples { ends: &set.train_ends, targets: &set.train_labels },
            valid: Samples { ends: &set.valid_ends, targets: &set.valid_labels },
            seed: self.label.seed,
        }
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

/// Trains all jobs on at most `cores` cores.
///
/// # Errors
/// The first failure in the order of the jobs, which ends the training of the others; [`Error::Interrupted`] when
/// the user stopped it.
pub fn fit_all(jobs: &[Job<'_>], cores: usize, observer: &dyn Observer) -> Result<Vec<Fitted>, Error> {
    observer.jobs(jobs);
    let trials: Vec<Trial<'_>> = jobs.iter().map(Job::trial).collect();
    let watch = UntilFailure { observer, failed: AtomicBool::new(false) };
    let results = nn::fit_many(&trials, cores.max(1), &watch);
    if observer.cancelled() {
        return Err(Error::Interrupted);
    }
    let mut all = Vec::with_capacity(jobs.len());
    for (job, result) in jobs.iter().zip(results) {
        match result {
            Ok(fitted) => all.push(fitted),
            // Another job's failure stopped it.
            Err(FitError::Interrupted) => {}
            Err(source) => {
                return Err(Error::Fit { model: job.label.model.clone(), seed: job.label.seed, source });
            }
        }
    }
    if all.len() == jobs.len() { Ok(all) } else { Err(Error::Interrupted) }
}

/// Tells the observer, and stops everything after a failure: the rest is not worth training.
struct UntilFailure<'a> {
    observer: &'a dyn Observer,
    failed: AtomicBool,
}

impl WatchMany for UntilFailure<'_> {
    fn epoch(&self, job: usize, epoch: &Epoch) {
        self.observer.epoch(job, epoch);
    }

    fn ended(&self, job: usize, result: &Result<Fitted, FitError>) {
        match result {
            Ok(fitted) => self.observer.finished(job, fitted),
            Err(_) => self.failed.store(true, Ordering::Relaxed),
        }
    }

    fn go_on(&self, _job: usize) -> ControlFlow<()> {
        if self.observer.cancelled() || self.failed.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}
