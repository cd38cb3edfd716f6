//! `--json`: exactly one JSON document on stdout, for every command.

use crate::workplace::{Workplace, stderr};
use serde_json::Value;

fn document(place: &Workplace, arguments: &[&str]) -> Value {
    let text = place.done(&[arguments, &["--json"]].concat());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error} in: {text}"))
}

#[test]
fn every_command_prints_one_document() {
    let place = Workplace::new();
    let run = document(&place, &["run", "small.toml"]);
    let metrics: Value = serde_json::from_str(&place.read("runs/small-1/metrics.json")).unwrap();
    assert_eq!(run, metrics, "the document of a run is its metrics.json");
    assert_eq!(document(&place, &["init"])["wrote"], "experiment.toml");
    assert_eq!(document(&place, &["config", "small.toml"])["training"]["epochs"], 1);
    assert_eq!(document(&place, &["sample"])["synthetic"], true);
    let description = document(&place, &["describe", "sample-market/SAMPLE.SH.csv"]);
    assert_eq!(description["symbol"], "SAMPLE.SH");
    assert_eq!(document(&place, &["report", "runs/small-1"])["report"], "runs/small-1/report.html");
}

#[test]
fn the_flag_may_stand_before_the_command() {
    let place = Workplace::new();
    let text = place.done(&["--json", "config", "small.toml"]);
    assert!(serde_json::from_str::<Value>(&text).is_ok());
}

#[test]
fn a_failure_leaves_stdout_empty_and_explains_itself_on_stderr() {
    let place = Workplace::new();
    let output = place.tidegate(&["run", "nowhere.toml", "--json"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(stderr(&output).contains("nowhere.toml"));
}
