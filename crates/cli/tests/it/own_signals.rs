//! `tidegate backtest --bars FILE --signals FILE`: signals made by anything, and every mistake in them.

use crate::workplace::{Workplace, data_file};
use serde_json::Value;
use std::fmt::Write;

/// A Tushare file of weekdays from 2024-01-02 on at a price that climbs by a cent a day, with one limit-up day.
fn bars() -> String {
    let mut text =
        String::from("ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount\n");
    let mut day = tidegate_market::TradeDate::new(2024, 1, 2).unwrap();
    let mut close = 10.0_f64;
    for k in 0..40 {
        let before = close;
        // A board that opens at its limit and stays there.
        let locked = k == 10;
        close = if locked { (before * 110.0).round() / 100.0 } else { before + 0.01 };
        let open = if locked { close } else { before };
        let (date, change) = (day.to_string().replace('-', ""), close - before);
        let _ = writeln!(
            text,
            "600000.SH,{date},{open:.2},{:.2},{:.2},{close:.2},{before:.2},{change:.2},{:.4},5000,5000",
            close.max(open),
            close.min(open),
            change / before * 100.0
        );
        loop {
            day = day.next_day();
            if !day.is_weekend() {
                break;
            }
        }
    }
    text
}

fn place(signals: &str) -> Workplace {
    let place = Workplace::empty();
    place.write("bars.csv", &bars());
    place.write("signals.csv", signals);
    place
}

const ARGUMENTS: [&str; 5] = ["backtest", "--bars", "bars.csv", "--signals", "signals.csv"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&ARGUMENTS[..], more].concat()
}

fn document(place: &Workplace, more: &[&str]) -> Value {
    serde_json::from_str(&place.done(&with(&[more, &["--json"]].concat()))).unwrap()
}

/// In after 2024-01-02, out after 2024-02-01.
const IN_AND_OUT: &str = "date,position\n2024-01-02,1\n2024-02-01,0\n";

#[test]
fn the_directory_is_whole_and_its_figures_can_be_counted_by_hand() {
    let place = place(IN_AND_OUT);
    let printed = document(&place, &["--cash", "10000", "--out", "result"]);
    let metrics: Value = serde_json::from_str(&place.read("result/metrics.json")).unwrap();
    assert_eq!(printed, metrics, "the document is metrics.json");
    assert_eq!((metrics["kind"].as_str(), metrics["schema"].as_u64()), (Some("backtest"), Some(1)));
    // Bought 900 at the open of 2024-01-03 for 10.01; sold at the open of 2024-02-02, one limit day and 22 cents later.
    let trades = place.read("result/trades.csv");
    let executable: Vec<&str> = trades.lines().filter(|line| line.starts_with("executable")).collect();
    assert_eq!(executable.len(), 2, "{trades}");
    assert!(executable[0].starts_with("executable,2024-01-03,buy,900,10.01,5,0,0.09"), "{}", executable[0]);
    assert!(executable[1].starts_with("executable,2024-02-02,sell,900,"), "{}", executable[1]);
    let cells: Vec<f64> = executable[1].split(',').filter_map(|cell| cell.parse().ok()).collect();
    let [shares, price, commission, duty, other] = cells[..] else { panic!("{cells:?}") };
    let end = 10_000.0 - (900.0 * 10.01 + 5.0 + 0.09) + shares * price - commission - duty - other;
    assert!((metrics["curves"]["executable"]["final_equity"].as_f64().unwrap() - end).abs() < 1e-9);
    assert_eq!(metrics["orders"]["placed"], 2);
    assert_eq!(place.read("result/signals.csv"), IN_AND_OUT);
    let settings = place.read("result/backtest.toml");
    for part in ["rules = \"ashare\"", "cash = 10000.0", "path = \"../bars.csv\"", "fill = \"next_open\""] {
        assert!(settings.contains(part), "\"{part}\" is not in: {settings}");
    }
    let page = place.read("result/report.html");
    for part in ["chart-equity", "chart-trades", "table class=\"heat\"", "600000.SH", "signals.csv"] {
        assert!(page.contains(part), "the page has no {part}");
    }
    // The page is made again from the directory alone, to the byte.
    std::fs::remove_file(place.path("bars.csv")).unwrap();
    std::fs::remove_file(place.path("signals.csv")).unwrap();
    place.done(&["report", "result"]);
    assert_eq!(place.read("result/report.html"), page);
}

