//! The reader on files as the sources sent them, against figures computed independently.

use crate::test_data::{dropping, file, load};
use tidegate_data::{BadKind, DataError, Layout, Loaded, ReadOptions, read_bars};
use tidegate_market::{PriceBasis, TradeDate};

fn day(text: &str) -> TradeDate {
    text.parse().unwrap()
}

/// `tests/fixtures/real_files.csv`, made by the script beside it.
#[test]
fn sums_dates_and_factors_of_real_files_are_those_that_pandas_finds() {
    for golden in include_str!("../fixtures/real_files.csv").lines().skip(1) {
        let cells: Vec<&str> = golden.split(',').collect();
        let Some(Loaded { bars, sha256, .. }) = load(cells[0]) else { return };
        let number = |i: usize| cells[i].parse::<f64>().unwrap();
        let near = |what: &str, value: f64, expected: f64| {
            assert!(
                (value - expected).abs() <= 1e-11 * expected.abs(),
                "{} {what}: {value}, {expected}",
                cells[0]
            );
        };
        assert_eq!(bars.len().to_string(), cells[1], "{}", cells[0]);
        assert_eq!(
            (bars.date[0].to_string(), bars.date[bars.len() - 1].to_string()),
            (cells[2].into(), cells[3].into())
        );
        near("close", bars.close.iter().sum(), number(4));
        near("volume", bars.volume.iter().sum(), number(5));
        near("amount", bars.amount.iter().flatten().sum(), number(6));
        near("factor", bars.factor[bars.len() - 1], number(7));
        assert_eq!(sha256, cells[11], "{}", cells[0]);
        let ratio: Vec<f64> = bars.factor.windows(2).map(|pair| pair[1] / pair[0]).collect();
        assert_eq!(
            ratio.iter().filter(|r| (**r - 1.0).abs() > 5e-4).count().to_string(),
            cells[8],
            "{}",
            cells[0]
        );
        // The first of equal ones, as in the script.
        let largest = (0..ratio.len()).rev().max_by(|a, b| ratio[*a].total_cmp(&ratio[*b])).unwrap();
        near("largest ratio", ratio[largest], number(9));
        assert_eq!(bars.date[largest + 1].to_string(), cells[10], "{}", cells[0]);
    }
}

#[test]
fn tushare_files_are_read_newest_first_with_index_column_and_become_shares_and_yuan() {
    let Some(path) = file("ashare_tushare_raw/600000.SH.csv") else { return };
    let loaded = read_bars(&path, &ReadOptions::default()).unwrap();
    let bars = &loaded.bars;
    assert_eq!((loaded.layout, loaded.rows_read, bars.len()), (Layout::TushareDaily, 5_566, 5_566));
    assert_eq!((bars.symbol.as_str(), bars.basis), ("600000.SH", PriceBasis::Raw));
    assert_eq!((bars.date[0], bars.date[5_565]), (day("1999-11-10"), day("2023-04-24")));
    assert_eq!(bars.volume[5_565], 43_348_471.0);
    assert_eq!(bars.amount.as_ref().unwrap()[5_565], 326_606_926.0);
    assert_eq!((bars.pre_close.as_ref().unwrap()[0], bars.factor[0]), (10.0, 1.0));
    assert_eq!((loaded.notes, loaded.dropped), (Vec::new(), Vec::new()));
}

#[test]
fn the_ex_day_of_000001_is_in_the_factor_and_the_row_limit_in_the_notes() {
    let Some(Loaded { bars, notes, .. }) = load("ashare_tushare_raw/000001.SZ.csv") else { return };
    let t = bars.date.binary_search(&day("2016-06-16")).unwrap();
    assert_eq!((bars.close[t - 1], bars.pre_close.as_ref().unwrap()[t]), (10.44, 8.57));
    let ratio = bars.factor[t] / bars.factor[t - 1];
    assert!((ratio - 10.44 / 8.57).abs() < 1e-14);
    // The vendor's own factor moves by the exact terms of the issue, ours by the rounded reference price.
    assert!((ratio / (104.758253 / 85.994083) - 1.0).abs() < 2e-3);
    assert!(
        notes.len() == 1
            && notes[0].to_string().contains("6000 rows")
            && notes[0].to_string().contains("1997-11-25"),
        "{notes:?}"
    );
}

