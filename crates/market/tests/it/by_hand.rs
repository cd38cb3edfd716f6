//! Ledgers worked out on paper, to the cent.

use crate::support::{bars, day, rules, trade};
use tidegate_market::*;

const SH: &str = "600000.SH";

/// 10.00 -> 10.20 -> 10.35 with opens of 10.00 and 10.30.
fn three_days(dates: [&str; 3]) -> BarSeries {
    bars(SH, &[(dates[0], 10.0, 10.0), (dates[1], 10.0, 10.2), (dates[2], 10.3, 10.35)])
}

fn run(bars: &BarSeries, targets: &[f64], rules: &RuleBook) -> Backtest {
    trade(bars, 0, targets, rules, Fill::NextOpen, 10_000.0).unwrap()
}

fn assert_cents(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "expected {expected}, found {found}");
}

#[test]
fn an_a_share_round_trip_of_2024_comes_out_to_the_cent() {
    let bars = three_days(["2024-01-02", "2024-01-03", "2024-01-04"]);
    let result = run(&bars, &[1.0, 0.0], &rules(Market::Ashare, SH));
    // 1,000 shares would cost 10,000 and fees: 900 it is. 9,000.00 + 5.00 + 0.09.
    let buy = &result.trades[0];
    assert_eq!((buy.date, buy.side, buy.shares, buy.price), (day("2024-01-03"), Side::Buy, 900.0, 10.0));
    assert_eq!((buy.commission, buy.stamp_duty, buy.other_fees), (5.0, 0.0, 0.09));
    assert_cents(result.equity[0], 10_000.0);
    assert_cents(result.equity[1], 994.91 + 900.0 * 10.2);
    // 9,270.00 - 5.00 - 4.64 (0.05 % is 4.635, half up) - 0.09.
    let sell = &result.trades[1];
    assert_eq!((sell.date, sell.side, sell.shares, sell.price), (day("2024-01-04"), Side::Sell, 900.0, 10.3));
    assert_eq!((sell.commission, sell.stamp_duty, sell.other_fees), (5.0, 4.64, 0.09));
    assert_cents(result.equity[2], 10_255.18);
    assert_eq!(result.holding, Holding { cash: 10_255.18, shares: 0.0 });
    assert_cents(result.costs.fees(), 14.82);
    assert_cents(result.traded_value, 18_270.0);
    assert_eq!(result.round_trips.len(), 1);
    assert_cents(result.round_trips[0].profit, 255.18);
    assert_eq!((result.round_trips[0].opened, result.round_trips[0].closed), (buy.date, sell.date));
}

#[test]
fn stamp_duty_was_twice_as_high_before_2023_08_28() {
    let bars = three_days(["2023-08-23", "2023-08-24", "2023-08-25"]);
    let result = run(&bars, &[1.0, 0.0], &rules(Market::Ashare, SH));
    assert_eq!(result.trades[1].stamp_duty, 9.27);
    assert_cents(result.equity[2], 10_250.55);
}

#[test]
fn both_sides_paid_stamp_duty_until_2008_09_18() {
    let bars = three_days(["2008-09-16", "2008-09-17", "2008-09-18"]);
    let result = run(&bars, &[1.0, 0.0], &rules(Market::Ashare, SH));
    let fees = |i: usize| {
        let trade = &result.trades[i];
        (trade.commission, trade.stamp_duty, trade.other_fees)
    };
    // Shanghai's transfer fee was 0.05 % of the face value of 1 yuan a share.
    assert_eq!(fees(0), (5.0, 9.0, 0.45));
    assert_eq!(fees(1), (5.0, 9.27, 0.45));
    assert_cents(result.equity[2], 10_000.0 - 9_014.45 + 9_270.0 - 14.72);
}

