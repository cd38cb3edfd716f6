//! Functions of one number: on f32 vectors, without branches and without a library call per number, and in f64.

use crate::simd::RealLanes;
use std::f32::consts::LOG2_E;

/// Adding 1.5·2²³ rounds an f32 of small magnitude to a whole number, kept in its low bits.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts: the first has few bits, so that n·LN2_HIGH is exact for the n that occur.
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;
/// eʳ − 1 = r + r²·(these, ascending powers of r), a weighted least-maximum fit on |r| ≤ ½ ln 2: relative error of eʳ
/// 3e-9 before rounding.
const SERIES: [f32; 5] = [0.499_999_94, 0.166_665_21, 0.041_668_39, 0.008_368_725, 0.001_381_458_1];

/// eʸ in two parts, (2ⁿ, eʳ − 1) with y = n·ln 2 + r and |r| ≤ ½ ln 2, for y in [−87, 88].
#[inline(always)]
fn exp_parts<V: RealLanes>(y: V) -> (V, V) {
    let rounded = y.fma(V::splat(LOG2_E), V::splat(ROUND));
    let n = rounded.sub(V::splat(ROUND));
    let r = n.fma(V::splat(-LN2_LOW), n.fma(V::splat(-LN2_HIGH), y));
    let mut series = V::splat(SERIES[4]);
    for i in (0..4).rev() {
        series = r.fma(series, V::splat(SERIES[i]));
    }
    (rounded.power_of_two(), r.mul(r).fma(series, r))
}

/// eʸ for y in [−87, 88], at most 4 units in the last place off; NaN stays NaN.
#[inline(always)]
pub(crate) fn exp<V: RealLanes>(y: V) -> V {
    let (scale, minus_one) = exp_parts(y);
    scale.fma(minus_one, scale)
}

/// Hyperbolic tangent; absolute error below 3e-7, relative error small near zero too, NaN stays NaN.
///
/// From tanh|x| = −m/(2 + m) with m = e^(−2|x|) − 1, which loses no digits near zero.
#[inline(always)]
pub(crate) fn tanh<V: RealLanes>(x: V) -> V {
    // Beyond ±10 tanh rounds to one.
    let y = x.abs().mul(V::splat(-2.0)).at_least(V::splat(-20.0));
    let (scale, minus_one) = exp_parts(y);
    let minus_m = V::splat(1.0).sub(scale).sub(scale.mul(minus_one));
    minus_m.div(V::splat(2.0).sub(minus_m)).with_sign_of(x)
}

/// Logistic function 1/(1 + e^(−x)); absolute error below 3e-7, NaN stays NaN.
#[inline(always)]
pub(crate) fn sigmoid<V: RealLanes>(x: V) -> V {
    let y = V::zero().sub(x).at_most(V::splat(80.0)).at_least(V::splat(-80.0));
    let one = V::splat(1.0);
    one.div(one.add(exp(y)))
}

/// Logistic function in f64, without overflow on either side.
pub(crate) fn sigmoid_f64(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// ln(1 + eˣ) without overflow.
pub(crate) fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// Error function, relative error about 1e-15 (Abramowitz & Stegun 7.1.6 for small x, 7.1.14 for large).
pub(crate) fn erf(x: f64) -> f64 {
    let a = x.abs();
    if a < 3.0 {
        // 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!: all terms of one sign, no cancellation.
        let mut term = x;
        let mut sum = x;
        let mut n = 0.0;
        while term.abs() > sum.abs() * 1e-17 {
            n += 1.0;
            term *= 2.0 * x * x / (2.0 * n + 1.0);
            sum += term;
        }
        std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
    } else if a < 6.5 {
        // Continued fraction of erfc, evaluated from the inside: x + (1/2)/(x + 1/(x + (3/2)/(x + ...))).
        let fraction = (1..=60).rev().fold(a, |tail, k| a + 0.5 * f64::from(k) / tail);
        let erfc = (-a * a).exp() / (std::f64::consts::PI.sqrt() * fraction);
        (1.0 - erfc).copysign(x)
    } else if a.is_nan() {
        x
    } else {
        1.0_f64.copysign(x)
    }
}

#[cfg(test)]
mod tests;
