//! qlib's directories of binary features, read and written.
//!
//! ```text
//! calendars/day.txt                     one trading day a line, YYYY-MM-DD, ascending
//! instruments/all.txt                   SYMBOL <tab> first day <tab> last day
//! features/<symbol>/<field>.day.bin     little-endian f32: the place of the first value in day.txt, then one value a
//!                                       day, NaN where there is no bar
//! ```
//! Prices are adjusted (raw × factor) and volumes divided by the factor, so that `close / factor` is the quoted price.
//! Thirty-two bits hold seven digits: prices come back to the tick, volumes above 16 million shares are rounded.

mod read;
mod write;

pub use read::read_dir;
pub use write::{DirWriter, write_dir};

use crate::error::DataError;
use std::path::Path;

/// Names that Windows reserves, which qlib writes with this in front.
const RESERVED_PREFIX: &str = "_qlib_";

/// Whether the path is a directory of qlib's.
pub fn is_qlib_dir(path: &Path) -> bool {
    path.join("calendars").join("day.txt").is_file() && path.join("features").is_dir()
}

/// qlib's spelling: `600000.SH` is `SH600000` there, everything else stays as it is.
fn qlib_symbol(symbol: &str) -> String {
    match symbol.rsplit_once('.') {
        Some((code, exchange)) if is_mainland(code, exchange) => format!("{exchange}{code}"),
        _ => symbol.to_owned(),
    }
}

/// Back from qlib's spelling.
fn own_symbol(symbol: &str) -> String {
    match symbol.split_at_checked(2) {
        Some((exchange, code)) if is_mainland(code, exchange) => {
            format!("{code}.{}", exchange.to_ascii_uppercase())
        }
        _ => symbol.to_owned(),
    }
}

fn is_mainland(code: &str, exchange: &str) -> bool {
    code.len() == 6
        && code.bytes().all(|b| b.is_ascii_digit())
        && ["SH", "SZ", "BJ"].iter().any(|name| name.eq_ignore_ascii_case(exchange))
}

/// The name of a symbol's folder.
fn folder(qlib_symbol: &str) -> String {
    let lower = qlib_symbol.to_lowercase();
    let port = |name: &str| {
        lower
            .strip_prefix(name)
            .is_some_and(|n| n.len() == 1 && n != "0" && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let reserved = ["con", "prn", "aux", "nul"].contains(&lower.as_str()) || port("com") || port("lpt");
    if reserved { format!("{RESERVED_PREFIX}{lower}") } else { lower }
}

/// A damaged or missing part of the directory.
fn damaged(path: &Path, found: impl Into<String>) -> DataError {
    DataError::Damaged { file: path.display().to_string(), found: found.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_spelled_as_qlib_does() {
        for (own, qlib) in
            [("600000.SH", "SH600000"), ("430047.BJ", "BJ430047"), ("AAPL", "AAPL"), ("0700.HK", "0700.HK")]
        {
            assert_eq!((qlib_symbol(own).as_str(), own_symbol(qlib).as_str()), (qlib, own));
        }
        assert_eq!(own_symbol("sz000001"), "000001.SZ");
        assert_eq!(
            (folder("CON"), folder("COM1"), folder("COMP"), folder("SH600000")),
            ("_qlib_con".into(), "_qlib_com1".into(), "comp".into(), "sh600000".into())
        );
    }
}
