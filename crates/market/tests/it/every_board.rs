//! Every dated rule for every kind of security, the day before it came and the day it came, as tables to be read beside the
//! announcements. The boards opened on 1990-12-01 (Shenzhen, a Saturday), 1990-12-19 (Shanghai), 2009-10-30 (ChiNext, 300),
//! 2019-07-22 (STAR, 688) and 2021-11-15 (Beijing); 588 and 589 are funds of STAR indexes.

use crate::support::{bars, day, rules};
use tidegate_market::*;

/// A table of what `cell` says: symbols above, days at the left.
fn agrees(expected: &str, cell: impl Fn(&str, TradeDate) -> String) {
    let mut lines = expected.lines().map(str::trim).filter(|line| !line.is_empty());
    let symbols: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    for line in lines {
        let cells: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(cells.len(), symbols.len() + 1, "{line}");
        for (symbol, expected) in symbols.iter().zip(&cells[1..]) {
            assert_eq!(cell(symbol, day(cells[0])), *expected, "{symbol} on {}", cells[0]);
        }
    }
}

fn standing(from: TradeDate) -> Standing {
    Standing { from, special_treatment: false, unreformed: false, delisting_period: false }
}

/// Per cent of 10.00 that each bar of one price may move, `-` without a limit.
fn percents(symbol: &str, days: &[TradeDate], known: &Known) -> Vec<String> {
    let texts: Vec<String> = days.iter().map(ToString::to_string).collect();
    let rows: Vec<(&str, f64, f64)> = texts.iter().map(|date| (date.as_str(), 10.0, 10.0)).collect();
    let told = |limit| match limit {
        PriceLimit::Band { up, down, .. } => {
            let (above, below) = ((up - 10.0) * 10.0, (10.0 - down) * 10.0);
            match (above - below).abs() < 1e-9 {
                true => format!("{above:.0}"),
                false => format!("{above:.0}/{below:.0}"),
            }
        }
        PriceLimit::Free | PriceLimit::Unknown => "-".into(),
    };
    rules(Market::Ashare, symbol).limits(&bars(symbol, &rows), known).into_iter().map(told).collect()
}

/// `count` weekdays from `first` on.
fn weekdays(first: TradeDate, count: usize) -> Vec<TradeDate> {
    let days = std::iter::successors(Some(first), |day| Some(day.next_day()));
    days.filter(|day| *day == first || !day.is_weekend()).take(count).collect()
}

#[test]
fn the_usual_limit() {
    // Since 1996-12-16 10 %; STAR rules; CSDC and SZSE notice of 2020-08-18; ChiNext special rules 2.9; BSE opening rules.
    agrees(
        "           600000.SH 000001.SZ 002594.SZ 300127.SZ 688256.SH 430047.BJ 510300.SH 159915.SZ 588000.SH 589000.SH
         1996-12-13 -         -         -         -         -         -         -         -         -         -
         1996-12-16 10        10        10        -         -         -         10        10        10        10
         2009-10-29 10        10        10        -         -         -         10        10        10        10
         2009-10-30 10        10        10        10        -         -         10        10        10        10
         2019-07-19 10        10        10        10        -         -         10        10        10        10
         2019-07-22 10        10        10        10        20        -         10        10        10        10
         2020-08-21 10        10        10        10        20        -         10        10        10        10
         2020-08-24 10        10        10        20        20        -         10        10        10        10
         2020-11-13 10        10        10        20        20        -         10        10        10        10
         2020-11-16 10        10        10        20        20        -         10        10        20        20
         2021-11-12 10        10        10        20        20        -         10        10        20        20
         2021-11-15 10        10        10        20        20        30        10        10        20        20
         2026-11-02 10        10        10        20        20        30        10        10        20        20",
        |symbol, date| percents(symbol, &[date], &Known::default()).remove(0),
    );
}

#[test]
fn the_limit_under_special_treatment() {
    // 5 % on the main boards from 1998-04-22 (both exchanges) to 2026-07-03 (HKEX circular of 2026-06-15); nowhere else.
    agrees(
        "           600000.SH 000001.SZ 300127.SZ 688256.SH 430047.BJ 510300.SH 588000.SH
         1998-04-21 10        10        -         -         -         10        10
         1998-04-22 5         5         -         -         -         10        10
         2009-10-30 5         5         10        -         -         10        10
         2020-08-24 5         5         20        20        -         10        10
         2021-11-15 5         5         20        20        30        10        20
         2026-07-03 5         5         20        20        30        10        20
         2026-07-06 10        10        20        20        30        10        20",
        |symbol, date| {
            let st = Standing { special_treatment: true, ..standing(day("1990-12-01")) };
            percents(symbol, &[date], &Known { standings: vec![st], ..Known::default() }).remove(0)
        },
    );
}

