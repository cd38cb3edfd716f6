//! The public market files that some tests read, and small tables made on the spot.

use std::path::PathBuf;
use tidegate_data::{DataError, Loaded, OnBadRow, ReadOptions, read_bars, read_bars_from};

/// A file of the test data (`TIDEGATE_TEST_DATA`, else `shared/data` beside the repository). Where there is none, says
/// so and returns `None`: the test then passes without having tested.
#[allow(clippy::print_stderr)]
pub fn file(name: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var_os("TIDEGATE_TEST_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no test data at {}", path.display());
    None
}

/// Reads a test file, bad rows dropped.
pub fn load(name: &str) -> Option<Loaded> {
    Some(read_bars(&file(name)?, &dropping()).unwrap())
}

/// Options under which bad rows are dropped.
pub fn dropping() -> ReadOptions {
    ReadOptions { on_bad_row: OnBadRow::Drop, ..ReadOptions::default() }
}

/// Reads a table given as text, bad rows refused.
pub fn read(text: &str) -> Result<Loaded, DataError> {
    read_bars_from(text.as_bytes(), "bars.csv", &ReadOptions::default())
}

/// The message of a refusal.
pub fn refusal(result: Result<Loaded, DataError>) -> String {
    result.expect_err("the file should be refused").to_string()
}

/// A Tushare table: header and rows, oldest first. Ex-day on the third bar: 11 becomes 10 for a dividend of 1.
pub const TUSHARE: &str = "\
ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount
600000.SH,20240624,10,10.5,9.9,10.4,10,0.4,4.0,1000.5,1020.75
600000.SH,20240625,10.4,11.2,10.4,11,10.4,0.6,5.7692,1200,1300
600000.SH,20240626,10,10.4,9.8,10.2,10,0.2,2.0,900,915.5
600000.SH,20240627,10.2,10.3,10,10.1,10.2,-0.1,-0.9804,800,810
600000.SH,20240628,10.1,10.2,10,10.2,10.1,0.1,0.9901,700,710
";

/// A Yahoo table, oldest first, with one dividend before the third bar.
pub const YAHOO: &str = "\
Date,Open,High,Low,Close,Adj Close,Volume
2024-06-24,10.000000,10.500000,9.900000,10.400000,9.360000,1000500
2024-06-25,10.400000,11.200000,10.400000,11.000000,9.900000,1200000
2024-06-26,10.000000,10.400000,9.800000,10.200000,10.200000,900000
2024-06-27,10.200000,10.300000,10.000000,10.100000,10.100000,0
2024-06-28,10.100000,10.200000,10.000000,10.200000,10.200000,700000
";
