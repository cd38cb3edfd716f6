//! `tidegate import` as a user runs it.

use crate::workplace::{TUSHARE, Workplace, stderr};

const YAHOO: &str = "\
Date,Open,High,Low,Close,Adj Close,Volume
2024-06-24,10,10.5,9.9,10.4,9.36,1000500
2024-06-25,null,null,null,null,null,null
2024-06-26,10,10.4,9.8,10.2,10.2,900000
";

fn place() -> Workplace {
    let place = Workplace::empty();
    place.write("600000.SH.csv", TUSHARE);
    place.write("AAPL.csv", YAHOO);
    place
}

#[test]
fn files_are_imported_and_what_was_odd_is_said() {
    let place = place();
    let said = place.done(&["import", "600000.SH.csv", "AAPL.csv", "--store", "s.db"]);
    for part in
        ["Tushare daily", "Yahoo", "600000.SH.csv", "2024-06-24", "bad_price: 1 (line 3: ", "row dropped"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let listed = place.done(&["data", "list", "--store", "s.db"]);
    assert!(listed.contains("600000.SH") && listed.contains("AAPL"), "{listed}");
}

#[test]
fn a_bad_file_among_good_ones_is_named_and_the_others_are_imported() {
    let place = place();
    place.write("BRK.B.csv", "404 Not Found: No data found, symbol may be delisted\n");
    let all = ["import", "*.csv", "--store", "s.db"];
    let output = place.tidegate(&all);
    let (said, message) = (String::from_utf8_lossy(&output.stdout), stderr(&output));
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(said.contains("AAPL.csv") && !said.contains("BRK.B.csv"), "{said}");
    for part in ["BRK.B.csv", "\"not found\" from the server", "1 of 3 files could not be imported"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let listed = place.done(&["data", "list", "--store", "s.db"]);
    assert!(listed.contains("600000.SH") && listed.contains("AAPL") && !listed.contains("BRK.B"), "{listed}");
}

#[test]
fn a_bad_file_alone_leaves_nothing_behind() {
    let place = Workplace::empty();
    place.write("BRK.B.csv", "404 Not Found: No data found, symbol may be delisted\n");
    place.refused(
        &["import", "BRK.B.csv", "--store", "s.db"],
        &["BRK.B.csv", "\"not found\" from the server"],
    );
}

#[test]
fn a_dry_run_stores_nothing() {
    let place = place();
    let said = place.done(&["import", "AAPL.csv", "--store", "s.db", "--dry-run"]);
    assert!(said.contains("Nothing was stored"), "{said}");
    assert!(!place.path("s.db").exists());
}

#[test]
fn json_is_one_document_with_every_finding() {
    let place = place();
    let said = place.done(&["import", "AAPL.csv", "--store", "s.db", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&said).unwrap();
    let file = &document["files"][0];
    assert_eq!(file["layout"], "yahoo");
    assert_eq!((&file["rows"], &file["bars"], &file["stored"]["added"]), (&3.into(), &2.into(), &4.into()));
    assert_eq!(file["findings"][0]["kind"], "bad_price");
    assert_eq!(file["findings"][0]["line"], 3);
    assert_eq!(file["sha256"].as_str().map(str::len), Some(64));
}

#[test]
fn differences_are_shown_and_kept_out_until_accepted() {
    let place = place();
    place.done(&["import", "600000.SH.csv", "--store", "s.db"]);
    place.write("600000.SH.csv", &TUSHARE.replace("10.4,11,10.4", "10.4,11.1,10.4"));
    let said = place.done(&["import", "600000.SH.csv", "--store", "s.db"]);
    assert!(said.contains("2024-06-25 close: stored 11, received 11.1"), "{said}");
    assert!(said.contains("--accept replaces it"), "{said}");
    let said = place.done(&["import", "600000.SH.csv", "--store", "s.db", "--accept"]);
    assert!(!said.contains("--accept replaces it"), "{said}");
    let said = place.done(&["import", "600000.SH.csv", "--store", "s.db"]);
    assert!(!said.contains("received"), "{said}");
}

#[test]
fn adjusted_prices_do_not_mix_with_stored_raw_ones() {
    let place = place();
    place.done(&["import", "600000.SH.csv", "--store", "s.db"]);
    place.write("600000.SH_hfq.csv", &TUSHARE.replace("11.2", "11.3"));
    let arguments = ["import", "600000.SH_hfq.csv", "--store", "s.db"];
    place.refused(&arguments, &["600000.SH_hfq.csv", "prices of 600000.SH", "--accept replaces"]);
    let said = place.done(&["import", "600000.SH_hfq.csv", "--store", "s.db", "--as", "raw"]);
    assert!(said.contains("2024-06-25 high: stored 11.2, received 11.3"), "{said}");
}

#[test]
fn one_name_for_several_files_is_refused() {
    let place = place();
    place.refused(&["import", ".", "--symbol", "X", "--store", "s.db"], &["--symbol", "2 files"]);
    place.refused(&["import", "nowhere", "--store", "s.db"], &["nowhere", "no such file"]);
    place.refused(&["import", "*.parquet", "--store", "s.db"], &["*.parquet", "found no file"]);
}
