//! Trains and scores the networks of a search: every seed of every trial is one, and cores take them as they come.

use super::trial::{Arena, Outcome, SearchObserver};
use crate::error::Error;
use crate::summary::Measured;
use crate::train::{Job, JobLabel, Task};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use tidegate_nn::{self as nn, Epoch, FitError, Fitted, Trial, WatchMany};

impl Arena<'_> {
    /// Trains all trials on at most `cores` cores; outcomes in the order of the trials.
    pub(crate) fn train(&self, cores: usize, observer: &dyn SearchObserver) -> Result<Vec<Outcome>, Error> {
        let seeds = &self.search.base.experiment.training.seeds;
        let trials = 0..self.search.trials.len();
        observer.planned(trials.len(), seeds.len());
        let jobs: Vec<Job<'_>> =
            trials.flat_map(|trial| seeds.iter().map(move |seed| self.job(trial, *seed))).collect();
        let networks: Vec<Trial<'_>> = jobs.iter().map(Job::trial).collect();
        let board = Board::new(self, seeds, observer);
        nn::fit_each(&networks, cores.max(1), &board, |network, result| board.note(network, result));
        board.outcomes().ok_or(Error::Interrupted)
    }

    fn job(&self, trial: usize, seed: u64) -> Job<'_> {
        let (planned, task) = (&self.search.trials[trial], self.task(trial));
        let set = &task.inputs.set;
        Job {
            label: JobLabel { task: Task::Forecast, model: planned.network().name.clone(), seed },
            spec: planned.network().spec(set.width, task.settings.window),
            training: &planned.plan.training,
            set,
        }
    }
}

/// What came of one network.
enum Came {
    /// Validation error in the target's unit, epochs trained, trainable numbers.
    Scored { error: f64, epochs: usize, parameters: usize },
    /// Why there is no error.
    Failed(String),
    /// The user stopped the search, or an earlier seed of the trial failed.
    NotTrained,
}

/// What has come of the search so far. Networks are counted trial by trial, seed by seed.
struct Board<'a> {
    arena: &'a Arena<'a>,
    seeds: &'a [u64],
    observer: &'a dyn SearchObserver,
    /// Place of the first seed that failed, by trial; `usize::MAX` if none has.
    failed: Vec<AtomicUsize>,
    /// By network; `None` until it has ended.
    came: Mutex<Vec<Option<Came>>>,
}

impl<'a> Board<'a> {
    fn new(arena: &'a Arena<'a>, seeds: &'a [u64], observer: &'a dyn SearchObserver) -> Board<'a> {
        let trials = arena.search.trials.len();
        let failed = (0..trials).map(|_| AtomicUsize::new(usize::MAX)).collect();
        let came = Mutex::new((0..trials * seeds.len()).map(|_| None).collect());
        Board { arena, seeds, observer, failed, came }
    }

    /// Trial of a network, and the place of its seed.
    fn place(&self, network: usize) -> (usize, usize) {
        (network / self.seeds.len(), network % self.seeds.len())
    }

    /// A network has ended: scores it and forgets its weights.
    fn note(&self, network: usize, result: Result<Fitted, FitError>) {
        let (trial, place) = self.place(network);
        let came = match result {
            Ok(fitted) => match self.arena.validation_error(trial, &fitted.network) {
                Some(error) => Came::Scored {
                    error,
                    epochs: fitted.history.len(),
                    parameters: fitted.network.parameter_count(),
                },
                None => Came::Failed("the forecasts on validation are not finite".into()),
            },
            Err(FitError::Interrupted) => Came::NotTrained,
            Err(error) => Came::Failed(error.to_string()),
        };
        match came {
            Came::Scored { .. } => self.observer.trained(trial, place),
            Came::Failed(_) => _ = self.failed[trial].fetch_min(place, Ordering::Relaxed),
            Came::NotTrained => {}
        }
        let outcome = {
            let mut all = self.came.lock().unwrap_or_else(PoisonError::into_inner);
            all[network] = Some(came);
            self.outcome(&all[network - place..][..self.seeds.len()])
        };
        if let Some(outcome) = outcome {
            self.observer.finished(trial, &outcome);
        }
    }

    /// What came of a trial, given its networks; `None` while one is in training and if the user stopped it.
    fn outcome(&self, networks: &[Option<Came>]) -> Option<Outcome> {
        if networks.iter().any(Option::is_none) {
            return None;
        }
        let (mut errors, mut all_epochs, mut count) = (Vec::new(), Vec::new(), 0);
        for (came, seed) in networks.iter().flatten().zip(self.seeds) {
            match came {
                Came::Scored { error, epochs, parameters } => {
                    errors.push(Some(*error));
                    all_epochs.push(*epochs);
                    count = *parameters;
                }
                Came::Failed(reason) => return Some(Outcome::Failed { seed: *seed, reason: reason.clone() }),
                Came::NotTrained => return None,
            }
        }
        Measured::over(errors).map(|valid| Outcome::Done { valid, parameters: count, epochs: all_epochs })
    }

    /// Of all trials; `None` if the user stopped one.
    fn outcomes(&self) -> Option<Vec<Outcome>> {
        let all = self.came.lock().unwrap_or_else(PoisonError::into_inner);
        all.chunks(self.seeds.len()).map(|networks| self.outcome(networks)).collect()
    }
}

