//! What stands in a directory that `run`, `tune` or `backtest` has written.

use std::fs;
use std::io;
use std::path::Path;

/// Every file that one of them writes, beside the weights in [`WEIGHTS`].
const FILES: [&str; 22] = [
    "actions.csv",
    "backtest.toml",
    "bars.csv",
    "best.toml",
    "blocked.csv",
    "describe.json",
    "equity.csv",
    "experiment.toml",
    "forecasts.csv",
    "history.csv",
    "known.json",
    "metrics.json",
    "report.html",
    // An interrupted `report` leaves it.
    ".report.html.part",
    "rules.toml",
    "run.log",
    "scalers.json",
    "signals.csv",
    "trades.csv",
    "trials.csv",
    "tune.html",
    // A file manager of macOS leaves it wherever it looked.
    ".DS_Store",
];

/// The one folder: weights.
const WEIGHTS: &str = "models";

/// Every such directory holds its settings and a log that begins with our name.
pub(super) fn is_run_directory(path: &Path) -> bool {
    let log = fs::read(path.join("run.log"));
    let settings = ["experiment.toml", "backtest.toml"].iter().any(|name| path.join(name).is_file());
    settings && log.is_ok_and(|log| log.starts_with(b"tidegate "))
}

/// The first thing in it, by name, that none of them wrote.
pub(super) fn foreign(path: &Path) -> io::Result<Option<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let folder = entry.file_type()?.is_dir();
        match (name.as_str(), folder) {
            (WEIGHTS, true) => {
                for entry in fs::read_dir(entry.path())? {
                    let entry = entry?;
                    let inner = entry.file_name().to_string_lossy().into_owned();
                    if entry.file_type()?.is_dir() || !inner.ends_with(".safetensors") {
                        found.push(format!("{WEIGHTS}/{inner}"));
                    }
                }
            }
            (name, false) if FILES.contains(&name) => {}
            _ => found.push(name),
        }
    }
    Ok(found.into_iter().min())
}
