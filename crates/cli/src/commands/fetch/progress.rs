//! A download on the terminal: how far it is, and why and how long it waits.

use crate::interrupt;
use crate::progress::{TimeLeft, style};
use crate::terminal::Terminal;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tidegate_data::http::{Observer, Waiting};

/// Shows what a download does.
pub struct Progress {
    terminal: Terminal,
    lines: Option<MultiProgress>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    steps: Option<ProgressBar>,
    wait: Option<ProgressBar>,
    /// The wait that was told as a line last.
    told: Option<Waiting>,
    answers: usize,
    rows: usize,
}

impl Progress {
    /// For this terminal.
    pub fn new(terminal: Terminal) -> Progress {
        let lines = terminal.shows_progress().then(MultiProgress::new);
        Progress { terminal, lines, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the lines away again.
    pub fn clear(&self) {
        let mut state = self.state();
        for line in state.wait.take().into_iter().chain(state.steps.take()) {
            line.finish_and_clear();
        }
    }
}

impl Observer for Progress {
    fn stop_requested(&self) -> bool {
        interrupt::requested()
    }

    fn step(&self, done: usize, total: usize, what: &str) {
        let mut state = self.state();
        let Some(lines) = &self.lines else { return };
        let steps = state.steps.get_or_insert_with(|| {
            let steps = lines.add(ProgressBar::new(total as u64));
            steps.set_style(with_time_left());
            steps.enable_steady_tick(Duration::from_millis(500));
            steps
        });
        // A second round of steps (the days of the market) has a length of its own.
        if steps.length() != Some(total as u64) {
            steps.set_length(total as u64);
            steps.reset();
        }
        steps.set_position(done as u64);
        steps.set_message(what.to_owned());
    }

    fn answered(&self, request: &str, rows: usize, kept: bool) {
        let mut state = self.state();
        state.answers += 1;
        state.rows += rows;
        if self.terminal.is_verbose() {
            let kept = if kept { " (kept from an earlier run)" } else { "" };
            self.terminal.note(&format!("{request}: {rows} rows{kept}"));
        }
    }

    fn waiting(&self, why: &Waiting, left: Duration) {
        let mut state = self.state();
        let reason = match why {
            Waiting::Limit { api, limit } => format!("the server allows {limit} of {api}"),
            Waiting::Retry { why, attempt, of } => format!("attempt {attempt} of {of} after: {why}"),
            Waiting::Courtesy => return,
        };
        if self.terminal.is_verbose() && state.told.as_ref() != Some(why) {
            self.terminal.note(&format!("waiting {}: {reason}", countdown(left)));
            state.told = Some(why.clone());
        }
        if let Some(lines) = &self.lines {
            // What is left of the steps says nothing about the end while the server holds us.
            if state.wait.is_none()
                && let Some(steps) = &state.steps
            {
                steps.set_style(style("  fetching {bar:30.cyan/blue} {pos}/{len}  {msg}"));
            }
            let wait = state.wait.get_or_insert_with(|| {
                let wait = lines.add(ProgressBar::new_spinner());
                wait.set_style(style("  waiting {prefix}  {wide_msg}"));
                wait
            });
            wait.set_prefix(countdown(left));
            wait.set_message(format!("{reason}; Ctrl-C keeps what has come"));
        }
    }

    fn waited(&self) {
        let mut state = self.state();
        state.told = None;
        if let Some(wait) = state.wait.take() {
            wait.finish_and_clear();
            if let Some(steps) = &state.steps {
                steps.set_style(with_time_left());
            }
        }
    }

    fn note(&self, text: &str) {
        self.terminal.note(text);
    }
}

fn with_time_left() -> ProgressStyle {
    style("  fetching {bar:30.cyan/blue} {pos}/{len}  {msg}{left}")
        .with_key("left", TimeLeft::new([", ", " left"], 0))
}

/// 75 seconds as 1:15, an hour more as 1:01:15. A part of a second counts as a whole one.
fn countdown(left: Duration) -> String {
    let seconds = left.as_millis().div_ceil(1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        hours => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_is_read_like_a_clock() {
        for (millis, text) in
            [(0, "0:00"), (1, "0:01"), (75_000, "1:15"), (3_675_000, "1:01:15"), (86_400_000, "24:00:00")]
        {
            assert_eq!(countdown(Duration::from_millis(millis)), text);
        }
    }
}
