//! A checked experiment. Only a [`Plan`] can run: every range, every contradiction and every NaN has been
//! looked at before the first bar is read.

mod market;
mod strategy;

pub(crate) use market::{MOST, MOST_IN_WORDS, check_table as check_market_table};

use crate::error::InputError;
use crate::experiment::{
    self, ClassifierLoss, Clip, EarlyStop, Experiment, Gap, Model, Off, OptimizerName, RegressionLoss,
    Source, Split, Supervision,
};
use crate::features::Feature;
use std::collections::BTreeSet;
use std::path::PathBuf;
use tidegate_data::{OnBadRow, SampleKind};
use tidegate_market::TradeDate;
use tidegate_nn::{self as nn, Activation, Kind, NetworkSpec, Schedule};

/// Names that baselines use in tables and files.
pub const BASELINES: [&str; 5] = ["persistence", "drift", "ma_5", "ma_20", "ar"];

/// Where the forecast task is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cut {
    /// Shares of the bars: train, validation, test.
    Shares([f64; 3]),
    /// First day of validation and of test.
    Dates(TradeDate, TradeDate),
}

/// One network to train, window and inputs still open.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedModel {
    /// Name in tables and files.
    pub name: String,
    /// Everything but `inputs` and `window`, which the task decides.
    spec: NetworkSpec,
}

impl PlannedModel {
    /// The network for a task with `inputs` features and windows of `window` bars.
    pub fn spec(&self, inputs: usize, window: usize) -> NetworkSpec {
        NetworkSpec { inputs, window, ..self.spec.clone() }
    }

    /// Its family.
    pub fn kind(&self) -> Kind {
        self.spec.kind
    }
}

/// A checked, resolved experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The experiment with every default spelled out (the rule book is resolved once the symbol is known).
    pub experiment: Experiment,
    /// Where the bars come from.
    pub source: Source,
    /// The store, where it is not in its usual place. It decides no result: the bars do.
    pub store: Option<PathBuf>,
    /// Where the forecast task is cut.
    pub cut: Cut,
    /// Bars left out at the start of validation and of test.
    pub gap: usize,
    /// The networks.
    pub models: Vec<PlannedModel>,
    /// How forecasters are trained.
    pub training: nn::Training,
    /// How the classifier is trained.
    pub classifier_training: nn::Training,
    /// Index into `models` of the classifier.
    pub strategy_model: usize,
}

type Checked<T> = Result<T, InputError>;

impl Plan {
    /// Checks and resolves an experiment.
    pub fn check(mut experiment: Experiment) -> Checked<Plan> {
        nn::kernel().map_err(|unknown| {
            let expected = unknown.available.join(" or ");
            InputError::new("TIDEGATE_KERNEL", format!("expected {expected}, found \"{}\"", unknown.found))
                .help("unset it: the fastest of this machine are taken")
        })?;
        let source = check_data(&mut experiment)?;
        let cut = check_split(&mut experiment.split)?;
        check_forecast(&experiment.forecast)?;
        let gap = match experiment.split.gap {
            Gap::Bars(bars) => within("split.gap", bars, 0, 10_000)?,
            Gap::Auto(_) => experiment.forecast.horizon,
        };
        experiment.split.gap = Gap::Bars(gap);
        let models = check_models(&mut experiment)?;
        let training = check_training(&mut experiment)?;
        check_supervision(training.supervision, &models)?;
        let strategy_model = strategy::check(&mut experiment, &models)?;
        let loss = match experiment.strategy.loss {
            ClassifierLoss::Bce => nn::Loss::Bce,
            ClassifierLoss::Mse => nn::Loss::MseSigmoid,
        };
        let classifier_training = nn::Training { loss, ..training.clone() };
        market::check(&experiment)?;
        let store = None;
        Ok(Plan {
            experiment,
            source,
            store,
            cut,
            gap,
            models,
            training,
            classifier_training,
            strategy_model,
        })
    }
}

