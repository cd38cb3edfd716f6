//! The executable backtest: reveal a bar, fill what is pending, mark to market, let the strategy act. An order can only
//! meet bars after the one that decided it, so looking ahead is impossible by construction (but for
//! [`Fill::SameClose`], which exists to show what tutorials draw).

use crate::corporate_action::{self, CorporateAction};
use crate::date::TradeDate;
use crate::decisions::Decisions;
use crate::ledger::{Costs, Holding, Ledger, Reason, RoundTrip, Trade};
use crate::order::{BlockedOrder, OrderCounts, OrderDesk};
use crate::rules::RuleError;
use crate::tape::Tape;
use crate::terms::{DelistedAt, Fill, Terms, Unfilled};
use crate::wide::{Four, LANES, Work, wide};

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
        let mut result = Backtest::default();
        self.backtest_into(&mut result, first, targets, terms)?;
        Ok(result)
    }

    /// As [`Tape::backtest`], written over `result`, whose memory is used again: for who tries many signals.
    ///
    /// # Errors
    /// [`BacktestError`] as in [`Tape::backtest`]; `result` is then as it was.
    pub fn backtest_into(
        &self,
        result: &mut Backtest,
        first: usize,
        targets: &[f64],
        terms: &Terms,
    ) -> Result<(), BacktestError> {
        self.check(first, targets, terms)?;
        wide(ToTrade { tape: self, result, first, targets, terms })
    }

    /// The lecture's line: buy today, sell tomorrow, every day, without costs; cash × hfq close(t) / hfq close(first).
    ///
    /// # Errors
    /// [`BacktestError`] as in [`Tape::backtest`].
    pub fn market_curve(&self, first: usize, cash: f64) -> Result<Backtest, BacktestError> {
        let bars = self.bars;
        self.check(first, &[], &Terms::new(cash))?;
        let mut result = Backtest::default();
        result.restart(cash, &bars.date[first..]);
        let start = bars.close[first] * bars.factor[first];
        for (k, equity) in result.equity.iter_mut().enumerate() {
            *equity = cash * (bars.close[first + k] * bars.factor[first + k] / start);
        }
        result.position.fill(1.0);
        Ok(result)
    }

    /// Bought once, decided after the close of bar `first`, with the same fills and costs as any strategy: the fair
    /// benchmark.
    ///
    /// # Errors
    /// [`BacktestError`] as in [`Tape::backtest`].
    pub fn buy_and_hold(&self, first: usize, terms: &Terms) -> Result<Backtest, BacktestError> {
        // Who wants to hold waits for the purchase, whatever becomes of a strategy's orders.
        self.backtest(first, &[1.0], &Terms { unfilled: Unfilled::Keep, ..*terms })
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

impl Backtest {
    /// Empty but for its days; memory is kept.
    fn restart(&mut self, cash: f64, dates: &[TradeDate]) {
        let bars = dates.len();
        self.cash = cash;
        self.dates.clear();
        self.dates.extend_from_slice(dates);
        self.equity.resize(bars, 0.0);
        self.position.resize(bars, 0.0);
        self.trades.clear();
        self.actions.clear();
        self.round_trips.clear();
        self.blocked.clear();
        self.orders = OrderCounts::default();
        self.costs = Costs::default();
        self.traded_value = 0.0;
        self.holding = Holding { cash, shares: 0.0 };
        self.pending_target = None;
    }
}

/// Targets to be traded.
struct ToTrade<'a> {
    tape: &'a Tape<'a>,
    result: &'a mut Backtest,
    first: usize,
    targets: &'a [f64],
    terms: &'a Terms,
}

impl Work for ToTrade<'_> {
    type Done = Result<(), BacktestError>;

    #[inline(always)]
    fn work<F: Four>(self) -> Result<(), BacktestError> {
        let ToTrade { tape, result, first, targets, terms } = self;
        let decisions = Decisions::read::<F>(targets);
        let least = if tape.rules.allows_short() { -1.0 } else { 0.0 };
        if !decisions.are_within(least, 1.0) {
            tape.rules.check_targets(targets)?;
        }
        result.restart(terms.cash, &tape.bars.date[first..]);
        Trading::new(tape, terms, first, &decisions, result).run::<F>(result);
        Ok(())
    }
}

/// A backtest under way. Between events (an order, a new target, an ex-day, a short position) cash and shares stay, and
/// the bars are marked in one straight pass.
struct Trading<'a> {
    tape: &'a Tape<'a>,
    terms: &'a Terms,
    desk: OrderDesk<'a>,
    first: usize,
    decisions: &'a Decisions<'a>,
    /// Decisions are no longer listened to.
    bankrupt: bool,
    /// Bars before this one are marked.
    marked: usize,
    /// Factor last applied to the holding.
    factor: f64,
    /// Index among the tape's moves of the next one.
    next_move: usize,
}

