//! Decimal numbers of a cell, read exactly.

use super::cell;

/// Longest number text that is read; anything longer is no price.
const LONGEST: usize = 40;

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// A finite number, `None` for anything else (also for the words `nan` and `inf`, which Rust would read).
pub(crate) fn number(cell: &[u8]) -> Option<f64> {
    number_scaled(cell, 0)
}

/// The number × 10^`places`, rounded once: `1445254.34` lots at two places are exactly 144525434 shares, where a
/// multiplication of the rounded binary number could miss by one bit.
pub(crate) fn number_scaled(cell: &[u8], places: u8) -> Option<f64> {
    quick(cell, places).or_else(|| slow(cell::bare(cell), places))
}

/// A quantity, which may carry a unit: `21.79B`, `688.09M`, `3.5亿`, `12万`.
pub(crate) fn quantity(cell: &[u8], places: u8) -> Option<f64> {
    if let Some(value) = quick(cell, places) {
        return Some(value);
    }
    let bare = cell::bare(cell);
    let units: [(&[u8], u8); 9] = [
        (b"K", 3),
        (b"k", 3),
        (b"M", 6),
        (b"m", 6),
        (b"B", 9),
        (b"b", 9),
        (b"T", 12),
        ("万".as_bytes(), 4),
        ("亿".as_bytes(), 8),
    ];
    let unit = units.iter().find_map(|(unit, more)| Some((bare.strip_suffix(*unit)?, *more)));
    match unit {
        Some((digits, more)) => number_scaled(digits.trim_ascii(), places + more),
        None => slow(bare, places),
    }
}

/// Digits with at most one point, few enough that both the digits and the power of ten are exact doubles: then one
/// division (or multiplication) rounds once and is right.
fn quick(cell: &[u8], places: u8) -> Option<f64> {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, cell),
    };
    if digits.len() > 17 {
        return None;
    }
    let mut mantissa = 0_u64;
    let mut point = digits.len();
    for (i, byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            mantissa = mantissa * 10 + u64::from(digit);
        } else if *byte == b'.' && point == digits.len() {
            point = i;
        } else {
            return None;
        }
    }
    let decimals = digits.len().saturating_sub(point + 1);
    let count = if point == digits.len() { point } else { digits.len() - 1 };
    if count == 0 || mantissa >= 1 << 53 {
        return None;
    }
    let places = usize::from(places);
    let value = if decimals > places {
        mantissa as f64 / POWERS[decimals - places]
    } else {
        let power = places - decimals;
        if power >= POWERS.len() {
            return None;
        }
        mantissa as f64 * POWERS[power]
    };
    Some(if negative { -value } else { value })
}

/// Everything else that is a number: exponents, many digits, a sign, thousands separators.
fn slow(bare: &[u8], places: u8) -> Option<f64> {
    if bare.len() > LONGEST {
        return None;
    }
    let mut digits = [0_u8; LONGEST + 4];
    let mut end = 0;
    let grouped = bare.contains(&b',');
    if grouped && !is_grouped(bare) {
        return None;
    }
    let mut exponent = false;
    for byte in bare.iter().filter(|b| **b != b',') {
        exponent |= matches!(byte, b'e' | b'E');
        if !matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E') {
            return None;
        }
        digits[end] = *byte;
        end += 1;
    }
    if exponent || places == 0 {
        let value: f64 = std::str::from_utf8(&digits[..end]).ok()?.parse().ok()?;
        let value = value * POWERS[usize::from(places)];
        return value.is_finite().then_some(value);
    }
    if !digits[..end].iter().any(u8::is_ascii_digit) {
        return None;
    }
    digits[end] = b'e';
    digits[end + 1] = b'0' + places / 10;
    digits[end + 2] = b'0' + places % 10;
    std::str::from_utf8(&digits[..end + 3]).ok()?.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Groups of three before the point, as in `1,234,567.8`; `12,5` is no number.
