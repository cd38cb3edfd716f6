//! Functions of one number. The f32 ones are branch-free so that the compiler turns loops over them into vector
//! code; calling the C library once per gate would otherwise dominate a recurrent network.

/// Adding and subtracting 1.5·2²³ rounds an f32 of small magnitude to an integer, kept in its low bits.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts: the first has few bits, so that n·LN2_HIGH is exact for the n that occur.
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;

/// eʸ in two parts, (2ⁿ, eʳ − 1) with y = n·ln 2 + r and |r| ≤ ½ ln 2, for |y| ≤ 87.
#[inline(always)]
fn exp_parts(y: f32) -> (f32, f32) {
    let rounded = y * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = (y - n * LN2_HIGH) - n * LN2_LOW;
    // Taylor's series: its first omitted term, r⁸/8!, is below 6e-9 here.
    let series = 1.0 / 720.0 + r * (1.0 / 5040.0);
    let series = 1.0 / 120.0 + r * series;
    let series = 1.0 / 24.0 + r * series;
    let series = 1.0 / 6.0 + r * series;
    let series = 0.5 + r * series;
    let minus_one = r + r * r * series;
    // The exponent field of 2ⁿ; wraps harmlessly for NaN, which `minus_one` carries.
    let scale = f32::from_bits((rounded.to_bits() << 23).wrapping_add(0x3f80_0000));
    (scale, minus_one)
}

/// Hyperbolic tangent; absolute error below 3e-7, relative error small near zero too, NaN stays NaN.
///
/// From tanh|x| = −m/(2 + m) with m = e^(−2|x|) − 1, which loses no digits near zero.
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    let y = -2.0 * x.abs();
    // Beyond this tanh rounds to one. Written so that NaN passes through.
    let y = if y < -20.0 { -20.0 } else { y };
    let (scale, minus_one) = exp_parts(y);
    let m = scale * minus_one + (scale - 1.0);
    (-m / (2.0 + m)).copysign(x)
}

/// Logistic function 1/(1 + e^(−x)); absolute error below 3e-7, NaN stays NaN.
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    let y = -x;
    let y = if y > 80.0 { 80.0 } else { y };
    let y = if y < -80.0 { -80.0 } else { y };
    let (scale, minus_one) = exp_parts(y);
    1.0 / (1.0 + (scale * minus_one + scale))
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
