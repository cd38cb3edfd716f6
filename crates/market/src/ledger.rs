//! The account: cash, shares, what every trade cost and every round trip earned.

use crate::backtest::Backtest;
use crate::corporate_action::{ActionKind, CorporateAction};
use crate::date::TradeDate;
use crate::money::Money;
use crate::rules::{Bill, Settlement};
use serde::{Deserialize, Serialize};

/// Direction of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Shares come in.
    Buy,
    /// Shares go out.
    Sell,
}

impl Side {
    /// +1 for a purchase, −1 for a sale.
    pub fn sign(self) -> f64 {
        match self {
            Side::Buy => 1.0,
            Side::Sell => -1.0,
        }
    }

    /// `buy` or `sell`.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Buy => "buy",
            Side::Sell => "sell",
        }
    }
}

/// Why a trade happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The target changed and the order filled at its first chance.
    Target,
    /// The target changed, but the order, or this part of it, had to wait.
    Waited,
    /// A short position used up all equity and had to be bought back.
    MarginCall,
}

impl Reason {
    /// `target`, `waited` or `margin_call`.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Target => "target",
            Reason::Waited => "waited",
            Reason::MarginCall => "margin_call",
        }
    }
}

/// One fill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trade {
    /// Day of the fill.
    pub date: TradeDate,
    /// Direction.
    pub side: Side,
    /// Quantity, positive.
    pub shares: f64,
    /// Raw price, slippage included.
    pub price: f64,
    /// Commission, currency.
    pub commission: f64,
    /// Stamp duty, currency.
    pub stamp_duty: f64,
    /// Transfer and regulatory fees, currency.
    pub other_fees: f64,
    /// Why.
    pub reason: Reason,
}

/// From no position to none again (or to the opposite one).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoundTrip {
    /// Day of the first fill.
    pub opened: TradeDate,
    /// Day of the last fill.
    pub closed: TradeDate,
    /// Money received less money paid, all fees, dividends and borrowing included; where only the adjustment factor is
    /// known, dividends count as the shares they were reinvested in.
    pub profit: f64,
}

/// What trading cost, by kind, currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// Commission.
    pub commission: f64,
    /// Stamp duty.
    pub stamp_duty: f64,
    /// Transfer and regulatory fees.
    pub other_fees: f64,
    /// Value lost between the quoted price and the fill price. It is in the prices already, not a fee.
    pub slippage: f64,
    /// Paid for borrowing shares that were sold short.
    pub borrowing: f64,
}

impl Costs {
    /// Commission, stamp duty, other fees and borrowing; not slippage.
    pub fn fees(&self) -> f64 {
        self.commission + self.stamp_duty + self.other_fees + self.borrowing
    }
}

/// Cash and shares held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Holding {
    /// Currency.
    pub cash: f64,
    /// Raw shares; negative when short. An ex-day may leave a fraction.
    pub shares: f64,
}

#[derive(Clone, Copy, Debug)]
struct OpenTrip {
    opened: TradeDate,
    /// Count of money.
    cash_flow: f64,
}

/// The account while a backtest runs. Money inside is counted in the market's smallest amounts, so that nothing but a
/// bill is ever rounded; what is told to the outside is currency.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    money: Money,
    /// Count of money.
    cash: f64,
    /// Raw shares; negative when short.
    pub shares: f64,
    /// Date and quantity of the last purchase.
    last_buy: Option<(TradeDate, f64)>,
    open_trip: Option<OpenTrip>,
    pub trades: Vec<Trade>,
    pub actions: Vec<CorporateAction>,
    pub round_trips: Vec<RoundTrip>,
    /// Currency.
    slippage: f64,
    /// Counts of money.
    borrowing: f64,
    traded: f64,
}

impl Ledger {
    /// An account with nothing but `cash`; its rows go where those of `used` were, whose memory is used again.
    pub fn new(cash: f64, money: Money, used: &mut Backtest) -> Ledger {
        Ledger {
            money,
            cash: money.count(cash),
            shares: 0.0,
            last_buy: None,
            open_trip: None,
            trades: std::mem::take(&mut used.trades),
            actions: std::mem::take(&mut used.actions),
            round_trips: std::mem::take(&mut used.round_trips),
            slippage: 0.0,
            borrowing: 0.0,
            traded: 0.0,
        }
    }

    /// Cash and shares.
    #[inline]
    pub fn holding(&self) -> Holding {
        Holding { cash: self.money.currency(self.cash), shares: self.shares }
    }

    /// Cash as a count of money.
    #[inline]
    pub fn cash(&self) -> f64 {
        self.cash
    }

    /// Cash, as a count of money, and shares.
    #[inline(always)]
    pub fn position(&self) -> (f64, f64) {
        (self.cash, self.shares)
    }

    /// What trading cost so far.
    pub fn costs(&self) -> Costs {
        let mut costs = Costs { slippage: self.slippage, ..Costs::default() };
        for trade in &self.trades {
            costs.commission += trade.commission;
            costs.stamp_duty += trade.stamp_duty;
            costs.other_fees += trade.other_fees;
        }
        // Sums of whole cents are whole cents.
        let exact = |amount| self.money.currency(self.money.count(amount));
        Costs {
            commission: exact(costs.commission),
            stamp_duty: exact(costs.stamp_duty),
            other_fees: exact(costs.other_fees),
            borrowing: self.money.currency(self.borrowing),
            ..costs
        }
    }