fn check_data(experiment: &mut Experiment) -> Checked<Source> {
    let data = &mut experiment.data;
    let source = data.source.unwrap_or(if data.path.is_some() { Source::File } else { Source::Sample });
    match source {
        Source::File => {
            if data.path.as_ref().is_none_or(|path| path.as_os_str().is_empty()) {
                return Err(InputError::new("data.path", "expected the path of a CSV file, found none")
                    .help("set data.path, or data.source = \"sample\" for the built-in sample market"));
            }
            if data.sample.is_some() {
                return Err(InputError::new(
                    "data.sample",
                    "is for source = \"sample\", but the source is a file",
                )
                .help("remove data.sample, or remove data.path"));
            }
        }
        Source::Store => {
            if data.symbol.as_ref().is_none_or(|symbol| symbol.is_empty()) {
                return Err(InputError::new("data.symbol", "expected a symbol of the store, found none")
                    .help("set data.symbol; `tidegate data list` shows what the store holds"));
            }
            let keys = [
                ("data.path", data.path.is_some(), "file"),
                ("data.sample", data.sample.is_some(), "sample"),
                ("data.on_bad_row", data.on_bad_row != OnBadRow::Refuse, "file"),
            ];
            if let Some((key, _, source)) = keys.into_iter().find(|(_, given, _)| *given) {
                return Err(InputError::new(
                    key,
                    format!("is for source = \"{source}\", but the source is the store"),
                )
                .help("remove the key, or set another data.source"));
            }
        }
        Source::Sample => {
            let (key, given) = (["data.path", "data.symbol"], [data.path.is_some(), data.symbol.is_some()]);
            if let Some(i) = given.iter().position(|given| *given) {
                return Err(InputError::new(
                    key[i],
                    "is for source = \"file\", but the source is the sample market",
                )
                .help("set data.source = \"file\" with data.path, data.source = \"store\" with data.symbol, or remove the key"));
            }
            if data.on_bad_row != OnBadRow::Refuse {
                return Err(InputError::new(
                    "data.on_bad_row",
                    "has no effect: the sample market has no bad rows",
                )
                .help("set data.path, or remove the key"));
            }
            data.sample.get_or_insert(SampleKind::Planted);
        }
    }
    data.source = Some(source);
    if let (Some(from), Some(to)) = (data.from, data.to)
        && from > to
    {
        return Err(InputError::new(
            "data.from",
            format!("expected a day before data.to = {to}, found {from}"),
        ));
    }
    Ok(source)
}

fn check_split(split: &mut Split) -> Checked<Cut> {
    let shares = [("split.train", split.train), ("split.valid", split.valid), ("split.test", split.test)];
    match (split.valid_from, split.test_from) {
        (Some(valid), Some(test)) => {
            if let Some((key, _)) = shares.iter().find(|(_, share)| share.is_some()) {
                return Err(InputError::new(*key, "shares and dates cannot be mixed")
                    .help("use train, valid and test, or valid_from and test_from"));
            }
            if valid >= test {
                return Err(InputError::new(
                    "split.test_from",
                    format!("expected a day after {valid}, found {test}"),
                ));
            }
            return Ok(Cut::Dates(valid, test));
        }
        (None, None) => {}
        (Some(_), None) => {
            return Err(InputError::new("split.test_from", "is missing: valid_from alone cuts nothing"));
        }
        (None, Some(_)) => {
            return Err(InputError::new("split.valid_from", "is missing: test_from alone cuts nothing"));
        }
    }
    let mut cut = Split::SHARES;
    if shares.iter().any(|(_, share)| share.is_some()) {
        for (cut, (key, share)) in cut.iter_mut().zip(shares) {
            let share = share.ok_or_else(|| {
                InputError::new(key, "is missing")
                    .help("give all three of train, valid and test, or none of them")
            })?;
            *cut = open_unit(key, share)?;
        }
    }
    sums_to_one("split", &cut)?;
    (split.train, split.valid, split.test) = (Some(cut[0]), Some(cut[1]), Some(cut[2]));
    Ok(Cut::Shares(cut))
}

