//! Inverted dropout (Srivastava et al. 2014): a unit is dropped with probability p, the others are divided by the
//! probability of being kept, so that nothing changes when dropout is off.

use crate::scalar::Scalar;
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

    /// Fills `mask` [steps, B, H] with 0 or 1/(1 − p); its steps are numbered from `first_step`.
    pub(crate) fn fill<S: Scalar>(
        self,
        draw: Draw<'_>,
        layer: usize,
        first_step: usize,
        units: usize,
        mask: &mut [S],
    ) {
        let kept = S::of(GRAIN / (GRAIN - f64::from(self.threshold)));
        let choose = |bits: u32| if bits < self.threshold { S::ZERO } else { kept };
        for (index, row) in mask.chunks_exact_mut(units).enumerate() {
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
            for (block, eight) in row.chunks_mut(8).enumerate() {
                let words = key.block(block as u32);
                for (unit, m) in eight.iter_mut().enumerate() {
                    *m = choose(words[unit / 2] >> (16 * (unit % 2)) & 0xffff);
                }
            }
        }
    }
}

/// `out` = `values` ⊙ `mask`.
pub(crate) fn apply<S: Scalar>(mask: &[S], values: &[S], out: &mut [S]) {
    assert!(mask.len() == values.len() && mask.len() == out.len());
    out.iter_mut().zip(values.iter().zip(mask)).for_each(|(o, (&v, &m))| *o = v * m);
}

/// `gradient` ⊙= `mask`.
pub(crate) fn apply_backward<S: Scalar>(mask: &[S], gradient: &mut [S]) {
    assert_eq!(mask.len(), gradient.len());
    gradient.iter_mut().zip(mask).for_each(|(g, &m)| *g *= m);
}
