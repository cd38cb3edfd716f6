//! A dense layer, y = act(x·Wᵀ + b), forward beside backward. W is [O, I], b is [O].

use crate::activation;
use crate::gemm::{Mode, View};
use crate::layout::Layer;
use crate::scalar::Scalar;
use crate::spec::Activation;

/// What the backward pass needs of the forward pass.
pub(crate) struct Saved<S> {
    /// x·Wᵀ + b, [B, O].
    pub(crate) before: Vec<S>,
    /// act of it, [B, O]; equal to `before` in a linear layer.
    pub(crate) after: Vec<S>,
}

impl<S: Scalar> Saved<S> {
    /// Room for `rows` samples.
    pub(crate) fn new(layer: &Layer, rows: usize) -> Self {
        let room = vec![S::ZERO; rows * layer.outputs];
        Saved { before: room.clone(), after: room }
    }
}

/// x [B, I] → `saved.after` [B, O].
pub(crate) fn forward<S: Scalar>(
    layer: &Layer,
    activation: Option<Activation>,
    rows: usize,
    parameters: &[S],
    x: &[S],
    saved: &mut Saved<S>,
) {
    let (inputs, outputs) = (layer.inputs, layer.outputs);
    let (weight, bias) = parameters.split_at(outputs * inputs);
    let (before, after) = (&mut saved.before[..rows * outputs], &mut saved.after[..rows * outputs]);
    S::multiply(View::new(x, rows, inputs), View::new(weight, outputs, inputs).t(), Mode::Overwrite, before);
    for row in before.chunks_exact_mut(outputs) {
        row.iter_mut().zip(bias).for_each(|(y, &b)| *y += b);
    }
    match activation {
        Some(activation) => activation::forward(activation, before, after),
        None => after.copy_from_slice(before),
    }
}

/// `dy` [B, O] (overwritten with the gradient before the activation) → gradients +=, `dx` [B, I] overwritten.
#[allow(clippy::too_many_arguments)]
pub(crate) fn backward<S: Scalar>(
    layer: &Layer,
    activation: Option<Activation>,
    rows: usize,
    parameters: &[S],
    x: &[S],
    saved: &Saved<S>,
    dy: &mut [S],
    gradients: &mut [S],
    dx: Option<&mut [S]>,
) {
    let (inputs, outputs) = (layer.inputs, layer.outputs);
    let dy = &mut dy[..rows * outputs];
    if let Some(activation) = activation {
        activation::backward(activation, &saved.before[..rows * outputs], &saved.after[..rows * outputs], dy);
    }
    let (d_weight, d_bias) = gradients.split_at_mut(outputs * inputs);
    S::multiply(View::new(dy, rows, outputs).t(), View::new(x, rows, inputs), Mode::Accumulate, d_weight);
    for row in dy.chunks_exact(outputs) {
        d_bias.iter_mut().zip(row).for_each(|(d, &g)| *d += g);
    }
    if let Some(dx) = dx {
        let weight = &parameters[..outputs * inputs];
        S::multiply(View::new(dy, rows, outputs), View::new(weight, outputs, inputs), Mode::Overwrite, dx);
    }
}
