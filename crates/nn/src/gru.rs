//! Gated recurrent unit (Cho et al. 2014), reset gate after the product as in cuDNN and PyTorch.
//!
//! r = σ(W_r x + b_r + U_r h + b'_r), z = σ(W_z x + b_z + U_z h + b'_z),
//! n = tanh(W_n x + b_n + r (U_n h + b'_n)); h ← (1 − z) n + z h. Gate blocks lie in the order r z n.

use crate::gemm::{Mode, View};
use crate::layout::Layer;
use crate::recurrent::{Gradients, Shape, Transposed, Upstream, Weights, add_column_sums};
use crate::scalar::Scalar;

/// Gate blocks.
pub(crate) const GATES: usize = 3;

/// What the backward pass needs of the forward pass.
pub(crate) struct Saved<S> {
    /// [T, B, 3H]: activated gates after forward; after backward the gradients of the input sums W x + b.
    gates: Vec<S>,
    /// [T, B, 3H]: hidden sums U h + b' (only block n is read again); after backward their gradients.
    hidden_sums: Vec<S>,
    /// [T + 1, B, H], hidden[0] = 0.
    pub(crate) hidden: Vec<S>,
    /// [B, H], the part of the gradient that goes straight back, dh·z.
    straight: Vec<S>,
    transposed: Transposed<S>,
}

impl<S: Scalar> Saved<S> {
    /// Room for `rows` samples.
    pub(crate) fn new(layer: &Layer, steps: usize, rows: usize) -> Self {
        let state = rows * layer.outputs;
        Saved {
            gates: vec![S::ZERO; steps * state * GATES],
            hidden_sums: vec![S::ZERO; steps * state * GATES],
            hidden: vec![S::ZERO; (steps + 1) * state],
            straight: vec![S::ZERO; state],
            transposed: Transposed::new(layer, GATES),
        }
    }
}

/// x [T, B, I] → `saved.hidden` [T + 1, B, H].
pub(crate) fn forward<S: Scalar>(shape: Shape, weights: Weights<'_, S>, x: &[S], saved: &mut Saved<S>) {
    let Shape { steps, rows, hidden, .. } = shape;
    let (state, wide) = (rows * hidden, GATES * hidden);
    saved.transposed.refresh(&weights);
    saved.hidden[..state].fill(S::ZERO);
    saved.transposed.project_inputs(shape, x, &mut saved.gates);
    for t in 0..steps {
        let gates = &mut saved.gates[t * rows * wide..][..rows * wide];
        let sums = &mut saved.hidden_sums[t * rows * wide..][..rows * wide];
        let (earlier, h) = saved.hidden[t * state..].split_at_mut(state);
        if t > 0 {
            saved.transposed.project_hidden(shape, earlier, Mode::Overwrite, sums);
        } else {
            sums.fill(S::ZERO);
        }
        for row in 0..rows {
            let (r, rest) = gates[row * wide..][..wide].split_at_mut(hidden);
            let (z, n) = rest.split_at_mut(hidden);
            let sums = &mut sums[row * wide..][..wide];
            let at = row * hidden..(row + 1) * hidden;
            advance(r, z, n, sums, weights.b_ih, weights.b_hh, &earlier[at.clone()], &mut h[at]);
        }
    }
}

/// One row of one step. An own function so that the compiler knows that the slices do not overlap.
#[allow(clippy::too_many_arguments)]
#[inline(never)]
fn advance<S: Scalar>(
    r: &mut [S],
    z: &mut [S],
    n: &mut [S],
    sums: &mut [S],
    b_ih: &[S],
    b_hh: &[S],
    h_before: &[S],
    h: &mut [S],
) {
    let width = r.len();
    let (sums_rz, sums_n) = sums.split_at_mut(2 * width);
    let (sums_r, sums_z) = sums_rz.split_at(width);
    add_and_squash(r, sums_r, &b_ih[..width], &b_hh[..width]);
    add_and_squash(z, sums_z, &b_ih[width..][..width], &b_hh[width..][..width]);
    let (b_ih, b_hh) = (&b_ih[2 * width..][..width], &b_hh[2 * width..][..width]);
    let (z, n, sums_n) = (&z[..width], &mut n[..width], &mut sums_n[..width]);
    let (h_before, h) = (&h_before[..width], &mut h[..width]);
    for k in 0..width {
        let sum = sums_n[k] + b_hh[k];
        let fresh = (n[k] + b_ih[k] + r[k] * sum).tanh();
        sums_n[k] = sum;
        n[k] = fresh;
        h[k] = fresh + z[k] * (h_before[k] - fresh);
    }
}

