//! The trials of a search: what they share, what they are scored on, what comes of them.

use super::key::shown;
use super::search::{PlannedTrial, Search};
use crate::bars::{self, SourceBars};
use crate::error::InputError;
use crate::experiment::TuneMetric;
use crate::forecast::ForecastTask;
use crate::stats::{mae, rmse};
use crate::summary::Measured;
use serde::Serialize;
use tidegate_nn::{Epoch, Network};

/// Where the progress of a search goes, and where a wish to stop comes from. Called from several threads.
pub trait SearchObserver: Sync {
    /// A new stage begins.
    fn stage(&self, _text: &str) {}
    /// So many trials (trial 0 included) of so many seeds each will be trained.
    fn planned(&self, _trials: usize, _seeds: usize) {}
    /// An epoch of a trial ended; `seed` counts from 0.
    fn epoch(&self, _trial: usize, _seed: usize, _epoch: &Epoch) {}
    /// A network of a trial is trained; `seed` counts from 0.
    fn trained(&self, _trial: usize, _seed: usize) {}
    /// A trial ended.
    fn finished(&self, _trial: usize, _outcome: &Outcome) {}
    /// Whether the user asked to stop.
    fn cancelled(&self) -> bool {
        false
    }
}

impl SearchObserver for crate::train::Silent {}

/// What came of a trial.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Outcome {
    /// Trained with every seed.
    Done {
        /// Validation error over seeds, in the target's unit.
        valid: Measured,
        /// Trainable numbers.
        parameters: usize,
        /// Epochs trained, by seed.
        epochs: Vec<usize>,
    },
    /// Training or forecasting broke down; a mean over the other seeds would flatter.
    Failed {
        /// Seed it happened with.
        seed: u64,
        /// In words.
        reason: String,
    },
}

impl Outcome {
    /// The figure the trial is judged by: the mean validation error over seeds.
    pub fn error(&self) -> Option<f64> {
        match self {
            Outcome::Done { valid, .. } => Some(valid.mean),
            Outcome::Failed { .. } => None,
        }
    }
}

/// The forecast tasks of a search over the same bars, and the samples every trial is scored on.
pub(crate) struct Arena<'a> {
    pub(crate) search: &'a Search,
    /// One per distinct `[forecast]`.
    tasks: Vec<ForecastTask>,
    /// Index into `tasks` of each trial.
    task_of: Vec<usize>,
    /// Validation samples that every trial can forecast.
    pub(crate) scored: Vec<usize>,
    /// Validation samples that some trial could not forecast, and that are therefore left out for all.
    pub(crate) left_out: usize,
}

impl<'a> Arena<'a> {
    /// Prepares every trial; mistakes that only the data show (a window longer than they are) are found here.
    pub(crate) fn new(search: &'a Search, source: &SourceBars) -> Result<Arena<'a>, InputError> {
        let seen = bars::seen_by_networks(&source.bars, search.base.experiment.data.adjust);
        let mut tasks: Vec<ForecastTask> = Vec::new();
        let mut task_of = Vec::new();
        for trial in &search.trials {
            let settings = &trial.plan.experiment.forecast;
            let task = match tasks.iter().position(|task| task.settings == *settings) {
                Some(task) => task,
                None => {
                    tasks.push(
                        ForecastTask::new(&trial.plan, &seen, &source.calendar)
                            .map_err(|error| blame(search, trial, error))?,
                    );
                    tasks.len() - 1
                }
            };
            task_of.push(task);
        }
        let (scored, left_out) = shared_samples(
            &tasks.iter().map(|task| task.inputs.samples.valid.as_slice()).collect::<Vec<_>>(),
        );
        if scored.len() < 2 {
            return Err(InputError::new(
                "tune.space",
                format!("only {} validation samples can be forecast by every trial", scored.len()),
            )
            .help("use more data, or shorter windows"));
        }
        Ok(Arena { search, tasks, task_of, scored, left_out })
    }

    /// Error of persistence on the same samples.
    pub(crate) fn persistence(&self) -> Option<f64> {
        let series = &self.tasks[0].series;
        self.error(&self.tasks[0], &self.scored.iter().map(|t| series.unchanged(*t)).collect::<Vec<_>>())
    }

    /// Unit of the errors.
    pub(crate) fn unit(&self) -> &'static str {
        crate::target::unit(
            self.search.base.experiment.forecast.target,
            self.search.base.experiment.data.adjust,
        )
    }

    fn error(&self, task: &ForecastTask, forecast: &[f64]) -> Option<f64> {
        // Samples of a part are labelled.
        let actual: Vec<f64> = self.scored.iter().filter_map(|t| task.series.labels[*t]).collect();
        match self.search.settings.metric {
            TuneMetric::Rmse => rmse(&actual, forecast),
            TuneMetric::Mae => mae(&actual, forecast),
        }
    }

    /// The task of a trial.
    pub(crate) fn task(&self, trial: usize) -> &ForecastTask {
        &self.tasks[self.task_of[trial]]
    }

    /// Error of a trained network of `trial` on the scored samples; `None` if a forecast is not finite.
    pub(crate) fn validation_error(&self, trial: usize, network: &Network) -> Option<f64> {
        let task = self.task(trial);
        self.error(task, &task.forecast_with(network, &self.scored))
    }
}

/// The samples that all trials hold, and how many some trial lacks.
///
/// Over one symbol a window that reaches its training part reaches all of validation, so nothing is left out; over
/// several, a symbol listed late may have no history for the longest window.
fn shared_samples(samples: &[&[usize]]) -> (Vec<usize>, usize) {
    let mut all = samples.concat();
    all.sort_unstable();
    all.dedup();
    let everywhere = |t: &usize| samples.iter().all(|ends| ends.binary_search(t).is_ok());
    let shared: Vec<usize> = all.iter().copied().filter(everywhere).collect();
    let left_out = all.len() - shared.len();
    (shared, left_out)
}

/// A mistake that shows in the data, with the candidates of the trial it shows in.
fn blame(search: &Search, trial: &PlannedTrial, error: InputError) -> InputError {
    let values: Vec<String> = search
        .space
        .dimensions
        .iter()
        .zip(&trial.values)
        .filter(|(dimension, _)| dimension.key.starts_with("forecast."))
        .filter_map(|(dimension, value)| value.as_ref().map(|v| format!("{} = {}", dimension.key, shown(v))))
        .collect();
    let message = format!("{}: {}", error.place, error.message);
    InputError { place: format!("tune.space: {}", values.join(", ")), message, help: error.help }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_that_one_trial_cannot_forecast_is_left_out_for_all() {
        assert_eq!(shared_samples(&[&[3, 4, 5, 6], &[4, 5, 6], &[4, 6]]), (vec![4, 6], 2));
    }
}
