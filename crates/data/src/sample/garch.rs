//! Conditional volatility: symmetric GARCH(1,1) (Bollerslev 1986) on the day's return against its reference price.

/// Standard deviation of a year's return in the long run.
const ANNUAL_VOLATILITY: f64 = 0.30;
/// Trading days of a year on the sample exchange.
const DAYS: f64 = 243.0;
/// Weight of yesterday's squared return.
const ALPHA: f64 = 0.08;
/// Weight of yesterday's variance.
const BETA: f64 = 0.90;

/// Variance of the next bar's return, a function of the bars so far alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Garch {
    variance: f64,
}

impl Garch {
    fn long_run() -> f64 {
        ANNUAL_VOLATILITY * ANNUAL_VOLATILITY / DAYS
    }

    pub(crate) fn new() -> Garch {
        Garch { variance: Garch::long_run() }
    }

    /// Conditional standard deviation of the coming return.
    pub(crate) fn sigma(&self) -> f64 {
        self.variance.sqrt()
    }

    /// Takes in the return that came. It is the return after limits and rounding, so that σ can be computed from the
    /// bars and a limit leaves nothing to be made up for on the next day.
    pub(crate) fn observe(&mut self, day_return: f64) {
        let calm = (1.0 - ALPHA - BETA) * Garch::long_run();
        self.variance = calm + ALPHA * day_return * day_return + BETA * self.variance;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volatility_forgets_a_shock_and_does_not_mind_its_sign() {
        let (mut up, mut down) = (Garch::new(), Garch::new());
        let calm = up.sigma();
        up.observe(0.08);
        down.observe(-0.08);
        assert_eq!(up.sigma(), down.sigma());
        assert!(up.sigma() > 1.3 * calm);
        for _ in 0..2_000 {
            let typical = up.sigma();
            up.observe(typical);
        }
        assert!((up.sigma() / calm - 1.0).abs() < 1e-6);
    }
}
