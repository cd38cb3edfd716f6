//! What was imported is what the store gives back.

use crate::test_data::file;
use tidegate_data::Store;
use tidegate_data::import::{ImportOptions, parse_bytes, parse_file};

const DAILY: &str = "\
ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount
600000.SH,20240624,10,10.5,9.9,10.4,10,0.4,4.0,1000.5,1020.75
600000.SH,20240625,10.4,11.2,10.4,11,10.4,0.6,5.7692,1200,1300
600000.SH,20240626,10,10.4,9.8,10.2,10,0.2,2.0,900,915.5
";

fn store(place: &tempfile::TempDir) -> Store {
    Store::open(&place.path().join("store.db")).unwrap()
}

#[test]
fn the_sp500_file_reads_back_equal_from_the_store() {
    let Some(path) = file("us_sp500_5yr/all_stocks_5yr.csv.gz") else { return };
    let parsed = parse_file(&path, &ImportOptions::default()).unwrap();
    assert_eq!((parsed.rows_read, parsed.tables.len()), (619_040, 505));
    let place = tempfile::tempdir().unwrap();
    let mut store = store(&place);
    let merged = parsed.put(&mut store, &parsed.origin(&path), false, &[]).unwrap();
    assert_eq!((merged.added, merged.same, merged.differences.len()), (parsed.bars(), 0, 0));
    for table in &parsed.tables {
        let stored = store.bars(&table.symbol).unwrap();
        assert!(stored == table.bars, "{}", table.symbol);
    }
    let again = parsed.put(&mut store, &parsed.origin(&path), false, &[]).unwrap();
    assert_eq!((again.added, again.same), (0, parsed.bars()));
}

#[test]
fn every_record_of_a_file_reaches_its_table() {
    let place = tempfile::tempdir().unwrap();
    let mut store = store(&place);
    for text in [
        DAILY,
        "ts_code,trade_date,adj_factor\n600000.SH,20240624,1.5\n600000.SH,20240626,1.65\n",
        "ts_code,trade_date,suspend_timing,suspend_type\n600000.SH,20240627,,S\n",
        "trade_date,ts_code,up_limit,down_limit\n20240624,600000.SH,11,9\n",
        "ts_code,name,start_date,end_date,change_reason\n600000.SH,浦发银行,20061009,,改名\n",
        "ts_code,symbol,name,market,list_date,list_status\n600000.SH,600000,浦发银行,主板,19991110,L\n",
        "exchange,cal_date,is_open\nSSE,20240628,1\nSSE,20240629,0\n",
    ] {
        let parsed = parse_bytes(text.as_bytes(), "records.csv", &ImportOptions::default()).unwrap();
        assert!(parsed.findings.is_empty(), "{:?}", parsed.findings);
        let origin = parsed.origin("records.csv".as_ref());
        assert!(parsed.put(&mut store, &origin, false, &[]).unwrap().added > 0, "{text}");
    }
    let symbol = "600000.SH";
    assert_eq!(store.bars(symbol).unwrap().unwrap().volume, [100_050.0, 120_000.0, 90_000.0]);
    assert_eq!(store.factors(symbol).unwrap().unwrap().factor, [1.5, 1.65]);
    assert_eq!(store.suspensions(symbol).unwrap().len(), 1);
    assert_eq!(store.limits(symbol).unwrap()[0].up, 11.0);
    assert_eq!(store.names(symbol).unwrap()[0].reason.as_deref(), Some("改名"));
    assert_eq!(store.listing(symbol).unwrap().unwrap().board.as_deref(), Some("主板"));
    assert_eq!(
        store.calendar("SSE").unwrap().iter().map(|(_, open)| *open).collect::<Vec<_>>(),
        [true, false]
    );
}

