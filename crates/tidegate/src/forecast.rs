//! The forecast task: networks and baselines under the same split, in one table, with a verdict.

use crate::baselines;
use crate::error::InputError;
use crate::experiment::{Adjust, Forecast};
use crate::inputs::{InputSpec, Inputs, prepare};
use crate::plan::{Plan, PlannedModel};
use crate::scaler::ColumnScale;
use crate::split::{Part, Parts};
use crate::stats::{ForecastErrors, default_lag, mean_is_positive};
use crate::summary::{
    ErrorSummary, ForecastSummary, Measured, ModelKind, ModelSummary, Verdict, VerdictWord,
};
use crate::target::{TargetSeries, target_bars, target_word, unit};
use tidegate_market::{BarSeries, TradingCalendar};
use tidegate_nn::{Fitted, Kind, Network};

/// Level of significance of the verdict.
pub const SIGNIFICANCE: f64 = 0.05;

/// The task, ready to train.
#[derive(Clone, Debug)]
pub struct ForecastTask {
    /// Settings.
    pub settings: Forecast,
    /// Where the bars were cut.
    pub parts: Parts,
    /// Target and labels.
    pub series: TargetSeries,
    /// The bar each sample's label stands on, if any.
    pub target_bars: Vec<Option<usize>>,
    /// Panel and samples.
    pub inputs: Inputs,
    /// End bars that are forecast: validation and test, unlabelled last bars included.
    pub ends: Vec<usize>,
    adjust: Adjust,
}

/// Forecasts of one model, one row per seed, aligned with [`ForecastTask::ends`].
#[derive(Clone, Debug)]
pub struct ModelForecast {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: ModelKind,
    /// Trainable numbers.
    pub parameters: usize,
    /// Kept epoch by seed.
    pub best_epoch: Vec<usize>,
    /// Seed and its forecasts; a baseline has one entry without a seed.
    pub by_seed: Vec<(Option<u64>, Vec<f64>)>,
}

impl ForecastTask {
    /// Prepares the task over `bars` as the networks see them.
    pub fn new(
        plan: &Plan,
        bars: &BarSeries,
        calendar: &TradingCalendar,
    ) -> Result<ForecastTask, InputError> {
        let settings = plan.experiment.forecast.clone();
        let parts = Parts::cut(&bars.date, plan.cut, plan.gap);
        let target_bars = target_bars(bars, calendar, settings.horizon);
        let series = TargetSeries::new(settings.target, settings.horizon, bars, &target_bars);
        let inputs = prepare(ForecastTask::inputs_of(&settings), bars, &series.labels, &parts)?;
        let ends = inputs
            .ends
            .iter()
            .copied()
            .filter(|t| {
                let labelled = [Part::Valid, Part::Test]
                    .iter()
                    .any(|part| inputs.samples.of(*part).binary_search(t).is_ok());
                // The last bars have no label yet and are forecast all the same.
                labelled || (t + settings.horizon >= bars.len() && parts.of(*t) == Some(Part::Test))
            })
            .collect();
        let adjust = plan.experiment.data.adjust;
        Ok(ForecastTask { settings, parts, series, target_bars, inputs, ends, adjust })
    }

