//! Every kind of test file: imported, with what was odd, or refused for the right reason.

use crate::test_data::file;
use std::collections::BTreeMap;
use tidegate_data::import::{ImportOptions, Parsed, PricesAre, parse_bytes, parse_file};
use tidegate_data::{FindingKind, Layout};
use tidegate_market::PriceBasis;

/// Findings by kind, as `kind count`, in the order of kinds.
fn kinds(parsed: &Parsed) -> String {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for finding in &parsed.findings {
        let word = serde_json::to_value(finding.kind).unwrap().as_str().unwrap().to_owned();
        *kinds.entry(word).or_default() += finding.count;
    }
    kinds.iter().map(|(word, count)| format!("{word} {count}")).collect::<Vec<_>>().join(", ")
}

fn import(name: &str) -> Option<Parsed> {
    let path = file(name)?;
    Some(parse_file(&path, &ImportOptions::default()).unwrap_or_else(|e| panic!("{name}: {e}")))
}

/// File, layout, basis of its prices, findings. Rows, symbols, bars, dates and sums are those of `fixtures/imports.csv`.
const FILES: [(&str, Layout, PriceBasis, &str); 23] = {
    use Layout::{Baostock, Investing, Plain, TushareDaily, Wind, Yahoo, Yfinance};
    use PriceBasis::{Raw, SplitAdjusted};
    [
        ("dirty/000001.SZ_dashes.csv", Plain, Raw, "bad_row 1, no_adjustment 1"),
        ("dirty/0700.HK_old_yahoo.csv", Yahoo, SplitAdjusted, "bad_price 1"),
        ("dirty/300123.SZ_wind_eod.csv", Wind, Raw, "suspended 249, unsorted 1"),
        ("dirty/600519.SH_index_columns.csv", TushareDaily, SplitAdjusted, "already_adjusted 1"),
        ("dirty/NVDA_yfinance_multiheader.csv", Yfinance, SplitAdjusted, "already_adjusted 1, layout 1"),
        ("dirty/shanghai_index_investing_zh.csv", Investing, SplitAdjusted, "no_adjustment 1"),
        ("dirty_us_yahoo/AMZN.csv", Yahoo, SplitAdjusted, "bad_price 2, conflicting_duplicate 88"),
        (
            "dirty_us_yahoo/NVDA.csv",
            Yahoo,
            SplitAdjusted,
            "bad_price 1, conflicting_duplicate 16, error_body 616",
        ),
        ("ashare_adjusted/000858.SZ_None.csv", TushareDaily, Raw, ""),
        ("ashare_adjusted/000858.SZ_hfq.csv", TushareDaily, SplitAdjusted, "already_adjusted 1"),
        ("ashare_adjusted/000858.SZ_qfq.csv", TushareDaily, SplitAdjusted, "already_adjusted 1"),
        ("ashare_adjusted/600519.SH_stk_factor_2023_2025.csv", TushareDaily, Raw, "layout 1"),
        ("ashare_baostock/000018.SZ.csv", Baostock, SplitAdjusted, "already_adjusted 1, suspended 240"),
        ("ashare_baostock/600145.SH.csv", Baostock, SplitAdjusted, "already_adjusted 1, suspended 1402"),
        ("ashare_history/daily/000002.SZ.csv", TushareDaily, Raw, ""),
        ("ashare_tushare_raw/000001.SZ.csv", TushareDaily, Raw, "row_limit 1"),
        ("index_and_calendar/000300.SH.csv", TushareDaily, Raw, ""),
        ("index_and_calendar/510300.SH_fund_daily.csv", TushareDaily, Raw, "layout 1"),
        ("other_markets/INFY.NS.csv", Yahoo, SplitAdjusted, "bad_price 24"),
        ("other_markets/RELIANCE.NS_2015_2020.csv", Yahoo, SplitAdjusted, "bad_price 1"),
        (
            "us_sp500_5yr/all_stocks_5yr.csv.gz",
            Plain,
            SplitAdjusted,
            "bad_price 12, bad_row 11, no_adjustment 505",
        ),
        ("us_yahoo/AAPL.csv", Yahoo, SplitAdjusted, "bad_price 1"),
        ("us_yahoo/GSPC.csv", Yahoo, SplitAdjusted, ""),
    ]
};

#[test]
fn every_kind_of_file_of_bars_is_imported_with_what_is_odd_in_it() {
    let figures: BTreeMap<&str, Vec<&str>> = include_str!("../fixtures/imports.csv")
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|cells| (cells[0], cells[1..].to_vec()))
        .collect();
    for (name, layout, basis, findings) in FILES {
        let Some(parsed) = import(name) else { return };
        let expected = &figures[name];
        let bars: Vec<_> = parsed.tables.iter().flat_map(|table| &table.bars).collect();
        let days = || bars.iter().flat_map(|bars| bars.date.iter());
        let found = [
            parsed.rows_read.to_string(),
            bars.len().to_string(),
            parsed.bars().to_string(),
            days().min().unwrap().to_string(),
            days().max().unwrap().to_string(),
        ];
        assert_eq!(found.each_ref().map(String::as_str), expected[..5], "{name}");
        let close: f64 = bars.iter().flat_map(|bars| bars.close.iter()).sum();
        let volume: f64 = bars.iter().flat_map(|bars| bars.volume.iter()).sum();
        for (what, value, expected) in [("close", close, expected[5]), ("volume", volume, expected[6])] {
            let expected: f64 = expected.parse().unwrap();
            assert!((value - expected).abs() <= 1e-11 * expected, "{name} {what}: {value}, {expected}");
        }
        assert_eq!(parsed.layout, layout, "{name}");
        assert!(bars.iter().all(|bars| bars.basis == basis), "{name}: {:?}", bars[0].basis);
        assert_eq!(
            kinds(&parsed),
            findings,
            "{name}: {:#?}",
            parsed.findings.iter().take(3).collect::<Vec<_>>()
        );
    }
}