#[test]
fn the_terminal_shows_curves_orders_and_the_break_even_cost() {
    let place = place(IN_AND_OUT);
    let text = place.done(&with(&["--rules", "none", "--slippage-bp", "5"]));
    for part in [
        "600000.SH",
        "2 signals of signals.csv",
        "rules none",
        "executable",
        "buy_and_hold",
        "Orders of executable",
    ] {
        assert!(text.contains(part), "\"{part}\" is not in: {text}");
    }
    assert!(text.contains("Break-even cost") && text.contains("runs/backtest-1/report.html"), "{text}");
    place.done(&with(&["--language", "zh", "--quiet"]));
    assert!(place.read("runs/backtest-2/report.html").contains("可执行"));
}

#[test]
fn an_order_that_meets_a_locked_limit_waits_or_is_dropped_as_told() {
    // Decided after 2024-01-15; the next bar opens locked at its upper limit.
    let place = place("date,position\n2024-01-15,1\n");
    let kept = document(&place, &["--out", "kept"]);
    assert_eq!((kept["orders"]["filled"].as_u64(), kept["orders"]["waited"].as_u64()), (Some(1), Some(1)));
    assert_eq!(kept["blocked"][0]["cause"], "price_limit");
    assert_eq!(place.read("kept/blocked.csv"), "date,side,cause\n2024-01-16,buy,price_limit\n");
    let dropped = document(&place, &["--unfilled", "drop", "--out", "dropped"]);
    assert_eq!(
        (dropped["orders"]["filled"].as_u64(), dropped["orders"]["dropped"].as_u64()),
        (Some(0), Some(1))
    );
    let retried = document(&place, &["--unfilled", "3", "--out", "retried"]);
    assert_eq!(retried["orders"]["filled"], 1);
    let free = document(&place, &["--rules", "none", "--out", "free"]);
    assert_eq!(free["orders"]["waited"], 0, "without rules nothing is locked");
}

#[test]
fn fills_change_the_price_and_the_same_close_is_shown_under_its_own_name_only() {
    let place = place(IN_AND_OUT);
    let open = document(&place, &["--out", "open"]);
    let close = document(&place, &["--fill", "next_close", "--out", "close"]);
    let same = document(&place, &["--fill", "same_close", "--commission", "0.001", "--out", "same"]);
    let at_open = document(&place, &["--commission", "0.001", "--out", "again"]);
    assert_ne!(open["curves"]["executable"], close["curves"]["executable"]);
    assert_eq!(close["terms"]["fill"], "next_close");
    assert_eq!(
        same["curves"]["executable"], at_open["curves"]["executable"],
        "nobody can fill at the same close"
    );
    assert_eq!(open["curves"]["as_shown"]["costs_paid"], 0.0);
    assert!(
        same["curves"]["as_shown"]["costs_paid"].as_f64().unwrap() > 0.0,
        "as shown, with the costs given"
    );
    let trades = place.read("same/trades.csv");
    assert!(trades.contains("as_shown,2024-01-02,buy"), "{trades}");
}

#[test]
fn a_rule_file_of_ones_own_replaces_whole_tables() {
    let place = place(IN_AND_OUT);
    place.write(
        "mine.toml",
        "stamp_duty = [{ from = 1990-01-01, buy = 0, sell = 0.01, grade = \"C\", source = \"mine\" }]\n",
    );
    let own = document(&place, &["--rules", "mine.toml", "--out", "own"]);
    let usual = document(&place, &["--out", "usual"]);
    let duty = |document: &Value| document["curves"]["executable"]["costs"]["stamp_duty"].as_f64().unwrap();
    assert!(duty(&own) > 15.0 * duty(&usual), "{} and {}", duty(&own), duty(&usual));
    assert_eq!(own["rule_file"], "mine.toml");
    assert!(place.read("own/rules.toml").contains("stamp_duty"));
}

