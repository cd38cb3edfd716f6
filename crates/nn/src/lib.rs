//! Small recurrent networks on a CPU, with hand-derived gradients.
//!
//! The crate knows no markets, no files, no clock and no global random state. A caller hands [`fit`] a
//! [`NetworkSpec`], a [`Training`], a [`Panel`] and [`Samples`], and gets a [`Network`] back that can
//! [`forecast`](Network::forecast).

mod activation;
mod clip;
mod dense;
mod dropout;
mod face;
mod fit;
mod gemm;
mod gru;
mod init;
mod layout;
mod loss;
mod lstm;
mod math;
mod network;
mod optimizer;
mod recurrent;
mod rnn;
mod scalar;
mod schedule;
pub mod spec;
mod stack;
mod stream;
mod window;

pub use face::{Ended, Epoch, FitError, Fitted, OnEpoch, Panel, Samples};
pub use fit::fit;
pub use network::{LoadError, Network};
pub use spec::{Activation, Clip, EarlyStop, Init, Kind, Loss, NetworkSpec, Optimizer, Schedule, Training};

#[cfg(test)]
mod tests;
