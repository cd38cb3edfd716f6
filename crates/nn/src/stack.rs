//! A whole network over one batch: recurrent layers, dense layers, dropout between them; forward and backward.
//!
//! The buffers are made once and reused for every batch.

use crate::dense;
use crate::dropout::{self, Draw, Dropout};
use crate::gru;
use crate::layout::{self, Layer, Layout};
use crate::lstm;
use crate::recurrent::{Gradients, Shape, Upstream, Weights};
use crate::rnn;
use crate::scalar::Scalar;
use crate::spec::{Activation, Kind, NetworkSpec};

/// What a recurrent layer saves, by kind.
enum Saved<S> {
    Rnn(rnn::Saved<S>, Activation),
    Lstm(lstm::Saved<S>),
    Gru(gru::Saved<S>),
}

impl<S: Scalar> Saved<S> {
    /// [T + 1, B, H], of which step 0 is the zero state before the window.
    fn hidden(&self) -> &[S] {
        match self {
            Saved::Rnn(saved, _) => &saved.hidden,
            Saved::Lstm(saved) => &saved.hidden,
            Saved::Gru(saved) => &saved.hidden,
        }
    }
}

/// A mask and what it leaves of a layer's output; empty while dropout is off.
struct Masked<S> {
    mask: Vec<S>,
    output: Vec<S>,
}

impl<S: Scalar> Masked<S> {
    fn new(size: usize) -> Self {
        Masked { mask: vec![S::ZERO; size], output: vec![S::ZERO; size] }
    }
}

struct Recurrent<S> {
    layer: Layer,
    saved: Saved<S>,
    /// Of all steps, or of the last step only in the last recurrent layer.
    masked: Masked<S>,
}

struct Dense<S> {
    layer: Layer,
    activation: Option<Activation>,
    saved: dense::Saved<S>,
    masked: Masked<S>,
}

/// Buffers and wiring of one network for batches of up to `capacity` rows.
pub(crate) struct Stack<S> {
    kind: Kind,
    steps: usize,
    gates: usize,
    capacity: usize,
    dropout: Option<Dropout>,
    /// Rows of the last forward pass, and whether dropout was on.
    pass: (usize, bool),
    /// The batch: [T, B, I] for recurrent networks, [B, T·I] for the MLP.
    pub(crate) tile: Vec<S>,
    recurrent: Vec<Recurrent<S>>,
    dense: Vec<Dense<S>>,
    /// Gradient of a layer's output and of its input, [B, width] of the widest dense layer; they take turns.
    d_features: [Vec<S>; 2],
    /// The same between recurrent layers, [T, B, H].
    d_hidden: [Vec<S>; 2],
}

impl<S: Scalar> Stack<S> {
    pub(crate) fn new(spec: &NetworkSpec, layout: &Layout, capacity: usize) -> Self {
        let (steps, gates) = (spec.window, layout::gates(spec.kind));
        let dropout = Dropout::new(spec.dropout);
        let last = layout.recurrent.len();
        let recurrent = layout.recurrent.iter().enumerate().map(|(k, layer)| {
            let saved = match spec.kind {
                Kind::Lstm => Saved::Lstm(lstm::Saved::new(layer, steps, capacity)),
                Kind::Gru => Saved::Gru(gru::Saved::new(layer, steps, capacity)),
                Kind::Rnn | Kind::Mlp => Saved::Rnn(rnn::Saved::new(layer, steps, capacity), spec.activation),
            };
            let masked_steps = if k + 1 == last { 1 } else { steps };
            let size = if dropout.is_some() { masked_steps * capacity * layer.outputs } else { 0 };
            Recurrent { layer: layer.clone(), saved, masked: Masked::new(size) }
        });
        let dense = layout.dense.iter().enumerate().map(|(k, layer)| {
            let is_hidden = k + 1 < layout.dense.len();
            let size = if dropout.is_some() && is_hidden { capacity * layer.outputs } else { 0 };
            Dense {
                layer: layer.clone(),
                activation: is_hidden.then_some(spec.activation),
                saved: dense::Saved::new(layer, capacity),
                masked: Masked::new(size),
            }
        });
        let widest = |layers: &[Layer]| layers.iter().map(|layer| layer.outputs).max().unwrap_or(0);
        let between = if last > 1 { steps * capacity * widest(&layout.recurrent) } else { 0 };
        let flat = capacity * widest(&layout.dense).max(widest(&layout.recurrent));
        Stack {
            kind: spec.kind,
            steps,
            gates,
            capacity,
            dropout,
            pass: (0, false),
            tile: vec![S::ZERO; steps * capacity * spec.inputs],
            recurrent: recurrent.collect(),
            dense: dense.collect(),
            d_features: [vec![S::ZERO; flat], vec![S::ZERO; flat]],
            d_hidden: [vec![S::ZERO; between], vec![S::ZERO; between]],
        }
    }

