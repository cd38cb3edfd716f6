//! The run directory is a contract: other programs read its files by name, header and key.

use crate::support::{Run, plan, run_plan};
use safetensors::SafeTensors;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use tidegate::experiment::parse;
use tidegate::run::{Prepared, resolved};
use tidegate::{Plan, bars};
use tidegate_nn::Network;

const HORIZON: usize = 2;
const EXPERIMENT: &str = "
[data]
to = 2007-12-31
[forecast]
horizon = 2
window = 6
inputs = [\"close\", \"volume\", \"high_minus_low\"]
[strategy]
model = \"gru\"
window = 5
features = [\"return\", \"rsi_9\"]
[training]
epochs = 2
seeds = [1, 2]
[[model]]
kind = \"mlp\"
layers = [4, 3]
[[model]]
kind = \"rnn\"
layers = [4]
[[model]]
kind = \"lstm\"
name = \"deep_lstm\"
layers = [4, 3]
head = [2]
[[model]]
kind = \"gru\"
layers = [4]
";

static RUN: LazyLock<Run> = LazyLock::new(|| run_plan(plan(EXPERIMENT), 2).unwrap());

const MODELS: [&str; 4] = ["mlp", "rnn", "deep_lstm", "gru"];

#[test]
fn it_holds_exactly_the_agreed_files() {
    let mut expected: BTreeSet<String> = [
        "experiment.toml",
        "bars.csv",
        "describe.json",
        "scalers.json",
        "metrics.json",
        "forecasts.csv",
        "history.csv",
        "signals.csv",
        "equity.csv",
        "trades.csv",
        "blocked.csv",
        "actions.csv",
        "report.html",
    ]
    .map(str::to_owned)
    .into();
    for seed in [1, 2] {
        expected.extend(MODELS.map(|name| format!("models/{name}-{seed}.safetensors")));
        expected.insert(format!("models/strategy-gru-{seed}.safetensors"));
    }
    assert_eq!(RUN.results().into_keys().collect::<BTreeSet<String>>(), expected);
}

#[test]
fn csv_files_have_the_agreed_headers_and_whole_rows() {
    for (file, header) in [
        ("bars.csv", "date,open,high,low,close,volume,factor,amount,pre_close"),
        ("forecasts.csv", "date,target_date,model,seed,part,actual,forecast"),
        ("history.csv", "task,model,seed,epoch,train_loss,valid_loss,train_accuracy,valid_accuracy"),
        ("signals.csv", "date,part,probability,position"),
        ("equity.csv", "date,market,as_shown,executable,buy_and_hold"),
        ("trades.csv", "curve,date,side,shares,price,commission,stamp_duty,other_fees,reason"),
        ("actions.csv", "curve,date,kind,cash,shares"),
        ("blocked.csv", "date,side,cause"),
    ] {
        let text = RUN.text(file);
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(header), "{file}");
        let commas = header.matches(',').count();
        let rows =
            lines.inspect(|line| assert_eq!(line.matches(',').count(), commas, "{file}: {line}")).count();
        // The sample market of this run may have no ex-day, and no order need meet a limit.
        assert!(rows > 0 || ["actions.csv", "blocked.csv"].contains(&file), "{file} has rows");
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// `null`, or mean, standard deviation and one entry per seed.
fn assert_measured(value: &Value, entries: usize, place: &str) {
    if value.is_null() {
        return;
    }
    assert_eq!(keys(value), ["mean", "std", "by_seed"], "{place}");
    let by_seed: Vec<f64> =
        value["by_seed"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
    assert_eq!(by_seed.len(), entries, "{place}");
    let mean = by_seed.iter().sum::<f64>() / entries as f64;
    assert!(
        (value["mean"].as_f64().unwrap() - mean).abs() <= 1e-12 * mean.abs(),
        "{place}: the mean is the mean"
    );
    if entries == 1 {
        assert_eq!(value["std"].as_f64(), Some(0.0), "{place}");
    }
}

#[test]
fn metrics_have_the_agreed_keys_and_every_figure_its_spread_over_seeds() {
    let metrics = RUN.metrics();
    assert_eq!(
        keys(&metrics),
        ["schema", "tidegate", "seeds", "supervision", "data", "split", "forecast", "strategy"]
    );
    assert_eq!(metrics["schema"], 1);
    assert_eq!(metrics["seeds"], serde_json::json!([1, 2]));
    for key in ["symbol", "rows", "first", "last", "sha256"] {
        assert!(!metrics["data"][key].is_null(), "data.{key}");
    }
    assert_eq!(metrics["data"]["sha256"].as_str().unwrap().len(), 64);
    for split in [&metrics["split"], &metrics["strategy"]["split"]] {
        assert_eq!(keys(split), ["train", "valid", "test"]);
        for part in ["train", "valid", "test"] {
            assert_eq!(keys(&split[part]), ["first", "last", "samples"]);
        }
    }

    let figures = ["rmse", "mae", "mape", "r2", "directional_accuracy", "skill"];
    let models = metrics["forecast"]["models"].as_array().unwrap();
    let names: Vec<&str> = models.iter().map(|model| model["name"].as_str().unwrap()).collect();
    let expected = ["persistence", "drift", "ma_5", "ma_20", "ar", "mlp", "rnn", "deep_lstm", "gru"];
    // With two bars ahead the sample market's one-bar expectation is no forecast, so there is no oracle.
    assert_eq!(names, expected);
    for model in models {
        let entries = if model["kind"] == "baseline" { 1 } else { 2 };
        for part in ["valid", "test"] {
            assert_eq!(keys(&model[part]), figures);
            for figure in figures {
                assert_measured(&model[part][figure], entries, &format!("{} {part} {figure}", model["name"]));
            }
            assert!(!model[part]["rmse"].is_null(), "{} has errors", model["name"]);
        }
    }
    assert!(models[0]["test"]["directional_accuracy"].is_null(), "persistence has no direction");
    assert_eq!(models[0]["test"]["skill"]["mean"].as_f64(), Some(0.0));
    let verdict = &metrics["forecast"]["verdict"];
    assert!(["better", "not shown"].contains(&verdict["word"].as_str().unwrap()));
    assert!(MODELS.contains(&verdict["network"].as_str().unwrap()));
    assert!(expected[..5].contains(&verdict["baseline"].as_str().unwrap()));

    let classifier = &metrics["strategy"]["classifier"];
    for part in ["valid", "test"] {
        for figure in ["accuracy", "auc", "brier", "precision", "recall", "f1"] {
            assert_measured(&classifier[part][figure], 2, &format!("classifier {part} {figure}"));
        }
        assert!(classifier[part]["majority_accuracy"].is_f64() && classifier[part]["base_rate"].is_f64());
    }
    let curves = &metrics["strategy"]["curves"];
    assert_eq!(keys(curves), ["market", "as_shown", "executable", "buy_and_hold"]);
    for curve in keys(curves) {
        let expected = "final_equity total_return cagr volatility sharpe sortino calmar max_drawdown \
                        max_drawdown_days turnover trades win_rate exposure costs_paid var_95 cvar_95 skew \
                        tail_ratio round_trips profit_factor average_win average_loss expectancy costs alpha beta \
                        information_ratio returns";
        assert_eq!(keys(&curves[curve]).join(" "), expected, "{curve}");
    }
}

#[test]
fn its_experiment_resolves_to_itself_and_gives_the_same_results_again() {
    let text = RUN.text("experiment.toml");
    let again = Plan::check(parse(&text, "experiment.toml", Some(&RUN.dir), &[]).unwrap()).unwrap();
    assert_eq!(resolved(&again.experiment, Some(&RUN.dir)).unwrap(), text);
    let (first, second) = (RUN.results(), run_plan(again, 1).unwrap().results());
    assert!(first.keys().eq(second.keys()));
    for (name, bytes) in &first {
        assert!(*bytes == second[name], "{name} differs in the second run");
    }
}

#[test]
fn weights_bear_the_names_and_shapes_of_pytorch() {
    let shapes = |name: &str| -> BTreeMap<String, Vec<usize>> {
        let bytes = std::fs::read(RUN.dir.join("models").join(name)).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        file.tensors().into_iter().map(|(name, tensor)| (name, tensor.shape().to_vec())).collect()
    };
    let expected = |list: &[(&str, &[usize])]| -> BTreeMap<String, Vec<usize>> {
        list.iter().map(|(name, shape)| ((*name).to_owned(), shape.to_vec())).collect()
    };
    assert_eq!(
        shapes("deep_lstm-1.safetensors"),
        expected(&[
            ("weight_ih_l0", &[16, 3]),
            ("weight_hh_l0", &[16, 4]),
            ("bias_ih_l0", &[16]),
            ("bias_hh_l0", &[16]),
            ("weight_ih_l1", &[12, 4]),
            ("weight_hh_l1", &[12, 3]),
            ("bias_ih_l1", &[12]),
            ("bias_hh_l1", &[12]),
            ("head.0.weight", &[2, 3]),
            ("head.0.bias", &[2]),
            ("head.1.weight", &[1, 2]),
            ("head.1.bias", &[1]),
        ])
    );
    assert_eq!(
        shapes("strategy-gru-2.safetensors"),
        expected(&[
            ("weight_ih_l0", &[12, 2]),
            ("weight_hh_l0", &[12, 4]),
            ("bias_ih_l0", &[12]),
            ("bias_hh_l0", &[12]),
            ("head.0.weight", &[1, 4]),
            ("head.0.bias", &[1]),
        ])
    );
    assert_eq!(
        shapes("mlp-2.safetensors"),
        expected(&[
            ("layers.0.weight", &[4, 18]),
            ("layers.0.bias", &[4]),
            ("layers.1.weight", &[3, 4]),
            ("layers.1.bias", &[3]),
            ("head.0.weight", &[1, 3]),
            ("head.0.bias", &[1]),
        ])
    );
}

#[test]
fn forecasts_reach_the_last_bar_and_the_last_ones_have_no_actual_yet() {
    let dates: Vec<String> = RUN.table("bars.csv").rows().map(|row| row.text("date").to_owned()).collect();
    let open_ended = &dates[dates.len() - HORIZON..];
    let table = RUN.table("forecasts.csv");
    let mut by_model: BTreeMap<(String, String), Vec<(String, bool)>> = BTreeMap::new();
    for row in table.rows() {
        let (actual, target) = (row.maybe("actual"), row.text("target_date"));
        assert_eq!(actual.is_none(), target.is_empty(), "an actual value has a date");
        assert!(row.number("forecast").is_finite());
        let key = (row.text("model").to_owned(), row.text("seed").to_owned());
        by_model.entry(key).or_default().push((row.text("date").to_owned(), actual.is_some()));
    }
    assert_eq!(by_model.len(), 5 + 2 * MODELS.len(), "every baseline once, every network once per seed");
    let first = by_model.values().next().unwrap().clone();
    for (model, rows) in by_model {
        assert_eq!(rows, first, "{model:?} speaks of the same days as every other");
        let (actual, without): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, known)| *known);
        assert_eq!(without.into_iter().map(|(date, _)| date).collect::<Vec<String>>(), open_ended);
        assert!(actual.len() > 200);
    }
}

#[test]
fn its_weights_give_its_forecasts_again() {
    let plan =
        Plan::check(parse(&RUN.text("experiment.toml"), "experiment.toml", None, &[]).unwrap()).unwrap();
    let source = bars::load(&plan).unwrap();
    let prepared = Prepared::over(plan, source).unwrap();
    let date: Vec<String> = prepared.source.bars.date.iter().map(ToString::to_string).collect();
    for job in prepared.jobs().iter().filter(|job| job.label.model == "deep_lstm") {
        let name = format!("models/deep_lstm-{}.safetensors", job.label.seed);
        let bytes = std::fs::read(RUN.dir.join(name)).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let tensors: Vec<(String, Vec<usize>, Vec<f32>)> = file
            .tensors()
            .into_iter()
            .map(|(name, t)| {
                let values = t.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
                (name, t.shape().to_vec(), values.collect())
            })
            .collect();
        let named = tensors.iter().map(|(name, shape, v)| (name.as_str(), shape.as_slice(), v.as_slice()));
        let network = Network::from_named(job.spec.clone(), named).unwrap();
        let forecast = &prepared.forecast;
        let ours: Vec<(String, f64)> = forecast
            .ends
            .iter()
            .map(|t| date[*t].clone())
            .zip(forecast.forecast_with(&network, &forecast.ends))
            .collect();
        let seed = job.label.seed.to_string();
        let table = RUN.table("forecasts.csv");
        let theirs: Vec<(String, f64)> = table
            .rows()
            .filter(|row| row.text("model") == "deep_lstm" && row.text("seed") == seed)
            .map(|row| (row.text("date").to_owned(), row.number("forecast")))
            .collect();
        assert_eq!(ours, theirs, "seed {seed}");
    }
}
