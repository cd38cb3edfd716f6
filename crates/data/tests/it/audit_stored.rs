//! The audit of a store: what it goes by, what it keeps, and what it leaves alone.

use tidegate_data::audit::{CalendarSource, Surroundings, audit_store};
use tidegate_data::{Finding, FindingKind, Origin, RawBars, Severity, Store, Suspension};
use tidegate_market::{PriceBasis, TradeDate};

fn day(text: &str) -> TradeDate {
    text.parse().unwrap()
}

fn origin() -> Origin {
    Origin {
        source: "tushare daily".into(),
        name: "bars".into(),
        received: "2026-11-23T10:00:00Z".into(),
        sha256: "cd".repeat(32),
    }
}

/// Weekdays of July 2024.
fn july() -> Vec<TradeDate> {
    (1..=31).filter_map(|d| TradeDate::new(2024, 7, d)).filter(|day| !day.is_weekend()).collect()
}

fn bars(symbol: &str, date: Vec<TradeDate>) -> RawBars {
    let price: Vec<f64> = (0..date.len()).map(|i| 10.0 + (i % 3) as f64 / 10.0).collect();
    let pre_close = std::iter::once(10.0).chain(price.iter().copied()).take(price.len()).collect();
    RawBars {
        symbol: symbol.into(),
        basis: PriceBasis::Raw,
        open: price.clone(),
        high: price.clone(),
        low: price.clone(),
        pre_close: Some(pre_close),
        volume: (0..date.len()).map(|i| 1000.0 + i as f64).collect(),
        amount: None,
        close: price,
        date,
    }
}

/// Four stocks of Shanghai; the first lacks two days.
fn store(folder: &tempfile::TempDir) -> Store {
    let mut store = Store::open(&folder.path().join("tidegate.db")).unwrap();
    let mut holey = july();
    holey.drain(4..6);
    store.put_bars(&bars("600000.SH", holey), &origin(), false).unwrap();
    for symbol in ["600001.SH", "600002.SH", "600003.SH"] {
        store.put_bars(&bars(symbol, july()), &origin(), false).unwrap();
    }
    store
}

fn all(store: &Store) -> Vec<String> {
    store.symbols().unwrap()
}

#[test]
fn where_no_calendar_is_stored_the_days_are_read_off_the_other_symbols_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let symbols = all(&store);
    let audit = audit_store(&mut store, &symbols, |_| true).unwrap();
    let calendar = audit.surroundings.calendars().next().unwrap();
    assert_eq!((calendar.days, calendar.first, calendar.last), (23, day("2024-07-01"), day("2024-07-31")));
    let expected = CalendarSource::Bars { symbols: 4, doubtful: Vec::new(), silent_weekdays: 0 };
    assert_eq!(calendar.source, expected);
    let [missing] = audit.findings.as_slice() else { panic!("{:?}", audit.findings) };
    assert_eq!((missing.kind, missing.count), (FindingKind::MissingDays, 2));
    assert_eq!(store.findings("600000.SH").unwrap(), audit.findings);
    assert_eq!((audit.symbols, audit.rows, audit.stopped), (4, 90, false));
}

#[test]
fn a_stored_calendar_and_stored_suspensions_come_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let calendar: Vec<(TradeDate, bool)> = july().into_iter().map(|d| (d, d != day("2024-07-31"))).collect();
    store.put_calendar("SSE", &calendar[..22], &origin()).unwrap();
    let stop = |date| Suspension { date: day(date), resumed: false, timing: None };
    store.put_suspensions("600000.SH", &[stop("2024-07-05"), stop("2024-07-08")], &origin()).unwrap();
    let symbols = all(&store);
    let surroundings = Surroundings::of(&store, &symbols).unwrap();
    assert_eq!(surroundings.calendars().next().unwrap().source, CalendarSource::Stored);
    let audit = audit_store(&mut store, &symbols, |_| true).unwrap();
    let kinds: Vec<_> = audit.findings.iter().map(|finding| (finding.kind, finding.count)).collect();
    assert_eq!(kinds, [(FindingKind::Suspended, 2)]);
}

#[test]
fn findings_of_an_arrival_stay_and_those_of_an_earlier_audit_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let finding = |kind, line| Finding {
        kind,
        severity: Severity::Error,
        symbol: "600001.SH".into(),
        line,
        date: None,
        count: 1,
        message: "kept".into(),
        action: "none".into(),
    };
    let of_line = finding(FindingKind::BadPrice, Some(7));
    let outdated = finding(FindingKind::StaleTail, None);
    store.put_findings("600001.SH", &[of_line.clone(), outdated]).unwrap();
    audit_store(&mut store, &["600001.SH".to_owned()], |_| true).unwrap();
    assert_eq!(store.findings("600001.SH").unwrap(), [of_line]);
}

#[test]
fn who_stops_an_audit_keeps_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let symbols = all(&store);
    let audit = audit_store(&mut store, &symbols, |done| done < 2).unwrap();
    assert_eq!((audit.symbols, audit.stopped), (2, true));
    assert_eq!(store.findings("600000.SH").unwrap().len(), 1);
    let error = audit_store(&mut store, &["NONE".to_owned()], |_| true).unwrap_err();
    assert!(error.to_string().contains("NONE"), "{error}");
}
