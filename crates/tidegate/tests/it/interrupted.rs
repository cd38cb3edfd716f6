//! Ctrl-C at any moment: a run directory is whole or absent.

use crate::support::{SMALL, plan_with};
use std::sync::atomic::{AtomicBool, Ordering};
use tidegate::Error;
use tidegate::run::{RunOptions, run};
use tidegate::run_dir::Out;
use tidegate::train::Observer;

/// A user who asks to stop when the run says that it begins `stage`.
struct StopsAt {
    stage: &'static str,
    asked: AtomicBool,
}

impl Observer for StopsAt {
    fn stage(&self, text: &str) {
        self.asked.fetch_or(text == self.stage, Ordering::SeqCst);
    }

    fn cancelled(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}

#[test]
fn whichever_stage_is_interrupted_nothing_is_left() {
    for stage in ["Reading bars", "Training", "Judging", "Writing the run directory"] {
        let folder = tempfile::tempdir().unwrap();
        let observer = StopsAt { stage, asked: AtomicBool::new(false) };
        let options =
            RunOptions { out: Out::Given { path: folder.path().join("run"), force: false }, jobs: 2 };
        let result = run(plan_with(SMALL, &["data.to=2006-12-31"]), &options, &observer);
        assert!(observer.cancelled(), "the stage \"{stage}\" is announced");
        assert!(matches!(result, Err(Error::Interrupted)), "{stage}: {result:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{stage}: something was left");
    }
}

/// Someone else who puts a file where the run wants to go, while it trains.
struct TakesThePlace<'a>(&'a std::path::Path);

impl Observer for TakesThePlace<'_> {
    fn stage(&self, text: &str) {
        if text == "Judging" {
            std::fs::create_dir_all(self.0).unwrap();
            std::fs::write(self.0.join("mine"), "x").unwrap();
        }
    }
}

#[test]
fn results_whose_place_is_taken_during_training_are_kept_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let options = RunOptions { out: Out::Given { path: path.clone(), force: false }, jobs: 1 };
    let result = run(plan_with(SMALL, &["data.to=2006-12-31"]), &options, &TakesThePlace(&path));
    let error = result.unwrap_err().to_string();
    let kept =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).find(|p| *p != path);
    let kept = kept.expect("the results are somewhere");
    assert!(kept.join("report.html").exists() && error.contains(&kept.display().to_string()), "{error}");
    assert_eq!(std::fs::read(path.join("mine")).unwrap(), b"x");
}