impl WatchMany for Board<'_> {
    fn epoch(&self, network: usize, epoch: &Epoch) {
        let (trial, place) = self.place(network);
        self.observer.epoch(trial, place, epoch);
    }

    /// After a failure later seeds of the trial are not worth training. Earlier ones go on, so that the seed named in
    /// the outcome is the first that fails, on any number of cores.
    fn go_on(&self, network: usize) -> ControlFlow<()> {
        let (trial, place) = self.place(network);
        if self.observer.cancelled() || self.failed[trial].load(Ordering::Relaxed) < place {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bars;
    use crate::experiment::parse;
    use crate::train::Silent;
    use crate::tune::Search;

    #[test]
    fn a_failed_seed_stops_the_later_ones_of_its_trial_and_nothing_else() {
        let experiment = r#"
            data = { from = "2015-01-05", to = "2018-12-31" }
            training.seeds = [5, 6, 7]
            model = [{ kind = "gru", layers = [3] }]
            tune = { sampler = "grid", space = { training.batch = [16] } }"#;
        let search = Search::check(parse(experiment, "x.toml", None, &[]).unwrap()).unwrap();
        let arena = Arena::new(&search, &bars::load(&search.base).unwrap()).unwrap();
        let board = Board::new(&arena, &search.base.experiment.training.seeds, &Silent);
        let failure = |epoch| {
            let (what, batch, cause) = ("loss", 1, String::new());
            Err(FitError::NotFinite { what, epoch, batch, cause })
        };
        let going_on = || (0..6).filter(|network| board.go_on(*network).is_continue()).collect::<Vec<_>>();
        board.note(4, failure(1));
        assert_eq!(going_on(), [0, 1, 2, 3, 4], "the second seed of trial 1 failed");
        board.note(5, Err(FitError::Interrupted));
        board.note(3, failure(2));
        assert_eq!(going_on(), [0, 1, 2, 3]);
        (0..3).for_each(|network| board.note(network, failure(3)));
        let outcomes = board.outcomes().expect("every trial has ended");
        for outcome in &outcomes {
            assert!(
                matches!(outcome, Outcome::Failed { seed: 5, .. }),
                "the first seed is named: {outcomes:?}"
            );
        }
        let Outcome::Failed { reason, .. } = &outcomes[1] else { panic!("{outcomes:?}") };
        assert!(reason.contains("epoch 2"), "{reason}");
    }
}