    /// Outputs [B] of the first `rows` rows of `tile`; with `draw`, dropout is on.
    pub(crate) fn forward(&mut self, parameters: &[S], rows: usize, draw: Option<Draw<'_>>) -> &[S] {
        assert!(rows > 0 && rows <= self.capacity, "{rows} rows in a tile of {}", self.capacity);
        let active = self.dropout.zip(draw);
        self.pass = (rows, active.is_some());
        for k in 0..self.recurrent.len() {
            self.forward_recurrent(k, parameters, rows, active);
        }
        for k in 0..self.dense.len() {
            self.forward_dense(k, parameters, rows, active);
        }
        &self.dense[self.dense.len() - 1].saved.after[..rows]
    }

    fn forward_recurrent(
        &mut self,
        k: usize,
        parameters: &[S],
        rows: usize,
        active: Option<(Dropout, Draw<'_>)>,
    ) {
        let (below, rest) = self.recurrent.split_at_mut(k);
        let is_last = rest.len() == 1;
        let Recurrent { layer, saved, masked } = &mut rest[0];
        let shape = Shape::new(layer, self.steps, rows);
        let x = sequence(&self.tile, below, self.pass);
        let weights = Weights::new(layer, self.gates, &parameters[layer.range.clone()]);
        match saved {
            Saved::Rnn(saved, activation) => rnn::forward(shape, *activation, weights, x, saved),
            Saved::Lstm(saved) => lstm::forward(shape, weights, x, saved),
            Saved::Gru(saved) => gru::forward(shape, weights, x, saved),
        }
        if let Some((dropout, draw)) = active {
            // Above the last recurrent layer only its last step is used.
            let first = if is_last { self.steps - 1 } else { 0 };
            let size = (self.steps - first) * rows * shape.hidden;
            let values = &saved.hidden()[(first + 1) * rows * shape.hidden..][..size];
            let mask = &mut masked.mask[..size];
            dropout.fill(draw, k, first, shape.hidden, mask);
            dropout::apply(mask, values, &mut masked.output[..size]);
        }
    }

    fn forward_dense(
        &mut self,
        k: usize,
        parameters: &[S],
        rows: usize,
        active: Option<(Dropout, Draw<'_>)>,
    ) {
        let (below, rest) = self.dense.split_at_mut(k);
        let Dense { layer, activation, saved, masked } = &mut rest[0];
        let x = features(&self.tile, &self.recurrent, below, self.steps, self.pass);
        dense::forward(layer, *activation, rows, &parameters[layer.range.clone()], x, saved);
        if let (Some((dropout, draw)), Some(_)) = (active, activation) {
            let size = rows * layer.outputs;
            let mask = &mut masked.mask[..size];
            dropout.fill(draw, self.recurrent.len() + k, 0, layer.outputs, mask);
            dropout::apply(mask, &saved.after[..size], &mut masked.output[..size]);
        }
    }

    /// Adds to `gradients` what `d_output` [B], the gradient of the last forward pass's outputs, gives. One
    /// backward pass per forward pass: it spends what was saved.
    pub(crate) fn backward(&mut self, parameters: &[S], d_output: &[S], gradients: &mut [S]) {
        assert_eq!(d_output.len(), self.pass.0, "gradients of the outputs and rows of the forward pass");
        self.d_features[0][..d_output.len()].copy_from_slice(d_output);
        for k in (0..self.dense.len()).rev() {
            self.backward_dense(k, parameters, gradients);
        }
        for k in (0..self.recurrent.len()).rev() {
            self.backward_recurrent(k, parameters, gradients);
        }
    }

    fn backward_dense(&mut self, k: usize, parameters: &[S], gradients: &mut [S]) {
        let (rows, dropped) = self.pass;
        let (below, rest) = self.dense.split_at_mut(k);
        let Dense { layer, activation, saved, masked } = &mut rest[0];
        let [dy, dx] = &mut self.d_features;
        if dropped && activation.is_some() {
            let size = rows * layer.outputs;
            dropout::apply_backward(&masked.mask[..size], &mut dy[..size]);
        }
        let x = features(&self.tile, &self.recurrent, below, self.steps, self.pass);
        // Nobody asks for the gradient of an MLP's inputs.
        let dx_wanted = (k > 0 || self.kind != Kind::Mlp).then_some(&mut dx[..]);
        let (weights, d_weights) = (&parameters[layer.range.clone()], &mut gradients[layer.range.clone()]);
        dense::backward(layer, *activation, rows, weights, x, saved, dy, d_weights, dx_wanted);
        self.d_features.swap(0, 1);
    }

    fn backward_recurrent(&mut self, k: usize, parameters: &[S], gradients: &mut [S]) {
        let (rows, dropped) = self.pass;
        let (below, rest) = self.recurrent.split_at_mut(k);
        let is_last = rest.len() == 1;
        let Recurrent { layer, saved, masked } = &mut rest[0];
        let shape = Shape::new(layer, self.steps, rows);
        let [from_above, dx] = &mut self.d_hidden;
        let d_hidden = if is_last { &mut self.d_features[0] } else { from_above };
        let d_hidden = &mut d_hidden[..if is_last { 1 } else { self.steps } * rows * shape.hidden];
        if dropped {
            dropout::apply_backward(&masked.mask[..d_hidden.len()], d_hidden);
        }
        let upstream = if is_last { Upstream::Last(d_hidden) } else { Upstream::All(d_hidden) };
        let x = sequence(&self.tile, below, self.pass);
        let dx = (k > 0).then_some(&mut dx[..]);
        let weights = Weights::new(layer, self.gates, &parameters[layer.range.clone()]);
        let d_weights = Gradients::new(layer, self.gates, &mut gradients[layer.range.clone()]);
        match saved {
            Saved::Rnn(saved, activation) => {
                rnn::backward(shape, *activation, weights, x, saved, upstream, d_weights, dx);
            }
            Saved::Lstm(saved) => lstm::backward(shape, weights, x, saved, upstream, d_weights, dx),
            Saved::Gru(saved) => gru::backward(shape, weights, x, saved, upstream, d_weights, dx),
        }
        self.d_hidden.swap(0, 1);
    }
}

/// Input [T, B, I] of the recurrent layer above `below`.
fn sequence<'a, S: Scalar>(
    tile: &'a [S],
    below: &'a [Recurrent<S>],
    (rows, dropped): (usize, bool),
) -> &'a [S] {
    match below.last() {
        None => tile,
        Some(lower) if dropped => &lower.masked.output,
        Some(lower) => &lower.saved.hidden()[rows * lower.layer.outputs..],
    }
}