    /// Value of all fills so far, currency.
    pub fn traded_value(&self) -> f64 {
        self.money.currency(self.traded)
    }

    /// Books a change that no trade made. Its money belongs to the round trip that is open.
    pub fn act(&mut self, action: CorporateAction) {
        self.shares += action.shares;
        let cash = self.money.count(action.cash);
        self.cash += cash;
        if action.kind == ActionKind::Borrowing {
            self.borrowing -= cash;
        }
        if let Some(trip) = &mut self.open_trip {
            trip.cash_flow += cash;
            if self.shares == 0.0 {
                let profit = self.money.currency(trip.cash_flow);
                self.round_trips.push(RoundTrip { opened: trip.opened, closed: action.date, profit });
                self.open_trip = None;
            }
        }
        self.actions.push(action);
    }

    /// Whether anything was bought on `day`, the newest so far.
    #[inline(always)]
    pub fn bought_on(&self, day: TradeDate) -> bool {
        self.last_buy.is_some_and(|(bought, _)| bought == day)
    }

    /// Shares that may be sold on `day`: under T+1 not what was bought on it.
    #[inline(always)]
    pub fn sellable(&self, day: TradeDate, settlement: Settlement) -> f64 {
        match (settlement, self.last_buy) {
            (Settlement::NextDay, Some((bought, shares))) if bought == day => self.shares - shares,
            _ => self.shares,
        }
    }

    /// Books one fill.
    #[inline(always)]
    pub fn book(&mut self, fill: Filled) {
        let Filled { date, side, shares, price, quote, reason, bill } = fill;
        let flow = -side.sign() * bill.value - bill.fees();
        let before = self.shares;
        self.shares = before + side.sign() * shares;
        self.cash += flow;
        if side == Side::Buy {
            let same_day = self.last_buy.filter(|(day, _)| *day == date).map_or(0.0, |(_, bought)| bought);
            self.last_buy = Some((date, same_day + shares));
        }
        self.count_round_trip(date, before, flow);
        self.slippage += (price - quote).abs() * shares;
        self.traded += bill.value;
        self.trades.push(Trade {
            date,
            side,
            shares,
            price,
            commission: self.money.currency(bill.commission),
            stamp_duty: self.money.currency(bill.stamp_duty),
            other_fees: self.money.currency(bill.other),
            reason,
        });
    }

    /// A fill that passes through zero closes one trip and opens the next, its money divided by shares.
    #[inline(always)]
    fn count_round_trip(&mut self, date: TradeDate, before: f64, flow: f64) {
        let after = self.shares;
        let Some(trip) = &mut self.open_trip else {
            self.open_trip = Some(OpenTrip { opened: date, cash_flow: flow });
            return;
        };
        if before * after > 0.0 {
            trip.cash_flow += flow;
            return;
        }
        if after != 0.0 {
            return self.turn(date, before, flow);
        }
        let profit = self.money.currency(trip.cash_flow + flow);
        self.round_trips.push(RoundTrip { opened: trip.opened, closed: date, profit });
        self.open_trip = None;
    }

    /// From a position to the opposite one.
    #[cold]
    fn turn(&mut self, date: TradeDate, before: f64, flow: f64) {
        let closing = flow * (before / (before - self.shares));
        if let Some(trip) = self.open_trip {
            let profit = self.money.currency(trip.cash_flow + closing);
            self.round_trips.push(RoundTrip { opened: trip.opened, closed: date, profit });
        }
        self.open_trip = Some(OpenTrip { opened: date, cash_flow: flow - closing });
    }
}

/// A fill to be booked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filled {
    pub date: TradeDate,
    pub side: Side,
    pub shares: f64,
    pub price: f64,
    pub quote: f64,
    pub reason: Reason,
    pub bill: Bill,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buy(date: TradeDate, shares: f64) -> Filled {
        let bill = Bill { value: shares * 10.0, ..Bill::default() };
        Filled { date, side: Side::Buy, shares, price: 10.0, quote: 10.0, reason: Reason::Target, bill }
    }

    #[test]
    fn shares_bought_today_can_be_sold_tomorrow_under_t_plus_one() {
        let (monday, tuesday) = (TradeDate::literal(2024, 1, 8), TradeDate::literal(2024, 1, 9));
        let mut ledger = Ledger::new(100_000.0, Money::UNROUNDED, &mut Backtest::default());
        ledger.book(buy(monday, 300.0));
        assert_eq!(ledger.sellable(monday, Settlement::NextDay), 0.0);
        assert_eq!(ledger.sellable(monday, Settlement::SameDay), 300.0);
        ledger.book(buy(tuesday, 100.0));
        ledger.book(buy(tuesday, 50.0));
        assert_eq!(ledger.sellable(tuesday, Settlement::NextDay), 300.0);
        assert_eq!(ledger.sellable(tuesday.next_day(), Settlement::NextDay), 450.0);
    }
}
