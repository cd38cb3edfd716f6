//! Elman network (1990): h ← act(W x + b + U h + b'), act tanh or relu.

use crate::activation;
use crate::gemm::{Mode, View};
use crate::layout::Layer;
use crate::recurrent::{Gradients, Shape, Transposed, Upstream, Weights, add_column_sums};
use crate::scalar::Scalar;
use crate::spec::Activation;

/// Gate blocks.
pub(crate) const GATES: usize = 1;

/// What the backward pass needs of the forward pass.
pub(crate) struct Saved<S> {
    /// [T, B, H]: sums before activation after forward, their gradients after backward.
    pub(crate) sums: Vec<S>,
    /// [T + 1, B, H], hidden[0] = 0.
    pub(crate) hidden: Vec<S>,
    transposed: Transposed<S>,
}

impl<S: Scalar> Saved<S> {
    /// Room for `rows` samples.
    pub(crate) fn new(layer: &Layer, steps: usize, rows: usize) -> Self {
        let state = rows * layer.outputs;
        Saved {
            sums: vec![S::ZERO; steps * state],
            hidden: vec![S::ZERO; (steps + 1) * state],
            transposed: Transposed::new(layer, GATES),
        }
    }
}

/// x [T, B, I] → `saved.hidden` [T + 1, B, H].
pub(crate) fn forward<S: Scalar>(
    shape: Shape,
    activation: Activation,
    weights: Weights<'_, S>,
    x: &[S],
    saved: &mut Saved<S>,
) {
    let Shape { steps, rows, hidden, .. } = shape;
    let state = rows * hidden;
    saved.transposed.refresh(&weights);
    saved.hidden[..state].fill(S::ZERO);
    saved.transposed.project_inputs(shape, x, &mut saved.sums);
    for t in 0..steps {
        let sums = &mut saved.sums[t * state..][..state];
        let (earlier, h) = saved.hidden[t * state..].split_at_mut(state);
        if t > 0 {
            saved.transposed.project_hidden(shape, earlier, Mode::Accumulate, sums);
        }
        for row in sums.chunks_exact_mut(hidden) {
            let biases = weights.b_ih.iter().zip(weights.b_hh);
            row.iter_mut().zip(biases).for_each(|(s, (&ih, &hh))| *s += ih + hh);
        }
        activation::forward(activation, sums, &mut h[..state]);
    }
}

/// `upstream` → gradients +=, `dx` [T, B, I] overwritten. Spends `saved`: its sums become their gradients.
#[allow(clippy::too_many_arguments)]
pub(crate) fn backward<S: Scalar>(
    shape: Shape,
    activation: Activation,
    weights: Weights<'_, S>,
    x: &[S],
    saved: &mut Saved<S>,
    mut upstream: Upstream<'_, S>,
    gradients: Gradients<'_, S>,
    dx: Option<&mut [S]>,
) {
    let Shape { steps, rows, inputs, hidden } = shape;
    let (state, all) = (rows * hidden, steps * rows);
    for t in (0..steps).rev() {
        let sums = &mut saved.sums[t * state..][..state];
        let h = &saved.hidden[(t + 1) * state..][..state];
        let dh = upstream.step(t, state);
        activation::backward(activation, sums, h, dh);
        sums.copy_from_slice(dh);
        if t > 0 {
            let mode = upstream.mode();
            let w_hh = View::new(weights.w_hh, hidden, hidden);
            S::multiply(View::new(sums, rows, hidden), w_hh, mode, upstream.step(t - 1, state));
        }
    }
    let d_sums = &saved.sums[..all * hidden];
    let turned = View::new(d_sums, all, hidden).t();
    S::multiply(turned, View::new(x, all, inputs), Mode::Accumulate, gradients.w_ih);
    S::multiply(turned, View::new(&saved.hidden, all, hidden), Mode::Accumulate, gradients.w_hh);
    add_column_sums(d_sums, gradients.b_ih);
    add_column_sums(d_sums, gradients.b_hh);
    if let Some(dx) = dx {
        S::multiply(
            View::new(d_sums, all, hidden),
            View::new(weights.w_ih, hidden, inputs),
            Mode::Overwrite,
            dx,
        );
    }
}
