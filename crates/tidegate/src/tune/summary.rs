//! What a search found, as one document: `--json` prints it, the table and the page show it.

use super::importance::Importance;
use super::key::shown;
use super::trial::Outcome;
use crate::experiment::{Sampler, TuneMetric};
use crate::summary::{DataSummary, Measured};
use serde::Serialize;
use std::collections::BTreeMap;
use tidegate_market::TradeDate;
use toml::Value;

/// Version of the document's layout; raised when a key changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// Everything a search found out.
#[derive(Clone, Debug, Serialize)]
pub struct TuneSummary {
    /// Version of the document's layout.
    pub schema: u32,
    /// Version of the program.
    pub tidegate: String,
    /// Where the bars came from.
    pub data: DataSummary,
    /// Seeds of every trial.
    pub seeds: Vec<u64>,
    /// Name of the tuned network.
    pub model: String,
    /// How trials were chosen.
    pub sampler: Sampler,
    /// What they were judged by.
    pub metric: TuneMetric,
    /// Unit of the errors.
    pub unit: String,
    /// The validation samples that every trial was scored on.
    pub scored: ScoredPart,
    /// Validation error of persistence on the same samples.
    pub persistence: Option<f64>,
    /// Keys of the space, in order.
    pub keys: Vec<String>,
    /// Trial 0, the experiment as it stands, and the others.
    pub trials: Vec<TrialSummary>,
    /// Number of the trial with the lowest error; the earliest of equals.
    pub best: usize,
    /// Share of the differences that each key explains, in the order of the keys.
    pub importance: Vec<Importance>,
}

/// The samples that errors are measured on.
#[derive(Clone, Debug, Serialize)]
pub struct ScoredPart {
    /// Last bar that the first sample sees.
    pub first: TradeDate,
    /// Last bar that the last sample sees.
    pub last: TradeDate,
    /// Number of samples.
    pub samples: usize,
    /// Validation samples left out because some trial's window does not reach them.
    pub left_out: usize,
}

/// One trial.
#[derive(Clone, Debug, Serialize)]
pub struct TrialSummary {
    /// Its number.
    pub trial: usize,
    /// Value of each key; null where the experiment leaves it out.
    pub values: BTreeMap<String, Option<Value>>,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl TuneSummary {
    /// The trial with the lowest error.
    pub fn best_trial(&self) -> &TrialSummary {
        &self.trials[self.best]
    }

    /// The word of the metric as readers write it.
    pub fn metric_name(&self) -> &'static str {
        match self.metric {
            TuneMetric::Rmse => "RMSE",
            TuneMetric::Mae => "MAE",
        }
    }

    /// Trials that ended well, best first.
    pub fn ranking(&self) -> Vec<&TrialSummary> {
        let mut done: Vec<&TrialSummary> =
            self.trials.iter().filter(|trial| trial.valid().is_some()).collect();
        done.sort_by(|a, b| {
            let error = |trial: &TrialSummary| trial.outcome.error().unwrap_or(f64::INFINITY);
            error(a).total_cmp(&error(b)).then(a.trial.cmp(&b.trial))
        });
        done
    }

    /// How the best trial compares with the experiment as it stands.
    pub fn gain(&self) -> Gain {
        let (best, untuned) = (self.best_trial().valid(), self.trials[0].valid());
        match (best, untuned) {
            _ if self.best == 0 => Gain::None,
            (Some(best), Some(untuned)) => {
                let gain = untuned.mean - best.mean;
                Gain::Over { gain, within_seeds: gain < best.std.max(untuned.std) }
            }
            _ => Gain::UntunedFailed,
        }
    }
}

impl TrialSummary {
    /// The value of a key for a reader; `None` where the experiment leaves it out.
    pub fn value_text(&self, key: &str) -> Option<String> {
        self.values.get(key).and_then(Option::as_ref).map(shown)
    }

    /// Validation error over seeds, if the trial ended well.
    pub fn valid(&self) -> Option<&Measured> {
        match &self.outcome {
            Outcome::Done { valid, .. } => Some(valid),
            Outcome::Failed { .. } => None,
        }
    }
}

/// What tuning changed, on validation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gain {
    /// No trial was better than the experiment as it stands.
    None,
    /// The experiment as it stands could not be trained.
    UntunedFailed,
    /// The best trial's error is lower by so much.
    Over {
        /// Difference of the mean errors, above 0.
        gain: f64,
        /// Whether it is smaller than the spread over seeds of either.
        within_seeds: bool,
    },
}
