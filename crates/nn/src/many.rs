//! Many trainings at once: independent trials, one per core, nothing shared.

use crate::face::{Epoch, FitError, Fitted, Trial, Watch};
use crate::fit::fit;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Who watches many trainings. Trials are named by their index; calls come from several threads.
pub trait WatchMany: Sync {
    /// An epoch of a trial ended.
    fn epoch(&self, _trial: usize, _epoch: &Epoch) {}

    /// A trial ended. Not told of trials that never began.
    fn ended(&self, _trial: usize, _result: &Result<Fitted, FitError>) {}

    /// `Break` ends this trial with [`FitError::Interrupted`], or keeps it from beginning. Asked before a trial and as
    /// often as [`Watch::go_on`].
    fn go_on(&self, _trial: usize) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl WatchMany for crate::face::Unwatched {}

/// Trains all `trials` on at most `jobs` cores; results in the order of the trials. They do not depend on `jobs`.
///
/// A core trains one network at a time, long ones first so that cores end together; with fewer trials than cores each
/// trial has several cores. A trial that `watch` stops answers [`FitError::Interrupted`]; the others go on.
///
/// # Panics
/// As [`fit`], for any of the trials: the others are stopped and the panic is passed on.
pub fn fit_many(trials: &[Trial<'_>], jobs: usize, watch: &dyn WatchMany) -> Vec<Result<Fitted, FitError>> {
    fit_each(trials, jobs, watch, |_, result| result)
}

/// As [`fit_many`], but keeps of each result only what `keep` makes of it, on the core that trained it: the networks of
/// a search of thousands of trials need not be in memory together. `keep` is told of every trial, begun or not.
///
/// # Panics
/// As [`fit_many`], and if `keep` or `watch` does.
pub fn fit_each<R: Send>(
    trials: &[Trial<'_>],
    jobs: usize,
    watch: &dyn WatchMany,
    keep: impl Fn(usize, Result<Fitted, FitError>) -> R + Sync,
) -> Vec<R> {
    assert!(jobs > 0, "at least one core");
    let mut order: Vec<usize> = (0..trials.len()).collect();
    let at_most = |trial: usize| trials[trial].epoch_cost() * trials[trial].training.epochs as f64;
    order.sort_by(|a, b| at_most(*b).total_cmp(&at_most(*a)));
    let workers = jobs.min(trials.len());
    let next = AtomicUsize::new(0);
    let broken = AtomicBool::new(false);
    let work = || {
        let _alarm = Alarm(&broken);
        let mut kept = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(&trial) = order.get(place) else { return kept };
            let mut told = Told { trial, watch, broken: &broken };
            let result = if told.go_on().is_break() {
                Err(FitError::Interrupted)
            } else {
                let result = fit(&trials[trial], cores(place, workers, jobs), &mut told);
                watch.ended(trial, &result);
                result
            };
            kept.push((trial, keep(trial, result)));
        }
    };
    let mut kept: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    kept.sort_unstable_by_key(|(trial, _)| *trial);
    kept.into_iter().map(|(_, kept)| kept).collect()
}

/// Cores for the trial at `place` in the queue: one where there are enough trials, otherwise an even share of all, of
/// which the longest get what is left over.
fn cores(place: usize, workers: usize, jobs: usize) -> usize {
    jobs / workers + usize::from(place < jobs % workers)
}

/// Says that the thread it lives on has panicked, so that the others do not train for nobody.
struct Alarm<'a>(&'a AtomicBool);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// The watch of one trial among many.
struct Told<'a> {
    trial: usize,
    watch: &'a dyn WatchMany,
    broken: &'a AtomicBool,
}

impl Watch for Told<'_> {
    fn epoch(&mut self, epoch: &Epoch) {
        self.watch.epoch(self.trial, epoch);
    }

    fn go_on(&mut self) -> ControlFlow<()> {
        if self.broken.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        self.watch.go_on(self.trial)
    }
}

#[cfg(test)]
mod tests {
    use super::cores;

    #[test]
    fn all_cores_work_and_none_twice() {
        for jobs in 1..=9_usize {
            for trials in 1..=9 {
                let workers = jobs.min(trials);
                let at_once: Vec<usize> = (0..workers).map(|place| cores(place, workers, jobs)).collect();
                assert_eq!(at_once.iter().sum::<usize>(), jobs, "{trials} trials");
                assert!(at_once.is_sorted_by(|a, b| a >= b) && at_once[0] - at_once[workers - 1] <= 1);
                assert!((workers..trials).all(|place| cores(place, workers, jobs) == 1));
            }
        }
    }
}