#[test]
fn files_that_are_no_data_are_refused_for_the_right_reason() {
    for (name, reason) in [
        ("dirty_us_yahoo/BRK.B.csv", "found \"not found\" from the server"),
        ("dirty_us_yahoo/TWTR.csv", "found a JSON error message from the server"),
    ] {
        let Some(path) = file(name) else { return };
        let message = parse_file(&path, &ImportOptions::default()).unwrap_err().to_string();
        assert!(message.contains(reason), "{name}: {message}");
    }
}

/// File, layout, rows, symbols (or listings, or calendars), first and last day.
#[test]
fn files_of_records_are_imported() {
    for (name, layout, rows, count, first, last) in [
        (
            "ashare_adjusted/stock_basic.csv",
            Layout::TushareListings,
            5_261,
            5_261,
            "1990-12-10",
            "2023-08-21",
        ),
        ("ashare_history/suspend_d.csv", Layout::TushareSuspensions, 4_381, 24, "1990-12-19", "2017-02-07"),
        (
            "ashare_history/adj_factor/000001.SZ.csv",
            Layout::TushareFactor,
            6_303,
            1,
            "1991-04-03",
            "2017-02-07",
        ),
        (
            "index_and_calendar/510300.SH_fund_adj.csv",
            Layout::TushareFactor,
            500,
            1,
            "2023-09-25",
            "2025-10-23",
        ),
        (
            "index_and_calendar/trade_cal_1990_2019.csv",
            Layout::Calendar,
            10_605,
            2,
            "1990-12-19",
            "2019-12-31",
        ),
        (
            "index_and_calendar/trade_date_2005_2022.csv",
            Layout::Calendar,
            4_374,
            2,
            "2005-01-04",
            "2022-12-30",
        ),
    ] {
        let Some(parsed) = import(name) else { return };
        let (low, high) = parsed.span().unwrap();
        assert_eq!((parsed.layout, parsed.rows_read), (layout, rows), "{name}");
        assert_eq!((low.to_string().as_str(), high.to_string().as_str()), (first, last), "{name}");
        let found = parsed.tables.len() + parsed.listings.len() + parsed.calendars.len();
        assert_eq!(found, count, "{name}: {:?}", parsed.findings);
        assert!(
            parsed.findings.iter().all(|f| f.kind == FindingKind::Layout),
            "{name}: {:?}",
            parsed.findings
        );
    }
}

#[test]
fn the_suspended_years_of_600145_are_suspensions_and_no_bars() {
    let Some(parsed) = import("ashare_baostock/600145.SH.csv") else { return };
    let table = &parsed.tables[0];
    assert_eq!((table.symbol.as_str(), table.suspensions.len()), ("600145.SH", 1_402));
    let bars = table.bars.as_ref().unwrap();
    assert!(table.suspensions.iter().all(|day| bars.date.binary_search(&day.date).is_err()));
}

#[test]
fn factors_published_beside_the_bars_come_with_them() {
    for (name, count, first, last) in [
        ("ashare_adjusted/600519.SH_stk_factor_2023_2025.csv", 500, 7.768, 8.305),
        ("dirty/300123.SZ_wind_eod.csv", 1_294, 1.0, 3.351706),
    ] {
        let Some(parsed) = import(name) else { return };
        let factors = parsed.tables[0].factors.as_ref().unwrap();
        assert_eq!(factors.date, parsed.tables[0].bars.as_ref().unwrap().date, "{name}");
        assert_eq!(
            (factors.factor.len(), factors.factor[0], factors.factor[count - 1]),
            (count, first, last),
            "{name}"
        );
    }
}

#[test]
fn an_error_body_between_the_rows_is_one_finding_with_its_lines() {
    let Some(parsed) = import("dirty_us_yahoo/NVDA.csv") else { return };
    let bodies: Vec<_> = parsed.findings.iter().filter(|f| f.kind == FindingKind::ErrorBody).collect();
    assert_eq!((bodies[0].line, bodies[0].symbol.as_str()), (Some(5_558), "NVDA"));
    assert!(bodies[0].message.contains("\"finance\": {"), "{}", bodies[0].message);
}

#[test]
fn the_user_may_say_what_the_prices_are() {
    let Some(path) = file("ashare_adjusted/000858.SZ_hfq.csv") else { return };
    let with = |prices| parse_file(&path, &ImportOptions { prices, symbol: None }).unwrap();
    let said = with(Some(PricesAre::Raw));
    assert_eq!((said.tables[0].bars.as_ref().unwrap().basis, said.findings.len()), (PriceBasis::Raw, 0));
    let hfq = with(Some(PricesAre::Hfq));
    assert!(hfq.findings[0].message.contains("back-adjusted (hfq), as you say"), "{:?}", hfq.findings);
    // Without the name's hint the tick tells.
    let bytes = std::fs::read(&path).unwrap();
    let unnamed = parse_bytes(&bytes, "x.csv", &ImportOptions::default()).unwrap();
    assert!(unnamed.findings[0].message.contains("finer than the exchange's tick"), "{:?}", unnamed.findings);
}
