//! What cannot be trained is refused in words.

use crate::common::{Data, KINDS, last_value, spec, training};
use tidegate_nn::{Clip, FitError, Kind, Network, NetworkSpec, Optimizer, Panel, Supervision, Training};

#[test]
fn a_feature_that_is_not_finite_is_named_by_row_and_column() {
    for kind in KINDS {
        for value in [f32::NAN, f32::INFINITY] {
            let spec = spec(kind);
            let mut data = Data::new(&spec, 200, last_value);
            data.values[77 * 2 + 1] = value;
            let Err(FitError::NotFinite { what, epoch, batch, cause }) = data.fit(&spec, &training(), 1)
            else {
                panic!("{kind:?} was trained on {value}");
            };
            assert_eq!((what, epoch), ("input", 1));
            assert!((1..=5).contains(&batch), "batch {batch}");
            assert_eq!(cause, format!("feature 1 (counted from 0) of panel row 77 is {value}"));
        }
    }
}

#[test]
fn a_label_that_is_not_finite_is_named_by_its_row_in_both_parts() {
    let spec = spec(Kind::Lstm);
    for index in [20, 190] {
        let mut data = Data::new(&spec, 200, last_value);
        data.targets[index] = f32::NAN;
        let error = data.fit(&spec, &training(), 1).unwrap_err();
        let words = format!("the label of the sample that ends at panel row {} is NaN", data.ends[index]);
        assert!(error.to_string().ends_with(&words), "{error}");
        assert!(error.to_string().starts_with("the label is not finite in epoch 1, batch "), "{error}");
    }
}

#[test]
fn a_learning_rate_that_blows_up_is_the_named_cause() {
    let spec = NetworkSpec { activation: tidegate_nn::Activation::Relu, ..spec(Kind::Rnn) };
    let data = Data::new(&spec, 200, last_value);
    let optimizer = Optimizer::Sgd { momentum: 0.9 };
    let settings = Training { optimizer, learning_rate: 1e4, clip: Clip::Off, ..training() };
    let error = data.fit(&spec, &settings, 1).unwrap_err();
    let FitError::NotFinite { what, ref cause, .. } = error else { panic!("{error}") };
    assert!(["loss", "gradient"].contains(&what), "{what}");
    assert!(
        cause.starts_with("the learning rate 10000 is probably too high without gradient clipping"),
        "{cause}"
    );
}

/// The loss, in f64, is still finite when its gradient overflows f32.
#[test]
fn a_gradient_that_overflows_is_refused_before_it_reaches_the_weights() {
    let spec = NetworkSpec { activation: tidegate_nn::Activation::Relu, ..spec(Kind::Mlp) };
    let mut data = Data::new(&spec, 200, last_value);
    data.values.iter_mut().for_each(|v| *v *= 1e25);
    let error = data.fit(&spec, &training(), 1).unwrap_err().to_string();
    assert!(error.starts_with("the gradient is not finite in epoch 1, batch 1: "), "{error}");
    assert!(error.ends_with("and check that inputs and labels are scaled"), "{error}");
}

#[test]
fn weights_that_overflow_in_the_last_step_show_in_the_validation_loss() {
    let spec = spec(Kind::Mlp);
    let data = Data::new(&spec, 200, last_value);
    let optimizer = Optimizer::Sgd { momentum: 0.0 };
    let settings =
        Training { optimizer, learning_rate: 1e39, clip: Clip::Value(1e-3), batch: 1000, ..training() };
    let error = data.fit(&spec, &settings, 1).unwrap_err();
    let expected = "the validation loss is not finite in epoch 1, batch 1: the learning rate";
    assert!(error.to_string().starts_with(expected), "{error}");
    assert!(error.to_string().contains("in spite of gradient clipping"), "{error}");
}

/// All chunks of a pass are one batch here.
#[test]
fn what_is_wrong_in_validation_is_named_after_the_last_batch_of_chunks() {
    let spec = spec(Kind::Rnn);
    let mut data = Data::new(&spec, 105, last_value);
    data.targets[99] = f32::NAN;
    let supervision =
        Supervision::EveryStep { chunk: 10, windows_per_chunk: 1, rate: 1.0, passes: 5, average: 0.0 };
    let error = data.fit(&spec, &Training { supervision, ..training() }, 1).unwrap_err().to_string();
    assert!(error.starts_with("the label is not finite in epoch 1, batch 5: "), "{error}");
}

#[test]
fn a_label_of_a_chunk_that_is_not_finite_is_named_by_its_row() {
    let spec = spec(Kind::Rnn);
    let mut data = Data::new(&spec, 105, last_value);
    data.targets[40] = f32::INFINITY;
    let supervision = Supervision::every_step();
    let error = data.fit(&spec, &Training { supervision, ..training() }, 1).unwrap_err().to_string();
    assert!(error.ends_with("the label of the sample that ends at panel row 45 is inf"), "{error}");
}

#[test]
#[should_panic(expected = "labels and at least one pass")]
fn chunks_without_labels_are_a_bug() {
    let spec = spec(Kind::Rnn);
    let supervision =
        Supervision::EveryStep { chunk: 0, windows_per_chunk: 1, rate: 1.0, passes: 1, average: 0.0 };
    let _ = Data::new(&spec, 105, last_value).fit(&spec, &Training { supervision, ..training() }, 1);
}

#[test]
#[should_panic(expected = "a window of 6 steps that ends at row 4 starts before row 0")]
fn a_window_before_the_first_row_is_a_bug() {
    let network = Network::new(spec(Kind::Gru), 1);
    network.forecast(Panel { values: &[0.0; 40], width: 2 }, &[4], 1);
}

#[test]
#[should_panic(expected = "features of the panel and inputs of the network")]
fn a_panel_of_another_width_is_a_bug() {
    let network = Network::new(spec(Kind::Gru), 1);
    network.forecast(Panel { values: &[0.0; 60], width: 3 }, &[9], 1);
}

#[test]
#[should_panic(expected = "the recurrence is tanh or relu, not Gelu")]
fn a_recurrence_other_than_tanh_or_relu_is_a_bug() {
    Network::new(NetworkSpec { activation: tidegate_nn::Activation::Gelu, ..spec(Kind::Rnn) }, 1);
}

#[test]
#[should_panic(expected = "dropout 1 is outside [0, 1)")]
fn dropout_of_everything_is_a_bug() {
    Network::new(NetworkSpec { dropout: 1.0, ..spec(Kind::Lstm) }, 1);
}
