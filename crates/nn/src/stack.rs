//! A whole network over one tile of rows: recurrent layers, dense layers, dropout between them; forward and backward.
//!
//! The buffers grow to what a pass needs and are reused; [`Weights`] are shared by all who compute with them.

use crate::crew::Crew;
use crate::dense;
use crate::dropout::{self, Draw, Dropout};
use crate::gru::Gru;
use crate::layout::{Layer, Layout};
use crate::lstm::Lstm;
use crate::packed::{Columns, Packing, Turn};
use crate::recurrent::{self, Gradients, Sequence, Shape, Tape, Turned, Upstream, grow};
use crate::rnn::Rnn;
use crate::scalar::Scalar;
use crate::simd::Lanes;
use crate::spec::{Activation, Kind, NetworkSpec};
use std::ops::Range;

/// A specification with its layouts.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub spec: NetworkSpec,
    pub layout: Layout,
    pub packing: Packing,
}

/// Binds `$cell` to the cell of a recurrent kind.
macro_rules! with_cell {
    ($spec:expr, $cell:ident => $body:expr) => {
        match $spec.kind {
            Kind::Lstm => {
                let $cell = Lstm;
                $body
            }
            Kind::Gru => {
                let $cell = Gru;
                $body
            }
            Kind::Rnn | Kind::Mlp => {
                let $cell = Rnn { relu: $spec.activation == Activation::Relu };
                $body
            }
        }
    };
}

impl Plan {
    /// # Panics
    /// If the specification makes no network.
    pub(crate) fn new<V: Lanes>(spec: &NetworkSpec) -> Plan {
        let layout = Layout::new(spec);
        let packing = Packing::new(spec, &layout, V::N);
        Plan { spec: spec.clone(), layout, packing }
    }

    /// Where W_ih, W_hh, b_ih, b_hh of recurrent layer `k` lie.
    fn recurrent(&self, k: usize) -> [Range<usize>; 4] {
        [0, 1, 2, 3].map(|tensor| self.packing.range(4 * k + tensor))
    }

    /// Where W and b of dense layer `k` lie.
    fn dense(&self, k: usize) -> [Range<usize>; 2] {
        [0, 1].map(|tensor| self.packing.range(4 * self.layout.recurrent.len() + 2 * k + tensor))
    }

    /// Activation of dense layer `k`; the last one is linear.
    fn activation(&self, k: usize) -> Option<Activation> {
        (k + 1 < self.layout.dense.len()).then_some(self.spec.activation)
    }
}

/// From this many numbers on, turning them around is divided among cores.
const TURN_TOGETHER: usize = 16_384;

/// Packed parameters, and what the backward pass needs of them turned around.
#[derive(Clone, Debug)]
pub(crate) struct Weights<V: Lanes> {
    pub values: Vec<V::S>,
    recurrent: Vec<Turned<V::S>>,
    dense: Vec<Vec<V::S>>,
}

impl<V: Lanes> Weights<V> {
    /// Of flat parameters. Call [`Weights::refresh`] before a backward pass.
    pub(crate) fn new<F: Copy>(plan: &Plan, flat: &[F], number: impl Fn(F) -> V::S) -> Self {
        Weights {
            values: plan.packing.pack(flat, number),
            recurrent: plan.layout.recurrent.iter().map(|_| Turned::default()).collect(),
            dense: plan.layout.dense.iter().map(|_| vec![]).collect(),
        }
    }

