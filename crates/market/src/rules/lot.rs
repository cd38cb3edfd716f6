//! The quantities that can be traded.

use super::whole::multiple_below;

/// Smallest order and steps above it. A holding's odd rest may always be sold whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lot {
    /// Any quantity.
    Fraction,
    /// At least `minimum` shares, more in steps of `step`.
    Shares {
        /// Smallest order.
        minimum: u32,
        /// Steps above it.
        step: u32,
    },
}

impl Lot {
    /// Whole shares.
    pub const WHOLE: Lot = Lot::Shares { minimum: 1, step: 1 };

    /// The largest order not above `shares`; 0 if there is none.
    #[inline(always)]
    pub fn floor(self, shares: f64) -> f64 {
        match self {
            Lot::Fraction => shares.max(0.0),
            Lot::Shares { minimum, step } => {
                let whole = multiple_below(shares, f64::from(step));
                if whole >= f64::from(minimum) { whole } else { 0.0 }
            }
        }
    }

    /// The largest order below `shares` by at least `excess`, and by at least the smallest step there is.
    pub(crate) fn reduce(self, shares: f64, excess: f64) -> f64 {
        match self {
            Lot::Fraction => (shares - excess).min(shares.next_down()).max(0.0),
            Lot::Shares { step, .. } => self.floor((shares - excess).min(shares - f64::from(step))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: Lot = Lot::Shares { minimum: 100, step: 100 };
    const STAR: Lot = Lot::Shares { minimum: 200, step: 1 };

    #[test]
    fn orders_are_cut_to_whole_lots_and_below_the_smallest_to_nothing() {
        assert_eq!((MAIN.floor(99.9), MAIN.floor(199.0), MAIN.floor(300.0)), (0.0, 100.0, 300.0));
        assert_eq!((STAR.floor(199.9), STAR.floor(200.5), STAR.floor(257.9)), (0.0, 200.0, 257.0));
        assert_eq!((Lot::WHOLE.floor(0.9), Lot::WHOLE.floor(7.3)), (0.0, 7.0));
        assert_eq!((Lot::Fraction.floor(0.25), Lot::Fraction.floor(-1.0)), (0.25, 0.0));
    }

    #[test]
    fn a_quotient_short_of_a_lot_by_rounding_noise_is_that_lot() {
        assert_eq!(MAIN.floor(999.999_999_999), 1000.0);
    }

    #[test]
    fn a_reduced_order_is_always_smaller() {
        assert_eq!(
            (MAIN.reduce(300.0, 0.0), MAIN.reduce(300.0, 150.0), MAIN.reduce(100.0, 0.0)),
            (200.0, 100.0, 0.0)
        );
        assert!(Lot::Fraction.reduce(1.0, 1e-30) < 1.0);
        assert_eq!(Lot::Fraction.reduce(1.0, 2.0), 0.0);
    }
}
