//! A recurrent layer over a whole window for a tile of rows: what the cells share. A cell ([`Cell`]) states only its
//! gate arithmetic on vectors of units; its sums arrive in registers and leave through here.
//!
//! Shapes: T steps, B rows, I inputs, H hidden units, padded to whole vectors. Per unit vector a cell accumulates
//! `SUMS` vectors, saves `SAVED` vectors for the backward pass, and leaves its gradients before activation in the
//! first `SUMS` of them. The saved numbers of a step lie panel by panel, row by row, so that the products of the backward
//! pass read them from front to back. Loops over vectors count an index, see `simd.rs`.

#![allow(clippy::needless_range_loop)]

use crate::cell::{Around, Cell, MOST_SAVED};
use crate::kernel::{
    Left, Outer, Pieces, Product, Right, Rows, accumulate, accumulate_pieces, add_outer, add_rows, each_tile,
    product,
};
use crate::packed::{Columns, Turn};
use crate::scalar::Scalar;
use crate::simd::Lanes;
use std::ops::Range;

/// Steps whose weight gradients are summed in one go: their gate gradients are still in the cache.
const STEPS_AT_ONCE: usize = 4;

/// T steps of B rows of one layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub steps: usize,
    pub rows: usize,
    pub inputs: usize,
    pub hidden: usize,
}

impl Shape {
    /// Vectors of units.
    #[inline(always)]
    fn vectors<V: Lanes>(&self) -> usize {
        self.hidden.div_ceil(V::N)
    }

    /// Distance of two rows of hidden states: H padded to whole vectors.
    #[inline(always)]
    pub(crate) fn stride<V: Lanes>(&self) -> usize {
        self.vectors::<V>() * V::N
    }

    /// Columns of the packed weights.
    #[inline(always)]
    fn gate_columns<V: Lanes, C: Cell>(&self) -> Columns {
        let gates = C::INPUT.len();
        Columns { vectors: self.vectors::<V>() * gates, per_panel: C::UNITS * gates, lanes: V::N }
    }

    /// Vectors of panel `p`: a constant where a unit vector fills the panel.
    #[inline(always)]
    fn width<C: Cell>(columns: Columns, p: usize) -> usize {
        if C::UNITS == 1 { C::INPUT.len() } else { columns.width(p) }
    }

    /// Numbers saved per step.
    #[inline(always)]
    pub(crate) fn saved<V: Lanes>(&self, saved: usize) -> usize {
        self.rows * self.stride::<V>() * saved
    }
}

/// Packed parameters of a layer.
#[derive(Clone, Copy)]
pub(crate) struct Weights<'a, S> {
    /// [I, G·H]
    pub w_ih: &'a [S],
    /// [H, G·H]
    pub w_hh: &'a [S],
    /// [G·H]
    pub b_ih: &'a [S],
    /// [G·H]
    pub b_hh: &'a [S],
}

/// The weight matrices turned around, for the products of the backward pass.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turned<S> {
    /// [G·H, I]; empty in the first layer, whose inputs need no gradient.
    pub w_ih: Vec<S>,
    /// [G·H, H]
    pub w_hh: Vec<S>,
}

impl<S: Scalar> Turned<S> {
    /// What takes over the present weights.
    pub(crate) fn turns<'a, V: Lanes<S = S>, C: Cell>(
        &'a mut self,
        _cell: C,
        shape: Shape,
        weights: Weights<'a, S>,
        first: bool,
    ) -> impl Iterator<Item = Turn<'a, S>> {
        let columns = shape.gate_columns::<V, C>();
        let inputs = (!first).then_some(Turn {
            matrix: weights.w_ih,
            depth: shape.inputs,
            columns,
            out: &mut self.w_ih,
        });
        let hidden = Turn { matrix: weights.w_hh, depth: shape.hidden, columns, out: &mut self.w_hh };
        inputs.into_iter().chain([hidden])
    }
}

/// Gradients of a layer, packed as [`Weights`]; the backward pass adds to them.
pub(crate) struct Gradients<'a, S> {
    pub w_ih: &'a mut [S],
    pub w_hh: &'a mut [S],
    pub b_ih: &'a mut [S],
    pub b_hh: &'a mut [S],
}

