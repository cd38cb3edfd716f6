//! The store as its callers see it.

use super::*;
use crate::record::*;
use tidegate_market::{PriceBasis, TradeDate};

pub(super) fn day(text: &str) -> TradeDate {
    text.parse().unwrap()
}

pub(super) fn origin(name: &str) -> Origin {
    Origin {
        source: "test".into(),
        name: name.into(),
        received: "2026-11-23T00:00:00Z".into(),
        sha256: "0".repeat(64),
    }
}

fn bars(symbol: &str, days: &[(&str, f64)]) -> RawBars {
    let close: Vec<f64> = days.iter().map(|d| d.1).collect();
    RawBars {
        symbol: symbol.into(),
        basis: PriceBasis::Raw,
        date: days.iter().map(|d| day(d.0)).collect(),
        open: close.clone(),
        high: close.iter().map(|c| c + 0.5).collect(),
        low: close.iter().map(|c| c - 0.25).collect(),
        close: close.clone(),
        pre_close: None,
        volume: vec![1000.0; close.len()],
        amount: Some(close.iter().map(|c| c * 1000.0).collect()),
    }
}

fn scratch() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("deep/er/tidegate.db")).unwrap();
    (folder, store)
}

#[test]
fn what_is_put_is_read_back_after_closing() {
    let (_folder, mut store) = scratch();
    let put = bars("600000.SH", &[("2023-12-29", 10.0), ("2024-01-02", 10.25), ("2024-01-03", 10.1)]);
    let merged = store.put_bars(&put, &origin("a"), false).unwrap();
    assert_eq!((merged.added, merged.same, merged.differences.len()), (3, 0, 0));
    let path = store.path().to_owned();
    drop(store);
    let store = Store::open_existing(&path).unwrap();
    assert_eq!(store.bars("600000.SH").unwrap().unwrap(), put);
    assert_eq!(store.symbols().unwrap(), ["600000.SH"]);
    assert_eq!(store.bars("600001.SH").unwrap(), None);
}

#[test]
fn a_disagreement_is_told_and_the_stored_number_kept_until_it_is_accepted() {
    let (_folder, mut store) = scratch();
    store.put_bars(&bars("A", &[("2024-01-02", 10.0), ("2024-01-03", 11.0)]), &origin("a"), false).unwrap();
    let again = bars("A", &[("2024-01-03", 12.0), ("2024-01-04", 13.0)]);
    let merged = store.put_bars(&again, &origin("b"), false).unwrap();
    assert_eq!((merged.added, merged.same, merged.replaced), (1, 0, 0));
    let close = merged.differences.iter().find(|d| d.column == "close").unwrap();
    assert_eq!((close.stored.as_str(), close.received.as_str()), ("11", "12"));
    assert_eq!(store.bars("A").unwrap().unwrap().close, [10.0, 11.0, 13.0]);
    let merged = store.put_bars(&again, &origin("b"), true).unwrap();
    assert_eq!((merged.added, merged.same, merged.replaced), (0, 1, 1));
    assert_eq!(store.bars("A").unwrap().unwrap().close, [10.0, 12.0, 13.0]);
}

#[test]
fn an_empty_cell_is_filled_and_an_empty_arrival_says_nothing() {
    let (_folder, mut store) = scratch();
    let whole = bars("A", &[("2024-01-02", 10.0), ("2024-01-03", 11.0)]);
    let bare = RawBars { amount: None, ..whole.clone() };
    store.put_bars(&bare, &origin("a"), false).unwrap();
    let merged = store.put_bars(&whole, &origin("b"), false).unwrap();
    assert_eq!((merged.filled, merged.differences.len()), (2, 0));
    assert_eq!(store.put_bars(&bare, &origin("a"), true).unwrap().same, 2);
    assert_eq!(store.bars("A").unwrap().unwrap(), whole);
}

#[test]
fn the_last_bits_of_a_conversion_are_no_difference() {
    let (_folder, mut store) = scratch();
    let one = bars("A", &[("2024-01-02", 0.3)]);
    let other = RawBars { close: vec![0.1 + 0.2], ..one.clone() };
    store.put_bars(&one, &origin("a"), false).unwrap();
    assert_eq!(store.put_bars(&other, &origin("b"), false).unwrap().same, 1);
}