fn sums_to_one(key: &str, shares: &[f64]) -> Checked<()> {
    let sum: f64 = shares.iter().sum();
    if (sum - 1.0).abs() > 1e-9 {
        return Err(InputError::new(key, format!("expected shares that add up to 1, found {sum}")));
    }
    Ok(())
}

fn check_forecast(forecast: &experiment::Forecast) -> Checked<()> {
    within("forecast.horizon", forecast.horizon, 1, 250)?;
    within("forecast.window", forecast.window, 1, 2_000)?;
    check_features("forecast.inputs", &forecast.inputs)
}

fn check_features(key: &str, features: &[Feature]) -> Checked<()> {
    if features.is_empty() {
        return Err(InputError::new(key, "expected at least one feature, found none"));
    }
    let mut seen = BTreeSet::new();
    match features.iter().map(Feature::to_string).find(|name| !seen.insert(name.clone())) {
        Some(twice) => Err(InputError::new(key, format!("\"{twice}\" is listed twice"))),
        None => Ok(()),
    }
}

fn check_models(experiment: &mut Experiment) -> Checked<Vec<PlannedModel>> {
    if experiment.model.is_empty() {
        experiment.model = Model::defaults();
    }
    let mut names = BTreeSet::new();
    let mut planned = Vec::new();
    for (i, model) in experiment.model.iter_mut().enumerate() {
        let kind = kind_word(model.kind);
        let name = model.name.get_or_insert_with(|| kind.to_owned()).clone();
        let key = |field: &str| format!("model.{name}.{field}");
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || name.len() > 40 || !name.chars().all(plain) {
            return Err(InputError::new(
                format!("[[model]] number {}", i + 1),
                format!("\"{name}\" cannot be a name"),
            )
            .help("names become file names: letters, digits, _ and - only, at most 40"));
        }
        if BASELINES.contains(&name.as_str()) || name == "oracle" {
            return Err(InputError::new(key("name"), "is the name of a baseline").help("choose another name"));
        }
        if name.starts_with("strategy-") {
            return Err(InputError::new(
                key("name"),
                "names of the form strategy-... belong to the classifier's files",
            )
            .help("choose another name"));
        }
        // File systems that ignore case would write one model's weights over another's.
        if !names.insert(name.to_lowercase()) {
            return Err(InputError::new(key("name"), "two models have this name")
                .help("give each [[model]] its own `name`"));
        }
        if model.layers.is_empty() {
            return Err(InputError::new(key("layers"), "expected at least one layer, found []"));
        }
        for (field, widths) in [("layers", &model.layers), ("head", &model.head)] {
            for units in widths {
                within(&key(field), *units, 1, 4_096)?;
            }
        }
        if !(0.0..1.0).contains(&model.dropout) {
            return Err(expected(key("dropout"), "a number from 0 up to but not 1", model.dropout));
        }
        let fixed_gates = matches!(model.kind, Kind::Lstm | Kind::Gru);
        let activation = match (model.activation, model.kind) {
            (Some(_), Kind::Lstm | Kind::Gru) if model.head.is_empty() => {
                return Err(InputError::new(
                    key("activation"),
                    format!("has no effect: the gates of {kind} are fixed"),
                )
                .help("remove it, or add a `head` of dense layers"));
            }
            (Some(a), Kind::Rnn) if !matches!(a, Activation::Tanh | Activation::Relu) => {
                return Err(InputError::new(
                    key("activation"),
                    "a recurrence can be \"tanh\" or \"relu\" only",
                ));
            }
            (Some(activation), _) => activation,
            (None, Kind::Rnn) => Activation::Tanh,
            (None, _) => Activation::Relu,
        };
        if !fixed_gates || !model.head.is_empty() {
            model.activation = Some(activation);
        }
        let spec = NetworkSpec {
            kind: model.kind,
            inputs: 0,
            window: 0,
            layers: model.layers.clone(),
            head: model.head.clone(),
            dropout: model.dropout,
            activation,
            init: model.init,
        };
        planned.push(PlannedModel { name, spec });
    }
    Ok(planned)
}

