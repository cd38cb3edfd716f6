//! Progress of a search on stderr: one line for the whole with its ETA and the best error so far, one for each network
//! in training.

use crate::interrupt;
use crate::progress::{TimeLeft, style};
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
    /// By trial and seed.
    running: BTreeMap<(usize, usize), ProgressBar>,
    /// Networks trained of trials that have not ended.
    trained: BTreeMap<usize, u64>,
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
            total.set_style(
                style("  tuning {bar:30.cyan/blue} {msg}{left}")
                    .with_key("left", TimeLeft::new([", about ", " left"], 0)),
            );
            total.set_message(state.message());
            total.enable_steady_tick(Duration::from_millis(500));
            state.total = Some(total);
        }
    }

    fn epoch(&self, trial: usize, seed: usize, epoch: &Epoch) {
        let Some(lines) = &self.lines else { return };
        let mut state = self.state();
        let seeds = state.seeds;
        let line = state.running.entry((trial, seed)).or_insert_with(|| {
            let line = lines.add(ProgressBar::new_spinner());
            line.set_style(style("    {msg}"));
            line
        });
        line.set_message(format!(
            "trial {trial}, network {} of {seeds}: epoch {}, valid loss {:.5}",
            seed + 1,
            epoch.epoch,
            epoch.valid_loss
        ));
    }

    fn trained(&self, trial: usize, seed: usize) {
        let mut state = self.state();
        *state.trained.entry(trial).or_default() += 1;
        if let Some(line) = state.running.remove(&(trial, seed)) {
            line.finish_and_clear();
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
        let trained = state.trained.remove(&trial).unwrap_or_default();
        // What has a line still has failed, or was stopped by the failure of another seed.
        state.running.retain(|(of, _), line| {
            if *of == trial {
                line.finish_and_clear();
            }
            *of != trial
        });
        let message = state.message();
        if let Some(total) = &state.total {
            // Seeds after one that failed need not be trained.
            total.dec_length((state.seeds as u64).saturating_sub(trained));
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
