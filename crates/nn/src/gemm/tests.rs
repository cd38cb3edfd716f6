use super::*;
use proptest::prelude::*;

/// The safe twin: one sum per element, in order.
fn naive(a: View<'_, f64>, b: View<'_, f64>, mode: Mode, c: &mut [f64]) {
    for row in 0..a.rows {
        for col in 0..b.cols {
            let term = |k| {
                a.data[row * a.row_stride + k * a.col_stride] * b.data[k * b.row_stride + col * b.col_stride]
            };
            let sum: f64 = (0..a.cols).map(term).sum();
            let at = &mut c[row * b.cols + col];
            *at = if mode == Mode::Accumulate { *at + sum } else { sum };
        }
    }
}

fn noise(count: usize, salt: u32) -> Vec<f32> {
    (0..count as u32)
        .map(|i| crate::stream::philox([i, salt, 0, 0], [1, 2])[0] as f32 / 2.0_f32.powi(31) - 1.0)
        .collect()
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&v| f64::from(v)).collect()
}

proptest! {
    #[test]
    fn products_equal_the_naive_ones(
        m in 0usize..40, k in 0usize..40, n in 0usize..40,
        a_turned: bool, b_turned: bool, extra in 0usize..3, accumulate: bool,
    ) {
        let mode = if accumulate { Mode::Accumulate } else { Mode::Overwrite };
        let (a, b, c) = (noise((m + k + 2) * (m + k + 4), 1), noise((k + n + 2) * (k + n + 4), 2), noise(m * n + 1, 3));
        let (a64, b64, c64) = (wide(&a), wide(&b), wide(&c));
        let (mut found, mut found64, mut expected) = (c.clone(), c64.clone(), c64);
        macro_rules! views {
            ($a:expr, $b:expr) => {(
                if a_turned { View::strided($a, k, m, m + extra).t() } else { View::strided($a, m, k, k + extra) },
                if b_turned { View::strided($b, n, k, k + extra).t() } else { View::strided($b, k, n, n + extra) },
            )};
        }
        let ((a, b), (a64, b64)) = (views!(&a, &b), views!(&a64, &b64));
        f32::multiply(a, b, mode, &mut found);
        f64::multiply(a64, b64, mode, &mut found64);
        naive(a64, b64, mode, &mut expected);
        for ((&f, &d), &e) in found.iter().zip(&found64).zip(&expected) {
            prop_assert!((f64::from(f) - e).abs() < 1e-5, "f32: {f}, expected {e}");
            prop_assert!((d - e).abs() < 1e-13, "f64: {d}, expected {e}");
        }
    }

    /// What forecasts rely on: a row of C does not depend on where it stands nor on the other rows.
    #[test]
    fn a_row_has_the_same_bits_wherever_it_stands(k in 1usize..300, n in 1usize..70, place in 0usize..64, salt: u32) {
        let (row, b) = (noise(k, salt), noise(k * n, salt ^ 1));
        let mut alone = vec![0.0; 64 * n];
        let mut a = vec![0.0; 64 * k];
        a[..k].copy_from_slice(&row);
        f32::multiply(View::new(&a, 64, k), View::new(&b, k, n), Mode::Overwrite, &mut alone);
        let mut crowd = noise(64 * k, salt ^ 2);
        crowd[((place + 1) % 64) * k] = f32::NAN;
        crowd[place * k..][..k].copy_from_slice(&row);
        let mut together = vec![0.0; 64 * n];
        f32::multiply(View::new(&crowd, 64, k), View::new(&b, k, n), Mode::Overwrite, &mut together);
        prop_assert_eq!(&alone[..n], &together[place * n..][..n]);
    }
}

#[test]
#[should_panic(expected = "inner dimensions: 2×3 times 2×2")]
fn shapes_that_do_not_fit_are_named() {
    f32::multiply(View::new(&[0.0; 6], 2, 3), View::new(&[0.0; 4], 2, 2), Mode::Overwrite, &mut [0.0; 4]);
}

#[test]
#[should_panic(expected = "A is 2×3 and reaches 6, its slice holds 5")]
fn a_matrix_larger_than_its_slice_is_refused() {
    f32::multiply(View::new(&[0.0; 5], 2, 3), View::new(&[0.0; 6], 3, 2), Mode::Overwrite, &mut [0.0; 4]);
}

#[test]
#[should_panic(expected = "C is 2×2, its slice holds 3")]
fn a_result_larger_than_its_slice_is_refused() {
    f32::multiply(View::new(&[0.0; 6], 2, 3), View::new(&[0.0; 6], 3, 2), Mode::Overwrite, &mut [0.0; 3]);
}
