//! Tidegate's side of `bench/compare supervision`: trains one network on a stored task and prints one line of JSON.
//!
//! `bench-every --task FILE [--seed N] [--jobs N] [--epochs N] [--last-step --rate R]`

mod asked;
mod outcome;
mod task;

use asked::{Asked, AskedError};
use outcome::Clock;
use task::{Task, TaskError};
use tidegate_nn::{Trial, fit};

/// Why nothing was trained.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Asked(#[from] AskedError),
    #[error(transparent)]
    Task(#[from] TaskError),
    #[error("training failed: {0}")]
    Fit(#[from] tidegate_nn::FitError),
}

fn main() -> std::process::ExitCode {
    match run() {
        Ok(line) => {
            println!("{line}");
            std::process::ExitCode::SUCCESS
        }
        Err(stop) => {
            eprintln!("bench-every: {stop}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, Stop> {
    let asked = Asked::from_flags(std::env::args().skip(1))?;
    let task = Task::read(&asked.task)?;
    let (spec, training) = (asked::network(task.width, task.window), asked.training());
    let trial = Trial {
        spec: &spec,
        training: &training,
        panel: task.panel(),
        train: task.train.samples(),
        valid: task.valid.samples(),
        seed: asked.seed,
    };
    let mut clock = Clock::start();
    let fitted = fit(&trial, asked.jobs, &mut clock)?;
    let seconds = clock.seconds();
    let test = outcome::mean_squared_error(&fitted.network, task.panel(), task.test.samples());
    Ok(outcome::json(&fitted, test, seconds, &clock))
}