#[test]
fn the_limit_of_companies_without_share_reform() {
    // 5 % from 2007-01-08 (plan of both exchanges of 2006-12), and still, ST or not.
    agrees(
        "           600000.SH 000001.SZ 300127.SZ 688256.SH 430047.BJ 510300.SH 588000.SH
         2007-01-05 10        10        -         -         -         10        10
         2007-01-08 5         5         -         -         -         10        10
         2009-10-30 5         5         10        -         -         10        10
         2021-11-15 5         5         20        20        30        10        20
         2026-07-06 5         5         20        20        30        10        20",
        |symbol, date| {
            let s = Standing { unreformed: true, ..standing(day("1990-12-01")) };
            percents(symbol, &[date], &Known { standings: vec![s], ..Known::default() }).remove(0)
        },
    );
}

#[test]
fn the_first_three_days_of_a_delisting_period_that_begins_on_the_day() {
    // 10 % since 2012-07-17 (SZSE notice), for ST too; on ChiNext and STAR the board's own, and who was in the period on
    // 2020-08-24 kept 10 %; the first day free since 2020-12-31.
    agrees(
        "           600000.SH 000001.SZ 300127.SZ 688256.SH 430047.BJ 510300.SH 588000.SH
         2012-07-16 5,5,5     5,5,5     10,10,10  -,-,-     -,-,-     10,10,10  10,10,10
         2012-07-17 10,10,10  10,10,10  10,10,10  -,-,-     -,-,-     10,10,10  10,10,10
         2019-07-19 10,10,10  10,10,10  10,10,10  -,20,20   -,-,-     10,10,10  10,10,10
         2019-07-22 10,10,10  10,10,10  10,10,10  20,20,20  -,-,-     10,10,10  10,10,10
         2020-08-21 10,10,10  10,10,10  10,10,10  20,20,20  -,-,-     10,10,10  10,10,10
         2020-08-24 10,10,10  10,10,10  20,20,20  20,20,20  -,-,-     10,10,10  10,10,10
         2020-12-30 10,10,10  10,10,10  20,20,20  20,20,20  -,-,-     10,10,10  20,20,20
         2020-12-31 -,10,10   -,10,10   -,20,20   -,20,20   -,-,-     10,10,10  20,20,20
         2021-11-12 -,10,10   -,10,10   -,20,20   -,20,20   -,30,30   10,10,10  20,20,20
         2021-11-15 -,10,10   -,10,10   -,20,20   -,20,20   30,30,30  10,10,10  20,20,20
         2026-07-06 -,10,10   -,10,10   -,20,20   -,20,20   30,30,30  10,10,10  20,20,20",
        |symbol, since| {
            let st = Standing { special_treatment: true, ..standing(day("1990-12-01")) };
            let period = Standing { delisting_period: true, from: since, ..st };
            let known = Known { standings: vec![st, period], ..Known::default() };
            let mut days = weekdays(since, 3);
            // A day before: a series that begins within the period does not know how many went before.
            days.insert(0, day("2012-07-02"));
            percents(symbol, &days, &known)[1..].join(",")
        },
    );
}

