//! Money as a count of the market's smallest amount, where it has one: sums of counts are exact, so that an account needs
//! no rounding but that of each amount that is billed.

/// How amounts of money are counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Money {
    /// Counts to one unit of currency.
    steps: f64,
    /// Whether there is a smallest amount, to which the market rounds.
    rounds: bool,
}

/// Below it a count and [`NOISE`] add up to more than the count.
const USUAL: f64 = 8_589_934_592.0;
/// Below it adding [`MAGIC`] is a rounding to the nearest whole number.
const MOST_ROUNDED: f64 = 2_251_799_813_685_248.0;
/// 1.5 × 2^52: doubles of this size are whole numbers.
const MAGIC: f64 = 6_755_399_441_055_744.0;
/// Half a cent that arrives as 0.4999999 from binary arithmetic is still half a cent.
const NOISE: f64 = 1e-6;

/// How a count becomes a whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// Not at all: the market has no smallest amount.
    Exact,
    /// By [`half_up`].
    Usual,
    /// By [`large_half_up`].
    Large,
}

/// Half up to a whole number; `count` is below 2^33.
#[inline(always)]
pub(crate) fn half_up(count: f64) -> f64 {
    // What is left of a half is above a half by then, so that the processor's rounding of halves to even does not matter.
    (count + NOISE + MAGIC) - MAGIC
}

/// Half up to a whole number, whatever its size.
#[cold]
pub(crate) fn large_half_up(count: f64) -> f64 {
    if count.abs() >= MOST_ROUNDED {
        return (count + 0.5).floor();
    }
    // To the nearest, halves to even; then a half, or what is left of one, that went down goes up.
    let nearest = (count + MAGIC) - MAGIC;
    if count - nearest >= 0.5 - NOISE { nearest + 1.0 } else { nearest }
}

/// Up to the next whole number.
pub(crate) fn upwards(count: f64) -> f64 {
    (count - NOISE).ceil() + 0.0
}

impl Money {
    /// Currency itself, nothing rounded.
    pub const UNROUNDED: Money = Money { steps: 1.0, rounds: false };

    /// Whole `smallest` amounts, currency; without one, nothing is rounded.
    pub fn of_smallest(smallest: Option<f64>) -> Money {
        smallest.map_or(Money::UNROUNDED, |smallest| Money { steps: (1.0 / smallest).round(), rounds: true })
    }

    /// Counts to one unit of currency.
    pub fn steps(self) -> f64 {
        self.steps
    }

    /// `amount` of currency as a count, rounded half up where the market rounds.
    pub fn count(self, amount: f64) -> f64 {
        self.round(amount * self.steps)
    }

    /// `count` in currency: the double nearest to it.
    pub fn currency(self, count: f64) -> f64 {
        count / self.steps
    }

    /// Half up to a whole count, where the market rounds.
    #[inline]
    pub fn round(self, count: f64) -> f64 {
        match self.rounding(count) {
            Rounding::Exact => count,
            Rounding::Usual => half_up(count),
            Rounding::Large => large_half_up(count),
        }
    }

    /// How amounts up to `count` are rounded.
    #[inline(always)]
    pub fn rounding(self, count: f64) -> Rounding {
        if !self.rounds {
            Rounding::Exact
        } else if count.abs() < USUAL {
            Rounding::Usual
        } else {
            Rounding::Large
        }
    }

    /// The most by which rounding moves an amount, counts.
    pub fn most_rounded(self) -> f64 {
        if self.rounds { 0.5 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTS: Money = Money { steps: 100.0, rounds: true };

    #[test]
    fn halves_go_up_whatever_binary_arithmetic_made_of_them() {
        for (amount, cents) in
            [(0.005, 1.0), (1.005, 101.0), (0.015, 2.0), (0.0149, 1.0), (2.675, 268.0), (0.0, 0.0)]
        {
            assert_eq!(CENTS.count(amount), cents, "{amount}");
        }
        assert_eq!([-0.5, -0.4, -1.5, -2.51].map(|count| CENTS.round(count)), [0.0, 0.0, -1.0, -3.0]);
        assert!(CENTS.round(-0.2).is_sign_positive() && CENTS.round(-0.0).is_sign_positive(), "no -0");
        assert_eq!(Money::UNROUNDED.count(1.0 / 3.0), 1.0 / 3.0);
    }

    #[test]
    fn amounts_of_any_size_are_rounded_as_plainly() {
        for k in 0..60_000_u32 {
            let count = f64::from(k).powi(3) * 0.37 + f64::from(k) * 0.01;
            assert_eq!(CENTS.round(count), (count + 0.5 + NOISE).floor(), "{count}");
            let half = f64::from(k).powi(3) + 0.5;
            assert_eq!(CENTS.round(half), half + 0.5, "{half}");
            assert_eq!(CENTS.round(-half), 0.5 - half, "{half}");
        }
        for usual in [USUAL - 0.5, USUAL + 0.5, USUAL - 1.0 + 0.499_99, MOST_ROUNDED / 2.0 + 0.5] {
            assert_eq!(CENTS.round(usual), (usual + 0.5).floor(), "{usual}");
        }
        assert_eq!(CENTS.round(3e15 + 0.5), 3e15 + 1.0);
        assert_eq!(CENTS.round(1e300), 1e300);
    }

    #[test]
    fn an_amount_billed_upwards_is_never_below_what_it_was() {
        assert_eq!([0.0, 0.01, 1.0, 1.2].map(upwards), [0.0, 1.0, 1.0, 2.0]);
        assert_eq!(CENTS.currency(123_456.0), 1234.56);
    }
}
