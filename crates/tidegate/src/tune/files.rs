//! The files of a search as bytes. Nothing in them depends on time, threads or machine.

use super::search::Search;
use super::summary::TuneSummary;
use super::trial::Outcome;
use crate::error::Error;
use crate::experiment::Experiment;
use crate::run::resolved;

/// `trials.csv`: one row per trial, one column per key; an undefined figure is an empty cell.
///
/// `epochs` are those trained, one number per seed in the order of the seeds; `status` is `done` or `failed`.
pub(crate) fn trials(summary: &TuneSummary, metric: &str) -> Result<Vec<u8>, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Run(format!("trials.csv cannot be made: {error}"));
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut header = vec!["trial".to_owned()];
    header.extend(summary.keys.iter().cloned());
    header.extend([format!("valid_{metric}"), format!("valid_{metric}_std")]);
    header.extend(["parameters", "epochs", "status", "reason"].map(str::to_owned));
    table.write_record(&header).map_err(|error| failed(&error))?;
    for trial in &summary.trials {
        let mut row = vec![trial.trial.to_string()];
        row.extend(summary.keys.iter().map(|key| trial.value_text(key).unwrap_or_default()));
        row.extend(match &trial.outcome {
            Outcome::Done { valid, parameters, epochs } => {
                let epochs: Vec<String> = epochs.iter().map(ToString::to_string).collect();
                [
                    valid.mean.to_string(),
                    valid.std.to_string(),
                    parameters.to_string(),
                    epochs.join(" "),
                    "done".into(),
                    String::new(),
                ]
            }
            Outcome::Failed { seed, reason } => {
                let reason = format!("seed {seed}: {reason}");
                [String::new(), String::new(), String::new(), String::new(), "failed".into(), reason]
            }
        });
        table.write_record(&row).map_err(|error| failed(&error))?;
    }
    table.into_inner().map_err(|error| failed(&error))
}

/// `best.toml`: the experiment with the best values, for `tidegate run`. It has no `[tune]`: the search is over, and
/// `run` would not look at it.
pub(crate) fn best(search: &Search, summary: &TuneSummary) -> Result<String, Error> {
    let trial = &search.trials[summary.best];
    let text = resolved(&Experiment { tune: None, ..trial.plan.experiment.clone() })?;
    Ok(format!(
        "# Trial {} of {}: lowest validation {} of \"{}\". Being the best of many, that error is optimistic;\n\
         # `tidegate run` on this file tells what the settings are worth on the test part.\n\n{text}",
        summary.best,
        summary.trials.len() - 1,
        summary.metric_name(),
        summary.model,
    ))
}
