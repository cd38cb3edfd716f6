//! A clock that passes time without taking any, and watchers of a download.

use crate::loopback::Now;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;
use tidegate_data::http::{Clock, Observer, Waiting};

/// 2026-03-02 10:00 in China.
pub const MORNING: i64 = 1_772_416_800_000;

/// Sleeping sets it forward.
#[derive(Clone)]
pub struct FalseClock(Arc<AtomicI64>);

impl FalseClock {
    pub fn at(moment: i64) -> FalseClock {
        FalseClock(Arc::new(AtomicI64::new(moment)))
    }

    /// For a server.
    pub fn reading(&self) -> Now {
        let clock = self.0.clone();
        Arc::new(move || clock.load(Ordering::SeqCst))
    }

    pub fn set_forward(&self, by: Duration) {
        self.sleep(by);
    }
}

impl Clock for FalseClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn sleep(&self, duration: Duration) {
        self.0.fetch_add(i64::try_from(duration.as_millis()).unwrap().max(1), Ordering::SeqCst);
    }
}

/// Remembers what it waited for, and stops after some answers.
#[derive(Default)]
pub struct Watcher {
    pub waits: Mutex<Vec<Waiting>>,
    pub answers: AtomicUsize,
    pub stop_after: Option<usize>,
}

impl Observer for Watcher {
    fn stop_requested(&self) -> bool {
        self.stop_after.is_some_and(|most| self.answers.load(Ordering::SeqCst) >= most)
    }

    fn answered(&self, _: &str, _: usize, kept: bool) {
        if !kept {
            self.answers.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn waiting(&self, why: &Waiting, _: Duration) {
        let mut waits = self.waits.lock().unwrap();
        if waits.last() != Some(why) {
            waits.push(why.clone());
        }
    }
}
