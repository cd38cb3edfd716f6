//! The order list of `predict` against the rule book, counted by hand: lots, odd rests, limits by board, what the cash pays
//! for, and what is known of the day to come.

use crate::workplace::{Workplace, stderr};
use serde_json::Value;
use std::fmt::Write;
use tidegate_data::{CorporateAction, Origin, Store};
use tidegate_market::TradeDate;

/// Bars close between ten and 10.40; the last at 10.20.
const DAYS: usize = 260;

fn days() -> Vec<TradeDate> {
    let start = TradeDate::new(2024, 1, 2).unwrap();
    let days = std::iter::successors(Some(start), |day| Some(day.next_day()));
    days.filter(|day| !day.is_weekend()).take(DAYS + 1).collect()
}

fn compact(day: TradeDate) -> String {
    day.to_string().replace('-', "")
}

/// A Tushare file of `symbol`.
fn bars(symbol: &str) -> String {
    let mut text =
        String::from("ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount\n");
    let mut before = 10.0;
    for (k, day) in days().into_iter().take(DAYS).enumerate() {
        let close = if k + 1 == DAYS { 10.2 } else { 10.0 + (k * k * 31 % 41) as f64 / 100.0 };
        let _ = writeln!(
            text,
            "{symbol},{},{before:.2},{:.2},{:.2},{close:.2},{before:.2},0,0,{},1000",
            compact(day),
            10.45 + (k % 5) as f64 / 100.0,
            9.9 - (k % 7) as f64 / 100.0,
            100_000 + k * 37 % 1000
        );
        before = close;
    }
    text
}

/// A place with a run of `symbol` whose target is 1 (or its size) every day, or 0 every day.
fn place(symbol: &str, up: bool, settings: &[&str]) -> Workplace {
    let place = Workplace::new();
    place.write("bars.csv", &bars(symbol));
    let threshold = if up { "strategy.threshold=0.000001" } else { "strategy.threshold=0.999999" };
    let settings = [&["data.path=bars.csv", "data.to=2030-01-01", threshold][..], settings].concat();
    let settings = settings.into_iter().flat_map(|setting| ["--set", setting]);
    place.done(&["run", "small.toml", "--out", "run"].into_iter().chain(settings).collect::<Vec<_>>());
    place
}

fn planned(place: &Workplace, holding: &str, cash: &str) -> Value {
    let today = days()[DAYS].to_string();
    let account = ["--holding", holding, "--cash", cash];
    let text = place.done(&[&["predict", "run", "--json", "--today", &today][..], &account].concat());
    serde_json::from_str(&text).unwrap()
}

fn order(planned: &Value) -> Option<(&str, f64)> {
    let orders = planned["orders"].as_array().unwrap();
    assert!(orders.len() <= 1);
    orders.first().map(|order| (order["side"].as_str().unwrap(), order["shares"].as_f64().unwrap()))
}

fn notes(planned: &Value) -> Vec<&str> {
    planned["notes"].as_array().unwrap().iter().map(|note| note["kind"].as_str().unwrap()).collect()
}

#[test]
fn the_main_board_buys_hundreds_that_the_cash_pays_for_fees_included() {
    let place = place("600000.SH", true, &[]);
    // 900 shares: 9,180.00 + 5.00 commission + 0.09 transfer = 9,185.09.
    let enough = planned(&place, "0", "9185.09");
    assert_eq!(order(&enough), Some(("buy", 900.0)));
    let line = &enough["orders"][0];
    assert_eq!((line["lots"].as_f64(), line["value"].as_f64()), (Some(9.0), Some(9_180.0)));
    assert_eq!((line["limit_up"].as_f64(), line["limit_down"].as_f64()), (Some(11.22), Some(9.18)));
    assert_eq!((&line["fill"], &line["reason"]["kind"]), (&"next_open".into(), &"account_differs".into()));
    assert_eq!(enough["signal"]["unit"], "equity");
    assert!(notes(&enough).contains(&"standing_unknown") && notes(&enough).contains(&"ex_day_unknown"));
    assert_eq!(order(&planned(&place, "0", "9185.08")), Some(("buy", 800.0)));
    // One lot costs 1,020 + 5 + 0.01.
    assert_eq!(order(&planned(&place, "0", "1025.01")), Some(("buy", 100.0)));
    let poor = planned(&place, "0", "1025");
    assert_eq!((order(&poor), &poor["no_order"]), (None, &"below_one_lot".into()));
    // Who holds already keeps, whatever the cash would buy besides.
    let held = planned(&place, "100", "100000");
    assert_eq!((order(&held), &held["no_order"]), (None, &"target_unchanged".into()));
}

