//! Gradient clipping and the norm that also tells whether a gradient is finite.

use crate::scalar::Scalar;
use crate::spec::Clip;

/// Sum of squares, in f64 and in a fixed order (eight interleaved sums, so that it can be vector code). Not finite
/// exactly when some component is not: squares of finite f32 cannot overflow f64.
#[inline(always)]
pub(crate) fn squares<S: Scalar>(gradients: &[S]) -> f64 {
    let mut sums = [0.0; 8];
    let mut eights = gradients.chunks_exact(8);
    for eight in &mut eights {
        for (sum, g) in sums.iter_mut().zip(eight) {
            *sum += g.to_f64() * g.to_f64();
        }
    }
    for (sum, g) in sums.iter_mut().zip(eights.remainder()) {
        *sum += g.to_f64() * g.to_f64();
    }
    sums.iter().sum()
}

/// Applies `clip` to gradients whose norm is `norm`. The factor under [`Clip::Norm`] is PyTorch's
/// (`clip_grad_norm_`): limit/(norm + 1e-6), never above one.
#[inline(always)]
pub(crate) fn apply<S: Scalar>(clip: Clip, norm: f64, gradients: &mut [S]) {
    match clip {
        Clip::Off => {}
        Clip::Norm(limit) => {
            let factor = limit / (norm + 1e-6);
            if factor < 1.0 {
                let factor = S::of(factor);
                gradients.iter_mut().for_each(|g| *g *= factor);
            }
        }
        Clip::Value(limit) => {
            let (low, high) = (S::of(-limit), S::of(limit));
            for g in gradients {
                *g = if *g < low { low } else { *g };
                *g = if *g > high { high } else { *g };
            }
        }
    }
}