#[test]
fn prices_of_two_kinds_do_not_mix() {
    let (_folder, mut store) = scratch();
    let raw = bars("AAPL", &[("2024-01-02", 10.0), ("2024-01-03", 11.0)]);
    let split = RawBars { basis: PriceBasis::SplitAdjusted, ..bars("AAPL", &[("2024-01-04", 3.0)]) };
    store.put_bars(&raw, &origin("a"), false).unwrap();
    let merged = store.put_bars(&split, &origin("b"), false).unwrap();
    assert!(!merged.changed() && merged.differences[0].column == "kind");
    assert_eq!(store.bars("AAPL").unwrap().unwrap(), raw);
    let merged = store.put_bars(&split, &origin("b"), true).unwrap();
    assert_eq!((merged.replaced, merged.added), (2, 1));
    assert_eq!(store.bars("AAPL").unwrap().unwrap(), split);
    assert_eq!(store.origins("AAPL").unwrap().len(), 1);
}

#[test]
fn prices_of_two_scales_do_not_mix() {
    let (_folder, mut store) = scratch();
    let dates = ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08"];
    let on = |scale: f64, dates: &[&'static str]| {
        bars("NVDA", &dates.iter().map(|day| (*day, 480.0 * scale)).collect::<Vec<_>>())
    };
    let stored = on(1.0, &dates);
    store.put_bars(&stored, &origin("a"), false).unwrap();
    // Ten new shares for an old one since: what is new would stand beside the old scale as a crash.
    let later = [&dates[2..], &["2024-01-09"]].concat();
    let merged = store.put_bars(&on(0.1, &later), &origin("b"), false).unwrap();
    assert_eq!((merged.changed(), merged.refused, merged.differences.len()), (false, 1, 1));
    assert_eq!((merged.differences[0].column, merged.differences[0].received.as_str()), ("scale", "0.1000"));
    assert!(merged.refusal().unwrap().contains("prices of NVDA on the scale"));
    assert_eq!(store.bars("NVDA").unwrap().unwrap(), stored);
    let accepted = store.put_bars(&on(0.1, &later), &origin("b"), true).unwrap();
    assert_eq!((accepted.replaced, accepted.added, accepted.refusal()), (5, 4, None));
    assert_eq!(store.bars("NVDA").unwrap().unwrap(), on(0.1, &later));
}

#[test]
fn single_corrections_are_no_other_scale() {
    let (_folder, mut store) = scratch();
    let days = ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08"].map(|day| (day, 10.0));
    store.put_bars(&bars("A", &days), &origin("a"), false).unwrap();
    let mut corrected = days;
    (corrected[1].1, corrected[3].1) = (11.0, 8.0);
    let merged = store.put_bars(&bars("A", &corrected), &origin("b"), false).unwrap();
    assert_eq!((merged.refused, merged.same), (0, 3));
    // Nor is one common day that was corrected by a tenth.
    let merged = store
        .put_bars(&bars("A", &[("2024-01-08", 11.0), ("2024-01-09", 10.0)]), &origin("c"), false)
        .unwrap();
    assert_eq!((merged.refused, merged.added), (0, 1));
}

#[test]
fn what_breaks_its_promise_is_refused_and_nothing_is_stored() {
    let (_folder, mut store) = scratch();
    let good = bars("A", &[("2024-01-02", 10.0), ("2024-01-03", 11.0)]);
    let mut backwards = good.clone();
    backwards.date.reverse();
    let short = RawBars { open: vec![1.0], ..good.clone() };
    let endless = RawBars { close: vec![1.0, f64::INFINITY], ..good.clone() };
    let unknown = RawBars { volume: vec![1.0, f64::NAN], ..good.clone() };
    for bad in [backwards, short, endless, unknown] {
        let error = store.put_bars(&bad, &origin("a"), false).unwrap_err();
        assert!(matches!(error.fault, StoreFault::Rows { .. }), "{error}");
    }
    let error = store.put_bars(&RawBars { symbol: "../x".into(), ..good }, &origin("a"), false).unwrap_err();
    assert!(error.is_mistake_in_input() && error.to_string().contains("\"../x\""), "{error}");
    assert!(store.symbols().unwrap().is_empty());
}