/// gate = σ(gate + sums + both biases).
fn add_and_squash<S: Scalar>(gate: &mut [S], sums: &[S], b_ih: &[S], b_hh: &[S]) {
    let n = gate.len();
    let (sums, b_ih, b_hh) = (&sums[..n], &b_ih[..n], &b_hh[..n]);
    for k in 0..n {
        gate[k] = (gate[k] + sums[k] + (b_ih[k] + b_hh[k])).sigmoid();
    }
}

/// `upstream` → gradients +=, `dx` [T, B, I] overwritten. Spends `saved`.
pub(crate) fn backward<S: Scalar>(
    shape: Shape,
    weights: Weights<'_, S>,
    x: &[S],
    saved: &mut Saved<S>,
    mut upstream: Upstream<'_, S>,
    gradients: Gradients<'_, S>,
    dx: Option<&mut [S]>,
) {
    let Shape { steps, rows, inputs, hidden } = shape;
    let (state, wide, all) = (rows * hidden, GATES * hidden, steps * rows);
    for t in (0..steps).rev() {
        let gates = &mut saved.gates[t * rows * wide..][..rows * wide];
        let sums = &mut saved.hidden_sums[t * rows * wide..][..rows * wide];
        let h_before = &saved.hidden[t * state..];
        let dh = upstream.step(t, state);
        for row in 0..rows {
            let (r, rest) = gates[row * wide..][..wide].split_at_mut(hidden);
            let (z, n) = rest.split_at_mut(hidden);
            let sums = &mut sums[row * wide..][..wide];
            let at = row * hidden..(row + 1) * hidden;
            let straight = &mut saved.straight[at.clone()];
            retreat(r, z, n, sums, straight, &h_before[at.clone()], &dh[at]);
        }
        if t > 0 {
            let mode = upstream.mode();
            let earlier = upstream.step(t - 1, state);
            let w_hh = View::new(weights.w_hh, wide, hidden);
            S::multiply(View::new(sums, rows, wide), w_hh, mode, earlier);
            earlier.iter_mut().zip(&saved.straight).for_each(|(d, &s)| *d += s);
        }
    }
    let (d_input, d_hidden) = (&saved.gates[..all * wide], &saved.hidden_sums[..all * wide]);
    S::multiply(
        View::new(d_input, all, wide).t(),
        View::new(x, all, inputs),
        Mode::Accumulate,
        gradients.w_ih,
    );
    let before = View::new(&saved.hidden, all, hidden);
    S::multiply(View::new(d_hidden, all, wide).t(), before, Mode::Accumulate, gradients.w_hh);
    add_column_sums(d_input, gradients.b_ih);
    add_column_sums(d_hidden, gradients.b_hh);
    if let Some(dx) = dx {
        S::multiply(
            View::new(d_input, all, wide),
            View::new(weights.w_ih, wide, inputs),
            Mode::Overwrite,
            dx,
        );
    }
}

/// One row of one step backwards: gates and sums become their gradients, `straight` = dh·z.
#[inline(never)]
fn retreat<S: Scalar>(
    r: &mut [S],
    z: &mut [S],
    n: &mut [S],
    sums: &mut [S],
    straight: &mut [S],
    h_before: &[S],
    dh: &[S],
) {
    let width = r.len();
    let (z, n) = (&mut z[..width], &mut n[..width]);
    let (sums_r, rest) = sums.split_at_mut(width);
    let (sums_z, sums_n) = rest.split_at_mut(width);
    let (sums_r, sums_z, sums_n) = (&mut sums_r[..width], &mut sums_z[..width], &mut sums_n[..width]);
    let (straight, h_before, dh) = (&mut straight[..width], &h_before[..width], &dh[..width]);
    for k in 0..width {
        let (reset, keep, fresh) = (r[k], z[k], n[k]);
        let d_fresh = dh[k] * (S::ONE - keep) * (S::ONE - fresh * fresh);
        let d_keep = dh[k] * (h_before[k] - fresh) * keep * (S::ONE - keep);
        let d_reset = d_fresh * sums_n[k] * reset * (S::ONE - reset);
        r[k] = d_reset;
        sums_r[k] = d_reset;
        z[k] = d_keep;
        sums_z[k] = d_keep;
        n[k] = d_fresh;
        sums_n[k] = d_fresh * reset;
        straight[k] = dh[k] * keep;
    }
}
