//! Accounts worked out on paper, to the cent, as tables: bars, what was decided after each close, and every line of the
//! account. A line is `day what: commission + duty + other fees = cash, shares`.

mod orders;

use crate::support::{bars_of, day, replayed};
use tidegate_market::*;

const MAIN: &str = "600000.SH";
const STAR: &str = "688256.SH";

struct Case {
    symbol: &'static str,
    market: Market,
    overrides: Overrides,
    known: Known,
    terms: Terms,
    bars: &'static str,
    /// One per bar.
    targets: &'static [f64],
    account: &'static str,
}

/// An A-share of the main board, 100,000 yuan, the default terms.
fn case() -> Case {
    Case {
        symbol: MAIN,
        market: Market::Ashare,
        overrides: Overrides::default(),
        known: Known::default(),
        terms: Terms::new(100_000.0),
        bars: "",
        targets: &[],
        account: "",
    }
}

/// Every change of the account, told from the rows of the result alone.
fn account(result: &Backtest) -> Vec<String> {
    let mut lines = Vec::new();
    let held = replayed(result, true);
    for (i, date) in result.dates.iter().enumerate() {
        let mut happened: Vec<String> = Vec::new();
        for row in result.actions.iter().filter(|row| row.date == *date) {
            happened.push(format!("{} {:.2} and {} shares", row.kind.as_str(), row.cash, row.shares));
        }
        for t in result.trades.iter().filter(|t| t.date == *date) {
            let fees = format!("{:.2} + {:.2} + {:.2}", t.commission, t.stamp_duty, t.other_fees);
            happened.push(format!("{} {} at {}: {fees}", t.side.as_str(), t.shares, t.price));
        }
        for row in result.blocked.iter().filter(|row| row.date == *date) {
            happened.push(format!("{} waits: {}", row.side.as_str(), row.cause.as_str()));
        }
        if !happened.is_empty() {
            lines.push(format!("{date} {} = {:.2}, {}", happened.join("; "), held[i].cash, held[i].shares));
        }
    }
    lines
}

fn run(case: &Case) -> Backtest {
    let bars = bars_of(case.symbol, case.bars);
    let rules = RuleBook::new(case.market, &case.overrides, case.symbol, bars.basis).unwrap();
    Tape::new(&bars, &rules, &case.known).backtest(0, case.targets, &case.terms).unwrap()
}

fn agrees(case: &Case) -> Backtest {
    let result = run(case);
    let expected: Vec<&str> = case.account.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(account(&result), expected);
    let last = replayed(&result, true).pop().unwrap();
    assert_eq!(last, result.holding);
    result
}

#[test]
fn shares_bought_today_are_sold_tomorrow_at_the_earliest() {
    // 9,900 x 10 = 99,000; 0.025 % of it is 24.75; transfer fee 0.001 %.
    agrees(&Case {
        bars: "date       open  close
               2024-01-02 10.00 10.00
               2024-01-03 10.00 10.40
               2024-01-04 10.50 10.50",
        targets: &[1.0, 0.0, 0.0],
        account: "2024-01-03 buy 9900 at 10: 24.75 + 0.00 + 0.99 = 974.26, 9900
                  2024-01-04 sell 9900 at 10.5: 25.99 + 51.98 + 1.04 = 104845.25, 0",
        ..case()
    });
}

#[test]
fn special_treatment_halves_the_limit_until_2026_07_03() {
    // 10.50 is the limit of an ST share on Friday and 11.00 on Monday.
    let standing = Standing {
        from: day("2026-01-05"),
        special_treatment: true,
        unreformed: false,
        delisting_period: false,
    };
    agrees(&Case {
        known: Known { standings: vec![standing], ..Known::default() },
        bars: "date       open  close
               2026-07-02 10.00 10.00
               2026-07-03 10.50 10.00
               2026-07-06 10.50 10.50",
        targets: &[1.0],
        account: "2026-07-03 buy waits: price_limit = 100000.00, 0
                  2026-07-06 buy 9500 at 10.5: 24.94 + 0.00 + 1.00 = 224.06, 9500",
        ..case()
    });
}

