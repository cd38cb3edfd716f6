//! Elman network (1990): h ← act(W x + b + U h + b'), act tanh or relu.

use crate::cell::{Around, Cell, MOST_SAVED};
use crate::simd::Lanes;

/// Saved: the sum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rnn {
    /// Relu instead of tanh.
    pub relu: bool,
}

impl Cell for Rnn {
    const SUMS: usize = 1;
    const INPUT: &'static [usize] = &[0];
    const HIDDEN: &'static [usize] = &[0];
    const HIDDEN_FIRST: usize = 0;
    const SAVED: usize = 1;
    const STATE: Option<usize> = None;

    #[inline(always)]
    fn forward<V: Lanes>(self, sums: [V; 4], _h_before: V, _before: V) -> (V, [V; MOST_SAVED]) {
        let sum = sums[0];
        let h = if self.relu { sum.relu() } else { sum.tanh() };
        (h, [sum; MOST_SAVED])
    }

    /// Carries nothing.
    #[inline(always)]
    fn backward<V: Lanes>(
        self,
        dh: V,
        _carried: V,
        _saved: [V; MOST_SAVED],
        Around { h, .. }: Around<V>,
    ) -> ([V; 4], V) {
        let zero = V::zero();
        let slope = V::one().sub(h.mul(h));
        let d = if self.relu { dh.where_positive(h) } else { dh.mul(slope) };
        ([d, zero, zero, zero], zero)
    }
}