/// A sequence [T, B, ≥ width] with rows `stride` apart.
#[derive(Clone, Copy)]
pub(crate) struct Sequence<'a, S> {
    pub values: &'a [S],
    pub stride: usize,
}

/// What a forward pass leaves behind.
pub(crate) struct Tape<S> {
    /// [T, saved numbers of a step]; only one step where nothing will go backward.
    saved: Vec<S>,
    /// [T + 1, B, stride], hidden[0] = 0.
    pub(crate) hidden: Vec<S>,
    /// [B, stride]
    carried: Vec<S>,
}

impl<S: Scalar> Tape<S> {
    pub(crate) fn new() -> Self {
        Tape { saved: vec![], hidden: vec![], carried: vec![] }
    }

    /// Room for a pass; keeps what is there when it suffices.
    pub(crate) fn reserve<V: Lanes<S = S>, C: Cell>(&mut self, shape: Shape, _cell: C, backward: bool) {
        let state = shape.rows * shape.stride::<V>();
        let steps = if backward { shape.steps } else { 1 };
        grow(&mut self.saved, steps * shape.saved::<V>(C::SAVED));
        grow(&mut self.hidden, (shape.steps + 1) * state);
        grow(&mut self.carried, if backward { state } else { 0 });
    }
}

#[cfg(test)]
impl<S: Scalar> Tape<S> {
    /// After a forward pass of an RNN: its sums, without padding.
    pub(crate) fn unpadded_sums<V: Lanes<S = S>>(&self, shape: Shape) -> Vec<S> {
        let columns = shape.gate_columns::<V, crate::rnn::Rnn>();
        let mut sums = vec![];
        for t in 0..shape.steps {
            for unit in 0..shape.hidden {
                for row in 0..shape.rows {
                    let at = columns.index(unit / V::N, unit % V::N, row, shape.rows);
                    sums.push(self.saved[t * shape.saved::<V>(crate::rnn::Rnn::SAVED) + at]);
                }
            }
        }
        sums
    }
}

/// Lengthens a buffer to at least `size`.
pub(crate) fn grow<S: Scalar>(buffer: &mut Vec<S>, size: usize) {
    if buffer.len() < size {
        buffer.resize(size, S::ZERO);
    }
}

/// x → `tape.hidden`; with `backward`, everything the backward pass needs is kept.
#[inline(always)]
pub(crate) fn forward<V: Lanes, C: Cell>(
    cell: C,
    shape: Shape,
    weights: Weights<'_, V::S>,
    x: Sequence<'_, V::S>,
    tape: &mut Tape<V::S>,
    backward: bool,
) {
    let columns = shape.gate_columns::<V, C>();
    let state = shape.rows * shape.stride::<V>();
    let saved = shape.saved::<V>(C::SAVED);
    tape.hidden[..state].fill(V::S::default());
    let mut tile = ForwardTile::<V, C> {
        cell,
        shape,
        weights,
        x,
        columns,
        saved: &mut tape.saved,
        hidden: &mut tape.hidden,
        t: 0,
        saved_at: 0,
        saved_before: 0,
        p: 0,
        bias: [V::zero(); 4],
    };
    for t in 0..shape.steps {
        tile.t = t;
        tile.saved_before = tile.saved_at;
        tile.saved_at = if backward { t * saved } else { 0 };
        for p in 0..columns.panels() {
            tile.p = p;
            tile.bias = bias::<V, C>(weights, columns, p);
            each_tile::<V>(shape.rows, &mut tile);
        }
    }
}

/// Both biases of the sums of panel `p`.
#[inline(always)]
fn bias<V: Lanes, C: Cell>(weights: Weights<'_, V::S>, columns: Columns, p: usize) -> [V; 4] {
    let mut bias = [V::zero(); 4];
    let range = columns.panel(p, 1);
    for j in 0..Shape::width::<C>(columns, p) {
        bias[j] = bias[j].add(V::load(&weights.b_ih[range.start + j * V::N..]));
        let hidden = C::HIDDEN_FIRST + j;
        bias[hidden] = bias[hidden].add(V::load(&weights.b_hh[range.start + j * V::N..]));
    }
    bias
}

