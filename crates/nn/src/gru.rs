//! Gated recurrent unit (Cho et al. 2014), reset gate after the product as in cuDNN and PyTorch.
//!
//! r = σ(W_r x + b_r + U_r h + b'_r), z = σ(W_z x + b_z + U_z h + b'_z),
//! n = tanh(W_n x + b_n + r (U_n h + b'_n)); h ← (1 − z) n + z h. PyTorch's gate blocks lie in the order r z n.

use crate::cell::{Around, Cell, MOST_SAVED};
use crate::simd::Lanes;

/// The sums are W_n x + b_n, r, z, U_n h + b'_n: inputs feed the first three, the hidden state the last three.
/// Saved: n, r, z, U_n h + b'_n.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gru;

impl Cell for Gru {
    const SUMS: usize = 4;
    const INPUT: &'static [usize] = &[1, 2, 0];
    const HIDDEN: &'static [usize] = &[0, 1, 2];
    const HIDDEN_FIRST: usize = 1;
    const SAVED: usize = 4;
    const STATE: Option<usize> = None;

    #[inline(always)]
    fn forward<V: Lanes>(self, sums: [V; 4], h_before: V, _before: V) -> (V, [V; MOST_SAVED]) {
        let [from_x, r, z, from_h] = [sums[0], sums[1].sigmoid(), sums[2].sigmoid(), sums[3]];
        let n = r.fma(from_h, from_x).tanh();
        let h = z.fma(h_before.sub(n), n);
        (h, [n, r, z, from_h, V::zero(), V::zero()])
    }

    /// Carries the part of the gradient that goes straight back, dh·z.
    #[inline(always)]
    fn backward<V: Lanes>(
        self,
        dh: V,
        straight: V,
        [n, r, z, from_h, ..]: [V; MOST_SAVED],
        Around { h_before, .. }: Around<V>,
    ) -> ([V; 4], V) {
        let one = V::one();
        let dh = dh.add(straight);
        let dz = dh.mul(h_before.sub(n)).mul(z).mul(one.sub(z));
        let dn = dh.mul(one.sub(z)).mul(one.sub(n.mul(n)));
        let dr = dn.mul(from_h).mul(r).mul(one.sub(r));
        ([dn, dr, dz, dn.mul(r)], dh.mul(z))
    }
}