#[test]
fn the_first_six_days_of_a_listing_on_the_day() {
    // Days without a limit, or 144 % and 64 % of the issue price: SSE from 2014-01-17, both from 2014-06-26 to the boards'
    // registration rules (2019-07-22, 2020-08-24, 2023-04-10) with five free days; Beijing one. Funds have none.
    agrees(
        "           600000.SH        000001.SZ        300127.SZ        688256.SH      430047.BJ      510300.SH
         1997-01-06 -,10,10,10,10,10 -,10,10,10,10,10 -,-,-,-,-,-      -,-,-,-,-,-    -,-,-,-,-,-    10,10,10,10,10,10
         2009-10-30 -,10,10,10,10,10 -,10,10,10,10,10 -,10,10,10,10,10 -,-,-,-,-,-    -,-,-,-,-,-    10,10,10,10,10,10
         2014-01-16 -,10,10,10,10,10 -,10,10,10,10,10 -,10,10,10,10,10 -,-,-,-,-,-    -,-,-,-,-,-    10,10,10,10,10,10
         2014-01-17 44/36,10,10,10,10,10 -,10,10,10,10,10 -,10,10,10,10,10 -,-,-,-,-,- -,-,-,-,-,-   10,10,10,10,10,10
         2014-06-25 44/36,10,10,10,10,10 -,10,10,10,10,10 -,10,10,10,10,10 -,-,-,-,-,- -,-,-,-,-,-   10,10,10,10,10,10
         2014-06-26 44/36,10,10,10,10,10 44/36,10,10,10,10,10 44/36,10,10,10,10,10 -,-,-,-,-,- -,-,-,-,-,- 10,10,10,10,10,10
         2019-07-19 44/36,10,10,10,10,10 44/36,10,10,10,10,10 44/36,10,10,10,10,10 -,20,20,20,20,20 -,-,-,-,-,- 10,10,10,10,10,10
         2019-07-22 44/36,10,10,10,10,10 44/36,10,10,10,10,10 44/36,10,10,10,10,10 -,-,-,-,-,20 -,-,-,-,-,- 10,10,10,10,10,10
         2020-08-21 44/36,10,10,10,10,10 44/36,10,10,10,10,10 44/36,20,20,20,20,20 -,-,-,-,-,20 -,-,-,-,-,- 10,10,10,10,10,10
         2020-08-24 44/36,10,10,10,10,10 44/36,10,10,10,10,10 -,-,-,-,-,20     -,-,-,-,-,20   -,-,-,-,-,-    10,10,10,10,10,10
         2021-11-12 44/36,10,10,10,10,10 44/36,10,10,10,10,10 -,-,-,-,-,20     -,-,-,-,-,20   -,30,30,30,30,30 10,10,10,10,10,10
         2021-11-15 44/36,10,10,10,10,10 44/36,10,10,10,10,10 -,-,-,-,-,20     -,-,-,-,-,20   -,30,30,30,30,30 10,10,10,10,10,10
         2023-04-07 44/36,10,10,10,10,10 44/36,10,10,10,10,10 -,-,-,-,-,20     -,-,-,-,-,20   -,30,30,30,30,30 10,10,10,10,10,10
         2023-04-10 -,-,-,-,-,10         -,-,-,-,-,10         -,-,-,-,-,20     -,-,-,-,-,20   -,30,30,30,30,30 10,10,10,10,10,10",
        |symbol, listed| {
            let known = Known { listed: Some(listed), ..Known::default() };
            percents(symbol, &weekdays(listed, 6), &known).join(",")
        },
    );
}

#[test]
fn the_resumption_after_a_share_reform_on_the_day() {
    // Free by the SSE notice of 2005-06-14 (last known: 2018-09-27) until the rules of 2023-04-10. Cells: by name, by factor.
    agrees(
        "           600000.SH 000001.SZ 300127.SZ 688256.SH 430047.BJ 510300.SH
         2005-06-13 10,10     10,10     -,-       -,-       -,-       10,10
         2005-06-14 -,-       -,-       -,-       -,-       -,-       10,10
         2009-11-03 -,-       -,-       10,10     -,-       -,-       10,10
         2013-12-31 -,-       -,-       10,10     -,-       -,-       10,10
         2014-01-02 -,10      -,10      10,10     -,-       -,-       10,10
         2022-01-04 -,10      -,10      20,20     20,20     30,30     10,10
         2023-04-07 -,10      -,10      20,20     20,20     30,30     10,10
         2023-04-10 10,10     10,10     20,20     20,20     30,30     10,10",
        |symbol, resumed| {
            let s = Standing { unreformed: true, ..standing(day("1990-12-01")) };
            let known = Known { standings: vec![s, standing(resumed)], ..Known::default() };
            // S-shares traded at 5 % the day before: only the day itself is looked at.
            let by_name = percents(symbol, &[day("2005-05-09"), resumed], &known).remove(1);
            let text = resumed.to_string();
            let mut series = bars(symbol, &[("2005-05-09", 10.0, 10.0), (&text, 10.0, 10.0)]);
            series.factor[1] = 1.3;
            let limit = rules(Market::Ashare, symbol).limits(&series, &Known::default())[1];
            let by_factor = match limit {
                PriceLimit::Band { up, .. } => format!("{:.0}", (up - 10.0) * 10.0),
                _ => "-".into(),
            };
            format!("{by_name},{by_factor}")
        },
    );
}

