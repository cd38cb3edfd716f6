//! What `tidegate predict` says: the document of `--json`, and the words of its remarks.

use super::next_day::NextDay;
use serde::Serialize;
use std::fmt;
use tidegate_market::{Fill, Side, TargetUnit, TradeDate};

/// Version of the document's layout; raised when a key changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// Everything about the next trading day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Version of the program.
    pub tidegate: String,
    /// Symbol.
    pub symbol: String,
    /// The day that counts as today.
    pub today: TradeDate,
    /// Where the newest bars came from.
    pub bars: BarsUsed,
    /// The next trading day.
    pub next_trading_day: NextDay,
    /// Forecasts of every baseline and network.
    pub forecast: ForecastOfDay,
    /// What the classifier says, and the position that follows.
    pub signal: SignalOfDay,
    /// The account that the orders start from, valued at the last close.
    pub account: Account,
    /// Prices allowed on the next trading day.
    pub limits: AllowedPrices,
    /// What to do on the next trading day; empty where nothing is to be done.
    pub orders: Vec<PlannedOrderLine>,
    /// Why there is no order, where there is none.
    pub no_order: Option<NoOrder>,
    /// What a reader should be told.
    pub notes: Vec<PredictNote>,
}

/// The bars behind a prediction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BarsUsed {
    /// File name (without folder), "sample market", or what filled the store.
    pub source: String,
    /// SHA-256 of the source, as in `metrics.json`.
    pub sha256: String,
    /// Last bar of the run itself.
    pub run_last: TradeDate,
    /// Last bar known now: forecasts and orders are decided after its close.
    pub last: TradeDate,
    /// Bars after the run's last.
    pub newer: usize,
    /// Trading days from the last bar to today.
    pub age: usize,
}

/// Forecasts after the last close.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ForecastOfDay {
    /// Target as in the experiment file.
    pub target: String,
    /// Unit of every forecast.
    pub unit: String,
    /// Bars ahead.
    pub horizon: usize,
    /// The day the forecasts are about.
    pub target_day: NextDay,
    /// Close of the last bar as quoted, currency.
    pub last_close: f64,
    /// One entry per model, baselines first.
    pub models: Vec<ModelOfDay>,
}

/// One model's forecast.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelOfDay {
    /// Name.
    pub name: String,
    /// "baseline" or "network".
    pub kind: &'static str,
    /// Mean over seeds.
    pub mean: f64,
    /// Sample standard deviation over seeds (n − 1); 0 for a baseline or a single seed.
    pub std: f64,
    /// Forecast of each seed.
    pub by_seed: Vec<SeedForecast>,
    /// The close that the mean implies, as it would be quoted without an ex-day before; `None` for a range.
    pub close: Option<f64>,
}

/// One seed's answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SeedForecast {
    /// Seed; none for a baseline.
    pub seed: Option<u64>,
    /// Its forecast.
    pub forecast: f64,
}

/// What the classifier says after the last close.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SignalOfDay {
    /// Which network classifies.
    pub model: String,
    /// Probability that the next adjusted close is higher, mean over seeds.
    pub probability: f64,
    /// Sample standard deviation over seeds (n − 1).
    pub std: f64,
    /// Probability of each seed.
    pub by_seed: Vec<SeedForecast>,
    /// Above this it is "up".
    pub threshold: f64,
    /// Target decided after the last close.
    pub position: f64,
    /// Target decided one bar before.
    pub previous_position: f64,
    /// What a target of 1 means.
    pub unit: TargetUnit,
}

/// Cash and shares before the orders.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Account {
    /// Whose: "run" (the executable curve of the run, continued) or "given".
    pub of: &'static str,
    /// Currency.
    pub cash: f64,
    /// Shares held.
    pub shares: f64,
    /// Cash and shares at the last close.
    pub equity: f64,
}

/// Prices at which an order can be placed on the next trading day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AllowedPrices {
    /// The price the limits are computed from.
    pub reference: f64,
    /// Whether the day is known to be an ex-day; the reference is then below the last close.
    pub ex_day: bool,
    /// Highest; `None` where the day has no limit.
    pub up: Option<f64>,
    /// Lowest; `None` where the day has no limit.
    pub down: Option<f64>,
    /// Whether they are the exchange's own figures rather than computed ones.
    pub published: bool,
}

