//! Every number comes back bit for bit, and no damaged byte becomes a number.

use super::*;
use proptest::prelude::*;

const KEY: &str = "bars/600000.SH";

fn days_of(year: i16, count: usize, step: usize) -> Vec<TradeDate> {
    let first = TradeDate::new(year, 1, 1);
    let all = std::iter::successors(first, |day| Some(day.next_day())).take_while(|day| day.year() == year);
    all.step_by(step).take(count).collect()
}

fn round_trip(year: i16, dates: &[TradeDate], values: &[f64]) -> Vec<f64> {
    let bytes = encode(KEY, year, dates, &[(Name::Close, values)]);
    let blob = Blob::open(KEY, &bytes).unwrap();
    let (mut found, mut column) = (Vec::new(), Vec::new());
    blob.dates(&mut found).unwrap();
    blob.column(Name::Close, &mut column).unwrap();
    assert_eq!(found, dates);
    assert_eq!((blob.rows(), blob.year()), (dates.len(), year));
    column
}

fn same_bits(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()))
}

#[test]
fn all_days_of_common_and_leap_years_come_back() {
    for year in [1900, 1990, 2000, 2024, 2026] {
        let mut day = TradeDate::new(year, 1, 1).unwrap();
        let mut dates = Vec::new();
        while day.year() == year {
            dates.push(day);
            day = day.next_day();
        }
        let values: Vec<f64> = (0..dates.len()).map(|i| i as f64).collect();
        assert_eq!(round_trip(year, &dates, &values), values);
    }
}

#[test]
fn each_kind_of_number_has_its_encoding() {
    let kind = |values: &[f64]| encode_values(values).0;
    assert_eq!(kind(&[10.44, 8.57, 8.6, 9.123]), DECIMAL);
    assert_eq!(kind(&[1e15, 123.0, 7.0]), DECIMAL);
    assert_eq!(kind(&[f64::from(52.73_f32), f64::from(1.1_f32), 3.0]), F32);
    assert_eq!(kind(&[1.0 / 3.0, 2.0 / 3.0]), F64);
    assert_eq!(kind(&[1.0 / 3.0; 30]), RUNS);
    assert_eq!(kind(&[1.5, f64::NAN, 2.5]), DECIMAL | MISSING);
    // Two decimals of a number too large to carry them exactly.
    assert_eq!(kind(&[9_007_199_254_740_990.0, 0.01]), F64);
}

#[test]
fn prices_with_two_decimals_take_two_bytes() {
    let values: Vec<f64> = (0..244).map(|i| f64::from(1000 + (i * 37) % 41) / 100.0).collect();
    let (encoding, payload) = encode_values(&values);
    assert_eq!(encoding, DECIMAL);
    assert!(payload.len() < 244 * 2, "{}", payload.len());
}

#[test]
fn a_column_that_is_not_there_is_missing_and_an_empty_one_takes_no_room() {
    let dates = days_of(2024, 3, 1);
    let nothing = [f64::NAN; 3];
    let with = encode(KEY, 2024, &dates, &[(Name::Open, &[1.0, 2.0, 3.0]), (Name::Amount, &nothing)]);
    assert_eq!(with, encode(KEY, 2024, &dates, &[(Name::Open, &[1.0, 2.0, 3.0])]));
    let mut column = Vec::new();
    Blob::open(KEY, &with).unwrap().column(Name::Amount, &mut column).unwrap();
    assert!(column.len() == 3 && column.iter().all(|v| v.is_nan()));
}

#[test]
fn a_blob_in_another_symbols_place_is_an_error() {
    let bytes = encode(KEY, 2024, &days_of(2024, 3, 1), &[(Name::Open, &[1.0, 2.0, 3.0])]);
    assert!(Blob::open(KEY, &bytes).is_ok());
    for other in ["bars/600001.SH", "limits/600000.SH", ""] {
        assert!(Blob::open(other, &bytes).is_err(), "{other}");
    }
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (-10_000_000_i64..10_000_000, 0_usize..7).prop_map(|(n, k)| n as f64 / POWERS[k]),
        1 => (0_i64..(1 << 54)).prop_map(|n| n as f64),
        1 => any::<f32>().prop_filter("finite", |v| v.is_finite()).prop_map(f64::from),
        1 => any::<f64>().prop_filter("finite", |v| v.is_finite()),
        1 => Just(f64::NAN),
        1 => Just(-0.0),
        1 => Just(0.1 + 0.2),
    ]
}

