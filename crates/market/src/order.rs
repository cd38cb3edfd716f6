//! The one order that may be pending, from the change of a target to its fill.

use crate::date::TradeDate;
use crate::ledger::{Charged, Filled, Ledger, Reason, Side};
use crate::sizing::{self, Sizing};
use crate::tape::Tape;
use crate::terms::{Terms, Unfilled};
use serde::{Deserialize, Serialize};

/// What became of the orders: `placed = filled + nothing_to_trade + replaced + dropped + unfilled_at_end`.
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
    /// Less than a lot away from the target, or at it already.
    pub nothing_to_trade: usize,
    /// Still waiting when a newer target came.
    pub replaced: usize,
    /// Given up by the policy for unfilled orders.
    pub dropped: usize,
    /// Pending after the last bar.
    pub unfilled_at_end: usize,
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
    /// Side and shares that are left once a part has filled.
    rest: Option<(Side, f64)>,
    charged: Charged,
}

/// Takes orders, lets them meet bars, books what fills.
pub(crate) struct OrderDesk<'a> {
    tape: &'a Tape<'a>,
    terms: &'a Terms,
    pub ledger: Ledger,
    pub orders: OrderCounts,
    pub blocked: Vec<BlockedOrder>,
    pending: Option<Order>,
}

impl<'a> OrderDesk<'a> {
    pub fn new(
        tape: &'a Tape<'a>,
        terms: &'a Terms,
        ledger: Ledger,
        blocked: Vec<BlockedOrder>,
    ) -> OrderDesk<'a> {
        OrderDesk { tape, terms, ledger, orders: OrderCounts::default(), blocked, pending: None }
    }

    /// A new order; it takes the place of one that still waits.
    pub fn place(&mut self, target: f64, reason: Reason) {
        self.orders.placed += 1;
        self.orders.replaced += usize::from(self.pending.is_some());
        self.pending = Some(Order { target, reason, tries: 0, rest: None, charged: Charged::default() });
    }

    /// Whether an order waits.
    pub fn waits(&self) -> bool {
        self.pending.is_some()
    }

    /// Target of the order that waits.
    pub fn pending_target(&self) -> Option<f64> {
        self.pending.map(|order| order.target)
    }

    /// The share count grew by `ratio`, and with it what is left of an order.
    pub fn ex_day(&mut self, ratio: f64) {
        if let Some((_, rest)) = self.pending.as_mut().and_then(|order| order.rest.as_mut()) {
            *rest *= ratio;
        }
    }

    /// The pending order meets bar `i`: it fills, has nothing to trade, waits, or is dropped.
    pub fn meet(&mut self, i: usize) {
        let Some(mut order) = self.pending.take() else { return };
        let Some(whole) = self.fill_at(&order, i) else {
            match order.rest {
                Some(_) => self.orders.filled += 1,
                None => self.orders.nothing_to_trade += 1,
            }
            return;
        };
        let (shares, cause) = match self.obstacle(i, &whole) {
            Some(cause) => (0.0, Some(cause)),
            None => self.under_the_volume_cap(i, whole.shares),
        };
        if shares > 0.0 {
            let (rules, tariff) = (self.tape.rules, self.tape.tariff(i));
            order.charged = self.ledger.book(rules, tariff, Filled { shares, ..whole }, order.charged);
        }
        let Some(cause) = cause else {
            self.orders.filled += 1;
            return;
        };
        if shares > 0.0 {
            self.orders.part_filled += usize::from(order.rest.is_none());
            order.rest = Some((whole.side, whole.shares - shares));
        }
        self.blocked.push(BlockedOrder { date: whole.date, side: whole.side, cause });
        self.wait(order);
    }

    /// What becomes of an order that was not filled, or not whole. A margin call is nobody's choice: it waits.
    fn wait(&mut self, order: Order) {
        let chosen = order.reason != Reason::MarginCall;
        self.orders.waited += usize::from(chosen && order.tries == 0);
        let tries = order.tries + 1;
        let given_up = chosen
            && match self.terms.unfilled {
                Unfilled::Keep => false,
                Unfilled::Retry(bars) => tries > bars,
                Unfilled::Drop => true,
            };
        if given_up {
            self.orders.dropped += 1;
            return;
        }
        let reason = if chosen { Reason::Waited } else { order.reason };
        self.pending = Some(Order { reason, tries, ..order });
    }

    /// What the order would trade on bar `i`; `None` if that is nothing.
    fn fill_at(&self, order: &Order, i: usize) -> Option<Filled> {
        let (bars, rules, unit) = (self.tape.bars, self.tape.rules, self.terms.unit);
        let (date, holding) = (bars.date[i], self.ledger.holding);
        let quote = self.tape.quote(i, self.terms.fill);
        let side = match order.rest {
            Some((side, _)) => side,
            None => sizing::side_towards(order.target, unit, holding, quote)?,
        };
        // Slippage never takes a fill to a price at which nobody traded.
        let price = rules
            .fill_price(side, quote, self.tape.limit_at(i, self.terms.fill))
            .max(bars.low[i])
            .min(bars.high[i]);
        let tariff = self.tape.tariff(i);
        let sizing = Sizing { rules, tariff, side, price, holding, charged: order.charged };
        let shares = match order.rest {
            Some((_, rest)) => sizing.rest(rest, order.target == 0.0),
            None => sizing.shares(order.target, unit),
        };
        (shares > 0.0).then_some(Filled { date, side, shares, price, quote, reason: order.reason })
    }

    fn obstacle(&self, i: usize, fill: &Filled) -> Option<Blocked> {
        let blocked = self.tape.blocks(i, self.terms.fill, fill.side, fill.quote);
        blocked.or_else(|| (!self.settled(fill)).then_some(Blocked::BoughtToday))
    }

    /// Whether the shares to be sold may be sold today. Fills at one price a day never sell what they bought on it; the
    /// rule stands here for whatever fills more often.
    fn settled(&self, fill: &Filled) -> bool {
        let held = self.ledger.holding.shares.max(0.0);
        fill.side == Side::Buy || {
            let settlement = self.tape.rules.settlement(fill.date);
            fill.shares.min(held) <= self.ledger.sellable(fill.date, settlement).max(0.0)
        }
    }

    /// How much of `shares` bar `i` takes, and what kept it from taking all. The volume known before any fill of a bar is
    /// that of the bar before.
    fn under_the_volume_cap(&self, i: usize, shares: f64) -> (f64, Option<Blocked>) {
        let Some(cap) = self.terms.volume_cap else { return (shares, None) };
        let room = if i == 0 { 0.0 } else { cap * self.tape.bars.volume[i - 1] };
        if shares <= room {
            return (shares, None);
        }
        (self.tape.rules.lot().floor(room), Some(Blocked::VolumeCap))
    }
}
