//! Small recurrent networks on a CPU, with hand-derived gradients.
//!
//! The crate knows no markets, no files, no clock and no global random state.

mod face;
pub mod spec;

pub use face::{Ended, Epoch, FitError, Fitted, Network, OnEpoch, Panel, Samples, fit};
pub use spec::{Activation, Clip, EarlyStop, Init, Kind, Loss, NetworkSpec, Optimizer, Schedule, Training};
