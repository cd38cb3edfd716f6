//! What a network is and how it is trained, as plain values. Every policy is an enum; nothing here computes.
//!
//! Shapes are named once for the whole crate: B samples in a batch, T time steps in a window, I inputs of a
//! layer, H hidden units of a layer.

use serde::{Deserialize, Serialize};

/// The family of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Dense layers over the flattened window (T × I inputs): the "ANN" of the tutorials.
    Mlp,
    /// Elman network, h(t) = act(W_ih x(t) + b_ih + W_hh h(t−1) + b_hh).
    Rnn,
    /// Long short-term memory (Hochreiter & Schmidhuber 1997, forget gate of Gers 2000), gate order i f g o.
    Lstm,
    /// Gated recurrent unit (Cho 2014), gate order r z n, reset gate applied after the product as in cuDNN.
    Gru,
}

/// Element-wise function of a dense layer, or of the recurrence of [`Kind::Rnn`] (there `Tanh` or `Relu` only).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// Hyperbolic tangent.
    Tanh,
    /// max(0, x).
    Relu,
    /// Logistic function.
    Sigmoid,
    /// x for x > 0, otherwise 0.01 x.
    LeakyRelu,
    /// Gaussian error linear unit, exact form x·Φ(x) (Hendrycks & Gimpel 2016).
    Gelu,
}

/// How weights start. Biases start at zero except under `Pytorch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Init {
    /// PyTorch's defaults: uniform in ±1/√H for recurrent layers and ±1/√fan_in for dense ones, biases included.
    Pytorch,
    /// Uniform in ±√(6/(fan_in + fan_out)) (Glorot & Bengio 2010), each gate block by its own fans.
    Glorot,
    /// Normal with variance 2/fan_in (He 2015).
    He,
    /// Recurrent matrices orthogonal per gate block (Saxe 2014); the others Glorot.
    Orthogonal,
}

/// A network with one output per window. `layers` are widths from input to output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkSpec {
    /// Family.
    pub kind: Kind,
    /// I of the first layer: features per time step.
    pub inputs: usize,
    /// T: time steps per window.
    pub window: usize,
    /// Units of each hidden (or recurrent) layer, at least one.
    pub layers: Vec<usize>,
    /// Units of further dense layers between the last layer and the output; often empty.
    pub head: Vec<usize>,
    /// Probability that an activation is dropped between layers, before the head and inside it, in [0, 1); rounded
    /// to a multiple of 2⁻¹⁶. Every time step of a sequence between recurrent layers has its own mask.
    pub dropout: f64,
    /// Activation of the MLP's layers, of the RNN's recurrence, and of head layers (gates of LSTM and GRU are fixed).
    pub activation: Activation,
    /// Initialiser.
    pub init: Init,
}

/// Loss of a batch: the mean over its samples. The network's raw output is `y`, the label is `t`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// (y − t)².
    Mse,
    /// |y − t|.
    Mae,
    /// ½(y − t)² inside ±1, |y − t| − ½ outside (PyTorch's `HuberLoss`, delta 1).
    Huber,
    /// Binary cross-entropy of the logit y against t in {0, 1}.
    Bce,
    /// (σ(y) − t)²: mean squared error on a sigmoid output, the classic tutorial's classifier.
    MseSigmoid,
}

impl Loss {
    /// Whether the raw output is a logit, so that a forecast is σ(y).
    pub fn is_classification(self) -> bool {
        matches!(self, Loss::Bce | Loss::MseSigmoid)
    }
}

/// Update rule; formulas and defaults are PyTorch's, so that its runs can be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Optimizer {
    /// Gradient descent with momentum (0 for plain).
    Sgd {
        /// Momentum in [0, 1).
        momentum: f64,
    },
    /// Nesterov's form of momentum.
    Nesterov {
        /// Momentum in (0, 1).
        momentum: f64,
    },
    /// RMSprop, α = 0.99, ε = 1e-8.
    RmsProp,
    /// Adam (Kingma & Ba 2015), β = (0.9, 0.999), ε = 1e-8; weight decay is added to the gradient (L2).
    Adam,
    /// AdamW (Loshchilov & Hutter 2019): weight decay is decoupled.
    AdamW,
}

