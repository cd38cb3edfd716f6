//! A checked search: every trial is a sound experiment before any bar is read.

use super::key::{check_key, nearest, place_of, shown, value_at, with_named_models};
use super::sampler::{Draw, RandomDraws, grid};
use super::space::Space;
use crate::error::InputError;
use crate::experiment::{Experiment, Sampler, Tune, TuneMetric, with_value};
use crate::plan::{Plan, PlannedModel};
use std::collections::BTreeSet;
use tidegate_nn::Kind;
use toml::Value;

/// Most trials of one search.
const MOST_TRIALS: usize = 100_000;

/// A search that can run.
#[derive(Clone, Debug)]
pub struct Search {
    /// The experiment as it stands, checked and resolved; `[tune]` included.
    pub base: Plan,
    /// `[tune]` with the tuned model named.
    pub settings: Tune,
    /// What varies.
    pub space: Space,
    /// Trial 0 is the experiment as it stands; the others come from the space. All are different.
    pub trials: Vec<PlannedTrial>,
}

/// One trial: an experiment and the network that is trained in it.
#[derive(Clone, Debug)]
pub struct PlannedTrial {
    /// The whole experiment of this trial.
    pub plan: Plan,
    /// Index of the tuned network in `plan.models`.
    pub model: usize,
    /// Value of each key of the space, as resolved; `None` where the experiment leaves the key out.
    pub values: Vec<Option<Value>>,
}

impl PlannedTrial {
    /// The tuned network.
    pub fn network(&self) -> &PlannedModel {
        &self.plan.models[self.model]
    }

    fn new(experiment: Experiment, model: &str, space: &Space) -> Result<PlannedTrial, InputError> {
        let plan = Plan::check(experiment)?;
        let index = plan.models.iter().position(|planned| planned.name == model);
        let index = index
            .ok_or_else(|| InputError::new("tune.model", format!("no [[model]] is called \"{model}\"")))?;
        let resolved = as_table(&plan.experiment)?;
        let values = space.dimensions.iter().map(|d| value_at(&resolved, &d.key)).collect();
        Ok(PlannedTrial { plan, model: index, values })
    }

    /// Two trials with the same text train the same networks.
    fn identity(&self) -> Result<String, InputError> {
        toml::to_string(&self.plan.experiment).map_err(|error| unwritable(&error))
    }
}

impl Search {
    /// Checks an experiment with a `[tune.space]`, and every candidate in it.
    pub fn check(experiment: Experiment) -> Result<Search, InputError> {
        let mut base = Plan::check(experiment.clone())?;
        let mut settings = experiment.tune.clone().unwrap_or_default();
        if !(1..=MOST_TRIALS).contains(&settings.trials) {
            return Err(InputError::new(
                "tune.trials",
                format!("expected a whole number from 1 to {MOST_TRIALS}, found {}", settings.trials),
            ));
        }
        let model = tuned_model(&base, &settings)?;
        let space = Space::parse(&settings.space)?;
        for dimension in &space.dimensions {
            check_key(&dimension.key, &model, &base.experiment.model)?;
        }
        check_supervision(&base, &model, &space)?;
        settings.model = Some(model.clone());
        base.experiment.tune = Some(settings.clone());

        let raw = with_named_models(Experiment { tune: None, ..experiment });
        let untuned = PlannedTrial::new(raw.clone(), &model, &space)?;
        let proposer = Proposer { raw, model: &model, space: &space };
        let trials = proposer.trials(untuned, &settings)?;
        Ok(Search { base, settings, space, trials })
    }

    /// Name of the tuned network.
    pub fn model(&self) -> &str {
        self.settings.model.as_deref().unwrap_or_default()
    }

    /// The word of the metric in files.
    pub fn metric_word(&self) -> &'static str {
        match self.settings.metric {
            TuneMetric::Rmse => "rmse",
            TuneMetric::Mae => "mae",
        }
    }
}

/// Supervision that cannot matter is refused: an MLP has no steps, unless the search makes something else of it.
fn check_supervision(base: &Plan, model: &str, space: &Space) -> Result<(), InputError> {
    let key = "training.supervision";
    let varies = |key: &str| space.dimensions.iter().any(|dimension| dimension.key == key);
    let is_mlp = base.models.iter().any(|planned| planned.name == model && planned.kind() == Kind::Mlp);
    if is_mlp && varies(key) && !varies(&format!("model.{model}.kind")) {
        return Err(InputError::new(
            place_of(key),
            format!("has no effect on \"{model}\": an mlp has no steps"),
        ));
    }
    Ok(())
}

fn tuned_model(base: &Plan, settings: &Tune) -> Result<String, InputError> {
    let names: Vec<&str> = base.models.iter().map(|model| model.name.as_str()).collect();
    match &settings.model {
        None => Ok(names[base.strategy_model].to_owned()),
        Some(name) if names.contains(&name.as_str()) => Ok(name.clone()),
        Some(name) => {
            let message = format!("no [[model]] is called \"{name}\"; there are {}", names.join(", "));
            let error = InputError::new("tune.model", message);
            Err(match nearest(name, &names) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error,
            })
        }
    }
}

