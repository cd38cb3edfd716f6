//! The pipeline under test, with places where a leak can be planted, and what it says about every day.

use super::trace::{Stage, Trace};
use tidegate::Plan;
use tidegate::bars::SourceBars;
use tidegate::baselines;
use tidegate::features::{Feature, FeaturePanel};
use tidegate::inputs::Inputs;
use tidegate::run::Prepared;
use tidegate::split::Parts;
use tidegate::strategy::{CurveSet, Signal, test_positions};
use tidegate::train::{Silent, fit_all};
use tidegate_market::{BarSeries, Known, Terms, TradeDate};
use tidegate_nn::{Ended, Fitted, Network};

/// The product's pipeline is this trait with nothing overridden.
pub trait Pipeline {
    /// Features of every bar, `[bar][feature]`.
    fn features(&self, features: &[Feature], bars: &BarSeries) -> Vec<Vec<Option<f64>>> {
        let panel = FeaturePanel::compute(features, bars);
        (0..panel.rows()).map(|row| (0..panel.width()).map(|j| panel.get(row, j)).collect()).collect()
    }

    /// After scaling and before training.
    fn alter(&self, _prepared: &mut Prepared) {}

    /// From signals to the first bar that trades and the positions from there on.
    fn positions(&self, prepared: &Prepared, signals: &[Signal]) -> (usize, Vec<f64>) {
        test_positions(&prepared.strategy, signals)
    }

    /// The bars that orders meet.
    fn traded(&self, bars: &BarSeries) -> BarSeries {
        bars.clone()
    }
}

/// The product as it is.
pub struct Honest;

impl Pipeline for Honest {}

/// Runs `pipeline` over `source`, networks trained on the way.
pub fn observe(pipeline: &dyn Pipeline, plan: &Plan, source: SourceBars) -> (Trace, Vec<Network>) {
    observe_with(pipeline, plan, source, None)
}

/// As [`observe`], with networks that were trained before, in the order of the jobs.
pub fn observe_with(
    pipeline: &dyn Pipeline,
    plan: &Plan,
    source: SourceBars,
    trained: Option<Vec<Network>>,
) -> (Trace, Vec<Network>) {
    let mut trace = Trace::default();
    let mut prepared = Prepared::over(plan.clone(), source).unwrap();
    pipeline.alter(&mut prepared);
    let is_trained_here = trained.is_none();
    let networks = trained.unwrap_or_else(|| {
        let fitted = fit_all(&prepared.jobs(), 2, &Silent).unwrap();
        fitted.into_iter().map(|fitted| fitted.network).collect()
    });
    let fitted: Vec<Fitted> = networks.iter().cloned().map(as_fitted).collect();
    let (bars, date) = (&prepared.source.bars, &prepared.source.bars.date);
    let (forecast, strategy) = (&prepared.forecast, &prepared.strategy);

    note_inputs(
        &mut trace,
        pipeline,
        "forecast",
        &forecast.settings.inputs,
        &forecast.inputs,
        &forecast.parts,
        bars,
    );
    note_inputs(
        &mut trace,
        pipeline,
        "strategy",
        &strategy.settings.features,
        &strategy.inputs,
        &strategy.parts,
        bars,
    );

    // What a network says about a day is known on that day, but not before its weights are.
    let weights_known = |parts: &Parts| {
        if is_trained_here { date[parts.valid.end - 1] } else { date[parts.train.end - 1] }
    };
    let (forecaster_known, classifier_known) =
        (weights_known(&forecast.parts), weights_known(&strategy.parts));
    let (forecasters, classifiers) = fitted.split_at(fitted.len() - plan.experiment.training.seeds.len());
    if is_trained_here {
        for (k, fitted) in fitted.iter().enumerate() {
            let known = if k < forecasters.len() { forecaster_known } else { classifier_known };
            let weights = fitted.network.parameters().iter().map(|w| f64::from(*w));
            trace.note(Stage::Weights, format!("network {k}"), known, weights);
        }
    }
    let ends = &forecast.inputs.ends;
    for (k, fitted) in forecasters.iter().enumerate() {
        for (t, value) in ends.iter().zip(forecast.forecast_with(&fitted.network, ends)) {
            let known = date[*t].max(forecaster_known);
            trace.note(Stage::Forecasts, format!("network {k} at {}", date[*t]), known, [value]);
        }
    }
    let valid_end = date[forecast.parts.valid.end - 1];
    for baseline in baselines::forecast(&forecast.series, &forecast.inputs.samples, ends) {
        // The penalty of the autoregression is chosen on validation, the drift is a mean over training.
        let fitted_on = match baseline.name {
            "ar" => valid_end,
            "drift" => date[forecast.parts.train.end - 1],
            _ => date[0],
        };
        for (t, value) in ends.iter().zip(baseline.forecast) {
            let what = format!("{} at {}", baseline.name, date[*t]);
            trace.note(Stage::Baselines, what, date[*t].max(fitted_on), [value]);
        }
    }
    let signals = strategy.signals(classifiers, &prepared.source.bars);
    for s in &signals {
        let known = date[s.bar].max(classifier_known);
        trace.note(Stage::Signals, date[s.bar], known, [s.probability, s.position]);
    }
    let (first, positions) = pipeline.positions(&prepared, &signals);
    for (k, position) in positions.iter().enumerate() {
        let day = date[first + k];
        trace.note(Stage::Positions, day, day.max(classifier_known), [*position]);
    }
    let cash = plan.experiment.market.cash;
    let (traded, known, terms) = (pipeline.traded(bars), Known::default(), Terms::new(cash));
    let curves = CurveSet::trade(&traded, &known, first, &positions, &prepared.rules, &terms).unwrap();
    note_curves(&mut trace, &curves);
    (trace, networks)
}

fn note_inputs(
    trace: &mut Trace,
    pipeline: &dyn Pipeline,
    task: &str,
    features: &[Feature],
    inputs: &Inputs,
    parts: &Parts,
    bars: &BarSeries,
) {
    let date = &bars.date;
    let scaled: TradeDate = date[parts.train.end - 1];
    for (bar, row) in pipeline.features(features, bars).into_iter().enumerate() {
        let values = row.into_iter().map(|value| value.unwrap_or(f64::NAN));
        trace.note(Stage::Features, format!("{task} at {}", date[bar]), date[bar], values);
    }
    for scale in inputs.scales.iter().chain(&inputs.label_scale) {
        trace.note(Stage::Scaler, format!("{task} {}", scale.column), scaled, [scale.shift, scale.scale]);
    }
    for (bar, row) in inputs.set.values.chunks(inputs.set.width).enumerate() {
        let values = row.iter().map(|value| f64::from(*value));
        trace.note(Stage::Panel, format!("{task} at {}", date[bar]), date[bar].max(scaled), values);
    }
}

fn note_curves(trace: &mut Trace, curves: &CurveSet) {
    for (name, curve) in curves.named() {
        for (k, trade) in curve.trades.iter().enumerate() {
            let costs = trade.commission + trade.stamp_duty + trade.other_fees;
            let facts = [trade.side.sign() * trade.shares, trade.price, costs];
            trace.note(Stage::Trades, format!("{name}, trade {k}"), trade.date, facts);
        }
        for ((day, equity), position) in curve.dates.iter().zip(&curve.equity).zip(&curve.position) {
            trace.note(Stage::Equity, format!("{name} at {day}"), *day, [*equity, *position]);
        }
    }
}

fn as_fitted(network: Network) -> Fitted {
    Fitted { network, history: Vec::new(), best_epoch: 1, ended: Ended::AllEpochs }
}
