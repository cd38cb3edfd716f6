//! Volatility target: small positions in wild times, large ones in calm times.

use serde::{Deserialize, Serialize};

/// A position as large as makes its volatility `annual`, measured over the last `window` returns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VolatilityTarget {
    /// Volatility of the account that is aimed at, a year, e.g. 0.15.
    pub annual: f64,
    /// Daily returns it is measured over.
    pub window: usize,
    /// The largest weight, at most 1.
    pub cap: f64,
    /// A standing position is resized only when it is off by more than this share of itself: every step costs.
    pub band: f64,
}

impl Default for VolatilityTarget {
    fn default() -> Self {
        VolatilityTarget { annual: 0.15, window: 20, cap: 1.0, band: 0.1 }
    }
}

impl VolatilityTarget {
    /// The weight of a position when the volatility a year is `volatility`: min(cap, annual / volatility); the cap where
    /// nothing moved. 0 where the volatility is not known: nobody knows how much to buy.
    pub fn weight(&self, volatility: Option<f64>) -> f64 {
        volatility.map_or(0.0, |volatility| (self.annual / volatility).min(self.cap))
    }

    /// Target weights: a new direction gets today's weight; a standing one is resized when today's weight is off by more
    /// than `band` of it. `volatility[k]` is known when `directions[k]` is decided.
    pub fn targets(&self, directions: &[f64], volatility: &[Option<f64>]) -> Vec<f64> {
        let mut target: f64 = 0.0;
        let pairs = directions.iter().zip(volatility);
        pairs
            .map(|(direction, volatility)| {
                let wanted = direction * self.weight(*volatility);
                let turned = wanted * target <= 0.0;
                if turned || (wanted - target).abs() > self.band * target.abs() {
                    target = wanted;
                }
                target
            })
            .collect()
    }
}

/// Volatility a year at every bar, of the last `window` simple returns of `price` (adjusted, or an ex-day would pass for
/// a fall): sample standard deviation × √252. `None` where fewer returns are known.
pub fn trailing_volatility(price: &[f64], window: usize) -> Vec<Option<f64>> {
    crate::metrics::rolling_volatility(price, window)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: VolatilityTarget = VolatilityTarget { annual: 0.2, window: 2, cap: 0.9, band: 0.1 };

    #[test]
    fn the_weight_is_the_ratio_of_the_volatilities_up_to_the_cap() {
        assert_eq!(TARGET.weight(Some(0.4)), 0.5);
        assert_eq!((TARGET.weight(Some(0.1)), TARGET.weight(Some(0.0))), (0.9, 0.9));
        assert_eq!(TARGET.weight(None), 0.0);
    }

    #[test]
    fn a_standing_position_is_left_alone_within_the_band() {
        let volatility = [None, Some(0.4), Some(0.42), Some(0.5), Some(0.49), Some(0.4), Some(0.8)];
        let directions = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, -1.0];
        assert_eq!(TARGET.targets(&directions, &volatility), [0.0, 0.5, 0.5, 0.4, 0.4, 0.0, -0.25]);
    }

    #[test]
    fn volatility_is_of_the_last_returns_known_at_each_bar() {
        let found = trailing_volatility(&[100.0, 110.0, 99.0, 99.0], 2);
        assert_eq!(found[..2], [None, None]);
        let expected = 0.1 * 2_f64.sqrt() * 252_f64.sqrt();
        assert!((found[2].unwrap() - expected).abs() < 1e-12);
    }
}
