//! The engine's face: what callers of this crate hand in and get back. A panel, samples, a history; never
//! kernels, tiles or threads.

use crate::network::Network;
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

/// One network to train: what, how, on what, from which seed.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// The network.
    pub spec: &'a NetworkSpec,
    /// How it is trained.
    pub training: &'a Training,
    /// Features; `spec.inputs` wide.
    pub panel: Panel<'a>,
    /// What weights are fitted to.
    pub train: Samples<'a>,
    /// What early stopping and the choice of the best epoch look at.
    pub valid: Samples<'a>,
    /// Names the random streams: initial weights, order of samples, dropout.
    pub seed: u64,
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
    /// Something became NaN or infinite.
    #[error("the {what} is not finite in epoch {epoch}, batch {batch}: {cause}")]
    NotFinite {
        /// "input", "label", "loss", "gradient" or "validation loss".
        what: &'static str,
        /// 1-based.
        epoch: usize,
        /// 1-based; for the validation loss the last training batch before it.
        batch: usize,
        /// Likely cause, in words.
        cause: String,
    },
    /// The watch answered `Break`.
    #[error("training was interrupted")]
    Interrupted,
}

/// Who watches a training: told of every epoch, asked after every batch whether to go on; perhaps
/// from another thread than the one that asked for the training.
pub trait Watch: Send {
    /// An epoch ended.
    fn epoch(&mut self, epoch: &Epoch);

    /// `Break` ends training with [`FitError::Interrupted`]. Asked after every batch and every epoch, because an epoch
    /// of a large network takes minutes.
    fn go_on(&mut self) -> ControlFlow<()>;
}

/// Nobody watches: training goes on to its end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn epoch(&mut self, _: &Epoch) {}

    fn go_on(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