    /// Turns the present values around.
    pub(crate) fn refresh(&mut self, plan: &Plan, crew: &Crew) {
        let mut turns = vec![];
        for (k, (turned, layer)) in self.recurrent.iter_mut().zip(&plan.layout.recurrent).enumerate() {
            let weights = recurrent_weights::<V>(plan, k, &self.values);
            let shape = Shape { steps: 0, rows: 0, inputs: layer.inputs, hidden: layer.outputs };
            with_cell!(plan.spec, cell => turns.extend(turned.turns::<V, _>(cell, shape, weights, k == 0)));
        }
        for (k, (out, layer)) in self.dense.iter_mut().zip(&plan.layout.dense).enumerate() {
            // Nobody asks for the gradient of an MLP's inputs.
            if k > 0 || plan.spec.kind != Kind::Mlp {
                let [weight, _] = plan.dense(k);
                let columns = Columns::plain(layer.outputs, V::N);
                turns.push(Turn { matrix: &self.values[weight], depth: layer.inputs, columns, out });
            }
        }
        // Small matrices are turned before another core has heard of them.
        let numbers: usize = turns.iter().map(|turn| turn.matrix.len()).sum();
        if numbers < TURN_TOGETHER {
            turns.into_iter().for_each(Turn::make);
        } else {
            crew.each(turns, |_, turn| turn.make());
        }
    }
}

fn recurrent_weights<'a, V: Lanes>(
    plan: &Plan,
    k: usize,
    values: &'a [V::S],
) -> recurrent::Weights<'a, V::S> {
    let [w_ih, w_hh, b_ih, b_hh] = plan.recurrent(k).map(|range| &values[range]);
    recurrent::Weights { w_ih, w_hh, b_ih, b_hh }
}

/// A mask and what it leaves of a layer's output; empty while dropout is off.
#[derive(Default)]
struct Masked<S> {
    mask: Vec<S>,
    output: Vec<S>,
}

/// One forward pass: its rows, its steps, and how many of the last steps have outputs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pass {
    pub rows: usize,
    pub steps: usize,
    /// Outputs are taken at this many last steps.
    pub outputs: usize,
    /// Whether a backward pass follows.
    pub backward: bool,
    dropped: bool,
}

impl Pass {
    /// Rows and steps with an output at the last step only.
    pub(crate) fn windows(rows: usize, steps: usize, backward: bool) -> Pass {
        Pass { rows, steps, outputs: 1, backward, dropped: false }
    }

    /// Rows of `steps` steps with outputs at the last `outputs` of them.
    pub(crate) fn chunks(rows: usize, steps: usize, outputs: usize, backward: bool) -> Pass {
        Pass { rows, steps, outputs, backward, dropped: false }
    }
}

/// Buffers of one network for one tile at a time.
pub(crate) struct Stack<V: Lanes> {
    dropout: Option<Dropout>,
    pass: Pass,
    /// The tile: [T, B, I] for recurrent networks, [B, T·I] for the MLP.
    pub(crate) tile: Vec<V::S>,
    tapes: Vec<Tape<V::S>>,
    /// Of all steps, or of those with outputs in the last recurrent layer.
    masked: Vec<Masked<V::S>>,
    dense: Vec<dense::Saved<V::S>>,
    masked_dense: Vec<Masked<V::S>>,
    outputs: Vec<V::S>,
    /// Gradient of a layer's output and of its input; they take turns.
    d: [Vec<V::S>; 2],
}

impl<V: Lanes> Stack<V> {
    pub(crate) fn new(plan: &Plan) -> Self {
        Stack {
            dropout: Dropout::new(plan.spec.dropout),
            pass: Pass::default(),
            tile: vec![],
            tapes: plan.layout.recurrent.iter().map(|_| Tape::new()).collect(),
            masked: plan.layout.recurrent.iter().map(|_| Masked::default()).collect(),
            dense: plan.layout.dense.iter().map(|_| dense::Saved::default()).collect(),
            masked_dense: plan.layout.dense.iter().map(|_| Masked::default()).collect(),
            outputs: vec![],
            d: [vec![], vec![]],
        }
    }

