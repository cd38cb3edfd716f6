//! Dividends and splits beside the adjustment factor and the reference prices: what is paid once, when, and what happens
//! where the three do not agree. 1,000 shares throughout.

use crate::support::{bars_of, day, rules};
use tidegate_market::*;

/// Rows of the account and its equity per bar, of 1,000 shares bought on the second bar.
fn held(bars: &BarSeries, events: &[ExDay]) -> (Vec<String>, Vec<f64>) {
    let book = rules(Market::suggested_for(&bars.symbol), &bars.symbol);
    let known = Known { ex_days: events.to_vec(), ..Known::default() };
    let terms = Terms { unit: TargetUnit::Shares(1_000.0), ..Terms::new(1e6) };
    let result = Tape::new(bars, &book, &known).backtest(0, &[1.0], &terms).unwrap();
    assert_eq!((result.trades.len(), result.trades[0].date), (1, bars.date[1]));
    let row = |row: &CorporateAction| {
        format!("{} {} {:.2} and {:.2} shares", row.date.day(), row.kind.as_str(), row.cash, row.shares)
    };
    (result.actions.iter().map(row).collect(), result.equity)
}

/// Ten yuan; on some day of January 2024 half a yuan is paid, by `reference` and by `factor` as told, and the price follows
/// the reference.
fn half_a_yuan(reference_on: u8, factor_on: u8) -> BarSeries {
    let rows: String = (2..=9)
        .filter(|d| ![6, 7].contains(d))
        .map(|d| {
            let price = if d >= reference_on { 9.5 } else { 10.0 };
            let reference = if d > reference_on { 9.5 } else { price };
            let factor = if d >= factor_on { 10.0 / 9.5 } else { 1.0 };
            format!("2024-01-0{d} {price} {reference} {factor}\n")
        })
        .collect();
    bars_of("600000.SH", &format!("date open pre_close factor\n{rows}"))
}

fn dividend(d: u8, cash: f64) -> ExDay {
    ExDay::dividend(TradeDate::new(2024, 1, d as i8).unwrap(), cash)
}

/// The value of 1,000 shares moves by no more than half a tick a share, and half a cent.
fn stays(equity: &[f64]) {
    for pair in equity[1..].windows(2) {
        assert!((pair[1] - pair[0]).abs() <= 1_000.0 * 0.005 + 0.005, "{equity:?}");
    }
}

#[test]
fn a_dividend_whose_factor_moves_a_day_off_is_paid_once_on_the_day_that_the_reference_shows() {
    // (event, factor's move, reference price): January 2024, the 6th and 7th are a weekend.
    for (event, factor, reference) in [
        (4, 4, 4),
        (4, 5, 4),
        (4, 5, 5),
        (5, 4, 5),
        (5, 4, 4),
        (5, 8, 5),
        (5, 8, 8),
        (8, 5, 8),
        (8, 5, 5),
        // An event of a day without trading belongs to the next bar.
        (6, 8, 8),
        (6, 5, 8),
        (7, 5, 5),
    ] {
        let (mut rows, equity) = held(&half_a_yuan(reference, factor), &[dividend(event, 0.5)]);
        rows.retain(|row| !row.ends_with("factor_over_events 0.00 and 0.00 shares"));
        let what = format!("event {event}, factor {factor}, reference {reference}");
        assert_eq!(rows, [format!("{reference} dividend 500.00 and 0.00 shares")], "{what}");
        stays(&equity);
    }
}

#[test]
fn without_reference_prices_a_dividend_is_paid_once_on_the_day_that_comes_first() {
    for (event, factor) in [(4, 4), (4, 5), (5, 4), (8, 5), (5, 8)] {
        let bars = BarSeries { pre_close: None, ..half_a_yuan(event.min(factor), factor) };
        let (rows, equity) = held(&bars, &[dividend(event, 0.5)]);
        assert_eq!(
            rows,
            [format!("{} dividend 500.00 and 0.00 shares", event.min(factor))],
            "{event} {factor}"
        );
        stays(&equity);
    }
}

