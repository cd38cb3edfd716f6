//! The experiment file: one TOML document that states everything that decides a result.
//!
//! [`Experiment`] is the raw form, straight from the file and `--set`; unknown keys are errors. A checked
//! [`crate::plan::Plan`] is made from it before anything runs. Every default lives in a `Default` beside its type.

mod load;
mod market;
mod presets;
mod strategy;
mod training;

pub(crate) use load::with_value;
pub use load::{ExperimentError, Setting, load, parse};
pub use market::MarketRules;
pub use presets::{DEMO, Preset};
pub use strategy::{ClassifierLoss, Label, Positions, Strategy, StrategySplit};
pub use training::{Clip, EarlyStop, Off, OptimizerName, RegressionLoss, Supervision, Training};

use crate::features::Feature;
pub use crate::report::Language;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use tidegate_data::{OnBadRow, SampleKind};
use tidegate_market::TradeDate;
use tidegate_nn::{Activation, Init, Kind};

/// A whole experiment file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Experiment {
    /// Which bars.
    pub data: Data,
    /// How the forecast task divides them in time.
    pub split: Split,
    /// What is forecast from what.
    pub forecast: Forecast,
    /// The networks; empty means the five of [`Model::defaults`].
    pub model: Vec<Model>,
    /// How every network is trained.
    pub training: Training,
    /// The classifier and the rule that trades on it.
    pub strategy: Strategy,
    /// Where the money lives.
    pub market: MarketRules,
    /// Hyper-parameter search; used by `tidegate tune` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tune: Option<Tune>,
    /// How results are shown.
    pub report: Report,
}

/// Where the bars come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The built-in sample market.
    Sample,
    /// A CSV file.
    File,
    /// The store that `tidegate fetch` and `tidegate import` fill.
    Store,
}

/// Which prices the networks see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adjust {
    /// Back-adjusted: raw × f(t)/f(first).
    #[default]
    Hfq,
    /// Raw prices, ex-day drops included.
    None,
}

/// `[data]`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// Told from the other keys when left out: `file` if there is a `path`, else `sample`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Which sample market.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleKind>,
    /// CSV file, relative to the experiment file (in `--set`: to the working directory).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// Symbol in the store. Of a file: its bars' where it does not say, or which one to take where it holds several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// First day used.
    #[serde(deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub from: Option<TradeDate>,
    /// Last day used.
    #[serde(deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub to: Option<TradeDate>,
    /// Prices the networks see.
    pub adjust: Adjust,
    /// What happens to a row that cannot be right.
    pub on_bad_row: OnBadRow,
}

/// `"auto"` or a number of bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected \"auto\" or a whole number of bars")]
pub enum Gap {
    /// So many bars.
    Bars(usize),
    /// The horizon.
    Auto(Auto),
}

/// The word `auto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auto {
    /// Chosen by the program.
    Auto,
}

/// `[split]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Split {
    /// Share of the bars that train: 0.6 when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub train: Option<f64>,
    /// Share that validates: 0.2 when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<f64>,
    /// Share that tests: 0.2 when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<f64>,
    /// First day of validation, instead of shares (needs `test_from`).
    #[serde(deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<TradeDate>,
    /// First day of test, instead of shares (needs `valid_from`).
    #[serde(deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub test_from: Option<TradeDate>,
    /// Bars left out at the start of validation and of test.
    pub gap: Gap,
}

impl Split {
    /// Shares of train, validation and test when the file gives none.
    pub const SHARES: [f64; 3] = [0.6, 0.2, 0.2];
}

impl Default for Split {
    fn default() -> Self {
        Split {
            train: None,
            valid: None,
            test: None,
            valid_from: None,
            test_from: None,
            gap: Gap::Auto(Auto::Auto),
        }
    }
}

/// What a network forecasts, `horizon` bars after the last bar it sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Closing price.
    Close,
    /// Closing price less the last seen closing price.
    Difference,
    /// ln of closing price over the last seen closing price.
    LogReturn,
    /// ln of high over low of the target bar: volatility.
    LogRange,
}

/// How columns are scaled; always fitted on the training part alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScalerKind {
    /// (x − min) / (max − min).
    MinMax,
    /// (x − mean) / standard deviation.
    Standard,
    /// (x − median) / interquartile range.
    Robust,
    /// As it is.
    None,
}

