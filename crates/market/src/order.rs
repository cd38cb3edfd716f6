//! The one order that may be pending, from the change of a target to its fill.

use crate::date::TradeDate;
use crate::ledger::{Filled, Ledger, Reason, Side};
use crate::sizing::{self, Sized, Sizing};
use crate::tape::{DayRules, Tape};
use crate::terms::{TargetUnit, Terms, Unfilled};
use serde::{Deserialize, Serialize};

/// What became of the orders: `placed` is the sum of `filled`, `cut_short`, `nothing_to_trade`, `too_small`, `replaced`,
/// `dropped`, `unfilled_at_end` and `untried_at_end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCounts {
    /// Changes of the target (and margin calls).
    pub placed: usize,
    /// Traded whole.
    pub filled: usize,
    /// Traded in part; they count again under what became of the rest.
    pub part_filled: usize,
    /// Met no counterpart, or not enough, on at least one bar, whatever became of them later.
    pub waited: usize,
    /// At the target already.
    pub nothing_to_trade: usize,
    /// Could have met a counterpart, but came to less than the smallest order: too near to the target, or too little cash; or
    /// a sale would have cost more than it and the cash bring.
    #[serde(default)]
    pub too_small: usize,
    /// Traded in part, and what was left had become too small to be traded; or asked for more shares than the cash paid
    /// for.
    #[serde(default)]
    pub cut_short: usize,
    /// Still waiting when a newer target came.
    pub replaced: usize,
    /// Given up by the policy for unfilled orders.
    pub dropped: usize,
    /// Still waiting after the last bar.
    pub unfilled_at_end: usize,
    /// Decided after the last close: no bar was left to meet.
    #[serde(default)]
    pub untried_at_end: usize,
}

/// One bar on which an order met no counterpart, or not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedOrder {
    /// The day.
    pub date: TradeDate,
    /// Direction of the order.
    pub side: Side,
    /// What stood in its way.
    pub cause: Blocked,
}

/// Why an order did not fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blocked {
    /// The price is at its limit, and the other side's queue is empty.
    PriceLimit,
    /// The stock is suspended, or nothing was traded.
    NoTrading,
    /// The shares were bought today.
    BoughtToday,
    /// The order, or its rest, is beyond the share of the volume that may be taken.
    VolumeCap,
}

impl Blocked {
    /// `price_limit`, `no_trading`, `bought_today` or `volume_cap`.
    pub fn as_str(self) -> &'static str {
        match self {
            Blocked::PriceLimit => "price_limit",
            Blocked::NoTrading => "no_trading",
            Blocked::BoughtToday => "bought_today",
            Blocked::VolumeCap => "volume_cap",
        }
    }
}

/// An order for a target, and how far it has come.
#[derive(Clone, Copy)]
struct Order {
    target: f64,
    reason: Reason,
    /// Bars on which it met no counterpart, or not enough.
    tries: u32,
    /// Shares that are left once a part has filled, negative where they are to be sold; before that 0.
    rest: f64,
}

/// Takes orders, lets them meet bars, books what fills.
pub(crate) struct OrderDesk<'a> {
    tape: &'a Tape<'a>,
    terms: &'a Terms,
    pub ledger: Ledger,
    orders: OrderCounts,
    pub blocked: Vec<BlockedOrder>,
    /// Whether there is a pending order.
    waits: bool,
    /// The pending order, or the last that was. Its parts are read and written one by one: the processor waits for a whole
    /// that was written in parts.
    order: Order,
    /// What the day asks; days only go forward.
    day: &'a DayRules,
    days_to_come: &'a [DayRules],
}

