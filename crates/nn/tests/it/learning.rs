//! Networks learn what they should be able to learn.

use crate::common::{Data, KINDS, last_value, spec, training};
use tidegate_nn::{Activation, EarlyStop, Init, Kind, Loss, NetworkSpec, Training};

/// Lowest validation loss as a share of the labels' variance around their mean.
fn unexplained(spec: &NetworkSpec, settings: &Training, label: impl Fn(&[f32]) -> f32) -> f64 {
    let data = Data::new(spec, 700, label);
    let fitted = data.fit(spec, settings, 3).expect("finite");
    let targets: Vec<f64> = data.valid().targets.iter().map(|&t| f64::from(t)).collect();
    let mean = targets.iter().sum::<f64>() / targets.len() as f64;
    let variance = targets.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / targets.len() as f64;
    fitted.history[fitted.best_epoch - 1].valid_loss / variance
}

fn patient() -> Training {
    Training { epochs: 120, early_stop: EarlyStop::Patience(25), ..training() }
}

#[test]
fn every_kind_learns_the_last_value() {
    for kind in KINDS {
        let share = unexplained(&spec(kind), &patient(), last_value);
        assert!(share < 0.02, "{kind:?} leaves {share} of the variance");
    }
}

/// Needs memory over the whole window.
#[test]
fn every_kind_learns_the_mean_of_the_window() {
    for kind in KINDS {
        let mean = |window: &[f32]| window.iter().step_by(2).sum::<f32>() / 6.0;
        let share = unexplained(&spec(kind), &patient(), mean);
        assert!(share < 0.05, "{kind:?} leaves {share} of the variance");
    }
}

#[test]
fn gated_kinds_remember_the_first_value() {
    for kind in [Kind::Lstm, Kind::Gru] {
        let share = unexplained(&spec(kind), &patient(), |window| window[0]);
        assert!(share < 0.05, "{kind:?} leaves {share} of the variance");
    }
}

#[test]
fn every_activation_and_initialiser_learns() {
    for activation in
        [Activation::Tanh, Activation::Relu, Activation::Sigmoid, Activation::LeakyRelu, Activation::Gelu]
    {
        for init in [Init::Pytorch, Init::Glorot, Init::He, Init::Orthogonal] {
            let spec = NetworkSpec { activation, init, head: vec![6], layers: vec![12], ..spec(Kind::Mlp) };
            let share = unexplained(&spec, &patient(), last_value);
            assert!(share < 0.1, "{activation:?}, {init:?} leaves {share} of the variance");
        }
    }
}

#[test]
fn classifiers_learn_a_sign_with_either_loss() {
    for loss in [Loss::Bce, Loss::MseSigmoid] {
        for kind in KINDS {
            let spec = spec(kind);
            let data = Data::new(&spec, 700, |w| f32::from(last_value(w) + w[w.len() - 4] > 0.0));
            let fitted = data.fit(&spec, &Training { loss, ..patient() }, 3).unwrap();
            let accuracy = fitted.history[fitted.best_epoch - 1].valid_accuracy.unwrap();
            assert!(accuracy > 0.93, "{kind:?}, {loss:?}: {accuracy}");
        }
    }
}

#[test]
fn dropout_does_not_keep_a_network_from_learning() {
    let spec = NetworkSpec { dropout: 0.2, layers: vec![24, 24], ..spec(Kind::Lstm) };
    let share = unexplained(&spec, &patient(), last_value);
    assert!(share < 0.1, "{share} of the variance is left");
}