impl<'a> Trading<'a> {
    fn new(
        tape: &'a Tape<'a>,
        terms: &'a Terms,
        first: usize,
        decisions: &'a Decisions<'a>,
        result: &mut Backtest,
    ) -> Trading<'a> {
        let ledger = Ledger::new(terms.cash, tape.rules.money(), result);
        let blocked = std::mem::take(&mut result.blocked);
        Trading {
            tape,
            terms,
            desk: OrderDesk::new(tape, terms, first, ledger, blocked),
            first,
            decisions,
            bankrupt: false,
            marked: first,
            factor: tape.bars.factor[first],
            next_move: tape.moves.partition_point(|bar| *bar <= first),
        }
    }

    #[inline(always)]
    fn run<F: Four>(mut self, result: &mut Backtest) {
        let (bars, end) = (self.tape.bars.len(), self.tape.listed_bars.max(self.first));
        let mut i = self.first;
        loop {
            i = self.next_event(i, end);
            if i >= end {
                break;
            }
            let before = self.desk.ledger.holding();
            self.live(i);
            if self.desk.ledger.holding() != before {
                self.mark::<F>(i, before, result);
            }
            self.call_margin(i);
            i += 1;
        }
        self.mark::<F>(bars, self.desk.ledger.holding(), result);
        result.orders = self.desk.counts();
        result.pending_target = self.desk.pending_target();
        result.blocked = self.desk.blocked;
        let ledger = self.desk.ledger;
        result.holding = ledger.holding();
        (result.costs, result.traded_value) = (ledger.costs(), ledger.traded_value());
        (result.trades, result.actions, result.round_trips) =
            (ledger.trades, ledger.actions, ledger.round_trips);
    }

    /// The first bar from `i` on which something may happen; `end` if none.
    #[inline(always)]
    fn next_event(&self, i: usize, end: usize) -> usize {
        if self.desk.waits() || self.desk.ledger.shares < 0.0 {
            return i;
        }
        let moves = self.tape.moves.get(self.next_move).copied().unwrap_or(end);
        let last = self.tape.last_listed.filter(|last| *last >= i).unwrap_or(end);
        let decided = match self.bankrupt {
            false => self.decisions.next(i - self.first).map_or(end, |k| self.first + k),
            true => end,
        };
        end.min(moves).min(last).min(decided)
    }

    /// Bar `i` from its open to its close.
    #[inline(always)]
    fn live(&mut self, i: usize) {
        let (tape, desk) = (self.tape, &mut self.desk);
        if desk.ledger.shares < 0.0 && i > self.first {
            corporate_action::borrowing(&mut desk.ledger, tape, i);
        }
        if tape.moves.get(self.next_move) == Some(&i) {
            self.next_move += 1;
            let grown = corporate_action::ex_day(&mut desk.ledger, tape, i, &mut self.factor);
            desk.ex_day(grown);
        }
        if self.terms.fill != Fill::SameClose {
            desk.meet(i);
        }
        if let Some(target) = self.decisions.on(i - self.first).filter(|_| !self.bankrupt) {
            desk.place(target, Reason::Target);
        }
        if self.terms.fill == Fill::SameClose {
            desk.meet(i);
        }
        if tape.last_listed == Some(i) {
            let price = match self.terms.delisting {
                DelistedAt::LastPrice => tape.bars.close[i],
                DelistedAt::Zero => 0.0,
            };
            corporate_action::delist(&mut desk.ledger, tape.rules, tape.bars.date[i], price);
        }
    }

    /// No broker carries a short position beyond the last cent: it is bought back, and that was that.
    #[inline(always)]
    fn call_margin(&mut self, i: usize) {
        let Holding { cash, shares } = self.desk.ledger.holding();
        if shares < 0.0 && !self.bankrupt && cash + shares * self.tape.bars.close[i] <= 0.0 {
            self.bankrupt = true;
            self.desk.place(0.0, Reason::MarginCall);
        }
    }

    /// Equity and position at the closes of the bars before `until` that are not marked yet, through which cash and shares
    /// were those of `holding`.
    #[inline(always)]
    fn mark<F: Four>(&mut self, until: usize, holding: Holding, result: &mut Backtest) {
        let Holding { cash, shares } = holding;
        let from = std::mem::replace(&mut self.marked, until);
        // In whole blocks: what is written beyond `until` is written again by the next call.
        let length = (until - from).next_multiple_of(LANES).min(self.tape.bars.len() - from);
        let rows = from - self.first..from - self.first + length;
        let (equity, position) = (&mut result.equity[rows.clone()], &mut result.position[rows]);
        if shares == 0.0 {
            equity.fill(cash);
            position.fill(0.0);
            return;
        }
        let close = &self.tape.bars.close[from..from + length];
        let (equity, last_equity) = equity.as_chunks_mut();
        let (position, last_position) = position.as_chunks_mut();
        let (close, last_close) = close.as_chunks();
        let (all_cash, all_shares) = (F::of(cash), F::of(shares));
        for ((equity, position), close) in equity.iter_mut().zip(position).zip(close) {
            let invested = all_shares * F::read(close);
            let worth = all_cash + invested;
            worth.write(equity);
            (invested / worth).where_positive(worth).write(position);
        }
        let mark = |equity: &mut f64, position: &mut f64, close: f64| {
            let invested = shares * close;
            *equity = cash + invested;
            *position = if *equity > 0.0 { invested / *equity } else { 0.0 };
        };
        for ((equity, position), close) in last_equity.iter_mut().zip(last_position).zip(last_close) {
            mark(equity, position, *close);
        }
    }
}
