//! Whether the files of a run directory are of one run: what the networks say now must be what the run wrote down that they
//! said.

use super::Predictor;
use crate::error::InputError;
use crate::files::weights_name;
use crate::train::{JobLabel, Task};
use std::path::Path;

/// Days of the run whose forecasts and probabilities are made again.
const DAYS: usize = 20;
/// Kernels of other CPUs add in another order; what differs by more of the label's scale is another network.
const OF_SCALE: f64 = 1e-4;
/// The same of the forecast itself, where labels are not scaled and inputs may be of any size.
const OF_FORECAST: f64 = 1e-3;
/// The same of a probability.
const OF_PROBABILITY: f64 = 1e-4;

impl Predictor {
    /// Refuses networks and scales that do not say what the run wrote down that they said: the file of another run has
    /// taken the place of one.
    ///
    /// Looks at the last days of `forecasts.csv` and `signals.csv`.
    pub(super) fn check_against_run(&self, run_dir: &Path) -> Result<(), InputError> {
        self.check_forecasters(run_dir)?;
        self.check_classifiers(run_dir)
    }

    fn checked(&self, ends: &[usize]) -> Vec<usize> {
        let first = self.own.saturating_sub(DAYS);
        ends.iter().copied().filter(|t| (first..self.own).contains(t)).collect()
    }

    fn check_forecasters(&self, run_dir: &Path) -> Result<(), InputError> {
        let ends = self.checked(&self.forecast.ends);
        let scale = self.forecast.inputs.label_scale.as_ref().map(|scale| scale.scale);
        let scale = scale.filter(|_| self.is_scaled());
        for answer in self.forecasts(&ends).iter().filter(|answer| answer.is_network) {
            for (seed, said) in &answer.by_seed {
                for (bar, now) in ends.iter().zip(said) {
                    let (date, model) = (self.bars.date[*bar], &answer.model);
                    let row = self
                        .run
                        .forecasts
                        .iter()
                        .find(|row| row.date == date && row.model == *model && row.seed == *seed);
                    // A NaN is near to nothing.
                    let then = row.and_then(|row| row.forecast).unwrap_or(f64::NAN);
                    let size = now.abs().max(then.abs());
                    let allowed = scale.map_or(OF_FORECAST * size, |scale| OF_SCALE * scale);
                    let near = (now - then).abs() <= allowed;
                    if !near {
                        let seed = seed.unwrap_or_default();
                        let label = JobLabel { task: Task::Forecast, model: model.clone(), seed };
                        let place = run_dir.join(weights_name(&label)).display().to_string();
                        return Err(foreign(
                            place,
                            format!("{model} of seed {seed} now forecasts {now} after {date}"),
                            "forecasts.csv",
                            then,
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    /// The classifier's seeds are written down as their mean alone.
    fn check_classifiers(&self, run_dir: &Path) -> Result<(), InputError> {
        let ends = self.checked(self.classifier_ends());
        let by_seed = self.probabilities(&ends);
        for (at, bar) in ends.iter().enumerate() {
            let date = self.bars.date[*bar];
            let now = by_seed.iter().map(|(_, said)| said[at]).sum::<f64>() / by_seed.len() as f64;
            let row = self.run.signals.iter().find(|row| row.date == date);
            let then = row.and_then(|row| row.probability).unwrap_or(f64::NAN);
            let near = (now - then).abs() <= OF_PROBABILITY;
            if !near {
                let model = &self.plan.models[self.plan.strategy_model].name;
                return Err(foreign(
                    run_dir.join(format!("models/strategy-{model}-*")).display().to_string(),
                    format!("the classifier {model} now gives a rise after {date} a probability of {now}"),
                    "signals.csv",
                    then,
                ));
            }
        }
        Ok(())
    }

    /// Whether labels are brought to a scale of their own; with scaler = "none" the scale is 1 whatever their size.
    fn is_scaled(&self) -> bool {
        self.forecast.settings.scaler != crate::experiment::ScalerKind::None
    }
}

fn foreign(place: String, now: String, file: &str, then: f64) -> InputError {
    let then = if then.is_nan() { "nothing".to_owned() } else { then.to_string() };
    InputError::new(place, format!("{now}, but {file} has {then}: the files are not of one run"))
        .help("a file of another run has slipped in: restore the run directory, or make the run again")
}
