//! `tidegate backtest RUN_DIR`: the money judged again from the run directory alone.

use crate::workplace::Workplace;
use serde_json::Value;

/// A place with a run in `run` and nothing else.
fn place_with_run() -> Workplace {
    let place = Workplace::new();
    place.done(&["run", "small.toml", "--out", "run"]);
    std::fs::remove_file(place.path("small.toml")).unwrap();
    place
}

fn judged(place: &Workplace, settings: &[&str]) -> Value {
    let mut arguments = vec!["backtest", "run", "--json"];
    settings.iter().for_each(|setting| arguments.extend(["--set", *setting]));
    serde_json::from_str(&place.done(&arguments)).unwrap()
}

#[test]
fn judged_by_the_same_rules_a_run_has_its_own_figures_and_is_left_as_it_is() {
    let place = place_with_run();
    let before = place.files();
    let metrics: Value = serde_json::from_str(&place.read("run/metrics.json")).unwrap();
    let again = judged(&place, &[]);
    assert_eq!(again["curves"], metrics["strategy"]["curves"]);
    assert_eq!(again["orders"], metrics["strategy"]["orders"]);
    assert_eq!(again["same_as_run"], true);
    // Settings that say what the run said already change nothing either.
    assert_eq!(judged(&place, &["strategy.threshold=0.5", "market.rules=ashare"])["same_as_run"], true);
    assert!(place.done(&["backtest", "run"]).contains("The same as the run's own figures"));
    assert!(place.files() == before, "a run directory is never changed");
}

#[test]
fn other_fees_cash_and_thresholds_judge_otherwise() {
    let place = place_with_run();
    let costs = |settings: &[&str]| {
        judged(&place, settings)["curves"]["buy_and_hold"]["costs_paid"].as_f64().unwrap()
    };
    assert!(costs(&["market.commission=0.01"]) > 5.0 * costs(&[]));
    let poor = judged(&place, &["market.cash=10000"]);
    assert!(poor["curves"]["executable"]["final_equity"].as_f64().unwrap() < 50_000.0);
    let never = judged(&place, &["strategy.threshold=0.999"]);
    assert_eq!(never["curves"]["executable"]["trades"], 0);
    assert_eq!(never["curves"]["executable"]["final_equity"], 1_000_000.0);
    let always = judged(&place, &["strategy.threshold=0.001"]);
    assert_eq!(always["curves"]["executable"], always["curves"]["buy_and_hold"], "always up is buy and hold");
    let short = judged(&place, &["market.rules=us", "strategy.positions=long_short"]);
    assert_eq!(short["rules"], "us");
}

#[test]
fn what_training_has_settled_cannot_be_changed() {
    let place = place_with_run();
    let refused = |setting: &str, expected: &[&str]| {
        place.refused(&["backtest", "run", "--set", setting], expected);
    };
    refused("training.epochs=5", &["--set training.epochs", "cannot be changed after training"]);
    refused("strategy.window=5", &["--set strategy.window", "cannot be changed after training"]);
    refused("market.commision=0.1", &["--set market.commision", "did you mean `commission`?"]);
    refused("market.cash=nan", &["market.cash", "found NaN"]);
    refused("strategy.positions=long_short", &["strategy.positions", "\"ashare\""]);
    place.refused(&["backtest", "nowhere"], &["nowhere", "no such file"]);
}

#[test]
fn a_damaged_run_directory_is_refused_by_the_file_that_is_damaged() {
    let place = place_with_run();
    let signals = place.read("run/signals.csv");
    let without_a_day: Vec<&str> = signals
        .lines()
        .enumerate()
        .filter(|(i, _)| *i + 9 != signals.lines().count())
        .map(|(_, line)| line)
        .collect();
    place.write("run/signals.csv", &without_a_day.join("\n"));
    place.refused(&["backtest", "run"], &["signals.csv", "expected a signal for"]);
    place.write("run/signals.csv", "date,part\n2005-01-04");
    place.refused(&["backtest", "run"], &["signals.csv"]);
    place.write("run/metrics.json", "{");
    place.refused(&["backtest", "run"], &["metrics.json"]);
    place.refused(&["report", "run"], &["metrics.json"]);
}
