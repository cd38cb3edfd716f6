//! What a recurrent layer asks of its kind: the gate arithmetic of one step on vectors of units. `lstm.rs`, `gru.rs` and
//! `rnn.rs` state it, `recurrent.rs` does the rest.

use crate::gru::Gru;
use crate::lstm::Lstm;
use crate::rnn::Rnn;
use crate::simd::Lanes;
use crate::spec::Kind;

/// The largest `SAVED` of all cells.
pub(crate) const MOST_SAVED: usize = 6;

/// Gate arithmetic of one kind of layer, on vectors of units.
pub(crate) trait Cell: Copy + Send + Sync {
    /// Accumulated vectors of a unit vector.
    const SUMS: usize;
    /// For each gate block of W_ih in PyTorch's order: which of the sums it feeds.
    const INPUT: &'static [usize];
    /// For each gate block of W_hh: which of the sums it feeds, counted from `HIDDEN_FIRST`.
    const HIDDEN: &'static [usize];
    /// The first sum that W_hh feeds.
    const HIDDEN_FIRST: usize;
    /// Vectors saved for the backward pass.
    const SAVED: usize;
    /// Which of the saved vectors the next step starts from besides the hidden state.
    const STATE: Option<usize>;

    /// Unit vectors whose sums fill an accumulator tile.
    const UNITS: usize = 4 / Self::SUMS;

    /// Sums, hidden state before the step, state before the step → hidden state and what is saved.
    fn forward<V: Lanes>(self, sums: [V; 4], h_before: V, before: V) -> (V, [V; MOST_SAVED]);

    /// Gradient of the hidden state, what this cell carried from the next step, the saved vectors and the states on
    /// both sides → gradients of the sums, and what is carried to the step before.
    fn backward<V: Lanes>(self, dh: V, carried: V, saved: [V; MOST_SAVED], around: Around<V>) -> ([V; 4], V);
}

/// States around a step.
#[derive(Clone, Copy)]
pub(crate) struct Around<V> {
    /// Hidden state before it.
    pub h_before: V,
    /// Hidden state after it.
    pub h: V,
    /// The cell's own state before it.
    pub before: V,
}

/// Places of the gate blocks of W_ih among a unit's columns, and unit vectors in a panel. See `Packing`.
pub(crate) fn input_columns(kind: Kind) -> (&'static [usize], usize) {
    match kind {
        Kind::Lstm => (Lstm::INPUT, Lstm::UNITS),
        Kind::Gru => (Gru::INPUT, Gru::UNITS),
        Kind::Rnn | Kind::Mlp => (Rnn::INPUT, Rnn::UNITS),
    }
}

/// The same of W_hh.
pub(crate) fn hidden_columns(kind: Kind) -> (&'static [usize], usize) {
    match kind {
        Kind::Lstm => (Lstm::HIDDEN, Lstm::UNITS),
        Kind::Gru => (Gru::HIDDEN, Gru::UNITS),
        Kind::Rnn | Kind::Mlp => (Rnn::HIDDEN, Rnn::UNITS),
    }
}
