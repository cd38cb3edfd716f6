//! Every fee either side of every date on which it changed, of 10,000 shares at 10.00.

use crate::support::{day, rules};
use tidegate_market::*;

fn fees(market: Market, symbol: &str, date: &str, side: Side) -> Fees {
    rules(market, symbol).fees(day(date), side, 10_000.0, 10.0)
}

#[test]
fn stamp_duty_either_side_of_every_date() {
    for (before, purchase, sale, from, purchase_then, sale_then) in [
        ("1990-06-29", 0.0, 0.0, "1990-07-02", 0.0, 600.0),
        ("1991-09-30", 0.0, 600.0, "1991-10-01", 300.0, 300.0),
        ("1992-06-11", 300.0, 300.0, "1992-06-12", 300.0, 300.0),
        ("1997-05-09", 300.0, 300.0, "1997-05-12", 500.0, 500.0),
        ("1998-06-11", 500.0, 500.0, "1998-06-12", 400.0, 400.0),
        ("2001-11-15", 400.0, 400.0, "2001-11-16", 200.0, 200.0),
        ("2005-01-21", 200.0, 200.0, "2005-01-24", 100.0, 100.0),
        ("2007-05-29", 100.0, 100.0, "2007-05-30", 300.0, 300.0),
        ("2008-04-23", 300.0, 300.0, "2008-04-24", 100.0, 100.0),
        ("2008-09-18", 100.0, 100.0, "2008-09-19", 0.0, 100.0),
        ("2023-08-25", 0.0, 100.0, "2023-08-28", 0.0, 50.0),
    ] {
        let duty = |date, side| fees(Market::Ashare, "000001.SZ", date, side).stamp_duty;
        assert_eq!((duty(before, Side::Buy), duty(before, Side::Sell)), (purchase, sale), "{before}");
        assert_eq!((duty(from, Side::Buy), duty(from, Side::Sell)), (purchase_then, sale_then), "{from}");
    }
}

#[test]
fn shenzhen_alone_taxed_sales_until_shanghai_began_on_1991_10_01() {
    let duty = |symbol, date, side| fees(Market::Ashare, symbol, date, side).stamp_duty;
    for (symbol, date, purchase, sale) in [
        ("600600.SH", "1990-12-19", 0.0, 0.0),
        ("600600.SH", "1991-09-30", 0.0, 0.0),
        ("600600.SH", "1991-10-03", 300.0, 300.0),
        ("000001.SZ", "1991-09-30", 0.0, 600.0),
        ("000001.SZ", "1991-10-03", 300.0, 300.0),
    ] {
        assert_eq!(
            (duty(symbol, date, Side::Buy), duty(symbol, date, Side::Sell)),
            (purchase, sale),
            "{symbol} {date}"
        );
    }
}

#[test]
fn no_commission_is_below_what_the_exchange_takes_out_of_it() {
    // Handling fee of both sides per 100,000 yuan: SSE and SZSE notices of 2012, 2015 and 2023; Beijing's 0.05 % was halved in
    // 2022-12 and again on 2023-08-28 (CSRC 2023-08-18).
    for (symbol, date, handling) in [
        ("600000.SH", "2012-05-31", 11.0),
        ("000001.SZ", "2012-05-31", 12.2),
        ("600000.SH", "2015-07-31", 6.96),
        ("600000.SH", "2023-08-25", 4.87),
        ("688256.SH", "2024-01-02", 3.41),
        ("510300.SH", "2021-07-16", 4.5),
        ("159915.SZ", "2024-01-02", 4.0),
        ("430047.BJ", "2021-11-15", 50.0),
        ("430047.BJ", "2022-11-30", 50.0),
        ("430047.BJ", "2022-12-01", 25.0),
        ("430047.BJ", "2023-08-25", 25.0),
        ("430047.BJ", "2023-08-28", 12.5),
    ] {
        let commission = fees(Market::Ashare, symbol, date, Side::Buy).commission;
        assert!(commission >= handling, "{symbol} {date}: {commission}");
    }
    let of_beijing = |date| fees(Market::Ashare, "430047.BJ", date, Side::Sell).commission;
    assert_eq!((of_beijing("2022-11-30"), of_beijing("2022-12-01")), (50.0, 25.0));
}

#[test]
fn transfer_fee_either_side_of_every_date() {
    for (symbol, before, fee, from, fee_then) in [
        ("600000.SH", "2012-05-31", 5.0, "2012-06-01", 3.75),
        ("600000.SH", "2012-08-31", 3.75, "2012-09-03", 3.0),
        ("600000.SH", "2015-07-31", 3.0, "2015-08-03", 2.0),
        ("600000.SH", "2022-04-28", 2.0, "2022-04-29", 1.0),
        ("000001.SZ", "2012-08-31", 2.55, "2012-09-03", 2.55),
        ("000001.SZ", "2015-07-31", 2.55, "2015-08-03", 2.0),
        ("000001.SZ", "2022-04-28", 2.0, "2022-04-29", 1.0),
        ("430047.BJ", "2022-04-28", 2.5, "2022-04-29", 1.0),
    ] {
        for side in [Side::Buy, Side::Sell] {
            let other = |date| fees(Market::Ashare, symbol, date, side).other;
            assert_eq!((other(before), other(from)), (fee, fee_then), "{symbol} {from}");
        }
    }
}