#[test]
fn half_a_position_is_cut_to_whole_lots_and_topped_up_later() {
    let bars = bars(
        SH,
        &[
            ("2024-01-02", 10.0, 10.0),
            ("2024-01-03", 10.0, 10.0),
            ("2024-01-04", 10.0, 10.0),
            ("2024-01-05", 10.0, 10.0),
        ],
    );
    let result = run(&bars, &[0.5, 1.0, 0.25], &rules(Market::Ashare, SH));
    let shares: Vec<_> = result.trades.iter().map(|trade| (trade.side, trade.shares)).collect();
    // 0.25 of 9,9xx at 10.00 is 249 shares; to get from 900 to it 651 would go: 600 do.
    assert_eq!(shares, [(Side::Buy, 500.0), (Side::Buy, 400.0), (Side::Sell, 600.0)]);
    assert!(result.round_trips.is_empty(), "the position was never closed");
}

#[test]
fn an_open_at_the_upper_limit_makes_a_purchase_wait() {
    let rows = [
        ("2024-01-02", 10.0, 10.0),
        ("2024-01-03", 11.0, 11.0),
        ("2024-01-04", 12.1, 11.8),
        ("2024-01-05", 11.9, 12.0),
    ];
    let result = run(&bars(SH, &rows), &[1.0, 1.0, 1.0, 1.0], &rules(Market::Ashare, SH));
    assert_eq!(result.trades.len(), 1);
    assert_eq!((result.trades[0].date, result.trades[0].price), (day("2024-01-05"), 11.9));
    assert_eq!(result.trades[0].reason, Reason::Waited);
    assert_eq!(result.orders, OrderCounts { placed: 1, filled: 1, waited: 1, ..OrderCounts::default() });
}

#[test]
fn an_open_at_the_lower_limit_makes_a_sale_wait() {
    let rows = [
        ("2024-01-02", 10.0, 10.0),
        ("2024-01-03", 10.0, 10.0),
        ("2024-01-04", 9.0, 9.0),
        ("2024-01-05", 8.5, 8.6),
    ];
    let result = run(&bars(SH, &rows), &[1.0, 0.0], &rules(Market::Ashare, SH));
    assert_eq!((result.trades[1].date, result.trades[1].price), (day("2024-01-05"), 8.5));
    assert_eq!((result.orders.waited, result.trades[1].reason), (1, Reason::Waited));
}

#[test]
fn a_purchase_at_the_lower_and_a_sale_at_the_upper_limit_do_fill() {
    let rows = [("2024-01-02", 10.0, 10.0), ("2024-01-03", 9.0, 9.0), ("2024-01-04", 9.9, 9.9)];
    let result = run(&bars(SH, &rows), &[1.0, 0.0], &rules(Market::Ashare, SH));
    assert_eq!(result.trades.iter().map(|trade| trade.price).collect::<Vec<_>>(), [9.0, 9.9]);
}

#[test]
fn filled_at_the_close_an_order_waits_from_close_to_close() {
    let rows = [("2024-01-02", 10.0, 10.0), ("2024-01-03", 10.5, 11.0), ("2024-01-04", 11.2, 11.5)];
    let targets = [0.0, 1.0, 1.0];
    let rules = rules(Market::Ashare, SH);
    let result = trade(&bars(SH, &rows), 0, &targets, &rules, Fill::SameClose, 10_000.0).unwrap();
    assert_eq!((result.trades[0].date, result.trades[0].price), (day("2024-01-04"), 11.5));
    // The fees of a fill at the close are in the equity of that close.
    assert_cents(result.equity[2], 10_000.0 - 5.0 - 0.09);
}

#[test]
fn a_newer_target_replaces_a_waiting_order() {
    let rows = [("2024-01-02", 10.0, 10.0), ("2024-01-03", 11.0, 11.0), ("2024-01-04", 10.5, 10.5)];
    let result = run(&bars(SH, &rows), &[1.0, 0.0, 0.0], &rules(Market::Ashare, SH));
    assert!(result.trades.is_empty());
    let expected =
        OrderCounts { placed: 2, waited: 1, replaced: 1, nothing_to_trade: 1, ..OrderCounts::default() };
    assert_eq!(result.orders, expected);
}