#[test]
fn a_share_without_reform_is_limited_to_five_per_cent_from_2007_01_08() {
    let standing = Standing {
        from: day("2006-10-09"),
        special_treatment: false,
        unreformed: true,
        delisting_period: false,
    };
    // Duty of 0.1 % on both sides, transfer fee of 0.05 % of the face value.
    agrees(&Case {
        known: Known { standings: vec![standing], ..Known::default() },
        bars: "date       open  close
               2007-01-05 10.00 10.00
               2007-01-08 10.50 10.00
               2007-01-09 10.49 10.49",
        targets: &[1.0],
        account: "2007-01-08 buy waits: price_limit = 100000.00, 0
                  2007-01-09 buy 9500 at 10.49: 24.91 + 99.66 + 4.75 = 215.68, 9500",
        ..case()
    });
}

#[test]
fn on_a_share_reform_day_a_sale_below_the_limit_price_fills() {
    // Three new shares for ten are no part of the reference price: 5.00 opens at 4.10, beyond ten per cent. Bought in 2005:
    // duty of 0.1 % on both sides, 0.05 % of the face value.
    agrees(&Case {
        bars: "date       open close pre_close factor
               2005-10-20 5.00 5.00  5.00      1
               2005-10-21 5.00 5.00  5.00      1
               2005-10-24 4.10 4.20  5.00      1.3",
        targets: &[1.0, 0.0],
        account: "2005-10-21 buy 19900 at 5: 24.88 + 99.50 + 9.95 = 365.67, 19900
                  2005-10-24 reinvested 0.00 and 5970 shares; sell 25870 at 4.1: 26.52 + 106.07 + 12.94 = 106287.14, 0",
        ..case()
    });
}

#[test]
fn stamp_duty_fell_away_from_purchases_on_2008_09_19_and_was_halved_on_2023_08_28() {
    // Bought and sold at 10.00 on two days running, so that each purchase and sale stands on one side of the date.
    let around = |bars, account| {
        agrees(&Case { terms: Terms::new(10_100.0), bars, targets: &[1.0, 0.0, 1.0, 0.0], account, ..case() })
    };
    around(
        "date       open  close
         2008-09-16 10.00 10.00
         2008-09-17 10.00 10.00
         2008-09-18 10.00 10.00
         2008-09-19 10.00 10.00
         2008-09-22 10.00 10.00",
        "2008-09-17 buy 1000 at 10: 5.00 + 10.00 + 0.50 = 84.50, 1000
         2008-09-18 sell 1000 at 10: 5.00 + 10.00 + 0.50 = 10069.00, 0
         2008-09-19 buy 1000 at 10: 5.00 + 0.00 + 0.50 = 63.50, 1000
         2008-09-22 sell 1000 at 10: 5.00 + 10.00 + 0.50 = 10048.00, 0",
    );
    around(
        "date       open  close
         2023-08-23 10.00 10.00
         2023-08-24 10.00 10.00
         2023-08-25 10.00 10.00
         2023-08-28 10.00 10.00
         2023-08-29 10.00 10.00",
        "2023-08-24 buy 1000 at 10: 5.00 + 0.00 + 0.10 = 94.90, 1000
         2023-08-25 sell 1000 at 10: 5.00 + 10.00 + 0.10 = 10079.80, 0
         2023-08-28 buy 1000 at 10: 5.00 + 0.00 + 0.10 = 74.70, 1000
         2023-08-29 sell 1000 at 10: 5.00 + 5.00 + 0.10 = 10064.60, 0",
    );
}

