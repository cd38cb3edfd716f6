//! A small run directory with made-up numbers, so that the report is tested without training anything.

use crate::describe::describe;
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use tidegate_market::{BarSeries, PriceBasis, TradeDate, TradingCalendar};

/// Bars in the run.
pub(crate) const BARS: usize = 100;
/// First bar of the test part.
const TEST: usize = 80;
const SEEDS: [u64; 2] = [1, 2];

/// What a test may want otherwise.
pub(crate) struct FakeRun {
    pub language: &'static str,
    pub symbol: &'static str,
    /// Changes `metrics.json` before it is written.
    pub edit: fn(&mut Value),
    pub trades: usize,
}

impl Default for FakeRun {
    fn default() -> Self {
        FakeRun { language: "en", symbol: "600000.SH", edit: |_| (), trades: 3 }
    }
}

impl FakeRun {
    /// Writes the directory.
    pub(crate) fn write(&self) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        let bars = bars(self.symbol);
        let put = |name: &str, text: String| fs::write(dir.path().join(name), text).unwrap();
        put("experiment.toml", experiment(self.language));
        put("bars.csv", bars_csv(&bars));
        let description = describe(&bars, &TradingCalendar::Weekdays);
        put("describe.json", serde_json::to_string(&description).unwrap());
        put("forecasts.csv", forecasts_csv(&bars));
        put("history.csv", history_csv());
        put("signals.csv", signals_csv(&bars));
        put("equity.csv", equity_csv(&bars));
        put("trades.csv", trades_csv(&bars, self.trades));
        put("scalers.json", "{}".to_owned());
        let mut metrics = metrics(&bars);
        (self.edit)(&mut metrics);
        put("metrics.json", metrics.to_string());
        dir
    }
}

/// The text of a file of the directory.
pub(crate) fn overwrite(dir: &Path, name: &str, text: &str) {
    fs::write(dir.join(name), text).unwrap();
}

/// A wavy price with one dividend and a three-week hole.
pub(crate) fn bars(symbol: &str) -> BarSeries {
    let mut date = Vec::new();
    let mut day: TradeDate = "2023-01-02".parse().unwrap();
    while date.len() < BARS {
        let hole = ("2023-03-01".parse().unwrap()..="2023-03-21".parse().unwrap()).contains(&day);
        if !day.is_weekend() && !hole {
            date.push(day);
        }
        day = day.next_day();
    }
    let close: Vec<f64> = (0..BARS).map(|t| 10.0 + (t as f64 / 5.0).sin() + 0.01 * t as f64).collect();
    let shifted = |by: f64| close.iter().map(|price| price + by).collect::<Vec<f64>>();
    BarSeries {
        symbol: symbol.to_owned(),
        basis: PriceBasis::Raw,
        open: shifted(-0.05),
        high: shifted(0.2),
        low: shifted(-0.2),
        volume: (0..BARS).map(|t| 1e6 + 1e4 * t as f64).collect(),
        amount: None,
        pre_close: None,
        factor: (0..BARS).map(|t| if t < 40 { 1.0 } else { 1.02 }).collect(),
        date,
        close,
    }
}

fn experiment(language: &str) -> String {
    format!(
        "name = \"fake <run>\"\n[data]\nsource = \"file\"\n[[model]]\nkind = \"gru\"\nname = \"gru\"\n\
         layers = [8]\n[strategy]\nthreshold = 0.5\nsplit = {{ train = 0.8, test = 0.2 }}\n[market]\n\
         cash = 1_000_000\n[report]\nlanguage = \"{language}\"\n"
    )
}

fn bars_csv(bars: &BarSeries) -> String {
    let mut out = String::from("date,open,high,low,close,volume,factor,amount,pre_close\n");
    for t in 0..bars.len() {
        let prices = [bars.open[t], bars.high[t], bars.low[t], bars.close[t], bars.volume[t], bars.factor[t]];
        let cells: Vec<String> = prices.iter().map(f64::to_string).collect();
        let _ = writeln!(out, "{},{},,", bars.date[t], cells.join(","));
    }
    out
}

fn forecasts_csv(bars: &BarSeries) -> String {
    let hfq = bars.hfq().close;
    let mut out = String::from("date,target_date,model,seed,part,actual,forecast\n");
    for t in TEST..bars.len() {
        let (target, actual) = match bars.date.get(t + 1) {
            Some(date) => (date.to_string(), hfq[t + 1].to_string()),
            None => (String::new(), String::new()),
        };
        let _ = writeln!(out, "{},{target},persistence,,test,{actual},{}", bars.date[t], hfq[t]);
        for seed in SEEDS {
            let forecast = hfq[t] + 0.01 * seed as f64;
            let _ = writeln!(out, "{},{target},gru,{seed},test,{actual},{forecast}", bars.date[t]);
        }
    }
    out
}

fn history_csv() -> String {
    let mut out = String::from("task,model,seed,epoch,train_loss,valid_loss,train_accuracy,valid_accuracy\n");
    for seed in SEEDS {
        for epoch in 1..=4 {
            let loss = 1.0 / f64::from(epoch * epoch);
            let _ = writeln!(out, "forecast,gru,{seed},{epoch},{loss},{},,", 1.1 * loss);
            let _ = writeln!(out, "strategy,gru,{seed},{epoch},0.69,0.7,0.52,0.5");
        }
    }
    out
}

