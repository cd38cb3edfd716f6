//! A dense layer, y = act(x·Wᵀ + b), forward beside backward. W is [O, I], b is [O]; rows of O are padded to whole
//! vectors.

use crate::activation;
use crate::kernel::{Outer, Product, Whole, add_outer, add_rows, product};
use crate::packed::Columns;
use crate::recurrent::{Sequence, grow};
use crate::simd::Lanes;
use crate::spec::Activation;

/// B rows, I inputs, O outputs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub rows: usize,
    pub inputs: usize,
    pub outputs: usize,
}

/// What the backward pass needs of the forward pass.
#[derive(Default)]
pub(crate) struct Saved<S> {
    /// x·Wᵀ + b, [B, O padded].
    pub(crate) before: Vec<S>,
    /// act of it, [B, O padded]; equal to `before` in a linear layer.
    pub(crate) after: Vec<S>,
}

/// x [B, I] → `saved.after` [B, O].
#[inline(always)]
pub(crate) fn forward<V: Lanes>(
    shape: Shape,
    activation: Option<Activation>,
    (weight, bias): (&[V::S], &[V::S]),
    x: Sequence<'_, V::S>,
    saved: &mut Saved<V::S>,
) {
    let columns = Columns::plain(shape.outputs, V::N);
    let size = shape.rows * columns.count();
    grow(&mut saved.before, size);
    grow(&mut saved.after, size);
    let before = &mut saved.before[..size];
    product::<V, _>(
        shape.rows,
        Product {
            a: x.values,
            pieces: Whole { depth: shape.inputs, row: x.stride },
            depth: shape.inputs,
            b: weight,
            columns,
            bias: Some(bias),
            c: before,
        },
    );
    match activation {
        Some(activation) => activation::forward::<V>(activation, before, &mut saved.after[..size]),
        None => saved.after[..size].copy_from_slice(before),
    }
}

/// A weight turned around, and where the gradient of the inputs goes.
pub(crate) type Below<'a, S> = (&'a [S], &'a mut [S]);

/// `dy` [B, O padded] (overwritten with the gradient before the activation) → gradients +=, and with the weight turned
/// around `dx` [B, I padded] overwritten.
#[inline(always)]
pub(crate) fn backward<V: Lanes>(
    shape: Shape,
    activation: Option<Activation>,
    x: Sequence<'_, V::S>,
    saved: &Saved<V::S>,
    dy: &mut [V::S],
    (d_weight, d_bias): (&mut [V::S], &mut [V::S]),
    dx: Option<Below<'_, V::S>>,
) {
    let Shape { rows, inputs, outputs } = shape;
    let columns = Columns::plain(outputs, V::N);
    let next = columns.count();
    let dy = &mut dy[..rows * next];
    if let Some(activation) = activation {
        activation::backward::<V>(activation, &saved.before[..rows * next], &saved.after[..rows * next], dy);
    }
    for p in 0..columns.panels() {
        let d = &dy[p * columns.per_panel * V::N..];
        let term = Outer { a: x.values, a_next: x.stride, d, d_next: next };
        let width = columns.width(p);
        let place = &mut d_weight[columns.panel(p, inputs)];
        add_outer::<V, _>(inputs, rows, width, std::iter::once(term), place);
        add_rows::<V>(d, next, rows, width, &mut d_bias[columns.panel(p, 1)]);
    }
    if let Some((turned, dx)) = dx {
        let columns = Columns::plain(inputs, V::N);
        product::<V, _>(
            rows,
            Product {
                a: dy,
                pieces: Whole { depth: next, row: next },
                depth: next,
                b: turned,
                columns,
                bias: None,
                c: &mut dx[..rows * columns.count()],
            },
        );
    }
}