#[test]
fn a_cash_dividend_is_paid_on_the_ex_day_and_the_value_stays() {
    // 0.50 a share on 9,900 shares; 10.00 opens at 9.50.
    let result = agrees(&Case {
        known: Known { ex_days: vec![ExDay::dividend(day("2024-01-04"), 0.5)], ..Known::default() },
        bars: "date       open  close pre_close factor
               2024-01-02 10.00 10.00 10.00     1
               2024-01-03 10.00 10.00 10.00     1
               2024-01-04  9.50  9.50  9.50     1.0526315789473684
               2024-01-05  9.50  9.50  9.50     1.0526315789473684",
        targets: &[1.0, 1.0, 0.0],
        account: "2024-01-03 buy 9900 at 10: 24.75 + 0.00 + 0.99 = 974.26, 9900
                  2024-01-04 dividend 4950.00 and 0 shares = 5924.26, 9900
                  2024-01-05 sell 9900 at 9.5: 23.51 + 47.03 + 0.94 = 99902.78, 0",
        ..case()
    });
    assert_eq!(result.equity[1], result.equity[2]);
    // The dividend belongs to the round trip.
    assert!((result.round_trips[0].profit - (99_902.78 - 100_000.0)).abs() < 1e-6);
}

#[test]
fn bonus_shares_come_whole_and_the_odd_rest_is_sold_in_one_order() {
    // Three for ten on 9,900 shares: 2,970. Then 4.55 for a hundred on 12,870: 585.585, half up 586.
    agrees(&Case {
        known: Known {
            ex_days: vec![ExDay::split(day("2024-01-04"), 1.3), ExDay::split(day("2024-01-05"), 1.0455)],
            ..Known::default()
        },
        bars: "date       open  close pre_close
               2024-01-02 10.00 10.00 10.00
               2024-01-03 10.00 10.00 10.00
               2024-01-04  7.69  7.69  7.69
               2024-01-05  7.36  7.36  7.36
               2024-01-08  7.40  7.40  7.36",
        targets: &[1.0, 1.0, 1.0, 0.0],
        account: "2024-01-03 buy 9900 at 10: 24.75 + 0.00 + 0.99 = 974.26, 9900
                  2024-01-04 new_shares 0.00 and 2970 shares = 974.26, 12870
                  2024-01-05 new_shares 0.00 and 586 shares = 974.26, 13456
                  2024-01-08 sell 13456 at 7.4: 24.89 + 49.79 + 1.00 = 100472.98, 0",
        ..case()
    });
}

#[test]
fn a_united_states_reverse_split_pays_the_fraction_in_cash() {
    // 333 shares become 33 and 3 tenths of one at 300 dollars.
    agrees(&Case {
        symbol: "AAPL",
        market: Market::Us,
        terms: Terms::new(10_000.0),
        known: Known { ex_days: vec![ExDay::split(day("2024-06-05"), 0.1)], ..Known::default() },
        bars: "date       open   close
               2024-06-03  30.00  30.00
               2024-06-04  30.00  30.00
               2024-06-05 300.00 301.00",
        targets: &[1.0],
        account: "2024-06-04 buy 333 at 30: 0.00 + 0.00 + 0.00 = 10.00, 333
                  2024-06-05 new_shares 90.00 and -300 shares = 100.00, 33",
        ..case()
    });
}

#[test]
fn where_events_and_factor_disagree_the_factor_counts_and_the_row_says_so() {
    let result = agrees(&Case {
        known: Known { ex_days: vec![ExDay::dividend(day("2024-01-04"), 0.1)], ..Known::default() },
        bars: "date       open  close pre_close factor
               2024-01-02 10.00 10.00 10.00     1
               2024-01-03 10.00 10.00 10.00     1
               2024-01-04  8.00  8.00  8.00     1.25",
        targets: &[1.0],
        account: "2024-01-03 buy 9900 at 10: 24.75 + 0.00 + 0.99 = 974.26, 9900
                  2024-01-04 factor_over_events 0.00 and 2475 shares = 974.26, 12375",
        ..case()
    });
    assert_eq!(result.equity[1], result.equity[2]);
}

