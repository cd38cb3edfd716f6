//! Files that give no bars: one clear message each, naming the place, what was expected and what was found.

use crate::test_data::{TUSHARE, YAHOO, read, refusal};
use tidegate_data::{DataError, ReadOptions, read_bars, read_bars_from};
use tidegate_market::TradeDate;

#[test]
fn a_missing_file_and_a_directory_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let missing = read_bars(&directory.path().join("none.csv"), &ReadOptions::default());
    assert!(
        matches!(&missing, Err(DataError::Missing { path }) if path.ends_with("none.csv")),
        "{missing:?}"
    );
    assert!(refusal(missing).contains("no such file"));
    let message = refusal(read_bars(directory.path(), &ReadOptions::default()));
    assert!(message.contains("found a directory"), "{message}");
}

#[test]
fn a_file_on_disk_reads_like_its_bytes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ABC_daily.csv");
    std::fs::write(&path, YAHOO).unwrap();
    let loaded = read_bars(&path, &ReadOptions::default()).unwrap();
    assert_eq!(loaded.bars.symbol, "ABC");
    assert_eq!(loaded.bars.close, read(YAHOO).unwrap().bars.close);
}

#[test]
fn nothing_and_a_lone_header_are_told_apart() {
    for nothing in ["", "\u{feff}", "\n\r\n  \n"] {
        assert!(refusal(read(nothing)).contains("found an empty file"), "{nothing:?}");
    }
    let header = YAHOO.lines().next().unwrap();
    assert!(refusal(read(header)).contains("expected bars below the header, found none"));
    assert!(refusal(read(TUSHARE.lines().next().unwrap())).contains("found none"));
}

#[test]
fn an_unknown_header_lists_what_is_there_and_what_each_layout_needs() {
    let message = refusal(read("Date,Open,High,Low,Last,Volume\n2024-06-24,1,1,1,1,1\n"));
    assert!(message.starts_with("bars.csv:1: expected the header of a known layout"), "{message}");
    assert!(message.contains("found the columns [Date, Open, High, Low, Last, Volume]"), "{message}");
    assert!(
        message.contains("Yahoo needs Date, Open, High, Low, Close, Volume (missing: Close)"),
        "{message}"
    );
    assert!(message.contains("Tushare daily needs trade_date, open, high, low, close, vol\n"), "{message}");
}

#[test]
fn a_repeated_column_is_refused() {
    let message = refusal(read("Date,Open,High,Low,Close,Close,Volume\n"));
    assert_eq!(message, "bars.csv:1: expected one column Close, found several; remove all but the right one");
}

#[test]
fn text_in_another_encoding_is_refused_with_its_line() {
    let mut bytes = YAHOO.as_bytes().to_vec();
    let second = YAHOO.find("2024-06-25").unwrap();
    bytes[second] = 0xd6;
    let message = refusal(read_bars_from(&bytes, "bars.csv", &ReadOptions::default()));
    assert!(message.starts_with("bars.csv:3: expected UTF-8 text or GBK, found the byte 0xd6"), "{message}");
    let message = refusal(read_bars_from(b"PK\x03\x04", "bars.csv", &ReadOptions::default()));
    assert!(message.contains("a spreadsheet"), "{message}");
}

#[test]
fn several_symbols_are_named_unless_one_is_picked() {
    let other =
        TUSHARE.lines().skip(1).map(|row| row.replace("600000.SH", "000001.SZ") + "\n").collect::<String>();
    let both = TUSHARE.to_owned() + &other;
    let message = refusal(read(&both));
    assert!(message.contains("600000.SH (line 2), 000001.SZ (line 7); set `symbol`"), "{message}");
    let pick = |symbol: &str| {
        let options = ReadOptions { symbol: Some(symbol.to_owned()), ..ReadOptions::default() };
        read_bars_from(both.as_bytes(), "bars.csv", &options)
    };
    let picked = pick("000001.SZ").unwrap();
    assert_eq!((picked.bars.symbol.as_str(), picked.bars.len(), picked.rows_read), ("000001.SZ", 5, 5));
    assert!(refusal(pick("AAPL")).contains("expected bars of AAPL, found 600000.SH (line 2)"));
}

#[test]
fn a_symbol_that_the_file_contradicts_is_refused() {
    let options = ReadOptions { symbol: Some("000001.SZ".to_owned()), ..ReadOptions::default() };
    let message = refusal(read_bars_from(TUSHARE.as_bytes(), "bars.csv", &options));
    assert!(message.contains("expected bars of 000001.SZ, found 600000.SH (line 2)"), "{message}");
    let yahoo = read_bars_from(YAHOO.as_bytes(), "bars.csv", &options).unwrap();
    assert_eq!(yahoo.bars.symbol, "000001.SZ");
}

#[test]
fn dates_that_leave_nothing_name_what_the_file_holds() {
    let date = |text: &str| -> Option<TradeDate> { Some(text.parse().unwrap()) };
    let cut = |from, to| {
        let options = ReadOptions { from, to, ..ReadOptions::default() };
        read_bars_from(YAHOO.as_bytes(), "bars.csv", &options)
    };
    let message = refusal(cut(date("2025-01-01"), None));
    assert!(message.contains("no bar from 2025-01-01 to the end"), "{message}");
    assert!(message.contains("the file holds 2024-06-24 to 2024-06-28"), "{message}");
    assert!(matches!(cut(date("2024-06-27"), date("2024-06-25")), Err(DataError::NoBarsInRange { .. })));
    assert_eq!(cut(date("2024-06-25"), date("2024-06-26")).unwrap().bars.len(), 2);
}

#[test]
fn an_error_body_below_a_header_is_a_list_of_bad_rows() {
    let message = refusal(read("Date,Open,High,Low,Close,Volume\nToo Many Requests\n"));
    assert!(message.contains("bars.csv:2: column row: expected 6 cells, found 1"), "{message}");
    assert!(refusal(read("Too Many Requests\n")).contains("a rate limit"));
    assert!(refusal(read("<!DOCTYPE html>\n<html>")).contains("a web page"));
}