#[test]
fn what_only_repeats_stored_rows_leaves_no_trace() {
    let (_folder, mut store) = scratch();
    let put = bars("A", &[("2024-01-02", 10.0)]);
    for name in ["first", "again", "and again"] {
        store.put_bars(&put, &origin(name), false).unwrap();
    }
    let arrivals = store.origins("A").unwrap();
    assert_eq!((arrivals.len(), arrivals[0].origin.name.as_str()), (1, "first"));
    // That nothing came is worth knowing once.
    for name in ["none", "none again"] {
        store.put_suspensions("A", &[], &origin(name)).unwrap();
    }
    assert_eq!(store.origins("A").unwrap().len(), 2);
}

#[test]
fn a_batch_is_kept_whole_or_not_at_all() {
    let (_folder, mut store) = scratch();
    let put = |store: &mut Store, symbol: &str| {
        store.put_bars(&bars(symbol, &[("2024-01-02", 10.0)]), &origin("a"), false)
    };
    let failed: Result<(), StoreError> = store.batch(|store| {
        put(store, "A")?;
        put(store, "no symbol")?;
        Ok(())
    });
    assert!(failed.is_err() && store.symbols().unwrap().is_empty());
    // A failed put that the work passes over takes nothing else with it.
    store
        .batch(|store| {
            put(store, "A")?;
            assert!(put(store, "no symbol").is_err());
            // And what it had written by then goes with it.
            let part = store.batch(|store| put(store, "E").and_then(|_| put(store, "no symbol")));
            assert!(part.is_err());
            put(store, "B").map(|_| ())
        })
        .unwrap();
    assert_eq!(store.symbols().unwrap(), ["A", "B"]);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.batch(|store| -> Result<(), StoreError> {
            put(store, "C")?;
            panic!("halfway")
        })
    }));
    assert!(panicked.is_err());
    put(&mut store, "D").unwrap();
    let again = Store::open_existing(store.path()).unwrap();
    assert_eq!(again.symbols().unwrap(), ["A", "B", "D"]);
}

#[test]
fn a_series_joins_bars_and_factors_from_the_first_stored_bar() {
    let (_folder, mut store) = scratch();
    let days = [("2024-01-02", 10.0), ("2024-01-03", 11.0), ("2024-01-04", 5.5), ("2024-01-05", 5.6)];
    store.put_bars(&bars("A", &days), &origin("a"), false).unwrap();
    assert_eq!(store.stored_series("A", None, None).unwrap().factor, None);
    let factors = Factors {
        symbol: "A".into(),
        origin: FactorOrigin::Published,
        date: ["2023-12-01", "2024-01-04"].map(day).to_vec(),
        factor: vec![4.0, 8.0],
    };
    store.put_factors(&factors, &origin("f"), false).unwrap();
    assert_eq!(store.factors("A").unwrap().unwrap(), factors);
    let series = store.stored_series("A", Some(day("2024-01-04")), None).unwrap();
    assert_eq!((series.bars.factor, series.factor), (vec![2.0, 2.0], Some(FactorOrigin::Published)));
    assert_eq!(store.series("A", None, Some(day("2024-01-03"))).unwrap().factor, [1.0, 1.0]);
    let outside = store.series("A", Some(day("2025-01-01")), None).unwrap_err().to_string();
    assert!(outside.contains("the store holds 2024-01-02 to 2024-01-05"), "{outside}");
}

#[test]
fn reference_prices_serve_where_no_factor_is_stored() {
    let (_folder, mut store) = scratch();
    let put = RawBars {
        pre_close: Some(vec![f64::NAN, 5.0]),
        ..bars("A", &[("2024-01-02", 10.0), ("2024-01-03", 5.5)])
    };
    store.put_bars(&put, &origin("a"), false).unwrap();
    let series = store.stored_series("A", None, None).unwrap();
    assert_eq!((series.bars.factor, series.factor), (vec![1.0, 2.0], Some(FactorOrigin::PreClose)));
    assert_eq!(series.bars.pre_close, None);
}

