//! The account: cash, shares, what every trade cost and every round trip earned.

use crate::backtest::Backtest;
use crate::corporate_action::CorporateAction;
use crate::date::TradeDate;
use crate::rules::{Fees, RuleBook, Settlement, Tariff};
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
    cash_flow: f64,
}

/// The account while a backtest runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    pub holding: Holding,
    /// Date and quantity of the last purchase.
    last_buy: Option<(TradeDate, f64)>,
    open_trip: Option<OpenTrip>,
    pub trades: Vec<Trade>,
    pub actions: Vec<CorporateAction>,
    pub round_trips: Vec<RoundTrip>,
    pub costs: Costs,
    pub traded_value: f64,
}

impl Ledger {
    /// An account with nothing but `cash`; its rows go where those of `used` were, whose memory is used again.
    pub fn new(cash: f64, used: &mut Backtest) -> Ledger {
        let holding = Holding { cash, shares: 0.0 };
        let trades = std::mem::take(&mut used.trades);
        let actions = std::mem::take(&mut used.actions);
        let round_trips = std::mem::take(&mut used.round_trips);
        Ledger { holding, trades, actions, round_trips, ..Ledger::default() }
    }

    /// Books a change that no trade made. Its money belongs to the round trip that is open.
    pub fn act(&mut self, rules: &RuleBook, action: CorporateAction) {
        let before = self.holding.shares;
        let after = before + action.shares;
        self.holding.shares = after;
        if action.cash != 0.0 {
            self.holding.cash = rules.round(self.holding.cash + action.cash);
        }
        if let Some(trip) = &mut self.open_trip {
            trip.cash_flow += action.cash;
            if after == 0.0 {
                let profit = trip.cash_flow;
                self.round_trips.push(RoundTrip { opened: trip.opened, closed: action.date, profit });
                self.open_trip = None;
            }
        }
        self.actions.push(action);
    }

    /// Shares that may be sold on `day`: under T+1 not what was bought on it.
    pub fn sellable(&self, day: TradeDate, settlement: Settlement) -> f64 {
        match (settlement, self.last_buy) {
            (Settlement::NextDay, Some((bought, shares))) if bought == day => self.holding.shares - shares,
            _ => self.holding.shares,
        }
    }

    /// Books one fill. `charged` is what earlier parts of its order came to; the parts together are returned.
    pub fn book(&mut self, rules: &RuleBook, tariff: &Tariff, fill: Filled, charged: Charged) -> Charged {
        let Filled { date, side, shares, price, quote, reason } = fill;
        let value = rules.value(shares, price);
        let fees = charged.fees_of_next(rules, tariff, side, shares, price);
        let flow = -side.sign() * value - fees.total();
        let before = self.holding.shares;
        let after = before + side.sign() * shares;
        self.holding = Holding { cash: rules.round(self.holding.cash + flow), shares: after };
        if side == Side::Buy {
            let same_day = self.last_buy.filter(|(day, _)| *day == date).map_or(0.0, |(_, bought)| bought);
            self.last_buy = Some((date, same_day + shares));
        }
        self.count_round_trip(date, before, after, flow);
        self.costs.commission += fees.commission;
        self.costs.stamp_duty += fees.stamp_duty;
        self.costs.other_fees += fees.other;
        self.costs.slippage += (price - quote).abs() * shares;
        self.traded_value += value;
        self.trades.push(Trade {
            date,
            side,
            shares,
            price,
            commission: fees.commission,
            stamp_duty: fees.stamp_duty,
            other_fees: fees.other,
            reason,
        });
        Charged { value: charged.value + value, commission: charged.commission + fees.commission }
    }

    /// A fill that passes through zero closes one trip and opens the next, its money divided by shares.
    fn count_round_trip(&mut self, date: TradeDate, before: f64, after: f64, flow: f64) {
        let closes = before != 0.0 && before * after <= 0.0;
        let closing = if closes { flow * (before / (before - after)) } else { flow };
        let trip = self.open_trip.get_or_insert(OpenTrip { opened: date, cash_flow: 0.0 });
        trip.cash_flow += closing;
        if closes {
            let profit = trip.cash_flow;
            self.round_trips.push(RoundTrip { opened: trip.opened, closed: date, profit });
            self.open_trip = (after != 0.0).then_some(OpenTrip { opened: date, cash_flow: flow - closing });
        }
    }
}

/// What the parts of one order have come to so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Charged {
    value: f64,
    commission: f64,
}

impl Charged {
    /// Fees of the next part. A broker bills the commission per order, its minimum once: a part pays what the order now
    /// owes and has not paid yet. Duties and transfer fees are of each fill.
    pub fn fees_of_next(
        &self,
        rules: &RuleBook,
        tariff: &Tariff,
        side: Side,
        shares: f64,
        price: f64,
    ) -> Fees {
        let value = rules.value(shares, price);
        let fees = tariff.charge(side, value, shares);
        if self.value == 0.0 {
            return fees;
        }
        let owed = tariff.commission_on(self.value + value);
        Fees { commission: rules.round(owed - self.commission).max(0.0), ..fees }
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buy(date: TradeDate, shares: f64) -> Filled {
        Filled { date, side: Side::Buy, shares, price: 10.0, quote: 10.0, reason: Reason::Target }
    }

    #[test]
    fn shares_bought_today_can_be_sold_tomorrow_under_t_plus_one() {
        let (monday, tuesday) = (TradeDate::literal(2024, 1, 8), TradeDate::literal(2024, 1, 9));
        let free = RuleBook::frictionless();
        let mut ledger = Ledger::new(100_000.0, &mut Backtest::default());
        ledger.book(&free, &free.tariff(monday), buy(monday, 300.0), Charged::default());
        assert_eq!(ledger.sellable(monday, Settlement::NextDay), 0.0);
        assert_eq!(ledger.sellable(monday, Settlement::SameDay), 300.0);
        ledger.book(&free, &free.tariff(monday), buy(tuesday, 100.0), Charged::default());
        ledger.book(&free, &free.tariff(monday), buy(tuesday, 50.0), Charged::default());
        assert_eq!(ledger.sellable(tuesday, Settlement::NextDay), 300.0);
        assert_eq!(ledger.sellable(tuesday.next_day(), Settlement::NextDay), 450.0);
    }
}