#[test]
fn limits_are_rounded_half_up_and_inward_in_beijing_to_the_tick_of_the_day() {
    // Upper limits of prices whose limit falls on half a tick: 1.15 x 1.1 = 1.265, x 1.2 = 1.38; 84.63 x 1.3 = 110.019.
    let up = |symbol: &str, date: &str, price: f64| {
        let mut series = bars(symbol, &[(date, price, price)]);
        series.pre_close = Some(vec![price]);
        match rules(Market::Ashare, symbol).limits(&series, &Known::default())[0] {
            PriceLimit::Band { up, down, .. } => Some((down, up)),
            _ => None,
        }
    };
    for (symbol, date, price, expected) in [
        ("600000.SH", "1996-12-16", 10.05, (9.05, 11.06)),
        ("600000.SH", "2024-01-02", 10.05, (9.05, 11.06)),
        ("000001.SZ", "2024-01-02", 10.05, (9.05, 11.06)),
        ("300127.SZ", "2024-01-02", 10.03, (8.02, 12.04)),
        ("688256.SH", "2024-01-02", 10.03, (8.02, 12.04)),
        ("430047.BJ", "2021-11-15", 84.63, (59.25, 110.01)),
        ("430047.BJ", "2024-01-02", 17.09, (11.97, 22.21)),
        // Funds counted in fen until 2003-02-28 and in thousandths since.
        ("510300.SH", "2003-02-28", 1.15, (1.04, 1.27)),
        ("510300.SH", "2003-03-03", 1.15, (1.035, 1.265)),
        ("159915.SZ", "2024-01-02", 3.455, (3.110, 3.801)),
    ] {
        assert_eq!(up(symbol, date, price), Some(expected), "{symbol} {date} {price}");
    }
    // The reference of early Shenzhen is uncertain from the first day of the limits on, and Shanghai's is not.
    let blocked = |symbol: &str| {
        let limit = rules(Market::Ashare, symbol).limits(
            &bars(symbol, &[("1996-12-13", 10.0, 10.0), ("1996-12-16", 10.91, 10.91)]),
            &Known::default(),
        );
        limit[1].blocks(Side::Buy, 10.91)
    };
    assert_eq!((blocked("000001.SZ"), blocked("600000.SH")), (true, false));
}

#[test]
fn ticks_and_largest_orders() {
    // Yuan a share; shares an order where it is well known (SSE trading mechanism; SZSE Q&A 2023; fund rules of 2006).
    agrees(
        "           600000.SH      000001.SZ      300127.SZ 688256.SH 430047.BJ 510300.SH       159915.SZ       588000.SH
         2026-11-02 0.01/1000000 0.01/1000000 0.01/-     0.01/-    0.01/-    0.001/1000000 0.001/1000000 0.001/1000000",
        |symbol, _| {
            let book = rules(Market::Ashare, symbol);
            let largest = book.largest_order().map_or("-".into(), |shares| shares.to_string());
            format!("{}/{largest}", book.tick(10.0).unwrap())
        },
    );
}

#[test]
fn lots_by_the_day() {
    // 100; STAR 200, then single shares; Beijing (and the tier it came from, 2020-07-27) 100, then single shares.
    agrees(
        "           600000.SH 000001.SZ 300127.SZ 688256.SH 430047.BJ 510300.SH 159915.SZ
         1990-11-30 any       any       any       any       any       any       any
         1990-12-01 100/100   100/100   any       any       any       100/100   100/100
         2009-10-29 100/100   100/100   any       any       any       100/100   100/100
         2009-10-30 100/100   100/100   100/100   any       any       100/100   100/100
         2019-07-19 100/100   100/100   100/100   any       any       100/100   100/100
         2019-07-22 100/100   100/100   100/100   200/1     any       100/100   100/100
         2020-07-24 100/100   100/100   100/100   200/1     any       100/100   100/100
         2020-07-27 100/100   100/100   100/100   200/1     100/1     100/100   100/100
         2026-11-02 100/100   100/100   100/100   200/1     100/1     100/100   100/100",
        |symbol, date| match rules(Market::Ashare, symbol).lot_on(date) {
            Lot::Shares { minimum, step } => format!("{minimum}/{step}"),
            Lot::Fraction => "any".into(),
        },
    );
}