#[test]
fn a_split_whose_factor_moves_a_day_off_is_made_once() {
    for (event, factor) in [(4, 5), (5, 4)] {
        let first = event.min(factor);
        let rows: String = (2..=5)
            .map(|d| {
                let (price, factor) = (if d >= first { 5 } else { 10 }, if d >= factor { 2 } else { 1 });
                format!("2024-01-0{d} {price} {factor}\n")
            })
            .collect();
        let bars = bars_of("600000.SH", &format!("date open factor\n{rows}"));
        let bars = BarSeries { pre_close: None, ..bars };
        let (rows, equity) = held(&bars, &[ExDay::split(dividend(event, 0.0).date, 2.0)]);
        assert_eq!(rows, [format!("{first} new_shares 0.00 and 1000.00 shares")]);
        stays(&equity);
    }
}

#[test]
fn events_and_factors_a_day_off_twice_running_are_paid_once_each() {
    // 0.50 and 0.40 on the 4th and the 5th; the factor tells them on the 5th and the 8th.
    let bars = bars_of(
        "600000.SH",
        "date       open factor
         2024-01-02 10.00 1
         2024-01-03 10.00 1
         2024-01-04  9.50 1
         2024-01-05  9.10 1.0526315789473684
         2024-01-08  9.10 1.0989010989010989",
    );
    let (rows, equity) = held(&BarSeries { pre_close: None, ..bars }, &[dividend(4, 0.5), dividend(5, 0.4)]);
    assert_eq!(rows, ["4 dividend 500.00 and 0.00 shares", "5 dividend 400.00 and 0.00 shares"]);
    stays(&equity);
}

#[test]
fn two_events_of_neighbouring_days_each_with_its_move_are_two() {
    let bars = bars_of(
        "600000.SH",
        "date       open pre_close factor
         2024-01-02 10.00 10.00 1
         2024-01-03 10.00 10.00 1
         2024-01-04  9.50  9.50 1.0526315789473684
         2024-01-05  9.00  9.00 1.1111111111111112",
    );
    let (rows, equity) = held(&bars, &[dividend(4, 0.5), dividend(5, 0.5)]);
    assert_eq!(rows, ["4 dividend 500.00 and 0.00 shares", "5 dividend 500.00 and 0.00 shares"]);
    stays(&equity);
}

#[test]
fn two_moves_beside_one_event_are_the_event_and_one_reinvestment() {
    // 0.50 on the 4th; another 0.50 of which no event is known on the 5th.
    let bars = bars_of(
        "600000.SH",
        "date       open pre_close factor
         2024-01-02 10.00 10.00 1
         2024-01-03 10.00 10.00 1
         2024-01-04  9.50  9.50 1.0526315789473684
         2024-01-05  9.00  9.00 1.1111111111111112",
    );
    for event in [4, 5] {
        let (rows, equity) = held(&bars, &[dividend(event, 0.5)]);
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert_eq!(rows.iter().filter(|row| row.contains("dividend 500.00")).count(), 1, "{rows:?}");
        assert_eq!(rows.iter().filter(|row| row.contains("reinvested")).count(), 1, "{rows:?}");
        stays(&equity);
    }
}

#[test]
fn a_move_of_the_factor_belongs_to_one_event_and_an_event_to_one_move() {
    // Without reference prices. (events, moves of the factor, rows): half a yuan each.
    let rows_of = |events: &[u8], moves: &[u8]| {
        let price = |d: u8| 10.0 - 0.5 * events.iter().filter(|event| **event <= d).count() as f64;
        // From 10.00 to 9.50, from there to 9.00.
        let factor = |d: u8| [1.0, 10.0 / 9.5, 10.0 / 9.0][moves.iter().filter(|moved| **moved <= d).count()];
        let rows: String =
            [2, 3, 4, 5, 8, 9].map(|d: u8| format!("2024-01-0{d} {} {}\n", price(d), factor(d))).concat();
        let bars = bars_of("600000.SH", &format!("date open factor\n{rows}"));
        let events: Vec<ExDay> = events.iter().map(|d| dividend(*d, 0.5)).collect();
        held(&BarSeries { pre_close: None, ..bars }, &events).0
    };
    let paid = |d: u8| format!("{d} dividend 500.00 and 0.00 shares");
    // The move of the 5th is that of the 4th; nothing moves for the 8th.
    assert_eq!(rows_of(&[4, 8], &[5]), [paid(4), paid(8)]);
    // The event of the 5th moved on the 4th; the move of the 8th is another.
    let rows = rows_of(&[5], &[4, 8]);
    assert_eq!((rows.len(), &rows[0]), (2, &paid(4)));
    assert!(rows[1].starts_with("8 reinvested"), "{rows:?}");
    // The event of the 8th moved on the 5th; that of the 9th on the 9th.
    assert_eq!(rows_of(&[8, 9], &[5, 9]), [paid(5), paid(9)]);
}

