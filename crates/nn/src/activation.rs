//! Element-wise functions of dense layers, each with its derivative.

use crate::math;
use crate::scalar::Scalar;
use crate::spec::Activation;

/// Slope of the leaky relu for x < 0, PyTorch's default.
const LEAK: f64 = 0.01;

/// φ(x), the standard normal density, and Φ(x), its distribution function.
fn normal(x: f64) -> (f64, f64) {
    let density = (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
    (density, 0.5 * (1.0 + math::erf(x * std::f64::consts::FRAC_1_SQRT_2)))
}

/// `after` = act(`before`), element by element.
pub(crate) fn forward<S: Scalar>(activation: Activation, before: &[S], after: &mut [S]) {
    assert_eq!(before.len(), after.len());
    let pairs = before.iter().zip(after);
    match activation {
        Activation::Tanh => pairs.for_each(|(&x, y)| *y = x.tanh()),
        Activation::Sigmoid => pairs.for_each(|(&x, y)| *y = x.sigmoid()),
        // Written so that NaN is kept.
        Activation::Relu => pairs.for_each(|(&x, y)| *y = if x < S::ZERO { S::ZERO } else { x }),
        Activation::LeakyRelu => pairs.for_each(|(&x, y)| *y = if x < S::ZERO { x * S::of(LEAK) } else { x }),
        Activation::Gelu => pairs.for_each(|(&x, y)| *y = x * S::of(normal(x.to_f64()).1)),
    }
}

/// Multiplies `gradient` (with respect to `after`) by act'(`before`). At the kinks of relu and leaky relu the left
/// derivative is taken, as PyTorch does.
pub(crate) fn backward<S: Scalar>(activation: Activation, before: &[S], after: &[S], gradient: &mut [S]) {
    assert!(before.len() == after.len() && before.len() == gradient.len());
    let values = before.iter().zip(after).zip(gradient);
    match activation {
        Activation::Tanh => values.for_each(|((_, &y), g)| *g *= S::ONE - y * y),
        Activation::Sigmoid => values.for_each(|((_, &y), g)| *g *= y * (S::ONE - y)),
        Activation::Relu => values.for_each(|((&x, _), g)| *g = if x > S::ZERO { *g } else { S::ZERO }),
        Activation::LeakyRelu => {
            values.for_each(|((&x, _), g)| *g = if x > S::ZERO { *g } else { *g * S::of(LEAK) })
        }
        Activation::Gelu => values.for_each(|((&x, _), g)| {
            let x = x.to_f64();
            let (density, below) = normal(x);
            *g *= S::of(below + x * density);
        }),
    }
}
