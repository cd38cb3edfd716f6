//! What the store knows of a stock decides its trades: published limits win over computed ones, names tell of special
//! treatment, and a run keeps what it was judged by.

use crate::workplace::{Workplace, stderr};
use serde_json::Value;

const HEADER: &str = "ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount\n";

/// Five days at a price that climbs by 6 % on the third.
fn place() -> Workplace {
    let place = Workplace::empty();
    let rows = [
        "600000.SH,20240603,10,10,10,10,10,0,0,1000,1000",
        "600000.SH,20240604,10,10,10,10,10,0,0,1000,1000",
        "600000.SH,20240605,10.6,10.6,10.6,10.6,10,0.6,6,1000,1000",
        "600000.SH,20240606,10.6,10.6,10.6,10.6,10.6,0,0,1000,1000",
        "600000.SH,20240607,10.6,10.6,10.6,10.6,10.6,0,0,1000,1000",
    ];
    place.write("daily.csv", &format!("{HEADER}{}\n", rows.join("\n")));
    place.write("signals.csv", "date,position\n20240604,1\n");
    place
}

fn tidegate(place: &Workplace, arguments: &[&str]) -> String {
    let mut command = place.command(arguments);
    let output = command.env("TIDEGATE_STORE", place.path("store.db")).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn traded(place: &Workplace, out: &str) -> Value {
    let arguments = ["backtest", "--bars", "600000.SH", "--signals", "signals.csv", "--out", out, "--json"];
    serde_json::from_str(&tidegate(place, &arguments)).unwrap()
}

#[test]
fn a_published_limit_wins_over_the_computed_one() {
    let place = place();
    tidegate(&place, &["import", "daily.csv"]);
    let free = traded(&place, "free");
    assert_eq!(
        (free["orders"]["waited"].as_u64(), free["data"]["layout"].as_str()),
        (Some(0), Some("store"))
    );
    place.write("limits.csv", "ts_code,trade_date,up_limit,down_limit\n600000.SH,20240605,10.6,9.4\n");
    tidegate(&place, &["import", "limits.csv"]);
    let bound = traded(&place, "bound");
    assert_eq!(bound["orders"]["waited"], 1, "the open stands at the published limit");
    assert!(place.read("bound/trades.csv").contains("executable,2024-06-06,buy"));
}

#[test]
fn a_name_that_tells_of_special_treatment_narrows_the_limit() {
    let place = place();
    tidegate(&place, &["import", "daily.csv"]);
    place.write(
        "names.csv",
        "ts_code,name,start_date,end_date,change_reason\n600000.SH,ST浦发,20240101,,ST\n",
    );
    tidegate(&place, &["import", "names.csv"]);
    // 5 % of 10 is 10.50: an open at 10.60 lies there or beyond.
    let narrow = traded(&place, "narrow");
    assert_eq!(narrow["orders"]["waited"], 1);
    let notes = narrow["notes"].as_array().unwrap();
    assert!(notes.iter().all(|note| note != "special_treatment_unknown"), "{notes:?}");
}
