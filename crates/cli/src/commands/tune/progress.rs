//! Progress of a search on stderr: one line for the whole with its ETA and the best error so far, one for each trial
//! in training.

use crate::interrupt;
use crate::progress::style;
use crate::terminal::Terminal;
use indicatif::{MultiProgress, ProgressBar};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tidegate::tune::{Outcome, SearchObserver};
use tidegate_nn::Epoch;

/// Shows how far a search is.
pub struct SearchProgress {
    terminal: Terminal,
    lines: Option<MultiProgress>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    trials: usize,
    seeds: usize,
    done: usize,
    best: Option<(usize, f64)>,
    total: Option<ProgressBar>,
    running: BTreeMap<usize, (ProgressBar, u64)>,
}

impl State {
    fn message(&self) -> String {
        let best =
            self.best.map_or_else(String::new, |(trial, error)| format!(", best {error:.6} (trial {trial})"));
        format!("{} of {} trials{best}", self.done, self.trials)
    }
}

impl SearchProgress {
    /// For this terminal.
    pub fn new(terminal: Terminal) -> SearchProgress {
        let lines = terminal.shows_progress().then(MultiProgress::new);
        SearchProgress { terminal, lines, state: Mutex::new(State::default()) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the lines away again.
    pub fn clear(&self) {
        if let Some(lines) = &self.lines {
            let _ = lines.clear();
        }
    }
}

impl SearchObserver for SearchProgress {
    fn stage(&self, text: &str) {
        if self.terminal.is_verbose() {
            self.terminal.note(text);
        }
    }

    fn planned(&self, trials: usize, seeds: usize) {
        let mut state = self.state();
        (state.trials, state.seeds) = (trials, seeds);
        if let Some(lines) = &self.lines {
            let total = lines.add(ProgressBar::new((trials * seeds) as u64));
            total.set_style(style("  tuning {bar:30.cyan/blue} {msg}, about {eta} left"));
            total.set_message(state.message());
            total.enable_steady_tick(Duration::from_millis(500));
            state.total = Some(total);
        }
    }

    fn epoch(&self, trial: usize, seed: usize, epoch: &Epoch) {
        let Some(lines) = &self.lines else { return };
        let mut state = self.state();
        let seeds = state.seeds;
        let (line, _) = state.running.entry(trial).or_insert_with(|| {
            let line = lines.add(ProgressBar::new_spinner());
            line.set_style(style("    {msg}"));
            (line, 0)
        });
        line.set_message(format!(
            "trial {trial}, network {} of {seeds}: epoch {}, valid loss {:.5}",
            seed + 1,
            epoch.epoch,
            epoch.valid_loss
        ));
    }

    fn trained(&self, trial: usize) {
        let mut state = self.state();
        if let Some((_, trained)) = state.running.get_mut(&trial) {
            *trained += 1;
        }
        if let Some(total) = &state.total {
            total.inc(1);
        }
    }

    fn finished(&self, trial: usize, outcome: &Outcome) {
        let mut state = self.state();
        state.done += 1;
        if let Some(error) = outcome.error().filter(|error| state.best.is_none_or(|(_, best)| *error < best))
        {
            state.best = Some((trial, error));
        }
        let trained = state.running.remove(&trial).map_or(0, |(line, trained)| {
            line.finish_and_clear();
            trained
        });
        let message = state.message();
        if let Some(total) = &state.total {
            // Seeds after one that failed need not be trained.
            total.inc((state.seeds as u64).saturating_sub(trained));
            total.set_message(message);
        }
        if self.terminal.is_verbose() {
            let came_to = match outcome {
                Outcome::Done { valid, .. } => format!("{:.6} ± {:.6}", valid.mean, valid.std),
                Outcome::Failed { seed, reason } => format!("failed with seed {seed}: {reason}"),
            };
            self.terminal.note(&format!("trial {trial}: {came_to}"));
        }
    }

    fn cancelled(&self) -> bool {
        interrupt::requested()
    }
}
