//! Inverted dropout (Srivastava et al. 2014): a unit is dropped with probability p, the others are divided by the
//! probability of being kept, so that nothing changes when dropout is off.

use crate::scalar::Scalar;
use crate::simd::Lanes;
use crate::stream::{Key, Purpose};

/// 16 random bits decide on a unit, so probabilities are multiples of this.
const GRAIN: f64 = 65_536.0;

/// Which masks to draw: a sample's mask depends on these, its row, the layer and the step, and nothing else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draw<'a> {
    /// The experiment's seed.
    pub seed: u64,
    /// 1-based epoch.
    pub epoch: usize,
    /// The panel row that names each sample of the batch.
    pub samples: &'a [usize],
}

/// A dropout probability, ready to be drawn from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dropout {
    /// Units whose 16 bits are below this are dropped.
    threshold: u32,
}

impl Dropout {
    /// `probability` in [0, 1), rounded to a multiple of 2⁻¹⁶; `None` if that is zero.
    pub(crate) fn new(probability: f64) -> Option<Dropout> {
        let threshold = (probability * GRAIN).round().min(GRAIN - 1.0) as u32;
        (threshold > 0).then_some(Dropout { threshold })
    }

    /// Fills `mask` [steps, B, H], rows `stride` apart, with 0 or 1/(1 − p); its steps are numbered from `first_step`.
    #[inline(always)]
    pub(crate) fn fill<S: Scalar>(
        self,
        draw: Draw<'_>,
        layer: usize,
        first_step: usize,
        units: usize,
        stride: usize,
        mask: &mut [S],
    ) {
        let kept = S::of(GRAIN / (GRAIN - f64::from(self.threshold)));
        let choose = |bits: u32| if bits < self.threshold { S::ZERO } else { kept };
        for (index, row) in mask.chunks_exact_mut(stride).enumerate() {
            let (step, sample) = (first_step + index / draw.samples.len(), index % draw.samples.len());
            let row_name = draw.samples[sample];
            let key = Key {
                seed: draw.seed,
                purpose: Purpose::Dropout,
                epoch: draw.epoch,
                row: row_name,
                layer,
                step,
            };
            // Eight blocks decide on 64 units: word w of block b on units 16 w + b (low half) and 16 w + 8 + b (high).
            for (group, place) in row[..units].chunks_mut(64).enumerate() {
                let words = key.eight_blocks(8 * group as u32);
                let mut drawn = [S::ZERO; 64];
                for w in 0..4 {
                    for b in 0..8 {
                        drawn[16 * w + b] = choose(words[w][b] & 0xffff);
                        drawn[16 * w + 8 + b] = choose(words[w][b] >> 16);
                    }
                }
                place.copy_from_slice(&drawn[..place.len()]);
            }
        }
    }
}

/// `out` = `values` ⊙ `mask`, all in whole vectors.
#[inline(always)]
pub(crate) fn apply<V: Lanes>(mask: &[V::S], values: &[V::S], out: &mut [V::S]) {
    assert!(mask.len() == values.len() && mask.len() == out.len());
    let vectors = values.chunks_exact(V::N).zip(mask.chunks_exact(V::N));
    for ((v, m), o) in vectors.zip(out.chunks_exact_mut(V::N)) {
        V::load(v).mul(V::load(m)).store(o);
    }
}

/// `gradient` ⊙= `mask`, both in whole vectors.
#[inline(always)]
pub(crate) fn apply_backward<V: Lanes>(mask: &[V::S], gradient: &mut [V::S]) {
    assert_eq!(mask.len(), gradient.len());
    for (m, g) in mask.chunks_exact(V::N).zip(gradient.chunks_exact_mut(V::N)) {
        V::load(g).mul(V::load(m)).store(g);
    }
}
