//! Orders that came to nothing.

use crate::backtest::Backtest;

/// Share of the orders of `curve` that could not be filled: replaced while they waited, dropped, or still waiting after
/// the last bar. An order decided after the last close has had no chance yet and is left out; `targets` are those the
/// curve was traded on, by which it is told. `None` without orders.
pub fn unfilled_share(curve: &Backtest, targets: &[f64]) -> Option<f64> {
    let decided_last = targets.len() == curve.dates.len() && {
        let before = targets.iter().rev().nth(1).copied().unwrap_or(0.0);
        targets.last().is_some_and(|last| *last != before)
    };
    let orders = curve.orders;
    let untried = usize::from(decided_last).min(orders.unfilled_at_end);
    let tried = orders.placed - untried;
    let unfilled = orders.replaced + orders.dropped + orders.unfilled_at_end - untried;
    (tried > 0).then(|| unfilled as f64 / tried as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::TradeDate;
    use crate::order::OrderCounts;

    fn share(orders: OrderCounts, targets: &[f64]) -> Option<f64> {
        let dates = vec![TradeDate::literal(2024, 1, 2); 3];
        unfilled_share(&Backtest { dates, orders, ..Backtest::default() }, targets)
    }

    #[test]
    fn what_waits_in_vain_counts_and_what_was_decided_last_does_not() {
        let orders =
            OrderCounts { placed: 4, filled: 2, replaced: 1, unfilled_at_end: 1, ..Default::default() };
        assert_eq!(share(orders, &[1.0, 0.0, 0.0]), Some(0.5), "the last order was decided a bar earlier");
        assert_eq!(share(orders, &[1.0, 0.0, 1.0]), Some(1.0 / 3.0), "the last order has not met a bar");
        assert_eq!(share(OrderCounts::default(), &[0.0; 3]), None);
        let only = OrderCounts { placed: 1, unfilled_at_end: 1, ..Default::default() };
        assert_eq!(share(only, &[0.0, 0.0, 1.0]), None);
    }
}