/// The word for a kind in files and tables.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Mlp => "mlp",
        Kind::Rnn => "rnn",
        Kind::Lstm => "lstm",
        Kind::Gru => "gru",
    }
}

fn check_training(experiment: &mut Experiment) -> Checked<nn::Training> {
    let training = &mut experiment.training;
    let optimizer = match (training.optimizer, training.momentum) {
        (OptimizerName::Sgd | OptimizerName::Nesterov, momentum) => {
            let momentum = momentum.unwrap_or(0.9);
            if !(0.0..1.0).contains(&momentum) {
                return Err(expected("training.momentum", "a number from 0 up to but not 1", momentum));
            }
            training.momentum = Some(momentum);
            match training.optimizer {
                OptimizerName::Nesterov if momentum == 0.0 => {
                    return Err(InputError::new("training.momentum", "nesterov needs a momentum above 0"));
                }
                OptimizerName::Nesterov => nn::Optimizer::Nesterov { momentum },
                _ => nn::Optimizer::Sgd { momentum },
            }
        }
        (_, Some(_)) => {
            return Err(InputError::new("training.momentum", "has no effect with this optimizer")
                .help("momentum is for optimizer = \"sgd\" or \"nesterov\""));
        }
        (OptimizerName::RmsProp, None) => nn::Optimizer::RmsProp,
        (OptimizerName::Adam, None) => nn::Optimizer::Adam,
        (OptimizerName::AdamW, None) => nn::Optimizer::AdamW,
    };
    above_zero("training.learning_rate", training.learning_rate)?;
    match training.schedule {
        Schedule::Constant | Schedule::Cosine => {}
        Schedule::Step { every, factor } => {
            within("training.schedule.step.every", every, 1, 1_000_000)?;
            open_unit("training.schedule.step.factor", factor)?;
        }
        Schedule::Plateau { factor, .. } => {
            open_unit("training.schedule.plateau.factor", factor)?;
        }
    }
    within("training.batch", training.batch, 1, 1_000_000)?;
    within("training.epochs", training.epochs, 1, 1_000_000)?;
    let early_stop = match training.early_stop {
        EarlyStop::Off(Off::Off) => nn::EarlyStop::Off,
        EarlyStop::Patience(epochs) => {
            nn::EarlyStop::Patience(within("training.early_stop", epochs, 1, 1_000_000)?)
        }
    };
    let clip = match training.clip {
        Clip::Off(Off::Off) => nn::Clip::Off,
        Clip::Norm(bound) => nn::Clip::Norm(above_zero("training.clip", bound)?),
        Clip::Value { value } => nn::Clip::Value(above_zero("training.clip.value", value)?),
    };
    // PyTorch's defaults. AdamW without decay would be Adam under another name.
    let adam_w = training.optimizer == OptimizerName::AdamW;
    let weight_decay = *training.weight_decay.get_or_insert(if adam_w { 0.01 } else { 0.0 });
    if !(weight_decay.is_finite() && weight_decay >= 0.0) {
        return Err(expected("training.weight_decay", "a number of at least 0", weight_decay));
    }
    if training.seeds.is_empty() {
        return Err(InputError::new("training.seeds", "expected at least one seed, found []"));
    }
    let distinct: BTreeSet<u64> = training.seeds.iter().copied().collect();
    if distinct.len() < training.seeds.len() {
        return Err(InputError::new(
            "training.seeds",
            "a seed is listed twice: its results would be counted twice",
        ));
    }
    Ok(nn::Training {
        loss: match training.loss {
            RegressionLoss::Mse => nn::Loss::Mse,
            RegressionLoss::Mae => nn::Loss::Mae,
            RegressionLoss::Huber => nn::Loss::Huber,
        },
        supervision: match training.supervision {
            Supervision::LastStep => nn::Supervision::LastStep,
            Supervision::EveryStep => nn::Supervision::every_step(),
        },
        optimizer,
        learning_rate: training.learning_rate,
        schedule: training.schedule,
        batch: training.batch,
        epochs: training.epochs,
        early_stop,
        clip,
        weight_decay,
    })
}

