//! Ctrl-C.

use crate::workplace::Workplace;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// An epoch of the small experiment takes milliseconds, and after one of them the run ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts a run that would take hours, waits until it trains, and interrupts it.
fn interrupt(place: &Workplace, more: &[&str]) {
    let endless = ["training.epochs=1000000", "training.early_stop=off"];
    let mut arguments = vec!["run", "small.toml", "--verbose", "--out", "out"];
    endless.iter().for_each(|setting| arguments.extend(["--set", *setting]));
    arguments.extend(more);
    let mut child = place.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.contains(": epoch ")), "it trains");
    // Read on, so that the run does not wait for a reader.
    let rest = std::thread::spawn(move || said.last());
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let asked = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if asked.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the run goes on after Ctrl-C");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(output.stdout.is_empty());
    assert_eq!(rest.join().unwrap().as_deref(), Some("error: interrupted: nothing was written"));
}

#[test]
fn an_interrupted_run_says_so_and_leaves_nothing() {
    let place = Workplace::new();
    let before = place.files();
    interrupt(&place, &[]);
    assert!(place.files() == before, "{:?}", place.files().keys());
}

#[test]
fn an_interrupted_run_leaves_the_earlier_one_that_it_was_to_replace() {
    let place = Workplace::new();
    place.done(&["run", "small.toml", "--out", "out"]);
    let before = place.files();
    interrupt(&place, &["--force"]);
    assert!(place.files() == before, "{:?}", place.files().keys());
}

/// Starts a command that reads from a pipe nobody ends, and interrupts it once it reads.
fn interrupt_while_it_reads(place: &Workplace, pipe: &str, arguments: &[&str]) {
    assert!(Command::new("mkfifo").arg(place.path(pipe)).status().unwrap().success());
    let before = place.files();
    let mut child = place.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Opening waits for the one who reads.
    let writer = std::fs::OpenOptions::new().write(true).open(place.path(pipe)).unwrap();
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let asked = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if asked.elapsed() > Duration::from_secs(10) {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{arguments:?} goes on after Ctrl-C");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(writer);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{arguments:?}");
    assert!(output.stdout.is_empty());
    assert_eq!(crate::workplace::stderr(&output), "error: interrupted: nothing was written\n");
    assert!(place.files() == before, "{arguments:?}");
}

#[test]
fn a_backtest_is_interrupted_at_once() {
    let place = Workplace::empty();
    place.write("bars.csv", "date,open,high,low,close,volume\n2024-01-02,1,1,1,1,1\n");
    let arguments = ["backtest", "--bars", "bars.csv", "--signals", "pipe", "--symbol", "X", "--out", "out"];
    interrupt_while_it_reads(&place, "pipe", &arguments);
}

#[test]
fn a_prediction_is_interrupted_at_once() {
    let place = Workplace::new();
    place.done(&["run", "small.toml", "--out", "run"]);
    interrupt_while_it_reads(&place, "pipe", &["predict", "run", "--bars", "pipe"]);
}
