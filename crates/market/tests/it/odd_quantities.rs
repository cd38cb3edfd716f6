//! Quantities at their edges: as much as the cash pays for and not a share less, a volume cap that takes all but for
//! rounding, more shares than doubles can count, sales that do not pay for themselves.

use crate::support::{accounted_for, bars_of, day, rules};
use tidegate_market::*;

const DAY: &str = "2024-06-28";

fn bought(rules: &RuleBook, cash: f64, price: f64) -> f64 {
    let holding = Holding { cash, shares: 0.0 };
    planned_order(rules, day(DAY), 1.0, TargetUnit::Equity, holding, price).map_or(0.0, |order| order.shares)
}

fn total(rules: &RuleBook, shares: f64, price: f64) -> f64 {
    rules.value(shares, price) + rules.fees(day(DAY), Side::Buy, shares, price).total()
}

#[test]
fn whatever_the_fees_the_cash_buys_as_much_as_it_pays_for() {
    let capped = "transfer_fee = [{ from = 2000-01-01, per = \"share\", buy = 0.05, sell = 0.05, most = 40, rounding = \"up\" }]";
    let of_value =
        "transfer_fee = [{ from = 2000-01-01, per = \"value\", buy = 0.05, sell = 0.05, most = 5000 }]";
    let [capped, of_value] = [capped, of_value].map(|text| RuleTables::parse(text, "capped.toml").unwrap());
    let with =
        |market, symbol, overrides| RuleBook::new(market, &overrides, symbol, PriceBasis::Raw).unwrap();
    let none = Overrides::default;
    let books = [
        with(Market::Ashare, "835185.BJ", none()),
        with(Market::Ashare, "600000.SH", none()),
        with(Market::Ashare, "688981.SH", none()),
        with(Market::Us, "AAPL", Overrides { min_commission: Some(5.0), commission: Some(0.01), ..none() }),
        with(Market::Us, "AAPL", Overrides { tables: Some(capped), ..none() }),
        with(Market::Us, "AAPL", Overrides { tables: Some(of_value), ..none() }),
    ];
    for (at, rules) in books.iter().enumerate() {
        let Lot::Shares { minimum, step } = rules.lot() else { panic!("lots") };
        let (minimum, step) = (f64::from(minimum), f64::from(step));
        for price in [0.05, 0.37, 1.23, 2.96, 4.99, 21.07, 1750.0] {
            for k in (0..900).step_by(7) {
                let shares = minimum + step * f64::from(k);
                for over in [0.0, 0.01, 1.0, 5.0] {
                    let cash = ((total(rules, shares, price) + over) * 100.0).round() / 100.0;
                    let found = bought(rules, cash, price);
                    let (paid, next) = (total(rules, found, price), total(rules, found + step, price));
                    let cents = |money: f64| (money * 100.0).round();
                    assert!(
                        cents(paid) <= cents(cash) && cents(cash) < cents(next),
                        "rules {at}: {found} shares at {price} for {cash}: {paid}, {next}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_cap_that_is_short_of_the_order_by_rounding_alone_takes_it_whole() {
    // 0.29 x 100 is 28.999999999999996 in binary floats.
    let bars = bars_of(
        "AAPL",
        "date       open  volume
         2024-01-02 10.00 100
         2024-01-03 10.00 100
         2024-01-04 10.00 100
         2024-01-05 10.00 100",
    );
    let rules = rules(Market::Us, "AAPL");
    let terms = Terms { volume_cap: Some(0.29), unit: TargetUnit::Shares(29.0), ..Terms::new(1e4) };
    let result = Tape::new(&bars, &rules, &Known::default()).backtest(0, &[1.0], &terms).unwrap();
    assert_eq!((result.trades.len(), result.holding.shares), (1, 29.0));
    assert_eq!(result.orders, OrderCounts { placed: 1, filled: 1, ..OrderCounts::default() });
    assert!(result.blocked.is_empty());
}

#[test]
fn more_shares_than_a_double_counts_one_by_one_end_the_search_too() {
    for price in ["0.00001", "1e-9", "1e-200", "1e-307"] {
        let table = format!("date open\n2024-01-02 {price}\n2024-01-03 {price}\n2024-01-04 {price}");
        let bars = bars_of("X", &table);
        for market in [Market::None, Market::Us] {
            let whole =
                Overrides { allow_fraction: Some(false), commission: Some(0.001), ..Overrides::default() };
            let rules = RuleBook::new(market, &whole, "X", PriceBasis::Raw).unwrap();
            let tape = Tape::new(&bars, &rules, &Known::default());
            for cash in [1e6, 999_999_999_999.99, 1e15, 3.3e18] {
                let result = tape.backtest(0, &[1.0], &Terms::new(cash)).unwrap();
                assert!(result.holding.cash >= 0.0, "{market} {price} {cash}");
                assert!(result.equity.iter().all(|equity| equity.is_finite()), "{market} {price} {cash}");
            }
        }
    }
}

#[test]
fn a_sale_that_costs_more_than_it_and_the_cash_bring_is_not_made() {
    // A hundred shares at 0.04 bring 4 yuan; the broker asks for 5.
    let bars = bars_of(
        "600000.SH",
        "date       open pre_close
         2024-01-02 1.00 1.00
         2024-01-03 1.00 1.00
         2024-01-04 0.04 0.04
         2024-01-05 0.04 0.04",
    );
    let rules = rules(Market::Ashare, "600000.SH");
    let tape = Tape::new(&bars, &rules, &Known::default());
    let result = tape.backtest(0, &[1.0, 0.0], &Terms::new(105.1)).unwrap();
    assert_eq!((result.trades.len(), result.holding), (1, Holding { cash: 0.1, shares: 100.0 }));
    assert_eq!((result.orders.too_small, accounted_for(&result.orders)), (1, 2));
}

#[test]
fn cash_that_the_market_cannot_count_is_none_and_the_rest_is_what_the_account_starts_with() {
    let bars = bars_of("AAPL", "date open\n2024-01-02 10.00\n2024-01-03 10.00");
    let rules = rules(Market::Us, "AAPL");
    let tape = Tape::new(&bars, &rules, &Known::default());
    assert_eq!(tape.backtest(0, &[], &Terms::new(0.004)), Err(BacktestError::Cash(0.004)));
    let result = tape.backtest(0, &[], &Terms::new(123.456)).unwrap();
    assert_eq!((result.cash, result.equity[1], result.holding.cash), (123.46, 123.46, 123.46));
    assert_eq!(CurveMetrics::of(&result).unwrap().total_return, 0.0);
}

#[test]
fn the_rest_of_a_reversal_grows_with_a_split_though_nothing_is_held() {
    // Held 300, wanted -200: the cap takes the 300 first, then a split doubles what is left to be sold.
    let bars = bars_of(
        "AAPL",
        "date       open  volume factor
         2024-01-02 10.00 3000   1
         2024-01-03 10.00 3000   1
         2024-01-04 10.00 3000   1
         2024-01-05 5.00  9000   2
         2024-01-08 5.00  9000   2",
    );
    let rules = rules(Market::Us, "AAPL");
    let terms = Terms { volume_cap: Some(0.1), unit: TargetUnit::Shares(300.0), ..Terms::new(1e5) };
    let split = ExDay { new_shares: 1.0, ..ExDay::dividend(bars.date[3], 0.0) };
    let known = Known { ex_days: vec![split], ..Known::default() };
    let result = Tape::new(&bars, &rules, &known).backtest(0, &[1.0, -2.0 / 3.0], &terms).unwrap();
    assert_eq!(result.trades.iter().map(|trade| trade.shares).collect::<Vec<_>>(), [300.0, 300.0, 400.0]);
    assert_eq!(result.holding.shares, -400.0);
}

#[test]
fn a_target_that_is_nothing_but_rounding_noise_sells_what_is_held_and_no_more() {
    // The factor leaves a hair less than 300 shares.
    let ratio = 1.5 - 1e-12;
    let table = format!(
        "date open factor\n2024-01-02 10.00 1\n2024-01-03 10.00 1\n2024-01-04 10.00 {ratio}\n2024-01-05 10.00 {ratio}"
    );
    let bars = bars_of("688981.SH", &table);
    let rules = rules(Market::Ashare, "688981.SH");
    let terms = Terms { unit: TargetUnit::Shares(200.0), ..Terms::new(1e5) };
    let tape = Tape::new(&bars, &rules, &Known::default());
    let result = tape.backtest(0, &[1.0, 1.0, 1e-13], &terms).unwrap();
    assert_eq!(result.holding.shares, 0.0, "{:?}", result.trades);
    assert_eq!(result.round_trips.len(), 1);
}

#[test]
fn the_rest_of_a_capped_purchase_is_bought_although_its_target_has_become_worth_a_sale() {
    // Half of 10,000 at 10.00 is 500 shares, 300 of them at once; at 40.00 half is less than what is held.
    let bars = bars_of(
        "AAPL",
        "date       open  volume
         2024-01-02 10.00 300
         2024-01-03 10.00 300
         2024-01-04 40.00 300
         2024-01-05 40.00 300",
    );
    let rules = rules(Market::Us, "AAPL");
    let terms = Terms { volume_cap: Some(1.0), ..Terms::new(1e4) };
    let result = Tape::new(&bars, &rules, &Known::default()).backtest(0, &[0.5], &terms).unwrap();
    let shares: Vec<_> = result.trades.iter().map(|trade| (trade.side, trade.shares)).collect();
    // The cash, 7,000, pays for 175 of the 200 that are left.
    assert_eq!(shares, [(Side::Buy, 300.0), (Side::Buy, 175.0)]);
    assert_eq!((result.orders.part_filled, result.orders.cut_short), (1, 1));
}

#[test]
fn an_order_is_sized_by_what_it_pays_and_a_number_of_shares_that_cash_cannot_pay_is_cut_short() {
    let bars = bars_of("AAPL", "date open high\n2024-01-02 10 10\n2024-01-03 10 20\n2024-01-04 10 20");
    let slipping = Overrides { slippage_bp: 1000.0, ..Overrides::default() };
    let rules = RuleBook::new(Market::Us, &slipping, "AAPL", PriceBasis::Raw).unwrap();
    let tape = Tape::new(&bars, &rules, &Known::default());
    let half = tape.backtest(0, &[0.5], &Terms::new(11_000.0)).unwrap();
    assert_eq!((half.trades[0].price, half.trades[0].shares), (11.0, 500.0));
    let terms = Terms { unit: TargetUnit::Shares(2_000.0), ..Terms::new(11_000.0) };
    let all = tape.backtest(0, &[1.0], &terms).unwrap();
    assert_eq!((all.trades[0].shares, all.orders.cut_short, all.orders.filled), (1_000.0, 1, 0));
}

#[test]
fn a_margin_call_waits_whatever_the_policy_and_keeps_its_name() {
    let bars = bars_of(
        "AAPL",
        "date       open close volume
         2024-01-02 10   10    1000
         2024-01-03 10   10    1000
         2024-01-04 30   30    1000
         2024-01-05 30   30    0
         2024-01-08 30   30    1000",
    );
    let rules = rules(Market::Us, "AAPL");
    let terms = Terms { unfilled: Unfilled::Drop, ..Terms::new(1_000.0) };
    let result = Tape::new(&bars, &rules, &Known::default()).backtest(0, &[-1.0], &terms).unwrap();
    assert_eq!((result.trades[1].reason, result.holding.shares), (Reason::MarginCall, 0.0));
    assert_eq!((result.blocked.len(), result.orders.waited, result.orders.dropped), (1, 0, 0));
    assert_eq!((result.orders.placed, result.orders.replaced), (2, 0), "called once");
}

#[test]
fn a_cap_counts_the_bar_before_and_of_the_first_bar_there_is_none() {
    let bars = bars_of(
        "AAPL",
        "date       open  volume
         2024-01-02 10.00 1000
         2024-01-03 10.00 2000
         2024-01-04 10.00 4000
         2024-01-05 10.00 8000",
    );
    let rules = rules(Market::Us, "AAPL");
    let terms = Terms { volume_cap: Some(0.1), ..Terms::new(1e5) };
    let tape = Tape::new(&bars, &rules, &Known::default());
    let shares = |fill| {
        let result = tape.backtest(0, &[1.0], &terms.filled(fill)).unwrap();
        let blocked: Vec<_> = result.blocked.iter().map(|row| row.date).collect();
        (result.trades.iter().map(|trade| trade.shares).collect::<Vec<_>>(), blocked)
    };
    assert_eq!(shares(Fill::NextOpen), (vec![100.0, 200.0, 400.0], bars.date[1..].to_vec()));
    assert_eq!(shares(Fill::SameClose), (vec![100.0, 200.0, 400.0], bars.date.clone()));
}

#[test]
fn a_rest_that_the_cash_no_longer_pays_for_is_cut_short() {
    let bars = bars_of(
        "AAPL",
        "date       open    volume
         2024-01-02 10.00   10
         2024-01-03 10.00   10
         2024-01-04 9000.00 10
         2024-01-05 9000.00 10",
    );
    let rules = rules(Market::Us, "AAPL");
    let terms = Terms { volume_cap: Some(1.0), ..Terms::new(1e3) };
    let result = Tape::new(&bars, &rules, &Known::default()).backtest(0, &[1.0], &terms).unwrap();
    let expected =
        OrderCounts { placed: 1, part_filled: 1, waited: 1, cut_short: 1, ..OrderCounts::default() };
    assert_eq!((result.holding.shares, result.orders), (10.0, expected));
}

#[test]
fn who_holds_an_odd_rest_buys_whole_lots_on_top_of_it() {
    let bars = bars_of(
        "600000.SH",
        "date       open  factor
         2024-01-02 10.00 1
         2024-01-03 10.00 1
         2024-01-04 10.00 1.5
         2024-01-05 10.00 1.5",
    );
    let rules = rules(Market::Ashare, "600000.SH");
    let terms = Terms { unit: TargetUnit::Shares(1_000.0), ..Terms::new(1e5) };
    let tape = Tape::new(&bars, &rules, &Known::default());
    let result = tape.backtest(0, &[0.1, 0.1, 0.4], &terms).unwrap();
    assert_eq!(result.trades.iter().map(|trade| trade.shares).collect::<Vec<_>>(), [100.0, 200.0]);
}

#[test]
fn a_reversal_closes_one_round_trip_with_its_share_of_the_money_and_costs_are_whole_cents() {
    let bars = bars_of("AAPL", "date open\n2024-01-02 10\n2024-01-03 10\n2024-01-04 12\n2024-01-05 9");
    let dear = Overrides { commission: Some(0.001), ..Overrides::default() };
    let rules = RuleBook::new(Market::Us, &dear, "AAPL", PriceBasis::Raw).unwrap();
    let terms = Terms { unit: TargetUnit::Shares(10.0), ..Terms::new(1e5) };
    let tape = Tape::new(&bars, &rules, &Known::default());
    let result = tape.backtest(0, &[1.0, -1.0, 0.0], &terms).unwrap();
    // 10 bought at 10, 20 sold at 12, 10 bought at 9; commissions 0.10, 0.24, 0.09; SEC fee and TAF a cent each.
    let profits: Vec<f64> = result.round_trips.iter().map(|trip| trip.profit).collect();
    let fees = result.trades[1].other_fees;
    assert_eq!(fees, 0.02, "fractions of a cent, each billed upwards");
    assert_eq!(
        profits,
        [(2_000.0 - 10.0 - 12.0 - fees * 50.0) / 100.0, (3_000.0 - 12.0 - 9.0 - fees * 50.0) / 100.0]
    );
    assert_eq!(result.costs.commission, 0.43);
}

#[test]
fn slippage_stops_at_the_limit_also_where_the_bar_goes_beyond() {
    let bars = bars_of(
        "600000.SH",
        "date       open  high  close pre_close
         2024-01-02 10.00 10.00 10.00 10.00
         2024-01-03 10.30 11.05 10.50 10.00",
    );
    let slipping = Overrides { slippage_bp: 1000.0, ..Overrides::default() };
    let rules = RuleBook::new(Market::Ashare, &slipping, "600000.SH", PriceBasis::Raw).unwrap();
    let result = Tape::new(&bars, &rules, &Known::default()).backtest(0, &[1.0], &Terms::new(1e5)).unwrap();
    assert_eq!(result.trades[0].price, 11.0);
}

#[test]
fn a_close_is_judged_with_what_the_bar_has_shown_of_its_limit() {
    // The high breaks the computed limit, 11.00, by more than 1 %: another rule held, and the close may be bought.
    let bars = bars_of(
        "600000.SH",
        "date       open  high  close pre_close
         2024-01-02 10.00 10.00 10.00 10.00
         2024-01-03 10.50 11.50 11.00 10.00",
    );
    let rules = rules(Market::Ashare, "600000.SH");
    let tape = Tape::new(&bars, &rules, &Known::default());
    let result = tape.backtest(0, &[1.0], &Terms::new(1e5).filled(Fill::NextClose)).unwrap();
    assert_eq!((result.trades.len(), result.blocked.len()), (1, 0));
}

#[test]
fn events_in_old_shares_say_nothing_on_split_adjusted_prices() {
    let raw = bars_of("AAPL", "date open\n2024-01-02 10\n2024-01-03 10\n2024-01-04 10");
    let bars = BarSeries { basis: PriceBasis::SplitAdjusted, ..raw };
    let rules = RuleBook::new(Market::Us, &Overrides::default(), "AAPL", bars.basis).unwrap();
    let split = ExDay { new_shares: 1.0, ..ExDay::dividend(bars.date[2], 0.0) };
    let known = Known { ex_days: vec![split], ..Known::default() };
    let result = Tape::new(&bars, &rules, &known).backtest(0, &[1.0], &Terms::new(1e4)).unwrap();
    assert_eq!((result.holding.shares, result.actions.len()), (1_000.0, 0));
}

#[test]
fn who_buys_once_and_holds_waits_whatever_the_policy() {
    let bars = bars_of(
        "600000.SH",
        "date       open  pre_close
         2024-01-02 10.00 10.00
         2024-01-03 11.00 10.00
         2024-01-04 11.50 11.00",
    );
    let rules = rules(Market::Ashare, "600000.SH");
    let terms = Terms { unfilled: Unfilled::Drop, ..Terms::new(1e5) };
    let held = Tape::new(&bars, &rules, &Known::default()).buy_and_hold(0, &terms).unwrap();
    assert_eq!((held.trades.len(), held.trades[0].reason), (1, Reason::Waited));
}
