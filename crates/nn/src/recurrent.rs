//! What the recurrent cells have in common: shapes, views of their parameters, and the way gradients come in.
//!
//! This is the seam where faster kernels fit: a cell is `forward` over a whole window for a tile of rows and
//! `backward` over the same, with a named struct of what is saved in between.

use crate::gemm::{Mode, View};
use crate::layout::Layer;
use crate::scalar::Scalar;

/// T steps of B rows, I inputs, H hidden units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub steps: usize,
    pub rows: usize,
    pub inputs: usize,
    pub hidden: usize,
}

impl Shape {
    pub(crate) fn new(layer: &Layer, steps: usize, rows: usize) -> Shape {
        Shape { steps, rows, inputs: layer.inputs, hidden: layer.outputs }
    }
}

/// Parameters of a layer of G gates.
#[derive(Clone, Copy)]
pub(crate) struct Weights<'a, S> {
    /// [G·H, I]
    pub w_ih: &'a [S],
    /// [G·H, H]
    pub w_hh: &'a [S],
    /// [G·H]
    pub b_ih: &'a [S],
    /// [G·H]
    pub b_hh: &'a [S],
}

impl<'a, S> Weights<'a, S> {
    /// Views a layer's contiguous range of the flat buffer.
    pub(crate) fn new(layer: &Layer, gates: usize, flat: &'a [S]) -> Self {
        let wide = gates * layer.outputs;
        let (w_ih, rest) = flat.split_at(wide * layer.inputs);
        let (w_hh, rest) = rest.split_at(wide * layer.outputs);
        let (b_ih, b_hh) = rest.split_at(wide);
        assert_eq!(b_hh.len(), wide, "parameters of a layer");
        Weights { w_ih, w_hh, b_ih, b_hh }
    }
}

/// Gradients of a layer, same shapes as [`Weights`]; the cells add to them.
pub(crate) struct Gradients<'a, S> {
    pub w_ih: &'a mut [S],
    pub w_hh: &'a mut [S],
    pub b_ih: &'a mut [S],
    pub b_hh: &'a mut [S],
}

impl<'a, S> Gradients<'a, S> {
    /// Views a layer's contiguous range of the flat gradient.
    pub(crate) fn new(layer: &Layer, gates: usize, flat: &'a mut [S]) -> Self {
        let wide = gates * layer.outputs;
        let (w_ih, rest) = flat.split_at_mut(wide * layer.inputs);
        let (w_hh, rest) = rest.split_at_mut(wide * layer.outputs);
        let (b_ih, b_hh) = rest.split_at_mut(wide);
        assert_eq!(b_hh.len(), wide, "gradients of a layer");
        Gradients { w_ih, w_hh, b_ih, b_hh }
    }
}

/// Gradient of the loss with respect to a layer's hidden states. The cells use it as their running gradient, so
/// its contents are spent afterwards.
pub(crate) enum Upstream<'a, S> {
    /// Every step counts, [T, B, H].
    All(&'a mut [S]),
    /// Only the last step does, [B, H].
    Last(&'a mut [S]),
}

impl<S: Scalar> Upstream<'_, S> {
    /// The gradient of step `t`, [B, H] of `size` values: complete once `add_through_time` of t + 1 is done.
    pub(crate) fn step(&mut self, t: usize, size: usize) -> &mut [S] {
        match self {
            Upstream::All(d) => &mut d[t * size..][..size],
            Upstream::Last(d) => &mut d[..size],
        }
    }

    /// How a later step's gradient enters that of an earlier step: added to what comes from above, or alone.
    pub(crate) fn mode(&self) -> Mode {
        match self {
            Upstream::All(_) => Mode::Accumulate,
            Upstream::Last(_) => Mode::Overwrite,
        }
    }
}

/// Weight matrices turned around once per batch, because the products of every step read them along their rows.
pub(crate) struct Transposed<S> {
    /// [I, G·H]
    ih: Vec<S>,
    /// [H, G·H]
    hh: Vec<S>,
}

impl<S: Scalar> Transposed<S> {
    pub(crate) fn new(layer: &Layer, gates: usize) -> Self {
        let wide = gates * layer.outputs;
        Transposed { ih: vec![S::ZERO; layer.inputs * wide], hh: vec![S::ZERO; layer.outputs * wide] }
    }

    /// Takes over the present weights.
    pub(crate) fn refresh(&mut self, weights: &Weights<'_, S>) {
        let wide = weights.b_ih.len();
        for (from, to) in [(weights.w_ih, &mut self.ih), (weights.w_hh, &mut self.hh)] {
            for (row, values) in from.chunks_exact(from.len() / wide).enumerate() {
                values.iter().enumerate().for_each(|(col, &v)| to[col * wide + row] = v);
            }
        }
    }

    /// `out` [T·B, G·H] = x [T·B, I] · W_ihᵀ, all steps at once.
    pub(crate) fn project_inputs(&self, shape: Shape, x: &[S], out: &mut [S]) {
        let wide = self.ih.len() / shape.inputs;
        let x = View::new(x, shape.steps * shape.rows, shape.inputs);
        S::multiply(x, View::new(&self.ih, shape.inputs, wide), Mode::Overwrite, out);
    }

    /// `out` [B, G·H] = or += h [B, H] · W_hhᵀ.
    pub(crate) fn project_hidden(&self, shape: Shape, h: &[S], mode: Mode, out: &mut [S]) {
        let wide = self.hh.len() / shape.hidden;
        S::multiply(
            View::new(h, shape.rows, shape.hidden),
            View::new(&self.hh, shape.hidden, wide),
            mode,
            out,
        );
    }
}

/// `sums` [N] += the column sums of `matrix` [M, N].
pub(crate) fn add_column_sums<S: Scalar>(matrix: &[S], sums: &mut [S]) {
    for row in matrix.chunks_exact(sums.len()) {
        sums.iter_mut().zip(row).for_each(|(sum, &v)| *sum += v);
    }
}
