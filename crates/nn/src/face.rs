//! The engine's face: what callers of this crate see. A panel, sample indices, `fit` and `forecast`;
//! never kernels, tiles or threads.

use crate::spec::{NetworkSpec, Training};
use std::ops::ControlFlow;

/// Scaled features, row-major `[rows, width]`. Windows are views into it and are never copied out as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Panel<'a> {
    /// `rows × width` values.
    pub values: &'a [f32],
    /// Features per row.
    pub width: usize,
}

/// Samples, each named by the last row its window sees: rows `end + 1 − T ..= end` of the panel.
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a> {
    /// Last row of each window.
    pub ends: &'a [usize],
    /// Label of each window, in the (scaled) unit the loss works in.
    pub targets: &'a [f32],
}

/// One line of the training history. Losses are means over samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// 1-based.
    pub epoch: usize,
    /// Mean training loss as seen during the epoch (dropout on, weights moving).
    pub train_loss: f64,
    /// Validation loss after the epoch (dropout off).
    pub valid_loss: f64,
    /// Share of right answers at 0.5, for classification losses; during the epoch, as `train_loss`.
    pub train_accuracy: Option<f64>,
    /// The same on validation, after the epoch.
    pub valid_accuracy: Option<f64>,
}

/// Why training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Ran all its epochs.
    AllEpochs,
    /// Early stopping.
    EarlyStopped,
}

/// Flat parameters of one network together with its specification.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    pub(crate) spec: NetworkSpec,
    /// Layout: see `named_parameters`.
    pub(crate) parameters: Vec<f32>,
}

/// A trained network and how it came about.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// With the weights of the best epoch on validation.
    pub network: Network,
    /// One record per epoch.
    pub history: Vec<Epoch>,
    /// The epoch whose weights were kept, 1-based.
    pub best_epoch: usize,
    /// Why it ended.
    pub ended: Ended,
}

/// Why training gave no network.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FitError {
    /// Loss or gradient became NaN or infinite.
    #[error("the {what} is not finite in epoch {epoch}, batch {batch}: {cause}")]
    NotFinite {
        /// "loss" or "gradient".
        what: &'static str,
        /// 1-based.
        epoch: usize,
        /// 1-based.
        batch: usize,
        /// Likely cause, in words.
        cause: String,
    },
    /// The caller's `on_epoch` answered `Break`.
    #[error("training was interrupted")]
    Interrupted,
}

/// Called after every epoch; `Break` ends training with [`FitError::Interrupted`].
pub type OnEpoch<'a> = dyn FnMut(&Epoch) -> ControlFlow<()> + 'a;

/// Trains a network from scratch. The result depends on the arguments alone, never on threads or the clock.
///
/// # Panics
/// If shapes disagree (a caller's bug): panel width ≠ `spec.inputs`, a window that starts before row 0, ...
pub fn fit(
    spec: &NetworkSpec,
    training: &Training,
    panel: Panel<'_>,
    train: Samples<'_>,
    valid: Samples<'_>,
    seed: u64,
    on_epoch: &mut OnEpoch<'_>,
) -> Result<Fitted, FitError> {
    let _ = (spec, training, panel, train, valid, seed, on_epoch);
    unimplemented!()
}

impl Network {
    /// A network with the given flat parameters, in the layout of [`Network::named_parameters`].
    ///
    /// # Panics
    /// If the count is wrong.
    pub fn from_parameters(spec: NetworkSpec, parameters: Vec<f32>) -> Network {
        Network { spec, parameters }
    }
    /// The specification.
    pub fn spec(&self) -> &NetworkSpec {
        &self.spec
    }
    /// Number of parameters.
    pub fn parameter_count(&self) -> usize {
        self.parameters.len()
    }
    /// Name (PyTorch's: `weight_ih_l0`, `head.0.weight`, ...), shape and values of every parameter, in flat order.
    pub fn named_parameters(&self) -> Vec<(String, Vec<usize>, &[f32])> {
        unimplemented!()
    }
    /// Raw outputs (a logit for classifiers) of the windows that end at `ends`, dropout off.
    pub fn forecast(&self, panel: Panel<'_>, ends: &[usize]) -> Vec<f32> {
        let _ = (panel, ends);
        unimplemented!()
    }
}
