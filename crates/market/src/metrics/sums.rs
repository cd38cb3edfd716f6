//! Sums over long columns in several running sums. Additions of one sum wait for each other; of eight they need not, and
//! the compiler makes vectors of them. Their order is fixed, so a result repeats to the bit.

const LANES: usize = 8;

/// Sum of `f` over `values`.
pub(super) fn sum(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let mut sums = [0.0; LANES];
    let mut chunks = values.chunks_exact(LANES);
    for chunk in &mut chunks {
        sums.iter_mut().zip(chunk).for_each(|(sum, value)| *sum += f(*value));
    }
    let rest: f64 = chunks.remainder().iter().map(|value| f(*value)).sum();
    sums.iter().sum::<f64>() + rest
}

/// Sum of `f` over the pairs of two columns of one length.
pub(super) fn sum_of_pairs(a: &[f64], b: &[f64], f: impl Fn(f64, f64) -> f64) -> f64 {
    let mut sums = [0.0; LANES];
    let (mut left, mut right) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    for (a, b) in (&mut left).zip(&mut right) {
        sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += f(*a, *b));
    }
    let rest: f64 = left.remainder().iter().zip(right.remainder()).map(|(a, b)| f(*a, *b)).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_any_length_are_summed_whole() {
        for n in 0..40_u32 {
            let column: Vec<f64> = (1..=n).map(f64::from).collect();
            let (one, two) = (f64::from(n * (n + 1) / 2), f64::from(n * (n + 1) * (2 * n + 1) / 6));
            assert_eq!((sum(&column, |x| x), sum_of_pairs(&column, &column, |a, b| a * b)), (one, two));
        }
    }
}
