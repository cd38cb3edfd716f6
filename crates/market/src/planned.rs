//! The order that a target asks for, before anybody knows at which price it will fill.

use crate::date::TradeDate;
use crate::ledger::{Holding, Side};
use crate::rules::RuleBook;
use crate::sizing::{self, Sizing};
use crate::terms::TargetUnit;

/// What would be traded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlannedOrder {
    /// Direction.
    pub side: Side,
    /// Shares, above 0.
    pub shares: f64,
}

/// The order that moves `holding` towards `target`, counted in `unit`, if it fills at `price` on `date`: the same lots, odd
/// rests and affordable quantity as in a backtest. `None` where there is nothing to trade, less than a lot, or a sale that
/// nobody could pay for.
pub fn planned_order(
    rules: &RuleBook,
    date: TradeDate,
    target: f64,
    unit: TargetUnit,
    holding: Holding,
    price: f64,
) -> Option<PlannedOrder> {
    let tariff = &rules.tariff(date);
    let (cash, held) = (tariff.money.count(holding.cash), holding.shares);
    let wanted = sizing::wanted_shares(target, unit, cash, held, price * tariff.money.steps());
    let side = sizing::side_towards(wanted, held)?;
    let sizing = Sizing { tariff, lot: rules.lot_on(date), side, price, cash, held };
    let shares = sizing.towards(wanted).shares;
    let is_made = shares > 0.0 && sizing::is_paid_for(&tariff.bill(side, shares, price), side, cash);
    is_made.then_some(PlannedOrder { side, shares })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bars::PriceBasis;
    use crate::rules::{Market, Overrides};

    #[test]
    fn a_planned_order_is_what_the_cash_pays_for_in_whole_lots_and_an_odd_rest_is_sold_whole() {
        let rules =
            RuleBook::new(Market::Ashare, &Overrides::default(), "600000.SH", PriceBasis::Raw).unwrap();
        let day = TradeDate::literal(2024, 6, 28);
        let order = |cash, shares, target| {
            planned_order(&rules, day, target, TargetUnit::Equity, Holding { cash, shares }, 10.0)
                .map(|order| (order.side, order.shares))
        };
        assert_eq!(order(10_000.0, 0.0, 1.0), Some((Side::Buy, 900.0)), "fees must be paid too");
        assert_eq!(order(0.0, 150.0, 0.0), Some((Side::Sell, 150.0)));
        assert_eq!(order(900.0, 0.0, 1.0), None);
        assert_eq!(order(5.0, 1_000.0, 1.0), None);
    }
}