#[test]
fn commission_was_fixed_until_2002_05_01_and_has_a_minimum() {
    let commission = |date| fees(Market::Ashare, "600000.SH", date, Side::Buy).commission;
    assert_eq!((commission("2002-04-30"), commission("2002-05-01")), (350.0, 25.0));
    let small = rules(Market::Ashare, "600000.SH").fees(day("2024-01-02"), Side::Sell, 100.0, 10.0);
    assert_eq!(small.commission, 5.0);
    // A stated rate holds for all years.
    let stated = Overrides { commission: Some(0.001), ..Overrides::default() };
    let book = RuleBook::new(Market::Ashare, &stated, "600000.SH", PriceBasis::Raw).unwrap();
    assert_eq!(book.fees(day("2000-01-04"), Side::Buy, 10_000.0, 10.0).commission, 100.0);
}

#[test]
fn funds_pay_commission_only() {
    for date in ["2008-01-02", "2024-01-02"] {
        for symbol in ["510300.SH", "159915.SZ"] {
            let Fees { commission, stamp_duty, other } = fees(Market::Ashare, symbol, date, Side::Sell);
            assert_eq!((commission, stamp_duty, other), (25.0, 0.0, 0.0), "{symbol} {date}");
        }
    }
}

#[test]
fn section_31_and_trading_activity_fee_either_side_of_every_date() {
    // Section 31 of 100,000 dollars and TAF of 10,000 shares, each up to the cent.
    for (before, fee, from, fee_then) in [
        ("2012-06-29", 2.07, "2012-07-02", 2.07 + 1.19),
        ("2020-02-14", 2.07 + 1.19, "2020-02-18", 2.21 + 1.19),
        ("2021-02-24", 2.21 + 1.19, "2021-02-25", 0.51 + 1.19),
        ("2021-12-31", 0.51 + 1.19, "2022-01-03", 0.51 + 1.30),
        ("2022-05-13", 0.51 + 1.30, "2022-05-16", 2.29 + 1.30),
        ("2022-12-30", 2.29 + 1.30, "2023-01-03", 2.29 + 1.45),
        ("2023-02-24", 2.29 + 1.45, "2023-02-27", 0.80 + 1.45),
        ("2023-12-29", 0.80 + 1.45, "2024-01-02", 0.80 + 1.66),
        ("2024-05-21", 0.80 + 1.66, "2024-05-22", 2.78 + 1.66),
        ("2025-05-13", 2.78 + 1.66, "2025-05-14", 1.66),
        ("2025-12-31", 1.66, "2026-01-02", 1.95),
        ("2026-04-02", 1.95, "2026-04-06", 2.06 + 1.95),
        ("2026-09-30", 2.06 + 1.95, "2026-10-01", 2.06),
        ("2026-12-31", 2.06, "2027-01-04", 2.06 + 2.32),
        ("2027-12-31", 2.06 + 2.32, "2028-01-03", 2.06 + 2.40),
    ] {
        let other = |date, side| fees(Market::Us, "AAPL", date, side).other;
        assert!((other(before, Side::Sell) - fee).abs() < 1e-9, "{before}: {}", other(before, Side::Sell));
        assert!((other(from, Side::Sell) - fee_then).abs() < 1e-9, "{from}: {}", other(from, Side::Sell));
        assert_eq!(other(from, Side::Buy), 0.0, "{from}");
    }
    let large = rules(Market::Us, "AAPL").fees(day("2026-02-02"), Side::Sell, 1e6, 10.0);
    assert_eq!(large.other, 9.79, "the cap, while Section 31 was zero");
}

#[test]
fn kinds_of_funds_that_may_be_sold_on_the_day_they_were_bought() {
    use Settlement::{NextDay, SameDay};
    for (symbol, date, settlement) in [
        ("600000.SH", "1994-12-30", SameDay),
        ("600000.SH", "1995-01-03", NextDay),
        ("510300.SH", "2024-01-02", NextDay),
        ("588000.SH", "2024-01-02", NextDay),
        ("159915.SZ", "2024-01-02", NextDay),
        ("518880.SH", "2013-12-06", NextDay),
        ("518880.SH", "2013-12-09", SameDay),
        ("511010.SH", "2013-12-09", SameDay),
        ("513100.SH", "2015-01-16", NextDay),
        ("513100.SH", "2015-01-19", SameDay),
        // Funds of Saudi shares, and of bonds.
        ("520830.SH", "2024-07-16", SameDay),
        ("551030.SH", "2025-07-17", SameDay),
    ] {
        assert_eq!(rules(Market::Ashare, symbol).settlement(day(date)), settlement, "{symbol} {date}");
    }
}

