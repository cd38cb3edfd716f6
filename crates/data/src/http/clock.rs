//! The clock that downloads wait by. Tests put a false one in its place and take no time.

use super::observer::{Observer, Waiting};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often a wait looks whether it should stop, and its countdown is drawn anew.
const LOOK: Duration = Duration::from_millis(200);

/// Tells and passes time.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01 UTC.
    fn now(&self) -> i64;
    /// Lets time pass.
    fn sleep(&self, duration: Duration);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// Waits until `moment` (milliseconds since 1970 UTC), showing what is left. False when the user asked to stop.
pub(crate) fn wait_until(moment: i64, waiting: &Waiting, clock: &dyn Clock, observer: &dyn Observer) -> bool {
    loop {
        if observer.stop_requested() {
            return false;
        }
        let left = moment.saturating_sub(clock.now());
        if left <= 0 {
            observer.waited();
            return true;
        }
        let left = Duration::from_millis(left.unsigned_abs());
        observer.waiting(waiting, left);
        clock.sleep(left.min(LOOK));
    }
}

/// The moment as `YYYY-MM-DDTHH:MM:SSZ`.
pub(crate) fn stamp(moment: i64) -> String {
    let second = jiff::Timestamp::from_second(moment.div_euclid(1000)).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    second.to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_stamp_is_in_whole_seconds_of_utc() {
        assert_eq!(super::stamp(1_700_000_000_999), "2023-11-14T22:13:20Z");
    }
}
