//! Ctrl-C.

use crate::workplace::{Workplace, stderr};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Starts a run that would take hours, waits until it trains, and interrupts it.
fn interrupt(place: &Workplace, more: &[&str]) {
    let endless = ["training.epochs=1000000", "training.early_stop=off"];
    let mut arguments = vec!["run", "small.toml", "--verbose", "--out", "out"];
    endless.iter().for_each(|setting| arguments.extend(["--set", *setting]));
    arguments.extend(more);
    let mut child = place.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.contains(": epoch ")), "it trains");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let rest: Vec<String> = said.collect();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    assert_eq!(rest.last().map(String::as_str), Some("error: interrupted: nothing was written"));
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
