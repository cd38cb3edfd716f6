//! qlib's directories: a calendar, a list of instruments and binary columns, each of them damaged.

use crate::mutation::{Random, damaged};
use crate::{fuzz, promises};
use std::path::Path;
use tidegate_data::import::ImportOptions;
use tidegate_data::import::qlib::{read_dir, write_dir};
use tidegate_market::{BarSeries, PriceBasis, TradeDate};

const PARTS: [&str; 9] = [
    "calendars/day.txt",
    "instruments/all.txt",
    "features/sh600000/open.day.bin",
    "features/sh600000/high.day.bin",
    "features/sh600000/low.day.bin",
    "features/sh600000/close.day.bin",
    "features/sh600000/volume.day.bin",
    "features/sh600000/factor.day.bin",
    "features/sh600000/amount.day.bin",
];

fn good() -> BarSeries {
    let date: Vec<TradeDate> = (3..8).map(|day| TradeDate::new(2024, 6, day).unwrap()).collect();
    let column = |base: f64| (0..5).map(|i| base + 0.01 * f64::from(i)).collect::<Vec<f64>>();
    BarSeries {
        symbol: "600000.SH".into(),
        basis: PriceBasis::Raw,
        date,
        open: column(10.0),
        high: column(10.5),
        low: column(9.5),
        close: column(10.2),
        volume: column(1000.0),
        amount: Some(column(10_000.0)),
        pre_close: None,
        factor: vec![1.0, 1.0, 1.25, 1.25, 1.25],
    }
}

/// One input is the number of the damaged part and its bytes.
fn input(originals: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let part = random.below(PARTS.len());
    let mut bytes = vec![part as u8];
    bytes.extend(damaged(&originals[part..=part], random));
    bytes
}

fn read(root: &Path, originals: &[Vec<u8>], bytes: &[u8]) {
    let part = usize::from(bytes[0]);
    std::fs::write(root.join(PARTS[part]), &bytes[1..]).unwrap();
    if let Ok(parsed) = read_dir(root, &ImportOptions::default()) {
        promises::of_file(&parsed);
    }
    std::fs::write(root.join(PARTS[part]), &originals[part]).unwrap();
}

#[test]
fn import_survives_any_qlib_directory() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("qlib");
    write_dir(&root, &[good()]).unwrap();
    let originals: Vec<Vec<u8>> = PARTS.iter().map(|part| std::fs::read(root.join(part)).unwrap()).collect();
    fuzz("qlib", |random| input(&originals, random), |bytes| read(&root, &originals, bytes));
}