/// One step of one panel of units.
struct ForwardTile<'a, V: Lanes, C> {
    cell: C,
    shape: Shape,
    weights: Weights<'a, V::S>,
    x: Sequence<'a, V::S>,
    columns: Columns,
    saved: &'a mut [V::S],
    hidden: &'a mut [V::S],
    t: usize,
    saved_at: usize,
    saved_before: usize,
    p: usize,
    bias: [V; 4],
}

/// Units of panel `p`: how many vectors, and where the numbers saved of its rows begin within a step, and how far
/// they are apart.
#[derive(Clone, Copy)]
struct Block {
    units: usize,
    start: usize,
    row: usize,
}

impl Block {
    #[inline(always)]
    fn new<V: Lanes, C: Cell>(columns: Columns, rows: usize, p: usize) -> Block {
        let units = Shape::width::<C>(columns, p) / C::INPUT.len();
        Block { units, start: p * C::UNITS * C::SAVED * V::N * rows, row: units * C::SAVED * V::N }
    }
}

impl<V: Lanes, C: Cell> Rows for ForwardTile<'_, V, C> {
    #[inline(always)]
    fn rows<const R: usize>(&mut self, first: usize) {
        let (rows, stride, t) = (self.shape.rows, self.shape.stride::<V>(), self.t);
        let width = Shape::width::<C>(self.columns, self.p);
        let next = width * V::N;
        let block = Block::new::<V, C>(self.columns, rows, self.p);
        // The lines that this tile will write are far away: they come while the sums are made.
        for r in 0..R {
            for line in 0..C::UNITS * C::SAVED {
                V::prefetch(self.saved, self.saved_at + block.start + (first + r) * block.row + line * V::N);
            }
        }
        let mut acc = [self.bias; R];
        let x = &self.x.values[(t * rows + first) * self.x.stride..];
        accumulate::<V, R>(
            &mut acc,
            (0, width),
            self.shape.inputs,
            Left { values: x, row: self.x.stride, k: 1 },
            Right { values: &self.weights.w_ih[self.columns.panel(self.p, self.shape.inputs)], next },
        );
        if t > 0 {
            let h = &self.hidden[(t * rows + first) * stride..];
            accumulate::<V, R>(
                &mut acc,
                (C::HIDDEN_FIRST, width),
                self.shape.hidden,
                Left { values: h, row: stride, k: 1 },
                Right { values: &self.weights.w_hh[self.columns.panel(self.p, self.shape.hidden)], next },
            );
        }
        for r in 0..R {
            let row = first + r;
            for u in 0..C::UNITS {
                if u >= block.units {
                    break;
                }
                let at = block.start + row * block.row + u * C::SAVED * V::N;
                let unit = (self.p * C::UNITS + u) * V::N;
                let mut sums_of_unit = [V::zero(); 4];
                for i in 0..C::SUMS {
                    sums_of_unit[i] = acc[r][u * C::SUMS + i];
                }
                let before = match C::STATE {
                    Some(state) if t > 0 => V::load(&self.saved[self.saved_before + at + state * V::N..]),
                    _ => V::zero(),
                };
                let h_before = V::load(&self.hidden[(t * rows + row) * stride + unit..]);
                let (h, saved) = self.cell.forward(sums_of_unit, h_before, before);
                h.store(&mut self.hidden[((t + 1) * rows + row) * stride + unit..]);
                let place = &mut self.saved[self.saved_at + at..][..C::SAVED * V::N];
                for i in 0..C::SAVED {
                    saved[i].store(&mut place[i * V::N..]);
                }
            }
        }
    }
}

/// How gradients of the hidden states come in: [T − from, B, stride], from the first step that has any.
#[derive(Clone, Copy)]
pub(crate) struct Upstream<'a, S> {
    pub values: &'a [S],
    pub from: usize,
}

