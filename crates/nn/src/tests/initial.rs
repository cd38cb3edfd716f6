//! First weights.

use crate::init;
use crate::layout::{Layout, Role, Tensor};
use crate::spec::{Init, Kind, NetworkSpec};
use crate::tests::cases;

fn drawn(init: Init, kind: Kind) -> Vec<(Tensor, Vec<f64>)> {
    let spec = NetworkSpec { init, head: vec![30], ..cases::spec(kind, 20, 3, &[40, 50]) };
    let layout = Layout::new(&spec);
    let all = init::parameters(&spec, &layout, 3);
    assert_eq!(all.len(), layout.count);
    layout.tensors.iter().map(|t| (t.clone(), all[t.range.clone()].to_vec())).collect()
}

/// Standard deviation around zero, and the largest magnitude.
fn spread(values: &[f64]) -> (f64, f64) {
    let square = values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64;
    (square.sqrt(), values.iter().fold(0.0, |a: f64, v| a.max(v.abs())))
}

/// Uniform in ±bound: the spread is bound/√3, and a large tensor comes close to the bound.
fn assert_uniform(tensor: &Tensor, values: &[f64], bound: f64) {
    let (deviation, largest) = spread(values);
    let slack = 4.0 / (values.len() as f64).sqrt();
    assert!(
        (deviation * 3.0_f64.sqrt() / bound - 1.0).abs() < slack,
        "{}: {deviation}, ±{bound}",
        tensor.name
    );
    assert!(
        largest <= bound && largest > bound * (1.0 - 2.0 * slack),
        "{}: {largest} of {bound}",
        tensor.name
    );
}

#[test]
fn pytorch_weights_and_biases_are_uniform_within_their_bounds() {
    for kind in [Kind::Mlp, Kind::Rnn, Kind::Gru, Kind::Lstm] {
        for (tensor, values) in drawn(Init::Pytorch, kind).iter().filter(|(_, values)| values.len() >= 30) {
            let dense = matches!(tensor.role, Role::DenseWeight | Role::DenseBias);
            let width = if dense { tensor.inputs } else { tensor.outputs };
            assert_uniform(tensor, values, 1.0 / (width as f64).sqrt());
        }
    }
}

#[test]
fn glorot_weights_are_uniform_by_the_fans_of_one_gate_and_biases_zero() {
    for (tensor, values) in drawn(Init::Glorot, Kind::Lstm) {
        match tensor.role {
            Role::InputBias | Role::HiddenBias | Role::DenseBias => assert!(values.iter().all(|&v| v == 0.0)),
            _ if values.len() < 100 => {}
            _ => assert_uniform(&tensor, &values, (6.0 / (tensor.inputs + tensor.outputs) as f64).sqrt()),
        }
    }
}

#[test]
fn he_weights_are_normal_with_variance_two_over_fan_in() {
    for (tensor, values) in drawn(Init::He, Kind::Mlp) {
        match tensor.role {
            Role::DenseBias => assert!(values.iter().all(|&v| v == 0.0)),
            _ if values.len() < 100 => {}
            _ => {
                let (deviation, largest) = spread(&values);
                let expected = (2.0 / tensor.inputs as f64).sqrt();
                let slack = 4.0 / (values.len() as f64).sqrt();
                assert!(
                    (deviation / expected - 1.0).abs() < slack,
                    "{}: {deviation}, {expected}",
                    tensor.name
                );
                assert!(largest > 2.5 * expected, "{} has no tails", tensor.name);
            }
        }
    }
}

#[test]
fn orthogonal_recurrent_matrices_are_orthogonal_in_every_gate() {
    for (tensor, values) in drawn(Init::Orthogonal, Kind::Gru) {
        match tensor.role {
            Role::HiddenWeight => {
                let n = tensor.outputs;
                assert_eq!(values.len(), 3 * n * n);
                for block in values.chunks(n * n) {
                    for (i, a) in block.chunks(n).enumerate() {
                        for (j, b) in block.chunks(n).enumerate() {
                            let product: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
                            let expected = f64::from(i == j);
                            assert!((product - expected).abs() < 1e-12, "rows {i} and {j}: {product}");
                        }
                    }
                }
            }
            Role::InputWeight => {
                assert_uniform(&tensor, &values, (6.0 / (tensor.inputs + tensor.outputs) as f64).sqrt());
            }
            _ => {}
        }
    }
}

#[test]
fn tensors_and_seeds_do_not_share_numbers() {
    let spec = cases::spec(Kind::Lstm, 8, 3, &[8]);
    let layout = Layout::new(&spec);
    let (one, two) = (init::parameters(&spec, &layout, 1), init::parameters(&spec, &layout, 2));
    assert!(one.iter().zip(&two).all(|(a, b)| a != b));
    let (ih, hh) = (&layout.tensors[0], &layout.tensors[1]);
    assert!(one[ih.range.clone()].iter().zip(&one[hh.range.clone()]).all(|(a, b)| a != b));
}