#[test]
fn an_unknown_symbol_is_answered_with_near_ones() {
    let (_folder, mut store) = scratch();
    for symbol in ["600000.SH", "600001.SH", "AAPL"] {
        store.put_bars(&bars(symbol, &[("2024-01-02", 10.0)]), &origin("a"), false).unwrap();
    }
    let near = |asked: &str| match store.series(asked, None, None).unwrap_err().fault {
        StoreFault::UnknownSymbol { near, .. } => near,
        other => panic!("{other}"),
    };
    assert_eq!(near("600000.SS")[0], "600000.SH");
    assert_eq!(near("600000")[0], "600000.SH");
    assert_eq!(near("aapl"), ["AAPL"]);
    assert!(near("XYZ").is_empty());
}

#[test]
fn every_other_table_is_read_back() {
    let (_folder, mut store) = scratch();
    let (a, b) = (day("2024-06-03"), day("2024-06-10"));
    let actions = [
        CorporateAction::Dividend { ex_date: a, cash: 0.25 },
        CorporateAction::Dividend { ex_date: a, cash: 0.1 },
        CorporateAction::Split { ex_date: b, ratio: 10.0 },
    ];
    assert_eq!(store.put_actions("A", &actions, &origin("x"), false).unwrap().added, 3);
    assert_eq!(store.put_actions("A", &actions, &origin("x"), false).unwrap().same, 3);
    let other = [CorporateAction::Split { ex_date: b, ratio: 4.0 }];
    assert_eq!(store.put_actions("A", &other, &origin("x"), false).unwrap().differences[0].stored, "10");
    assert_eq!(store.actions("A").unwrap(), actions);
    assert_eq!(store.put_actions("A", &other, &origin("y"), true).unwrap().replaced, 1);
    assert_eq!(store.actions("A").unwrap()[2], other[0]);

    let suspensions = [
        Suspension { date: a, resumed: false, timing: None },
        Suspension { date: b, resumed: false, timing: Some("09:30-10:00".into()) },
        Suspension { date: b, resumed: true, timing: None },
    ];
    store.put_suspensions("A", &suspensions, &origin("x")).unwrap();
    assert_eq!(store.put_suspensions("A", &suspensions, &origin("x")).unwrap().same, 3);
    let mut stored = store.suspensions("A").unwrap();
    stored.sort_by_key(|s| (s.date, s.resumed));
    assert_eq!(stored, suspensions);

    let limits =
        [PublishedLimit { date: a, up: 11.0, down: 9.0 }, PublishedLimit { date: b, up: 5.5, down: 4.5 }];
    store.put_limits("A", &limits, &origin("x"), false).unwrap();
    assert_eq!(store.limits("A").unwrap(), limits);

    let name = |to, name: &str, from| NamePeriod { name: name.into(), from, to, reason: Some("ST".into()) };
    store.put_names("A", &[name(None, "old", a)], &origin("x")).unwrap();
    let names = [name(Some(a), "old", a), name(None, "*ST old", b)];
    let merged = store.put_names("A", &names, &origin("y")).unwrap();
    assert_eq!((merged.added, merged.replaced), (1, 1));
    assert_eq!(store.names("A").unwrap(), names);

    let listing = ListingInfo {
        symbol: "A".into(),
        name: "old".into(),
        board: Some("主板".into()),
        listed: Some(a),
        delisted: None,
        status: 'L',
    };
    store.put_listings(std::slice::from_ref(&listing), &origin("x")).unwrap();
    let again = store.put_listings(std::slice::from_ref(&listing), &origin("again")).unwrap();
    assert!((again.same, again.changed()) == (1, false) && again.differences.is_empty());
    let gone = ListingInfo { delisted: Some(b), status: 'D', ..listing };
    let merged = store.put_listings(std::slice::from_ref(&gone), &origin("y")).unwrap();
    assert_eq!(merged.differences.iter().map(|d| d.column).collect::<Vec<_>>(), ["delisted", "status"]);
    assert_eq!(store.listing("A").unwrap().unwrap(), gone);
    assert_eq!(store.listings().unwrap(), [gone]);

    let tables: Vec<String> = store.origins("A").unwrap().into_iter().map(|arrival| arrival.table).collect();
    assert_eq!(
        tables,
        ["actions", "actions", "limits", "listing", "listing", "names", "names", "suspensions"]
    );
    assert!(store.verify().unwrap() >= 2);
}

