//! Money as a count of the market's smallest amount, where it has one: sums of counts are exact, so that an account needs
//! no rounding but that of each amount that is billed.

/// How amounts of money are counted.
///
/// Adding and taking away 1.5 × 2^52, whose neighbours are whole numbers, leaves the nearest whole number, halves to even.
/// Before, a count grows by a little, so that what is meant as half a cent is above half a cent: halves go up, also those
/// that arrive as 0.4999999 from binary arithmetic. Where nothing is rounded, nothing is added. So all markets are counted by
/// the same four operations, without a branch. Beyond 2^45 counts (three hundred and fifty thousand million yuan) a
/// cent may be rounded up that is a hundredth below its half; up to 2^50 whole counts stay what they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Money {
    /// Counts to one unit of currency.
    steps: f64,
    /// What a count grows by: in proportion, about the step to the next double, and by an amount.
    grown: f64,
    noise: f64,
    magic: f64,
}

/// Half a cent that is short of it by this much is still half a cent.
const NOISE: f64 = 1e-6;

impl Money {
    /// Currency itself, nothing rounded.
    pub const UNROUNDED: Money = Money { steps: 1.0, grown: 1.0, noise: 0.0, magic: 0.0 };

    /// Whole `smallest` amounts, currency; without one, nothing is rounded.
    pub fn of_smallest(smallest: Option<f64>) -> Money {
        smallest.map_or(Money::UNROUNDED, |smallest| Money {
            steps: (1.0 / smallest).round(),
            grown: 1.0 + f64::EPSILON,
            noise: NOISE,
            magic: 6_755_399_441_055_744.0,
        })
    }

    /// Counts to one unit of currency.
    #[inline(always)]
    pub fn steps(self) -> f64 {
        self.steps
    }

    /// `amount` of currency as a count, rounded half up where the market rounds.
    #[inline]
    pub fn count(self, amount: f64) -> f64 {
        self.round(amount * self.steps)
    }

    /// `count` in currency: the double nearest to it.
    #[inline(always)]
    pub fn currency(self, count: f64) -> f64 {
        count / self.steps
    }

    /// Half up to a whole count, where the market rounds.
    #[inline(always)]
    pub fn round(self, count: f64) -> f64 {
        (count * self.grown + self.noise + self.magic) - self.magic
    }

    /// Up to the next whole count, where the market rounds.
    pub fn round_up(self, count: f64) -> f64 {
        if self.rounds() { (count - NOISE).ceil() + 0.0 } else { count }
    }

    /// The most by which rounding makes an amount less, counts.
    pub fn most_saved(self) -> f64 {
        if self.rounds() { 0.5 } else { 0.0 }
    }

    fn rounds(self) -> bool {
        self.magic > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents() -> Money {
        Money::of_smallest(Some(0.01))
    }

    #[test]
    fn halves_go_up_whatever_binary_arithmetic_made_of_them() {
        let cases = [
            (0.005, 1.0),
            (1.005, 101.0),
            (0.015, 2.0),
            (0.0149, 1.0),
            (2.675, 268.0),
            (0.0, 0.0),
            (1e9 + 0.005, 1e11 + 1.0),
        ];
        for (amount, expected) in cases {
            assert_eq!(cents().count(amount), expected, "{amount}");
        }
        assert_eq!([-0.5, -0.4, -1.5, -2.51].map(|count| cents().round(count)), [0.0, 0.0, -1.0, -3.0]);
        assert!(cents().round(-0.2).is_sign_positive() && cents().round(-0.0).is_sign_positive(), "no -0");
    }

    #[test]
    fn amounts_of_any_size_are_rounded_as_plainly() {
        for k in 0..60_000_u32 {
            let count = f64::from(k).powi(3) * 0.003_7 + f64::from(k) * 0.01;
            // A half that is short of itself by a step or two of a double is a half.
            let short = 0.5 - count.fract();
            if !(0.0..2.0 * (count.next_up() - count)).contains(&short) {
                assert_eq!(cents().round(count), (count + 0.5 + NOISE).floor(), "{count}");
            }
            let half = (f64::from(k).powi(3) * 0.25).floor() + 0.5;
            assert_eq!(cents().round(half), (half + 0.5).floor(), "{half}");
            let whole = (f64::from(k) * 1.6).powi(3).floor();
            assert_eq!(cents().round(whole) - whole, 0.0, "{whole}");
        }
    }

    #[test]
    fn where_nothing_is_rounded_every_bit_stays() {
        for k in 0..60_000_u32 {
            let x = (f64::from(k) * 1.37).sin().powi(3) * 10_f64.powi(k as i32 % 200 - 100);
            assert_eq!(Money::UNROUNDED.count(x), x);
        }
    }

    #[test]
    fn an_amount_billed_upwards_is_never_below_what_it_was() {
        assert_eq!([0.0, 0.01, 1.0, 1.2].map(|count| cents().round_up(count)), [0.0, 1.0, 1.0, 2.0]);
        assert_eq!(cents().currency(123_456.0), 1234.56);
    }
}