#[test]
fn days_until_what_was_bought_may_be_sold() {
    // T+1 since 1995; bonds, money and gold from 2013-12-09, foreign shares from 2015-01-19 (SSE notices on rule 3.1.5).
    agrees(
        "           600000.SH 000001.SZ 300127.SZ 688256.SH 430047.BJ 510300.SH 588000.SH 511010.SH 518880.SH 551030.SH 513100.SH 520830.SH 159915.SZ
         1994-12-31 0         0         0         0         0         0         0         0         0         0         0         0         0
         1995-01-01 1         1         1         1         1         1         1         1         1         1         1         1         1
         2013-12-06 1         1         1         1         1         1         1         1         1         1         1         1         1
         2013-12-09 1         1         1         1         1         1         1         0         0         0         1         1         1
         2015-01-16 1         1         1         1         1         1         1         0         0         0         1         1         1
         2015-01-19 1         1         1         1         1         1         1         0         0         0         0         0         1",
        |symbol, date| match rules(Market::Ashare, symbol).settlement(date) {
            Settlement::SameDay => "0".into(),
            Settlement::NextDay => "1".into(),
        },
    );
}

/// Yuan of a purchase and of a sale of 10,000 shares at 10.00.
fn both(symbol: &str, date: TradeDate, of: fn(Fees) -> f64) -> String {
    let fee =
        |side| (of(rules(Market::Ashare, symbol).fees(date, side, 10_000.0, 10.0)) * 100.0).round() / 100.0;
    let (purchase, sale) = (fee(Side::Buy), fee(Side::Sell));
    if purchase == sale { purchase.to_string() } else { format!("{purchase}/{sale}") }
}

#[test]
fn commission_on_the_day_and_its_minimum() {
    // Fixed 0.35 % until 2002-04-30 (china.org.cn 2002-04-09), then a usual rate; Beijing not below its handling fee.
    let table = "  600000.SH 000001.SZ 300127.SZ 688256.SH 430047.BJ 510300.SH 159915.SZ
        1990-12-01 350       350       350       350       350       350       350
        2002-04-30 350       350       350       350       350       350       350
        2002-05-01 25        25        25        25        25        25        25
        2021-11-12 25        25        25        25        25        25        25
        2021-11-15 25        25        25        25        50        25        25
        2022-11-30 25        25        25        25        50        25        25
        2022-12-01 25        25        25        25        25        25        25
        2026-11-02 25        25        25        25        25        25        25";
    agrees(table, |symbol, date| both(symbol, date, |fees| fees.commission));
    for date in ["1990-12-01", "2002-05-01", "2021-11-15", "2022-12-01", "2026-11-02"] {
        for symbol in ["600000.SH", "430047.BJ", "510300.SH"] {
            let small = rules(Market::Ashare, symbol).fees(day(date), Side::Buy, 100.0, 10.0).commission;
            assert_eq!(small, 5.0, "{symbol} {date}");
        }
    }
    let before = rules(Market::Ashare, "600000.SH").fees(day("1990-11-30"), Side::Buy, 100.0, 10.0);
    assert_eq!(before, Fees::default(), "no exchange yet");
}

#[test]
fn stamp_duty_of_every_share_on_the_day() {
    // The tax is on shares of every board alike; funds pay none. The dates and their sources stand in `fees.rs` and the table.
    let table = "  600000.SH 000001.SZ 300127.SZ 688256.SH 430047.BJ 510300.SH 159915.SZ
        1990-06-29 0         0         0         0         0         0         0
        1990-07-01 0         0/600     0/600     0         0         0         0
        1991-09-30 0         0/600     0/600     0         0         0         0
        1991-10-01 300       300       300       300       300       0         0
        1992-06-11 300       300       300       300       300       0         0
        1992-06-12 300       300       300       300       300       0         0
        1997-05-09 300       300       300       300       300       0         0
        1997-05-10 500       500       500       500       500       0         0
        1998-06-11 500       500       500       500       500       0         0
        1998-06-12 400       400       400       400       400       0         0
        2001-11-15 400       400       400       400       400       0         0
        2001-11-16 200       200       200       200       200       0         0
        2005-01-21 200       200       200       200       200       0         0
        2005-01-24 100       100       100       100       100       0         0
        2007-05-29 100       100       100       100       100       0         0
        2007-05-30 300       300       300       300       300       0         0
        2008-04-23 300       300       300       300       300       0         0
        2008-04-24 100       100       100       100       100       0         0
        2008-09-18 100       100       100       100       100       0         0
        2008-09-19 0/100     0/100     0/100     0/100     0/100     0         0
        2023-08-25 0/100     0/100     0/100     0/100     0/100     0         0
        2023-08-28 0/50      0/50      0/50      0/50      0/50      0         0";
    agrees(table, |symbol, date| both(symbol, date, |fees| fees.stamp_duty));
}

