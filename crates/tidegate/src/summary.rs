//! `metrics.json`: every figure of a run, typed. Public and versioned; other programs read it.
//!
//! A figure that is undefined is `None` and stands as `null` in the file; there are no sentinel values.

use crate::curve_note::CurveNote;
use crate::experiment::Supervision;
use serde::{Deserialize, Serialize};
use tidegate_data::{BadRow, DataNote};
use tidegate_market::{
    BreakEven, CurveMetrics, DelistedAt, Fill, RuleFact, RuleNote, Size, TradeDate, Unfilled,
};

/// Version of the file's layout; raised when a key changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// A figure measured once per seed (a baseline has one entry and `std` 0).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Mean over seeds.
    pub mean: f64,
    /// Sample standard deviation over seeds (n − 1); 0 for a single entry.
    pub std: f64,
    /// The figure of each seed, in the order of `seeds`.
    pub by_seed: Vec<f64>,
}

impl Measured {
    /// `None` if the list is empty or any entry is undefined: a mean over the seeds that happened to be
    /// defined would flatter.
    pub fn over(by_seed: impl IntoIterator<Item = Option<f64>>) -> Option<Measured> {
        let by_seed = by_seed.into_iter().collect::<Option<Vec<f64>>>()?;
        if by_seed.is_empty() {
            return None;
        }
        let n = by_seed.len() as f64;
        let mean = by_seed.iter().sum::<f64>() / n;
        let squares: f64 = by_seed.iter().map(|x| (x - mean).powi(2)).sum();
        let std = if by_seed.len() == 1 { 0.0 } else { (squares / (n - 1.0)).sqrt() };
        Some(Measured { mean, std, by_seed })
    }
}

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Version of the program.
    pub tidegate: String,
    /// Seeds of the experiment.
    pub seeds: Vec<u64>,
    /// Which steps of recurrent networks had labels in training. An MLP has no steps: always the last.
    #[serde(default)]
    pub supervision: Supervision,
    /// Where the bars came from.
    pub data: DataSummary,
    /// Parts of the forecast task.
    pub split: SplitSummary,
    /// The forecast task.
    pub forecast: ForecastSummary,
    /// The strategy task.
    pub strategy: StrategySummary,
}

/// Origin and health of the bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSummary {
    /// Symbol.
    pub symbol: String,
    /// Bars used.
    pub rows: usize,
    /// First bar used.
    pub first: TradeDate,
    /// Last bar used.
    pub last: TradeDate,
    /// SHA-256 of the source file's bytes (of the generated file for the sample market, of `bars.csv` for bars from the
    /// store), hexadecimal.
    pub sha256: String,
    /// File name (without folder), "sample market", or what filled the store.
    pub source: String,
    /// Layout that was recognised, in words; "store" for bars from there.
    pub layout: String,
    /// Prices are split-adjusted already: tick rounding and lots are off.
    pub split_adjusted: bool,
    /// Set if the data are made up.
    pub synthetic: Option<Synthetic>,
    /// Bad rows that were dropped (empty unless `on_bad_row = "drop"`).
    pub dropped: Vec<BadRow>,
    /// Further remarks on the data.
    pub notes: Vec<DataNote>,
}

/// What the sample market contains by construction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Synthetic {
    /// "planted" or "null".
    pub kind: String,
    /// R² of the planted component against the next day's return (0 for the null market).
    pub planted_r2: f64,
}

/// Train, validation and test part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitSummary {
    /// Weights are fitted here, and every scaler.
    pub train: PartSummary,
    /// Early stopping and choices are made here.
    pub valid: PartSummary,
    /// Figures are reported here.
    pub test: PartSummary,
}

/// One part: dates of its first and last bar, number of labelled samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartSummary {
    /// First bar.
    pub first: TradeDate,
    /// Last bar.
    pub last: TradeDate,
    /// Labelled samples.
    pub samples: usize,
}