fn check_supervision(supervision: nn::Supervision, models: &[PlannedModel]) -> Checked<()> {
    if models.iter().all(|model| supervision.for_kind(model.kind()) != supervision) {
        return Err(InputError::new("training.supervision", "has no effect: an mlp has no steps")
            .help("remove it, or add a [[model]] of kind \"rnn\", \"lstm\" or \"gru\""));
    }
    Ok(())
}

fn expected(key: impl Into<String>, what: &str, found: impl std::fmt::Display) -> InputError {
    InputError::new(key, format!("expected {what}, found {found}"))
}

fn within(key: &str, value: usize, low: usize, high: usize) -> Checked<usize> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(expected(key, &format!("a whole number from {low} to {high}"), value))
    }
}

fn open_unit(key: &str, value: f64) -> Checked<f64> {
    if value > 0.0 && value < 1.0 { Ok(value) } else { Err(expected(key, "a number between 0 and 1", value)) }
}

fn above_zero(key: &str, value: f64) -> Checked<f64> {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(expected(key, "a number above 0", value)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Setting, parse};

    fn check(settings: &[&str]) -> Checked<Plan> {
        let settings: Vec<Setting> = settings.iter().map(|s| s.parse().unwrap()).collect();
        Plan::check(parse("", "x.toml", None, &settings).unwrap())
    }

    #[test]
    fn the_default_experiment_is_sound_and_resolving_it_twice_changes_nothing() {
        let plan = check(&[]).unwrap();
        assert_eq!(Plan::check(plan.experiment.clone()).unwrap(), plan);
        assert_eq!(plan.models[plan.strategy_model].name, "lstm");
    }

    #[test]
    fn each_mistake_is_refused_with_its_key() {
        for (settings, key) in [
            (vec!["training.learning_rate=nan"], "training.learning_rate"),
            (vec!["training.learning_rate=0"], "training.learning_rate"),
            (vec!["training.clip=inf"], "training.clip"),
            (vec!["training.momentum=0.5"], "training.momentum"),
            (vec!["training.seeds=[]"], "training.seeds"),
            (vec!["training.seeds=[1, 1]"], "training.seeds"),
            (vec!["training.early_stop=0"], "training.early_stop"),
            (vec!["training.weight_decay=-1.0"], "training.weight_decay"),
            (vec!["training.supervision=every_step", "model=[{ kind = \"mlp\" }]"], "training.supervision"),
            (vec!["model.lstm.dropout=1.0"], "model.lstm.dropout"),
            (vec!["model.lstm.layers=[]"], "model.lstm.layers"),
            (vec!["model.lstm.activation=relu"], "model.lstm.activation"),
            (vec!["model.rnn.activation=gelu"], "model.rnn.activation"),
            (vec!["model.lstm.name=gru"], "model.gru.name"),
            (vec!["model.lstm.name=persistence"], "model.persistence.name"),
            (vec!["split.train=0.5"], "split.valid"),
            (vec!["split.train=0.5", "split.valid=0.2", "split.test=0.2"], "split"),
            (vec!["split.train=nan", "split.valid=0.2", "split.test=0.2"], "split.train"),
            (vec!["split.valid_from=2015-01-05"], "split.test_from"),
            (vec!["forecast.window=0"], "forecast.window"),
            (vec!["forecast.inputs=[]"], "forecast.inputs"),
            (vec!["forecast.inputs=[\"close\", \"close\"]"], "forecast.inputs"),
            (vec!["strategy.threshold=1.5"], "strategy.threshold"),
            (vec!["strategy.model=ltsm"], "strategy.model"),
            (vec!["strategy.entry=1.5"], "strategy.entry"),
            (vec!["strategy.exit=0.6"], "strategy.exit"),
            (vec!["strategy.entry=0.4"], "strategy.entry"),
            (vec!["strategy.entry=0.4", "strategy.exit=0.45"], "strategy.exit"),
            (vec!["strategy.hold=0"], "strategy.hold"),
            (vec!["strategy.size={ fraction = 1.5 }"], "strategy.size.fraction"),
            (vec!["strategy.size={ shares = 0.0 }"], "strategy.size.shares"),
            (vec!["strategy.size={ volatility = { annual = nan } }"], "strategy.size.volatility.annual"),
            (vec!["strategy.size={ volatility = { window = 1 } }"], "strategy.size.volatility.window"),
            (vec!["strategy.size={ volatility = { cap = 2.0 } }"], "strategy.size.volatility.cap"),
            (vec!["strategy.size={ volatility = { band = -0.1 } }"], "strategy.size.volatility.band"),
            (vec!["strategy.size={ kelly = { fraction = 2.0 } }"], "strategy.size.kelly.fraction"),
            (vec!["strategy.size={ kelly = { cap = 0.0 } }"], "strategy.size.kelly.cap"),
            (vec!["market.fill=same_close"], "market.fill"),
            (vec!["market.unfilled={ retry = 0 }"], "market.unfilled.retry"),
            (vec!["market.volume_cap=1.5"], "market.volume_cap"),
            (vec!["market.slippage_ticks=-1.0"], "market.slippage_ticks"),
            (vec!["market.borrow=20.0", "strategy.positions=long_short"], "market.borrow"),
            (vec!["market.borrow=0.08"], "market.borrow"),
            (vec!["market.cash=-1.0"], "market.cash"),
            (vec!["market.cash=1e13"], "market.cash"),
            (vec!["market.min_commission=1e300"], "market.min_commission"),
            (vec!["strategy.size={ shares = 1e300 }"], "strategy.size.shares"),
            (vec!["market.commission=5.0"], "market.commission"),
            (vec!["data.source=file"], "data.path"),
            (vec!["data.source=sample", "data.path=x.csv"], "data.path"),
            (vec!["data.path=x.csv", "data.sample=null"], "data.sample"),
            (vec!["data.source=store"], "data.symbol"),
            (vec!["data.source=store", "data.symbol=AAPL", "data.path=x.csv"], "data.path"),
            (vec!["data.source=store", "data.symbol=AAPL", "data.sample=null"], "data.sample"),
            (vec!["data.source=store", "data.symbol=AAPL", "data.on_bad_row=drop"], "data.on_bad_row"),
            (vec!["data.symbol=AAPL"], "data.symbol"),
        ] {
            let error = check(&settings).unwrap_err();
            assert_eq!(error.place, key, "{settings:?}: {error}");
        }
    }

    #[test]
    fn supervision_is_that_of_forecasters_and_classifier_alike() {
        for (word, meant) in
            [("last_step", nn::Supervision::LastStep), ("every_step", nn::Supervision::every_step())]
        {
            let plan = check(&[&format!("training.supervision={word}")]).unwrap();
            assert_eq!(plan.training.supervision, meant);
            assert_eq!(plan.classifier_training.supervision, meant);
        }
    }

    #[test]
    fn a_path_alone_makes_the_source_a_file() {
        assert_eq!(check(&["data.path=x.csv"]).unwrap().source, Source::File);
    }
}
