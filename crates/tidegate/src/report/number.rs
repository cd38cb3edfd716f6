//! How a number is written for a reader: one place, so that a figure looks the same wherever it stands.
//!
//! Thousands are separated by commas and the minus is U+2212 in both languages. A figure that is not defined is
//! [`NOT_AVAILABLE`]; no caller ever prints a float itself.

use crate::summary::Measured;

/// What stands where a figure is not defined.
pub(crate) const NOT_AVAILABLE: &str = "n/a";

/// A whole number with thousands separators: `4,860`.
pub(crate) fn count(n: usize) -> String {
    group(&n.to_string())
}

/// A number with `decimals` decimals and thousands separators: `−1,234.50`.
pub(crate) fn fixed(x: f64, decimals: usize) -> String {
    if !x.is_finite() {
        return NOT_AVAILABLE.to_owned();
    }
    let digits = format!("{:.decimals$}", x.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    // −0.001 to two decimals is 0.00, not −0.00.
    let negative = x < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b));
    let sign = if negative { "−" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", group(whole))
}

/// Like [`fixed`], with a plus sign before what is positive.
pub(crate) fn signed(x: f64, decimals: usize) -> String {
    let text = fixed(x, decimals);
    if x > 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { format!("+{text}") } else { text }
}

/// A fraction as a percentage: 0.1234 is `12.34%`.
pub(crate) fn percent(x: f64, decimals: usize) -> String {
    with_sign(fixed(100.0 * x, decimals))
}

/// A fraction as a percentage with its sign: `+12.3%`.
pub(crate) fn signed_percent(x: f64, decimals: usize) -> String {
    with_sign(signed(100.0 * x, decimals))
}

fn with_sign(text: String) -> String {
    if text == NOT_AVAILABLE { text } else { text + "%" }
}

/// Money: two decimals below a thousand, none above.
pub(crate) fn money(x: f64) -> String {
    fixed(x, if x.abs() < 1_000.0 { 2 } else { 0 })
}

/// A price: two decimals, four below one unit (split-adjusted prices of long ago).
pub(crate) fn price(x: f64) -> String {
    fixed(x, if x.abs() < 1.0 { 4 } else { 2 })
}

/// A number of shares: whole below ten million, in millions (`M`, as on the axes) from there on.
pub(crate) fn shares(x: f64) -> String {
    if x.is_finite() && x.abs() >= 1e7 { fixed(x / 1e6, 2) + " M" } else { fixed(x, 0) }
}

/// A p-value: three decimals, `< 0.001` below and `> 0.999` above.
pub(crate) fn p_value(p: f64) -> String {
    if !p.is_finite() {
        NOT_AVAILABLE.to_owned()
    } else if p < 0.001 {
        "< 0.001".to_owned()
    } else if p > 0.999 {
        "> 0.999".to_owned()
    } else {
        fixed(p, 3)
    }
}

/// `p_value` as the right side of a sentence: `= 0.412` or `< 0.001`.
pub(crate) fn p_relation(p: f64) -> String {
    let text = p_value(p);
    if text.starts_with(['<', '>', 'n']) { text } else { format!("= {text}") }
}

/// The number `write` makes of a value, or [`NOT_AVAILABLE`].
pub(crate) fn optional(x: Option<f64>, write: impl Fn(f64) -> String) -> String {
    x.map_or_else(|| NOT_AVAILABLE.to_owned(), write)
}

/// Mean and, over more than one seed, the standard deviation: `0.1234 ± 0.0056`.
pub(crate) fn measured(figure: Option<&Measured>, write: impl Fn(f64) -> String) -> String {
    match figure {
        None => NOT_AVAILABLE.to_owned(),
        Some(m) if m.by_seed.len() < 2 => write(m.mean),
        Some(m) => format!("{} ± {}", write(m.mean), write(m.std)),
    }
}

/// Decimals that show `digits` significant digits of `x`, at most eight.
pub(crate) fn decimals_for(x: f64, digits: usize) -> usize {
    if x == 0.0 || !x.is_finite() {
        return 0;
    }
    let magnitude = x.abs().log10().floor() as i64;
    (digits as i64 - 1 - magnitude).clamp(0, 8) as usize
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_and_the_minus_is_a_minus() {
        assert_eq!(count(0), "0");
        assert_eq!(count(4860), "4,860");
        assert_eq!(fixed(-1_234_567.891, 2), "−1,234,567.89");
        assert_eq!(fixed(999.996, 2), "1,000.00");
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(signed(0.001, 2), "0.00");
        assert_eq!(signed_percent(0.123, 1), "+12.3%");
        assert_eq!((price(0.513_393), price(12.5)), ("0.5134".to_owned(), "12.50".to_owned()));
        assert_eq!(money(12.5), "12.50");
        assert_eq!(money(1_000_000.4), "1,000,000");
    }

    #[test]
    fn what_is_not_a_number_is_not_printed_as_one() {
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(fixed(x, 2), NOT_AVAILABLE);
            assert_eq!(percent(x, 2), NOT_AVAILABLE);
            assert_eq!((price(x), money(x)), (NOT_AVAILABLE.to_owned(), NOT_AVAILABLE.to_owned()));
            assert_eq!(shares(x), NOT_AVAILABLE);
            assert_eq!(p_value(x), NOT_AVAILABLE);
        }
        assert_eq!(optional(None, |x| fixed(x, 1)), NOT_AVAILABLE);
        assert_eq!(measured(None, |x| fixed(x, 1)), NOT_AVAILABLE);
    }

    #[test]
    fn decimals_follow_the_size_and_large_share_counts_are_in_millions() {
        assert_eq!([0.012_345, 1.5, 12_345.678, 0.0].map(|x| decimals_for(x, 4)), [5, 3, 0, 0]);
        assert_eq!(
            (shares(9_999_999.0), shares(1_743_020_000.0)),
            ("9,999,999".to_owned(), "1,743.02 M".to_owned())
        );
    }

    #[test]
    fn an_extreme_p_value_is_a_bound_and_neither_zero_nor_one() {
        assert_eq!(p_relation(0.0), "< 0.001");
        assert_eq!(p_relation(1.0), "> 0.999");
        assert_eq!(p_relation(f64::NAN), NOT_AVAILABLE);
        assert_eq!(p_relation(0.41234), "= 0.412");
    }

    #[test]
    fn a_spread_is_shown_only_over_several_seeds() {
        let one = Measured { mean: 0.5, std: 0.0, by_seed: vec![0.5] };
        let two = Measured { mean: 0.5, std: 0.125, by_seed: vec![0.4, 0.6] };
        assert_eq!(measured(Some(&one), |x| fixed(x, 3)), "0.500");
        assert_eq!(measured(Some(&two), |x| fixed(x, 3)), "0.500 ± 0.125");
    }
}