#[test]
fn a_file_that_disagrees_is_shown_and_nothing_is_overwritten() {
    let place = tempfile::tempdir().unwrap();
    let mut store = store(&place);
    let put = |store: &mut Store, text: &str, accept| {
        let parsed = parse_bytes(text.as_bytes(), "daily.csv", &ImportOptions::default()).unwrap();
        parsed.put(store, &parsed.origin("daily.csv".as_ref()), accept, &[]).unwrap()
    };
    put(&mut store, DAILY, false);
    let other = DAILY.replace("10.4,11,10.4", "10.4,11.1,10.4");
    let merged = put(&mut store, &other, false);
    assert_eq!((merged.same, merged.replaced, merged.differences.len()), (2, 0, 1));
    let difference = &merged.differences[0];
    assert_eq!(
        (difference.column, difference.stored.as_str(), difference.received.as_str()),
        ("close", "11", "11.1")
    );
    assert_eq!(store.bars("600000.SH").unwrap().unwrap().close[1], 11.0);
    assert_eq!(put(&mut store, &other, true).replaced, 1);
    assert_eq!(store.bars("600000.SH").unwrap().unwrap().close[1], 11.1);
}

#[test]
fn findings_of_the_file_are_kept_with_the_symbol() {
    let place = tempfile::tempdir().unwrap();
    let mut store = store(&place);
    let text = format!("{DAILY}600000.SH,20240627,x,10.4,9.8,10.2,10,0.2,2.0,900,915.5\n");
    let parsed = parse_bytes(text.as_bytes(), "daily.csv", &ImportOptions::default()).unwrap();
    parsed.put(&mut store, &parsed.origin("daily.csv".as_ref()), false, &[]).unwrap();
    let findings = store.findings("600000.SH").unwrap();
    assert_eq!((findings.len(), findings[0].line), (1, Some(5)));
}

#[test]
fn findings_about_a_whole_file_are_kept_by_its_name() {
    let place = tempfile::tempdir().unwrap();
    let mut store = store(&place);
    let header = "date,open,high,low,close,volume,Name";
    let bars = "2013-02-08,15,15,14,14,84,AAL\n2013-02-08,67,68,66,67,15,AAPL\n";
    let mut import = |file: &str, more: &str| {
        let text = format!("{header}\n{bars}{more}");
        let parsed = parse_bytes(text.as_bytes(), file, &ImportOptions::default()).unwrap();
        parsed.put(&mut store, &parsed.origin(file.as_ref()), false, &[]).unwrap();
        let findings = store.findings("").unwrap();
        findings.into_iter().map(|finding| finding.message).collect::<Vec<String>>()
    };
    // That nothing adjusts the prices is the one thing to say about a good file.
    let good = import("a.csv", "");
    assert!(good.len() == 1 && good[0].starts_with("a.csv: 2 symbols have neither"), "{good:?}");
    let bad = import("a.csv", "Too Many Requests\n");
    assert!(bad.len() == 2 && bad.iter().all(|message| message.starts_with("a.csv: ")), "{bad:?}");
    let both = import("b.csv", "");
    assert!(both.len() == 3 && both[..2] == bad && both[2].starts_with("b.csv: "), "{both:?}");
    assert_eq!(import("a.csv", "Too Many Requests\n").len(), 3);
    assert_eq!(
        import("a.csv", ""),
        [both[2].clone(), good[0].clone()],
        "a mended file takes its finding along"
    );
}

#[test]
fn each_symbol_of_a_file_has_its_own_findings() {
    let place = tempfile::tempdir().unwrap();
    let mut store = store(&place);
    let text = "date,open,high,low,close,volume,Name\n2013-02-08,15,15,14,14,84,AAL\n2013-02-11,0,15,14,14,84,AAL\n\
                2013-02-08,67,68,66,67,15,AAPL\n2013-02-08,67,68,66,67,15,AAPL\n";
    let parsed = parse_bytes(text.as_bytes(), "many.csv", &ImportOptions::default()).unwrap();
    parsed.put(&mut store, &parsed.origin("many.csv".as_ref()), false, &[]).unwrap();
    for (symbol, lines) in [("AAL", vec![Some(3)]), ("AAPL", vec![Some(5)])] {
        let findings = store.findings(symbol).unwrap();
        assert!(findings.iter().all(|finding| finding.symbol == symbol), "{findings:?}");
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), lines, "{findings:?}");
    }
}