/// One order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedOrderLine {
    /// Symbol.
    pub symbol: String,
    /// Direction.
    pub side: Side,
    /// Shares that the last close (on an ex-day the reference price) pays for; the fill's own price decides in the end.
    pub shares: f64,
    /// The same in lots, where the market trades lots of more than one share.
    pub lots: Option<f64>,
    /// Value at that price, currency.
    pub value: f64,
    /// Where it fills.
    pub fill: Fill,
    /// Highest price allowed that day, where there is a limit.
    pub limit_up: Option<f64>,
    /// Lowest price allowed that day, where there is a limit.
    pub limit_down: Option<f64>,
    /// Target weight that it leads to.
    pub target: f64,
    /// Why.
    pub reason: OrderReason,
}

/// Why there is an order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum OrderReason {
    /// The target changed after the last close.
    TargetChanged {
        /// Target weight before.
        from: f64,
        /// Target weight now.
        to: f64,
    },
    /// An earlier change of the target has not filled yet.
    StillWaiting {
        /// Target weight wanted.
        to: f64,
    },
    /// The account given is on another side than the target.
    AccountDiffers {
        /// Target weight wanted.
        to: f64,
    },
}

/// Why there is no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoOrder {
    /// The target stays what it was.
    TargetUnchanged,
    /// The difference to the target is less than a lot, or the cash pays for none.
    BelowOneLot,
    /// The account is where the target wants it.
    AtTarget,
}

impl fmt::Display for NoOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoOrder::TargetUnchanged => "the target stays what it was",
            NoOrder::BelowOneLot => {
                "the difference to the target is less than a lot, or more than the cash pays for"
            }
            NoOrder::AtTarget => "the account is at its target already",
        })
    }
}

/// What a reader should be told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PredictNote {
    /// The data are made up.
    Synthetic,
    /// No calendar says which day is the next trading day.
    NextDayIsAWeekday,
    /// The next day may be an ex-day.
    ExDayUnknown,
    /// The next day is an ex-day.
    ExDay {
        /// Dividend before tax, currency a share.
        cash: f64,
        /// New shares for each one.
        new_shares: f64,
    },
    /// Nobody knows whether the stock is ST, whose limit would be narrower.
    StandingUnknown,
    /// Forecasts are in adjusted prices, whose scale is the run's.
    AdjustedScale,
    /// A figure on the train range's scale: prices far outside it were never seen.
    OutsideTraining {
        /// Inputs of the last bar that lie outside the range of the training part by more than its width, of all inputs.
        inputs: usize,
    },
    /// Nothing newer than the run's bars was found.
    NothingNewer,
    /// Shares are counted at the last close.
    SizedAtLastClose,
    /// The account is what the run's orders came to.
    AccountOfTheRun,
}

impl fmt::Display for PredictNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PredictNote::Synthetic => {
                f.write_str("The bars are made up: their last day counts as today, and nothing here can be traded.")
            }
            PredictNote::NextDayIsAWeekday => {
                f.write_str("No calendar of that day is stored: the next weekday stands in for the next trading day.")
            }
            PredictNote::ExDayUnknown => f.write_str(
                "The price limits follow from the last close. Should the next trading day be an ex-day, the exchange's \
                 reference price and with it the limits will be other ones.",
            ),
            PredictNote::ExDay { cash, new_shares } => write!(
                f,
                "The next trading day is an ex-day ({cash} a share in cash before tax, {new_shares} new shares for each): \
                 limits and orders are counted from the exchange's reference price and from what the account holds then; at \
                 another fill price the cash may pay for more or fewer shares."
            ),
            PredictNote::StandingUnknown => f.write_str(
                "Bars do not say whether the stock is ST: its price limits would be narrower than those above.",
            ),
            PredictNote::AdjustedScale => f.write_str(
                "Forecasts are in back-adjusted prices of the run's scale; only a later ex-day moves them against the \
                 quoted price. The close beside them is as quoted today.",
            ),
            PredictNote::OutsideTraining { inputs } => write!(
                f,
                "{inputs} input{} of the last bar {} far outside what the networks were trained on: the scaling is the \
                 run's, so consider a new run.",
                if *inputs == 1 { "" } else { "s" },
                if *inputs == 1 { "lies" } else { "lie" },
            ),
            PredictNote::NothingNewer => {
                f.write_str("There is no bar after the run's own: this is what the run itself forecast last.")
            }
            PredictNote::SizedAtLastClose => f.write_str(
                "Shares are counted at the last close; at another fill price the cash may pay for more or fewer.",
            ),
            PredictNote::AccountOfTheRun => f.write_str(
                "The account is the run's executable curve continued; --holding and --cash plan for another one.",
            ),
        }
    }
}
