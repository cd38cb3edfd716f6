//! `data check`: findings that were kept, and an audit anew.

use crate::workplace::{Workplace, stderr};
use serde_json::Value;
use tidegate_data::{Finding, FindingKind, Origin, RawBars, Severity, Store};
use tidegate_market::{PriceBasis, TradeDate};

const STORE: [&str; 2] = ["--store", "tidegate.db"];

fn origin() -> Origin {
    Origin {
        source: "file (Yahoo)".into(),
        name: "bars.csv".into(),
        received: "2026-11-23T10:00:00Z".into(),
        sha256: "ab".repeat(32),
    }
}

/// Bars of an American stock, one a weekday from 2024-06-03 on, each opening where the last closed.
fn bars(symbol: &str, closes: &[f64]) -> RawBars {
    let first: TradeDate = "2024-06-03".parse().unwrap();
    let date = std::iter::successors(Some(first), |day| Some(day.next_day())).filter(|day| !day.is_weekend());
    let open: Vec<f64> =
        std::iter::once(closes[0]).chain(closes.iter().copied()).take(closes.len()).collect();
    RawBars {
        symbol: symbol.into(),
        basis: PriceBasis::SplitAdjusted,
        date: date.take(closes.len()).collect(),
        high: open.iter().zip(closes).map(|(a, b)| a.max(*b)).collect(),
        low: open.iter().zip(closes).map(|(a, b)| a.min(*b)).collect(),
        pre_close: None,
        volume: (0..closes.len()).map(|i| 1e6 + i as f64).collect(),
        amount: None,
        close: closes.to_vec(),
        open,
    }
}

/// Three stocks, one of them with a split that was not adjusted and a duplicate found at its import.
fn place() -> Workplace {
    let place = Workplace::empty();
    let mut store = Store::open(&place.path("tidegate.db")).unwrap();
    let mut split = bars("NVDA", &[1150.0, 1164.5, 1224.5, 1209.0, 1208.88, 121.79, 120.91]);
    (split.open[5], split.high[5], split.low[5]) = (120.37, 121.79, 120.37);
    for bars in
        [split, bars("AAPL", &[194.0; 7]), bars("MSFT", &[413.0, 416.0, 424.0, 424.0, 423.0, 427.0, 432.0])]
    {
        store.put_bars(&bars, &origin(), false).unwrap();
    }
    let duplicate = Finding {
        kind: FindingKind::ConflictingDuplicate,
        severity: Severity::Error,
        symbol: "NVDA".into(),
        line: Some(17),
        date: None,
        count: 2,
        message: "lines 17 and 18 have the same date and other numbers".into(),
        action: "neither is kept".into(),
    };
    store.put_findings("NVDA", &[duplicate]).unwrap();
    place
}

fn check<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["data", "check"].into_iter().chain(more.iter().copied()).chain(STORE).collect()
}

fn document(place: &Workplace, more: &[&str]) -> Value {
    serde_json::from_str(&place.done(&check(&[more, &["--json"]].concat()))).unwrap()
}

#[test]
fn findings_kept_from_the_arrival_are_shown_at_once() {
    let place = place();
    let text = place.done(&check(&[]));
    for part in
        ["Errors", "conflicting_duplicate", "line 17", "neither is kept", "1 error, 0 warnings, 0 notes"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("looks like"), "nothing was audited anew: {text}");
    let other = place.done(&check(&["AAPL"]));
    assert!(other.contains("0 errors, 0 warnings, 0 notes"), "{other}");
}

#[test]
fn a_full_check_finds_more_keeps_it_and_says_by_which_calendar() {
    let place = place();
    let text = place.done(&check(&["--full"]));
    for part in [
        "2024-06-10: 1208.88 → 121.79 looks like a 10-for-1 split that was not adjusted",
        "conflicting_duplicate",
        "no_adjustment",
        "Calendar of NYSE: none is stored; 7 trading days, 2024-06-03 to 2024-06-11",
        "3 symbols and 21 bars audited",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let (errors, notes) = (text.find("Errors").unwrap(), text.find("Notes").unwrap());
    assert!(errors < notes, "{text}");
    let kept = place.done(&check(&["NVDA"]));
    assert!(kept.contains("10-for-1") && kept.contains("line 17"), "{kept}");
    // Auditing twice changes nothing.
    let first = document(&place, &["--full"]);
    assert_eq!(first, document(&place, &["--full"]));
    assert_eq!(document(&place, &[])["findings"], first["findings"]);
}

#[test]
fn json_names_kinds_severities_and_counts() {
    let place = place();
    let all = document(&place, &["--full"]);
    assert_eq!(all["counts"], serde_json::json!({ "error": 2, "warning": 0, "note": 3 }));
    assert_eq!(all["audited"], serde_json::json!({ "symbols": 3, "rows": 21 }));
    assert_eq!(all["calendars"][0]["venue"], "NYSE");
    assert_eq!(all["calendars"][0]["source"]["kind"], "bars");
    let kinds: Vec<&str> =
        all["findings"].as_array().unwrap().iter().map(|f| f["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"unadjusted_split") && kinds.contains(&"conflicting_duplicate"), "{kinds:?}");
    assert_eq!(document(&place, &[])["audited"], Value::Null);
}

#[test]
fn findings_are_no_failure_unless_strict() {
    let place = place();
    let output = place.tidegate(&check(&["--strict"]));
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("1 error is among the findings"), "{}", stderr(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("line 17"));
    place.done(&check(&["MSFT", "--strict"]));
}

#[test]
fn a_symbol_that_is_not_stored_is_named_with_near_ones() {
    let place = place();
    place.refused(&check(&["NVDIA"]), &["expected a symbol of the store, found \"NVDIA\"", "NVDA"]);
    Workplace::empty().refused(&check(&[]), &["there is no store"]);
}
