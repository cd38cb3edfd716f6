//! Pipelines with a leak: mistakes that have been made in earnest, one each.

use super::pipeline::Pipeline;
use tidegate::features::{Feature, FeaturePanel};
use tidegate::inputs::Inputs;
use tidegate::run::Prepared;
use tidegate::scaler::ColumnScale;
use tidegate::strategy::{Signal, test_positions};
use tidegate_market::BarSeries;

/// Column of both tasks that is written over.
const COLUMN: usize = 3;

fn overwrite(inputs: &mut Inputs, column: impl Fn(usize) -> f64) {
    let width = inputs.set.width;
    for (bar, row) in inputs.set.values.chunks_mut(width).enumerate() {
        row[COLUMN] = inputs.scales[COLUMN].forward(column(bar)) as f32;
    }
}

/// A moving average that is centred on its bar, as smoothing libraries give it.
pub struct CentredAverage;

fn centred_average(close: &[f64], bar: usize) -> f64 {
    let around = &close[bar.saturating_sub(2)..(bar + 3).min(close.len())];
    around.iter().sum::<f64>() / around.len() as f64
}

impl Pipeline for CentredAverage {
    fn features(&self, features: &[Feature], bars: &BarSeries) -> Vec<Vec<Option<f64>>> {
        let close = bars.hfq().close;
        let mut rows = super::Honest.features(features, bars);
        for (bar, row) in rows.iter_mut().enumerate() {
            row[COLUMN] = Some(centred_average(&close, bar));
        }
        rows
    }

    fn alter(&self, prepared: &mut Prepared) {
        let close = prepared.source.bars.hfq().close;
        overwrite(&mut prepared.forecast.inputs, |bar| centred_average(&close, bar));
        overwrite(&mut prepared.strategy.inputs, |bar| centred_average(&close, bar));
    }
}

/// Scalers fitted before the split, on all bars.
pub struct ScalerOnEverything;

impl Pipeline for ScalerOnEverything {
    fn alter(&self, prepared: &mut Prepared) {
        let features = prepared.forecast.settings.inputs.clone();
        let panel = FeaturePanel::compute(&features, &prepared.source.bars);
        let inputs = &mut prepared.forecast.inputs;
        for (j, feature) in features.iter().enumerate() {
            let all: Vec<f64> = panel.column(j).flatten().collect();
            let kind = prepared.forecast.settings.scaler;
            inputs.scales[j] = ColumnScale::fit(kind, &feature.to_string(), &all, "forecast.inputs").unwrap();
        }
        for (bar, row) in inputs.set.values.chunks_mut(features.len()).enumerate() {
            for (j, cell) in row.iter_mut().enumerate() {
                *cell = panel.get(bar, j).map_or(0.0, |x| inputs.scales[j].forward(x) as f32);
            }
        }
    }
}

/// The answer among the questions: each row holds its own label.
pub struct LabelAmongInputs;

impl Pipeline for LabelAmongInputs {
    fn alter(&self, prepared: &mut Prepared) {
        let close = prepared.source.bars.hfq().close;
        let next = |bar: usize| close[(bar + 1).min(close.len() - 1)];
        overwrite(&mut prepared.forecast.inputs, next);
        overwrite(&mut prepared.strategy.inputs, next);
    }
}

/// The model that is judged was "refitted on all data": the test part is trained on too.
pub struct TrainedOnTest;

impl Pipeline for TrainedOnTest {
    fn alter(&self, prepared: &mut Prepared) {
        let forecast = &mut prepared.forecast;
        let Inputs { set, samples, label_scale, .. } = &mut forecast.inputs;
        let label = |t: &usize| forecast.series.labels[*t].unwrap();
        let scale = label_scale.as_ref().unwrap();
        set.train_ends.extend(&samples.test);
        set.train_labels.extend(samples.test.iter().map(|t| scale.forward(label(t)) as f32));
    }
}

/// Holds on the days before the price rises.
pub struct SellsBeforeFalls;

impl Pipeline for SellsBeforeFalls {
    fn positions(&self, prepared: &Prepared, signals: &[Signal]) -> (usize, Vec<f64>) {
        let (first, positions) = test_positions(&prepared.strategy, signals);
        let rises = |k: usize| prepared.strategy.labels[first + k].unwrap_or(0.0);
        (first, (0..positions.len()).map(rises).collect())
    }
}

/// An off-by-one in the prices: today's order fills at the open that comes a bar later, and is booked today. It trades
/// every day, so that there is a fill to be seen.
pub struct FilledAtTomorrowsOpenToday;

impl Pipeline for FilledAtTomorrowsOpenToday {
    fn positions(&self, prepared: &Prepared, signals: &[Signal]) -> (usize, Vec<f64>) {
        let (first, positions) = test_positions(&prepared.strategy, signals);
        (first, (0..positions.len()).map(|k| f64::from(u8::from(k % 2 == 0))).collect())
    }

    fn traded(&self, bars: &BarSeries) -> BarSeries {
        let mut shifted = bars.clone();
        shifted.open.rotate_left(1);
        shifted
    }
}
