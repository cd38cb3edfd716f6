//! Linear regression with a ridge penalty, for the autoregressive baseline.

use super::is_constant;
use serde::{Deserialize, Serialize};

/// A fitted line, in the units of the inputs: prediction = intercept + Σ coefficient × input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ridge {
    /// Prediction where all inputs are 0.
    pub intercept: f64,
    /// One per input.
    pub coefficients: Vec<f64>,
}

/// Why there is no line.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RidgeError {
    /// Nothing to fit.
    #[error("a regression needs at least one sample")]
    NoSamples,
    /// The penalty is negative or not finite.
    #[error("the ridge penalty must be a number of 0 or more, found {0}")]
    Penalty(f64),
    /// An input or a target is NaN or infinite.
    #[error("the inputs and targets of a regression must be finite")]
    NotFinite,
    /// Without (enough) penalty the inputs do not determine the coefficients.
    #[error("inputs depend on each other linearly; a ridge penalty above {0} is needed")]
    Collinear(f64),
}

impl Ridge {
    /// Minimises Σ(target − prediction)² + `penalty` × Σ(standardised coefficient)² over samples `rows` `[n, k]`
    /// (Hoerl & Kennard 1970). Inputs are standardised by the mean and population deviation of these rows, so the
    /// penalty does not depend on units; the intercept is not penalised; an input that never varies gets
    /// coefficient 0. The same as scikit-learn's `StandardScaler` before `Ridge(alpha=penalty)`. Solved by
    /// Cholesky decomposition.
    ///
    /// # Panics
    /// If rows differ in length or `targets` in number.
    pub fn fit<R: AsRef<[f64]>>(rows: &[R], targets: &[f64], penalty: f64) -> Result<Ridge, RidgeError> {
        assert_eq!(rows.len(), targets.len(), "one target per row");
        if !(penalty >= 0.0 && penalty.is_finite()) {
            return Err(RidgeError::Penalty(penalty));
        }
        let width = rows.first().ok_or(RidgeError::NoSamples)?.as_ref().len();
        for row in rows {
            assert_eq!(row.as_ref().len(), width, "inputs per row");
        }
        let inputs: Vec<Standardised> =
            (0..width).map(|j| Standardised::of(rows.iter().map(|row| row.as_ref()[j]).collect())).collect();
        let target = Standardised::of(targets.to_vec());
        if inputs.iter().chain([&target]).any(|column| !column.std.is_finite()) {
            return Err(RidgeError::NotFinite);
        }

        // Normal equations over the inputs that vary: (Z'Z + penalty I) w = Z'y.
        let varying: Vec<&Standardised> = inputs.iter().filter(|column| column.std > 0.0).collect();
        let k = varying.len();
        let mut gram = vec![0.0; k * k];
        for i in 0..k {
            for j in 0..=i {
                gram[i * k + j] = dot(&varying[i].z, &varying[j].z);
            }
            gram[i * k + i] += penalty;
        }
        let moments: Vec<f64> = varying.iter().map(|column| dot(&column.z, &target.z) * target.std).collect();
        let tolerance = f64::EPSILON * (rows.len() * k.max(1)) as f64;
        let solved = solve(gram, moments, tolerance).ok_or(RidgeError::Collinear(penalty))?;

        let mut weights = solved.into_iter();
        let coefficients: Vec<f64> = inputs
            .iter()
            .map(|column| {
                let weight = if column.std > 0.0 { weights.next() } else { None };
                weight.map_or(0.0, |weight| weight / column.std)
            })
            .collect();
        let shift: f64 = coefficients.iter().zip(&inputs).map(|(c, column)| c * column.mean).sum();
        Ok(Ridge { intercept: target.mean - shift, coefficients })
    }

    /// The prediction for one row of inputs.
    ///
    /// # Panics
    /// If the row has another length than the rows of the fit.
    pub fn predict(&self, row: &[f64]) -> f64 {
        assert_eq!(row.len(), self.coefficients.len(), "inputs per row");
        self.intercept + dot(&self.coefficients, row)
    }
}

/// A column as mean, population deviation and standardised values (all 0 where it never varies).
struct Standardised {
    mean: f64,
    std: f64,
    z: Vec<f64>,
}