fn signals_csv(bars: &BarSeries) -> String {
    let mut out = String::from("date,part,probability,position\n");
    for (t, date) in bars.date.iter().enumerate().skip(TEST) {
        let _ = writeln!(out, "{date},test,0.5{},{}", t % 10, t % 2);
    }
    out
}

fn equity_csv(bars: &BarSeries) -> String {
    let mut out = String::from("date,market,as_shown,executable,buy_and_hold\n");
    for (t, date) in bars.date.iter().enumerate().skip(TEST) {
        let money = 1e6 + 1e3 * (t - TEST) as f64;
        let _ = writeln!(out, "{date},{money},{},{},{}", money + 50.0, money - 70.0, money - 10.0);
    }
    out
}

fn trades_csv(bars: &BarSeries, n: usize) -> String {
    let mut out = String::from("curve,date,side,shares,price,commission,stamp_duty,other_fees,reason\n");
    for i in 0..n {
        let side = ["buy", "sell"][i % 2];
        let date = bars.date[TEST + i % (BARS - TEST)];
        let _ = writeln!(out, "executable,{date},{side},1000,{}.25,5,0,0.1,target", 10 + i);
    }
    out
}

fn measured(by_seed: &[f64]) -> Value {
    let mean = by_seed.iter().sum::<f64>() / by_seed.len() as f64;
    json!({"mean": mean, "std": if by_seed.len() > 1 { 0.01 } else { 0.0 }, "by_seed": by_seed})
}

fn errors(by_seed: &[f64], skill: f64, direction: Option<f64>) -> Value {
    json!({
        "rmse": measured(by_seed), "mae": measured(by_seed), "mape": measured(&[0.01]), "r2": measured(&[0.9]),
        "directional_accuracy": direction.map(|x| measured(&[x])),
        "skill": measured(&vec![skill; by_seed.len()]),
    })
}

fn metrics(bars: &BarSeries) -> Value {
    let date = |t: usize| bars.date[t].to_string();
    let part = |from: usize, to: usize| json!({"first": date(from), "last": date(to), "samples": to - from});
    let split = json!({"train": part(0, 59), "valid": part(60, 79), "test": part(TEST, BARS - 1)});
    let model = |name: &str, kind: &str, parameters: usize, best: &[usize], errors: Value| {
        json!({
            "name": name, "kind": kind, "parameters": parameters, "best_epoch": best,
            "valid": errors.clone(), "test": errors,
        })
    };
    let class = json!({
        "accuracy": measured(&[0.51, 0.53]), "majority_accuracy": 0.55, "base_rate": 0.45,
        "auc": measured(&[0.5, 0.52]), "brier": measured(&[0.25, 0.26]), "precision": measured(&[0.5, 0.5]),
        "recall": measured(&[0.4, 0.5]), "f1": Value::Null,
        "confusion": [
            {"true_up": 1, "false_up": 2, "true_down": 3, "false_down": 4},
            {"true_up": 10, "false_up": 20, "true_down": 30, "false_down": 40},
        ],
    });
    let curve = |end: f64| {
        json!({
            "final_equity": end, "total_return": end / 1e6 - 1.0, "cagr": 0.1, "volatility": 0.2,
            "sharpe": Value::Null, "sortino": 0.7, "calmar": 0.3, "max_drawdown": -0.25, "max_drawdown_days": 12,
            "turnover": 3.5, "trades": 3, "win_rate": Value::Null, "exposure": 0.5, "costs_paid": 15.3,
        })
    };
    json!({
        "schema": 1, "tidegate": "0.1.0", "seeds": SEEDS,
        "data": {
            "symbol": bars.symbol, "rows": bars.len(), "first": date(0), "last": date(BARS - 1),
            "sha256": "0123456789abcdef0123456789abcdef", "source": "bars.csv", "layout": "Tushare daily",
            "split_adjusted": false, "synthetic": Value::Null, "dropped": [], "notes": [],
        },
        "split": split,
        "forecast": {
            "target": "close", "unit": "hfq price", "horizon": 1, "window": 20,
            "models": [
                model("persistence", "baseline", 0, &[], errors(&[0.2], 0.0, None)),
                model("gru", "gru", 1234, &[3, 4], errors(&[0.19, 0.21], -0.01, Some(0.51))),
            ],
            "verdict": {
                "word": "not shown", "network": "gru", "baseline": "persistence", "p": 0.4,
                "mean_difference": -0.001, "lag": 4, "samples": 19,
            },
        },
        "strategy": {
            "model": "gru", "kind": "gru", "parameters": 999, "best_epoch": [2, 3], "split": split,
            "classifier": {"valid": class, "test": class},
            "curves": {
                "market": curve(1_020_000.0), "as_shown": curve(1_030_000.0),
                "executable": curve(990_000.0), "buy_and_hold": curve(1_010_000.0),
            },
            "orders": {
                "placed": 5, "filled": 3, "waited": 1, "nothing_to_trade": 1, "replaced": 0, "unfilled_at_end": 1,
            },
            "rules": "ashare", "notes": [], "facts": [],
            "terms": {"commission": 0.00025, "min_commission": 5.0, "stamp_duty": null, "slippage_bp": 0.0, "fractions": false},
        },
    })
}
