//! What is trained: one network and its batch, as flags.

use tidegate_nn::{
    Activation, Clip, EarlyStop, Init, Kind, Loss, NetworkSpec, Optimizer, Schedule, Supervision, Training,
};

/// One case of the bench.
#[derive(Clone, Debug)]
pub struct Case {
    /// The network.
    pub spec: NetworkSpec,
    /// Samples per step.
    pub batch: usize,
    /// Training windows, N.
    pub samples: usize,
    /// Cores that training may use.
    pub jobs: usize,
}

/// Why flags make no case.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// Not one of the flags, or without a value.
    #[error(
        "expected `--name value` with one of kind, layers, inputs, window, batch, samples, dropout, jobs; found `{0}`"
    )]
    Flag(String),
    /// A value that is not what its flag wants.
    #[error("`{value}` is no value of --{flag}")]
    Value {
        /// Its flag.
        flag: String,
        /// As given.
        value: String,
    },
}

impl Case {
    /// The case of `--name value` pairs. What is not named keeps the value of the bench's first case.
    ///
    /// # Errors
    /// [`CaseError`] at the first flag that is unknown, lacks its value or has a wrong one.
    pub fn from_flags(mut flags: impl Iterator<Item = String>) -> Result<Case, CaseError> {
        let spec = NetworkSpec {
            kind: Kind::Lstm,
            inputs: 10,
            window: 60,
            layers: vec![64, 64],
            head: Vec::new(),
            dropout: 0.3,
            activation: Activation::Tanh,
            init: Init::Pytorch,
        };
        let mut case = Case { spec, batch: 64, samples: 4000, jobs: 1 };
        while let Some(flag) = flags.next() {
            let (Some(name), Some(value)) = (flag.strip_prefix("--"), flags.next()) else {
                return Err(CaseError::Flag(flag));
            };
            let wrong = || CaseError::Value { flag: name.to_owned(), value: value.clone() };
            let count = || value.parse().ok().filter(|&n: &usize| n > 0).ok_or_else(wrong);
            match name {
                "kind" => {
                    (case.spec.kind, case.spec.activation) = match value.as_str() {
                        "lstm" => (Kind::Lstm, Activation::Tanh),
                        "gru" => (Kind::Gru, Activation::Tanh),
                        "rnn" => (Kind::Rnn, Activation::Tanh),
                        "mlp" => (Kind::Mlp, Activation::Relu),
                        _ => return Err(wrong()),
                    };
                }
                "layers" => {
                    let widths = value.split(',').map(str::parse);
                    case.spec.layers = widths.collect::<Result<_, _>>().map_err(|_| wrong())?;
                }
                "inputs" => case.spec.inputs = count()?,
                "window" => case.spec.window = count()?,
                "batch" => case.batch = count()?,
                "samples" => case.samples = count()?,
                "jobs" => case.jobs = count()?,
                "dropout" => case.spec.dropout = value.parse().map_err(|_| wrong())?,
                _ => return Err(CaseError::Flag(flag)),
            }
        }
        Ok(case)
    }

    /// How it is trained, for `epochs` epochs.
    pub fn training(&self, epochs: usize) -> Training {
        Training {
            loss: Loss::Mse,
            optimizer: Optimizer::Adam,
            learning_rate: 1e-3,
            schedule: Schedule::Constant,
            batch: self.batch,
            epochs,
            early_stop: EarlyStop::Off,
            clip: Clip::Norm(1.0),
            weight_decay: 0.0,
            supervision: Supervision::LastStep,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(flags: &str) -> Result<Case, CaseError> {
        Case::from_flags(flags.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn flags_make_the_case_they_name() {
        let case = case("--kind gru --layers 32,16 --inputs 6 --window 20 --batch 800 --samples 96 --jobs 2")
            .unwrap();
        assert_eq!((case.spec.kind, &case.spec.layers[..]), (Kind::Gru, &[32, 16][..]));
        assert_eq!((case.spec.inputs, case.spec.window, case.batch), (6, 20, 800));
        assert_eq!((case.samples, case.jobs), (96, 2));
    }

    #[test]
    fn a_wrong_flag_or_value_is_named() {
        for (flags, part) in [("--units 3", "--units"), ("--batch 0", "--batch"), ("--layers 3,x", "3,x")] {
            let error = case(flags).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