impl Standardised {
    fn of(column: Vec<f64>) -> Standardised {
        if is_constant(&column) {
            // 0 × NaN and 0 × ∞ are NaN, so a column that is not finite does not pass as constant.
            return Standardised { mean: column[0], std: 0.0 * column[0], z: vec![0.0; column.len()] };
        }
        let n = column.len() as f64;
        let mean = column.iter().sum::<f64>() / n;
        let centred: Vec<f64> = column.iter().map(|value| value - mean).collect();
        let std = (dot(&centred, &centred) / n).sqrt();
        Standardised { mean, std, z: centred.iter().map(|value| value / std).collect() }
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

/// Solves A x = b for a symmetric A `[k, k]` of which the lower triangle is given, by A = L L'. `None` if a
/// pivot is not above `tolerance`.
fn solve(mut a: Vec<f64>, mut b: Vec<f64>, tolerance: f64) -> Option<Vec<f64>> {
    let k = b.len();
    for j in 0..k {
        for i in j..k {
            let above: f64 = (0..j).map(|m| a[i * k + m] * a[j * k + m]).sum();
            let rest = a[i * k + j] - above;
            if i > j {
                a[i * k + j] = rest / a[j * k + j];
            } else if rest > tolerance {
                a[j * k + j] = rest.sqrt();
            } else {
                return None;
            }
        }
    }
    for i in 0..k {
        let known: f64 = (0..i).map(|m| a[i * k + m] * b[m]).sum();
        b[i] = (b[i] - known) / a[i * k + i];
    }
    for i in (0..k).rev() {
        let known: f64 = (i + 1..k).map(|m| a[m * k + i] * b[m]).sum();
        b[i] = (b[i] - known) / a[i * k + i];
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_without_penalty() {
        let rows = [[0.0, 1.0], [1.0, 0.0], [2.0, 5.0], [3.0, -1.0]];
        let targets: Vec<f64> = rows.iter().map(|[a, b]| 7.0 + 2.0 * a - 3.0 * b).collect();
        let line = Ridge::fit(&rows, &targets, 0.0).unwrap();
        for (found, expected) in
            [line.intercept, line.coefficients[0], line.coefficients[1]].iter().zip([7.0, 2.0, -3.0])
        {
            assert!((found - expected).abs() < 1e-12, "{line:?}");
        }
        assert!((line.predict(&[10.0, 1.0]) - 24.0).abs() < 1e-12);
    }

    #[test]
    fn a_great_penalty_leaves_the_mean() {
        let line = Ridge::fit(&[[0.0], [1.0], [5.0]], &[1.0, 2.0, 6.0], 1e12).unwrap();
        assert!((line.predict(&[100.0]) - 3.0).abs() < 1e-6, "{line:?}");
    }

    #[test]
    fn an_input_that_never_varies_is_left_out() {
        let line = Ridge::fit(&[[0.1, 0.0], [0.1, 1.0], [0.1, 2.0]], &[0.0, 1.0, 2.0], 0.0).unwrap();
        assert_eq!(line.coefficients[0], 0.0);
        assert!((line.coefficients[1] - 1.0).abs() < 1e-12);
        let flat = Ridge::fit(&[[0.1], [0.1]], &[4.0, 6.0], 0.0).unwrap();
        assert_eq!(flat, Ridge { intercept: 5.0, coefficients: vec![0.0] });
    }

    #[test]
    fn what_cannot_be_fitted_says_why() {
        let doubled = [[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]];
        let targets = [1.0, 2.0, 3.0];
        assert_eq!(Ridge::fit(&doubled, &targets, 0.0), Err(RidgeError::Collinear(0.0)));
        assert!(Ridge::fit(&doubled, &targets, 0.1).is_ok());
        let dependent_but_for_rounding: Vec<[f64; 3]> = (0..20)
            .map(|t| {
                let (a, b) = (f64::from(t).sin(), f64::from(t * t).cos());
                [a, b, 0.1 * a + 0.7 * b]
            })
            .collect();
        let targets: Vec<f64> = (0..20).map(f64::from).collect();
        assert_eq!(Ridge::fit(&dependent_but_for_rounding, &targets, 0.0), Err(RidgeError::Collinear(0.0)));
        let targets = [1.0, 2.0, 3.0];
        assert_eq!(Ridge::fit::<[f64; 1]>(&[], &[], 1.0), Err(RidgeError::NoSamples));
        assert_eq!(Ridge::fit(&doubled, &targets, -1.0), Err(RidgeError::Penalty(-1.0)));
        assert!(matches!(Ridge::fit(&doubled, &targets, f64::NAN), Err(RidgeError::Penalty(_))));
        for odd in [f64::NAN, f64::INFINITY] {
            assert_eq!(Ridge::fit(&[[odd], [1.0]], &[1.0, 2.0], 1.0), Err(RidgeError::NotFinite));
            assert_eq!(Ridge::fit(&[[odd], [odd]], &[1.0, 2.0], 1.0), Err(RidgeError::NotFinite));
            assert_eq!(Ridge::fit(&[[1.0], [2.0]], &[odd, odd], 1.0), Err(RidgeError::NotFinite));
        }
    }
}
