//! What a symbol may look like.

/// Characters of the longest symbol.
const LONGEST: usize = 32;

/// Whether the text can be a symbol: it becomes part of file names and of pages, so it must be plain.
pub fn is_symbol(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "._-^=&".contains(c);
    !text.is_empty() && text.chars().count() <= LONGEST && !text.starts_with('.') && text.chars().all(plain)
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
}
