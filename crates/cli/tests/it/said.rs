//! What a backtest of given signals says in the terminal and on its page: true under every setting, and nothing that a
//! reader must know left out.

use crate::workplace::Workplace;
use serde_json::Value;
use std::fmt::Write;
use tidegate_market::TradeDate;

/// A plain file of weekdays from 2024-01-02 on whose bars have one price each, and how many shares were traded.
fn bars(closes: &[f64]) -> String {
    let mut text = String::from("date,open,high,low,close,volume\n");
    let mut day = TradeDate::new(2024, 1, 2).unwrap();
    for close in closes {
        let _ = writeln!(text, "{day},{close},{close},{close},{close},100000");
        day = day.next_day();
        while day.is_weekend() {
            day = day.next_day();
        }
    }
    text
}

struct Said {
    terminal: String,
    page: String,
    json: Value,
}

impl Said {
    fn says(&self, parts: &[&str]) {
        for part in parts {
            let flat = self.terminal.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(part), "\"{part}\" is not in: {flat}");
        }
    }
}

fn backtest(closes: &[f64], signals: &str, more: &[&str]) -> Said {
    let place = Workplace::empty();
    place.write("bars.csv", &bars(closes));
    place.write("signals.csv", &format!("date,position\n{signals}"));
    let arguments = ["backtest", "--bars", "bars.csv", "--signals", "signals.csv", "--out", "out"];
    let terminal = place.done(&[&arguments[..], more].concat());
    let page = place.read("out/report.html");
    let page = page.split("<h1>").nth(1).unwrap().split("<script").next().unwrap().to_owned();
    let json = serde_json::from_str(&place.read("out/metrics.json")).unwrap();
    Said { terminal, page, json }
}

fn ashare(closes: &[f64], signals: &str, more: &[&str]) -> Said {
    backtest(closes, signals, &[&["--symbol", "600000.SH"], more].concat())
}

/// Ten bars at ten.
const FLAT: [f64; 10] = [10.0; 10];

#[test]
fn a_short_position_that_costs_everything_is_told_before_any_figure() {
    let rising: Vec<f64> = (0..10).map(|k| 10.0 * 1.5_f64.powi(k)).collect();
    let with = |more: &[&str]| {
        backtest(
            &rising,
            "2024-01-02,-1\n2024-01-10,1\n",
            &[&["--symbol", "X", "--rules", "none"], more].concat(),
        )
    };
    let said = with(&[]);
    said.says(&["WIPED OUT: after the close of 2024-01-05", "bought back on 2024-01-08 (margin call)"]);
    let note = &said.json["curve_notes"][0];
    assert_eq!((&note["kind"], &note["short"]["bought_back"]), (&"wiped_out".into(), &"2024-01-08".into()));
    assert!(note["equity"].as_f64().unwrap() <= 0.0);
    assert!(said.page.contains("WIPED OUT: after the close of 2024-01-05"), "{}", said.page);
    assert!(with(&["--language", "zh"]).page.contains("爆仓：2024-01-05"));
}

#[test]
fn a_benchmark_that_never_bought_is_told_with_its_reason() {
    let said = ashare(&FLAT, "2024-01-02,1\n", &["--cash", "900"]);
    said.says(&[
        "Nothing was traded: the smallest order costs more than the cash",
        "Buying once and holding never bought: the smallest order costs more than the cash",
        "nothing to compare",
    ]);
    assert!(!said.terminal.contains("would be as good"), "{}", said.terminal);
    assert!(said.page.contains("never bought") && !said.page.contains("chart-cost"));
    // Later the price falls, and the strategy alone can buy.
    let falling = [10.0, 10.0, 9.0, 8.2, 7.4, 6.7, 6.1, 6.1, 6.1, 6.1];
    let said = ashare(&falling, "2024-01-02,0\n2024-01-10,1\n", &["--cash", "900"]);
    assert_eq!(said.json["orders"]["filled"], 1);
    assert!(!said.terminal.contains("Nothing was traded"), "{}", said.terminal);
    said.says(&["Buying once and holding never bought"]);

    let locked: Vec<f64> = [10.0, 11.0, 12.1, 13.31, 14.64].to_vec();
    let said = ashare(&locked, "2024-01-02,1\n", &[]);
    said.says(&["never bought: on no bar that an order met could it be filled"]);
    let zh = ashare(&locked, "2024-01-02,1\n", &["--language", "zh"]);
    assert!(zh.page.contains("从未买入：委托所遇的每根日线都无法成交"), "{}", zh.page);

    ashare(&FLAT, "2024-01-15,1\n", &[]).says(&["Nothing was traded: the order came after the last bar"]);
    let never = ashare(&FLAT, "2024-01-02,0\n", &[]);
    never.says(&["Nothing was traded: the target never left 0"]);
    assert_eq!(never.json["curve_notes"][0]["kind"], "never_traded");
}

