//! What is asked for on the command line, and the network and training it stands for.

use std::path::PathBuf;
use tidegate_nn::{
    Activation, Clip, EarlyStop, Init, Kind, Loss, NetworkSpec, Optimizer, Schedule, Supervision, Training,
};

/// The flags, checked.
#[derive(Debug)]
pub struct Asked {
    /// File of the task.
    pub task: PathBuf,
    /// Names the random streams.
    pub seed: u64,
    /// Cores that training may use.
    pub jobs: usize,
    /// At most so many evaluations.
    epochs: usize,
    /// Learning rate of window training; absent for every-step training, whose recipe has its own.
    window_rate: Option<f64>,
}

/// Why flags ask for nothing that can be done.
#[derive(Debug, thiserror::Error)]
pub enum AskedError {
    /// Not one of the flags, or without a value.
    #[error("expected --task FILE, --seed N, --jobs N, --epochs N or --last-step --rate R; found `{0}`")]
    Flag(String),
    /// A value that is not what its flag wants.
    #[error("`{value}` is no value of {flag}")]
    Value {
        /// Its flag.
        flag: String,
        /// As given.
        value: String,
    },
    /// No `--task`.
    #[error("--task FILE is missing")]
    Task,
    /// A rate without windows or windows without a rate.
    #[error("--last-step and --rate R go together: every-step training has its own rate")]
    Rate,
}

impl Asked {
    /// The training that flags ask for.
    ///
    /// # Errors
    /// [`AskedError`] at the first flag that is unknown, lacks its value or has a wrong one, or when they do not fit.
    pub fn from_flags(mut flags: impl Iterator<Item = String>) -> Result<Asked, AskedError> {
        let (mut task, mut seed, mut jobs, mut epochs) = (None, 1, 1, 100);
        let (mut windows, mut window_rate) = (false, None);
        while let Some(flag) = flags.next() {
            if flag == "--last-step" {
                windows = true;
                continue;
            }
            let Some(value) = flags.next() else {
                return Err(AskedError::Flag(flag));
            };
            let wrong = || AskedError::Value { flag: flag.clone(), value: value.clone() };
            let count = || value.parse().ok().filter(|&n: &usize| n > 0).ok_or_else(wrong);
            match flag.as_str() {
                "--task" => task = Some(PathBuf::from(value)),
                "--seed" => seed = value.parse().map_err(|_| wrong())?,
                "--jobs" => jobs = count()?,
                "--epochs" => epochs = count()?,
                "--rate" => {
                    let rate = value.parse().ok().filter(|rate: &f64| *rate > 0.0 && rate.is_finite());
                    window_rate = Some(rate.ok_or_else(wrong)?);
                }
                _ => return Err(AskedError::Flag(flag)),
            }
        }
        if windows != window_rate.is_some() {
            return Err(AskedError::Rate);
        }
        Ok(Asked { task: task.ok_or(AskedError::Task)?, seed, jobs, epochs, window_rate })
    }

    /// How it is trained: both sides of the comparison share all but the rate and the supervision.
    pub fn training(&self) -> Training {
        Training {
            loss: Loss::Mse,
            supervision: match self.window_rate {
                Some(_) => Supervision::LastStep,
                None => Supervision::every_step(),
            },
            optimizer: Optimizer::Adam,
            learning_rate: self.window_rate.unwrap_or(1e-3),
            schedule: Schedule::Constant,
            batch: 64,
            epochs: self.epochs,
            early_stop: EarlyStop::Patience(10),
            clip: Clip::Norm(1.0),
            weight_decay: 0.0,
        }
    }
}

/// LSTM 2 × 64 over `window` steps of `inputs` features.
pub fn network(inputs: usize, window: usize) -> NetworkSpec {
    NetworkSpec {
        kind: Kind::Lstm,
        inputs,
        window,
        layers: vec![64, 64],
        head: Vec::new(),
        dropout: 0.3,
        activation: Activation::Tanh,
        init: Init::Pytorch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(flags: &str) -> Result<Asked, AskedError> {
        Asked::from_flags(flags.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn without_further_flags_the_recipe_of_every_step_is_trained() {
        let asked = asked("--task t --seed 3 --jobs 2").unwrap();
        assert_eq!((asked.seed, asked.jobs), (3, 2));
        assert_eq!(asked.training().supervision, Supervision::every_step());
        assert_eq!(asked.training().learning_rate, 1e-3);
    }

    #[test]
    fn windows_are_trained_at_the_rate_that_is_given() {
        let training = asked("--task t --last-step --rate 0.01 --epochs 2").unwrap().training();
        assert_eq!(training.supervision, Supervision::LastStep);
        assert_eq!((training.learning_rate, training.epochs), (0.01, 2));
    }

    #[test]
    fn a_wrong_flag_or_value_is_named() {
        for (flags, part) in [
            ("--tusk t", "--tusk"),
            ("--task t --jobs 0", "--jobs"),
            ("--task t --last-step --rate -1", "-1"),
            ("--task t --rate 0.1", "--last-step"),
            ("--task t --last-step", "--rate"),
            ("--seed 1", "--task"),
        ] {
            let error = asked(flags).unwrap_err().to_string();
            assert!(error.contains(part), "{flags}: {error}");
        }
    }
}
