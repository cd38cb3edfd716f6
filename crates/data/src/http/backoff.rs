//! How long to wait before asking again.

use std::time::Duration;

/// Waits that double from `first` to `longest`, for at most `attempts` attempts in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Before the second attempt.
    pub first: Duration,
    /// No wait is longer.
    pub longest: Duration,
    /// How often to ask before giving up.
    pub attempts: u32,
}

impl Backoff {
    /// The wait after `failed` failed attempts (1 or more); `None` when it is time to give up. A wait that the server
    /// asked for is kept, up to `longest`.
    pub fn after(&self, failed: u32, asked_for: Option<Duration>) -> Option<Duration> {
        (failed < self.attempts).then(|| {
            let doubled = self.first.saturating_mul(1_u32.checked_shl(failed - 1).unwrap_or(u32::MAX));
            doubled.max(asked_for.unwrap_or_default()).min(self.longest)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_then_end() {
        let backoff =
            Backoff { first: Duration::from_secs(2), longest: Duration::from_secs(10), attempts: 5 };
        let waits: Vec<Option<u64>> = (1..=5).map(|n| backoff.after(n, None).map(|d| d.as_secs())).collect();
        assert_eq!(waits, [Some(2), Some(4), Some(8), Some(10), None]);
        assert_eq!(backoff.after(1, Some(Duration::from_secs(7))), Some(Duration::from_secs(7)));
        assert_eq!(backoff.after(1, Some(Duration::from_secs(70))), Some(Duration::from_secs(10)));
        assert_eq!(Backoff { attempts: u32::MAX, ..backoff }.after(99, None), Some(Duration::from_secs(10)));
    }
}
