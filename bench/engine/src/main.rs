//! Tidegate's worker of `bench/compare engine`. It is started with the case as flags, answers one line of JSON per
//! line of standard input and ends with its input:
//!
//! | line | answer |
//! |---|---|
//! | `train N` | seconds of N training epochs, after one that is thrown away |
//! | `forecast N` | seconds of N forecasts of every window |
//! | `latency N` | seconds of N forecasts of one window |
//! | `peak J` | GFLOP/s that J cores reach together on multiply-adds alone, by instruction set |

mod case;
mod forecast;
mod peak;
mod sample;
mod train;

use case::{Case, CaseError};
use sample::Sample;
use std::io::{BufRead, Write};

/// Why the worker stops.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error("training failed: {0}")]
    Fit(#[from] tidegate_nn::FitError),
    #[error("standard input or output: {0}")]
    Pipe(#[from] std::io::Error),
    #[error("expected `train N`, `forecast N`, `latency N` or `peak J` with a positive number, found `{0}`")]
    Command(String),
}

fn main() -> std::process::ExitCode {
    match serve() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("bench-engine: {stop}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), Stop> {
    let case = Case::from_flags(std::env::args().skip(1))?;
    let sample = Sample::new(&case);
    let mut out = std::io::stdout().lock();
    writeln!(out, r#"{{"ready": true}}"#)?;
    out.flush()?;
    for line in std::io::stdin().lock().lines() {
        let answer = answer(&line?, &case, &sample)?;
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(line: &str, case: &Case, sample: &Sample) -> Result<String, Stop> {
    let bad = || Stop::Command(line.to_owned());
    let (verb, number) = line.trim().split_once(' ').ok_or_else(bad)?;
    let number = number.parse().ok().filter(|&n: &usize| n > 0).ok_or_else(bad)?;
    match verb {
        "train" => Ok(format!(r#"{{"seconds": {:?}}}"#, train::epochs(case, sample, number)?)),
        "forecast" => Ok(format!(r#"{{"seconds": {:?}}}"#, forecast::passes(case, sample, number))),
        "latency" => Ok(format!(r#"{{"seconds": {:?}}}"#, forecast::latencies(case, sample, number))),
        "peak" => {
            let paths = peak::of_cores(number);
            let fields: Vec<String> =
                paths.iter().map(|path| format!(r#""{}": {:.2}"#, path.name, path.gflops)).collect();
            Ok(format!(r#"{{"gflops": {{{}}}}}"#, fields.join(", ")))
        }
        _ => Err(bad()),
    }
}
