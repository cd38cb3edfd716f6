//! Where results may not go.

use crate::workplace::Workplace;

#[test]
fn a_directory_that_holds_something_is_refused() {
    let place = Workplace::new();
    std::fs::create_dir(place.path("full")).unwrap();
    place.write("full/precious", "x");
    place.refused(&["run", "small.toml", "--out", "full"], &["--out full", "not empty", "--force"]);
    // Force replaces an earlier run and nothing else.
    place
        .refused(&["run", "small.toml", "--out", "full", "--force"], &["--out full", "run directories only"]);
}

#[test]
fn a_file_is_no_run_directory() {
    let place = Workplace::new();
    place.refused(&["run", "small.toml", "--out", "small.toml"], &["--out small.toml", "found a file"]);
    place.refused(&["run", "small.toml", "--out", "small.toml", "--force"], &["found a file"]);
}

#[test]
fn an_empty_directory_is_taken_and_an_earlier_run_replaced_only_by_force() {
    let place = Workplace::new();
    std::fs::create_dir(place.path("out")).unwrap();
    place.done(&["run", "small.toml", "--out", "out"]);
    place.refused(&["run", "small.toml", "--out", "out"], &["--out out", "not empty"]);
    // What no run wrote is not thrown away with it.
    place.write("out/note.txt", "mine");
    place.refused(&["run", "small.toml", "--out", "out", "--force"], &["--out out", "no run wrote note.txt"]);
    std::fs::remove_file(place.path("out/note.txt")).unwrap();
    place.write("out/trades.csv", "old");
    // A run that fails leaves the earlier one where it was.
    place.refused(&["run", "small.toml", "--out", "out", "--force", "--set", "forecast.window=900"], &[]);
    place.done(&["run", "small.toml", "--out", "out", "--force"]);
    assert!(place.path("out/metrics.json").exists() && place.read("out/trades.csv") != "old");
    assert_eq!(
        place.files().keys().filter(|name| !name.contains('/')).count(),
        2,
        "{:?}",
        place.files().keys()
    );
}

#[test]
fn without_out_runs_are_numbered() {
    let place = Workplace::new();
    place.done(&["run", "small.toml"]);
    place.done(&["run", "small.toml"]);
    assert!(
        place.path("runs/small-1/report.html").exists() && place.path("runs/small-2/report.html").exists()
    );
}

#[test]
fn a_report_needs_a_run_directory() {
    let place = Workplace::new();
    place.refused(&["report", "nowhere"], &["nowhere", "metrics.json", "no such file"]);
    place.refused(&["report", "."], &["metrics.json"]);
}

#[test]
fn unknown_commands_and_flags_are_refused() {
    let place = Workplace::new();
    place.refused(&["forecats"], &["forecats"]);
    place.refused(&["run"], &["EXPERIMENT.toml"]);
    place.refused(&["run", "small.toml", "--jobs", "0"], &["--jobs"]);
    place.refused(&["run", "small.toml", "--seed", "3"], &["--seed"]);
}