#[test]
fn transfer_fee_of_every_share_on_the_day() {
    // By face value in Shanghai until 2015-07-31; Beijing 0.0025 % until 2022-04-28; funds none.
    let table = "  600000.SH 000001.SZ 300127.SZ 688256.SH 430047.BJ 510300.SH 159915.SZ
        1990-11-30 0         0         0         0         0         0         0
        1990-12-01 5         2.55      2.55      5         0         0         0
        2012-05-31 5         2.55      2.55      5         0         0         0
        2012-06-01 3.75      2.55      2.55      3.75      0         0         0
        2012-08-31 3.75      2.55      2.55      3.75      0         0         0
        2012-09-01 3         2.55      2.55      3         0         0         0
        2015-07-31 3         2.55      2.55      3         0         0         0
        2015-08-01 2         2         2         2         2         0         0
        2021-11-12 2         2         2         2         2         0         0
        2021-11-15 2         2         2         2         2.5       0         0
        2022-04-28 2         2         2         2         2.5       0         0
        2022-04-29 1         1         1         1         1         0         0";
    agrees(table, |symbol, date| both(symbol, date, |fees| fees.other));
    // By shares, not by value, where it was of the face value.
    let at_a_hundred =
        |date| rules(Market::Ashare, "600000.SH").fees(day(date), Side::Buy, 1_000.0, 100.0).other;
    assert_eq!((at_a_hundred("2015-07-31"), at_a_hundred("2015-08-03")), (0.3, 2.0));
}

#[test]
fn nobody_sells_short_on_the_mainland_and_everybody_in_the_united_states() {
    for symbol in ["600000.SH", "300127.SZ", "688256.SH", "430047.BJ", "510300.SH", "159915.SZ"] {
        assert!(!rules(Market::Ashare, symbol).allows_short(), "{symbol}");
    }
    let us = rules(Market::Us, "AAPL");
    assert_eq!((us.allows_short(), us.borrow_rate(), us.lot()), (true, 0.0, Lot::WHOLE));
    let old = us.lot_on(day("1929-10-29"));
    assert_eq!((old, us.commission()), (Lot::WHOLE, (0.0, 0.0)));
}

#[test]
fn united_states_fees_of_one_share_are_a_cent_each_and_of_very_many_the_cap() {
    // One share at 10 dollars: each fee that is not zero is rounded up to a cent. A million shares at 0.10 dollars, worth
    // 100,000: Section 31 (to the cent, up) and the cap of the TAF (press and notices in us.toml).
    let table = [
        ("2012-06-29", 0.01, 2.07, 0.0),
        ("2012-07-02", 0.02, 2.07, 5.95),
        ("2019-04-15", 0.02, 2.07, 5.95),
        ("2019-04-16", 0.02, 2.07, 5.95),
        ("2020-02-18", 0.02, 2.21, 5.95),
        ("2021-02-25", 0.02, 0.51, 5.95),
        ("2022-01-03", 0.02, 0.51, 6.49),
        ("2022-05-16", 0.02, 2.29, 6.49),
        ("2023-01-03", 0.02, 2.29, 7.27),
        ("2023-02-27", 0.02, 0.80, 7.27),
        ("2024-01-02", 0.02, 0.80, 8.30),
        ("2024-05-22", 0.02, 2.78, 8.30),
        ("2025-05-14", 0.01, 0.0, 8.30),
        ("2026-01-02", 0.01, 0.0, 9.79),
        ("2026-04-06", 0.02, 2.06, 9.79),
        ("2026-10-01", 0.01, 2.06, 0.0),
        ("2027-01-04", 0.02, 2.06, 11.61),
        ("2028-01-03", 0.02, 2.06, 12.05),
    ];
    let us = rules(Market::Us, "AAPL");
    for (date, of_one, section_31, cap) in table {
        let other = |shares, price| us.fees(day(date), Side::Sell, shares, price).other;
        assert!((other(1.0, 10.0) - of_one).abs() < 1e-9, "{date}: {}", other(1.0, 10.0));
        let many = other(1e6, 0.1);
        assert!((many - section_31 - cap).abs() < 1e-9, "{date}: {many}");
        assert_eq!(us.fees(day(date), Side::Buy, 1e6, 0.1), Fees::default(), "{date}");
    }
}
