//! Scaling of columns, x → (x − shift) / scale, fitted on the training part alone.

use crate::error::InputError;
use crate::experiment::ScalerKind;
use serde::{Deserialize, Serialize};

/// One column's transformation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnScale {
    /// Column name.
    pub column: String,
    /// Subtracted first.
    pub shift: f64,
    /// Divided by then; > 0.
    pub scale: f64,
}

impl ColumnScale {
    /// Fits one column on the values of its training part.
    ///
    /// # Errors
    /// A column that does not vary cannot be scaled: the error names it.
    pub fn fit(kind: ScalerKind, column: &str, train: &[f64], key: &str) -> Result<ColumnScale, InputError> {
        let (shift, scale) = match kind {
            ScalerKind::None => return Ok(ColumnScale { column: column.to_owned(), shift: 0.0, scale: 1.0 }),
            ScalerKind::MinMax => {
                let min = train.iter().copied().fold(f64::INFINITY, f64::min);
                (min, train.iter().copied().fold(f64::NEG_INFINITY, f64::max) - min)
            }
            ScalerKind::Standard => {
                let n = train.len() as f64;
                let mean = train.iter().sum::<f64>() / n;
                (mean, (train.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt())
            }
            ScalerKind::Robust => {
                let mut sorted = train.to_vec();
                sorted.sort_by(f64::total_cmp);
                (quantile(&sorted, 0.5), quantile(&sorted, 0.75) - quantile(&sorted, 0.25))
            }
        };
        // A spread below the rounding noise of the values themselves is no spread.
        let size = train.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        if !(scale.is_finite() && scale > size * 1e-13) {
            let found = train.first().map_or("no value at all".to_owned(), |x| format!("always about {x}"));
            let spread =
                if kind == ScalerKind::Robust { "its middle half does not vary" } else { "it is constant" };
            return Err(InputError::new(
                key,
                format!("\"{column}\" cannot be scaled: on the training part {spread} ({found})"),
            )
            .help(format!("remove \"{column}\" from {key}, or choose another scaler")));
        }
        Ok(ColumnScale { column: column.to_owned(), shift, scale })
    }

    /// Into the scaled unit.
    pub fn forward(&self, x: f64) -> f64 {
        (x - self.shift) / self.scale
    }

    /// Back into the column's own unit.
    pub fn inverse(&self, y: f64) -> f64 {
        y * self.scale + self.shift
    }
}

/// Quantile of sorted values by linear interpolation (numpy's default).
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let position = q * last as f64;
    let low = position.floor() as usize;
    let (a, b) = (sorted[low], sorted[(low + 1).min(last)]);
    a + (b - a) * (position - low as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_follows_its_definition() {
        let train = [1.0, 2.0, 3.0, 4.0, 10.0];
        let fit = |kind| ColumnScale::fit(kind, "x", &train, "forecast.inputs").unwrap();
        let s = fit(ScalerKind::MinMax);
        assert_eq!((s.shift, s.scale), (1.0, 9.0));
        let s = fit(ScalerKind::Standard);
        assert_eq!((s.shift, s.scale), (4.0, 10.0_f64.sqrt()));
        let s = fit(ScalerKind::Robust);
        assert_eq!((s.shift, s.scale), (3.0, 2.0));
        let s = fit(ScalerKind::None);
        assert_eq!((s.shift, s.scale), (0.0, 1.0));
    }

    #[test]
    fn a_constant_column_is_an_error_that_names_it() {
        for kind in [ScalerKind::MinMax, ScalerKind::Standard, ScalerKind::Robust] {
            let error = ColumnScale::fit(kind, "ma_3", &[0.1; 30], "strategy.features").unwrap_err();
            assert!(error.message.contains("\"ma_3\""), "{error}");
            assert_eq!(error.place, "strategy.features");
        }
    }

    proptest! {
        #[test]
        fn inverse_undoes_forward(train in prop::collection::vec(-1e6_f64..1e6, 3..50), x in -1e6_f64..1e6) {
            for kind in [ScalerKind::MinMax, ScalerKind::Standard, ScalerKind::Robust, ScalerKind::None] {
                if let Ok(scale) = ColumnScale::fit(kind, "x", &train, "k") {
                    let size = scale.scale.abs() + scale.shift.abs() + x.abs();
                    prop_assert!((scale.inverse(scale.forward(x)) - x).abs() <= 1e-9 * size);
                }
            }
        }
    }
}