#[test]
fn ticks_lots_and_largest_orders() {
    let book = |symbol| rules(Market::Ashare, symbol);
    assert_eq!((book("600000.SH").tick(10.0), book("510300.SH").tick(3.0)), (Some(0.01), Some(0.001)));
    assert_eq!(book("510300.SH").lot(), Lot::Shares { minimum: 100, step: 100 });
    assert_eq!(book("600000.SH").largest_order(), Some(1e6));
    assert_eq!(book("300454.SZ").largest_order(), None, "no well-known figure");
    let us = rules(Market::Us, "AAPL");
    assert_eq!((us.tick(1.0), us.tick(0.99)), (Some(0.01), Some(0.0001)));
    assert_eq!(rules(Market::None, "X").tick(10.0), None);
    let stated = Overrides { tick: Some(0.05), lot: Some(10), ..Overrides::default() };
    let own = RuleBook::new(Market::None, &stated, "X", PriceBasis::Raw).unwrap();
    assert_eq!((own.tick(10.0), own.lot()), (Some(0.05), Lot::Shares { minimum: 10, step: 10 }));
}

#[test]
fn lots_go_by_the_day() {
    let book = |symbol| rules(Market::Ashare, symbol);
    let shares = |minimum, step| Lot::Shares { minimum, step };
    for (symbol, date, lot) in [
        ("600000.SH", "1999-11-10", shares(100, 100)),
        ("600000.SH", "2026-11-02", shares(100, 100)),
        ("300127.SZ", "2010-10-11", shares(100, 100)),
        ("688256.SH", "2020-07-20", shares(200, 1)),
        ("430047.BJ", "2021-11-15", shares(100, 1)),
    ] {
        assert_eq!(book(symbol).lot_on(day(date)), lot, "{symbol} {date}");
        assert_eq!(book(symbol).lot_on(day(date)), book(symbol).lot(), "{symbol} {date}");
    }
    // Should single shares above the first hundred come one day, older days keep their lots.
    let text = "lot = [
        { from = 2020-01-02, minimum = 100, step = 100 },
        { from = 2030-01-02, minimum = 100, step = 1 },
    ]";
    let tables = Some(RuleTables::parse(text, "own").unwrap());
    let own = |allow_fraction| {
        let overrides = Overrides { tables: tables.clone(), allow_fraction, ..Overrides::default() };
        RuleBook::new(Market::Ashare, &overrides, "600000.SH", PriceBasis::Raw).unwrap()
    };
    let on = |date| own(None).lot_on(day(date));
    assert_eq!((on("2029-12-31"), on("2030-01-02")), (shares(100, 100), shares(100, 1)));
    assert_eq!(own(None).lot(), shares(100, 1), "of today");
    // Before the first line there is no rule.
    assert_eq!((on("2020-01-01"), own(Some(false)).lot_on(day("2020-01-01"))), (Lot::Fraction, Lot::WHOLE));
    assert_eq!(own(Some(true)).lot_on(day("2029-12-31")), Lot::Fraction);
    let stated = Overrides { lot: Some(10), ..Overrides::default() };
    let stated = RuleBook::new(Market::Ashare, &stated, "600000.SH", PriceBasis::Raw).unwrap();
    assert_eq!(stated.lot_on(day("1991-01-02")), shares(10, 10));
}

#[test]
fn slippage_in_ticks_needs_a_tick() {
    let slips = Overrides { slippage_ticks: 2.0, ..Overrides::default() };
    let ashare = RuleBook::new(Market::Ashare, &slips, "600000.SH", PriceBasis::Raw).unwrap();
    assert!((ashare.fill_price(day("2024-06-28"), Side::Buy, 10.0, PriceLimit::Free) - 10.02).abs() < 1e-12);
    assert!((ashare.fill_price(day("2024-06-28"), Side::Sell, 10.0, PriceLimit::Free) - 9.98).abs() < 1e-12);
    // Funds had the tick of shares until 2003-03-03.
    let fund = RuleBook::new(Market::Ashare, &slips, "510300.SH", PriceBasis::Raw).unwrap();
    for (on, price) in [("2003-02-28", 1.02), ("2003-03-03", 1.002)] {
        let found = fund.fill_price(day(on), Side::Buy, 1.0, PriceLimit::Free);
        assert!((found - price).abs() < 1e-12, "{on}: {found}");
    }
    let error = RuleBook::new(Market::None, &slips, "X", PriceBasis::Raw).unwrap_err();
    assert!(error.to_string().contains("market.slippage_bp"), "{error}");
    assert!(RuleBook::new(Market::Ashare, &slips, "600000.SH", PriceBasis::SplitAdjusted).is_err());
}

#[test]
fn a_fund_says_that_its_limit_is_assumed_unless_its_code_tells() {
    let notes = |symbol| rules(Market::Ashare, symbol).notes();
    assert_eq!(notes("159915.SZ"), [RuleNote::FundLimitAssumed, RuleNote::CommissionOfToday]);
    assert_eq!(notes("588000.SH"), [RuleNote::CommissionOfToday]);
    assert_eq!(Market::suggested_for("510300.SH"), Market::Ashare);
}