#[test]
fn the_factor_from_reference_prices_is_the_vendors_hfq_over_raw() {
    let (Some(raw), Some(hfq)) =
        (load("ashare_adjusted/000858.SZ_None.csv"), load("ashare_adjusted/000858.SZ_hfq.csv"))
    else {
        return;
    };
    assert_eq!(raw.bars.date, hfq.bars.date);
    let vendor = |t: usize| hfq.bars.close[t] / raw.bars.close[t];
    for t in 0..raw.bars.len() {
        // Nine ex-days, each reference rounded to 0.01 of some 20 to 200 yuan.
        let ratio = raw.bars.factor[t] / (vendor(t) / vendor(0));
        assert!((ratio - 1.0).abs() < 2e-3, "{}: {ratio}", raw.bars.date[t]);
    }
    assert!(raw.notes.is_empty(), "{:?}", raw.notes);
    assert!(hfq.notes[0].to_string().contains("already adjusted"), "{:?}", hfq.notes);
}

#[test]
fn yahoo_files_take_the_factor_from_adjusted_close_and_the_symbol_from_the_name() {
    let Some(path) = file("us_yahoo/AAPL.csv") else { return };
    let Loaded { bars, layout, dropped, rows_read, .. } = read_bars(&path, &dropping()).unwrap();
    assert_eq!(
        (layout, bars.symbol.as_str(), bars.basis),
        (Layout::Yahoo, "AAPL", PriceBasis::SplitAdjusted)
    );
    assert_eq!((rows_read, bars.len(), dropped.len()), (9_960, 9_959, 1));
    assert_eq!((dropped[0].line, dropped[0].kind), (167, BadKind::NullRow));
    assert_eq!((bars.volume[0], &bars.amount, &bars.pre_close), (117_258_400.0, &None, &None));
    assert_eq!(bars.factor[0], 1.0);
    let last = bars.len() - 1;
    assert!((bars.factor[last] - 0.513393 / 0.405683).abs() < 1e-14);
}

#[test]
fn null_rows_are_refused_with_their_lines_and_dropped_when_asked() {
    let Some(path) = file("other_markets/RELIANCE.NS_2015_2020.csv") else { return };
    let refused = read_bars(&path, &ReadOptions::default()).unwrap_err();
    let DataError::BadRows { rows, total, .. } = &refused else { panic!("{refused}") };
    assert_eq!((rows.len(), rows[0].line, rows[0].kind, *total), (1, 1_136, BadKind::NullRow, 1_231));
    let message = refused.to_string();
    assert!(message.contains("RELIANCE.NS_2015_2020.csv:1136: column Open: expected prices, found \"null\""));
    assert!(message.contains("on_bad_row = \"drop\""), "{message}");
    let loaded = read_bars(&path, &dropping()).unwrap();
    assert_eq!((loaded.bars.symbol.as_str(), loaded.bars.len()), ("RELIANCE.NS", 1_230));
    assert_eq!(loaded.dropped, *rows);
}

#[test]
fn an_index_without_volume_is_read() {
    let Some(Loaded { bars, dropped, .. }) = load("us_yahoo/GSPC.csv") else { return };
    assert_eq!((bars.len(), dropped.len(), bars.volume[0]), (23_092, 0, 0.0));
}

#[test]
fn weekend_bars_are_kept_and_noted() {
    let Some(Loaded { bars, notes, .. }) = load("ashare_history/daily/000002.SZ.csv") else { return };
    assert_eq!(bars.len(), 6_101);
    assert!(notes.iter().any(|note| note.to_string().contains("2 (1992-10-04, 1993-01-03)")), "{notes:?}");
}

#[test]
fn a_later_start_keeps_the_factors_of_the_whole_file() {
    let Some(path) = file("ashare_tushare_raw/600000.SH.csv") else { return };
    let whole = read_bars(&path, &ReadOptions::default()).unwrap().bars;
    let options =
        ReadOptions { from: Some(day("2010-01-01")), to: Some(day("2019-12-31")), ..ReadOptions::default() };
    let cut = read_bars(&path, &options).unwrap().bars;
    let start = whole.date.partition_point(|d| *d < day("2010-01-01"));
    assert!(cut.factor[0] > 1.0);
    assert_eq!(cut, whole.slice(start..start + cut.len()));
    assert_eq!((cut.date[0], cut.date[cut.len() - 1]), (day("2010-01-04"), day("2019-12-31")));
}