#[test]
fn the_page_and_the_terminal_name_the_fill_and_the_terms_that_were_set() {
    let signals = "2024-01-03,1\n2024-01-10,0\n";
    for (fill, words, chinese) in [
        ("next_open", "at the next open", "次日开盘价"),
        ("next_close", "at the next close", "次日收盘价"),
        ("next_vwap", "at the next day's average price", "次日均价"),
    ] {
        let said = ashare(&FLAT, signals, &["--fill", fill]);
        said.says(&["filled ", words]);
        assert!(said.page.contains(words));
        let zh = ashare(&FLAT, signals, &["--fill", fill, "--language", "zh"]);
        assert!(zh.page.contains(chinese));
        for (other, other_chinese) in
            [("next open", "开盘价"), ("next close", "次日收盘价"), ("average price", "次日均价")]
        {
            if !words.contains(other) {
                assert!(!said.page.contains(other) && !said.terminal.contains(other), "{fill}: {other}");
                assert!(!zh.page.contains(other_chinese), "{fill}: {other_chinese}");
            }
        }
    }
}

#[test]
fn no_rule_is_named_that_did_not_hold() {
    let signals = "2024-01-03,1\n2024-01-10,0\n";
    let none = backtest(&FLAT, signals, &["--symbol", "X", "--rules", "none"]);
    for word in
        ["T+1", "stamp duty,", "price limits, lots", "Networks see", "RMSE", "forecasts.csv", "test part"]
    {
        assert!(!none.page.contains(word), "none: {word}");
    }
    assert!(none.page.contains("for free at the very close"));
    let us = backtest(&FLAT, signals, &["--symbol", "AAPL", "--rules", "us"]);
    for word in ["T+1", "whole shares", "by the market's rules"] {
        assert!(!us.page.contains(word), "us: {word}");
    }
    let lots = backtest(&FLAT, signals, &["--symbol", "X", "--rules", "none", "--set", "market.lot=100"]);
    lots.says(&["Fractions of shares are traded; the market's lots are off"]);
    assert!(!none.terminal.contains("lots are off"), "{}", none.terminal);
    // Who states a commission is not told about the rule book's.
    let stated = ashare(&FLAT, signals, &["--commission", "0.001"]);
    assert!(!stated.terminal.contains("one rate for all years"), "{}", stated.terminal);
    ashare(&FLAT, signals, &[]).says(&["one rate for all years since 2002-05"]);
    let same = ashare(&FLAT, signals, &["--fill", "same_close"]);
    assert!(
        same.page.contains("by the same rules and costs")
            && !same.page.contains("for free at the very close")
    );
    let fund = backtest(&FLAT, signals, &["--symbol", "510300.SH"]);
    let duty = fund.page.split("<td>Stamp duty</td>").nth(1).unwrap();
    assert!(duty.trim_start().starts_with("<td>none"), "an ETF pays none: {}", &duty[..60]);
}

#[test]
fn one_is_one_order() {
    let said = ashare(&FLAT, "2024-01-03,1\n", &[]);
    said.says(&["1 signal of signals.csv", "10 bars"]);
    assert!(!said.terminal.contains("1 orders") && !said.terminal.contains("1 signals"), "{}", said.terminal);
}

#[test]
fn days_beyond_every_known_limit_are_told() {
    let jump = [10.0, 10.0, 10.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0];
    let said = ashare(&jump, "2024-01-02,1\n", &[]);
    said.says(&["On 1 day (first 2024-01-05) prices went beyond every limit the rules know"]);
    let zh = ashare(&jump, "2024-01-02,1\n", &["--language", "zh"]);
    assert!(zh.page.contains("有 1 天（首日 2024-01-05）价格超出"), "{}", zh.page);
}
