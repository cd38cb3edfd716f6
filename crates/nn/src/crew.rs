//! The cores lent to one training. What they do is cut into pieces that do not depend on their number, so results do
//! not either.
//!
//! A step of a small network lasts a millisecond or two and hands out work three or four times; to wake a sleeping thread
//! takes up to a tenth of that. So whoever waits inside [`Crew::enter`] stays awake, looks for work and otherwise offers
//! its time to the system.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// One core, or a pool of threads.
pub(crate) struct Crew {
    pool: Option<rayon::ThreadPool>,
}

impl Crew {
    /// The calling thread.
    #[cfg(test)]
    pub(crate) const ALONE: Crew = Crew { pool: None };

    /// `jobs` cores; the calling thread alone if they are one, or if the system gives no threads.
    pub(crate) fn new(jobs: usize) -> Crew {
        let pool = (jobs > 1).then(|| rayon::ThreadPoolBuilder::new().num_threads(jobs).build().ok());
        Crew { pool: pool.flatten() }
    }

    /// How many work at a time.
    pub(crate) fn size(&self) -> usize {
        self.pool.as_ref().map_or(1, rayon::ThreadPool::current_num_threads)
    }

    /// Runs `work` as one of the crew and keeps the others awake until it is done.
    pub(crate) fn enter<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        let Some(pool) = &self.pool else { return work() };
        let over = AtomicBool::new(false);
        pool.install(|| {
            let this = rayon::current_thread_index();
            rayon::scope(|scope| {
                scope.spawn_broadcast(|_, other| {
                    while Some(other.index()) != this && !over.load(Ordering::Relaxed) {
                        look_for_work();
                    }
                });
                // Also when `work` panics.
                let _over = AtEnd(|| over.store(true, Ordering::Relaxed));
                work()
            })
        })
    }

    /// Does `work` on every item, told which worker (below `size`) does it. Each worker begins with the same share of the
    /// items every time, so that what they hold is still in its caches, and then helps the others.
    pub(crate) fn each<T: Send>(&self, items: Vec<T>, work: impl Fn(usize, T) + Send + Sync) {
        let Some(pool) = self.pool.as_ref().filter(|_| items.len() > 1) else {
            return items.into_iter().for_each(|item| work(0, item));
        };
        let size = self.size();
        let left = AtomicUsize::new(items.len());
        let items: Vec<Mutex<Option<T>>> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
        pool.install(|| {
            let take_part = |worker: usize| {
                let first = items.len() * worker / size;
                for at in (first..items.len()).chain(0..first) {
                    let item = items[at].lock().unwrap_or_else(PoisonError::into_inner).take();
                    if let Some(item) = item {
                        // Also when `work` panics.
                        let _done = AtEnd(|| _ = left.fetch_sub(1, Ordering::Release));
                        work(worker, item);
                    }
                }
            };
            let this = rayon::current_thread_index();
            rayon::scope(|scope| {
                scope.spawn_broadcast(|_, other| {
                    if Some(other.index()) != this {
                        take_part(other.index());
                    }
                });
                take_part(this.unwrap_or(0));
                // The scope would wait too, but asleep.
                while left.load(Ordering::Acquire) > 0 {
                    std::thread::yield_now();
                }
            });
        });
    }
}

/// Does a piece of the crew's work if there is any.
fn look_for_work() {
    if rayon::yield_now() != Some(rayon::Yield::Executed) {
        std::thread::yield_now();
    }
}

/// Runs a closure when it is dropped.
struct AtEnd<F: FnMut()>(F);

impl<F: FnMut()> Drop for AtEnd<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[cfg(test)]
mod tests;
