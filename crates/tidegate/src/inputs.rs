//! From features to the scaled panel a network reads, with the samples of each part.

use crate::error::InputError;
use crate::experiment::ScalerKind;
use crate::features::{Feature, FeaturePanel};
use crate::scaler::ColumnScale;
use crate::split::{PartSamples, Parts};
use crate::train::TrainingSet;
use crate::windows::Windows;
use tidegate_market::BarSeries;

/// What a task asks for.
#[derive(Clone, Copy, Debug)]
pub struct InputSpec<'a> {
    /// Features of each bar.
    pub features: &'a [Feature],
    /// T.
    pub window: usize,
    /// Bars ahead of the label.
    pub horizon: usize,
    /// Scaling of features (and of the label, if `scale_label`).
    pub scaler: ScalerKind,
    /// Whether the label is scaled too: yes for values, no for classes.
    pub scale_label: bool,
    /// Table of the experiment file that is to blame.
    pub table: &'a str,
    /// Key of the feature list.
    pub features_key: &'a str,
}

/// Everything a network of this task is trained on and asked.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Panel, training and validation samples for the engine.
    pub set: TrainingSet,
    /// Samples of each part.
    pub samples: PartSamples,
    /// Every bar that can end a window, labelled or not.
    pub ends: Vec<usize>,
    /// Scale of every feature.
    pub scales: Vec<ColumnScale>,
    /// Scale of the label.
    pub label_scale: Option<ColumnScale>,
}

/// Computes features over `bars`, fits the scalers on the training part and lays out the panel.
pub fn prepare(
    spec: InputSpec<'_>,
    bars: &BarSeries,
    labels: &[Option<f64>],
    parts: &Parts,
) -> Result<Inputs, InputError> {
    let panel = FeaturePanel::compute(spec.features, bars);
    let runs = panel.runs().iter().map(|run| run.rows.clone()).collect();
    let windows = Windows::new(runs, panel.warm_up(), spec.window);
    let ends: Vec<usize> = windows.ends().collect();
    if ends.is_empty() {
        return Err(InputError::new(
            format!("{}.window", spec.table),
            format!(
                "a window of {} bars after {} bars of warm-up does not fit into {} bars",
                spec.window,
                panel.warm_up(),
                bars.len()
            ),
        )
        .help("use more data or a shorter window"));
    }
    let samples = PartSamples::assign(ends.iter().copied(), labels, parts, spec.horizon, spec.table)?;
    let scales = fit_scales(spec, &panel, parts)?;
    let values = scaled_panel(&panel, &scales);
    let label_of = |ends: &[usize]| -> Vec<f64> { ends.iter().filter_map(|t| labels[*t]).collect() };
    let train_labels = label_of(&samples.train);
    let label_scale = spec
        .scale_label
        .then(|| ColumnScale::fit(spec.scaler, "target", &train_labels, &format!("{}.target", spec.table)))
        .transpose()?;
    let scaled = |labels: Vec<f64>| -> Vec<f32> {
        labels.into_iter().map(|x| label_scale.as_ref().map_or(x, |scale| scale.forward(x)) as f32).collect()
    };
    let set = TrainingSet {
        values,
        width: panel.width(),
        train_ends: samples.train.clone(),
        train_labels: scaled(train_labels),
        valid_ends: samples.valid.clone(),
        valid_labels: scaled(label_of(&samples.valid)),
    };
    Ok(Inputs { set, samples, ends, scales, label_scale })
}

impl Inputs {
    /// The same inputs over bars that go on after the ones they were prepared on, with these scales instead of any
    /// fitted anew. Samples stay those of the parts.
    ///
    /// # Errors
    /// Names the feature that has no finite value at the last bar, or the table whose window does not fit.
    pub fn over(
        &self,
        spec: InputSpec<'_>,
        bars: &BarSeries,
        scales: &[ColumnScale],
        label_scale: Option<ColumnScale>,
    ) -> Result<Inputs, InputError> {
        let panel = FeaturePanel::compute(spec.features, bars);
        let runs = panel.runs().iter().map(|run| run.rows.clone()).collect();
        let ends: Vec<usize> = Windows::new(runs, panel.warm_up(), spec.window).ends().collect();
        for row in bars.len().saturating_sub(spec.window)..bars.len() {
            for (j, feature) in spec.features.iter().enumerate() {
                if !panel.get(row, j).is_some_and(f64::is_finite) {
                    return Err(InputError::new(
                        spec.features_key,
                        format!("\"{feature}\" cannot be computed on {}", bars.date[row]),
                    )
                    .help(
                        "the bars around that day do not allow it: look for a zero volume or a flat price",
                    ));
                }
            }
        }
        let set = TrainingSet { values: scaled_panel(&panel, scales), ..self.set.clone() };
        Ok(Inputs { set, samples: self.samples.clone(), ends, scales: scales.to_vec(), label_scale })
    }
}

/// Each feature's scale, from its values on the bars of the training part and nothing else.
fn fit_scales(
    spec: InputSpec<'_>,
    panel: &FeaturePanel,
    parts: &Parts,
) -> Result<Vec<ColumnScale>, InputError> {
    spec.features
        .iter()
        .enumerate()
        .map(|(j, feature)| {
            let train: Vec<f64> = parts.train.clone().filter_map(|row| panel.get(row, j)).collect();
            ColumnScale::fit(spec.scaler, &feature.to_string(), &train, spec.features_key)
        })
        .collect()
}

/// The panel in f32; rows in the warm-up hold zeros and are never part of a window.
fn scaled_panel(panel: &FeaturePanel, scales: &[ColumnScale]) -> Vec<f32> {
    (0..panel.rows())
        .flat_map(|row| {
            scales
                .iter()
                .enumerate()
                .map(move |(j, scale)| panel.get(row, j).map_or(0.0, |x| scale.forward(x) as f32))
        })
        .collect()
}
