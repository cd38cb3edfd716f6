//! Small recurrent networks on a CPU, with hand-derived gradients.
//!
//! The crate knows no markets, no files, no clock and no global random state. A caller hands [`fit`] a
//! [`Trial`], which is a [`NetworkSpec`], a [`Training`], a [`Panel`] and [`Samples`], and gets a [`Network`] back that can
//! [`forecast`](Network::forecast). [`fit_many`] trains many independent trials, one per core.
//!
//! ```
//! use tidegate_nn::*;
//!
//! // One feature over 200 rows; tomorrow's value is to be told from the last five.
//! let values: Vec<f32> = (0..200).map(|row| (row as f32 * 0.3).sin()).collect();
//! let panel = Panel { values: &values, width: 1 };
//! let ends: Vec<usize> = (4..199).collect();
//! let targets: Vec<f32> = ends.iter().map(|&end| values[end + 1]).collect();
//! let (train, valid) = (
//!     Samples { ends: &ends[..150], targets: &targets[..150] },
//!     Samples { ends: &ends[150..], targets: &targets[150..] },
//! );
//! let spec = NetworkSpec {
//!     kind: Kind::Gru,
//!     inputs: 1,
//!     window: 5,
//!     layers: vec![8],
//!     head: vec![],
//!     dropout: 0.0,
//!     activation: Activation::Tanh,
//!     init: Init::Pytorch,
//! };
//! let training = Training {
//!     loss: Loss::Mse,
//!     supervision: Supervision::LastStep,
//!     optimizer: Optimizer::Adam,
//!     learning_rate: 0.02,
//!     schedule: Schedule::Constant,
//!     batch: 16,
//!     epochs: 40,
//!     early_stop: EarlyStop::Patience(10),
//!     clip: Clip::Norm(1.0),
//!     weight_decay: 0.0,
//! };
//! let trial = Trial { spec: &spec, training: &training, panel, train, valid, seed: 1 };
//! let fitted = fit(&trial, 1, &mut Unwatched)?;
//! let forecast = fitted.network.forecast(panel, &[199], 1)[0];
//! assert!((forecast - (200.0_f32 * 0.3).sin()).abs() < 0.1);
//! # Ok::<(), FitError>(())
//! ```

mod activation;
mod batch;
mod cell;
mod chunks;
mod clip;
mod cost;
mod crew;
mod dense;
mod dropout;
mod face;
mod fit;
mod gru;
mod init;
mod kernel;
mod layout;
mod loss;
mod lstm;
mod many;
mod math;
mod network;
mod optimizer;
mod packed;
mod recurrent;
mod rnn;
mod scalar;
mod schedule;
mod simd;
pub mod spec;
mod stack;
mod stream;
mod trainer;
mod window;

pub use face::{Ended, Epoch, FitError, Fitted, Panel, Samples, Trial, Unwatched, Watch};
pub use fit::fit;
pub use many::{WatchMany, fit_each, fit_many};
pub use network::{LoadError, Network};
pub use simd::{UnknownKernel, kernel};
pub use spec::{
    Activation, Clip, EarlyStop, Init, Kind, Loss, NetworkSpec, Optimizer, Schedule, Supervision, Training,
};

#[cfg(test)]
mod tests;
