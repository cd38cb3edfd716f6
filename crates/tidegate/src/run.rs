//! The whole job: bars, description, training, comparison, strategy, backtest, run directory, report.

use crate::bars::{self, SourceBars};
use crate::describe;
use crate::error::Error;
use crate::experiment::Experiment;
use crate::files;
use crate::forecast::{ForecastTask, ModelForecast};
use crate::plan::Plan;
use crate::report;
use crate::run_dir::{Out, RunDir, relative};
use crate::strategy::{self, CurveSet, Signal, StrategyTask};
use crate::summary::{SCHEMA, Summary};
use crate::train::{Job, JobLabel, Observer, Task, fit_all};
use std::path::{Path, PathBuf};
use std::time::Instant;
use tidegate_market::{Known, RuleBook};
use tidegate_nn::Fitted;

/// The user's own rules in the directory of a run or a backtest.
pub(crate) const RULE_FILE: &str = "rules.toml";

/// Where a run goes and on how many cores. Nothing here changes a result.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Run directory.
    pub out: Out,
    /// Cores to train on.
    pub jobs: usize,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The run directory.
    pub out: PathBuf,
    /// Every figure, as in `metrics.json`.
    pub summary: Summary,
}

/// A plan whose bars have been read and whose tasks are ready to train.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The plan, rule book resolved.
    pub plan: Plan,
    /// The bars.
    pub source: SourceBars,
    /// The forecast task.
    pub forecast: ForecastTask,
    /// The strategy task.
    pub strategy: StrategyTask,
    /// The rule book.
    pub rules: RuleBook,
}

impl Prepared {
    /// Reads the bars and prepares both tasks; every mistake in the input shows here, before anything is trained.
    pub fn new(plan: Plan) -> Result<Prepared, Error> {
        let source = bars::load(&plan)?;
        Prepared::over(plan, source)
    }

    /// As [`Prepared::new`], over bars that are there already.
    pub fn over(mut plan: Plan, source: SourceBars) -> Result<Prepared, Error> {
        let rules = strategy::rule_book(&mut plan, &source.bars)?;
        let seen = bars::seen_by_networks(&source.bars, plan.experiment.data.adjust);
        let forecast = ForecastTask::new(&plan, &seen, &source.calendar)?;
        let strategy = StrategyTask::new(&plan, &source.bars, &source.calendar)?;
        Ok(Prepared { plan, source, forecast, strategy, rules })
    }

    /// Every network to train: the forecasters, model by model and seed by seed, then the classifier by seed.
    pub fn jobs(&self) -> Vec<Job<'_>> {
        let plan = &self.plan;
        let seeds = &plan.experiment.training.seeds;
        let job = |task, model: usize, seed: &u64| {
            let model = &plan.models[model];
            let (set, window, training) = match task {
                Task::Forecast => (&self.forecast.inputs.set, self.forecast.settings.window, &plan.training),
                Task::Strategy => {
                    (&self.strategy.inputs.set, self.strategy.settings.window, &plan.classifier_training)
                }
            };
            let label = JobLabel { task, model: model.name.clone(), seed: *seed };
            Job { label, spec: model.spec(set.width, window), training, set }
        };
        let forecasts = (0..plan.models.len())
            .flat_map(|model| seeds.iter().map(move |seed| (Task::Forecast, model, seed)));
        let strategy = seeds.iter().map(|seed| (Task::Strategy, plan.strategy_model, seed));
        forecasts.chain(strategy).map(|(task, model, seed)| job(task, model, seed)).collect()
    }
}

/// Runs a checked experiment and writes its run directory.
pub fn run(plan: Plan, options: &RunOptions, observer: &dyn Observer) -> Result<Finished, Error> {
    // The place is proved and taken before anyone works for hours to have something to put there.
    let dir = RunDir::create(&options.out)?;
    let mut log = Log::default();
    observer.stage("Reading bars");
    let prepared = Prepared::new(plan)?;
    log.note(format!("{} bars of {}", prepared.source.bars.len(), prepared.source.bars.symbol));
    observer.stage("Training");
    let jobs = prepared.jobs();
    let fitted = fit_all(&jobs, options.jobs, observer)?;
    for (job, fitted) in jobs.iter().zip(&fitted) {
        let JobLabel { task, model, seed } = &job.label;
        let (epochs, best) = (fitted.history.len(), fitted.best_epoch);
        log.note(format!("{} {model} seed {seed}: {epochs} epochs, best {best}", task.word()));
    }
    observer.stage("Judging");
    let results = Results::judge(&prepared, &fitted)?;
    observer.stage("Writing the run directory");
    results.write(&prepared, &jobs, &fitted, &dir)?;
    report::write_report(dir.path())?;
    log.note("report written".into());
    dir.write("run.log", &log.bytes())?;
    if observer.cancelled() {
        return Err(Error::Interrupted);
    }
    Ok(Finished { out: dir.finish()?, summary: results.summary })
}

/// Lines of `run.log`, the one file that may hold times.
pub(crate) struct Log {
    start: Instant,
    lines: Vec<String>,
}

