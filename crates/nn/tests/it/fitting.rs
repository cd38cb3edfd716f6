//! How training runs, stops and repeats itself.

use crate::common::{Data, KINDS, last_value, noise, spec, training};
use std::ops::ControlFlow;
use tidegate_nn::{
    EarlyStop, Ended, Epoch, FitError, Kind, Loss, Network, NetworkSpec, Optimizer, Supervision, Training,
    Trial, Unwatched, Watch, fit,
};

fn forecast_loss(network: &Network, data: &Data) -> f64 {
    let outputs = network.forecast(data.panel(), data.valid().ends, 1);
    let errors =
        outputs.iter().zip(data.valid().targets).map(|(&y, &t)| (f64::from(y) - f64::from(t)).powi(2));
    errors.sum::<f64>() / outputs.len() as f64
}

/// Labels that cannot be learnt, so that validation soon gets worse.
fn unlearnable(spec: &NetworkSpec) -> Data {
    let mut data = Data::new(spec, 120, |_| 0.0);
    data.targets = noise(data.targets.len(), 99);
    data
}

#[test]
fn the_same_arguments_give_the_same_bits() {
    for kind in KINDS {
        let spec = NetworkSpec { dropout: 0.3, ..spec(kind) };
        let data = Data::new(&spec, 200, last_value);
        let [one, two] = [(); 2].map(|()| data.fit(&spec, &training(), 5).unwrap());
        assert_eq!(one.network, two.network);
        assert_eq!(one.history, two.history);
        let other = data.fit(&spec, &training(), 6).unwrap();
        assert_ne!(one.network, other.network, "another seed, another network");
    }
}

/// Also the bits of a network trained in several threads at once.
#[test]
fn threads_do_not_change_a_result() {
    let spec = NetworkSpec { dropout: 0.3, ..spec(Kind::Lstm) };
    let data = Data::new(&spec, 200, last_value);
    let alone = data.fit(&spec, &training(), 5).unwrap().network;
    let networks: Vec<Network> = std::thread::scope(|scope| {
        let run = || data.fit(&spec, &training(), 5).unwrap().network;
        let handles: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });
    assert!(networks.iter().all(|network| *network == alone));
}