#[test]
fn every_mistake_is_refused_and_nothing_is_written() {
    let place = place(IN_AND_OUT);
    let refused = |more: &[&str], parts: &[&str]| {
        place.refused(&with(more), parts);
    };
    let bad = |name: &str, text: &str, parts: &[&str]| {
        place.write(name, text);
        place.refused(&["backtest", "--bars", "bars.csv", "--signals", name], parts);
    };
    bad(
        "holiday.csv",
        "date,position\n2024-01-06,1\n",
        &["holiday.csv:2", "2024-01-06 is no bar", "2024-01-05"],
    );
    bad("nan.csv", "date,position\n2024-01-02,nan\n", &["nan.csv:2", "from -1 to 1"]);
    bad("twice.csv", "date,position\n2024-01-02,1\n2024-01-02,0\n", &["twice.csv:3", "two signals"]);
    bad("back.csv", "date,position\n2024-01-03,1\n2024-01-02,0\n", &["back.csv:3", "sort the rows"]);
    bad("short.csv", "date,position\n2024-01-02,-1\n", &["short.csv:2", "sells short", "\"ashare\""]);
    bad("head.csv", "2024-01-02,1\n", &["head.csv:1", "column \"date\""]);
    place.refused(
        &["backtest", "--bars", "bars.csv", "--signals", "nowhere.csv"],
        &["nowhere.csv", "cannot be read"],
    );
    place.refused(
        &["backtest", "--bars", "none.csv", "--signals", "signals.csv"],
        &["none.csv", "no such file"],
    );
    place.refused(&["backtest", "--bars", "bars.csv"], &["--signals", "is missing"]);
    place.refused(&["backtest", "--signals", "signals.csv"], &["--bars", "is missing"]);
    place.refused(&["backtest"], &["--bars", "is missing", "RUN_DIR"]);
    refused(&["--rules", "japan"], &["--rules", "ashare, us, none", "japan"]);
    refused(&["--rules", "none.toml"], &["none.toml", "cannot be read"]);
    place.write("broken.toml", "stamp_duty = 3\n");
    refused(&["--rules", "broken.toml"], &["broken.toml"]);
    refused(&["--cash", "-5"], &["market.cash", "-5"]);
    for beyond in ["1e13", "1e300", "nan", "0.001"] {
        refused(&["--cash", beyond], &["market.cash", "from 0.01 to 1000000000000"]);
    }
    refused(&["--commission", "5"], &["market.commission", "5"]);
    refused(&["--volume-cap", "2"], &["market.volume_cap", "2"]);
    place.write(
        "odd.csv",
        &format!("{}600000.SH,20250101,null,null,null,null,null,,,,\n", place.read("bars.csv")),
    );
    let odd = ["backtest", "--bars", "odd.csv", "--signals", "signals.csv"];
    place.refused(&odd, &["odd.csv: 1 of 41 rows", "odd.csv:42", "--on-bad-row drop"]);
    refused(&["--unfilled", "soon"], &["--unfilled", "soon"]);
    refused(&["--unfilled", "-1"], &["--unfilled", "keep, drop or a number of bars", "-1"]);
    refused(&["--store", "store.db"], &["--store", "has no effect", "bars.csv"]);
    refused(&["--set", "training.epochs=3"], &["--set training.epochs", "no key of [market]"]);
    refused(&["--set", "market.fill=same_close"], &["market.fill", "same_close"]);
    refused(&["--out", "bars.csv"], &["--out bars.csv", "found a file"]);
    let mixed = ["backtest", "run", "--bars", "bars.csv", "--signals", "signals.csv"];
    place.refused(&mixed, &["--bars", "not for the run run", "either"]);
}

#[test]
fn an_earlier_backtest_is_replaced_by_force_alone() {
    let place = place(IN_AND_OUT);
    place.done(&with(&["--out", "result"]));
    place.refused(&with(&["--out", "result"]), &["not empty", "--force"]);
    place.write("result/notes.md", "mine");
    place.refused(&with(&["--out", "result", "--force"]), &["--out result", "no run wrote notes.md"]);
    std::fs::remove_file(place.path("result/notes.md")).unwrap();
    place.done(&with(&["--out", "result", "--force", "--cash", "5000"]));
    assert!(place.read("result/backtest.toml").contains("cash = 5000.0"));
}

#[test]
fn its_directory_is_not_taken_for_that_of_a_run() {
    let place = place("date,position\n2024-01-02,1\n");
    place.done(&with(&["--out", "bt"]));
    place.refused(&["backtest", "bt"], &["bt: holds a backtest of given signals, not a run", "--signals"]);
    place.refused(&["predict", "bt"], &["bt: holds a backtest"]);
}