/// How the learning rate moves over epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Schedule {
    /// Always the same.
    #[default]
    Constant,
    /// Multiplied by `factor` after every `every` epochs.
    Step {
        /// Epochs between cuts.
        every: usize,
        /// Multiplier in (0, 1).
        factor: f64,
    },
    /// Half a cosine from the full rate in epoch 1 towards zero after the last epoch.
    Cosine,
    /// Multiplied by `factor` when the validation loss has not improved for more than `patience` epochs. An
    /// improvement is a fall by more than a ten-thousandth (PyTorch's `ReduceLROnPlateau` with its defaults).
    Plateau {
        /// Epochs without improvement that are tolerated.
        patience: usize,
        /// Multiplier in (0, 1).
        factor: f64,
    },
}

/// Bound on the gradient of a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clip {
    /// No bound.
    Off,
    /// The whole gradient is scaled so that its Euclidean norm is at most this (Pascanu 2013).
    Norm(f64),
    /// Each component is clamped to ± this.
    Value(f64),
}

/// When training ends before its last epoch. The best weights on validation are restored in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarlyStop {
    /// Train all epochs.
    Off,
    /// Stop after this many epochs in a row without a lower validation loss; 0 means the same as 1.
    Patience(usize),
}

/// Which time steps of a recurrent network are held against labels in training; see [`Supervision::for_kind`] for the
/// MLP. Forecasts are the same function of a window under both: the last step after T steps from a zero state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Supervision {
    /// One label for each window of T steps, at its last step.
    #[default]
    LastStep,
    /// Chunks of T + S − 1 consecutive steps with a label at each of the last S, all of which have at least T steps of
    /// history. A label costs (T + S − 1)/S steps in place of T.
    EveryStep {
        /// S: labels of a chunk, > 0.
        chunk: usize,
        /// Windows of `Training::batch` that one chunk stands for: a step takes batch / this many chunks, at least one.
        windows_per_chunk: usize,
        /// What the learning rate is multiplied by, because a step averages over more labels.
        rate: f64,
        /// Passes over the training part that make an epoch, > 0: validation goes window by window and costs as much as
        /// several passes.
        passes: usize,
        /// Passes over which weights are averaged, ≥ 0; the average is validated and kept. 0 means no averaging.
        average: f64,
    },
}

impl Supervision {
    /// Every step, by the recipe that was found on other series than it is judged on (see `bench/supervision`).
    pub fn every_step() -> Supervision {
        Supervision::EveryStep { chunk: 60, windows_per_chunk: 8, rate: 3.0, passes: 4, average: 2.0 }
    }

    /// What it comes to for a network of this family: an MLP has no steps, so each of its windows has one label.
    pub fn for_kind(self, kind: Kind) -> Supervision {
        match kind {
            Kind::Mlp => Supervision::LastStep,
            Kind::Rnn | Kind::Lstm | Kind::Gru => self,
        }
    }
}

/// How a network is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// Loss.
    pub loss: Loss,
    /// Which steps have labels.
    #[serde(default)]
    pub supervision: Supervision,
    /// Update rule.
    pub optimizer: Optimizer,
    /// Initial learning rate, > 0.
    pub learning_rate: f64,
    /// Its course.
    pub schedule: Schedule,
    /// Samples per step (the last batch of an epoch may be smaller).
    pub batch: usize,
    /// Largest number of epochs.
    pub epochs: usize,
    /// Early stopping.
    pub early_stop: EarlyStop,
    /// Gradient clipping.
    pub clip: Clip,
    /// Weight decay coefficient, ≥ 0.
    pub weight_decay: f64,
}
