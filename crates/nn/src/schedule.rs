//! The learning rate over epochs.

use crate::spec::{Schedule, Training};

/// Smallest relative fall of the validation loss that counts as an improvement for [`Schedule::Plateau`]
/// (PyTorch's `ReduceLROnPlateau`, default threshold and mode).
const THRESHOLD: f64 = 1e-4;

/// A schedule on its way through the epochs.
pub(crate) struct Rate {
    schedule: Schedule,
    initial: f64,
    epochs: usize,
    plateau: Plateau,
}

/// State of [`Schedule::Plateau`].
struct Plateau {
    rate: f64,
    best: f64,
    bad_epochs: usize,
}

impl Rate {
    pub(crate) fn new(training: &Training) -> Rate {
        Rate {
            schedule: training.schedule,
            initial: training.learning_rate,
            epochs: training.epochs,
            plateau: Plateau { rate: training.learning_rate, best: f64::INFINITY, bad_epochs: 0 },
        }
    }

    /// Rate of `epoch`, 1-based.
    pub(crate) fn of_epoch(&self, epoch: usize) -> f64 {
        let done = epoch - 1;
        match self.schedule {
            Schedule::Constant => self.initial,
            Schedule::Step { every, factor } => {
                let cuts = i32::try_from(done / every.max(1)).unwrap_or(i32::MAX);
                self.initial * factor.powi(cuts)
            }
            Schedule::Cosine => {
                let phase = std::f64::consts::PI * done as f64 / self.epochs as f64;
                self.initial * 0.5 * (1.0 + phase.cos())
            }
            Schedule::Plateau { .. } => self.plateau.rate,
        }
    }

    /// Takes notice of an epoch's validation loss.
    pub(crate) fn observe(&mut self, valid_loss: f64) {
        if let Schedule::Plateau { patience, factor } = self.schedule {
            let plateau = &mut self.plateau;
            if valid_loss < plateau.best * (1.0 - THRESHOLD) {
                plateau.best = valid_loss;
                plateau.bad_epochs = 0;
            } else {
                plateau.bad_epochs += 1;
            }
            if plateau.bad_epochs > patience {
                plateau.rate *= factor;
                plateau.bad_epochs = 0;
            }
        }
    }
}
