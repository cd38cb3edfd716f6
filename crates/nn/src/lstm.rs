//! Long short-term memory (Hochreiter & Schmidhuber 1997, forget gate of Gers, Schmidhuber & Cummins 2000).
//!
//! i = σ(W_i x + U_i h + b_i), f = σ(...), g = tanh(...), o = σ(...); c ← f c + i g; h ← o tanh c.
//! Gate blocks lie in PyTorch's order i f g o.

use crate::gemm::{Mode, View};
use crate::layout::Layer;
use crate::recurrent::{Gradients, Shape, Transposed, Upstream, Weights, add_column_sums};
use crate::scalar::Scalar;

/// Gate blocks.
pub(crate) const GATES: usize = 4;

/// What the backward pass needs of the forward pass.
pub(crate) struct Saved<S> {
    /// [T, B, 4H]: activated gates after forward, gradients before activation after backward.
    gates: Vec<S>,
    /// [T + 1, B, H], cells[0] = 0.
    cells: Vec<S>,
    /// [T, B, H]
    tanh_cells: Vec<S>,
    /// [T + 1, B, H], hidden[0] = 0.
    pub(crate) hidden: Vec<S>,
    /// [B, H], the gradient of the cell state on its way back.
    d_cell: Vec<S>,
    /// [4H], both biases.
    bias: Vec<S>,
    transposed: Transposed<S>,
}

impl<S: Scalar> Saved<S> {
    /// Room for `rows` samples.
    pub(crate) fn new(layer: &Layer, steps: usize, rows: usize) -> Self {
        let state = rows * layer.outputs;
        Saved {
            gates: vec![S::ZERO; steps * state * GATES],
            cells: vec![S::ZERO; (steps + 1) * state],
            tanh_cells: vec![S::ZERO; steps * state],
            hidden: vec![S::ZERO; (steps + 1) * state],
            d_cell: vec![S::ZERO; state],
            bias: vec![S::ZERO; GATES * layer.outputs],
            transposed: Transposed::new(layer, GATES),
        }
    }
}

/// x [T, B, I] → `saved.hidden` [T + 1, B, H].
pub(crate) fn forward<S: Scalar>(shape: Shape, weights: Weights<'_, S>, x: &[S], saved: &mut Saved<S>) {
    let Shape { steps, rows, hidden, .. } = shape;
    let (state, wide) = (rows * hidden, GATES * hidden);
    saved.transposed.refresh(&weights);
    for (b, (&ih, &hh)) in saved.bias.iter_mut().zip(weights.b_ih.iter().zip(weights.b_hh)) {
        *b = ih + hh;
    }
    saved.hidden[..state].fill(S::ZERO);
    saved.cells[..state].fill(S::ZERO);
    saved.transposed.project_inputs(shape, x, &mut saved.gates);
    for t in 0..steps {
        let gates = &mut saved.gates[t * rows * wide..][..rows * wide];
        let (earlier, h) = saved.hidden[t * state..].split_at_mut(state);
        if t > 0 {
            saved.transposed.project_hidden(shape, earlier, Mode::Accumulate, gates);
        }
        let (c_before, c) = saved.cells[t * state..].split_at_mut(state);
        let tanh_c = &mut saved.tanh_cells[t * state..];
        for row in 0..rows {
            let (i, rest) = gates[row * wide..][..wide].split_at_mut(hidden);
            let (f, rest) = rest.split_at_mut(hidden);
            let (g, o) = rest.split_at_mut(hidden);
            let at = row * hidden..(row + 1) * hidden;
            activate(i, f, g, o, &saved.bias);
            advance(
                i,
                f,
                g,
                o,
                &c_before[at.clone()],
                &mut c[at.clone()],
                &mut tanh_c[at.clone()],
                &mut h[at],
            );
        }
    }
}

/// Gates of one row: adds the bias and applies σ, σ, tanh, σ. An own function so that the compiler knows that the
/// slices do not overlap and vectorises.
#[inline(never)]
fn activate<S: Scalar>(i: &mut [S], f: &mut [S], g: &mut [S], o: &mut [S], bias: &[S]) {
    let n = i.len();
    let (bias_i, rest) = bias.split_at(n);
    let (bias_f, rest) = rest.split_at(n);
    let (bias_g, bias_o) = rest.split_at(n);
    i.iter_mut().zip(bias_i).for_each(|(x, &b)| *x = (*x + b).sigmoid());
    f.iter_mut().zip(bias_f).for_each(|(x, &b)| *x = (*x + b).sigmoid());
    g.iter_mut().zip(bias_g).for_each(|(x, &b)| *x = (*x + b).tanh());
    o.iter_mut().zip(bias_o).for_each(|(x, &b)| *x = (*x + b).sigmoid());
}

