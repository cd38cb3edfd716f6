//! What a symbol may look like, and the spellings of mainland codes.

use std::borrow::Cow;

/// Characters of the longest symbol.
const LONGEST: usize = 32;

/// Whether the text can be a symbol: it becomes part of file names and of pages, so it must be plain.
pub fn is_symbol(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "._-^=&".contains(c);
    !text.is_empty() && text.chars().count() <= LONGEST && !text.starts_with('.') && text.chars().all(plain)
}

/// The symbol in the one spelling used inside, where it is a mainland code that names its exchange in another way:
/// `sh600000`, `SZ.000001` and `600000.XSHG` become `600000.SH`, `000001.SZ` and `600000.SH`. All else stays as it is.
pub fn exchange_code(symbol: &str) -> Cow<'_, str> {
    let upper = symbol.to_ascii_uppercase();
    let before = ["SH", "SZ", "BJ"].into_iter().find_map(|exchange| {
        let rest = upper.strip_prefix(exchange)?;
        Some((rest.strip_prefix('.').unwrap_or(rest), exchange))
    });
    let after = [(".XSHG", "SH"), (".XSHE", "SZ"), (".XBSE", "BJ")]
        .into_iter()
        .find_map(|(name, exchange)| Some((upper.strip_suffix(name)?, exchange)));
    match before.or(after).filter(|(digits, _)| is_six_digits(digits)) {
        Some((digits, exchange)) => format!("{digits}.{exchange}").into(),
        None => symbol.into(),
    }
}

/// Whether `name` is the mainland code `code` without its exchange: `600000` of `600000.SH`.
pub(crate) fn is_bare(name: &str, code: &str) -> bool {
    let exchange = code.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'));
    is_six_digits(name) && exchange.is_some_and(|exchange| ["SH", "SS", "SZ", "BJ"].contains(&exchange))
}

fn is_six_digits(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
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
    fn a_mainland_code_has_one_spelling_inside() {
        for (symbol, code) in [
            ("sh600000", "600000.SH"),
            ("SH600000", "600000.SH"),
            ("sz.000001", "000001.SZ"),
            ("BJ430047", "430047.BJ"),
            ("600000.XSHG", "600000.SH"),
            ("000001.xshe", "000001.SZ"),
            ("600000.SH", "600000.SH"),
            ("SHOP", "SHOP"),
            ("SH60000", "SH60000"),
            ("600000", "600000"),
        ] {
            assert_eq!(exchange_code(symbol), code, "{symbol}");
        }
        assert!(is_bare("600000", "600000.SH") && is_bare("000001", "000001.SZ"));
        assert!(
            !is_bare("600000", "600001.SH")
                && !is_bare("005930", "005930.KS")
                && !is_bare("600000", "600000")
        );
    }
}