    fn inputs_of(settings: &Forecast) -> InputSpec<'_> {
        InputSpec {
            features: &settings.inputs,
            window: settings.window,
            horizon: settings.horizon,
            scaler: settings.scaler,
            scale_label: true,
            table: "forecast",
            features_key: "forecast.inputs",
        }
    }

    /// The same task over bars that go on after its own: parts, samples and what the baselines learn stay those of the
    /// task, networks and baselines can be asked about every later bar. `ends` are all bars that can end a window.
    ///
    /// # Errors
    /// As [`Inputs::over`].
    pub fn continued(
        &self,
        bars: &BarSeries,
        calendar: &TradingCalendar,
        scales: &[ColumnScale],
        label_scale: Option<ColumnScale>,
    ) -> Result<ForecastTask, InputError> {
        let target_bars = target_bars(bars, calendar, self.settings.horizon);
        let series = TargetSeries::new(self.settings.target, self.settings.horizon, bars, &target_bars);
        let spec = ForecastTask::inputs_of(&self.settings);
        let inputs = self.inputs.over(spec, bars, scales, label_scale)?;
        let ends = inputs.ends.clone();
        Ok(ForecastTask { series, target_bars, inputs, ends, ..self.clone() })
    }

    /// Baselines, in the order of the table.
    pub fn baselines(&self) -> Vec<ModelForecast> {
        baselines::forecast(&self.series, &self.inputs.samples, &self.ends)
            .into_iter()
            .map(|baseline| ModelForecast {
                name: baseline.name.to_owned(),
                kind: ModelKind::Baseline,
                parameters: baseline.parameters,
                best_epoch: Vec::new(),
                by_seed: vec![(None, baseline.forecast)],
            })
            .collect()
    }

    /// The sample market's own conditional expectation as a forecast, where it says anything about the target.
    pub fn oracle(&self, expected_return: &[f64]) -> Option<ModelForecast> {
        // It is about the next adjusted close.
        if self.settings.horizon != 1 || self.adjust != Adjust::Hfq {
            return None;
        }
        let of = |t: &usize| self.series.from_expected_return(*t, expected_return[*t]);
        let forecast = self.ends.iter().map(of).collect::<Option<Vec<f64>>>()?;
        let by_seed = vec![(None, forecast)];
        Some(ModelForecast {
            name: "oracle".into(),
            kind: ModelKind::Oracle,
            parameters: 0,
            best_epoch: vec![],
            by_seed,
        })
    }

    /// Forecasts of a trained model, one entry per seed.
    pub fn network(&self, model: &PlannedModel, seeds: &[u64], fitted: &[Fitted]) -> ModelForecast {
        let by_seed = seeds
            .iter()
            .zip(fitted)
            .map(|(seed, fitted)| (Some(*seed), self.forecast_with(&fitted.network, &self.ends)))
            .collect();
        ModelForecast {
            name: model.name.clone(),
            kind: model_kind(model.kind()),
            parameters: fitted.first().map_or(0, |fitted| fitted.network.parameter_count()),
            best_epoch: fitted.iter().map(|fitted| fitted.best_epoch).collect(),
            by_seed,
        }
    }

    /// One network's forecasts in the target's unit.
    pub fn forecast_with(&self, network: &Network, ends: &[usize]) -> Vec<f64> {
        let raw = network.forecast(self.inputs.set.panel(), ends, 1);
        let unscale = |y: f32| match &self.inputs.label_scale {
            Some(scale) => scale.inverse(f64::from(y)),
            None => f64::from(y),
        };
        raw.into_iter().map(unscale).collect()
    }

    /// Positions in `ends` of the labelled samples of a part.
    fn positions(&self, part: Part) -> Vec<usize> {
        let samples = self.inputs.samples.of(part);
        (0..self.ends.len()).filter(|i| samples.binary_search(&self.ends[*i]).is_ok()).collect()
    }

    /// Actual values and what persistence says, for the labelled samples at `positions`.
    fn actual(&self, positions: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let t = |i: &usize| self.ends[*i];
        // Positions are of labelled samples only.
        let actual = positions.iter().filter_map(|i| self.series.labels[t(i)]).collect();
        (actual, positions.iter().map(|i| self.series.unchanged(t(i))).collect())
    }

    /// The table and the verdict.
    pub fn summarise(&self, models: &[ModelForecast]) -> ForecastSummary {
        let [valid, test] = [Part::Valid, Part::Test].map(|part| {
            let positions = self.positions(part);
            let (actual, unchanged) = self.actual(&positions);
            (positions, actual, unchanged)
        });
        let errors =
            |model: &ModelForecast, (positions, actual, unchanged): &(Vec<usize>, Vec<f64>, Vec<f64>)| {
                let by_seed: Vec<ForecastErrors> = model
                    .by_seed
                    .iter()
                    .map(|(_, forecast)| {
                        let forecast: Vec<f64> = positions.iter().map(|i| forecast[*i]).collect();
                        ForecastErrors::measure(actual, &forecast, unchanged)
                    })
                    .collect();
                let over =
                    |figure: fn(&ForecastErrors) -> Option<f64>| Measured::over(by_seed.iter().map(figure));
                ErrorSummary {
                    rmse: over(|e| e.rmse),
                    mae: over(|e| e.mae),
                    mape: over(|e| e.mape),
                    r2: over(|e| e.r2),
                    directional_accuracy: over(|e| e.directional_accuracy),
                    skill: over(|e| e.skill),
                }
            };
        let rows: Vec<ModelSummary> = models
            .iter()
            .map(|model| ModelSummary {
                name: model.name.clone(),
                kind: model.kind,
                parameters: model.parameters,
                best_epoch: model.best_epoch.clone(),
                valid: errors(model, &valid),
                test: errors(model, &test),
            })
            .collect();
        let verdict = self.verdict(models, &rows, &test.0, &test.1);
        ForecastSummary {
            target: target_word(self.settings.target).into(),
            unit: unit(self.settings.target, self.adjust).into(),
            horizon: self.settings.horizon,
            window: self.settings.window,
            models: rows,
            verdict,
        }
    }

    /// The network that is best on validation against the baseline that is best on validation, on the test part.
    ///
    /// d(t) = squared error of the baseline − mean over seeds of the network's squared error; tested for a
    /// positive mean with a Newey–West variance (Diebold & Mariano 1995).
    fn verdict(
        &self,
        models: &[ModelForecast],
        rows: &[ModelSummary],
        test: &[usize],
        actual: &[f64],
    ) -> Verdict {
        let best = |is_candidate: fn(ModelKind) -> bool| {
            let rmse = |i: &usize| rows[*i].valid.rmse.as_ref().map_or(f64::INFINITY, |rmse| rmse.mean);
            (0..rows.len()).filter(|i| is_candidate(rows[*i].kind)).min_by(|a, b| rmse(a).total_cmp(&rmse(b)))
        };
        let squared = |model: &ModelForecast| -> Vec<f64> {
            let seeds = model.by_seed.len() as f64;
            let error = |k: usize, i: usize| {
                model.by_seed.iter().map(|(_, f)| (f[i] - actual[k]).powi(2)).sum::<f64>() / seeds
            };
            test.iter().enumerate().map(|(k, i)| error(k, *i)).collect()
        };
        let lag = default_lag(actual.len(), self.settings.horizon);
        let (network, baseline) = (best(ModelKind::is_network), best(|kind| kind == ModelKind::Baseline));
        let (Some(network), Some(baseline)) = (network, baseline) else {
            // Plans always hold a network, and baselines are always there.
            unreachable!("a table without a network or without a baseline")
        };
        let difference: Vec<f64> =
            squared(&models[baseline]).iter().zip(squared(&models[network])).map(|(b, n)| b - n).collect();
        let test = mean_is_positive(&difference, lag);
        let mean_difference = difference.iter().sum::<f64>() / difference.len().max(1) as f64;
        let better = test.is_some_and(|test| test.mean > 0.0 && test.p < SIGNIFICANCE);
        Verdict {
            word: if better { VerdictWord::Better } else { VerdictWord::NotShown },
            network: rows[network].name.clone(),
            baseline: rows[baseline].name.clone(),
            p: test.map(|test| test.p),
            mean_difference,
            lag,
            samples: difference.len(),
        }
    }
}

/// The kind of a network in `metrics.json`.
pub fn model_kind(kind: Kind) -> ModelKind {
    match kind {
        Kind::Mlp => ModelKind::Mlp,
        Kind::Rnn => ModelKind::Rnn,
        Kind::Lstm => ModelKind::Lstm,
        Kind::Gru => ModelKind::Gru,
    }
}