proptest! {
    #[test]
    fn any_numbers_come_back_bit_for_bit(
        values in prop::collection::vec(value(), 0..120),
        step in 1_usize..3,
        year in 1..9999_i16,
    ) {
        let dates = days_of(year, values.len(), step);
        prop_assert!(same_bits(&round_trip(year, &dates, &values), &values));
    }

    #[test]
    fn numbers_of_one_kind_come_back_bit_for_bit(
        whole in prop::collection::vec(-1_000_000_000_i64..1_000_000_000, 1..200), k in 0_usize..8,
    ) {
        let values: Vec<f64> = whole.iter().map(|n| *n as f64 / 10_f64.powi(k as i32)).collect();
        let dates = days_of(2023, values.len(), 1);
        prop_assert!(same_bits(&round_trip(2023, &dates, &values), &values));
    }

    #[test]
    fn a_changed_byte_is_an_error_and_never_another_number(
        values in prop::collection::vec(value(), 1..60), at in any::<prop::sample::Index>(), flip in 1_u8..,
    ) {
        let dates = days_of(2024, values.len(), 2);
        let mut bytes = encode(KEY, 2024, &dates, &[(Name::Open, &values), (Name::Close, &values)]);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let read = Blob::open(KEY, &bytes).and_then(|blob| {
            let (mut days, mut open, mut close) = (Vec::new(), Vec::new(), Vec::new());
            blob.dates(&mut days)?;
            blob.column(Name::Open, &mut open)?;
            blob.column(Name::Close, &mut close)
        });
        prop_assert!(read.is_err(), "byte {at} of {}", bytes.len());
    }

    #[test]
    fn a_cut_blob_is_an_error(values in prop::collection::vec(value(), 1..40), at in any::<prop::sample::Index>()) {
        let bytes = encode(KEY, 2024, &days_of(2024, values.len(), 1), &[(Name::Open, &values)]);
        prop_assert!(Blob::open(KEY, &bytes[..at.index(bytes.len())]).is_err());
    }

    #[test]
    fn any_bytes_end_in_an_error_without_a_crash(mut bytes in prop::collection::vec(any::<u8>(), 0..200), names in 0_u8..6) {
        // With a right checksum, so that what lies behind it is reached.
        if bytes.len() > HEAD + ENTRY * usize::from(names) + 4 {
            (bytes[0], bytes[5]) = (FORMAT, names);
            let end = HEAD + ENTRY * usize::from(names);
            let sum = checksum(&[&bytes[..end], KEY.as_bytes()]);
            bytes[end..end + 4].copy_from_slice(&sum.to_le_bytes());
        }
        if let Ok(blob) = Blob::open(KEY, &bytes) {
            let mut out = Vec::new();
            let _ = blob.dates(&mut Vec::new());
            let _ = blob.column(Name::Close, &mut out);
        }
    }

    #[test]
    fn any_payload_ends_without_a_crash(
        payload in prop::collection::vec(any::<u8>(), 0..100), encoding in any::<u8>(), rows in 0_usize..500,
    ) {
        let checksum = checksum(&[&payload]);
        let entry = |name, encoding| Entry { name, encoding, checksum, payload: &payload };
        let blob = Blob { year: 2024, rows, entries: vec![entry(0, DAYS), entry(4, encoding)] };
        let mut out = Vec::new();
        let _ = blob.dates(&mut Vec::new());
        if blob.column(Name::Close, &mut out).is_ok() {
            prop_assert_eq!(out.len(), rows);
        }
    }
}
