//! The naive answers that every network must beat, on the target's process P (see [`crate::target`]).
//!
//! | name | forecast of P(t + h) |
//! |---|---|
//! | `persistence` | P(t) |
//! | `drift` | P(t) + h × mean one-bar change on the training part (Hyndman & Athanasopoulos, *Forecasting*, §5.2) |
//! | `ma_5`, `ma_20` | prices and ranges: mean of the last 5 or 20 values; difference and return: P(t) + h × mean of the last 5 or 20 one-bar changes |
//! | `ar` | ridge regression on the last [`LAGS`] one-bar changes (prices) or values (log range); its penalty is chosen on validation |

use crate::experiment::Target;
use crate::split::PartSamples;
use crate::stats::{Ridge, rmse};
use crate::target::TargetSeries;

/// Lags of the autoregression.
pub const LAGS: usize = 20;

const PENALTIES: [f64; 6] = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5];

/// One baseline's forecasts.
#[derive(Clone, Debug)]
pub struct BaselineForecast {
    /// Name in tables and files.
    pub name: &'static str,
    /// Numbers estimated on the training part.
    pub parameters: usize,
    /// One forecast per end bar asked for, in the target's unit.
    pub forecast: Vec<f64>,
}

/// Forecasts of all baselines for the samples that end at `ends`. Only labels of `samples.train` (and, for the
/// penalty of `ar`, of `samples.valid`) are looked at.
pub fn forecast(series: &TargetSeries, samples: &PartSamples, ends: &[usize]) -> Vec<BaselineForecast> {
    let p = &series.process;
    let levels = |level: &dyn Fn(usize) -> f64| ends.iter().map(|t| series.at_level(*t, level(*t))).collect();
    let mean_change = mean_change(p, &samples.train);
    let moving_average = |n: usize| {
        levels(&|t| match series.target {
            Target::Close | Target::LogRange => {
                let last = &p[(t + 1).saturating_sub(n)..=t];
                last.iter().sum::<f64>() / last.len() as f64
            }
            Target::Difference | Target::LogReturn => {
                let back = n.min(t);
                p[t] + series.horizon as f64 * if back > 0 { (p[t] - p[t - back]) / back as f64 } else { 0.0 }
            }
        })
    };
    let (parameters, ar) = autoregression(series, samples, ends);
    let of = |name, parameters, forecast| BaselineForecast { name, parameters, forecast };
    vec![
        of("persistence", 0, ends.iter().map(|t| series.unchanged(*t)).collect()),
        of("drift", 1, levels(&|t| p[t] + series.horizon as f64 * mean_change)),
        of("ma_5", 0, moving_average(5)),
        of("ma_20", 0, moving_average(20)),
        of("ar", parameters, ar),
    ]
}

/// Mean one-bar change over the bars that the training part has seen.
fn mean_change(p: &[f64], train: &[usize]) -> f64 {
    match (train.first(), train.last()) {
        (Some(first), Some(last)) if last > first => (p[*last] - p[*first]) / (last - first) as f64,
        _ => 0.0,
    }
}

/// Number of parameters and forecasts of the autoregression; persistence where there is too little history.
fn autoregression(series: &TargetSeries, samples: &PartSamples, ends: &[usize]) -> (usize, Vec<f64>) {
    let p = &series.process;
    let of_levels = series.target == Target::LogRange;
    let row = |t: usize| -> Option<[f64; LAGS]> {
        (t >= LAGS)
            .then(|| std::array::from_fn(|lag| p[t - lag] - if of_levels { 0.0 } else { p[t - lag - 1] }))
    };
    // What is regressed: the level of a range, the change of a price.
    let base = |t: usize| if of_levels { 0.0 } else { p[t] };
    let known = |ends: &[usize]| -> (Vec<usize>, Vec<[f64; LAGS]>, Vec<f64>) {
        let mut known = (Vec::new(), Vec::new(), Vec::new());
        for t in ends {
            if let (Some(row), Some(_)) = (row(*t), series.labels[*t]) {
                known.0.push(*t);
                known.1.push(row);
                known.2.push(p[t + series.horizon] - base(*t));
            }
        }
        known
    };
    let (_, rows, targets) = known(&samples.train);
    let (_, valid_rows, valid_targets) = known(&samples.valid);
    let fits = PENALTIES.iter().filter_map(|penalty| {
        let ridge = Ridge::fit(&rows, &targets, *penalty).ok()?;
        let forecast: Vec<f64> = valid_rows.iter().map(|row| ridge.predict(row)).collect();
        Some((rmse(&valid_targets, &forecast)?, ridge))
    });
    match fits.min_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, ridge)) => {
            let level = |t: usize| row(t).map_or(p[t], |row| base(t) + ridge.predict(&row));
            (LAGS + 1, ends.iter().map(|t| series.at_level(*t, level(*t))).collect())
        }
        None => (0, ends.iter().map(|t| series.unchanged(*t)).collect()),
    }
}
