//! Gradient clipping and the norm that also tells whether a gradient is finite.

use crate::scalar::Scalar;
use crate::spec::Clip;

/// Euclidean norm, summed in f64 in a fixed order (eight interleaved sums, so that it can be vector code). Not
/// finite exactly when some component is not: squares of finite f32 cannot overflow f64.
pub(crate) fn norm<S: Scalar>(gradients: &[S]) -> f64 {
    let mut sums = [0.0; 8];
    for eight in gradients.chunks(8) {
        for (sum, g) in sums.iter_mut().zip(eight) {
            *sum += g.to_f64() * g.to_f64();
        }
    }
    sums.iter().sum::<f64>().sqrt()
}

/// Applies `clip` to gradients whose norm is `norm`. The factor under [`Clip::Norm`] is PyTorch's
/// (`clip_grad_norm_`): limit/(norm + 1e-6), never above one.
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