#[test]
fn signals_of_a_run_are_traded_as_the_run_traded_them() {
    let place = Workplace::new();
    place.done(&["run", "small.toml", "--out", "run"]);
    place.done(&["sample", "--out", "market"]);
    let tested: String = std::iter::once("date,part,probability,position\n".to_owned())
        .chain(
            place
                .read("run/signals.csv")
                .lines()
                .filter(|line| line.contains(",test,"))
                .map(|l| format!("{l}\n")),
        )
        .collect();
    place.write("signals.csv", &tested);
    // The file goes on after the run's last bar; the run's experiment ends it in 2006.
    let last = place.read("run/bars.csv").lines().last().unwrap()[..10].replace('-', "");
    let cut: String = place
        .read("market/SAMPLE.SH.csv")
        .lines()
        .filter(|line| line.split(',').nth(1).is_none_or(|day| day == "trade_date" || day <= last.as_str()))
        .map(|line| format!("{line}\n"))
        .collect();
    place.write("bars.csv", &cut);
    place.done(&with(&["--out", "again"]));
    assert_eq!(place.read("again/equity.csv"), place.read("run/equity.csv"));
    assert_eq!(place.read("again/trades.csv"), place.read("run/trades.csv"));
}

#[test]
fn a_real_file_is_traded_from_end_to_end() {
    let Some(file) = data_file("ashare_tushare_raw/600000.SH.csv") else { return };
    let place = Workplace::empty();
    place.write("signals.csv", "date,position\n19991110,1\n20080102,0\n20090105,1\n20230424,0\n");
    let text = place.done(&["backtest", "--bars", &file, "--signals", "signals.csv", "--out", "result"]);
    assert!(text.contains("600000.SH"), "{text}");
    let metrics: Value = serde_json::from_str(&place.read("result/metrics.json")).unwrap();
    assert!(metrics["facts"].as_array().unwrap().len() > 5, "many rules changed in these years");
    assert_eq!(metrics["orders"]["untried_at_end"], 1, "the last order would fill after the last bar");
}

#[test]
fn a_mainland_code_without_its_exchange_is_asked_about() {
    let place = place(IN_AND_OUT);
    let bars = place.read("bars.csv");
    // A file that is only named by the code, and a column that holds it.
    let plain: String = bars
        .lines()
        .enumerate()
        .map(|(k, line)| if k == 0 { "date,open,high,low,close,volume\n".into() } else { columns(line) })
        .collect();
    place.write("600000.csv", &plain);
    let named = |more: &[&'static str]| {
        [&["backtest", "--bars", "600000.csv", "--signals", "signals.csv"][..], more].concat()
    };
    place.refused(&named(&[]), &["symbol 600000", "600000.SH", "--symbol"]);
    place.refused(&named(&["--rules", "ashare"]), &["symbol 600000", "600000.SH", "--symbol"]);
    let json = |arguments: Vec<&str>| -> Value {
        serde_json::from_str(&place.done(&[&arguments[..], &["--json"]].concat())).unwrap()
    };
    let full = json(named(&["--symbol", "600000.SH", "--out", "full"]));
    assert_eq!(full["rules"], "ashare");
    let prefixed = json(named(&["--symbol", "sh600000", "--out", "prefixed"]));
    assert_eq!(
        (&prefixed["data"]["symbol"], &prefixed["curves"]),
        (&full["data"]["symbol"], &full["curves"])
    );
    assert_eq!(json(named(&["--rules", "none", "--out", "none"]))["rules"], "none");
    // A column that holds the bare code may be named in full.
    place.write("column.csv", &bars.replace("600000.SH", "600000"));
    let column = ["backtest", "--bars", "column.csv", "--signals", "signals.csv", "--out", "column"];
    place.refused(&column, &["symbol 600000", "600000.SH"]);
    let column = json([&column[..], &["--symbol", "600000.SH"]].concat());
    assert_eq!(column["curves"]["executable"], document(&place, &["--out", "whole"])["curves"]["executable"]);
}

/// `date,open,high,low,close,volume` of a row of a Tushare file.
fn columns(row: &str) -> String {
    let cells: Vec<&str> = row.split(',').collect();
    format!("{},{},{},{},{},{}\n", cells[1], cells[2], cells[3], cells[4], cells[5], 100 * 5000)
}
