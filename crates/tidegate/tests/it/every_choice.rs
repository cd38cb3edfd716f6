//! Every word an experiment file may use takes a run to its end.

use crate::support::{SMALL, plan_with, run_plan};
use tidegate::summary::Summary;

fn summary_with(settings: &[&str]) -> Summary {
    let mut all = vec!["data.to=2006-12-31", "training.epochs=1", "training.seeds=[1]"];
    all.extend(settings);
    run_plan(plan_with(SMALL, &all), 2).unwrap_or_else(|error| panic!("{settings:?}: {error}")).summary
}

#[test]
fn every_target_has_its_unit_and_naive_answers() {
    for (target, unit) in [
        ("close", "hfq price"),
        ("difference", "hfq price"),
        ("log_return", "log return"),
        ("log_range", "log range"),
    ] {
        let forecast = summary_with(&[&format!("forecast.target={target}"), "forecast.horizon=3"]).forecast;
        assert_eq!((forecast.target.as_str(), forecast.unit.as_str(), forecast.horizon), (target, unit, 3));
        assert!(forecast.models.iter().all(|model| model.test.rmse.is_some()), "{target}");
    }
    assert_eq!(summary_with(&["data.adjust=none"]).forecast.unit, "raw price");
}

#[test]
fn every_way_to_scale_and_train_runs() {
    for setting in [
        "forecast.scaler=standard",
        "forecast.scaler=robust",
        "strategy.scaler=min_max",
        "training.supervision=every_step",
        "training.loss=mae",
        "training.loss=huber",
        "training.optimizer=sgd",
        "training.optimizer=nesterov",
        "training.optimizer=rmsprop",
        "training.optimizer=adamw",
        "training.schedule=cosine",
        "training.schedule={ step = { every = 1, factor = 0.5 } }",
        "training.schedule={ plateau = { patience = 1, factor = 0.5 } }",
        "training.early_stop=off",
        "training.clip=off",
        "training.clip={ value = 0.5 }",
        "training.weight_decay=0.01",
        "strategy.loss=mse",
        "strategy.model=mlp",
        "model.mlp.activation=gelu",
        "model.mlp.activation=leaky_relu",
        "model.mlp.activation=sigmoid",
        "model.mlp.activation=tanh",
        "model.lstm.head=[3, 2]",
        "model.lstm.init=glorot",
        "model.lstm.init=he",
        "model.lstm.init=orthogonal",
        "model.lstm.kind=rnn",
        "split.gap=4",
        "report.language=zh",
    ] {
        summary_with(&[setting]);
    }
}

#[test]
fn the_run_directory_says_how_recurrent_networks_were_supervised() {
    for word in ["last_step", "every_step"] {
        let supervision = format!("training.supervision={word}");
        let run = run_plan(plan_with(SMALL, &["data.to=2006-12-31", &supervision]), 2).unwrap();
        assert_eq!(run.metrics()["supervision"], word);
        assert!(run.text("experiment.toml").contains(&format!("supervision = \"{word}\"")));
        let said = run.text("report.html").contains("(<code>every_step</code>)");
        assert_eq!(said, word == "every_step");
    }
}

#[test]
fn a_run_directory_of_before_there_was_a_choice_is_still_read() {
    let run = run_plan(plan_with(SMALL, &["data.to=2006-12-31", "training.epochs=1"]), 2).unwrap();
    let mut metrics = run.metrics();
    metrics.as_object_mut().unwrap().remove("supervision").unwrap();
    let summary: Summary = serde_json::from_value(metrics).unwrap();
    assert_eq!(summary, run.summary);
}

#[test]
fn every_market_runs_and_only_some_allow_short_positions() {
    for rules in ["ashare", "us", "none"] {
        let rule = format!("market.rules={rules}");
        assert_eq!(summary_with(&[&rule]).strategy.rules, rules);
        let short = plan_with(SMALL, &["data.to=2006-12-31", &rule, "strategy.positions=long_short"]);
        let allowed = run_plan(short, 2).is_ok();
        assert_eq!(allowed, rules != "ashare", "{rules}");
    }
    let free = summary_with(&["market.commission=0", "market.min_commission=0", "market.stamp_duty=0"]);
    let dear = summary_with(&["market.commission=0.01", "market.slippage_bp=20"]);
    let cost = |summary: &Summary| summary.strategy.curves.buy_and_hold.costs_paid;
    assert!(cost(&dear) > 9_000.0 && cost(&free) < 100.0, "{} and {}", cost(&dear), cost(&free));
    summary_with(&["market.allow_fraction=true", "market.rules=us"]);
}
