//! The files of a run directory as bytes. Numbers are written in the shortest form that reads back exactly;
//! undefined is an empty cell.

use crate::forecast::{ForecastTask, ModelForecast};
use crate::split::Part;
use crate::strategy::{CurveSet, Signal, StrategyTask};
use crate::train::{Job, JobLabel, Task};
use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, TensorView, serialize};
use std::fmt::Write;
use tidegate_market::{BarSeries, TradeDate};
use tidegate_nn::{Fitted, Network};

fn optional<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Collects rows of text; no cell ever needs quoting (names are checked, the rest are numbers, dates and words).
struct Table(String);

impl Table {
    fn new(header: &str) -> Table {
        Table(format!("{header}\n"))
    }

    fn row(&mut self, row: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.0.write_fmt(row);
        self.0.push('\n');
    }

    fn bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

/// `bars.csv`: the bars used, raw prices and factors apart.
pub fn bars(bars: &BarSeries) -> Vec<u8> {
    let mut table = Table::new("date,open,high,low,close,volume,factor,amount,pre_close");
    for i in 0..bars.len() {
        table.row(format_args!(
            "{},{},{},{},{},{},{},{},{}",
            bars.date[i],
            bars.open[i],
            bars.high[i],
            bars.low[i],
            bars.close[i],
            bars.volume[i],
            bars.factor[i],
            optional(bars.amount.as_ref().map(|column| column[i])),
            optional(bars.pre_close.as_ref().map(|column| column[i])),
        ));
    }
    table.bytes()
}

/// `scalers.json`: every scale that was fitted, by task.
pub fn scalers(forecast: &ForecastTask, strategy: &StrategyTask) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&serde_json::json!({
        "forecast": {
            "kind": forecast.settings.scaler,
            "features": forecast.inputs.scales,
            "target": forecast.inputs.label_scale,
        },
        "strategy": { "kind": strategy.settings.scaler, "features": strategy.inputs.scales },
    }))
}

/// `forecasts.csv`: validation and test, the last bars without an actual value included.
pub fn forecasts(task: &ForecastTask, models: &[ModelForecast], date: &[TradeDate]) -> Vec<u8> {
    let mut table = Table::new("date,target_date,model,seed,part,actual,forecast");
    for model in models {
        for (seed, forecast) in &model.by_seed {
            for (t, value) in task.ends.iter().zip(forecast) {
                table.row(format_args!(
                    "{},{},{},{},{},{},{value}",
                    date[*t],
                    optional(task.target_bars[*t].map(|u| date[u])),
                    model.name,
                    optional(*seed),
                    task.parts.of(*t).unwrap_or(Part::Test),
                    optional(task.series.labels[*t]),
                ));
            }
        }
    }
    table.bytes()
}

/// `history.csv`: one row per task, model, seed and epoch.
pub fn history(jobs: &[Job<'_>], fitted: &[Fitted]) -> Vec<u8> {
    let mut table = Table::new("task,model,seed,epoch,train_loss,valid_loss,train_accuracy,valid_accuracy");
    for (job, fitted) in jobs.iter().zip(fitted) {
        let JobLabel { task, model, seed } = &job.label;
        for e in &fitted.history {
            table.row(format_args!(
                "{},{model},{seed},{},{},{},{},{}",
                task.word(),
                e.epoch,
                e.train_loss,
                e.valid_loss,
                optional(e.train_accuracy),
                optional(e.valid_accuracy),
            ));
        }
    }
    table.bytes()
}

/// `signals.csv`: what the classifier said after each close.
pub fn signals(signals: &[Signal], date: &[TradeDate]) -> Vec<u8> {
    let mut table = Table::new("date,part,probability,position");
    for s in signals {
        table.row(format_args!("{},{},{},{}", date[s.bar], optional(s.part), s.probability, s.position));
    }
    table.bytes()
}

/// `equity.csv`: one column per curve.
pub fn equity(curves: &CurveSet) -> Vec<u8> {
    let mut table = Table::new("date,market,as_shown,executable,buy_and_hold");
    let [market, as_shown, executable, buy_and_hold] = curves.named().map(|(_, curve)| &curve.equity);
    for (i, date) in curves.market.dates.iter().enumerate() {
        table.row(format_args!("{date},{},{},{},{}", market[i], as_shown[i], executable[i], buy_and_hold[i]));
    }
    table.bytes()
}

/// `trades.csv`: every fill of every curve.
pub fn trades(curves: &CurveSet) -> Vec<u8> {
    let mut table = Table::new("curve,date,side,shares,price,commission,stamp_duty,other_fees,reason");
    for (name, curve) in curves.named() {
        for t in &curve.trades {
            table.row(format_args!(
                "{name},{},{},{},{},{},{},{},{}",
                t.date,
                t.side.as_str(),
                t.shares,
                t.price,
                t.commission,
                t.stamp_duty,
                t.other_fees,
                t.reason.as_str()
            ));
        }
    }
    table.bytes()
}

/// `actions.csv`: what happened to cash and shares of every curve without a trade.
pub fn actions(curves: &CurveSet) -> Vec<u8> {
    let mut table = Table::new("curve,date,kind,cash,shares");
    for (name, curve) in curves.named() {
        for action in &curve.actions {
            let kind = action.kind.as_str();
            table.row(format_args!("{name},{},{kind},{},{}", action.date, action.cash, action.shares));
        }
    }
    table.bytes()
}

/// `blocked.csv`: every bar on which an order of `executable` met no counterpart, or not enough.
pub fn blocked(curves: &CurveSet) -> Vec<u8> {
    let mut table = Table::new("date,side,cause");
    for order in &curves.executable.blocked {
        table.row(format_args!("{},{},{}", order.date, order.side.as_str(), order.cause.as_str()));
    }
    table.bytes()
}

/// File of a network's weights inside the run directory.
pub fn weights_name(label: &JobLabel) -> String {
    match label.task {
        Task::Forecast => format!("models/{}-{}.safetensors", label.model, label.seed),
        Task::Strategy => format!("models/strategy-{}-{}.safetensors", label.model, label.seed),
    }
}

/// Weights in safetensors form with PyTorch's parameter names.
pub fn weights(network: &Network) -> Result<Vec<u8>, SafeTensorError> {
    let parameters: Vec<(String, Vec<usize>, Vec<u8>)> = network
        .named_parameters()
        .into_iter()
        .map(|(name, shape, values)| (name, shape, values.iter().flat_map(|x| x.to_le_bytes()).collect()))
        .collect();
    let tensors = parameters
        .iter()
        .map(|(name, shape, bytes)| Ok((name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, SafeTensorError>>()?;
    serialize(tensors, None)
}
