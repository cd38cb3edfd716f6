//! A finished run brought to life again: its networks, scales and baselines over its own bars and all newer ones.

use super::newer_bars::{self, Newer};
use super::saved::{self, SavedScales};
use crate::bars::{SourceBars, seen_by_networks};
use crate::error::Error;
use crate::experiment;
use crate::forecast::ForecastTask;
use crate::inputs::Inputs;
use crate::plan::Plan;
use crate::report::Run;
use crate::strategy::{self, StrategyTask};
use crate::train::{JobLabel, Task};
use std::path::{Path, PathBuf};
use tidegate_market::{BarSeries, Known, RuleBook, TradeDate, TradingCalendar};
use tidegate_nn::Network;

/// Where to look for the newest bars, beside what the run directory says.
#[derive(Clone, Debug, Default)]
pub struct PredictorOptions {
    /// The newest bars.
    pub newer: Newer,
    /// The store of a run on stored bars, where it is not in its usual place.
    pub store: Option<PathBuf>,
}

/// A network of the run and its seed.
#[derive(Clone, Debug)]
pub struct SavedNetwork {
    /// Which one.
    pub label: JobLabel,
    /// With its saved weights.
    pub network: Network,
}

/// Answers of one model about several bars, in the target's unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// Name of the model.
    pub model: String,
    /// Whether it is a network (else a baseline).
    pub is_network: bool,
    /// Seed (none for a baseline) and one forecast per bar asked about.
    pub by_seed: Vec<(Option<u64>, Vec<f64>)>,
}

/// A finished run with its bars continued.
pub struct Predictor {
    pub(super) run: Run,
    /// The plan of the run, rule book resolved.
    pub plan: Plan,
    /// The rule book of the run.
    pub rules: RuleBook,
    /// The run's bars and all newer ones.
    pub bars: BarSeries,
    /// How many of them are the run's own.
    pub own: usize,
    /// Where the newest bars came from.
    pub newest: SourceBars,
    /// The forecast task over all bars.
    pub forecast: ForecastTask,
    pub(super) classifier_inputs: Inputs,
    networks: Vec<SavedNetwork>,
    classifiers: Vec<SavedNetwork>,
}

impl Predictor {
    /// Reads the run directory and the newest bars, and puts them together.
    ///
    /// # Errors
    /// [`Error::Input`] with the reason: a damaged or foreign file of the run, bars that contradict the run's own,
    /// features that cannot be computed; [`Error::Data`] or [`Error::Store`] where the newest bars cannot be read.
    pub fn open(run_dir: &Path, options: &PredictorOptions) -> Result<Predictor, Error> {
        let run = Run::read(run_dir)?;
        let mut plan = Plan::check(experiment::load(Some(&run_dir.join("experiment.toml")), &[])?)?;
        plan.store = options.store.clone();
        let rules = strategy::rule_book(&mut plan, &run.bars)?;
        let newest = newer_bars::load(&options.newer, &plan, &run.bars.symbol)?;
        let bars = newer_bars::continued(&run.bars, &newest.bars, &newest.summary.source)?;
        let scales = SavedScales::read(run_dir)?;

        let adjust = plan.experiment.data.adjust;
        let own_seen = seen_by_networks(&run.bars, adjust);
        let seen = seen_by_networks(&bars, adjust);
        let calendar = &newest.calendar;
        let task = ForecastTask::new(&plan, &own_seen, calendar)?;
        let columns: Vec<String> = task.inputs.scales.iter().map(|scale| scale.column.clone()).collect();
        scales.forecast.check(&columns, run_dir, "forecast")?;
        let forecast =
            task.continued(&seen, calendar, &scales.forecast.features, scales.forecast.target.clone())?;
        let strategy = StrategyTask::new(&plan, &run.bars, calendar)?;
        let columns: Vec<String> = strategy.inputs.scales.iter().map(|scale| scale.column.clone()).collect();
        scales.strategy.check(&columns, run_dir, "strategy")?;
        let classifier_inputs = strategy.continued_inputs(&seen, &scales.strategy.features)?;

        let seeds = plan.experiment.training.seeds.clone();
        let read = |task: Task, model: usize, width: usize, window: usize| {
            let planned = &plan.models[model];
            seeds
                .iter()
                .map(|seed| {
                    let label = JobLabel { task, model: planned.name.clone(), seed: *seed };
                    let network = saved::network(run_dir, &label, planned.spec(width, window))?;
                    Ok(SavedNetwork { label, network })
                })
                .collect::<Result<Vec<_>, Error>>()
        };
        let mut networks = Vec::new();
        for model in 0..plan.models.len() {
            networks.extend(read(
                Task::Forecast,
                model,
                forecast.inputs.set.width,
                forecast.settings.window,
            )?);
        }
        let window = strategy.settings.window;
        let classifiers = read(Task::Strategy, plan.strategy_model, classifier_inputs.set.width, window)?;
        let own = run.bars.len();
        Ok(Predictor {
            run,
            plan,
            rules,
            bars,
            own,
            newest,
            forecast,
            classifier_inputs,
            networks,
            classifiers,
        })
    }

    /// The days the exchange traded, as far as the newest bars' source knows.
    pub fn calendar(&self) -> &TradingCalendar {
        &self.newest.calendar
    }

    /// What is known of the stock besides its bars: by the newest source where it knows anything, else by the run.
    pub(super) fn known(&self) -> &Known {
        if self.newest.known == Known::default() { &self.run.known } else { &self.newest.known }
    }

    /// The last bar.
    pub fn last(&self) -> TradeDate {
        // A run has bars.
        self.bars.date[self.bars.len() - 1]
    }

    /// What every baseline and every network says after the close of each bar of `ends`, which must be among
    /// [`ForecastTask::ends`].
    pub fn forecasts(&self, ends: &[usize]) -> Vec<Answers> {
        let task = &self.forecast;
        let baselines = crate::baselines::forecast(&task.series, &task.inputs.samples, ends);
        let mut answers: Vec<Answers> = baselines
            .into_iter()
            .map(|baseline| Answers {
                model: baseline.name.to_owned(),
                is_network: false,
                by_seed: vec![(None, baseline.forecast)],
            })
            .collect();
        for model in &self.plan.models {
            let of_model = self.networks.iter().filter(|saved| saved.label.model == model.name);
            let by_seed = of_model
                .map(|saved| (Some(saved.label.seed), task.forecast_with(&saved.network, ends)))
                .collect();
            answers.push(Answers { model: model.name.clone(), is_network: true, by_seed });
        }
        answers
    }

    /// The classifier's probability of a rise after the close of each bar of `ends`, by seed.
    pub fn probabilities(&self, ends: &[usize]) -> Vec<(u64, Vec<f64>)> {
        self.classifiers
            .iter()
            .map(|saved| {
                let said = strategy::probabilities(&self.classifier_inputs, &saved.network, ends);
                (saved.label.seed, said)
            })
            .collect()
    }

    /// Bars after which the classifier can be asked.
    pub fn classifier_ends(&self) -> &[usize] {
        &self.classifier_inputs.ends
    }
}