impl<'a> OrderDesk<'a> {
    /// For bars from `first` on.
    pub fn new(
        tape: &'a Tape<'a>,
        terms: &'a Terms,
        first: usize,
        ledger: Ledger,
        blocked: Vec<BlockedOrder>,
    ) -> OrderDesk<'a> {
        let (day, days_to_come) = tape.day_rules(first);
        let orders = OrderCounts::default();
        let order = Order { target: 0.0, reason: Reason::Target, tries: 0, rest: 0.0 };
        OrderDesk { tape, terms, ledger, orders, blocked, waits: false, order, day, days_to_come }
    }

    /// A new order; it takes the place of one that still waits.
    #[inline(always)]
    pub fn place(&mut self, target: f64, reason: Reason) {
        self.orders.placed += 1;
        self.orders.replaced += usize::from(self.waits);
        self.waits = true;
        self.order = Order { target, reason, tries: 0, rest: 0.0 };
    }

    /// Whether an order waits.
    #[inline]
    pub fn waits(&self) -> bool {
        self.waits
    }

    /// Target of the order that waits.
    pub fn pending_target(&self) -> Option<f64> {
        self.waits.then_some(self.order.target)
    }

    /// What became of the orders, once there are no bars left.
    pub fn counts(&self) -> OrderCounts {
        let untried = self.waits && self.order.tries == 0;
        let unfilled = self.waits && self.order.tries > 0;
        OrderCounts {
            unfilled_at_end: usize::from(unfilled),
            untried_at_end: usize::from(untried),
            ..self.orders
        }
    }

    /// The shares held grew by `ratio` on bar `i`, and with them what is left of an order.
    pub fn ex_day(&mut self, i: usize, ratio: f64) {
        // Between the two parts of a reversal nothing is held.
        let between = self.order.rest != 0.0 && self.ledger.shares == 0.0;
        self.order.rest *= if between { self.tape.shares_grown(i) } else { ratio };
    }

    /// The pending order meets bar `i`: it fills, has nothing to trade, is too small, waits, or is dropped.
    ///
    /// Whether the bar takes orders at all is asked first: at a locked price an order may look too small that would not
    /// be at the price at which it fills.
    #[inline(always)]
    pub fn meet(&mut self, i: usize) {
        self.waits = false;
        self.turn_to(i);
        let quote = self.tape.quote(i, self.terms.fill);
        let wanted = self.wanted(quote);
        let side = match self.order.rest {
            0.0 => sizing::side_towards(wanted, self.ledger.shares),
            rest => sizing::side_towards(rest, 0.0),
        };
        // One by one, so that either is compiled for its side.
        match side {
            Some(Side::Buy) => self.deal(i, Side::Buy, quote, wanted),
            Some(Side::Sell) => self.deal(i, Side::Sell, quote, wanted),
            None => self.orders.nothing_to_trade += 1,
        }
    }

    /// The order meets `quote` on bar `i`, at which it would hold `wanted` shares.
    #[inline(always)]
    fn deal(&mut self, i: usize, side: Side, quote: f64, wanted: f64) {
        let (tape, fill) = (self.tape, self.terms.fill);
        let (mut price, mut wanted) = (quote, wanted);
        if !tape.is_plain(i, fill) {
            if let Some(cause) = tape.blocks(i, fill, side, quote) {
                return self.wait(i, side, cause);
            }
            price = tape.fill_price(i, fill, side, quote);
            if price != quote {
                wanted = self.wanted(price);
            }
        }
        let sized = self.sized(side, wanted, price);
        if sized.shares <= 0.0 {
            return self.end_too_small();
        }
        if !self.settled(i, side, sized.shares) {
            return self.wait(i, side, Blocked::BoughtToday);
        }
        // A room that is short of the order by rounding alone holds it.
        let is_short = |room: &f64| *room < sized.shares && self.day.lot.floor(*room) < sized.shares;
        if let Some(room) = self.room(i).filter(is_short) {
            return self.fill_in_part(i, side, price, quote, sized.shares, room);
        }
        if !self.book(i, side, sized.shares, price, quote) {
            return self.end_too_small();
        }
        // A share of the equity is whatever the cash pays for; a number of shares, or what is left of one, is not.
        let is_a_number = self.order.rest != 0.0 || matches!(self.terms.unit, TargetUnit::Shares(_));
        if is_a_number && self.day.lot.floor(sized.missed) > 0.0 {
            self.orders.cut_short += 1;
        } else {
            self.orders.filled += 1;
        }
    }

    /// The order came to less than can be traded; so a rest ends an order that was traded in part.
    #[inline(always)]
    fn end_too_small(&mut self) {
        let fate =
            if self.order.rest == 0.0 { &mut self.orders.too_small } else { &mut self.orders.cut_short };
        *fate += 1;
    }

    /// Whether the trade is made: not if nobody could pay what it costs.
    #[inline(always)]
    fn book(&mut self, i: usize, side: Side, shares: f64, price: f64, quote: f64) -> bool {
        let bill = self.day.tariff.bill(side, shares, price);
        if !sizing::is_paid_for(&bill, side, self.ledger.cash()) {
            return false;
        }
        let (date, reason) = (self.tape.bars.date[i], self.order.reason);
        self.ledger.book(Filled { date, side, shares, price, quote, reason, bill });
        true
    }

    /// As much of `shares` as the volume cap leaves.
    #[cold]
    fn fill_in_part(&mut self, i: usize, side: Side, price: f64, quote: f64, shares: f64, room: f64) {
        let part = self.day.lot.floor(room);
        if part > 0.0 && self.book(i, side, part, price, quote) {
            self.orders.part_filled += usize::from(self.order.rest == 0.0);
            self.order.rest = side.sign() * (shares - part);
        }
        self.wait(i, side, Blocked::VolumeCap);
    }

    #[cold]
    /// What becomes of an order that was not filled on bar `i`, or not whole. A margin call is nobody's choice: it waits.
    fn wait(&mut self, i: usize, side: Side, cause: Blocked) {
        self.blocked.push(BlockedOrder { date: self.tape.bars.date[i], side, cause });
        let chosen = self.order.reason != Reason::MarginCall;
        self.orders.waited += usize::from(chosen && self.order.tries == 0);
        self.order.tries += 1;
        let given_up = chosen
            && match self.terms.unfilled {
                Unfilled::Keep => false,
                Unfilled::Retry(bars) => self.order.tries > bars,
                Unfilled::Drop => true,
            };
        if given_up {
            self.orders.dropped += 1;
            return;
        }
        if chosen {
            self.order.reason = Reason::Waited;
        }
        self.waits = true;
    }

    #[inline(always)]
    fn turn_to(&mut self, i: usize) {
        while let Some((next, later)) = self.days_to_come.split_first().filter(|(next, _)| next.from <= i) {
            (self.day, self.days_to_come) = (next, later);
        }
    }

    /// Shares that the order's target means at `price`.
    #[inline(always)]
    fn wanted(&self, price: f64) -> f64 {
        let (ledger, count_of_price) = (&self.ledger, price * self.day.tariff.money.steps());
        sizing::wanted_shares(
            self.order.target,
            self.terms.unit,
            ledger.cash(),
            ledger.shares,
            count_of_price,
        )
    }

    /// What the order would trade at `price`, to hold `wanted` shares.
    #[inline(always)]
    fn sized(&self, side: Side, wanted: f64, price: f64) -> Sized {
        let DayRules { tariff, lot, .. } = self.day;
        let (cash, held) = (self.ledger.cash(), self.ledger.shares);
        let sizing = Sizing { tariff, lot: *lot, side, price, cash, held };
        match self.order.rest {
            0.0 => sizing.towards(wanted),
            rest => sizing.rest(rest.abs(), self.order.target == 0.0),
        }
    }

    /// Whether `shares` may be sold on bar `i`. Fills at one price a day never sell what they bought on it; the rule stands
    /// here for whatever fills more often.
    #[inline(always)]
    fn settled(&self, i: usize, side: Side, shares: f64) -> bool {
        let date = self.tape.bars.date[i];
        side == Side::Buy || !self.ledger.bought_on(date) || {
            let sellable = self.ledger.sellable(date, self.day.settlement);
            shares.min(self.ledger.shares.max(0.0)) <= sellable.max(0.0)
        }
    }

    /// Most that bar `i` takes, shares. The volume known before any fill of a bar is that of the bar before, counted in
    /// shares of bar `i`.
    #[inline(always)]
    fn room(&self, i: usize) -> Option<f64> {
        let cap = self.terms.volume_cap?;
        Some(if i == 0 { 0.0 } else { cap * self.tape.bars.volume[i - 1] * self.tape.shares_grown(i) })
    }
}
