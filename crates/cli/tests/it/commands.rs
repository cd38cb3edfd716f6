//! Each command on its good way.

use crate::workplace::{TUSHARE, Workplace, data_file, files_under};

/// Settings that make the default networks small.
const TINY: [&str; 10] = [
    "data.to=2006-12-31",
    "training.epochs=1",
    "training.seeds=[1]",
    "model.mlp.layers=[4]",
    "model.rnn.layers=[4]",
    "model.deep_rnn.layers=[3, 3]",
    "model.lstm.layers=[4]",
    "model.gru.layers=[4]",
    "forecast.window=5",
    "strategy.window=5",
];

fn with_settings<'a>(arguments: &[&'a str], settings: &[&'a str]) -> Vec<&'a str> {
    let mut all = arguments.to_vec();
    settings.iter().for_each(|setting| all.extend(["--set", *setting]));
    all
}

#[test]
fn demo_ends_well_with_a_verdict_and_a_report() {
    let place = Workplace::empty();
    let text = place.done(&with_settings(&["demo"], &TINY));
    for part in ["VERDICT: ", "SYNTHETIC", "persistence", "deep_rnn", "oracle", "executable", "buy_and_hold"]
    {
        assert!(text.contains(part), "\"{part}\" is not in: {text}");
    }
    assert!(text.trim_end().ends_with("Report: runs/demo-1/report.html"), "{text}");
    assert!(place.path("runs/demo-1/report.html").exists());
}

#[test]
fn init_writes_a_file_that_runs_and_never_overwrites_one() {
    let place = Workplace::empty();
    place.done(&["init"]);
    let written = place.read("experiment.toml");
    place.refused(&["init"], &["experiment.toml", "the file exists"]);
    assert_eq!(place.read("experiment.toml"), written);
    place.done(&["sample", "--null", "--out", "bars"]);
    let mut settings = TINY.to_vec();
    settings.push("data.path=bars/SAMPLE.SH.csv");
    let text = place.done(&with_settings(&["run", "experiment.toml"], &settings));
    assert!(text.contains("SAMPLE.SH: ") && text.contains("SYNTHETIC: the built-in null"), "{text}");
    assert!(place.path("runs/experiment-1/metrics.json").exists());

    let text = place.done(&["init", "my experiment.toml"]);
    assert!(text.contains("tidegate run 'my experiment.toml'"), "{text}");
    place.done(&["init", "lecture.toml", "--preset", "lecture"]);
    place.done(&["config", "lecture.toml"]);
    assert!(place.read("lecture.toml").contains("[56, 56]"));
}

#[test]
fn what_config_prints_is_an_experiment_that_resolves_to_itself() {
    let place = Workplace::new();
    let resolved = place.done(&["config", "small.toml", "--set", "training.batch=32"]);
    assert!(resolved.contains("batch = 32") && resolved.contains("learning_rate = 0.001"), "{resolved}");
    assert!(resolved.contains("supervision = \"last_step\""), "{resolved}");
    place.write("resolved.toml", &resolved);
    assert_eq!(place.done(&["config", "resolved.toml"]), resolved);
    assert!(place.done(&["config"]).contains("deep_rnn"), "without a file: the defaults");
    // Both give the same run.
    let small = ["run", "small.toml", "--out", "a", "--set", "training.batch=32"];
    place.done(&small);
    place.done(&["run", "resolved.toml", "--out", "b"]);
    assert!(place.read("a/metrics.json") == place.read("b/metrics.json"));
}

#[test]
fn the_sample_market_as_files_gives_the_bars_of_the_built_in_one() {
    let place = Workplace::new();
    let text = place.done(&["sample"]);
    assert!(text.contains("made up"), "{text}");
    place.refused(&["sample"], &["sample-market", "not empty"]);
    place.done(&["run", "small.toml", "--out", "built-in"]);
    place.done(&["run", "small.toml", "--out", "file", "--set", "data.path=sample-market/SAMPLE.SH.csv"]);
    assert!(place.read("built-in/bars.csv") == place.read("file/bars.csv"));
}

#[test]
fn describe_prints_tables_and_writes_its_page() {
    let place = Workplace::empty();
    place.done(&["sample"]);
    let file = "sample-market/SAMPLE.SH.csv";
    let text = place.done(&["describe", file]);
    for part in ["2005-01-04", "median", "skew", "Page: SAMPLE.SH-describe.html"] {
        assert!(text.contains(part), "\"{part}\" is not in: {text}");
    }
    let page = place.read("SAMPLE.SH-describe.html");
    assert!(page.starts_with("<!") && page.contains("SAMPLE.SH") && page.contains("</html>"));
    place.refused(&["describe", file], &["SAMPLE.SH-describe.html", "the file exists", "--force"]);
    place.done(&["describe", file, "--force"]);
    place.done(&["describe", file, "--out", "other.html", "--language", "zh"]);
    assert_ne!(place.read("other.html"), page);
}

#[test]
fn null_rows_of_a_real_file_are_named_until_they_are_dropped() {
    let Some(file) = data_file("us_yahoo/AAPL.csv") else { return };
    let place = Workplace::new();
    place.refused(&["describe", &file], &["AAPL.csv:167", "--on-bad-row drop"]);
    let text = place.done(&["describe", &file, "--on-bad-row", "drop"]);
    assert!(text.contains("AAPL"), "{text}");
    let path = format!("data.path={file}");
    let run = ["run", "small.toml", "--set", &path, "--set", "data.to=1984-12-31"];
    place.refused(&run, &["AAPL.csv:167", "on_bad_row"]);
    place.done(&[&run[..], &["--set", "data.on_bad_row=drop"]].concat());
    let metrics: serde_json::Value = serde_json::from_str(&place.read("runs/small-1/metrics.json")).unwrap();
    assert_eq!(metrics["data"]["dropped"][0]["line"], 167, "the dropped row is listed");
}

#[test]
fn report_is_rebuilt_to_the_byte_from_the_run_directory_alone() {
    let place = Workplace::new();
    place.done(&["sample"]);
    place.done(&["run", "small.toml", "--out", "here/run", "--set", "data.path=sample-market/SAMPLE.SH.csv"]);
    let before = place.read("here/run/report.html");
    // Neither the data nor the experiment file nor its own place is needed.
    std::fs::remove_dir_all(place.path("sample-market")).unwrap();
    std::fs::remove_file(place.path("small.toml")).unwrap();
    std::fs::rename(place.path("here"), place.path("there")).unwrap();
    std::fs::remove_file(place.path("there/run/report.html")).unwrap();
    place.done(&["report", "there/run"]);
    assert!(place.read("there/run/report.html") == before, "the report differs");
    assert!(files_under(&place.path("there/run")).keys().all(|name| !name.contains(".part")));
}

#[test]
fn quiet_prints_results_only_and_verbose_tells_each_epoch() {
    let place = Workplace::new();
    let quiet = place.tidegate(&["run", "small.toml", "--quiet"]);
    assert!(quiet.status.success() && quiet.stderr.is_empty() && !quiet.stdout.is_empty());
    let verbose = place.tidegate(&["run", "small.toml", "--verbose"]);
    let told = String::from_utf8(verbose.stderr).unwrap();
    assert!(told.contains("lstm seed 2: epoch 1"), "{told}");
    assert_eq!(
        told.matches(": epoch ").count(),
        6,
        "two models and the classifier, two seeds, one epoch: {told}"
    );
}

#[test]
fn what_was_odd_in_a_file_belongs_to_its_description() {
    let place = Workplace::empty();
    place.write("bars.csv", &TUSHARE.replace("11.2", "x"));
    let told = place.done(&["describe", "bars.csv", "--on-bad-row", "drop"]);
    assert!(
        told.contains("1 bad row was dropped") && told.contains("line 3") && told.contains("Note: "),
        "{told}"
    );
    place.done(&["sample", "--out", "bars"]);
    let told = place.done(&["describe", "bars/SAMPLE.SH.csv"]);
    assert!(told.contains("SYNTHETIC"), "{told}");
}

#[test]
fn no_line_of_a_run_is_wider_than_a_terminal() {
    let place = Workplace::empty();
    let text = place.done(&with_settings(&["demo"], &["data.to=2006-12-31", "training.epochs=1"]));
    let widest = text.lines().max_by_key(|line| line.chars().count()).unwrap();
    assert!(widest.chars().count() <= 100, "{widest}");
}

#[test]
fn other_costs_mean_the_same_for_a_run_and_for_its_signals_judged_again() {
    let place = Workplace::new();
    place.done(&["run", "small.toml"]);
    let costs = ["market.commission=0", "market.stamp_duty=0", "market.rules=us"];
    for costs in [&costs[..2], &costs[2..]] {
        let curves = |arguments: &[&str]| -> serde_json::Value {
            let arguments = with_settings(arguments, costs);
            let text = place.done(&[&arguments[..], &["--json"]].concat());
            serde_json::from_str(&text).unwrap()
        };
        let run = curves(&["run", "small.toml"]);
        let judged = curves(&["backtest", "runs/small-1"]);
        assert_eq!(run["strategy"]["curves"], judged["curves"], "{costs:?}");
    }
}
