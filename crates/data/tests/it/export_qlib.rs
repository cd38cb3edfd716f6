//! A qlib directory written from the store holds what the store holds.

use tidegate_data::import::{ImportOptions, parse_file};
use tidegate_data::{ExportError, Origin, RawBars, Store, export_qlib};
use tidegate_market::{PriceBasis, TradeDate};

fn bars(symbol: &str, days: &[&str]) -> RawBars {
    let price: Vec<f64> = (0..days.len()).map(|i| 10.0 + i as f64).collect();
    RawBars {
        symbol: symbol.into(),
        basis: PriceBasis::Raw,
        date: days.iter().map(|day| day.parse::<TradeDate>().unwrap()).collect(),
        open: price.clone(),
        high: price.clone(),
        low: price.clone(),
        close: price.clone(),
        pre_close: None,
        volume: vec![4096.0; days.len()],
        amount: None,
    }
}

#[test]
fn a_qlib_directory_of_the_store_is_read_back_and_is_not_overwritten_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("store.db")).unwrap();
    let origin = Origin {
        source: "test".into(),
        name: "made up".into(),
        received: "2024-01-01T00:00:00Z".into(),
        sha256: "0".repeat(64),
    };
    let (one, two) = (
        bars("600000.SH", &["2024-01-02", "2024-01-03", "2024-01-05"]),
        bars("000001.SZ", &["2024-01-03", "2024-01-04"]),
    );
    for bars in [&one, &two] {
        store.put_bars(bars, &origin, false).unwrap();
    }
    let out = folder.path().join("qlib");
    let write =
        |force, to: Option<TradeDate>| export_qlib(&store, &[], &out, (None, to), force, &mut |_, _| true);
    let exported = write(false, None).unwrap();
    assert_eq!((exported.symbols, exported.rows), (2, 5));
    let read = parse_file(&out, &ImportOptions::default()).unwrap();
    let found: Vec<_> = read.tables.iter().flat_map(|table| &table.bars).collect();
    assert_eq!(found.len(), 2);
    for wanted in [&one, &two] {
        let found = found.iter().find(|bars| bars.symbol == wanted.symbol).unwrap();
        assert_eq!((&found.date, &found.close, &found.volume), (&wanted.date, &wanted.close, &wanted.volume));
    }

    assert!(matches!(write(false, None), Err(ExportError::Exists(_))));
    let to = "2024-01-03".parse().ok();
    assert_eq!(write(true, to).unwrap().rows, 3, "the older directory is replaced");
    assert_eq!(std::fs::read_to_string(out.join("calendars/day.txt")).unwrap(), "2024-01-02\n2024-01-03\n");

    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("mine.txt"), "kept").unwrap();
    let refused = export_qlib(&store, &[], &other, (None, None), true, &mut |_, _| true);
    assert!(matches!(refused, Err(ExportError::Exists(_))), "only a qlib directory is replaced");
    assert_eq!(std::fs::read_to_string(other.join("mine.txt")).unwrap(), "kept");
}
