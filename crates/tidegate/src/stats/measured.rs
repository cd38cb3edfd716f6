//! One figure of one model over several seeds.

use super::{is_constant, mean};
use serde::{Deserialize, Serialize};

/// A figure as `metrics.json` holds it: `{"mean": x, "std": x, "by_seed": [...]}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Mean over seeds; undefined as soon as one seed's figure is, because a mean over the others would flatter.
    pub mean: Option<f64>,
    /// Sample standard deviation over seeds (n − 1), 0 for a single one; undefined where the mean is.
    pub std: Option<f64>,
    /// The figure of each seed, in the order of the seeds.
    pub by_seed: Vec<Option<f64>>,
}

impl Measured {
    /// A figure that depends on no seed: a baseline's.
    pub fn single(value: Option<f64>) -> Measured {
        Measured::from(vec![value])
    }
}

impl From<Vec<Option<f64>>> for Measured {
    fn from(by_seed: Vec<Option<f64>>) -> Measured {
        let defined: Option<Vec<f64>> = by_seed.iter().map(|value| value.filter(|v| v.is_finite())).collect();
        let defined = defined.unwrap_or_default();
        let mean = mean(defined.iter().copied());
        let std = mean.map(|mean| {
            // Equal seeds have no spread, however their mean was rounded.
            if is_constant(&defined) {
                return 0.0;
            }
            let squares: f64 = defined.iter().map(|value| (value - mean).powi(2)).sum();
            (squares / (defined.len() - 1) as f64).sqrt()
        });
        Measured { mean, std, by_seed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_give_mean_and_sample_deviation() {
        let measured = Measured::from(vec![Some(1.0), Some(2.0), Some(6.0)]);
        assert_eq!((measured.mean, measured.std), (Some(3.0), Some(7.0_f64.sqrt())));
    }

    #[test]
    fn a_baseline_has_one_entry_and_no_spread() {
        let text = serde_json::to_string(&Measured::single(Some(0.5))).unwrap();
        assert_eq!(text, r#"{"mean":0.5,"std":0.0,"by_seed":[0.5]}"#);
        assert_eq!(Measured::from(vec![Some(0.1); 3]).std, Some(0.0));
    }

    #[test]
    fn one_undefined_seed_leaves_the_figure_undefined_and_null() {
        let measured = Measured::from(vec![Some(0.5), None]);
        let text = serde_json::to_string(&measured).unwrap();
        assert_eq!(text, r#"{"mean":null,"std":null,"by_seed":[0.5,null]}"#);
        assert_eq!(serde_json::from_str::<Measured>(&text).unwrap(), measured);
        assert_eq!(Measured::from(vec![]).mean, None);
    }
}
