//! Files as bots and old programs left them.

use crate::test_data::{dropping, file, load, refusal};
use tidegate_data::{BadKind, BadRow, DataError, Layout, Loaded, ReadOptions, read_bars};

fn count(rows: &[BadRow], kind: BadKind) -> usize {
    rows.iter().filter(|row| row.kind == kind).count()
}

#[test]
fn conflicting_dates_are_all_dropped_since_nothing_says_which_is_right() {
    let Some(Loaded { bars, dropped, rows_read, .. }) = load("dirty_us_yahoo/AMZN.csv") else { return };
    // 45 dates stand twice with other numbers, one row is null, one opens below its low.
    assert_eq!(count(&dropped, BadKind::NullRow), 1);
    assert_eq!(count(&dropped, BadKind::OpenOutsideRange), 1);
    assert_eq!(
        count(&dropped, BadKind::ConflictingDuplicate) + count(&dropped, BadKind::IdenticalDuplicate),
        dropped.len() - 2
    );
    assert_eq!(bars.len() + dropped.len(), rows_read);
    assert!(bars.date.windows(2).all(|pair| pair[0] < pair[1]));
    let null = dropped.iter().find(|row| row.kind == BadKind::NullRow).unwrap();
    assert_eq!(null.line, 5_556);
}

#[test]
fn error_bodies_between_the_rows_do_not_swallow_the_rows_below() {
    let Some(path) = file("dirty_us_yahoo/NVDA.csv") else { return };
    let refused = read_bars(&path, &ReadOptions::default()).unwrap_err();
    let DataError::BadRows { rows, .. } = &refused else { panic!("{refused}") };
    assert_eq!((rows[0].line, rows[0].kind), (5_556, BadKind::NullRow));
    assert_eq!((rows[1].line, rows[1].kind), (5_558, BadKind::WrongCellCount));
    assert!(refused.to_string().contains("more"), "{refused}");
    let Loaded { bars, dropped, rows_read, .. } = read_bars(&path, &dropping()).unwrap();
    assert_eq!(rows_read, 6_727);
    assert_eq!(bars.date[bars.len() - 1].to_string(), "2024-08-08");
    assert_eq!(bars.len() + dropped.len(), rows_read);
    assert_eq!(count(&dropped, BadKind::NullRow), 1);
}

#[test]
fn a_file_that_is_an_error_message_is_said_to_be_one() {
    for (name, what) in [("TWTR.csv", "a JSON error message"), ("BRK.B.csv", "\"not found\"")] {
        let Some(path) = file(&format!("dirty_us_yahoo/{name}")) else { return };
        let message = refusal(read_bars(&path, &dropping()));
        assert!(message.contains(name) && message.contains(what), "{message}");
    }
}

#[test]
fn the_old_yahoo_order_is_read_and_its_unadjusted_split_noted() {
    let Some(path) = file("dirty/0700.HK_old_yahoo.csv") else { return };
    let refused = refusal(read_bars(&path, &ReadOptions::default()));
    assert!(refused.contains(":424: column Open: expected Low 107.9 to High 112, found 102.8"), "{refused}");
    let Loaded { bars, layout, dropped, notes, .. } = read_bars(&path, &dropping()).unwrap();
    assert_eq!((layout, bars.symbol.as_str(), bars.len(), dropped.len()), (Layout::Yahoo, "0700.HK", 782, 1));
    assert_eq!(bars.date[0].to_string(), "2012-12-27");
    assert!(
        notes
            .iter()
            .any(|note| note.to_string().contains("5.0111") && note.to_string().contains("2014-05-16")),
        "{notes:?}"
    );
}

#[test]
fn a_second_header_line_is_passed_over() {
    let Some(Loaded { bars, dropped, notes, .. }) = load("dirty/NVDA_yfinance_multiheader.csv") else {
        return;
    };
    assert_eq!((bars.symbol.as_str(), bars.len(), dropped.len()), ("NVDA", 1_256, 0));
    assert!(notes[0].to_string().contains("line 2 is a second header line"), "{notes:?}");
    assert!(notes[1].to_string().contains("already adjusted: yfinance without Adj Close"), "{notes:?}");
    assert!(bars.factor.iter().all(|f| *f == 1.0));
}

#[test]
fn further_index_columns_do_not_matter_and_adjusted_prices_are_noticed() {
    let Some(Loaded { bars, notes, .. }) = load("dirty/600519.SH_index_columns.csv") else { return };
    assert_eq!((bars.symbol.as_str(), bars.len()), ("600519.SH", 341));
    assert!(notes.iter().any(|note| note.to_string().contains("already adjusted")), "{notes:?}");
}

#[test]
fn a_reader_of_bars_takes_every_layout_of_bars() {
    for (name, layout, bars, dropped) in [
        ("dirty/000001.SZ_dashes.csv", Layout::Plain, 18, 1),
        ("dirty/300123.SZ_wind_eod.csv", Layout::Wind, 1_294, 0),
        ("dirty/shanghai_index_investing_zh.csv", Layout::Investing, 4_908, 0),
        ("ashare_baostock/000018.SZ.csv", Layout::Baostock, 4_609, 0),
    ] {
        let Some(loaded) = load(name) else { return };
        assert_eq!(
            (loaded.layout, loaded.bars.len(), loaded.dropped.len()),
            (layout, bars, dropped),
            "{name}"
        );
        loaded.bars.check().unwrap();
    }
    let Some(path) = file("us_sp500_5yr/all_stocks_5yr.csv.gz") else { return };
    let options = ReadOptions { symbol: Some("AAL".to_owned()), ..dropping() };
    let loaded = read_bars(&path, &options).unwrap();
    assert_eq!((loaded.bars.symbol.as_str(), loaded.bars.len(), loaded.rows_read), ("AAL", 1_259, 1_259));
    let Some(path) = file("index_and_calendar/trade_cal_1990_2019.csv") else { return };
    let message = refusal(read_bars(&path, &dropping()));
    assert!(message.contains("expected daily bars, found trading calendar"), "{message}");
}
