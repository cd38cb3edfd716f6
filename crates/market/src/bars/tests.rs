use super::*;
use proptest::prelude::*;

fn series(closes: &[f64]) -> BarSeries {
    let mut day = TradeDate::new(2024, 1, 1).unwrap();
    let date = closes
        .iter()
        .map(|_| {
            day = day.next_day();
            day
        })
        .collect();
    BarSeries {
        symbol: "TEST".into(),
        basis: PriceBasis::Raw,
        date,
        open: closes.to_vec(),
        high: closes.iter().map(|c| c * 1.01).collect(),
        low: closes.iter().map(|c| c * 0.99).collect(),
        close: closes.to_vec(),
        volume: vec![100.0; closes.len()],
        amount: None,
        pre_close: Some(closes.to_vec()),
        factor: vec![1.0; closes.len()],
    }
}

#[test]
fn a_column_of_another_length_is_named() {
    let mut bars = series(&[1.0, 2.0]);
    bars.factor.pop();
    assert_eq!(bars.check(), Err(BarError::Length { column: "factor", expected: 2, found: 1 }));
}

#[test]
fn the_message_names_bar_date_column_expected_and_found() {
    let mut bars = series(&[1.0, 2.0]);
    bars.volume[1] = -1.0;
    let message = bars.check().unwrap_err().to_string();
    assert_eq!(message, "bar 1 (2024-01-03), column volume: expected a number of 0 or more, found -1");
}

#[test]
fn the_factor_is_the_running_product_of_close_over_the_next_reference() {
    // 10 for 10: a close of 20 opens the next day from a reference of 10.
    let factor = crate::factor_from_pre_close(&[20.0, 11.0, 12.0], &[19.0, 10.0, 11.0]);
    assert_eq!(factor, [1.0, 2.0, 2.0]);
}

#[test]
fn a_slice_keeps_factors_relative_to_the_stored_series() {
    let mut bars = series(&[1.0, 2.0, 3.0]);
    bars.factor = vec![1.0, 1.5, 1.5];
    let slice = bars.slice(1..3);
    assert_eq!((slice.len(), slice.hfq().close), (2, vec![3.0, 4.5]));
}

proptest! {
    #[test]
    fn a_well_formed_series_passes(closes in prop::collection::vec(0.01..1e4_f64, 0..30)) {
        prop_assert_eq!(series(&closes).check(), Ok(()));
    }

    #[test]
    fn one_bad_value_anywhere_is_found_at_its_index(
        closes in prop::collection::vec(0.01..1e4_f64, 1..30),
        at in any::<prop::sample::Index>(),
        column in 0..7_usize,
        bad in prop::sample::select(vec![f64::NAN, f64::INFINITY, -1.0]),
    ) {
        let mut bars = series(&closes);
        bars.amount = Some(vec![0.0; closes.len()]);
        let at = at.index(closes.len());
        let target = match column {
            0 => &mut bars.open,
            1 => &mut bars.high,
            2 => &mut bars.low,
            3 => &mut bars.close,
            4 => &mut bars.factor,
            5 => &mut bars.volume,
            _ => bars.amount.as_mut().unwrap(),
        };
        target[at] = bad;
        let found = matches!(bars.check(), Err(BarError::Value { index, .. }) if index == at);
        prop_assert!(found);
    }

    #[test]
    fn a_close_outside_the_range_or_a_repeated_date_is_refused(
        closes in prop::collection::vec(1.0..1e4_f64, 2..30),
        at in any::<prop::sample::Index>(),
    ) {
        let at = at.index(closes.len() - 1) + 1;
        let mut bars = series(&closes);
        bars.close[at] *= 1.02;
        let out_of_range = matches!(bars.check(), Err(BarError::Range { index, .. }) if index == at);
        prop_assert!(out_of_range);
        let mut bars = series(&closes);
        bars.date[at] = bars.date[at - 1];
        let repeated = matches!(bars.check(), Err(BarError::Date { index, .. }) if index == at);
        prop_assert!(repeated);
    }
}
