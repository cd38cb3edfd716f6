//! One cell of a CSV file: quotes off, spaces off, numbers read exactly.

/// Longest number text that is read; anything longer is no price.
const LONGEST: usize = 40;

/// The cell without surrounding spaces and, inside them, one pair of double quotes.
pub(crate) fn bare(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map_or(cell, str::trim)
}

/// Whether the cell says "nothing here", in the spellings of Yahoo, pandas and spreadsheets.
pub(crate) fn is_null(cell: &str) -> bool {
    let cell = bare(cell);
    ["", "-", "--"].contains(&cell)
        || ["null", "nan", "none", "n/a", "na"].iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// A finite number, `None` for anything else (also for the words `nan` and `inf`, which Rust would read).
pub(crate) fn number(cell: &str) -> Option<f64> {
    let cell = bare(cell);
    if cell.len() > LONGEST {
        return None;
    }
    cell.parse().ok().filter(|value: &f64| value.is_finite())
}

/// The number × 10^`places`, rounded once: `1445254.34` lots at two places are exactly 144525434 shares, where a
/// multiplication of the rounded binary number could miss by one bit.
pub(crate) fn number_scaled(cell: &str, places: u8) -> Option<f64> {
    let text = bare(cell);
    let value = number(text)?;
    if places == 0 {
        return Some(value);
    }
    if text.contains(['e', 'E']) {
        return Some(value * 10_f64.powi(i32::from(places)));
    }
    let mut digits = [0_u8; LONGEST + 4];
    let end = text.len();
    digits[..end].copy_from_slice(text.as_bytes());
    digits[end] = b'e';
    digits[end + 1] = b'0' + places;
    std::str::from_utf8(&digits[..end + 2]).ok()?.parse().ok()
}

/// A cell as it is shown in a message: quoted, and cut where it is long.
pub(crate) fn shown(cell: &str) -> String {
    let cell = cell.trim();
    match cell.char_indices().nth(60) {
        Some((cut, _)) => format!("\"{}…\"", &cell[..cut]),
        None => format!("\"{cell}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_finite_numbers_are_numbers() {
        assert_eq!(number(" \"12.50\" "), Some(12.5));
        assert_eq!(number("000"), Some(0.0));
        for text in ["", "nan", "inf", "-inf", "1e999", "12,5", "12.3x", "0x10", "１２", "null", "+", "\"12"]
        {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn lots_become_shares_without_a_rounding_error() {
        assert_eq!(number_scaled("1445254.34", 2), Some(144_525_434.0));
        assert_eq!(number_scaled("3804923.2824", 3), Some(3_804_923_282.4));
        assert_eq!(number_scaled("1.5E6", 2), Some(150_000_000.0));
        assert_eq!(number_scaled(&"1".repeat(LONGEST), 2).map(|n| n > 1e40), Some(true));
        assert_eq!(number_scaled(&"1".repeat(LONGEST + 1), 2), None);
    }

    #[test]
    fn long_cells_are_cut_in_messages() {
        assert_eq!(shown(&"ü".repeat(100)).chars().count(), 63);
    }
}