/// Input [B, I] of the dense layer above `below`.
fn features<'a, S: Scalar>(
    tile: &'a [S],
    recurrent: &'a [Recurrent<S>],
    below: &'a [Dense<S>],
    steps: usize,
    (rows, dropped): (usize, bool),
) -> &'a [S] {
    match (below.last(), recurrent.last()) {
        (Some(lower), _) if dropped => &lower.masked.output,
        (Some(lower), _) => &lower.saved.after,
        (None, Some(lower)) if dropped => &lower.masked.output,
        (None, Some(lower)) => &lower.saved.hidden()[steps * rows * lower.layer.outputs..],
        (None, None) => tile,
    }
}

#[cfg(test)]
impl<S: Scalar> Stack<S> {
    /// Outputs of the last forward pass.
    pub(crate) fn outputs(&self) -> &[S] {
        &self.dense[self.dense.len() - 1].saved.after[..self.pass.0]
    }

    /// After a forward pass: the distance of the nearest sum to the kink of its activation, infinite where there
    /// is none. Gradient checks need to stay away from kinks.
    pub(crate) fn nearest_kink(&self) -> f64 {
        let kinked = |a: Activation| matches!(a, Activation::Relu | Activation::LeakyRelu);
        let rows = self.pass.0;
        let recurrent = self.recurrent.iter().filter_map(|r| match &r.saved {
            Saved::Rnn(saved, a) if kinked(*a) => Some(&saved.sums[..self.steps * rows * r.layer.outputs]),
            _ => None,
        });
        let dense = self.dense.iter().filter(|d| d.activation.is_some_and(kinked));
        let dense = dense.map(|d| &d.saved.before[..rows * d.layer.outputs]);
        recurrent.chain(dense).flatten().map(|s| s.to_f64().abs()).fold(f64::INFINITY, f64::min)
    }
}
