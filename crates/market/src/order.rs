//! The one order that may be pending, from the change of a target to its fill.

use crate::bars::BarSeries;
use crate::date::TradeDate;
use crate::ledger::{Filled, Ledger, Reason, Side};
use crate::rules::RuleBook;
use crate::sizing;
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

#[derive(Clone, Copy)]
struct Order {
    target: f64,
    reason: Reason,
}

/// Takes orders, lets them meet prices, books what fills.
pub(crate) struct OrderDesk<'a> {
    rules: &'a RuleBook,
    bars: &'a BarSeries,
    pub ledger: Ledger,
    pending: Option<Order>,
    orders: OrderCounts,
}

impl<'a> OrderDesk<'a> {
    pub fn new(rules: &'a RuleBook, bars: &'a BarSeries, cash: f64) -> OrderDesk<'a> {
        let (ledger, orders) = (Ledger::new(cash), OrderCounts::default());
        OrderDesk { rules, bars, ledger, pending: None, orders }
    }

    /// A new order; it takes the place of one that still waits.
    pub fn place(&mut self, target: f64, reason: Reason) {
        self.orders.placed += 1;
        self.orders.replaced += usize::from(self.pending.is_some());
        self.pending = Some(Order { target, reason });
    }

    /// The pending order meets the price `quote` of bar `i`: it fills, has nothing to trade, or waits.
    pub fn meet(&mut self, i: usize, quote: f64) {
        let Some(order) = self.pending else { return };
        let Some(fill) = self.fill_at(order, i, quote) else {
            self.orders.nothing_to_trade += 1;
            self.pending = None;
            return;
        };
        let blocked = self.rules.limit(self.bars, i).blocks(fill.side, quote);
        if blocked || !self.settled(&fill) {
            self.orders.waited += usize::from(order.reason == Reason::Target);
            let reason = if order.reason == Reason::Target { Reason::Waited } else { order.reason };
            self.pending = Some(Order { reason, ..order });
            return;
        }
        self.ledger.book(self.rules, fill);
        self.orders.filled += 1;
        self.pending = None;
    }

    /// What the order would trade at `quote`; `None` if that is nothing.
    fn fill_at(&self, order: Order, i: usize, quote: f64) -> Option<Filled> {
        let (date, holding) = (self.bars.date[i], self.ledger.holding);
        let side = sizing::side_towards(order.target, holding, quote)?;
        let price = self.rules.fill_price(side, quote, self.rules.limit(self.bars, i));
        let shares = sizing::order_shares(self.rules, date, order.target, side, holding, price);
        (shares > 0.0).then_some(Filled { date, side, shares, price, quote, reason: order.reason })
    }

    /// Whether the shares to be sold may be sold today. Fills at one price a day never sell what they bought on it; the
    /// rule stands here for whatever fills more often.
    fn settled(&self, fill: &Filled) -> bool {
        let held = self.ledger.holding.shares.max(0.0);
        let settlement = self.rules.settlement(fill.date);
        fill.side == Side::Buy
            || fill.shares.min(held) <= self.ledger.sellable(fill.date, settlement).max(0.0)
    }

    /// The account, the counts and the target that still waits.
    pub fn close(mut self) -> (Ledger, OrderCounts, Option<f64>) {
        self.orders.unfilled_at_end = usize::from(self.pending.is_some());
        (self.ledger, self.orders, self.pending.map(|order| order.target))
    }
}
