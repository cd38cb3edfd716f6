//! What becomes of orders that fill in parts, wait, or come to less than a lot.

use super::{Case, agrees, case, run};
use crate::support::day;
use tidegate_market::*;

#[test]
fn an_order_lasts_a_day_so_that_every_part_pays_the_minimum_commission() {
    // A hundredth of 20,000 shares a day: 200, worth 2,000 yuan; 0.025 % of them are 0.50, and 5 yuan the least.
    let result = agrees(&Case {
        terms: Terms { cash: 6_100.0, volume_cap: Some(0.01), ..Terms::new(1.0) },
        bars: "date       open  close volume
               2024-01-02 10.00 10.00 20000
               2024-01-03 10.00 10.00 20000
               2024-01-04 10.00 10.00 20000
               2024-01-05 10.00 10.00 20000
               2024-01-08 10.00 10.00 20000",
        targets: &[1.0],
        account: "2024-01-03 buy 200 at 10: 5.00 + 0.00 + 0.02; buy waits: volume_cap = 4094.98, 200
                  2024-01-04 buy 200 at 10: 5.00 + 0.00 + 0.02; buy waits: volume_cap = 2089.96, 400
                  2024-01-05 buy 200 at 10: 5.00 + 0.00 + 0.02 = 84.94, 600",
        ..case()
    });
    let expected = OrderCounts { placed: 1, filled: 1, part_filled: 1, waited: 1, ..OrderCounts::default() };
    assert_eq!(result.orders, expected);
    assert_eq!(
        result.trades.iter().map(|t| t.reason).collect::<Vec<_>>(),
        [Reason::Target, Reason::Waited, Reason::Waited]
    );
}

#[test]
fn an_order_whose_rest_the_cash_no_longer_pays_for_was_cut_short() {
    // 600 shares at 10.00 are asked for; the second part costs 12.00 a share, and the cash pays for 200 of 300.
    let result = agrees(&Case {
        terms: Terms { cash: 6_100.0, volume_cap: Some(0.015), ..Terms::new(1.0) },
        bars: "date       open  close volume
               2024-01-02 10.00 10.00 20000
               2024-01-03 10.00 11.00 20000
               2024-01-04 12.00 12.00 20000
               2024-01-05 12.00 12.00 20000",
        targets: &[1.0],
        account: "2024-01-03 buy 300 at 10: 5.00 + 0.00 + 0.03; buy waits: volume_cap = 3094.97, 300
                  2024-01-04 buy 200 at 12: 5.00 + 0.00 + 0.02 = 689.95, 500",
        ..case()
    });
    let expected =
        OrderCounts { placed: 1, cut_short: 1, part_filled: 1, waited: 1, ..OrderCounts::default() };
    assert_eq!(result.orders, expected);
}

#[test]
fn the_cash_to_the_last_cent_buys_the_lot_that_it_pays_for() {
    // 1,000 yuan, 5.00 of commission and 0.01 of transfer fee.
    agrees(&Case {
        terms: Terms::new(1_005.01),
        bars: "date       open  close
               2024-01-02 10.00 10.00
               2024-01-03 10.00 10.00",
        targets: &[1.0],
        account: "2024-01-03 buy 100 at 10: 5.00 + 0.00 + 0.01 = 0.00, 100",
        ..case()
    });
    // 0.025 % of 2,523,000.00 are 630.75, and 0.001 % of them 25.23.
    agrees(&Case {
        terms: Terms::new(2_523_655.98),
        bars: "date       open  close
               2024-01-02 10.00 10.00
               2024-01-03 10.00 10.00",
        targets: &[1.0],
        account: "2024-01-03 buy 252300 at 10: 630.75 + 0.00 + 25.23 = 0.00, 252300",
        ..case()
    });
}

#[test]
fn an_order_that_meets_a_locked_price_waits_even_if_it_would_be_too_small_at_it() {
    // 1,050 yuan buy no lot at the limit of 11.00, but one at 10.40 the day after.
    agrees(&Case {
        terms: Terms::new(1_050.0),
        bars: "date       open  close
               2024-01-02 10.00 10.00
               2024-01-03 11.00 11.00
               2024-01-04 10.40 10.40",
        targets: &[1.0],
        account: "2024-01-03 buy waits: price_limit = 1050.00, 0
                  2024-01-04 buy 100 at 10.4: 5.00 + 0.00 + 0.01 = 4.99, 100",
        ..case()
    });
}

