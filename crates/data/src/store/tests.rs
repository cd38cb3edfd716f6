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