/// The forecast task: baselines and networks in one table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastSummary {
    /// Target as in the experiment file: "close", "difference", "log_return", "log_range".
    pub target: String,
    /// Unit of the errors.
    pub unit: String,
    /// Bars ahead.
    pub horizon: usize,
    /// Time steps per window.
    pub window: usize,
    /// Baselines first, then networks, then the oracle of a planted sample market.
    pub models: Vec<ModelSummary>,
    /// Does a network beat the best baseline?
    pub verdict: Verdict,
}

/// What made a forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// No training of weights by gradient.
    Baseline,
    /// Multilayer perceptron.
    Mlp,
    /// Simple recurrent network.
    Rnn,
    /// LSTM.
    Lstm,
    /// GRU.
    Gru,
    /// The sample market's own conditional expectation; nobody could know it.
    Oracle,
}

impl ModelKind {
    /// Whether it is one of the networks.
    pub fn is_network(self) -> bool {
        !matches!(self, ModelKind::Baseline | ModelKind::Oracle)
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelSummary {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: ModelKind,
    /// Trainable numbers.
    pub parameters: usize,
    /// Epoch whose weights were kept, by seed; empty for what is not trained.
    pub best_epoch: Vec<usize>,
    /// Errors on validation.
    pub valid: ErrorSummary,
    /// Errors on test.
    pub test: ErrorSummary,
}

/// Error measures over one part; definitions in `stats::regression`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorSummary {
    /// Root mean squared error, target's unit.
    pub rmse: Option<Measured>,
    /// Mean absolute error, target's unit.
    pub mae: Option<Measured>,
    /// Mean absolute percentage error as a fraction; null when an actual is zero.
    pub mape: Option<Measured>,
    /// Coefficient of determination.
    pub r2: Option<Measured>,
    /// Share of right directions; null for a forecast that never moves.
    pub directional_accuracy: Option<Measured>,
    /// 1 − MSE / MSE of persistence.
    pub skill: Option<Measured>,
}

/// The answer, in one word and its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The word.
    pub word: VerdictWord,
    /// Network that is best on validation.
    pub network: String,
    /// Baseline that is best on validation.
    pub baseline: String,
    /// One-sided p-value of "the network's squared error is smaller" on the test part (HAC); null if undefined.
    pub p: Option<f64>,
    /// Mean squared-error difference, baseline − network (positive: network better).
    pub mean_difference: f64,
    /// Newey–West lag.
    pub lag: usize,
    /// Test samples.
    pub samples: usize,
}

/// The two answers there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VerdictWord {
    /// p < 0.05 and the difference is positive.
    #[serde(rename = "better")]
    Better,
    /// Anything else.
    #[serde(rename = "not shown")]
    NotShown,
}

/// The strategy task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StrategySummary {
    /// Which `[[model]]` classifies.
    pub model: String,
    /// Its kind.
    pub kind: ModelKind,
    /// Trainable numbers.
    pub parameters: usize,
    /// Epoch whose weights were kept, by seed.
    pub best_epoch: Vec<usize>,
    /// Parts of this task.
    pub split: SplitSummary,
    /// How well it classifies.
    pub classifier: ClassifierSummary,
    /// What the money did over the test part.
    pub curves: Curves,
    /// What happened to the orders of `executable`.
    pub orders: OrderSummary,
    /// What trading `executable` may cost before `buy_and_hold` is as good; absent in files of earlier versions.
    #[serde(default)]
    pub break_even: Option<BreakEven>,
    /// "ashare", "us" or "none".
    pub rules: String,
    /// Remarks of the rule book.
    pub notes: Vec<RuleNote>,
    /// What happened that the figures do not tell; absent in files of earlier versions.
    #[serde(default)]
    pub curve_notes: Vec<CurveNote>,
    /// Terms of every order.
    pub terms: Terms,
    /// Dated rules in force during the test part.
    pub facts: Vec<RuleFact>,
}

