//! Limit prices in whole ticks: integers throughout, because in binary floats 0.70 × 1.3 falls below 0.91.

/// How a limit becomes a price of whole ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// To the nearest, halves up.
    HalfUp,
    /// Towards the reference, never beyond the rate: the Beijing exchange.
    Inward,
}

/// Lowest and highest price `percent` around `reference` in ticks, `per_unit` of which make one unit of currency; at
/// least one tick away.
pub(super) fn band(reference: f64, percent: i64, per_unit: f64, rounding: Rounding) -> (f64, f64) {
    let (up, down) = limit_ticks(to_ticks(reference, per_unit), percent, rounding);
    (down as f64 / per_unit, up as f64 / per_unit)
}

/// `percent` of `price`, half up to the tick.
pub(super) fn share_of(price: f64, percent: i64, per_unit: f64) -> f64 {
    // ticks as f64 / per_unit is the same double as the decimal text of the price parses to.
    (to_ticks(price, per_unit) * percent + 50).div_euclid(100) as f64 / per_unit
}

/// Upper and lower limit in ticks.
pub(super) fn limit_ticks(reference: i64, percent: i64, rounding: Rounding) -> (i64, i64) {
    let (up, down) = (reference * (100 + percent), reference * (100 - percent));
    let (up, down) = match rounding {
        Rounding::Inward => (up.div_euclid(100), -(-down).div_euclid(100)),
        Rounding::HalfUp => ((up + 50).div_euclid(100), (down + 50).div_euclid(100)),
    };
    (up.max(reference + 1), down.min(reference - 1))
}

/// Prices beyond this are none; below it, whole numbers do not overflow.
const MOST_TICKS: f64 = 1e13;

/// Half up to the tick, as the exchanges round an ex-right reference.
fn to_ticks(price: f64, per_unit: f64) -> i64 {
    (price * per_unit + 0.5 + 1e-6).floor().min(MOST_TICKS) as i64
}
