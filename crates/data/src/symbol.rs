//! What a symbol may look like, and where it trades.

/// Characters of the longest symbol.
const LONGEST: usize = 32;

/// Whether the text can be a symbol: it becomes part of file names and of pages, so it must be plain.
pub fn is_symbol(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "._-^=&".contains(c);
    !text.is_empty() && text.chars().count() <= LONGEST && !text.starts_with('.') && text.chars().all(plain)
}

/// The calendar by which a symbol trades, as far as its form tells: `SSE` for Shanghai, `SZSE` for Shenzhen and
/// Beijing, `HK` for Hong Kong, `NYSE` for a bare ticker or one of Yahoo's American indexes.
pub fn exchange_of(symbol: &str) -> Option<&'static str> {
    match symbol.rsplit_once('.') {
        Some((_, suffix)) => match suffix.to_ascii_uppercase().as_str() {
            "SH" | "SS" => Some("SSE"),
            "SZ" | "BJ" => Some("SZSE"),
            "HK" => Some("HK"),
            // Share classes, as in BRK.B.
            one if one.len() == 1 => Some("NYSE"),
            _ => None,
        },
        None if matches!(symbol, "^GSPC" | "^DJI" | "^IXIC" | "^RUT" | "^VIX" | "^NYA") => Some("NYSE"),
        None if symbol.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-') => Some("NYSE"),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_break_out_of_a_file_name_is_no_symbol() {
        for good in ["600000.SH", "^GSPC", "BRK.B", "BRK-B", "EURUSD=X", "M&M.NS", "贵州茅台"] {
            assert!(is_symbol(good), "{good}");
        }
        for bad in ["", ".", "..", "../x", "a/b", "a\\b", "a b", "<b>", "a\n", &"x".repeat(33)] {
            assert!(!is_symbol(bad), "{bad}");
        }
    }

    #[test]
    fn the_form_tells_the_exchange() {
        for (symbol, exchange) in [
            ("600000.SH", Some("SSE")),
            ("600000.ss", Some("SSE")),
            ("000001.SZ", Some("SZSE")),
            ("430047.BJ", Some("SZSE")),
            ("0700.HK", Some("HK")),
            ("AAPL", Some("NYSE")),
            ("BRK.B", Some("NYSE")),
            ("^GSPC", Some("NYSE")),
            ("^HSI", None),
            ("INFY.NS", None),
            ("600000", None),
        ] {
            assert_eq!(exchange_of(symbol), exchange, "{symbol}");
        }
    }
}
