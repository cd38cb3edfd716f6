//! One trading day: open, high, low and close in ticks around the reference price.
//!
//! Overnight move and day move are a Brownian path under the day's random scale; high and low are the extremes of
//! that path between open and close. Every price is the path's distance from the reference, rounded half away from
//! it and clipped at the limits, so that a symmetric path gives a symmetric price: with no planted mean,
//! E[open] = E[close] = reference exactly, whatever the tick and the limit do.

use super::random::Stream;
use super::student_t;

/// Share of the day's variance (and of a planted mean) that comes before the open.
const OVERNIGHT: f64 = 0.25;
/// Daily price limit as a fraction: one tenth.
const LIMIT_DIVISOR: i64 = 10;

/// Prices of one day in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub open: i64,
    pub high: i64,
    pub low: i64,
    pub close: i64,
}

/// Furthest distance from the reference, in ticks, that both limits allow.
///
/// The limits are reference × 1.1 and × 0.9, each rounded half up. Where that falls on half a tick, the upper limit
/// is one tick further away than the lower; the nearer one is taken on both sides, or the price would drift up.
pub(crate) fn limit_distance(reference: i64) -> i64 {
    // ⌈reference/10 − 1/2⌉ = ⌊(reference + 4)/10⌋ on integers.
    (reference + LIMIT_DIVISOR / 2 - 1) / LIMIT_DIVISOR
}

/// The price `offset` (a fraction of the reference) away from the reference.
fn price(reference: i64, offset: f64) -> i64 {
    let limit = limit_distance(reference);
    // `round` goes half away from zero, so it treats both sides alike.
    let ticks = (offset * reference as f64).round() as i64;
    reference + ticks.clamp(-limit, limit)
}

/// The random numbers of one day.
#[derive(Clone, Copy, Debug)]
struct Draw {
    /// Standard deviation of the whole day's move.
    scale: f64,
    /// Standard normal: the overnight move, and the move from open to close.
    night: f64,
    day: f64,
    /// Uniform in (0, 1]: how far the path went above and below.
    above: f64,
    below: f64,
}

/// Draws one day around `reference` ticks with conditional mean and standard deviation of the return.
pub(crate) fn draw(reference: i64, mean: f64, sigma: f64, shock: &mut Stream, path: &mut Stream) -> Session {
    let scale = sigma * student_t::scale(shock);
    let (night, day) = shock.normal_pair();
    let (above, below) = (path.uniform(), path.uniform());
    session(reference, mean, Draw { scale, night, day, above, below })
}

fn session(reference: i64, mean: f64, draw: Draw) -> Session {
    let Draw { scale, night, day, above, below } = draw;
    let open = mean * OVERNIGHT + scale * OVERNIGHT.sqrt() * night;
    let moved = mean * (1.0 - OVERNIGHT) + scale * (1.0 - OVERNIGHT).sqrt() * day;
    let close = open + moved;
    // The maximum of a Brownian bridge from a to b with variance v: (a + b + √((b − a)² − 2 v ln U)) / 2. High and
    // low are drawn independently, each from its own law.
    let reach = |u: f64| (moved * moved - 2.0 * scale * scale * (1.0 - OVERNIGHT) * u.ln()).sqrt();
    let high = (0.5 * (open + close + reach(above))).max(open).max(close);
    let low = (0.5 * (open + close - reach(below))).min(open).min(close);
    let at = |offset| price(reference, offset);
    Session { open: at(open), high: at(high), low: at(low), close: at(close) }
}

#[cfg(test)]
mod tests {
    use super::super::random::Purpose;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_limits_hold_and_are_touched_alike() {
        for reference in 1..5_000_i64 {
            let upper = (reference * 11 + 5) / 10;
            let lower = (reference * 9 + 5) / 10;
            let distance = limit_distance(reference);
            assert_eq!(distance, (upper - reference).min(reference - lower), "{reference}");
        }
    }

    #[test]
    fn rounding_is_symmetric_about_the_reference() {
        for reference in [7, 995, 1000, 1005, 2347] {
            for i in 0..4_000 {
                let offset = f64::from(i) * 5e-5;
                assert_eq!(price(reference, offset) - reference, reference - price(reference, -offset));
            }
        }
    }

    proptest! {
        #[test]
        fn without_a_mean_the_mirrored_shock_gives_the_mirrored_day(
            reference in 1_i64..100_000, scale in 0.0..0.2, night in -6.0..6.0, day in -6.0..6.0,
            above in 1e-12..1.0, below in 1e-12..1.0,
        ) {
            let one = session(reference, 0.0, Draw { scale, night, day, above, below });
            let other = session(reference, 0.0, Draw { scale, night: -night, day: -day, above: below, below: above });
            let mirrored = |ticks: i64| 2 * reference - ticks;
            prop_assert_eq!(mirrored(one.close), other.close);
            prop_assert_eq!(mirrored(one.open), other.open);
            prop_assert_eq!(mirrored(one.high), other.low);
            prop_assert_eq!(mirrored(one.low), other.high);
        }
    }

    #[test]
    fn high_and_low_enclose_open_and_close() {
        let (mut shock, mut path) = (Stream::new(3, Purpose::Return), Stream::new(3, Purpose::Session));
        let mut at_limit = 0;
        for _ in 0..20_000 {
            let Session { open, high, low, close } = draw(1234, 0.0, 0.04, &mut shock, &mut path);
            assert!(low <= open.min(close) && high >= open.max(close));
            assert!(high <= 1234 + 123 && low >= 1234 - 123);
            at_limit += i32::from((close - 1234).abs() == 123);
        }
        assert!(at_limit > 100, "{at_limit}");
    }
}
