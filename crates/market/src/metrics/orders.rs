//! Orders that came to nothing.

use crate::backtest::Backtest;
use crate::order::OrderCounts;

/// Share of the orders of `curve` that were not filled whole: too small, cut short, replaced while they waited, dropped, or
/// still waiting after the last bar. An order decided after the last close has had no chance yet and is left out, and so is
/// one that found its target reached. `None` without others.
pub fn unfilled_share(curve: &Backtest) -> Option<f64> {
    let OrderCounts { placed, nothing_to_trade, too_small, cut_short, replaced, dropped, .. } = curve.orders;
    let OrderCounts { unfilled_at_end, untried_at_end, .. } = curve.orders;
    let tried = placed - nothing_to_trade - untried_at_end;
    let unfilled = too_small + cut_short + replaced + dropped + unfilled_at_end;
    (tried > 0).then(|| unfilled as f64 / tried as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(orders: OrderCounts) -> Option<f64> {
        unfilled_share(&Backtest { orders, ..Backtest::default() })
    }

    #[test]
    fn what_came_to_nothing_counts_and_what_was_decided_last_does_not() {
        let none = OrderCounts::default();
        let orders = OrderCounts { placed: 10, filled: 5, replaced: 1, unfilled_at_end: 1, ..none };
        let orders = OrderCounts { too_small: 1, cut_short: 1, dropped: 1, ..orders };
        assert_eq!(share(orders), Some(0.5));
        let untried = OrderCounts { placed: 12, nothing_to_trade: 1, untried_at_end: 1, ..orders };
        assert_eq!(share(untried), Some(0.5));
        assert_eq!(share(none), None);
        assert_eq!(share(OrderCounts { placed: 1, untried_at_end: 1, ..none }), None);
    }
}
