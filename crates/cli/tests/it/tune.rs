//! `tidegate tune` as a user calls it.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

const EXPERIMENT: &str = r#"
data = { from = "2015-01-05", to = "2018-12-31" }
training = { epochs = 2, seeds = [1] }
forecast = { window = 4 }
model = [{ kind = "gru", layers = [3], dropout = 0.0 }]
"#;

fn tidegate(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("tidegate").unwrap().current_dir(folder).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn with_experiment(space: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.toml"), format!("{EXPERIMENT}\n{space}")).unwrap();
    folder
}

#[test]
fn a_search_prints_the_trials_beside_persistence_and_the_command_that_comes_next() {
    let folder = with_experiment("tune = { trials = 2, space = { training.batch = [16, 32] } }");
    let (code, out, err) = tidegate(folder.path(), &["tune", "mine.toml"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for expected in ["0 untuned", "persistence", "training.batch", "What mattered", "RESULT:"] {
        assert!(out.contains(expected), "{expected} is not in\n{out}");
    }
    assert!(out.contains("tidegate run runs/mine-tune-1/best.toml"), "{out}");
    let (code, _, _) = tidegate(folder.path(), &["config", "runs/mine-tune-1/best.toml"]);
    assert_eq!(code, Some(0), "the best file is an experiment file");
    for command in ["report", "backtest"] {
        let (code, _, err) = tidegate(folder.path(), &[command, "runs/mine-tune-1"]);
        assert_eq!(code, Some(2));
        assert!(err.contains("holds a search, not a run") && err.contains("tune.html"), "{err}");
    }
}

#[test]
fn json_is_one_document_and_nothing_else() {
    let folder = with_experiment("tune = { trials = 2, space = { training.batch = [16, 32] } }");
    let (code, out, _) = tidegate(folder.path(), &["tune", "mine.toml", "--json", "--out", "here"]);
    assert_eq!(code, Some(0));
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["trials"].as_array().unwrap().len(), 3);
    assert_eq!(document["trials"][0]["values"]["training.batch"], 64);
    assert_eq!(document["trials"][1]["status"], "done");
    assert!(document["persistence"].as_f64().unwrap() > 0.0);
    assert_eq!(document["importance"][0]["key"], "training.batch");
}

#[test]
fn a_setting_on_the_command_line_reaches_the_search() {
    let folder = with_experiment("");
    let space = "tune.space.training.batch=[16, 32]";
    let args = ["tune", "mine.toml", "--set", space, "--set", "tune.sampler=grid", "--out", "here", "--json"];
    let (code, out, err) = tidegate(folder.path(), &args);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["sampler"], "grid");
}

#[test]
fn mistakes_end_with_2_and_leave_no_directory() {
    for (space, message) in [
        ("", "tune.space: expected keys to vary, found none"),
        ("tune = { space = { training.bach = [1] } }", "did you mean `batch`?"),
        ("tune = { space = { training.batch = [0] } }", "\"training.batch\" = 0"),
        ("tune = { space = { forecast.window = [2000] } }", "forecast.window = 2000"),
        (
            "tune = { sampler = \"grid\", space = { training.batch = { low = 1, high = 2 } } }",
            "found a range",
        ),
    ] {
        let folder = with_experiment(space);
        let (code, out, err) = tidegate(folder.path(), &["tune", "mine.toml"]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
        assert!(err.contains(message), "{err}");
        assert!(!folder.path().join("runs").exists());
    }
}

#[test]
fn an_existing_directory_is_refused_and_an_earlier_search_replaced_only_by_force() {
    let folder = with_experiment("tune = { trials = 1, space = { training.batch = [16] } }");
    let args = ["tune", "mine.toml", "--out", "here"];
    assert_eq!(tidegate(folder.path(), &args).0, Some(0));
    let (code, _, err) = tidegate(folder.path(), &args);
    assert_eq!(code, Some(2));
    assert!(err.contains("--force"), "{err}");
    assert_eq!(tidegate(folder.path(), &[&args[..], &["--force"]].concat()).0, Some(0));
}