#[test]
fn a_decision_after_the_last_close_stays_pending() {
    let rows = [("2024-01-02", 10.0, 10.0), ("2024-01-03", 10.0, 10.0)];
    let result = run(&bars(SH, &rows), &[0.0, 1.0], &rules(Market::Ashare, SH));
    assert_eq!((result.orders.placed, result.orders.untried_at_end), (1, 1));
    assert_eq!(result.pending_target, Some(1.0));
}

#[test]
fn who_cannot_pay_one_lot_trades_nothing() {
    let rows = [("2024-01-02", 100.5, 100.5), ("2024-01-03", 100.0, 100.0)];
    let result = run(&bars(SH, &rows), &[1.0], &rules(Market::Ashare, SH));
    // One lot costs exactly all the cash, and the fees are missing.
    assert_eq!((result.trades.len(), result.orders.too_small), (0, 1));
}

#[test]
fn an_ex_day_leaves_the_value_of_the_position_unbroken_and_the_odd_rest_is_sold_whole() {
    // 10.00 goes ex to a reference of 8.00: the factor rises by a quarter.
    let mut bars = bars(
        SH,
        &[
            ("2024-01-02", 10.0, 10.0),
            ("2024-01-03", 10.0, 10.0),
            ("2024-01-04", 8.0, 8.0),
            ("2024-01-05", 8.0, 8.0),
        ],
    );
    bars.factor = vec![1.0, 1.0, 1.2506, 1.2506];
    bars.pre_close = Some(vec![10.0, 10.0, 8.0, 8.0]);
    let result = run(&bars, &[1.0, 1.0, 0.0], &rules(Market::Ashare, SH));
    assert_cents(result.equity[2], 994.91 + 900.0 * 1.2506 * 8.0);
    assert_cents(result.trades[1].shares, 1125.54);
    assert_eq!(result.holding.shares, 0.0);
}

#[test]
fn rounding_noise_of_a_factor_is_no_ex_day() {
    let mut noisy =
        bars("X", &[("2024-01-02", 10.0, 10.0), ("2024-01-03", 10.0, 10.0), ("2024-01-04", 10.0, 10.0)]);
    noisy.factor = vec![1.0, 1.000_002, 0.999_998];
    let result = trade(&noisy, 0, &[1.0], &RuleBook::frictionless(), Fill::SameClose, 10_000.0).unwrap();
    assert_eq!(result.equity, [10_000.0; 3]);
}

#[test]
fn a_united_states_purchase_takes_whole_shares_and_pays_fees_on_the_sale_only() {
    let rows = [("2024-06-03", 30.0, 30.0), ("2024-06-04", 30.0, 31.0), ("2024-06-05", 33.0, 33.0)];
    let result = run(&bars("AAPL", &rows), &[1.0, 0.0], &rules(Market::Us, "AAPL"));
    // 333 x 30 = 9,990; sale 10,989: Section 31 0.3055 -> 0.31, TAF 0.0553 -> 0.06.
    assert_eq!(result.trades[0].shares, 333.0);
    assert_cents(result.trades[0].other_fees, 0.0);
    assert_cents(result.trades[1].other_fees, 0.37);
    assert_cents(result.equity[2], 10.0 + 10_989.0 - 0.37);
}

#[test]
fn a_short_position_earns_when_the_price_falls_and_turns_long_in_one_trade() {
    let rows = [
        ("2024-06-03", 10.0, 10.0),
        ("2024-06-04", 10.0, 9.0),
        ("2024-06-05", 8.0, 8.0),
        ("2024-06-06", 8.0, 10.0),
    ];
    let none = rules(Market::None, "X");
    let result = run(&bars("X", &rows), &[-1.0, 1.0, 1.0], &none);
    // Short 1,000 at 10; at 8 the account is worth 12,000: cover 1,000 and buy 1,500.
    assert_eq!(result.trades.iter().map(|t| t.shares).collect::<Vec<_>>(), [1000.0, 2500.0]);
    assert_eq!(result.equity, [10_000.0, 11_000.0, 12_000.0, 15_000.0]);
    assert!((result.position[1] + 9_000.0 / 11_000.0).abs() < 1e-12);
    assert_eq!(result.round_trips.len(), 1);
    assert_cents(result.round_trips[0].profit, 2_000.0);
}