impl Default for Log {
    fn default() -> Self {
        Log { start: Instant::now(), lines: vec![format!("tidegate {}", env!("CARGO_PKG_VERSION"))] }
    }
}

impl Log {
    /// Adds a line with the seconds since the start.
    pub(crate) fn note(&mut self, text: String) {
        self.lines.push(format!("{:>8.2} s  {text}", self.start.elapsed().as_secs_f64()));
    }

    /// The file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.lines.join("\n").into_bytes()
    }
}

/// Everything a run found out.
struct Results {
    models: Vec<ModelForecast>,
    signals: Vec<Signal>,
    curves: CurveSet,
    summary: Summary,
}

impl Results {
    fn judge(prepared: &Prepared, fitted: &[Fitted]) -> Result<Results, Error> {
        let Prepared { plan, source, forecast, strategy: task, rules } = prepared;
        let seeds = &plan.experiment.training.seeds;
        let (forecasters, classifiers) = fitted.split_at(plan.models.len() * seeds.len());
        let mut models = forecast.baselines();
        for (model, fitted) in plan.models.iter().zip(forecasters.chunks(seeds.len())) {
            models.push(forecast.network(model, seeds, fitted));
        }
        models.extend(source.oracle.as_deref().and_then(|expected| forecast.oracle(expected)));

        let signals = task.signals(classifiers, &source.bars);
        let (first, positions) = strategy::test_positions(task, &signals);
        let terms = plan.experiment.market.terms(task.settings.size.unit());
        let curves = CurveSet::trade(&source.bars, &source.known, first, &positions, rules, &terms)?;
        let summary = Summary {
            schema: SCHEMA,
            tidegate: env!("CARGO_PKG_VERSION").into(),
            seeds: seeds.clone(),
            supervision: plan.experiment.training.supervision,
            data: source.summary.clone(),
            split: forecast.inputs.samples.summary(&forecast.parts, &source.bars.date),
            forecast: forecast.summarise(&models),
            strategy: strategy::summarise(task, plan, classifiers, &curves, rules, source)?,
        };
        Ok(Results { models, signals, curves, summary })
    }

    fn write(
        &self,
        prepared: &Prepared,
        jobs: &[Job<'_>],
        fitted: &[Fitted],
        dir: &RunDir,
    ) -> Result<(), Error> {
        let Prepared { plan, source, forecast, strategy, .. } = prepared;
        let bars = &source.bars;
        let json = |value: Result<String, serde_json::Error>| value.map_err(|e| Error::Run(e.to_string()));
        let mut experiment = plan.experiment.clone();
        if let Some(own) = &mut experiment.market.rule_file {
            // The run directory is judged again by itself, so the user's rules go with it.
            dir.write(RULE_FILE, &std::fs::read(&own).map_err(|e| Error::io("cannot read", own, e))?)?;
            *own = dir.path().join(RULE_FILE);
        }
        dir.write("experiment.toml", resolved(&experiment, Some(dir.path()))?.as_bytes())?;
        dir.write("bars.csv", &files::bars(bars))?;
        if source.known != Known::default() {
            dir.write("known.json", json(serde_json::to_string_pretty(&source.known))?.as_bytes())?;
        }
        let description = describe::describe(bars, &source.calendar);
        dir.write("describe.json", json(serde_json::to_string_pretty(&description))?.as_bytes())?;
        dir.write("scalers.json", json(files::scalers(forecast, strategy))?.as_bytes())?;
        dir.write("metrics.json", json(serde_json::to_string_pretty(&self.summary))?.as_bytes())?;
        dir.write("forecasts.csv", &files::forecasts(forecast, &self.models, &bars.date))?;
        dir.write("history.csv", &files::history(jobs, fitted))?;
        dir.write("signals.csv", &files::signals(&self.signals, &bars.date))?;
        dir.write("equity.csv", &files::equity(&self.curves))?;
        dir.write("trades.csv", &files::trades(&self.curves))?;
        for (job, fitted) in jobs.iter().zip(fitted) {
            let bytes = files::weights(&fitted.network).map_err(|e| Error::Run(e.to_string()))?;
            dir.write(&files::weights_name(&job.label), &bytes)?;
        }
        Ok(())
    }
}

/// The resolved experiment as TOML; data and rule files are told from `folder`, where the text will stand.
pub fn resolved(experiment: &Experiment, folder: Option<&Path>) -> Result<String, Error> {
    let mut experiment = experiment.clone();
    if let (Some(path), Some(folder)) = (&experiment.data.path, folder) {
        experiment.data.path = Some(relative(path, folder));
    }
    if let (Some(path), Some(folder)) = (&experiment.market.rule_file, folder) {
        experiment.market.rule_file = Some(relative(path, folder));
    }
    toml::to_string(&experiment).map_err(|e| Error::Run(e.to_string()))
}

/// Name of an experiment: its file's stem.
pub fn experiment_name(file: &Path) -> String {
    file.file_stem().map_or_else(|| "experiment".into(), |stem| stem.to_string_lossy().into_owned())
}
