//! United States fees of a sale: SEC Section 31 by value, FINRA trading activity fee (TAF) by shares. Brokers pass both
//! on and round each up to the cent.

use super::dated::{Dated, Grade, in_force, row};
use super::fees::ceil_to_cent;
use crate::date::TradeDate;
use crate::ledger::Side;

/// Dollars per million dollars sold. Sources: FINRA notices of 2020-02-03 and 2025-04-24, SEC advisory 2021-01-15, SEC
/// orders 34-96724, 34-99973 and 34-104909. The first row carries the oldest rate known back to the fee's early years:
/// an assumption, as the older rates are not in our sources.
pub(super) const SECTION_31: &[Dated<f64>] = &[
    row((1934, 10, 1), 20.70, Grade::C),
    row((2019, 4, 16), 20.70, Grade::A),
    row((2020, 2, 18), 22.10, Grade::A),
    row((2021, 2, 25), 5.10, Grade::A),
    row((2022, 5, 14), 22.90, Grade::B),
    row((2023, 2, 27), 8.00, Grade::B),
    row((2024, 5, 22), 27.80, Grade::B),
    row((2025, 5, 14), 0.0, Grade::A),
    row((2026, 4, 4), 20.60, Grade::A),
];

/// Dollars per share sold, and the most for one trade.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taf {
    pub per_share: f64,
    pub cap: f64,
}

const fn taf(per_share: f64, cap: f64) -> Taf {
    Taf { per_share, cap }
}

/// Sources: broker documents of 2021, SR-FINRA-2024-019, SR-FINRA-2026-021 (fee holiday at the end of 2026).
pub(super) const TRADING_ACTIVITY: &[Dated<Taf>] = &[
    row((2012, 7, 1), taf(0.000_119, 5.95), Grade::B),
    row((2022, 1, 1), taf(0.000_130, 6.49), Grade::C),
    row((2023, 1, 1), taf(0.000_145, 7.27), Grade::B),
    row((2024, 1, 1), taf(0.000_166, 8.30), Grade::B),
    row((2026, 1, 1), taf(0.000_195, 9.79), Grade::B),
    row((2026, 10, 1), taf(0.0, 0.0), Grade::B),
    row((2027, 1, 1), taf(0.000_232, 11.61), Grade::B),
    row((2028, 1, 1), taf(0.000_240, 12.05), Grade::B),
];

/// Section 31 and TAF of one sale; nothing on a purchase.
pub(super) fn fees(date: TradeDate, side: Side, value: f64, shares: f64) -> f64 {
    if side == Side::Buy {
        return 0.0;
    }
    let section_31 = in_force(SECTION_31, date).map_or(0.0, |row| value * row.value / 1e6);
    let activity =
        in_force(TRADING_ACTIVITY, date).map_or(0.0, |row| (shares * row.value.per_share).min(row.value.cap));
    ceil_to_cent(section_31) + ceil_to_cent(activity)
}