#[test]
fn rights_are_not_taken_and_their_worth_is_lost() {
    // Three rights for ten at 5 yuan: (10 + 1.5) / 1.3 = 8.85.
    let rights = ExDay { rights: 0.3, rights_price: 5.0, ..ExDay::dividend(day("2024-01-04"), 0.0) };
    agrees(&Case {
        known: Known { ex_days: vec![rights], ..Known::default() },
        bars: "date       open  close pre_close factor
               2024-01-02 10.00 10.00 10.00     1
               2024-01-03 10.00 10.00 10.00     1
               2024-01-04  8.85  8.85  8.85     1.1299435028248588",
        targets: &[1.0],
        account: "2024-01-03 buy 9900 at 10: 24.75 + 0.00 + 0.99 = 974.26, 9900",
        ..case()
    });
}

#[test]
fn on_the_star_board_two_hundred_shares_are_the_least_and_then_single_ones() {
    // 19,990 of 20,000 yuan would buy 199.9 shares of 100 yuan; with 21,000 it is 209, and their rest below 200 goes whole.
    let bars = "date       open   close
                2024-01-02 100.00 100.00
                2024-01-03 100.00 100.00
                2024-01-04 100.00 100.00
                2024-01-05 100.00 100.00";
    let short_of_it =
        run(&Case { symbol: STAR, terms: Terms::new(20_000.0), bars, targets: &[1.0], ..case() });
    assert_eq!((short_of_it.trades.len(), short_of_it.orders.too_small), (0, 1));
    agrees(&Case {
        symbol: STAR,
        terms: Terms::new(21_000.0),
        bars,
        // To 0.5 it would take 104 shares: below the least, nothing.
        targets: &[1.0, 0.5, 0.0],
        account: "2024-01-03 buy 209 at 100: 5.23 + 0.00 + 0.21 = 94.56, 209
                  2024-01-05 sell 209 at 100: 5.23 + 10.45 + 0.21 = 20978.67, 0",
        ..case()
    });
}

#[test]
fn a_delisted_share_leaves_its_last_price_or_nothing() {
    let delisted = |delisting, account| {
        agrees(&Case {
            known: Known { delisted: Some(day("2024-01-08")), ..Known::default() },
            terms: Terms { delisting, ..Terms::new(100_000.0) },
            bars: "date       open  close
                   2024-01-03 10.00 10.00
                   2024-01-04 10.00 10.00
                   2024-01-05  9.50  9.20",
            targets: &[1.0],
            account,
            ..case()
        })
    };
    let last = delisted(
        DelistedAt::LastPrice,
        "2024-01-04 buy 9900 at 10: 24.75 + 0.00 + 0.99 = 974.26, 9900
         2024-01-05 delisted 91080.00 and -9900 shares = 92054.26, 0",
    );
    assert_eq!((last.equity[2], last.position[2]), (92_054.26, 0.0));
    assert_eq!(last.round_trips.len(), 1);
    let nothing = delisted(
        DelistedAt::Zero,
        "2024-01-04 buy 9900 at 10: 24.75 + 0.00 + 0.99 = 974.26, 9900
         2024-01-05 delisted 0.00 and -9900 shares = 974.26, 0",
    );
    assert_eq!(nothing.equity[2], 974.26);
}

#[test]
fn a_short_position_pays_for_what_it_borrows_by_calendar_days() {
    // 333 shares at 30: over a night 333 x 30 x 10 % / 365 = 2.74; from Friday to Monday three times as much: 8.21.
    let result = agrees(&Case {
        symbol: "AAPL",
        market: Market::Us,
        overrides: Overrides { borrow_rate: Some(0.1), ..Overrides::default() },
        terms: Terms::new(10_000.0),
        bars: "date       open  close
               2024-06-05 30.00 30.00
               2024-06-06 30.00 30.00
               2024-06-07 30.00 30.00
               2024-06-10 30.00 30.00
               2024-06-11 30.00 30.00",
        targets: &[-1.0, -1.0, -1.0, 0.0],
        account: "2024-06-06 sell 333 at 30: 0.00 + 0.00 + 0.34 = 19989.66, -333
                  2024-06-07 borrowing -2.74 and 0 shares = 19986.92, -333
                  2024-06-10 borrowing -8.21 and 0 shares = 19978.71, -333
                  2024-06-11 borrowing -2.74 and 0 shares; buy 333 at 30: 0.00 + 0.00 + 0.00 = 9985.97, 0",
        ..case()
    });
    assert!((result.costs.borrowing - 13.69).abs() < 1e-9);
    assert!((result.costs.fees() - 14.03).abs() < 1e-9);
}

