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

/// Waits until `moment` (milliseconds since 1970 UTC), showing what is left. False when the user asked to stop. A clock
/// that is set back meanwhile makes the wait no longer than it was.
pub(crate) fn wait_until(moment: i64, waiting: &Waiting, clock: &dyn Clock, observer: &dyn Observer) -> bool {
    let mut most = u64::MAX;
    loop {
        if observer.stop_requested() {
            return false;
        }
        let left = moment.saturating_sub(clock.now()).max(0).unsigned_abs().min(most);
        if left == 0 {
            observer.waited();
            return true;
        }
        let left = Duration::from_millis(left);
        observer.waiting(waiting, left);
        let pause = left.min(LOOK);
        clock.sleep(pause);
        most = u64::try_from((left - pause).as_millis()).unwrap_or(u64::MAX);
    }
}

/// The moment as `YYYY-MM-DDTHH:MM:SSZ`.
pub(crate) fn stamp(moment: i64) -> String {
    let second = jiff::Timestamp::from_second(moment.div_euclid(1000)).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    second.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// Loses an hour after the third look.
    #[derive(Default)]
    struct SetBack {
        now: AtomicI64,
        looks: AtomicI64,
        slept: AtomicI64,
    }

    impl Clock for SetBack {
        fn now(&self) -> i64 {
            let lost = if self.looks.fetch_add(1, Ordering::SeqCst) > 3 { 3_600_000 } else { 0 };
            self.now.load(Ordering::SeqCst) - lost
        }
        fn sleep(&self, duration: Duration) {
            let millis = i64::try_from(duration.as_millis()).unwrap();
            self.now.fetch_add(millis, Ordering::SeqCst);
            self.slept.fetch_add(millis, Ordering::SeqCst);
        }
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_wait_longer() {
        let clock = SetBack::default();
        assert!(wait_until(60_000, &Waiting::Courtesy, &clock, &super::super::Unobserved));
        assert_eq!(clock.slept.load(Ordering::SeqCst), 60_000);
    }

    #[test]
    fn a_stamp_is_in_whole_seconds_of_utc() {
        assert_eq!(super::stamp(1_700_000_000_999), "2023-11-14T22:13:20Z");
    }
}