#[test]
fn the_history_has_one_record_per_epoch_and_accuracy_for_classifiers_only() {
    let spec = spec(Kind::Gru);
    let data = Data::new(&spec, 200, |window| f32::from(last_value(window) > 0.0));
    for loss in [Loss::Mse, Loss::Mae, Loss::Huber, Loss::Bce, Loss::MseSigmoid] {
        let mut seen = Vec::new();
        let settings = Training { loss, ..training() };
        let fitted = data.fit_while(&spec, &settings, 1, |epoch| {
            seen.push(*epoch);
            true
        });
        let fitted = fitted.unwrap();
        assert_eq!(fitted.history, seen);
        assert_eq!(seen.iter().map(|e| e.epoch).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
        assert_eq!(fitted.ended, Ended::AllEpochs);
        for epoch in seen {
            for accuracy in [epoch.train_accuracy, epoch.valid_accuracy] {
                assert_eq!(accuracy.is_some(), loss.is_classification());
                assert!(accuracy.is_none_or(|a| (0.0..=1.0).contains(&a)));
            }
        }
    }
}

#[test]
fn a_classifiers_accuracy_is_the_share_of_right_signs_of_its_forecasts() {
    let spec = spec(Kind::Rnn);
    let data = Data::new(&spec, 200, |window| f32::from(last_value(window) > 0.0));
    let fitted = data.fit(&spec, &Training { loss: Loss::Bce, ..training() }, 1).unwrap();
    let outputs = fitted.network.forecast(data.panel(), data.valid().ends, 1);
    let right = outputs.iter().zip(data.valid().targets).filter(|&(&y, &t)| (y > 0.0) == (t == 1.0)).count();
    let best = fitted.history[fitted.best_epoch - 1];
    assert_eq!(best.valid_accuracy, Some(right as f64 / outputs.len() as f64));
}

#[test]
fn the_weights_of_the_best_epoch_are_kept_whether_or_not_training_stops_early() {
    let spec = NetworkSpec { layers: vec![24], ..spec(Kind::Mlp) };
    let data = unlearnable(&spec);
    for early_stop in [EarlyStop::Off, EarlyStop::Patience(3)] {
        let settings = Training { early_stop, epochs: 40, ..training() };
        let fitted = data.fit(&spec, &settings, 2).unwrap();
        let losses: Vec<f64> = fitted.history.iter().map(|e| e.valid_loss).collect();
        let lowest = losses.iter().copied().fold(f64::INFINITY, f64::min);
        assert_eq!(losses.iter().position(|&l| l == lowest), Some(fitted.best_epoch - 1));
        assert!(fitted.best_epoch < losses.len(), "the last epoch is not the best here: {losses:?}");
        assert_eq!(forecast_loss(&fitted.network, &data), lowest);
        match early_stop {
            EarlyStop::Off => assert_eq!((losses.len(), fitted.ended), (40, Ended::AllEpochs)),
            EarlyStop::Patience(patience) => {
                assert_eq!((losses.len(), fitted.ended), (fitted.best_epoch + patience, Ended::EarlyStopped));
            }
        }
    }
}

#[test]
fn patience_counts_epochs_in_a_row_and_zero_tolerates_none() {
    let spec = NetworkSpec { layers: vec![24], ..spec(Kind::Mlp) };
    let data = unlearnable(&spec);
    let run = |patience| {
        let settings = Training { early_stop: EarlyStop::Patience(patience), epochs: 40, ..training() };
        data.fit(&spec, &settings, 2).unwrap().history.iter().map(|e| e.valid_loss).collect::<Vec<_>>()
    };
    assert_eq!(run(0), run(1));
    let losses = run(1);
    let (last, before) = losses.split_last().unwrap();
    assert!(before.windows(2).all(|pair| pair[1] < pair[0]) && last >= before.last().unwrap(), "{losses:?}");
}

/// Weights stand still here, so losses differ by dropout and the order of sums alone.
#[test]
fn dropout_is_on_in_training_with_new_masks_every_epoch_and_off_in_validation() {
    let settings =
        Training { learning_rate: 1e-30, optimizer: Optimizer::Sgd { momentum: 0.0 }, ..training() };
    for kind in KINDS {
        let losses = |dropout| {
            let spec = NetworkSpec { dropout, ..spec(kind) };
            let data = Data::new(&spec, 200, last_value);
            let trial = Trial { valid: data.train(), ..data.trial(&spec, &settings, 1) };
            let fitted = fit(&trial, 1, &mut Unwatched).unwrap();
            let [one, two, ..] = fitted.history[..] else { panic!("two epochs") };
            assert_eq!(one.valid_loss, two.valid_loss);
            (one.train_loss, two.train_loss, one.valid_loss)
        };
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
        let (one, two, valid) = losses(0.0);
        assert!(near(one, valid) && near(two, valid), "{kind:?}: {one}, {two}, {valid}");
        let (one, two, valid_with_dropout) = losses(0.5);
        assert_eq!(valid_with_dropout, valid, "{kind:?}");
        assert!(!near(one, valid) && !near(two, valid) && !near(one, two), "{kind:?}: {one}, {two}, {valid}");
    }
}

/// With batches of one, the batch that stumbles over a NaN label tells the sample's place in the order.
#[test]
fn samples_come_in_an_order_of_the_seeds_own() {
    let spec = spec(Kind::Mlp);
    let mut data = Data::new(&spec, 60, last_value);
    data.targets[10] = f32::NAN;
    let place = |seed| match data.fit(&spec, &Training { batch: 1, ..training() }, seed) {
        Err(FitError::NotFinite { batch, .. }) => batch,
        other => panic!("{other:?}"),
    };
    let places: std::collections::BTreeSet<usize> = (1..=6).map(place).collect();
    assert!(places.len() > 3, "{places:?}");
}

/// Weights stand still here; the same losses summed in another order differ in their last bits.
#[test]
fn samples_come_in_another_order_every_epoch() {
    let spec = spec(Kind::Mlp);
    let data = Data::new(&spec, 200, last_value);
    let history = data.fit(&spec, &Training { learning_rate: 1e-30, ..training() }, 1).unwrap().history;
    let sums: std::collections::BTreeSet<u64> = history.iter().map(|e| e.train_loss.to_bits()).collect();
    assert!(sums.len() > 3, "{history:?}");
}

#[test]
fn training_can_be_interrupted_after_any_epoch() {
    let spec = spec(Kind::Lstm);
    let data = Data::new(&spec, 100, last_value);
    let mut last = 0;
    let result = data.fit_while(&spec, &training(), 1, |epoch: &Epoch| {
        last = epoch.epoch;
        epoch.epoch < 3
    });
    assert_eq!((result.unwrap_err(), last), (FitError::Interrupted, 3));
}

#[test]
fn training_can_be_interrupted_in_the_middle_of_an_epoch() {
    struct Impatient(usize);
    impl Watch for Impatient {
        fn epoch(&mut self, epoch: &Epoch) {
            panic!("{epoch:?} was to be interrupted");
        }
        fn go_on(&mut self) -> ControlFlow<()> {
            self.0 += 1;
            if self.0 < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        }
    }
    let spec = spec(Kind::Gru);
    let data = Data::new(&spec, 100, last_value);
    let settings = Training { batch: 8, ..training() };
    let mut watch = Impatient(0);
    let result = fit(&data.trial(&spec, &settings, 1), 1, &mut watch);
    assert_eq!((result.unwrap_err(), watch.0), (FitError::Interrupted, 2));
}

#[test]
fn every_optimizer_makes_the_training_loss_fall() {
    let spec = spec(Kind::Gru);
    let data = Data::new(&spec, 300, last_value);
    for (optimizer, learning_rate) in [
        (Optimizer::Sgd { momentum: 0.0 }, 0.5),
        (Optimizer::Sgd { momentum: 0.9 }, 0.05),
        (Optimizer::Nesterov { momentum: 0.9 }, 0.05),
        (Optimizer::RmsProp, 0.005),
        (Optimizer::Adam, 0.01),
        (Optimizer::AdamW, 0.01),
    ] {
        let settings = Training { optimizer, learning_rate, epochs: 25, ..training() };
        let history = data.fit(&spec, &settings, 1).unwrap().history;
        let (first, last) = (history[0].train_loss, history[24].train_loss);
        assert!(last < 0.5 * first, "{optimizer:?}: {first} to {last}");
    }
}

/// Every step of a chunk teaches, whatever the cores, and what comes out is judged on windows as ever.
#[test]
fn every_step_supervision_learns_and_repeats_itself() {
    for kind in [Kind::Rnn, Kind::Lstm, Kind::Gru] {
        let spec = NetworkSpec { dropout: 0.1, ..spec(kind) };
        let data = Data::new(&spec, 400, last_value);
        let settings = Training { supervision: Supervision::every_step(), epochs: 12, ..training() };
        let [one, two] =
            [1, 3].map(|jobs| fit(&data.trial(&spec, &settings, 5), jobs, &mut Unwatched).unwrap());
        assert_eq!(one.network, two.network, "{kind:?}");
        assert_eq!(one.history, two.history, "{kind:?}");
        let losses: Vec<f64> = one.history.iter().map(|epoch| epoch.valid_loss).collect();
        assert!(losses[one.best_epoch - 1] < 0.5 * losses[0], "{kind:?}: {losses:?}");
        let found = forecast_loss(&one.network, &data);
        assert!((found / losses[one.best_epoch - 1] - 1.0).abs() < 1e-6, "{kind:?}: {found}, {losses:?}");
    }
}

/// One label a chunk, one chunk a step and no averaging are window training, up to the order of the samples.
#[test]
fn chunks_of_one_label_are_windows() {
    let spec = NetworkSpec { dropout: 0.0, ..spec(Kind::Gru) };
    let data = Data::new(&spec, 100, last_value);
    let one_label =
        Supervision::EveryStep { chunk: 1, windows_per_chunk: 1, rate: 1.0, passes: 1, average: 0.0 };
    let whole = Training { batch: 1000, epochs: 3, ..training() };
    let chunked = Training { supervision: one_label, ..whole.clone() };
    let [windows, chunks] = [whole, chunked].map(|settings| data.fit(&spec, &settings, 5).unwrap());
    for (a, b) in windows.history.iter().zip(&chunks.history) {
        assert!((a.train_loss / b.train_loss - 1.0).abs() < 1e-5, "{a:?}, {b:?}");
        assert!((a.valid_loss / b.valid_loss - 1.0).abs() < 1e-5, "{a:?}, {b:?}");
    }
}

/// The factor on the learning rate, the windows that a chunk stands for and the passes of an epoch do what they say.
#[test]
fn settings_of_chunks_are_what_they_stand_for() {
    let spec = spec(Kind::Rnn);
    let data = Data::new(&spec, 100, last_value);
    let run = |learning_rate, batch, epochs, (windows_per_chunk, rate, passes)| {
        let supervision = Supervision::EveryStep { chunk: 5, windows_per_chunk, rate, passes, average: 0.0 };
        let settings = Training { supervision, learning_rate, batch, epochs, ..training() };
        data.fit(&spec, &settings, 5).unwrap().history
    };
    let plain = run(0.02, 2, 4, (1, 1.0, 1));
    assert_eq!(run(0.01, 2, 4, (1, 2.0, 1)), plain, "twice the learning rate");
    assert_eq!(run(0.02, 8, 4, (4, 1.0, 1)), plain, "a quarter as many chunks as windows");
    let double = run(0.02, 2, 2, (1, 1.0, 2));
    for (both, each) in double.iter().zip(plain.chunks_exact(2)) {
        let mean = (each[0].train_loss + each[1].train_loss) / 2.0;
        assert!((both.train_loss / mean - 1.0).abs() < 1e-12, "{both:?}, {each:?}");
        assert_eq!(both.valid_loss, each[1].valid_loss);
    }
}
