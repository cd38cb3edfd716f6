//! `[training]`: how every network is trained.

use serde::{Deserialize, Serialize};
use tidegate_nn::Schedule;

/// Loss of the forecast task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegressionLoss {
    /// Mean squared error.
    Mse,
    /// Mean absolute error.
    Mae,
    /// Huber, delta 1 in scaled units.
    Huber,
}

/// Update rule by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimizerName {
    /// Gradient descent with momentum.
    Sgd,
    /// Nesterov's momentum.
    Nesterov,
    /// RMSprop.
    RmsProp,
    /// Adam.
    Adam,
    /// Adam with decoupled weight decay.
    AdamW,
}

/// Which steps of a recurrent network have labels in training. An MLP has no steps and is trained window by window
/// under both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Supervision {
    /// One label for each window, at its last step.
    #[default]
    LastStep,
    /// Long chunks of bars with a label at every step that has a window's history; the chunk length and the averaging
    /// of weights are [`tidegate_nn::Supervision::every_step`]'s. Far quicker.
    EveryStep,
}

/// The word `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    /// Switched off.
    Off,
}

/// `early_stop`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected \"off\" or a whole number of epochs without improvement")]
pub enum EarlyStop {
    /// Patience in epochs.
    Patience(usize),
    /// Train all epochs.
    Off(Off),
}

/// `clip`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected \"off\", a bound on the gradient's norm such as 1.0, or { value = 0.5 }"
)]
pub enum Clip {
    /// Bound on the Euclidean norm.
    Norm(f64),
    /// Bound on every component.
    Value {
        /// The bound.
        value: f64,
    },
    /// None.
    Off(Off),
}

/// `[training]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Training {
    /// Loss of the forecast task (the classifier's is `strategy.loss`).
    pub loss: RegressionLoss,
    /// Which steps of a recurrent network have labels.
    pub supervision: Supervision,
    /// Update rule.
    pub optimizer: OptimizerName,
    /// Momentum of `sgd` and `nesterov` (0.9 when left out); an error for the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub momentum: Option<f64>,
    /// Initial learning rate.
    pub learning_rate: f64,
    /// Course of the learning rate.
    pub schedule: Schedule,
    /// Windows per step.
    pub batch: usize,
    /// Largest number of epochs.
    pub epochs: usize,
    /// Epochs without a lower validation loss before training ends.
    pub early_stop: EarlyStop,
    /// Bound on the gradient.
    pub clip: Clip,
    /// Weight decay: 0.01 for `adamw` and 0 for the others when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_decay: Option<f64>,
    /// Every network is trained once per seed.
    pub seeds: Vec<u64>,
}

impl Default for Training {
    fn default() -> Self {
        Training {
            loss: RegressionLoss::Mse,
            supervision: Supervision::LastStep,
            optimizer: OptimizerName::Adam,
            momentum: None,
            learning_rate: 0.001,
            schedule: Schedule::Constant,
            batch: 64,
            epochs: 100,
            early_stop: EarlyStop::Patience(10),
            clip: Clip::Norm(1.0),
            weight_decay: None,
            seeds: vec![1, 2, 3],
        }
    }
}
