//! Many trainings at once.

use crate::common::{Data, KINDS, last_value, spec, training};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tidegate_nn::{
    Ended, Epoch, FitError, Fitted, Kind, NetworkSpec, Training, Trial, Unwatched, WatchMany, fit, fit_many,
};

/// Data and a network of each kind, sizes apart so that no two trials cost the same.
fn cases() -> Vec<(NetworkSpec, Data)> {
    let sized = |(place, kind): (usize, &Kind)| NetworkSpec { layers: vec![5 + 3 * place, 8], ..spec(*kind) };
    let with_data = |spec: NetworkSpec| {
        let data = Data::new(&spec, 150, last_value);
        (spec, data)
    };
    KINDS.iter().enumerate().map(sized).map(with_data).collect()
}

/// Two seeds of each case.
fn trials<'a>(cases: &'a [(NetworkSpec, Data)], training: &'a Training) -> Vec<Trial<'a>> {
    cases.iter().flat_map(|(spec, data)| [1, 2].map(|seed| data.trial(spec, training, seed))).collect()
}

/// Weights and losses of a trial, to the last bit.
fn bits(result: &Result<Fitted, FitError>) -> Vec<u64> {
    let fitted = result.as_ref().expect("finite");
    let losses = fitted.history.iter().flat_map(|e| [e.train_loss.to_bits(), e.valid_loss.to_bits()]);
    losses.chain(fitted.network.parameters().iter().map(|weight| u64::from(weight.to_bits()))).collect()
}

#[test]
fn results_are_those_of_one_training_after_another_for_any_number_of_cores() {
    let (cases, training) = (cases(), training());
    let trials = trials(&cases, &training);
    let alone: Vec<_> = trials.iter().map(|trial| bits(&fit(trial, 1, &mut Unwatched))).collect();
    for jobs in [1, 2, 3, 20] {
        let together: Vec<_> = fit_many(&trials, jobs, &Unwatched).iter().map(bits).collect();
        assert_eq!(together, alone, "{jobs} cores");
    }
    assert!(alone.iter().enumerate().all(|(i, one)| !alone[..i].contains(one)), "trials differ");
}

#[test]
fn no_trial_is_no_work() {
    assert!(fit_many(&[], 2, &Unwatched).is_empty());
}

/// Writes down what it is told.
#[derive(Default)]
struct Diary {
    epochs: Mutex<Vec<(usize, usize)>>,
    ended: Mutex<Vec<usize>>,
}

impl WatchMany for Diary {
    fn epoch(&self, trial: usize, epoch: &Epoch) {
        self.epochs.lock().expect("no panic").push((trial, epoch.epoch));
    }

    fn ended(&self, trial: usize, result: &Result<Fitted, FitError>) {
        assert_eq!(result.as_ref().expect("finite").ended, Ended::AllEpochs);
        self.ended.lock().expect("no panic").push(trial);
    }
}

#[test]
fn long_trials_begin_first_and_every_epoch_is_told_under_its_trial() {
    let training = Training { epochs: 3, ..training() };
    let spec_of = |units, window| NetworkSpec { layers: vec![units], window, ..spec(Kind::Gru) };
    let specs = [spec_of(4, 6), spec_of(16, 6), spec_of(4, 12)];
    let data = specs.each_ref().map(|spec| Data::new(spec, 60, last_value));
    let trials: Vec<_> = (0..3).map(|i| data[i].trial(&specs[i], &training, 1)).collect();
    let diary = Diary::default();
    fit_many(&trials, 1, &diary);
    let by_cost = [1, 2, 0];
    assert_eq!(*diary.ended.lock().unwrap(), by_cost);
    let told: Vec<_> = by_cost.iter().flat_map(|trial| (1..=3).map(|epoch| (*trial, epoch))).collect();
    assert_eq!(*diary.epochs.lock().unwrap(), told);
}

/// Stops everything as soon as one trial has ended.
#[derive(Default)]
struct OneIsEnough(AtomicUsize);

impl WatchMany for OneIsEnough {
    fn ended(&self, _: usize, _: &Result<Fitted, FitError>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn go_on(&self, _: usize) -> ControlFlow<()> {
        if self.0.load(Ordering::Relaxed) == 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

#[test]
fn what_is_left_when_the_watch_breaks_was_interrupted() {
    let (cases, training) = (cases(), training());
    let trials = trials(&cases, &training);
    for jobs in [1, 2] {
        let watch = OneIsEnough::default();
        let results = fit_many(&trials, jobs, &watch);
        assert_eq!(results.len(), trials.len());
        let interrupted = results.iter().filter(|r| matches!(r, Err(FitError::Interrupted))).count();
        let whole = results.iter().filter(|r| r.is_ok()).count();
        // Each core may have been past its last question.
        assert!((1..=jobs).contains(&whole) && whole + interrupted == trials.len(), "{jobs} cores: {whole}");
        // Told of those that began, no others.
        assert!((whole..=jobs).contains(&watch.0.into_inner()));
    }
}

#[test]
fn one_trial_is_stopped_or_fails_while_the_others_go_on() {
    struct NotTheThird;
    impl WatchMany for NotTheThird {
        fn go_on(&self, trial: usize) -> ControlFlow<()> {
            if trial == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }
    let (cases, settings) = (cases(), training());
    let diverging = Training { learning_rate: 1e38, clip: tidegate_nn::Clip::Off, ..training() };
    let mut trials = trials(&cases, &settings);
    trials[5].training = &diverging;
    let results = fit_many(&trials, 2, &NotTheThird);
    for (trial, result) in results.iter().enumerate() {
        match trial {
            2 => assert!(matches!(result, Err(FitError::Interrupted)), "{result:?}"),
            5 => assert!(matches!(result, Err(FitError::NotFinite { .. })), "{result:?}"),
            _ => assert!(result.is_ok(), "{trial}: {result:?}"),
        }
    }
}

#[test]
fn a_panic_in_one_trial_stops_the_others_and_reaches_the_caller() {
    let spec = spec(Kind::Gru);
    let data = Data::new(&spec, 100, last_value);
    let (endless, none) = (Training { epochs: 1_000_000, ..training() }, Training { batch: 0, ..training() });
    let trials = [data.trial(&spec, &endless, 1), data.trial(&spec, &none, 1)];
    let panic =
        catch_unwind(AssertUnwindSafe(|| fit_many(&trials, 2, &Unwatched))).expect_err("a batch of 0");
    let said = panic.downcast_ref::<String>().expect("a message");
    assert!(said.starts_with("a batch and at least one epoch"), "{said}");
}
