//! Hyper-parameter search: random or grid, judged by the validation error of the forecast and by nothing else.
//!
//! Trial 0 is the experiment as it stands. Every trial is trained with all seeds of the experiment and scored in the
//! target's unit on the same validation samples: those that every trial of the search can forecast. The test part is
//! not looked at; what the best settings are worth there is for `tidegate run` to say.

mod files;
mod importance;
mod key;
mod page;
mod sampler;
mod search;
mod space;
mod summary;
mod training;
mod trial;
mod wording;

#[cfg(test)]
mod tests;

pub use importance::{Group, Importance};
pub use search::{PlannedTrial, Search};
pub use space::{Candidates, Dimension, Scale, Space};
pub use summary::{Gain, ScoredPart, TrialSummary, TuneSummary};
pub use trial::{Outcome, SearchObserver};

use crate::bars::SourceBars;
use crate::error::Error;
use crate::run::{Log, Prepared, RunOptions, resolved};
use crate::run_dir::RunDir;
use std::path::PathBuf;
use toml::Value;
use trial::Arena;

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Tuned {
    /// Its directory.
    pub out: PathBuf,
    /// Everything it found.
    pub summary: TuneSummary,
}

/// Runs a checked search and writes its directory: `trials.csv`, `best.toml`, `experiment.toml`, `tune.html`,
/// `run.log`.
///
/// # Errors
/// The user's input is wrong, no trial could be trained, a file cannot be written, or the user stopped it; then
/// nothing is written.
pub fn tune(search: &Search, options: &RunOptions, observer: &dyn SearchObserver) -> Result<Tuned, Error> {
    let dir = RunDir::create(&options.out)?;
    observer.stage("Reading bars");
    // Prepares what `run` would, so that `best.toml` cannot fail on settings that the search does not use.
    let prepared = Prepared::new(search.base.clone())?;
    search_over(search, &prepared.source, options.jobs, dir, observer)
}

/// As [`tune`], over bars that are there already.
pub fn tune_over(
    search: &Search,
    source: &SourceBars,
    options: &RunOptions,
    observer: &dyn SearchObserver,
) -> Result<Tuned, Error> {
    search_over(search, source, options.jobs, RunDir::create(&options.out)?, observer)
}

fn search_over(
    search: &Search,
    source: &SourceBars,
    jobs: usize,
    dir: RunDir,
    observer: &dyn SearchObserver,
) -> Result<Tuned, Error> {
    let mut log = Log::default();
    let arena = Arena::new(search, source)?;
    log.note(format!("{} bars of {}, {} trials", source.bars.len(), source.bars.symbol, search.trials.len()));
    observer.stage("Searching");
    let outcomes = arena.train(jobs, observer)?;
    for (number, outcome) in outcomes.iter().enumerate() {
        log.note(match outcome {
            Outcome::Done { valid, epochs, .. } => {
                format!("trial {number}: valid {} {}, epochs {epochs:?}", search.metric_word(), valid.mean)
            }
            Outcome::Failed { seed, reason } => format!("trial {number} failed with seed {seed}: {reason}"),
        });
    }
    let summary = summarise(search, source, &arena, outcomes)?;
    observer.stage("Writing the directory");
    dir.write("trials.csv", &files::trials(&summary, search.metric_word())?)?;
    dir.write("best.toml", files::best(search, &summary, dir.path())?.as_bytes())?;
    dir.write("experiment.toml", resolved(&search.base.experiment, Some(dir.path()))?.as_bytes())?;
    let language = search.base.experiment.report.language;
    dir.write("tune.html", page::page(&summary, &search.space, language).as_bytes())?;
    dir.write("run.log", &log.bytes())?;
    if observer.cancelled() {
        return Err(Error::Interrupted);
    }
    Ok(Tuned { out: dir.finish()?, summary })
}

fn summarise(
    search: &Search,
    source: &SourceBars,
    arena: &Arena<'_>,
    outcomes: Vec<Outcome>,
) -> Result<TuneSummary, Error> {
    let errors =
        outcomes.iter().enumerate().filter_map(|(i, outcome)| outcome.error().map(|error| (i, error)));
    // The earliest of equals: `min_by` keeps the first.
    let Some((best, _)) = errors.min_by(|a, b| a.1.total_cmp(&b.1)) else {
        let reason = match outcomes.first() {
            Some(Outcome::Failed { reason, .. }) => reason.as_str(),
            _ => "there is none",
        };
        return Err(Error::Run(format!("every trial failed; trial 0: {reason}")));
    };
    let keys: Vec<String> = search.space.dimensions.iter().map(|d| d.key.clone()).collect();
    let importance = importances(search, &outcomes);
    let trials = search
        .trials
        .iter()
        .zip(outcomes)
        .enumerate()
        .map(|(trial, (planned, outcome))| {
            let values = keys.iter().cloned().zip(planned.values.iter().cloned()).collect();
            TrialSummary { trial, values, outcome }
        })
        .collect();
    // At least two samples are scored.
    let (first, last) = (arena.scored[0], arena.scored[arena.scored.len() - 1]);
    Ok(TuneSummary {
        schema: summary::SCHEMA,
        tidegate: env!("CARGO_PKG_VERSION").into(),
        data: source.summary.clone(),
        seeds: search.base.experiment.training.seeds.clone(),
        model: search.model().to_owned(),
        sampler: search.settings.sampler,
        metric: search.settings.metric,
        unit: arena.unit().into(),
        scored: ScoredPart {
            first: source.bars.date[first],
            last: source.bars.date[last],
            samples: arena.scored.len(),
            left_out: arena.left_out,
        },
        persistence: arena.persistence(),
        keys,
        trials,
        best,
        importance,
    })
}

/// Over the trials that come from the space; trial 0 among them only if it could have been drawn.
fn importances(search: &Search, outcomes: &[Outcome]) -> Vec<Importance> {
    let dimensions = &search.space.dimensions;
    let from_space = |values: &[Option<Value>]| {
        dimensions
            .iter()
            .zip(values)
            .all(|(d, value)| value.as_ref().is_some_and(|value| d.candidates.contains(value)))
    };
    let of = |key: usize| {
        let trials: Vec<(&Value, f64)> = search
            .trials
            .iter()
            .zip(outcomes)
            .enumerate()
            .filter(|(number, (trial, _))| *number > 0 || from_space(&trial.values))
            .filter_map(|(_, (trial, outcome))| Some((trial.values[key].as_ref()?, outcome.error()?)))
            .collect();
        importance::importance(&dimensions[key], &trials)
    };
    (0..dimensions.len()).map(of).collect()
}
