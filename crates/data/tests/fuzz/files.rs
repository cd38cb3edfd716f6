//! Files of every layout.

use crate::mutation::damaged;
use crate::seeds::{packed, seeds, unpacked_length};
use crate::{fuzz, fuzz_weighed, promises};
use tidegate_data::import::{ImportOptions, parse_bytes};
use tidegate_data::{OnBadRow, ReadOptions, read_bars_from};

fn import(bytes: &[u8]) {
    if let Ok(parsed) = parse_bytes(bytes, "600000.SH.csv", &ImportOptions::default()) {
        promises::of_file(&parsed);
    }
}

#[test]
fn import_survives_any_file() {
    let seeds = seeds();
    fuzz("import", |random| damaged(&seeds, random), import);
}

#[test]
fn import_survives_any_packed_file() {
    let seeds = seeds();
    let packed_seeds: Vec<Vec<u8>> = seeds.iter().map(|seed| packed(seed)).collect();
    fuzz_weighed(
        "import_packed",
        |random| match random.below(2) {
            // A damaged file in good packing has the memory of the file, so that is what is counted.
            0 => damaged(&seeds, random),
            _ => damaged(&packed_seeds, random),
        },
        |bytes| bytes.len().max(unpacked_length(bytes)),
        |bytes| match bytes {
            [0x1f, 0x8b, ..] => import(bytes),
            _ => import(&packed(bytes)),
        },
    );
}

#[test]
fn reading_for_a_run_survives_any_file() {
    let seeds = seeds();
    fuzz(
        "read_bars",
        |random| {
            let mut bytes = damaged(&seeds, random);
            // Every bad row is listed there, whatever their number; what that costs is not held against the input.
            bytes.truncate(8 << 10);
            bytes
        },
        |bytes| {
            for on_bad_row in [OnBadRow::Refuse, OnBadRow::Drop] {
                let options = ReadOptions { on_bad_row, ..ReadOptions::default() };
                match read_bars_from(bytes, "600000.SH.csv", &options) {
                    Ok(loaded) => {
                        assert!(loaded.bars.len() + loaded.dropped.len() <= loaded.rows_read);
                        let factors = &loaded.bars.factor;
                        assert!(factors.iter().all(|factor| !factor.is_nan()), "{factors:?}");
                    }
                    Err(error) => assert!(!error.to_string().is_empty()),
                }
            }
        },
    );
}