    /// Outputs [S, B] of the tile under `packed` parameters, S = `pass.outputs`; with `draw`, dropout is on.
    pub(crate) fn forward(
        &mut self,
        plan: &Plan,
        packed: &[V::S],
        pass: Pass,
        draw: Option<Draw<'_>>,
    ) -> &[V::S] {
        assert!(pass.rows > 0 && (1..=pass.steps).contains(&pass.outputs), "{pass:?}");
        let active = self.dropout.zip(draw);
        self.pass = Pass { dropped: active.is_some(), ..pass };
        for k in 0..plan.layout.recurrent.len() {
            self.forward_recurrent(plan, k, packed, active);
        }
        for k in 0..plan.layout.dense.len() {
            self.forward_dense(plan, k, packed, active);
        }
        let after = self.dense.last().map_or(&[][..], |dense| &dense.after);
        self.outputs.clear();
        self.outputs.extend(after.chunks_exact(V::N).take(pass.rows * pass.outputs).map(|row| row[0]));
        &self.outputs
    }

    /// First step whose hidden state goes on above layer `k`.
    fn first_used(&self, k: usize) -> usize {
        if k + 1 == self.tapes.len() { self.pass.steps - self.pass.outputs } else { 0 }
    }

    fn shape(&self, layer: &Layer) -> Shape {
        Shape { steps: self.pass.steps, rows: self.pass.rows, inputs: layer.inputs, hidden: layer.outputs }
    }

