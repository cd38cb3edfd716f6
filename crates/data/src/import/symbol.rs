//! How each source spells symbols.

use super::cell;
use super::layout::Layout;
use crate::symbol::exchange_code;

/// The symbol of a cell in the one spelling used inside: `sh.600145` is `600145.SH`, Eastmoney's bare `600519` is
/// `600519.SH`; everything else stays as it is.
pub(crate) fn of_layout(cell: &[u8], layout: Layout) -> String {
    let text = cell::text(cell);
    let six = |code: &str| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    match layout {
        Layout::Baostock => match text.split_once('.') {
            Some((exchange, code)) if six(code) && exchange.len() == 2 => {
                format!("{code}.{}", exchange.to_ascii_uppercase())
            }
            _ => text.into_owned(),
        },
        Layout::Eastmoney if six(&text) => {
            let exchange = match text.as_bytes() {
                [b'9', b'2', ..] | [b'4' | b'8', ..] => "BJ",
                [b'5' | b'6' | b'9', ..] => "SH",
                _ => "SZ",
            };
            format!("{text}.{exchange}")
        }
        _ => exchange_code(&text).into_owned(),
    }
}

/// The symbol that a file's name begins with, up to the first `_`: `0700.HK_old_yahoo.csv.gz` is of `0700.HK`.
pub(crate) fn of_file(file: &str) -> Option<String> {
    let name = file.rsplit(['/', '\\']).next()?;
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let stem = match name.rsplit_once('.') {
        Some((stem, extension)) if ["csv", "txt", "tsv", "CSV"].contains(&extension) => stem,
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    };
    let symbol = stem.split('_').next()?.trim();
    (!symbol.is_empty()).then(|| exchange_code(symbol).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_spells_symbols_in_its_way() {
        let of = |cell: &str, layout| of_layout(cell.as_bytes(), layout);
        assert_eq!(of("sh.600145", Layout::Baostock), "600145.SH");
        assert_eq!(of("\"sz.000018\"", Layout::Baostock), "000018.SZ");
        assert_eq!(of("600519", Layout::Eastmoney), "600519.SH");
        assert_eq!(of("000001", Layout::Eastmoney), "000001.SZ");
        assert_eq!(of("920118", Layout::Eastmoney), "920118.BJ");
        assert_eq!(of("BRK.B", Layout::Plain), "BRK.B");
        assert_eq!(of("sh600000", Layout::Plain), "600000.SH");
    }

    #[test]
    fn the_symbol_of_a_file_is_its_name_up_to_the_underscore() {
        for (file, symbol) in [
            ("a/b/0700.HK_old_yahoo.csv", "0700.HK"),
            ("BRK.B.csv", "BRK.B"),
            ("AAPL.csv.gz", "AAPL"),
            ("AAPL", "AAPL"),
            ("000858.SZ_hfq.csv", "000858.SZ"),
            ("sh600000.csv", "600000.SH"),
        ] {
            assert_eq!(of_file(file).as_deref(), Some(symbol), "{file}");
        }
        assert_eq!(of_file("_x.csv"), None);
    }
}
