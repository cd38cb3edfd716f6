//! `{left}` of a progress line: what is still to be done, at the mean pace so far.
//!
//! Nothing is said before the first step is done: there is no pace yet, and a guess would be far too low.

use indicatif::{HumanDuration, ProgressState, style::ProgressTracker};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Counts down between steps and is put right at each.
#[derive(Clone, Debug)]
pub struct TimeLeft {
    words: [&'static str; 2],
    /// Where the bar stood when its clock began.
    from: u64,
    /// Where it stood last, and since when.
    at: u64,
    since: Duration,
}

impl TimeLeft {
    /// To be written between these words, for a bar whose clock begins at position `from`.
    pub fn new(words: [&'static str; 2], from: u64) -> TimeLeft {
        TimeLeft { words, from, at: from, since: Duration::ZERO }
    }

    /// Takes note of where the bar stands.
    fn note(&mut self, position: u64, elapsed: Duration) {
        if position > self.at {
            (self.at, self.since) = (position, elapsed);
        }
    }

    /// Time left to `end`; `None` before the first step.
    fn until(&self, end: u64, elapsed: Duration) -> Option<Duration> {
        let done = self.at - self.from;
        if done == 0 {
            return None;
        }
        let steps = end.saturating_sub(self.at) as f64 / done as f64;
        let left = Duration::try_from_secs_f64(self.since.as_secs_f64() * steps).ok()?;
        Some(left.saturating_sub(elapsed.saturating_sub(self.since)))
    }
}

impl ProgressTracker for TimeLeft {
    fn clone_box(&self) -> Box<dyn ProgressTracker> {
        Box::new(self.clone())
    }

    fn tick(&mut self, state: &ProgressState, _: Instant) {
        self.note(state.pos(), state.elapsed());
    }

    fn reset(&mut self, _: &ProgressState, _: Instant) {
        (self.at, self.since) = (self.from, Duration::ZERO);
    }

    fn write(&self, state: &ProgressState, out: &mut dyn Write) {
        if let Some(left) = state.len().and_then(|end| self.until(end, state.elapsed())) {
            let [before, after] = self.words;
            // A line that cannot be drawn is no reason to stop training.
            let _ = write!(out, "{before}{:#}{after}", HumanDuration(left));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn nothing_is_said_until_a_step_is_done() {
        let mut left = TimeLeft::new(["", ""], 3);
        left.note(3, seconds(60));
        assert_eq!(left.until(10, seconds(61)), None);
    }

    #[test]
    fn it_is_the_mean_pace_so_far_and_counts_down_between_steps() {
        let mut left = TimeLeft::new(["", ""], 1);
        left.note(3, seconds(20));
        assert_eq!(left.until(11, seconds(20)), Some(seconds(80)));
        left.note(3, seconds(25));
        assert_eq!(left.until(11, seconds(25)), Some(seconds(75)));
        left.note(6, seconds(30));
        assert_eq!(left.until(11, seconds(30)), Some(seconds(30)));
        assert_eq!(left.until(11, seconds(99)), Some(Duration::ZERO));
    }

    #[test]
    fn work_that_need_not_be_done_shortens_it_without_quickening_the_pace() {
        let mut left = TimeLeft::new(["", ""], 0);
        left.note(10, seconds(10));
        assert_eq!(left.until(100, seconds(10)), Some(seconds(90)));
        assert_eq!(left.until(40, seconds(10)), Some(seconds(30)));
    }
}