#[test]
fn odd_rests_are_sold_whole_and_an_account_at_its_target_has_no_order() {
    let place = place("600000.SH", false, &[]);
    let sold = planned(&place, "1250", "0");
    assert_eq!(order(&sold), Some(("sell", 1_250.0)));
    assert_eq!(sold["orders"][0]["lots"].as_f64(), Some(12.5));
    assert_eq!(order(&planned(&place, "7", "0")), Some(("sell", 7.0)));
    let flat = planned(&place, "0", "5000");
    assert_eq!((order(&flat), &flat["no_order"]), (None, &"target_unchanged".into()));
}

#[test]
fn star_begins_at_two_hundred_and_goes_by_single_shares_within_twenty_per_cent() {
    let place = place("688001.SH", true, &[]);
    // 200 shares: 2,040.00 + 5.00 + 0.02.
    assert_eq!(order(&planned(&place, "0", "2045.01")), None);
    assert_eq!(order(&planned(&place, "0", "2045.02")), Some(("buy", 200.0)));
    // 257 shares: 2,621.40 + 5.00 + 0.03.
    let odd = planned(&place, "0", "2626.43");
    assert_eq!(order(&odd), Some(("buy", 257.0)));
    assert_eq!(order(&planned(&place, "0", "2626.42")), Some(("buy", 256.0)));
    let line = &odd["orders"][0];
    assert_eq!((line["limit_up"].as_f64(), line["limit_down"].as_f64()), (Some(12.24), Some(8.16)));
    assert!(!notes(&odd).contains(&"standing_unknown"), "ST changes nothing on STAR: {:?}", notes(&odd));
}

#[test]
fn a_target_in_shares_is_told_in_shares() {
    let place = place("600000.SH", true, &["strategy.size={ shares = 300.0 }"]);
    let today = days()[DAYS].to_string();
    let planned = planned(&place, "0", "100000");
    assert_eq!(order(&planned), Some(("buy", 300.0)));
    assert_eq!(planned["signal"]["unit"]["shares"], 300.0);
    let text = place.done(&["predict", "run", "--today", &today, "--cash", "100000"]);
    assert!(text.contains("target of 300 shares") && !text.contains("100 %."), "{text}");
}

fn with_store(place: &Workplace, arguments: &[&str]) -> String {
    let output = place.command(arguments).env("TIDEGATE_STORE", place.path("store.db")).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_name_in_st_narrows_the_limits_and_an_ex_day_counts_from_its_reference_price() {
    let place = Workplace::new();
    place.write("daily.csv", &bars("600000.SH"));
    with_store(&place, &["import", "daily.csv"]);
    let settings =
        ["data.source=store", "data.symbol=600000.SH", "data.to=2030-01-01", "strategy.threshold=0.999999"];
    let settings = settings.into_iter().flat_map(|setting| ["--set", setting]);
    with_store(
        &place,
        &["run", "small.toml", "--out", "run"].into_iter().chain(settings).collect::<Vec<_>>(),
    );
    let today = days()[DAYS].to_string();
    let planned = |holding: &str| -> Value {
        let account = ["--holding", holding, "--cash", "0"];
        let text =
            with_store(&place, &[&["predict", "run", "--json", "--today", &today][..], &account].concat());
        serde_json::from_str(&text).unwrap()
    };
    place.write(
        "names.csv",
        "ts_code,name,start_date,end_date,change_reason\n600000.SH,ST浦发,20240101,,ST\n",
    );
    with_store(&place, &["import", "names.csv"]);
    let narrow = planned("1000");
    assert_eq!(
        (narrow["limits"]["up"].as_f64(), narrow["limits"]["down"].as_f64()),
        (Some(10.71), Some(9.69))
    );
    assert!(!notes(&narrow).contains(&"standing_unknown"));
    // Ten shares get three new ones: 10.20 / 1.3 = 7.846.
    let origin = Origin {
        source: "by hand".into(),
        name: "by hand".into(),
        received: "2025-01-01T00:00:00Z".into(),
        sha256: "0".repeat(64),
    };
    let split = CorporateAction::Split { ex_date: days()[DAYS], ratio: 1.3 };
    Store::open(&place.path("store.db")).unwrap().put_actions("600000.SH", &[split], &origin, true).unwrap();
    let ex_day = planned("1000");
    let limits = &ex_day["limits"];
    assert_eq!((limits["reference"].as_f64(), limits["ex_day"].as_bool()), (Some(7.85), Some(true)));
    assert_eq!((limits["up"].as_f64(), limits["down"].as_f64()), (Some(8.24), Some(7.46)));
    assert_eq!(order(&ex_day), Some(("sell", 1_300.0)), "the new shares are sold with the old ones");
    assert_eq!(ex_day["orders"][0]["value"].as_f64(), Some(1_300.0 * 7.85));
    assert!(notes(&ex_day).contains(&"ex_day") && !notes(&ex_day).contains(&"ex_day_unknown"));
}
