//! Student's t law with six degrees of freedom, scaled to variance 1: the shape of the daily shocks.

use super::random::Stream;
use std::f64::consts::PI;

/// Degrees of freedom. Daily equity returns are usually fitted with 4 to 7 (Bollerslev 1987 and after). An even
/// number makes the mixing variable a product of uniforms and the distribution function algebraic.
pub(crate) const DEGREES: f64 = 6.0;

/// Standard deviation of the unscaled law: √(ν/(ν−2)).
fn spread() -> f64 {
    (DEGREES / (DEGREES - 2.0)).sqrt()
}

/// The random scale of one day: a normal number times it follows the unit-variance law.
pub(crate) fn scale(stream: &mut Stream) -> f64 {
    (DEGREES / stream.chi_squared_even(3)).sqrt() / spread()
}

/// P(ε ≤ x) of the unit-variance law.
pub(crate) fn distribution(x: f64) -> f64 {
    let t = x * spread();
    // sin of the angle whose tangent is t/√ν; for even ν the integral of the density is a polynomial in it.
    let s = t / (DEGREES + t * t).sqrt();
    let c2 = 1.0 - s * s;
    0.5 + 0.5 * s * (1.0 + c2 / 2.0 * (1.0 + 0.75 * c2))
}

/// Density of the unit-variance law at x.
pub(crate) fn density(x: f64) -> f64 {
    let t = x * spread();
    // Γ(7/2) / (√(6π) Γ(3)) = (15√π/8) / (2√(6π)).
    let constant = (15.0 * PI.sqrt() / 8.0) / (2.0 * (DEGREES * PI).sqrt());
    spread() * constant * (1.0 + t * t / DEGREES).powf(-(DEGREES + 1.0) / 2.0)
}

/// E[max(a − ε, 0)] of the unit-variance law: a F(a) + ∫ over x ≤ a of −x f(x).
pub(crate) fn expected_shortfall_below(a: f64) -> f64 {
    // In the unscaled variable t the tail integral of t f(t) has the closed form f(t)(ν + t²)/(ν − 1).
    let t = a * spread();
    let unscaled_density = density(a) / spread();
    a * distribution(a) + unscaled_density * (DEGREES + t * t) / (DEGREES - 1.0) / spread()
}

/// E of μ + σε clipped to −limit..limit.
pub(crate) fn expected_clipped(mean: f64, sigma: f64, limit: f64) -> f64 {
    let below = expected_shortfall_below(-(limit + mean) / sigma);
    let above = expected_shortfall_below(-(limit - mean) / sigma);
    mean + sigma * (below - above)
}

#[cfg(test)]
mod tests {
    use super::super::random::Purpose;
    use super::*;

    #[test]
    fn the_closed_forms_are_integrals_of_the_density() {
        let step = 1e-3;
        let (mut mass, mut variance, mut shortfall) = (0.0, 0.0, 0.0);
        for i in -200_000..1_300 {
            let x = (f64::from(i) + 0.5) * step;
            mass += step * density(x);
            variance += 2.0 * step * density(x) * x * x * f64::from(u8::from(x < 0.0));
            shortfall += step * density(x) * (1.3 - x);
        }
        assert!((mass - distribution(1.3)).abs() < 1e-7, "{mass}");
        assert!((variance - 1.0).abs() < 1e-5, "{variance}");
        assert!((shortfall - expected_shortfall_below(1.3)).abs() < 1e-6, "{shortfall}");
    }

    #[test]
    fn draws_follow_the_distribution_function() {
        let mut stream = Stream::new(11, Purpose::Return);
        let n = 40_000;
        let mut ranks: Vec<f64> = (0..n)
            .map(|_| {
                let scale = scale(&mut stream);
                distribution(scale * stream.normal_pair().0)
            })
            .collect();
        ranks.sort_by(f64::total_cmp);
        let gap = ranks
            .iter()
            .enumerate()
            .map(|(i, u)| (u - (i as f64 + 0.5) / n as f64).abs())
            .fold(0.0, f64::max);
        // Kolmogorov's 0.1 % point is 1.95/√n.
        assert!(gap < 1.95 / f64::from(n).sqrt(), "{gap}");
    }

    #[test]
    fn clipping_pulls_the_mean_towards_zero() {
        assert_eq!(expected_clipped(0.0, 0.05, 0.1), 0.0);
        let clipped = expected_clipped(0.01, 0.05, 0.1);
        assert!(clipped > 0.0095 * 0.9 && clipped < 0.01, "{clipped}");
    }
}
