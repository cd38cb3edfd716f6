//! Progress on stderr: one line for the whole training with its ETA, one for each network in training.

mod time_left;

pub use time_left::TimeLeft;

use crate::interrupt;
use crate::terminal::Terminal;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tidegate::train::{Job, Observer};
use tidegate_nn::{Epoch, Fitted};

/// Shows what a run is doing.
pub struct Progress {
    terminal: Terminal,
    bars: Option<MultiProgress>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    jobs: Vec<JobState>,
    total: Option<ProgressBar>,
    running: BTreeMap<usize, ProgressBar>,
    done: usize,
}

struct JobState {
    name: String,
    epochs: u64,
    /// Work of one epoch in thousands of multiply-adds.
    work: u64,
    best: f64,
}

impl Progress {
    /// For this terminal.
    pub fn new(terminal: Terminal) -> Progress {
        let bars = terminal.shows_progress().then(MultiProgress::new);
        Progress { terminal, bars, state: Mutex::new(State::default()) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the lines away again.
    pub fn clear(&self) {
        let mut state = self.state();
        let State { total, running, .. } = &mut *state;
        for bar in std::mem::take(running).into_values().chain(total.take()) {
            bar.finish_and_clear();
        }
    }
}

/// A style from a template.
pub fn style(template: &str) -> ProgressStyle {
    // The templates below are constants that parse; a default bar would still do.
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
}

impl Observer for Progress {
    fn stage(&self, text: &str) {
        if self.terminal.is_verbose() {
            self.terminal.note(text);
        }
        let mut state = self.state();
        if let (Some(total), true) = (&state.total, state.done == state.jobs.len()) {
            total.finish_and_clear();
            state.total = None;
        }
    }

    fn jobs(&self, jobs: &[Job<'_>]) {
        let mut state = self.state();
        state.jobs = jobs
            .iter()
            .map(|job| JobState {
                name: format!("{} {} seed {}", job.label.task.word(), job.label.model, job.label.seed),
                epochs: job.training.epochs as u64,
                work: (job.trial().epoch_cost() / 1000.0).max(1.0) as u64,
                best: f64::INFINITY,
            })
            .collect();
        if let Some(bars) = &self.bars {
            let work = state.jobs.iter().map(|job| job.work * job.epochs).sum();
            let total = bars.add(ProgressBar::new(work));
            total.set_style(
                style("  training {bar:30.cyan/blue} {msg}{left}")
                    .with_key("left", TimeLeft::new([", at most ", " left"], 0)),
            );
            total.set_message(format!("0 of {} networks", state.jobs.len()));
            total.enable_steady_tick(Duration::from_millis(500));
            state.total = Some(total);
        }
    }

    fn epoch(&self, index: usize, epoch: &Epoch) {
        let mut state = self.state();
        let State { jobs, total, running, .. } = &mut *state;
        let job = &mut jobs[index];
        job.best = job.best.min(epoch.valid_loss);
        if let Some(bars) = &self.bars {
            let bar = running.entry(index).or_insert_with(|| {
                let bar = bars.add(ProgressBar::new(job.epochs));
                // The line appears when the first epoch has ended.
                bar.set_style(
                    style("    {msg:32} epoch {pos:>3}/{len} {bar:16.green/blue} {prefix}{left}")
                        .with_key("left", TimeLeft::new([", eta ", ""], epoch.epoch as u64)),
                );
                bar.set_message(job.name.clone());
                bar
            });
            bar.set_position(epoch.epoch as u64);
            bar.set_prefix(format!("valid loss {:.5}, best {:.5}", epoch.valid_loss, job.best));
            if let Some(total) = total {
                total.inc(job.work);
            }
        }
        if self.terminal.is_verbose() {
            let (name, losses) =
                (&job.name, format!("{:.6} train, {:.6} valid", epoch.train_loss, epoch.valid_loss));
            self.terminal.note(&format!("{name}: epoch {} loss {losses}", epoch.epoch));
        }
    }

    fn finished(&self, index: usize, fitted: &Fitted) {
        let mut state = self.state();
        state.done += 1;
        let State { jobs, total, running, done } = &mut *state;
        if let Some(bar) = running.remove(&index) {
            bar.finish_and_clear();
        }
        if let Some(total) = total {
            // Epochs that early stopping saved are work that need not be done.
            let job = &jobs[index];
            total.dec_length(job.work * (job.epochs - fitted.history.len() as u64));
            total.set_message(format!("{done} of {} networks", jobs.len()));
        }
    }

    fn cancelled(&self) -> bool {
        interrupt::requested()
    }
}
