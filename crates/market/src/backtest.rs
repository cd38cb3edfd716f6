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
    /// Cash before the first bar, to the cent where the market counts in cents.
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
        // Less than half a cent is nothing where the market counts in cents.
        let counted = self.rules.round(terms.cash);
        if !(counted > 0.0 && counted.is_finite()) {
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
        result.restart(tape.rules.round(terms.cash), &tape.bars.date[first..]);
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
    /// The margin was called: decisions are no longer listened to.
    bankrupt: bool,
    /// Bars before this one are marked.
    marked: usize,
    /// Factor last applied to the holding.
    factor: f64,
    /// The next bar with a new target; [`NEVER`] if there is none.
    next_decision: usize,
    /// The next bar on which the factor moves or an event is due.
    next_move: usize,
    /// The tape's moves after that.
    moves_to_come: std::slice::Iter<'a, usize>,
    /// The last bar before the delisting.
    last_listed: usize,
}

/// A bar beyond all.
const NEVER: usize = usize::MAX;

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
        let mut moves_to_come = tape.moves[tape.moves.partition_point(|bar| *bar <= first)..].iter();
        Trading {
            tape,
            terms,
            desk: OrderDesk::new(tape, terms, first, ledger, blocked),
            first,
            decisions,
            bankrupt: false,
            marked: first,
            factor: tape.bars.factor[first],
            next_decision: decisions.next(0).map_or(NEVER, |k| first + k),
            next_move: moves_to_come.next().copied().unwrap_or(NEVER),
            moves_to_come,
            last_listed: tape.last_listed.filter(|last| *last >= first).unwrap_or(NEVER),
        }
    }

    #[inline(always)]
    fn run<F: Four>(mut self, result: &mut Backtest) {
        let (bars, end) = (self.tape.bars.len(), self.tape.listed_bars.max(self.first));
        let mut i = self.first;
        loop {
            if !self.desk.waits() && self.desk.ledger.shares >= 0.0 {
                i = self.next_decision.min(self.next_move).min(self.last_listed);
            }
            if i >= end {
                break;
            }
            let before = self.desk.ledger.position();
            self.live(i);
            if self.desk.ledger.position() != before {
                self.mark::<F>(i, before, result);
            }
            self.call_margin(i);
            i += 1;
        }
        self.mark::<F>(bars, self.desk.ledger.position(), result);
        result.orders = self.desk.counts();
        result.pending_target = self.desk.pending_target();
        result.blocked = self.desk.blocked;
        let ledger = self.desk.ledger;
        result.holding = ledger.holding();
        (result.costs, result.traded_value) = (ledger.costs(), ledger.traded_value());
        (result.trades, result.actions, result.round_trips) =
            (ledger.trades, ledger.actions, ledger.round_trips);
    }

    /// Bar `i` from its open to its close.
    #[inline(always)]
    fn live(&mut self, i: usize) {
        if self.desk.ledger.shares < 0.0 && i > self.first {
            corporate_action::borrowing(&mut self.desk.ledger, self.tape, i);
        }
        if self.next_move == i {
            self.next_move = self.moves_to_come.next().copied().unwrap_or(NEVER);
            let grown = corporate_action::ex_day(&mut self.desk.ledger, self.tape, i, &mut self.factor);
            self.desk.ex_day(i, grown);
        }
        let at_once = self.terms.fill == Fill::SameClose;
        if at_once && self.next_decision == i {
            self.decide(i);
        }
        if self.desk.waits() {
            self.desk.meet(i);
        }
        if self.next_decision == i {
            self.decide(i);
        }
        if self.last_listed == i {
            self.delist(i);
        }
    }

    /// The new target of bar `i` becomes an order.
    #[inline(always)]
    fn decide(&mut self, i: usize) {
        let k = i - self.first;
        self.desk.place(self.decisions.on(k), Reason::Target);
        self.next_decision = self.decisions.next(k + 1).map_or(NEVER, |k| self.first + k);
    }

    #[cold]
    fn delist(&mut self, i: usize) {
        let price = match self.terms.delisting {
            DelistedAt::LastPrice => self.tape.bars.close[i],
            DelistedAt::Zero => 0.0,
        };
        corporate_action::delist(&mut self.desk.ledger, self.tape.rules, self.tape.bars.date[i], price);
        self.last_listed = NEVER;
    }

    /// No broker carries a short position beyond the last cent: it is bought back, and that was that.
    #[inline(always)]
    fn call_margin(&mut self, i: usize) {
        let Holding { cash, shares } = self.desk.ledger.holding();
        if shares < 0.0 && !self.bankrupt && cash + shares * self.tape.bars.close[i] <= 0.0 {
            self.bankrupt = true;
            self.next_decision = NEVER;
            self.desk.place(0.0, Reason::MarginCall);
        }
    }

    /// Equity and position at the closes of the bars before `until` that are not marked yet, through which cash (a
    /// count) and shares were these.
    #[inline(always)]
    fn mark<F: Four>(&mut self, until: usize, (cash, shares): (f64, f64), result: &mut Backtest) {
        let cash = self.tape.rules.money().currency(cash);
        let from = std::mem::replace(&mut self.marked, until);
        // In whole blocks: what is written beyond `until` is written again by the next call.
        let length = (until - from).next_multiple_of(LANES).min(self.tape.bars.len() - from);
        let rows = from - self.first..from - self.first + length;
        let (equity, position) = (&mut result.equity[rows.clone()], &mut result.position[rows]);
        let close = &self.tape.bars.close[from..from + length];
        let (equity, last_equity) = equity.as_chunks_mut();
        let (position, last_position) = position.as_chunks_mut();
        let (close, last_close) = close.as_chunks();
        let (all_cash, all_shares) = (F::of(cash), F::of(shares));
        if shares == 0.0 {
            for (equity, position) in equity.iter_mut().zip(position) {
                all_cash.write(equity);
                F::of(0.0).write(position);
            }
            last_equity.fill(cash);
            last_position.fill(0.0);
            return;
        }
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

#[cfg(test)]
mod tests;