    fn forward_recurrent(
        &mut self,
        plan: &Plan,
        k: usize,
        packed: &[V::S],
        active: Option<(Dropout, Draw<'_>)>,
    ) {
        let layer = &plan.layout.recurrent[k];
        let (shape, backward, first) = (self.shape(layer), self.pass.backward, self.first_used(k));
        let (below, rest) = self.tapes.split_at_mut(k);
        let x = sequence::<V>(plan, k, &self.tile, below, &self.masked, self.pass);
        let weights = recurrent_weights::<V>(plan, k, packed);
        with_cell!(plan.spec, cell => {
            rest[0].reserve::<V, _>(shape, cell, backward);
            V::vectorize(#[inline(always)] || recurrent::forward::<V, _>(cell, shape, weights, x, &mut rest[0], backward));
        });
        if let Some((dropout, draw)) = active {
            let stride = shape.stride::<V>();
            let size = (shape.steps - first) * shape.rows * stride;
            let values = &rest[0].hidden[(first + 1) * shape.rows * stride..][..size];
            let Masked { mask, output } = &mut self.masked[k];
            grow(mask, size);
            grow(output, size);
            V::vectorize(
                #[inline(always)]
                || {
                    dropout.fill(draw, k, first, shape.hidden, stride, &mut mask[..size]);
                    dropout::apply::<V>(&mask[..size], values, &mut output[..size]);
                },
            );
        }
    }

    fn forward_dense(&mut self, plan: &Plan, k: usize, packed: &[V::S], active: Option<(Dropout, Draw<'_>)>) {
        let layer = &plan.layout.dense[k];
        let shape = dense_shape(layer, self.pass);
        let (below, rest) = self.dense.split_at_mut(k);
        let x =
            features::<V>(plan, &self.tile, &self.tapes, &self.masked, below, &self.masked_dense, self.pass);
        let [weight, bias] = plan.dense(k).map(|range| &packed[range]);
        let activation = plan.activation(k);
        V::vectorize(
            #[inline(always)]
            || dense::forward::<V>(shape, activation, (weight, bias), x, &mut rest[0]),
        );
        if let (Some((dropout, draw)), Some(_)) = (active, activation) {
            let stride = Columns::plain(layer.outputs, V::N).count();
            let size = shape.rows * stride;
            let Masked { mask, output } = &mut self.masked_dense[k];
            grow(mask, size);
            grow(output, size);
            let first = self.pass.steps - self.pass.outputs;
            let place = self.tapes.len() + k;
            V::vectorize(
                #[inline(always)]
                || {
                    dropout.fill(draw, place, first, layer.outputs, stride, &mut mask[..size]);
                    dropout::apply::<V>(&mask[..size], &rest[0].after[..size], &mut output[..size]);
                },
            );
        }
    }

    /// Adds to `gradients` (packed) what `d_output` [S, B], the gradient of the last forward pass's outputs, gives. One
    /// backward pass per forward pass: it spends what was saved.
    pub(crate) fn backward(
        &mut self,
        plan: &Plan,
        weights: &Weights<V>,
        d_output: &[V::S],
        gradients: &mut [V::S],
    ) {
        assert!(self.pass.backward, "the forward pass kept nothing for a backward pass");
        assert_eq!(d_output.len(), self.outputs.len(), "gradients of the outputs and outputs");
        let dy = &mut self.d[0];
        grow(dy, d_output.len() * V::N);
        dy[..d_output.len() * V::N].fill(V::S::ZERO);
        dy.chunks_exact_mut(V::N).zip(d_output).for_each(|(row, &d)| row[0] = d);
        for k in (0..plan.layout.dense.len()).rev() {
            self.backward_dense(plan, k, weights, gradients);
        }
        for k in (0..plan.layout.recurrent.len()).rev() {
            self.backward_recurrent(plan, k, weights, gradients);
        }
    }

    fn backward_dense(&mut self, plan: &Plan, k: usize, weights: &Weights<V>, gradients: &mut [V::S]) {
        let layer = &plan.layout.dense[k];
        let shape = dense_shape(layer, self.pass);
        let [dy, dx] = &mut self.d;
        let activation = plan.activation(k);
        if self.pass.dropped && activation.is_some() {
            let size = shape.rows * Columns::plain(layer.outputs, V::N).count();
            V::vectorize(
                #[inline(always)]
                || dropout::apply_backward::<V>(&self.masked_dense[k].mask[..size], &mut dy[..size]),
            );
        }
        let (below, rest) = self.dense.split_at(k);
        let x =
            features::<V>(plan, &self.tile, &self.tapes, &self.masked, below, &self.masked_dense, self.pass);
        // Nobody asks for the gradient of an MLP's inputs.
        let dx = (k > 0 || plan.spec.kind != Kind::Mlp).then(|| {
            grow(dx, shape.rows * Columns::plain(layer.inputs, V::N).count());
            (&weights.dense[k][..], &mut dx[..])
        });
        let [weight, bias] = plan.dense(k);
        let (d_weight, d_bias) = gradients[weight.start..bias.end].split_at_mut(weight.len());
        V::vectorize(
            #[inline(always)]
            || dense::backward::<V>(shape, activation, x, &rest[0], dy, (d_weight, d_bias), dx),
        );
        self.d.swap(0, 1);
    }

    fn backward_recurrent(&mut self, plan: &Plan, k: usize, weights: &Weights<V>, gradients: &mut [V::S]) {
        let layer = &plan.layout.recurrent[k];
        let (shape, from) = (self.shape(layer), self.first_used(k));
        let [d_hidden, dx] = &mut self.d;
        if self.pass.dropped {
            let size = (shape.steps - from) * shape.rows * shape.stride::<V>();
            V::vectorize(
                #[inline(always)]
                || dropout::apply_backward::<V>(&self.masked[k].mask[..size], &mut d_hidden[..size]),
            );
        }
        let (below, rest) = self.tapes.split_at_mut(k);
        let x = sequence::<V>(plan, k, &self.tile, below, &self.masked, self.pass);
        let dx = (k > 0).then(|| {
            grow(dx, shape.steps * shape.rows * Columns::plain(layer.inputs, V::N).count());
            &mut dx[..]
        });
        let [w_ih, w_hh, b_ih, _] = plan.recurrent(k);
        let gradients = &mut gradients[w_ih.start..b_ih.end + b_ih.len()];
        let (d_w_ih, d) = gradients.split_at_mut(w_ih.len());
        let (d_w_hh, d) = d.split_at_mut(w_hh.len());
        let (d_b_ih, d_b_hh) = d.split_at_mut(b_ih.len());
        let gradients = Gradients { w_ih: d_w_ih, w_hh: d_w_hh, b_ih: d_b_ih, b_hh: d_b_hh };
        let upstream = Upstream { values: d_hidden, from };
        let turned = &weights.recurrent[k];
        with_cell!(plan.spec, cell => V::vectorize(#[inline(always)] || {
            recurrent::backward::<V, _>(cell, shape, turned, x, &mut rest[0], upstream, gradients, dx);
        }));
        self.d.swap(0, 1);
    }
}

fn dense_shape(layer: &Layer, pass: Pass) -> dense::Shape {
    dense::Shape { rows: pass.rows * pass.outputs, inputs: layer.inputs, outputs: layer.outputs }
}

/// Input [T, B, I] of recurrent layer `k`.
fn sequence<'a, V: Lanes>(
    plan: &Plan,
    k: usize,
    tile: &'a [V::S],
    below: &'a [Tape<V::S>],
    masked: &'a [Masked<V::S>],
    pass: Pass,
) -> Sequence<'a, V::S> {
    match below.last() {
        None => Sequence { values: tile, stride: plan.spec.inputs },
        Some(lower) => {
            let stride = Columns::plain(plan.layout.recurrent[k].inputs, V::N).count();
            let values =
                if pass.dropped { &masked[k - 1].output } else { &lower.hidden[pass.rows * stride..] };
            Sequence { values, stride }
        }
    }
}

