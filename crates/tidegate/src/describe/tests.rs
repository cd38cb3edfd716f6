use super::*;
use crate::report::Language;
use serde_json::Value;

fn day(text: &str) -> TradeDate {
    text.parse().unwrap()
}

/// Weekdays from 2024-01-01 on.
fn weekdays(n: usize) -> Vec<TradeDate> {
    let mut dates = Vec::new();
    let mut date = day("2024-01-01");
    while dates.len() < n {
        if !date.is_weekend() {
            dates.push(date);
        }
        date = date.next_day();
    }
    dates
}

fn flat(dates: Vec<TradeDate>) -> BarSeries {
    let n = dates.len();
    BarSeries {
        symbol: "A<B>".to_owned(),
        basis: PriceBasis::Raw,
        date: dates,
        open: vec![10.0; n],
        high: vec![10.0; n],
        low: vec![10.0; n],
        close: vec![10.0; n],
        volume: vec![100.0; n],
        amount: None,
        pre_close: None,
        factor: vec![1.0; n],
    }
}

#[test]
fn figures_and_autocorrelations_are_those_of_pandas() {
    let fixture: Value = serde_json::from_str(include_str!("../../tests/fixtures/description.json")).unwrap();
    let column = |name: &str| -> Vec<f64> { serde_json::from_value(fixture[name].clone()).unwrap() };
    let bars = BarSeries {
        open: column("open"),
        high: column("high"),
        low: column("low"),
        close: column("close"),
        volume: column("volume"),
        factor: column("factor"),
        ..flat(weekdays(60))
    };
    let description = describe(&bars, &TradingCalendar::Weekdays);
    let close_to = |found: f64, expected: f64, what: &str| {
        assert!(
            (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
            "{what}: {found}, expected {expected}"
        );
    };
    let ours = serde_json::to_value(&description).unwrap();
    let expected = fixture["columns"].as_array().unwrap();
    assert_eq!(expected.len(), ours["columns"].as_array().unwrap().len());
    for (ours, expected) in ours["columns"].as_array().unwrap().iter().zip(expected) {
        for (key, value) in expected.as_object().unwrap() {
            match value.as_f64() {
                Some(number) => close_to(ours[key].as_f64().unwrap(), number, key),
                None => assert_eq!(&ours[key], value),
            }
        }
    }
    for key in ["returns", "absolute_returns"] {
        for lag in 0..20 {
            let value = |from: &Value| from["autocorrelation"][key][lag].as_f64().unwrap();
            close_to(value(&ours), value(&fixture), key);
        }
    }
    assert_eq!((description.rows, description.ex_days, description.gaps.count), (60, 2, 0));
}

#[test]
fn gaps_are_counted_in_trading_days_and_the_longest_come_first() {
    // Friday the 5th is missing, then the week of the 15th.
    let dates = ["2024-01-03", "2024-01-04", "2024-01-08", "2024-01-12", "2024-01-22"].map(day).to_vec();
    let gaps = describe(&flat(dates.clone()), &TradingCalendar::Weekdays).gaps;
    let listed: Vec<_> = gaps.longest.iter().map(|gap| (gap.last_before.day(), gap.missing_days)).collect();
    assert_eq!(listed, [(12, 5), (8, 3), (4, 1)]);
    assert_eq!((gaps.count, gaps.missing_days, gaps.calendar_known), (3, 9, false));
    // An exchange that was closed on all of those days leaves no gap.
    let gaps = describe(&flat(dates.clone()), &TradingCalendar::Days(dates)).gaps;
    assert_eq!((gaps.count, gaps.missing_days, gaps.calendar_known), (0, 0, true));
}

#[test]
fn of_many_gaps_ten_are_listed_and_all_are_counted() {
    let every_other: Vec<TradeDate> = weekdays(60).into_iter().step_by(2).collect();
    let gaps = describe(&flat(every_other), &TradingCalendar::Weekdays).gaps;
    assert_eq!((gaps.count, gaps.missing_days, gaps.longest.len()), (29, 29, 10));
    assert!(gaps.longest.is_sorted_by_key(|gap| gap.last_before));
}

#[test]
fn rounding_in_the_factor_is_no_ex_day_however_long_it_goes_on() {
    let mut bars = flat(weekdays(50));
    bars.factor = (0..50).map(|t| 1.0 + 1e-6 * f64::from(t % 3)).collect();
    assert_eq!(describe(&bars, &TradingCalendar::Weekdays).ex_days, 0);
    bars.factor[30..].iter_mut().for_each(|f| *f *= 1.05);
    assert_eq!(describe(&bars, &TradingCalendar::Weekdays).ex_days, 1);
}

#[test]
fn first_and_last_rows_are_whole_bars_and_short_series_are_described_too() {
    let mut bars = flat(weekdays(7));
    bars.close[6] = 11.0;
    let description = describe(&bars, &TradingCalendar::Weekdays);
    assert_eq!((description.head.len(), description.tail.len()), (5, 5));
    assert_eq!(description.head[0].date, bars.date[0]);
    assert_eq!((description.tail[4].date, description.tail[4].close), (bars.date[6], 11.0));
    for n in [0, 1, 2] {
        let description = describe(&flat(weekdays(n)), &TradingCalendar::Weekdays);
        assert_eq!((description.rows, description.head.len(), description.tail.len()), (n, n, n));
        let text = describe_text(&description);
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    }
}

#[test]
fn the_description_survives_its_file() {
    let description = describe(&flat(weekdays(30)), &TradingCalendar::Weekdays);
    let text = serde_json::to_string(&description).unwrap();
    assert_eq!(serde_json::from_str::<Description>(&text).unwrap(), description);
}

#[test]
fn the_text_is_aligned_by_columns() {
    let mut bars = flat(weekdays(30));
    bars.volume[0] = 1_234_567.0;
    let text = describe_text(&describe(&bars, &TradingCalendar::Weekdays));
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| *line == "First rows").unwrap();
    let table = &lines[first + 1..first + 7];
    assert!(table[0].starts_with("  date") && table[1].starts_with("  2024-01-01"));
    assert!(table.iter().all(|line| line.len() == table[0].len()), "{table:#?}");
    assert!(table[1].contains("  1,234,567  "), "{table:#?}");
    // Nothing varies, so the shape of a column is not defined and its spread is zero.
    assert!(text.contains("n/a") && !text.contains("NaN"));
}

#[test]
fn the_page_shows_tables_and_chart_in_both_languages_and_no_markup_from_a_symbol() {
    let bars = flat(weekdays(300));
    let description = describe(&bars, &TradingCalendar::Weekdays);
    for (language, word) in [(Language::English, "Descriptive statistics"), (Language::Chinese, "描述性统计")]
    {
        let html = describe_page(&bars, &description, language);
        assert!(html.contains(word) && html.contains("id=\"chart-candles\""));
        assert!(html.contains("A&lt;B&gt;") && !html.contains("A<B>"));
    }
}

#[test]
fn a_series_without_bars_still_makes_a_page() {
    let bars = flat(vec![]);
    let html = describe_page(&bars, &describe(&bars, &TradingCalendar::Weekdays), Language::English);
    assert!(html.contains("0 daily bars, n/a to n/a"));
}