#[test]
fn outside_of_china_the_close_before_in_a_file_is_no_reference_price() {
    // Nothing but the close before, ex-day or not.
    let rows = "date open pre_close factor
                2024-01-02 10 10 1
                2024-01-03 10 10 1
                2024-01-04 9.5 10 1.0526315789473684
                2024-01-05 9.5 9.5 1.0526315789473684";
    assert_eq!(held(&bars_of("AAPL", rows), &[dividend(5, 0.5)]).0, ["4 dividend 500.00 and 0.00 shares"]);
}

#[test]
fn a_reference_that_shows_another_drop_does_not_contradict_the_event() {
    // 0.50 is announced and the reference falls by 0.80 (the rest is not known); the factor stands still.
    let bars =
        bars_of("600000.SH", "date open pre_close\n2024-01-02 10 10\n2024-01-03 10 10\n2024-01-04 9.2 9.2");
    assert_eq!(held(&bars, &[dividend(4, 0.5)]).0, ["4 dividend 500.00 and 0.00 shares"]);
}

#[test]
fn events_and_factor_agree_within_two_per_mille_or_six_tenths_of_a_cent() {
    // The factor says 0.50. Of 9.50 two per mille are 0.019; of 2.50 they are 0.005, and 0.006 counts.
    for (close, cash, agrees) in [
        (10.0, 0.50, true),
        (10.0, 0.518, true),
        (10.0, 0.482, true),
        (10.0, 0.52, false),
        (10.0, 0.48, false),
        (10.0, 0.55, false),
        (3.0, 0.5055, true),
        (3.0, 0.5065, false),
    ] {
        let after = close - 0.5;
        let table = format!(
            "date open pre_close factor
             2024-01-02 {close} {close} 1
             2024-01-03 {close} {close} 1
             2024-01-04 {after} {after} {}",
            close / after
        );
        let (rows, equity) = held(&bars_of("600000.SH", &table), &[dividend(4, cash)]);
        let expected = match agrees {
            true => format!("4 dividend {:.2} and 0.00 shares", cash * 1_000.0),
            false => format!("4 factor_over_events 0.00 and {:.2} shares", 1_000.0 * close / after - 1_000.0),
        };
        assert_eq!(rows, [expected], "{close} {cash}");
        if !agrees {
            stays(&equity);
        }
    }
}

#[test]
fn an_event_that_neither_factor_nor_reference_shows_is_not_paid_and_a_row_says_so() {
    // The price does not drop: half a yuan would be a gift.
    let bars = bars_of("600000.SH", "date open\n2024-01-02 10\n2024-01-03 10\n2024-01-04 10\n2024-01-05 10");
    let (rows, equity) = held(&bars, &[dividend(4, 0.5)]);
    assert_eq!(rows, ["4 factor_over_events 0.00 and 0.00 shares"]);
    stays(&equity);
    // What half a tick hides is paid: 0.004 of 10.00 leaves the reference where it was.
    let (rows, _) = held(&bars, &[dividend(4, 0.004)]);
    assert_eq!(rows, ["4 dividend 4.00 and 0.00 shares"]);
    // Without reference prices nothing contradicts the event, nor does a factor that is not known.
    let (rows, _) = held(&BarSeries { pre_close: None, ..bars }, &[dividend(4, 0.5)]);
    assert_eq!(rows, ["4 dividend 500.00 and 0.00 shares"]);
}