/// Makes checked trials of draws.
struct Proposer<'a> {
    raw: Experiment,
    model: &'a str,
    space: &'a Space,
}

impl Proposer<'_> {
    fn trials(&self, untuned: PlannedTrial, settings: &Tune) -> Result<Vec<PlannedTrial>, InputError> {
        let mut seen = BTreeSet::from([untuned.identity()?]);
        // A seed is always there: the plan has been checked.
        let seed = untuned.plan.experiment.training.seeds.first().copied().unwrap_or_default();
        let mut trials = vec![untuned];
        let mut drawn: Vec<Draw> = Vec::new();
        let mut take = |draw: Draw, trials: &mut Vec<PlannedTrial>| -> Result<(), InputError> {
            let trial = self.trial(&draw)?;
            drawn.push(draw);
            if seen.insert(trial.identity()?) {
                trials.push(trial);
            }
            Ok(())
        };
        match settings.sampler {
            Sampler::Grid => {
                for draw in grid(self.space, settings.trials)? {
                    take(draw, &mut trials)?;
                }
            }
            Sampler::Random => {
                let mut different: BTreeSet<String> = BTreeSet::new();
                let all = self.combinations();
                // A space that is nearly used up repeats itself; the bound keeps a hopeless one from going on.
                for draw in RandomDraws::new(self.space, seed).take(10_000 + 1_000 * settings.trials) {
                    if different.insert(format!("{draw:?}")) {
                        take(draw, &mut trials)?;
                    }
                    if trials.len() > settings.trials || all == Some(different.len() as u64) {
                        break;
                    }
                }
            }
        }
        if trials.len() == 1 {
            return Err(InputError::new("tune.space", "holds nothing but the experiment as it stands")
                .help("add values that differ from it"));
        }
        self.check_what_was_not_drawn(&drawn)?;
        Ok(trials)
    }

    /// Number of combinations; `None` if there is no end to them.
    fn combinations(&self) -> Option<u64> {
        self.space.dimensions.iter().try_fold(1_u64, |product, dimension| {
            dimension.candidates.count().map(|count| product.saturating_mul(count))
        })
    }

    /// Every value of a list and both ends of a range must be sound, drawn or not: whether a file is accepted must
    /// not hang on a seed.
    fn check_what_was_not_drawn(&self, drawn: &[Draw]) -> Result<(), InputError> {
        let Some(first) = drawn.first() else { return Ok(()) };
        for (k, dimension) in self.space.dimensions.iter().enumerate() {
            for value in dimension.candidates.corners() {
                if drawn.iter().all(|draw| draw[k] != value) {
                    let mut draw = first.clone();
                    draw[k] = value;
                    self.trial(&draw)?;
                }
            }
        }
        Ok(())
    }

    fn trial(&self, draw: &Draw) -> Result<PlannedTrial, InputError> {
        let mut experiment = self.raw.clone();
        for (dimension, value) in self.space.dimensions.iter().zip(draw) {
            experiment = with_value(&experiment, &dimension.key, value, &candidate(&dimension.key, value))
                .map_err(|error| match (error.help.is_none(), value) {
                    (true, Value::Array(_)) => error,
                    (true, _) if error.message.contains("expected a list") => {
                        error.help("the key holds a list, so its candidates are lists: [[32], [64, 64]]")
                    }
                    _ => error,
                })?;
        }
        PlannedTrial::new(experiment, self.model, self.space).map_err(|error| self.blame(draw, error))
    }

    /// Names the candidate that a check complains about; where it is a combination, all of them.
    fn blame(&self, draw: &Draw, error: InputError) -> InputError {
        let named = self.space.dimensions.iter().zip(draw);
        let guilty = named.clone().find(|(dimension, _)| {
            // `training.clip.value` complains about `training.clip`, and the other way round.
            let (key, place) = (dimension.key.as_str(), error.place.as_str());
            key == place || inside(key, place) || inside(place, key)
        });
        let place = match guilty {
            Some((dimension, value)) => candidate(&dimension.key, value),
            None => named.map(|(d, value)| candidate(&d.key, value)).collect::<Vec<_>>().join(", "),
        };
        let message = format!("{}: {}", error.place, error.message);
        InputError { place, message, help: error.help }
    }
}

/// Whether the key path `inner` lies inside the table `outer`.
fn inside(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
}

fn candidate(key: &str, value: &Value) -> String {
    format!("{} = {}", place_of(key), shown(value))
}

fn as_table(experiment: &Experiment) -> Result<toml::Table, InputError> {
    toml::Table::try_from(experiment).map_err(|error| unwritable(&error))
}

fn unwritable(error: &toml::ser::Error) -> InputError {
    InputError::new("experiment", format!("cannot be written as TOML: {error}"))
}