#[test]
fn a_fill_at_the_next_close_or_average_is_judged_by_that_price() {
    // 01-03 opens free and closes locked at 11.00; its average, 1,070,000 / 100,000 = 10.70, is below the limit.
    let bars = "date       open  close high  low   volume amount
                2024-01-02 10.00 10.00 10.00 10.00 100000 1000000
                2024-01-03 10.10 11.00 11.00 10.10 100000 1070000
                2024-01-04 11.50 11.60 11.90 11.20 100000 9999999
                2024-01-05 11.60 11.60 11.60 11.60 100000 1160000";
    let at = |fill| {
        let result =
            run(&Case { terms: Terms::new(100_000.0).filled(fill), bars, targets: &[1.0], ..case() });
        (result.trades[0].date.day(), result.trades[0].price, result.blocked.len())
    };
    assert_eq!(at(Fill::NextOpen), (3, 10.1, 0));
    assert_eq!(at(Fill::NextClose), (4, 11.6, 1));
    assert_eq!(at(Fill::NextVwap), (3, 10.7, 0));
    assert_eq!(at(Fill::SameClose), (2, 10.0, 0));
    // 9,999,999 / 100,000 is no price of 01-04: the typical one, (11.90 + 11.20 + 11.60) / 3, stands in.
    let result = run(&Case {
        terms: Terms::new(100_000.0).filled(Fill::NextVwap),
        bars,
        targets: &[0.0, 1.0],
        ..case()
    });
    assert!((result.trades[0].price - 34.7 / 3.0).abs() < 1e-12);
}

#[test]
fn a_day_that_opens_locked_is_lost_for_an_average_order() {
    let result = run(&Case {
        terms: Terms::new(100_000.0).filled(Fill::NextVwap),
        bars: "date       open  close high  low
               2024-01-02 10.00 10.00 10.00 10.00
               2024-01-03 11.00 10.50 11.00 10.40
               2024-01-04 10.50 10.50 10.50 10.50",
        targets: &[1.0],
        ..case()
    });
    assert_eq!((result.trades[0].date, result.blocked[0].cause), (day("2024-01-04"), Blocked::PriceLimit));
}

#[test]
fn slippage_in_ticks_is_kept_within_the_prices_of_the_day() {
    let result = run(&Case {
        overrides: Overrides { slippage_ticks: 2.0, ..Overrides::default() },
        bars: "date       open  close high  low
               2024-01-02 10.00 10.00 10.00 10.00
               2024-01-03 10.00 10.10 10.10 10.00
               2024-01-04 10.10 10.20 10.20 10.09",
        targets: &[1.0, 0.0],
        ..case()
    });
    assert_eq!(result.trades.iter().map(|t| t.price).collect::<Vec<_>>(), [10.02, 10.09]);
}

#[test]
fn a_volume_cap_that_is_no_share_is_refused() {
    for cap in [0.0, -0.1, 1.1, f64::NAN] {
        let bars = bars_of(MAIN, "date open\n2024-01-02 10\n2024-01-03 10");
        let rules = RuleBook::frictionless();
        let terms = Terms { volume_cap: Some(cap), ..Terms::new(1.0) };
        let found = Tape::new(&bars, &rules, &Known::default()).backtest(0, &[1.0], &terms);
        assert!(matches!(found, Err(BacktestError::VolumeCap(_))), "{cap}");
    }
}
