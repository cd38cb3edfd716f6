//! Long short-term memory (Hochreiter & Schmidhuber 1997, forget gate of Gers, Schmidhuber & Cummins 2000).
//!
//! i = σ(W_i x + U_i h + b_i), f = σ(...), g = tanh(...), o = σ(...); c ← f c + i g; h ← o tanh c.
//! Gate blocks lie in PyTorch's order i f g o.

use crate::cell::{Around, Cell, MOST_SAVED};
use crate::simd::Lanes;

/// Sums and gates i f g o; saved: i f g o, c, tanh c.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lstm;

impl Cell for Lstm {
    const SUMS: usize = 4;
    const INPUT: &'static [usize] = &[0, 1, 2, 3];
    const HIDDEN: &'static [usize] = &[0, 1, 2, 3];
    const HIDDEN_FIRST: usize = 0;
    const SAVED: usize = 6;
    const STATE: Option<usize> = Some(4);

    #[inline(always)]
    fn forward<V: Lanes>(self, sums: [V; 4], _h_before: V, c_before: V) -> (V, [V; MOST_SAVED]) {
        let [i, f, g, o] = [sums[0].sigmoid(), sums[1].sigmoid(), sums[2].tanh(), sums[3].sigmoid()];
        let c = f.fma(c_before, i.mul(g));
        let tanh_c = c.tanh();
        (o.mul(tanh_c), [i, f, g, o, c, tanh_c])
    }

    /// Carries dc: the gradient of the cell state before the step.
    #[inline(always)]
    fn backward<V: Lanes>(
        self,
        dh: V,
        dc_after: V,
        [i, f, g, o, _c, tanh_c]: [V; MOST_SAVED],
        Around { before: c_before, .. }: Around<V>,
    ) -> ([V; 4], V) {
        let one = V::one();
        let dc = dh.mul(o).fma(one.sub(tanh_c.mul(tanh_c)), dc_after);
        let di = dc.mul(g).mul(i).mul(one.sub(i));
        let df = dc.mul(c_before).mul(f).mul(one.sub(f));
        let dg = dc.mul(i).mul(one.sub(g.mul(g)));
        let d_o = dh.mul(tanh_c).mul(o).mul(one.sub(o));
        ([di, df, dg, d_o], dc.mul(f))
    }
}