/// Input [S·B, I] of the dense layer above `below`.
fn features<'a, V: Lanes>(
    plan: &Plan,
    tile: &'a [V::S],
    tapes: &'a [Tape<V::S>],
    masked: &'a [Masked<V::S>],
    below: &'a [dense::Saved<V::S>],
    masked_dense: &'a [Masked<V::S>],
    pass: Pass,
) -> Sequence<'a, V::S> {
    let k = below.len();
    let stride = Columns::plain(plan.layout.dense[k].inputs, V::N).count();
    let values: &[V::S] = match (below.last(), tapes.last()) {
        (Some(_), _) if pass.dropped => &masked_dense[k - 1].output,
        (Some(lower), _) => &lower.after,
        (None, Some(_)) if pass.dropped => &masked[tapes.len() - 1].output,
        (None, Some(lower)) => &lower.hidden[(pass.steps - pass.outputs + 1) * pass.rows * stride..],
        (None, None) => return Sequence { values: tile, stride: pass.steps * plan.spec.inputs },
    };
    Sequence { values, stride }
}

#[cfg(test)]
impl<V: Lanes> Stack<V> {
    /// After a forward pass: the distance of the nearest sum to the kink of its activation, infinite where there
    /// is none. Gradient checks need to stay away from kinks.
    pub(crate) fn nearest_kink(&self, plan: &Plan) -> f64 {
        let kinked = matches!(plan.spec.activation, Activation::Relu | Activation::LeakyRelu);
        if !kinked {
            return f64::INFINITY;
        }
        let mut nearest = f64::INFINITY;
        let mut near = |values: &[V::S]| {
            for v in values {
                nearest = nearest.min(v.to_f64().abs());
            }
        };
        if plan.spec.kind == Kind::Rnn {
            for (tape, layer) in self.tapes.iter().zip(&plan.layout.recurrent) {
                let shape = self.shape(layer);
                near(&tape.unpadded_sums::<V>(shape));
            }
        }
        for (k, (saved, layer)) in self.dense.iter().zip(&plan.layout.dense).enumerate() {
            if plan.activation(k).is_some() {
                let shape = dense_shape(layer, self.pass);
                let stride = Columns::plain(layer.outputs, V::N).count();
                saved
                    .before
                    .chunks_exact(stride)
                    .take(shape.rows)
                    .for_each(|row| near(&row[..layer.outputs]));
            }
        }
        nearest
    }
}