#[test]
fn over_a_split_the_rest_of_an_order_is_counted_in_new_shares() {
    // 400 of 600 shares are left: 800 after two for one.
    let result = agrees(&Case {
        terms: Terms { cash: 6_100.0, volume_cap: Some(0.01), ..Terms::new(1.0) },
        known: Known { ex_days: vec![ExDay::split(day("2024-01-04"), 2.0)], ..Known::default() },
        bars: "date       open  close pre_close volume
               2024-01-02 10.00 10.00 10.00     20000
               2024-01-03 10.00 10.00 10.00     20000
               2024-01-04  5.00  5.00  5.00     20000
               2024-01-05  5.00  5.00  5.00     20000
               2024-01-08  5.00  5.00  5.00     20000
               2024-01-09  5.00  5.00  5.00     20000
               2024-01-10  5.00  5.00  5.00     20000",
        targets: &[1.0],
        // A hundredth of 20,000 old shares is 400 new ones on the first day without them.
        account: "2024-01-03 buy 200 at 10: 5.00 + 0.00 + 0.02; buy waits: volume_cap = 4094.98, 200
                  2024-01-04 new_shares 0.00 and 200 shares; buy 400 at 5: 5.00 + 0.00 + 0.02; buy waits: volume_cap = 2089.96, 800
                  2024-01-05 buy 200 at 5: 5.00 + 0.00 + 0.01; buy waits: volume_cap = 1084.95, 1000
                  2024-01-08 buy 200 at 5: 5.00 + 0.00 + 0.01 = 79.94, 1200",
        ..case()
    });
    assert_eq!((result.orders.filled, result.orders.part_filled, result.pending_target), (1, 1, None));
}

#[test]
fn the_rest_of_a_part_filled_order_is_dropped_where_the_policy_says_so() {
    let result = run(&Case {
        terms: Terms { unfilled: Unfilled::Drop, volume_cap: Some(0.01), ..Terms::new(6_100.0) },
        bars: "date       open  close volume
               2024-01-02 10.00 10.00 20000
               2024-01-03 10.00 10.00 20000
               2024-01-04 10.00 10.00 20000",
        targets: &[1.0],
        ..case()
    });
    let expected = OrderCounts { placed: 1, part_filled: 1, waited: 1, dropped: 1, ..OrderCounts::default() };
    assert_eq!((result.orders, result.holding.shares), (expected, 200.0));
}

#[test]
fn unfilled_orders_are_kept_retried_or_dropped() {
    // Locked at the upper limit on three days: 11.00, 12.10, 13.31.
    let locked = |unfilled| {
        run(&Case {
            terms: Terms { unfilled, ..Terms::new(100_000.0) },
            bars: "date       open  close
                   2024-01-02 10.00 10.00
                   2024-01-03 11.00 11.00
                   2024-01-04 12.10 12.10
                   2024-01-05 13.31 13.31
                   2024-01-08 13.50 13.50",
            targets: &[1.0],
            ..case()
        })
    };
    let kept = locked(Unfilled::Keep);
    assert_eq!((kept.trades.len(), kept.trades[0].price, kept.orders.waited), (1, 13.5, 1));
    assert_eq!(kept.blocked.len(), 3);
    assert_eq!(locked(Unfilled::Retry(3)).trades.len(), 1);
    let twice = locked(Unfilled::Retry(2));
    let expected = OrderCounts { placed: 1, waited: 1, dropped: 1, ..OrderCounts::default() };
    assert_eq!((twice.trades.len(), twice.blocked.len(), twice.orders), (0, 3, expected));
    let dropped = locked(Unfilled::Drop);
    assert_eq!((dropped.trades.len(), dropped.blocked.len(), dropped.orders), (0, 1, expected));
}

#[test]
fn one_price_days_at_the_lower_limit_cannot_be_sold() {
    // 9.00, 8.10 and 7.29 are a tenth down each, half up to the fen.
    agrees(&Case {
        bars: "date       open  close
               2024-01-02 10.00 10.00
               2024-01-03 10.00 10.00
               2024-01-04  9.00  9.00
               2024-01-05  8.10  8.10
               2024-01-08  7.29  7.29
               2024-01-09  7.00  7.10",
        targets: &[1.0, 0.0],
        account: "2024-01-03 buy 9900 at 10: 24.75 + 0.00 + 0.99 = 974.26, 9900
                  2024-01-04 sell waits: price_limit = 974.26, 9900
                  2024-01-05 sell waits: price_limit = 974.26, 9900
                  2024-01-08 sell waits: price_limit = 974.26, 9900
                  2024-01-09 sell 9900 at 7: 17.33 + 34.65 + 0.69 = 70221.59, 0",
        ..case()
    });
}

#[test]
fn a_suspended_position_can_neither_be_sold_nor_does_it_move() {
    // No bar on 01-05 and 01-08; a bar without volume on 01-09; one marked as suspended on 01-10.
    agrees(&Case {
        known: Known {
            suspended: vec![day("2024-01-05"), day("2024-01-08"), day("2024-01-10")],
            ..Known::default()
        },
        bars: "date       open  close volume
               2024-01-02 10.00 10.00 90000
               2024-01-03 10.00 10.00 90000
               2024-01-04 10.20 10.20 90000
               2024-01-09 10.20 10.20     0
               2024-01-10 10.20 10.20 90000
               2024-01-11 10.10 10.00 90000",
        targets: &[1.0, 1.0, 0.0],
        account: "2024-01-03 buy 9900 at 10: 24.75 + 0.00 + 0.99 = 974.26, 9900
                  2024-01-09 sell waits: no_trading = 974.26, 9900
                  2024-01-10 sell waits: no_trading = 974.26, 9900
                  2024-01-11 sell 9900 at 10.1: 25.00 + 50.00 + 1.00 = 100888.26, 0",
        ..case()
    });
}
