//! Element-wise functions of dense layers, each with its derivative.

use crate::math;
use crate::scalar::Scalar;
use crate::simd::Lanes;
use crate::spec::Activation;

/// Slope of the leaky relu for x < 0, PyTorch's default.
const LEAK: f64 = 0.01;

/// φ(x), the standard normal density, and Φ(x), its distribution function.
fn normal(x: f64) -> (f64, f64) {
    let density = (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
    (density, 0.5 * (1.0 + math::erf(x * std::f64::consts::FRAC_1_SQRT_2)))
}

/// `after` = act(`before`), element by element; both hold whole vectors.
#[inline(always)]
pub(crate) fn forward<V: Lanes>(activation: Activation, before: &[V::S], after: &mut [V::S]) {
    assert_eq!(before.len(), after.len());
    let pairs = before.chunks_exact(V::N).zip(after.chunks_exact_mut(V::N));
    match activation {
        Activation::Tanh => pairs.for_each(|(x, y)| V::load(x).tanh().store(y)),
        Activation::Sigmoid => pairs.for_each(|(x, y)| V::load(x).sigmoid().store(y)),
        Activation::Relu => pairs.for_each(|(x, y)| V::load(x).relu().store(y)),
        Activation::LeakyRelu => {
            // relu(x) − leak · relu(−x)
            let leak = V::splat(V::S::of(-LEAK));
            pairs.for_each(|(x, y)| {
                let x = V::load(x);
                V::zero().sub(x).relu().fma(leak, x.relu()).store(y);
            });
        }
        Activation::Gelu => {
            before.iter().zip(after).for_each(|(&x, y)| *y = x * V::S::of(normal(x.to_f64()).1));
        }
    }
}

/// Multiplies `gradient` (with respect to `after`) by act'(`before`). At the kinks of relu and leaky relu the left
/// derivative is taken, as PyTorch does.
#[inline(always)]
pub(crate) fn backward<V: Lanes>(
    activation: Activation,
    before: &[V::S],
    after: &[V::S],
    gradient: &mut [V::S],
) {
    assert!(before.len() == after.len() && before.len() == gradient.len());
    let one = V::one();
    match activation {
        Activation::Tanh => scale::<V>(before, after, gradient, |_, y| one.sub(y.mul(y))),
        Activation::Sigmoid => scale::<V>(before, after, gradient, |_, y| y.mul(one.sub(y))),
        Activation::Relu => scale::<V>(before, after, gradient, |x, _| one.where_positive(x)),
        Activation::LeakyRelu => {
            let leak = V::splat(V::S::of(LEAK));
            scale::<V>(before, after, gradient, |x, _| one.sub(leak).where_positive(x).add(leak));
        }
        Activation::Gelu => {
            for (&x, g) in before.iter().zip(gradient) {
                let x = x.to_f64();
                let (density, below) = normal(x);
                *g *= V::S::of(below + x * density);
            }
        }
    }
}

/// gradient ⊙= slope(before, after).
#[inline(always)]
fn scale<V: Lanes>(before: &[V::S], after: &[V::S], gradient: &mut [V::S], slope: impl Fn(V, V) -> V) {
    let vectors = before.chunks_exact(V::N).zip(after.chunks_exact(V::N));
    for ((x, y), g) in vectors.zip(gradient.chunks_exact_mut(V::N)) {
        V::load(g).mul(slope(V::load(x), V::load(y))).store(g);
    }
}