/// What every order of `executable` and `buy_and_hold` was traded on, beside the dated rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// Per side, fraction of the traded value.
    pub commission: f64,
    /// Least commission of an order, currency.
    pub min_commission: f64,
    /// On sales, where the experiment sets it; else by date or none.
    pub stamp_duty: Option<f64>,
    /// By which every fill is worse than its quote, basis points.
    pub slippage_bp: f64,
    /// And ticks.
    #[serde(default)]
    pub slippage_ticks: f64,
    /// What a short position costs a year, as a fraction of its value.
    #[serde(default)]
    pub borrow_rate: f64,
    /// Whether fractions of a share are traded.
    pub fractions: bool,
    /// Where orders fill.
    #[serde(default)]
    pub fill: Fill,
    /// What becomes of orders that met no counterpart.
    #[serde(default)]
    pub unfilled: Unfilled,
    /// Most that one bar fills, as a share of the volume of the bar before it.
    #[serde(default)]
    pub volume_cap: Option<f64>,
    /// Worth of a share after its delisting.
    #[serde(default)]
    pub delisting: DelistedAt,
    /// How large a position is.
    #[serde(default)]
    pub size: Size,
}

/// Orders of the `executable` curve: `placed` is the sum of `filled`, `cut_short`, `nothing_to_trade`, `too_small`,
/// `replaced`, `dropped`, `unfilled_at_end` and `untried_at_end`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderSummary {
    /// Orders that arose.
    pub placed: usize,
    /// Traded whole.
    pub filled: usize,
    /// Traded in part; they count again under what became of the rest.
    #[serde(default)]
    pub part_filled: usize,
    /// Met no counterpart, or not enough, on at least one bar, whatever became of them later.
    pub waited: usize,
    /// At the target already.
    pub nothing_to_trade: usize,
    /// Came to less than the smallest order: too near to the target, or too little cash.
    #[serde(default)]
    pub too_small: usize,
    /// Traded in part, and the cash did not suffice for more.
    #[serde(default)]
    pub cut_short: usize,
    /// Still waiting when a newer target came.
    pub replaced: usize,
    /// Given up by the policy for unfilled orders.
    #[serde(default)]
    pub dropped: usize,
    /// Still waiting after the last bar.
    pub unfilled_at_end: usize,
    /// Decided after the last close: no bar was left to meet.
    #[serde(default)]
    pub untried_at_end: usize,
    /// Share of the orders that were not filled whole; see [`tidegate_market::unfilled_share`].
    #[serde(default)]
    pub unfilled_share: Option<f64>,
}

/// Classifier figures on validation and test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassifierSummary {
    /// On validation.
    pub valid: ClassSummary,
    /// On test.
    pub test: ClassSummary,
}

/// Figures of one part at `threshold`; definitions in `stats::classification`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassSummary {
    /// Share of right answers.
    pub accuracy: Option<Measured>,
    /// Accuracy of always answering the training part's majority.
    pub majority_accuracy: Option<f64>,
    /// Share of ups.
    pub base_rate: Option<f64>,
    /// Area under the ROC curve.
    pub auc: Option<Measured>,
    /// Mean squared error of the probability.
    pub brier: Option<Measured>,
    /// Of the predicted ups, the share that rose.
    pub precision: Option<Measured>,
    /// Of the ups, the share predicted.
    pub recall: Option<Measured>,
    /// Harmonic mean of precision and recall.
    pub f1: Option<Measured>,
    /// Counts by seed.
    pub confusion: Vec<Confusion>,
}

/// Confusion matrix of one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// Rose, predicted up.
    pub true_up: usize,
    /// Did not rise, predicted up.
    pub false_up: usize,
    /// Did not rise, predicted down.
    pub true_down: usize,
    /// Rose, predicted down.
    pub false_down: usize,
}

/// The four curves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curves {
    /// Buy today, sell tomorrow, every day, no costs: the price itself.
    pub market: CurveMetrics,
    /// Filled at the very close that made the decision, no costs: what tutorials draw.
    pub as_shown: CurveMetrics,
    /// Decided after the close, filled at the next open, with costs and limits.
    pub executable: CurveMetrics,
    /// Bought once, with the fills and costs of `executable`.
    pub buy_and_hold: CurveMetrics,
}

impl Curves {
    /// Whether `executable` traded and paid nothing for it, slippage included.
    pub fn traded_for_free(&self) -> bool {
        let counts = &self.executable;
        counts.trades > 0 && counts.costs_paid == 0.0 && counts.costs.slippage == 0.0
    }
}
