//! The executable backtest: reveal a bar, fill what is pending, mark to market, let the strategy act. An order can only
//! meet bars after the one that decided it, so looking ahead is impossible by construction (but for
//! [`Fill::SameClose`], which exists to show what tutorials draw).

use crate::bars::BarSeries;
use crate::date::TradeDate;
use crate::ledger::{Costs, Holding, Ledger, Reason, RoundTrip, Trade};
use crate::order::{OrderCounts, OrderDesk};
use crate::rules::{RuleBook, RuleError};
use serde::{Deserialize, Serialize};

/// Where an order decided after the close of bar t fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// At the open of bar t + 1, or later where a limit makes it wait.
    NextOpen,
    /// At the very close that made the decision: not executable.
    SameClose,
}

/// One curve: what an account was worth, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Backtest {
    /// Cash before the first bar.
    pub cash: f64,
    /// One date per bar from `first`.
    pub dates: Vec<TradeDate>,
    /// Worth of cash and shares at the raw close, one per date.
    pub equity: Vec<f64>,
    /// Share of the equity invested at the close, one per date; 0 where there is no equity left.
    pub position: Vec<f64>,
    /// Fills, in order.
    pub trades: Vec<Trade>,
    /// Closed round trips, in order.
    pub round_trips: Vec<RoundTrip>,
    /// What became of the orders.
    pub orders: OrderCounts,
    /// Costs by kind.
    pub costs: Costs,
    /// Value of all fills.
    pub traded_value: f64,
    /// Cash and shares after the last bar.
    pub holding: Holding,
    /// Target of the order that waits for the bar after the last.
    pub pending_target: Option<f64>,
}

/// The backtest cannot run as asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BacktestError {
    /// The first bar is not in the series.
    #[error("the backtest starts at bar {first}, but the series has {bars} bars")]
    NoBars {
        /// First bar asked for.
        first: usize,
        /// Bars there are.
        bars: usize,
    },
    /// More targets than bars.
    #[error("{targets} targets for the {bars} bars from the first")]
    TooManyTargets {
        /// Targets given.
        targets: usize,
        /// Bars from the first on.
        bars: usize,
    },
    /// Nothing to start with.
    #[error("market.cash: expected a positive amount, found {0}")]
    Cash(f64),
    /// The rules forbid a target.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

/// A factor that moved less than this since it was last applied is rounding noise of the source, not an ex-day.
const FACTOR_NOISE: f64 = 1e-5;

/// Trades `targets` on `bars` from bar `first` with `cash`.
///
/// `targets[k]` is the weight of equity, −1 to 1, decided after the close of bar `first + k`; after the last one the
/// position is left alone. An order arises only when the target changes (the account starts from 0). It is sized when it
/// fills, by the equity at the fill price; a purchase never costs more than the cash there is.
///
/// # Errors
/// [`BacktestError`]: `first` outside the series, more targets than bars, cash that is not positive, a target the rules
/// forbid.
pub fn backtest(
    bars: &BarSeries,
    first: usize,
    targets: &[f64],
    rules: &RuleBook,
    fill: Fill,
    cash: f64,
) -> Result<Backtest, BacktestError> {
    check(bars, first, targets, cash)?;
    rules.check_targets(targets)?;
    let mut curve = Curve::with_capacity(bars.len() - first);
    let mut desk = OrderDesk::new(rules, bars, cash);
    let mut target = 0.0;
    let mut factor = bars.factor[first];
    let mut ruined = false;

    for i in first..bars.len() {
        let moved = bars.factor[i] / factor;
        if (moved - 1.0).abs() > FACTOR_NOISE {
            desk.ledger.ex_day(moved);
            factor = bars.factor[i];
        }
        if fill == Fill::NextOpen {
            desk.meet(i, bars.open[i]);
        }
        if let Some(&decided) = targets.get(i - first).filter(|decided| **decided != target && !ruined) {
            target = decided;
            desk.place(target, Reason::Target);
        }
        if fill == Fill::SameClose {
            desk.meet(i, bars.close[i]);
        }
        let equity = desk.ledger.equity(bars.close[i]);
        if equity <= 0.0 && !ruined {
            // No broker carries a short position beyond the last cent: it is bought back, and that was that.
            ruined = true;
            desk.place(0.0, Reason::MarginCall);
        }
        curve.push(bars.date[i], equity, desk.ledger.holding.shares * bars.close[i]);
    }
    let (ledger, orders, pending_target) = desk.close();
    Ok(curve.finish(cash, ledger, orders, pending_target))
}

/// The lecture's line: buy today, sell tomorrow, every day, without costs; cash × hfq close(t) / hfq close(first).
///
/// # Errors
/// [`BacktestError`] as in [`backtest`].
pub fn market_curve(bars: &BarSeries, first: usize, cash: f64) -> Result<Backtest, BacktestError> {
    check(bars, first, &[], cash)?;
    let mut curve = Curve::with_capacity(bars.len() - first);
    let start = bars.close[first] * bars.factor[first];
    for i in first..bars.len() {
        let equity = cash * (bars.close[i] * bars.factor[i] / start);
        curve.push(bars.date[i], equity, equity);
    }
    Ok(curve.finish(cash, Ledger::new(cash), OrderCounts::default(), None))
}

/// Bought once, decided after the close of bar `first`, with the same fills and costs as any strategy: the fair
/// benchmark.
///
/// # Errors
/// [`BacktestError`] as in [`backtest`].
pub fn buy_and_hold(
    bars: &BarSeries,
    first: usize,
    rules: &RuleBook,
    fill: Fill,
    cash: f64,
) -> Result<Backtest, BacktestError> {
    backtest(bars, first, &[1.0], rules, fill, cash)
}

fn check(bars: &BarSeries, first: usize, targets: &[f64], cash: f64) -> Result<(), BacktestError> {
    if first >= bars.len() {
        return Err(BacktestError::NoBars { first, bars: bars.len() });
    }
    if targets.len() > bars.len() - first {
        return Err(BacktestError::TooManyTargets { targets: targets.len(), bars: bars.len() - first });
    }
    if !(cash > 0.0 && cash.is_finite()) {
        return Err(BacktestError::Cash(cash));
    }
    Ok(())
}

/// Columns of the result while it grows.
struct Curve {
    dates: Vec<TradeDate>,
    equity: Vec<f64>,
    position: Vec<f64>,
}

impl Curve {
    fn with_capacity(bars: usize) -> Curve {
        Curve {
            dates: Vec::with_capacity(bars),
            equity: Vec::with_capacity(bars),
            position: Vec::with_capacity(bars),
        }
    }

    fn push(&mut self, date: TradeDate, equity: f64, invested: f64) {
        self.dates.push(date);
        self.equity.push(equity);
        self.position.push(if equity > 0.0 { invested / equity } else { 0.0 });
    }

    fn finish(self, cash: f64, ledger: Ledger, orders: OrderCounts, pending_target: Option<f64>) -> Backtest {
        Backtest {
            cash,
            dates: self.dates,
            equity: self.equity,
            position: self.position,
            trades: ledger.trades,
            round_trips: ledger.round_trips,
            orders,
            costs: ledger.costs,
            traded_value: ledger.traded_value,
            holding: ledger.holding,
            pending_target,
        }
    }
}