/// `upstream` → gradients +=, `dx` [T, B, I padded] overwritten. Spends the tape: what was saved becomes the gradients
/// of the sums.
#[allow(clippy::too_many_arguments)]
#[inline(always)]
pub(crate) fn backward<V: Lanes, C: Cell>(
    cell: C,
    shape: Shape,
    turned: &Turned<V::S>,
    x: Sequence<'_, V::S>,
    tape: &mut Tape<V::S>,
    upstream: Upstream<'_, V::S>,
    mut gradients: Gradients<'_, V::S>,
    mut dx: Option<&mut [V::S]>,
) {
    let Shape { steps, rows, .. } = shape;
    let columns = shape.gate_columns::<V, C>();
    let saved = shape.saved::<V>(C::SAVED);
    let input_columns = Columns::plain(shape.inputs, V::N);
    let units = Columns::plain(shape.hidden, V::N);
    tape.carried[..rows * shape.stride::<V>()].fill(V::S::default());
    let mut done = steps;
    for t in (0..steps).rev() {
        for q in 0..units.panels() {
            let (earlier, later) = tape.saved.split_at_mut((t + 1) * saved);
            let mut tile = BackwardTile::<V, C> {
                cell,
                shape,
                turned: &turned.w_hh[units.panel(q, columns.count())],
                saved: earlier,
                later: later.get(..saved).filter(|_| t + 1 < steps),
                hidden: &tape.hidden,
                carried: &mut tape.carried,
                upstream,
                pieces: GatePieces::new::<V, C>(columns, rows, C::HIDDEN_FIRST),
                columns,
                t,
                q,
                width: units.width(q),
            };
            each_tile::<V>(rows, &mut tile);
        }
        if let Some(dx) = dx.as_deref_mut() {
            let step = rows * input_columns.count();
            product::<V, _>(
                rows,
                Product {
                    a: &tape.saved[t * saved..][..saved],
                    pieces: GatePieces::new::<V, C>(columns, rows, 0),
                    depth: columns.count(),
                    b: &turned.w_ih,
                    columns: input_columns,
                    bias: None,
                    c: &mut dx[t * step..][..step],
                },
            );
        }
        if done - t == STEPS_AT_ONCE || t == 0 {
            add_gradients::<V, C>(shape, x, tape, t..done, &mut gradients);
            done = t;
        }
    }
}

/// The gradients of the sums of a step as the left matrix of a product: a piece is a panel of gates.
struct GatePieces {
    columns: Columns,
    rows: usize,
    units: usize,
    gates: usize,
    saved: usize,
    first: usize,
}

impl GatePieces {
    #[inline(always)]
    fn new<V: Lanes, C: Cell>(columns: Columns, rows: usize, first: usize) -> Self {
        GatePieces { columns, rows, units: C::UNITS, gates: C::INPUT.len(), saved: C::SAVED, first }
    }
}

impl Pieces for GatePieces {
    #[inline(always)]
    fn count(&self) -> usize {
        self.columns.panels()
    }
    #[inline(always)]
    fn start(&self, p: usize) -> usize {
        (p * self.units * self.saved * self.rows + self.first) * self.columns.lanes
    }
    #[inline(always)]
    fn depth(&self, p: usize) -> usize {
        self.columns.width(p) * self.columns.lanes
    }
    #[inline(always)]
    fn row(&self, p: usize) -> usize {
        self.columns.width(p) / self.gates * self.saved * self.columns.lanes
    }
}

/// One step backwards of one plain panel of units: the gradient of the hidden state is summed in registers and goes
/// straight into the cell's backward arithmetic.
struct BackwardTile<'a, V: Lanes, C> {
    cell: C,
    shape: Shape,
    turned: &'a [V::S],
    /// Steps 0..=t.
    saved: &'a mut [V::S],
    /// Step t + 1, already gradients.
    later: Option<&'a [V::S]>,
    hidden: &'a [V::S],
    carried: &'a mut [V::S],
    upstream: Upstream<'a, V::S>,
    pieces: GatePieces,
    columns: Columns,
    t: usize,
    q: usize,
    width: usize,
}

