//! The networks of a run, trained together.

use crate::support::{SMALL, plan_with};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tidegate::Error;
use tidegate::run::Prepared;
use tidegate::train::{Job, Observer, fit_all};
use tidegate_nn::{Clip, Epoch, Fitted, Optimizer, Training};

/// Counts what it is told.
#[derive(Default)]
struct Counts {
    planned: AtomicUsize,
    epochs: Mutex<Vec<(usize, usize)>>,
    finished: Mutex<Vec<usize>>,
}

impl Observer for Counts {
    fn jobs(&self, jobs: &[Job<'_>]) {
        self.planned.fetch_add(jobs.len(), Ordering::Relaxed);
    }
    fn epoch(&self, job: usize, epoch: &Epoch) {
        self.epochs.lock().unwrap().push((job, epoch.epoch));
    }
    fn finished(&self, job: usize, fitted: &Fitted) {
        assert_eq!(fitted.history.len(), 2);
        self.finished.lock().unwrap().push(job);
    }
}

fn prepared() -> Prepared {
    Prepared::new(plan_with(SMALL, &["data.to=2006-12-31"])).unwrap()
}

#[test]
fn every_epoch_and_every_network_is_told_under_its_job() {
    let prepared = prepared();
    let (jobs, counts) = (prepared.jobs(), Counts::default());
    assert_eq!(fit_all(&jobs, 2, &counts).unwrap().len(), jobs.len());
    let (mut epochs, mut finished) =
        (counts.epochs.into_inner().unwrap(), counts.finished.into_inner().unwrap());
    epochs.sort_unstable();
    finished.sort_unstable();
    assert_eq!(epochs, (0..jobs.len()).flat_map(|job| [(job, 1), (job, 2)]).collect::<Vec<_>>());
    assert_eq!(finished, (0..jobs.len()).collect::<Vec<_>>());
    assert_eq!(counts.planned.into_inner(), jobs.len());
}

#[test]
fn a_job_that_fails_ends_the_others_and_is_named() {
    let prepared = prepared();
    let endless = Training { epochs: 1_000_000, ..prepared.plan.training.clone() };
    let optimizer = Optimizer::Sgd { momentum: 0.0 };
    let diverging = Training { learning_rate: 1e38, clip: Clip::Off, optimizer, ..endless.clone() };
    let mut jobs = prepared.jobs();
    for job in &mut jobs {
        job.training = &endless;
    }
    // The LSTM with its second seed; as many cores as jobs, so that all have begun.
    jobs[3].training = &diverging;
    let error = fit_all(&jobs, jobs.len(), &Counts::default()).unwrap_err();
    let Error::Fit { model, seed: 2, .. } = &error else { panic!("{error:?}") };
    assert_eq!(model, "lstm");
}