#[test]
fn noise_of_a_factor_beside_an_event_is_not_its_move() {
    // Yahoo's factors wobble in the sixth decimal: 1.00002 on the 3rd is no dividend of one per mille.
    let bars = bars_of(
        "600000.SH",
        "date       open factor
         2024-01-02 10.00 1
         2024-01-03 10.00 1
         2024-01-04 10.00 1.00002
         2024-01-05  9.99 1.00102",
    );
    let (rows, equity) = held(&BarSeries { pre_close: None, ..bars }, &[dividend(5, 0.01)]);
    assert_eq!(rows, ["4 reinvested 0.00 and 0.02 shares", "5 dividend 10.00 and 0.00 shares"]);
    stays(&equity);
}

#[test]
fn an_event_as_large_as_the_price_is_left_to_the_factor() {
    let rows = "date open pre_close factor\n2024-01-02 10 10 1\n2024-01-03 10 10 1\n2024-01-04 8 8 1.25";
    let (rows, _) = held(&bars_of("600000.SH", rows), &[dividend(4, 12.0)]);
    assert_eq!(rows, ["4 factor_over_events 0.00 and 250.00 shares"]);
    let flat = bars_of("600000.SH", "date open\n2024-01-02 10\n2024-01-03 10\n2024-01-04 10");
    let (rows, _) = held(&BarSeries { pre_close: None, ..flat }, &[dividend(4, 12.0)]);
    assert_eq!(rows, ["4 factor_over_events 0.00 and 0.00 shares"]);
}

#[test]
fn on_the_day_of_a_share_reform_the_shares_received_are_booked_though_the_reference_shows_none() {
    // Three new shares for ten; the reference stays at 5.00.
    let bars = bars_of(
        "600000.SH",
        "date       open pre_close factor
         2005-10-20 5.00 5.00 1
         2005-10-21 5.00 5.00 1
         2005-10-24 4.10 5.00 1.3",
    );
    let received = ExDay::split(day("2005-10-24"), 1.3);
    let (rows, _) = held(&bars, &[received]);
    assert_eq!(rows, ["24 new_shares 0.00 and 300.00 shares"]);
    // A factor rebuilt from references knows nothing of it; the name tells that the reference was left as it was.
    let flat = BarSeries { factor: vec![1.0; 3], ..bars };
    let standing = |from: &str, unreformed| Standing {
        from: day(from),
        special_treatment: false,
        unreformed,
        delisting_period: false,
    };
    let known = Known {
        ex_days: vec![received],
        standings: vec![standing("2000-01-04", true), standing("2005-10-24", false)],
        ..Known::default()
    };
    let terms = Terms { unit: TargetUnit::Shares(1_000.0), ..Terms::new(1e6) };
    let book = rules(Market::Ashare, "600000.SH");
    let result = Tape::new(&flat, &book, &known).backtest(0, &[1.0], &terms).unwrap();
    assert_eq!(result.holding.shares, 1_300.0);
}

#[test]
fn a_holding_is_entitled_to_what_a_backtest_books() {
    let after = |market, symbol, shares, event: ExDay| {
        let rules = rules(market, symbol);
        let Holding { cash, shares } = entitled(&rules, Holding { cash: 10.0, shares }, 10.0, &event);
        (cash, shares)
    };
    let split = |times| ExDay::split(day("2024-06-28"), times);
    // One for two of 101 shares: 50, and half a share at the new price of 20.00.
    assert_eq!(after(Market::Us, "AAPL", 101.0, split(0.5)), (20.0, 50.0));
    assert_eq!(after(Market::Us, "AAPL", -101.0, split(0.5)), (0.0, -50.0));
    // Three new shares for ten, of 105: 31.5, and half a share is one.
    assert_eq!(after(Market::Ashare, "600000.SH", 105.0, split(1.3)), (10.0, 137.0));
    let dividend = ExDay::dividend(day("2024-06-28"), 0.125);
    assert_eq!(after(Market::Ashare, "600000.SH", 101.0, dividend), (22.63, 101.0));
}