impl<V: Lanes, C: Cell> Rows for BackwardTile<'_, V, C> {
    #[inline(always)]
    fn rows<const R: usize>(&mut self, first: usize) {
        let (rows, stride, t) = (self.shape.rows, self.shape.stride::<V>(), self.t);
        let mut acc = [[V::zero(); 4]; R];
        let unit_of_panel = self.q * crate::packed::PLAIN;
        let step = self.shape.saved::<V>(C::SAVED);
        // What was saved of the step before is far away: it comes while the sums are made.
        if t > 0 {
            for j in 0..4 {
                if j >= self.width {
                    break;
                }
                let vector = unit_of_panel + j;
                let (p, u) = (vector / C::UNITS, vector % C::UNITS);
                let block = Block::new::<V, C>(self.columns, rows, p);
                for r in 0..R {
                    let at = (t - 1) * step + block.start + (first + r) * block.row + u * C::SAVED * V::N;
                    for line in 0..C::SAVED {
                        V::prefetch(self.saved, at + line * V::N);
                    }
                }
            }
        }
        if t >= self.upstream.from {
            for r in 0..R {
                let at = ((t - self.upstream.from) * rows + first + r) * stride + unit_of_panel * V::N;
                for j in 0..4 {
                    if j < self.width {
                        acc[r][j] = V::load(&self.upstream.values[at + j * V::N..]);
                    }
                }
            }
        }
        if let Some(later) = self.later {
            accumulate_pieces::<V, R>(&mut acc, self.width, later, &self.pieces, first, self.turned);
        }
        for r in 0..R {
            let row = first + r;
            for j in 0..4 {
                if j >= self.width {
                    break;
                }
                let dh = acc[r][j];
                let vector = unit_of_panel + j;
                let (p, u) = (vector / C::UNITS, vector % C::UNITS);
                let block = Block::new::<V, C>(self.columns, rows, p);
                let at = t * step + block.start + row * block.row + u * C::SAVED * V::N;
                let mut saved = [V::zero(); MOST_SAVED];
                let place = &self.saved[at..][..C::SAVED * V::N];
                for i in 0..C::SAVED {
                    saved[i] = V::load(&place[i * V::N..]);
                }
                let state = (t * rows + row) * stride + vector * V::N;
                let around = Around {
                    h_before: V::load(&self.hidden[state..]),
                    h: V::load(&self.hidden[state + rows * stride..]),
                    before: match C::STATE {
                        Some(i) if t > 0 => V::load(&self.saved[at - step + i * V::N..]),
                        _ => V::zero(),
                    },
                };
                let carried = &mut self.carried[row * stride + vector * V::N..];
                let (gradients, carry) = self.cell.backward(dh, V::load(carried), saved, around);
                carry.store(carried);
                let place = &mut self.saved[at..][..C::SUMS * V::N];
                for i in 0..C::SUMS {
                    gradients[i].store(&mut place[i * V::N..]);
                }
            }
        }
    }
}

/// Weight gradients of steps `range`.
#[inline(always)]
fn add_gradients<V: Lanes, C: Cell>(
    shape: Shape,
    x: Sequence<'_, V::S>,
    tape: &Tape<V::S>,
    range: Range<usize>,
    gradients: &mut Gradients<'_, V::S>,
) {
    let Shape { rows, inputs, hidden, .. } = shape;
    let columns = shape.gate_columns::<V, C>();
    let (step, stride) = (shape.saved::<V>(C::SAVED), shape.stride::<V>());
    for p in 0..columns.panels() {
        let block = Block::new::<V, C>(columns, rows, p);
        let width = Shape::width::<C>(columns, p);
        let d = |t: usize, sum: usize| &tape.saved[t * step + block.start + sum * V::N..];
        let of_inputs = range.clone().map(|t| Outer {
            a: &x.values[t * rows * x.stride..],
            a_next: x.stride,
            d: d(t, 0),
            d_next: block.row,
        });
        add_outer::<V, _>(inputs, rows, width, of_inputs, &mut gradients.w_ih[columns.panel(p, inputs)]);
        // Before step 0 the hidden state is zero.
        let of_hidden = (range.start.max(1)..range.end).map(|t| Outer {
            a: &tape.hidden[t * rows * stride..],
            a_next: stride,
            d: d(t, C::HIDDEN_FIRST),
            d_next: block.row,
        });
        add_outer::<V, _>(hidden, rows, width, of_hidden, &mut gradients.w_hh[columns.panel(p, hidden)]);
        for t in range.clone() {
            add_rows::<V>(d(t, 0), block.row, rows, width, &mut gradients.b_ih[columns.panel(p, 1)]);
            add_rows::<V>(
                d(t, C::HIDDEN_FIRST),
                block.row,
                rows,
                width,
                &mut gradients.b_hh[columns.panel(p, 1)],
            );
        }
    }
}