fn is_grouped(bare: &[u8]) -> bool {
    let whole = bare.split(|b| *b == b'.').next().unwrap_or_default();
    let whole = whole.strip_prefix(b"-").or(whole.strip_prefix(b"+")).unwrap_or(whole);
    let fraction = bare.iter().skip_while(|b| **b != b'.');
    let mut groups = whole.split(|b| *b == b',');
    let first = groups.next().unwrap_or_default();
    let digits = |group: &[u8]| group.iter().all(u8::is_ascii_digit);
    (1..=3).contains(&first.len())
        && digits(first)
        && groups.all(|group| group.len() == 3 && digits(group))
        && !fraction.into_iter().any(|b| *b == b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_finite_numbers_are_numbers() {
        assert_eq!(number(b" \"12.50\" "), Some(12.5));
        assert_eq!(number(b"000"), Some(0.0));
        for text in [
            "", "nan", "inf", "-inf", "1e999", "12,5", "12.3x", "0x10", "１２", "null", "+", "-", ".",
            "\"12", "1.2.3",
        ] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn lots_become_shares_without_a_rounding_error() {
        assert_eq!(number_scaled(b"1445254.34", 2), Some(144_525_434.0));
        assert_eq!(number_scaled(b"3804923.2824", 3), Some(3_804_923_282.4));
        assert_eq!(number_scaled(b"1.5E6", 2), Some(150_000_000.0));
        assert_eq!(number_scaled("1".repeat(LONGEST).as_bytes(), 2).map(|n| n > 1e40), Some(true));
        assert_eq!(number_scaled("1".repeat(LONGEST + 1).as_bytes(), 2), None);
    }

    #[test]
    fn thousands_separators_must_stand_where_they_belong() {
        assert_eq!(number(b"\"2,780.64\""), Some(2780.64));
        assert_eq!(number(b"-1,234,567"), Some(-1_234_567.0));
        for text in ["1,23", "1,2345", ",123", "1,234.5,6", "1234,567", "1,,234"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn quantities_may_carry_a_unit() {
        for (text, value) in [
            ("21.79B", 21_790_000_000.0),
            ("688.09M", 688_090_000.0),
            ("12.5K", 12_500.0),
            ("3.21亿", 321_000_000.0),
            ("\"217.9 亿\"", 21_790_000_000.0),
            ("12万", 120_000.0),
            ("1,234.5K", 1_234_500.0),
            ("17", 17.0),
        ] {
            assert_eq!(quantity(text.as_bytes(), 0), Some(value), "{text}");
        }
        for text in ["M", "-", "1.2X", "BB", "亿"] {
            assert_eq!(quantity(text.as_bytes(), 0), None, "{text}");
        }
    }

    /// Any sign and fraction, from 2⁻⁶³ to 2¹²⁷: with 17 digits and no exponent these take at most 40 characters.
    fn printed_in_full() -> impl Strategy<Value = f64> {
        (any::<bool>(), 0_u64..1 << 52, -63_i64..=126).prop_map(|(negative, fraction, exponent)| {
            f64::from_bits(u64::from(negative) << 63 | ((exponent + 1023) as u64) << 52 | fraction)
        })
    }

    proptest! {
        #[test]
        fn the_quick_way_gives_the_bits_of_the_standard_parser(
            whole in 0_u64..10_000_000_000, decimals in "[0-9]{0,8}", places in 0_u8..4, negative in any::<bool>(),
        ) {
            let sign = if negative { "-" } else { "" };
            let point = if decimals.is_empty() { "" } else { "." };
            let text = format!("{sign}{whole}{point}{decimals}");
            let expected: f64 = format!("{text}e{places}").parse().unwrap();
            let read = number_scaled(text.as_bytes(), places);
            prop_assert_eq!(read.map(f64::to_bits), Some(expected.to_bits()), "{}", text);
        }

        #[test]
        fn any_printed_double_is_read_back(value in printed_in_full()) {
            let text = value.to_string();
            prop_assert!(text.len() <= LONGEST, "{}", text);
            prop_assert_eq!(number(text.as_bytes()).map(f64::to_bits), Some(value.to_bits()), "{}", text);
        }
    }
}