#[test]
fn a_short_position_that_loses_everything_is_bought_back_and_trading_ends() {
    let rows = [
        ("2024-06-03", 10.0, 10.0),
        ("2024-06-04", 10.0, 10.0),
        ("2024-06-05", 20.0, 25.0),
        ("2024-06-06", 15.0, 5.0),
        ("2024-06-07", 5.0, 5.0),
    ];
    let result = run(&bars("X", &rows), &[-1.0, -1.0, 1.0, 0.5, 1.0], &rules(Market::None, "X"));
    // Even a price that came back by the next open does not bring the account back into the game.
    assert_eq!(result.equity, [10_000.0, 10_000.0, -5_000.0, 5_000.0, 5_000.0]);
    assert_eq!(result.trades[1].reason, Reason::MarginCall);
    assert_eq!(result.trades.len(), 2);
    assert_eq!((result.orders.placed, result.orders.replaced), (3, 1));
}

#[test]
fn against_equity_used_up_at_the_open_nothing_is_held() {
    let rows = [("2024-06-03", 10.0, 10.0), ("2024-06-04", 10.0, 10.0), ("2024-06-05", 25.0, 25.0)];
    let result = run(&bars("X", &rows), &[-1.0, -0.5], &rules(Market::None, "X"));
    // Half of what is left would be -100 shares of an equity of -5,000; the whole position is covered instead.
    assert_eq!((result.trades[1].shares, result.holding.shares), (1000.0, 0.0));
}

#[test]
fn a_share_targets_below_zero_are_refused() {
    let bars = three_days(["2024-01-02", "2024-01-03", "2024-01-04"]);
    let result = trade(&bars, 0, &[-1.0], &rules(Market::Ashare, SH), Fill::NextOpen, 10_000.0);
    assert!(matches!(result, Err(BacktestError::Rule(RuleError::ShortNotAllowed { index: 0, .. }))));
}

#[test]
fn a_backtest_that_cannot_start_says_why() {
    let bars = three_days(["2024-01-02", "2024-01-03", "2024-01-04"]);
    let rules = RuleBook::frictionless();
    let run = |first, targets: &[f64], cash| trade(&bars, first, targets, &rules, Fill::NextOpen, cash);
    assert_eq!(run(3, &[], 1.0), Err(BacktestError::NoBars { first: 3, bars: 3 }));
    assert_eq!(run(1, &[0.0; 3], 1.0), Err(BacktestError::TooManyTargets { targets: 3, bars: 2 }));
    assert_eq!(run(0, &[], 0.0), Err(BacktestError::Cash(0.0)));
}

#[test]
fn slippage_costs_the_account_and_is_counted_apart_from_fees() {
    let overrides = Overrides { slippage_bp: 100.0, ..Overrides::default() };
    let rules = RuleBook::new(Market::None, &overrides, "X", PriceBasis::Raw).unwrap();
    let rows = [("2024-06-03", 10.0, 10.0), ("2024-06-04", 10.0, 10.0), ("2024-06-05", 10.0, 10.0)];
    let mut bars = bars("X", &rows);
    (bars.high, bars.low) = (vec![10.5; 3], vec![9.95; 3]);
    let result = run(&bars, &[1.0, 0.0], &rules);
    // Bought at 10.10; sold at 9.95 instead of 9.90, at which nobody traded.
    assert_cents(result.equity[2], 10_000.0 * 9.95 / 10.1);
    assert_cents(result.costs.slippage, 10_000.0 / 10.1 * 0.15);
    assert_eq!(result.costs.fees(), 0.0);
}

#[test]
fn buy_and_hold_buys_once_at_the_open_after_the_first_close() {
    let bars = three_days(["2024-01-02", "2024-01-03", "2024-01-04"]);
    let result = trade(&bars, 0, &[1.0], &rules(Market::Ashare, SH), Fill::NextOpen, 10_000.0).unwrap();
    assert_eq!(result.trades.len(), 1);
    assert_cents(result.equity[2], 994.91 + 900.0 * 10.35);
}