/// One row of one step: c = f c₋₁ + i g, h = o tanh c.
#[allow(clippy::too_many_arguments)]
#[inline(never)]
fn advance<S: Scalar>(
    i: &[S],
    f: &[S],
    g: &[S],
    o: &[S],
    c_before: &[S],
    c: &mut [S],
    tanh_c: &mut [S],
    h: &mut [S],
) {
    let n = i.len();
    let (f, g, o, c_before) = (&f[..n], &g[..n], &o[..n], &c_before[..n]);
    let (c, tanh_c, h) = (&mut c[..n], &mut tanh_c[..n], &mut h[..n]);
    for k in 0..n {
        let cell = f[k] * c_before[k] + i[k] * g[k];
        let squashed = cell.tanh();
        c[k] = cell;
        tanh_c[k] = squashed;
        h[k] = o[k] * squashed;
    }
}

/// `upstream` → gradients +=, `dx` [T, B, I] overwritten. Spends `saved`: its gates become their gradients.
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
    saved.d_cell.fill(S::ZERO);
    for t in (0..steps).rev() {
        let gates = &mut saved.gates[t * rows * wide..][..rows * wide];
        let c_before = &saved.cells[t * state..];
        let tanh_c = &saved.tanh_cells[t * state..];
        let dh = upstream.step(t, state);
        for row in 0..rows {
            let (i, rest) = gates[row * wide..][..wide].split_at_mut(hidden);
            let (f, rest) = rest.split_at_mut(hidden);
            let (g, o) = rest.split_at_mut(hidden);
            let at = row * hidden..(row + 1) * hidden;
            let d_cell = &mut saved.d_cell[at.clone()];
            retreat(i, f, g, o, d_cell, &c_before[at.clone()], &tanh_c[at.clone()], &dh[at]);
        }
        if t > 0 {
            let mode = upstream.mode();
            let w_hh = View::new(weights.w_hh, wide, hidden);
            S::multiply(View::new(gates, rows, wide), w_hh, mode, upstream.step(t - 1, state));
        }
    }
    let d_gates = &saved.gates[..all * wide];
    let turned = View::new(d_gates, all, wide).t();
    S::multiply(turned, View::new(x, all, inputs), Mode::Accumulate, gradients.w_ih);
    S::multiply(turned, View::new(&saved.hidden, all, hidden), Mode::Accumulate, gradients.w_hh);
    add_column_sums(d_gates, gradients.b_ih);
    add_column_sums(d_gates, gradients.b_hh);
    if let Some(dx) = dx {
        S::multiply(
            View::new(d_gates, all, wide),
            View::new(weights.w_ih, wide, inputs),
            Mode::Overwrite,
            dx,
        );
    }
}

/// One row of one step backwards: gates become gradients before activation, `d_cell` that of the previous cell.
#[allow(clippy::too_many_arguments)]
#[inline(never)]
fn retreat<S: Scalar>(
    i: &mut [S],
    f: &mut [S],
    g: &mut [S],
    o: &mut [S],
    d_cell: &mut [S],
    c_before: &[S],
    tanh_c: &[S],
    dh: &[S],
) {
    let n = i.len();
    let (f, g, o) = (&mut f[..n], &mut g[..n], &mut o[..n]);
    let (d_cell, c_before, tanh_c, dh) = (&mut d_cell[..n], &c_before[..n], &tanh_c[..n], &dh[..n]);
    for k in 0..n {
        let (input, forget, fresh, output) = (i[k], f[k], g[k], o[k]);
        let dc = d_cell[k] + dh[k] * output * (S::ONE - tanh_c[k] * tanh_c[k]);
        i[k] = dc * fresh * input * (S::ONE - input);
        f[k] = dc * c_before[k] * forget * (S::ONE - forget);
        g[k] = dc * input * (S::ONE - fresh * fresh);
        o[k] = dh[k] * tanh_c[k] * output * (S::ONE - output);
        d_cell[k] = dc * forget;
    }
}
