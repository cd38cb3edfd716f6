use super::*;
use crate::scalar::Scalar;
use crate::simd::{Double, OnLanes, Path, RealLanes};
use crate::tests::cases;

fn numbers<S: Scalar>(count: usize, salt: u32) -> Vec<S> {
    cases::noise(count, salt).into_iter().map(|v| S::of(f64::from(v))).collect()
}

/// Products and outer products over odd shapes against plain loops in f64.
struct Check;

impl OnLanes for Check {
    type Out = ();

    fn on<V: RealLanes>(self) {
        check::<V>(1e-6);
    }
}

fn check<V: Lanes>(allowed: f64) {
    for (rows, depth, width) in [(1, 1, 1), (2, 3, 9), (3, 1, 17), (5, 8, 40), (7, 13, 64), (11, 5, 70)] {
        let columns = Columns::plain(width, V::N);
        let wide = columns.count();
        let at = |k: usize, c: usize| columns.index(c / V::N, c % V::N, k, depth);
        let (a, b, bias) = (numbers(rows * depth, 1), numbers(depth * wide, 2), numbers(wide, 3));
        let mut c = vec![V::S::ONE; rows * wide];
        let pieces = Whole { depth, row: depth };
        let of = Product { a: &a, pieces, depth, b: &b, columns, bias: Some(&bias), c: &mut c };
        V::vectorize(
            #[inline(always)]
            || product::<V, _>(rows, of),
        );
        for row in 0..rows {
            for col in 0..wide {
                let sum =
                    (0..depth).map(|k| a[row * depth + k].to_f64() * b[at(k, col)].to_f64()).sum::<f64>();
                let expected = sum + bias[col].to_f64();
                let found = c[row * wide + col].to_f64();
                assert!(
                    (found - expected).abs() <= allowed * (1.0 + depth as f64),
                    "{found}, not {expected}"
                );
            }
        }
        // Aᵀ·C over two terms: the rows once, then the rows again.
        let mut sums: Vec<V::S> = numbers(depth * wide, 4);
        let before = sums.clone();
        for p in 0..columns.panels() {
            let d = &c[p * columns.per_panel * V::N..];
            let term = Outer { a: &a[..], a_next: depth, d, d_next: wide };
            let place = &mut sums[columns.panel(p, depth)];
            V::vectorize(
                #[inline(always)]
                || add_outer::<V, _>(depth, rows, columns.width(p), [term, term].into_iter(), place),
            );
        }
        for k in 0..depth {
            for col in 0..wide {
                let terms = (0..rows).map(|r| a[r * depth + k].to_f64() * c[r * wide + col].to_f64());
                let expected = before[at(k, col)].to_f64() + 2.0 * terms.sum::<f64>();
                let found = sums[at(k, col)].to_f64();
                assert!((found - expected).abs() <= allowed * 20.0 * rows as f64, "{found}, not {expected}");
            }
        }
    }
}

#[test]
fn products_equal_plain_loops_on_every_path() {
    check::<Double>(1e-14);
    for path in Path::available() {
        path.run(Check);
    }
}

#[test]
#[should_panic(expected = "the left matrix is too short")]
fn a_matrix_that_is_too_short_is_refused() {
    let (a, b) = ([1.0; 5], [1.0; 16]);
    let mut acc = [[Double::zero(); 4]; 2];
    let left = Left { values: &a, row: 3, k: 1 };
    accumulate::<Double, 2>(&mut acc, (0, 1), 3, left, Right { values: &b, next: 4 });
}
