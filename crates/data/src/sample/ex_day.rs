//! Yearly distributions: cash dividends, bonus issues, and the ex-right reference price they leave.

use super::random::Stream;

/// Above this close (ticks) a company gives ten bonus shares for ten, so that prices stay where lots are affordable.
const DEAR: i64 = 4_000;
/// Below this close (ticks) it merges four shares into one, so that a tick stays small against the price.
const CHEAP: i64 = 800;

/// What a shareholder gets on an ex-day, as the exchange's reference price sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExDay {
    /// Cash per share, ticks.
    pub cash: i64,
    /// Shares afterwards for ten shares before: 10 without a bonus issue.
    pub shares_for_ten: Shares,
}

/// Shares afterwards : shares before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shares {
    /// 10 + n shares for ten.
    Bonus(i64),
    /// One share for four.
    Merged,
}

impl ExDay {
    /// Decides a year's distribution from the close before the ex-day (ticks).
    pub(crate) fn decide(close: i64, stream: &mut Stream) -> ExDay {
        let dividend_yield = 0.008 + 0.017 * stream.uniform();
        let small_bonus = stream.uniform() < 0.15;
        let cash = ((close as f64 * dividend_yield).round() as i64).max(1);
        let shares_for_ten = match close {
            c if c > DEAR => Shares::Bonus(10),
            c if c < CHEAP => Shares::Merged,
            _ if small_bonus => Shares::Bonus(3),
            _ => Shares::Bonus(0),
        };
        ExDay { cash, shares_for_ten }
    }

    /// Ex-right reference in ticks: (close − cash) / (1 + bonus), rounded half up to the tick as exchanges do.
    pub(crate) fn reference(self, close: i64) -> i64 {
        let (times, over) = match self.shares_for_ten {
            Shares::Bonus(n) => (10, 10 + n),
            Shares::Merged => (4, 1),
        };
        (2 * (close - self.cash) * times + over) / (2 * over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_the_close_less_cash_spread_over_all_shares() {
        let after = |cash, n| ExDay { cash, shares_for_ten: Shares::Bonus(n) };
        assert_eq!(after(20, 0).reference(1000), 980);
        // 000001.SZ on 2016-06-16: close 10.44, 0.153 a share and 2 for 10 left 8.57.
        assert_eq!(after(15, 2).reference(1044), 858);
        // (1000 − 1)/2 = 499.5 goes up.
        assert_eq!(after(1, 10).reference(1000), 500);
        assert_eq!(ExDay { cash: 1, shares_for_ten: Shares::Merged }.reference(501), 2000);
    }
}