/// `[forecast]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Forecast {
    /// What is forecast.
    pub target: Target,
    /// Bars ahead.
    pub horizon: usize,
    /// T: bars a network sees.
    pub window: usize,
    /// Features of each bar.
    pub inputs: Vec<Feature>,
    /// Scaling of inputs and target.
    pub scaler: ScalerKind,
}

impl Default for Forecast {
    fn default() -> Self {
        Forecast {
            target: Target::Close,
            horizon: 1,
            window: 20,
            inputs: vec![Feature::Open, Feature::High, Feature::Low, Feature::Close, Feature::Volume],
            scaler: ScalerKind::MinMax,
        }
    }
}

/// One `[[model]]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Family.
    pub kind: Kind,
    /// Name in tables and files; the kind when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Units of each layer, from input to output.
    #[serde(default = "Model::default_layers")]
    pub layers: Vec<usize>,
    /// Probability that an activation is dropped between layers and before the head.
    #[serde(default = "Model::default_dropout")]
    pub dropout: f64,
    /// Units of dense layers between the last layer and the output.
    #[serde(default)]
    pub head: Vec<usize>,
    /// Activation of mlp, rnn and head; `relu` for mlp and heads, `tanh` for rnn when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    /// How weights start.
    #[serde(default = "Model::default_init")]
    pub init: Init,
}

impl Model {
    fn default_layers() -> Vec<usize> {
        vec![64, 64]
    }

    fn default_dropout() -> f64 {
        0.3
    }

    fn default_init() -> Init {
        Init::Pytorch
    }

    /// A model of this kind with every default.
    pub fn new(kind: Kind) -> Model {
        Model {
            kind,
            name: None,
            layers: Model::default_layers(),
            dropout: Model::default_dropout(),
            head: Vec::new(),
            activation: None,
            init: Model::default_init(),
        }
    }

    /// The five networks that are compared when the file names none.
    pub fn defaults() -> Vec<Model> {
        let named = |kind, name: &str, layers: &[usize]| Model {
            name: Some(name.to_owned()),
            layers: layers.to_vec(),
            ..Model::new(kind)
        };
        vec![
            named(Kind::Mlp, "mlp", &[64, 64]),
            named(Kind::Rnn, "rnn", &[64]),
            named(Kind::Rnn, "deep_rnn", &[64, 64]),
            named(Kind::Lstm, "lstm", &[64, 64]),
            named(Kind::Gru, "gru", &[64, 64]),
        ]
    }
}

/// How trials are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampler {
    /// Independent uniform draws from the space.
    Random,
    /// Every combination, in order.
    Grid,
}

/// What a trial is judged by, always on validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TuneMetric {
    /// Root mean squared error of the forecast, mean over seeds.
    Rmse,
    /// Mean absolute error of the forecast, mean over seeds.
    Mae,
}

/// `[tune]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tune {
    /// Number of trials of the random sampler; an upper bound for the grid.
    pub trials: usize,
    /// How trials are chosen.
    pub sampler: Sampler,
    /// What they are judged by.
    pub metric: TuneMetric,
    /// Name of the `[[model]]` that is tuned; the strategy's when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Key of the experiment file → candidate values, e.g. `"training.learning_rate" = [1e-3, 3e-4]`.
    pub space: toml::Table,
}

impl Default for Tune {
    fn default() -> Self {
        Tune {
            trials: 20,
            sampler: Sampler::Random,
            metric: TuneMetric::Rmse,
            model: None,
            space: toml::Table::new(),
        }
    }
}

/// `[report]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Report {
    /// Language of every word in the report.
    pub language: Language,
}

/// A date as a string or as TOML's own date, so that both `"2015-01-05"` and `2015-01-05` are understood.
fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<TradeDate>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a date like 2024-06-28")]
    enum Spelling {
        Toml(toml::value::Datetime),
        Digits(u32),
        Text(String),
    }
    let text = match Spelling::deserialize(deserializer)? {
        Spelling::Toml(date) => date.to_string(),
        Spelling::Digits(digits) => digits.to_string(),
        Spelling::Text(text) => text,
    };
    text.parse().map(Some).map_err(serde::de::Error::custom)
}