#[test]
fn a_calendar_is_stretched_by_weekdays_and_never_cut() {
    let (_folder, mut store) = scratch();
    let days = [(day("2024-06-06"), true), (day("2024-06-07"), false), (day("2024-06-08"), false)];
    store.put_calendar("SSE", &days, &origin("x")).unwrap();
    assert_eq!(store.calendar("SSE").unwrap(), days);
    assert_eq!(store.trading_calendar("NYSE", days[0].0, days[2].0).unwrap(), None);
    let calendar = store.trading_calendar("SSE", day("2024-06-05"), day("2024-06-11")).unwrap().unwrap();
    let expected = ["2024-06-05", "2024-06-06", "2024-06-10", "2024-06-11"].map(day);
    assert_eq!(calendar, tidegate_market::TradingCalendar::Days(expected.to_vec()));
    let moved = store.put_calendar("SSE", &[(days[1].0, true)], &origin("y")).unwrap();
    assert_eq!((moved.replaced, moved.differences[0].received.as_str()), (1, "true"));
    assert_eq!(store.exchanges().unwrap(), ["SSE"]);
}

#[test]
fn answers_are_kept_until_they_are_dropped_and_findings_until_new_ones_come() {
    let (_folder, mut store) = scratch();
    let body = br#"{"code":0}"#.repeat(1000);
    store.keep_answer("daily/A", &body, &origin("x")).unwrap();
    store.keep_answer("daily%B", b"", &origin("x")).unwrap();
    assert_eq!(store.answer_with_origin("daily/A").unwrap(), Some((body, origin("x"))));
    assert_eq!(store.answer_keys("daily").unwrap(), ["daily%B", "daily/A"]);
    assert_eq!(store.drop_answers("daily%").unwrap(), 1);
    assert_eq!((store.answer("daily%B").unwrap(), store.answer("daily").unwrap()), (None, None));
    let finding = |message: &str| crate::Finding {
        kind: crate::FindingKind::Weekend,
        severity: crate::Severity::Note,
        symbol: "A".into(),
        line: Some(3),
        date: Some(day("2024-06-08")),
        count: 2,
        message: message.into(),
        action: "kept".into(),
    };
    store.put_findings("A", &[finding("one"), finding("two")]).unwrap();
    store.put_findings("A", &[finding("three")]).unwrap();
    assert_eq!(store.findings("A").unwrap(), [finding("three")]);
    assert_eq!(store.all_findings().unwrap(), [("A".to_owned(), finding("three"))]);
}

#[test]
fn summaries_tell_what_is_there() {
    let (_folder, mut store) = scratch();
    let days = [("2023-12-29", 10.0), ("2024-01-02", 10.25)];
    store.put_bars(&bars("B", &days), &origin("a"), false).unwrap();
    let suspension = Suspension { date: day("2024-01-03"), resumed: false, timing: None };
    store.put_suspensions("A", &[suspension], &origin("a")).unwrap();
    let summaries = store.summaries().unwrap();
    assert_eq!(
        summaries.iter().map(|s| (s.symbol.as_str(), s.rows)).collect::<Vec<_>>(),
        [("A", 0), ("B", 2)]
    );
    assert_eq!((summaries[1].first, summaries[1].last), (Some(day("2023-12-29")), Some(day("2024-01-02"))));
    assert_eq!(summaries[1].basis, Some(PriceBasis::Raw));
    assert_eq!(store.summary("B").unwrap(), summaries[1]);
    let totals = store.totals().unwrap();
    assert_eq!((totals.symbols, totals.rows), (2, 2));
}
