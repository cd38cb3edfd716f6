//! The executable backtest: reveal a bar, fill what is pending, mark to market, let the strategy act. An order can only
//! meet bars after the one that decided it, so looking ahead is impossible by construction (but for
//! [`Fill::SameClose`], which exists to show what tutorials draw).

use crate::corporate_action::CorporateAction;
use crate::date::TradeDate;

use crate::ledger::{Costs, Holding, Ledger, Reason, RoundTrip, Trade};
use crate::order::{BlockedOrder, OrderCounts, OrderDesk};
use crate::rules::RuleError;
use crate::tape::Tape;
use crate::terms::{Fill, Terms};

/// One curve: what an account was worth, and why.
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// What happened to cash and shares without a trade, in order.
    pub actions: Vec<CorporateAction>,
    /// Closed round trips, in order.
    pub round_trips: Vec<RoundTrip>,
    /// Every time an order met no counterpart, or not enough, in order.
    pub blocked: Vec<BlockedOrder>,
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
    /// A volume cap that is no share.
    #[error("market.volume_cap: expected a share above 0 and up to 1, found {0}")]
    VolumeCap(f64),
    /// The rules forbid a target.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

/// A factor that moved less than this since it was last applied is rounding noise of the source, not an ex-day.
const FACTOR_NOISE: f64 = 1e-5;

impl Tape<'_> {
    /// Trades `targets` from bar `first`.
    ///
    /// `targets[k]` is the weight of equity, −1 to 1 (or [another unit](crate::TargetUnit)), decided after the close of
    /// bar `first + k`; after the last one the position is left alone. An order arises only when the target changes
    /// (the account starts from 0). It is sized when it fills, by the equity at the fill price; a purchase never costs
    /// more than the cash there is.
    ///
    /// # Errors
    /// [`BacktestError`]: `first` outside the series, more targets than bars, cash that is not positive, a volume cap
    /// that is no share, a target the rules forbid.
    pub fn backtest(&self, first: usize, targets: &[f64], terms: &Terms) -> Result<Backtest, BacktestError> {
        let (bars, rules) = (self.bars, self.rules);
        self.check(first, targets, terms)?;
        rules.check_targets(targets)?;
        let mut curve = Curve::with_capacity(bars.len() - first);
        let mut desk = OrderDesk::new(rules, bars, terms.cash);
        let mut target = 0.0;
        let mut factor = bars.factor[first];
        let mut ruined = false;

        for i in first..bars.len() {
            let moved = bars.factor[i] / factor;
            if (moved - 1.0).abs() > FACTOR_NOISE {
                desk.ledger.ex_day(moved);
                factor = bars.factor[i];
            }
            if terms.fill != Fill::SameClose {
                desk.meet(i, bars.open[i]);
            }
            if let Some(&decided) = targets.get(i - first).filter(|decided| **decided != target && !ruined) {
                target = decided;
                desk.place(target, Reason::Target);
            }
            if terms.fill == Fill::SameClose {
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
        Ok(curve.finish(terms.cash, ledger, orders, pending_target))
    }

    /// The lecture's line: buy today, sell tomorrow, every day, without costs; cash × hfq close(t) / hfq close(first).
    ///
    /// # Errors
    /// [`BacktestError`] as in [`Tape::backtest`].
    pub fn market_curve(&self, first: usize, cash: f64) -> Result<Backtest, BacktestError> {
        let bars = self.bars;
        self.check(first, &[], &Terms::new(cash))?;
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
    /// [`BacktestError`] as in [`Tape::backtest`].
    pub fn buy_and_hold(&self, first: usize, terms: &Terms) -> Result<Backtest, BacktestError> {
        self.backtest(first, &[1.0], terms)
    }

    fn check(&self, first: usize, targets: &[f64], terms: &Terms) -> Result<(), BacktestError> {
        let bars = self.bars.len();
        if first >= bars {
            return Err(BacktestError::NoBars { first, bars });
        }
        if targets.len() > bars - first {
            return Err(BacktestError::TooManyTargets { targets: targets.len(), bars: bars - first });
        }
        if !(terms.cash > 0.0 && terms.cash.is_finite()) {
            return Err(BacktestError::Cash(terms.cash));
        }
        match terms.volume_cap {
            Some(cap) if !(cap > 0.0 && cap <= 1.0) => Err(BacktestError::VolumeCap(cap)),
            _ => Ok(()),
        }
    }
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
            actions: Vec::new(),
            blocked: Vec::new(),
            round_trips: ledger.round_trips,
            orders,
            costs: ledger.costs,
            traded_value: ledger.traded_value,
            holding: ledger.holding,
            pending_target,
        }
    }
}
