//! What an order costs: commission, stamp duty and the rest, each rounded as it is billed.

use super::dated::{Dated, fact, in_force};
use super::{DatedRule, RuleFact, us};
use crate::date::TradeDate;
use crate::ledger::Side;

/// Fees of one order, currency.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fees {
    /// Broker's commission.
    pub commission: f64,
    /// Stamp duty.
    pub stamp_duty: f64,
    /// Transfer fee, SEC Section 31 fee, FINRA trading activity fee.
    pub other: f64,
}

impl Fees {
    /// All of them.
    pub fn total(&self) -> f64 {
        self.commission + self.stamp_duty + self.other
    }
}

/// The broker's rate and its least amount for one order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Commission {
    pub rate: f64,
    pub minimum: f64,
}

/// Rates of stamp duty, by side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duty {
    pub buy: f64,
    pub sell: f64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum StampDuty {
    None,
    /// One rate, on sells.
    Flat(f64),
    Dated(&'static [Dated<Duty>]),
}

/// What the clearing house takes for the transfer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TransferFee {
    /// Of the face value, 1 yuan a share: nearly all A-shares.
    OfFace(f64),
    /// Of the traded value.
    OfValue(f64),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum OtherFees {
    None,
    TransferFee(&'static [Dated<TransferFee>]),
    UnitedStates,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct FeeSchedule {
    pub commission: Commission,
    pub stamp_duty: StampDuty,
    pub other: OtherFees,
    /// Whether amounts are billed to the cent.
    pub in_cents: bool,
}

impl FeeSchedule {
    /// `rate` of the value on both sides and nothing else.
    pub fn flat(rate: f64, in_cents: bool) -> FeeSchedule {
        FeeSchedule {
            commission: Commission { rate, minimum: 0.0 },
            stamp_duty: StampDuty::None,
            other: OtherFees::None,
            in_cents,
        }
    }

    /// Fees of one order of `shares` worth `value`.
    pub fn charge(&self, date: TradeDate, side: Side, value: f64, shares: f64) -> Fees {
        Fees {
            commission: self.round((value * self.commission.rate).max(self.commission.minimum)),
            stamp_duty: self.round(value * self.duty_rate(date, side)),
            other: match self.other {
                OtherFees::None => 0.0,
                OtherFees::TransferFee(table) => {
                    self.round(match in_force(table, date).map(|row| row.value) {
                        Some(TransferFee::OfFace(rate)) => shares * rate,
                        Some(TransferFee::OfValue(rate)) => value * rate,
                        None => 0.0,
                    })
                }
                OtherFees::UnitedStates => us::fees(date, side, value, shares),
            },
        }
    }

    /// The dated fees in force on `day`.
    pub fn facts(&self, day: TradeDate) -> [Option<RuleFact>; 3] {
        let duty = match self.stamp_duty {
            StampDuty::Dated(table) => {
                fact(table, day, |duty| DatedRule::StampDuty { buy: duty.buy, sell: duty.sell })
            }
            StampDuty::None | StampDuty::Flat(_) => None,
        };
        let (transfer, activity) = match self.other {
            OtherFees::None => (None, None),
            OtherFees::TransferFee(table) => {
                let rule = |fee: &TransferFee| match *fee {
                    TransferFee::OfFace(rate) => DatedRule::TransferFee { rate, of_face: true },
                    TransferFee::OfValue(rate) => DatedRule::TransferFee { rate, of_face: false },
                };
                (fact(table, day, rule), None)
            }
            OtherFees::UnitedStates => {
                let taf =
                    |taf: &us::Taf| DatedRule::TradingActivity { per_share: taf.per_share, cap: taf.cap };
                let section_31 = |rate: &f64| DatedRule::Section31 { per_million: *rate };
                (fact(us::SECTION_31, day, section_31), fact(us::TRADING_ACTIVITY, day, taf))
            }
        };
        [duty, transfer, activity]
    }

    fn duty_rate(&self, date: TradeDate, side: Side) -> f64 {
        match (self.stamp_duty, side) {
            (StampDuty::None, _) | (StampDuty::Flat(_), Side::Buy) => 0.0,
            (StampDuty::Flat(rate), Side::Sell) => rate,
            (StampDuty::Dated(table), side) => in_force(table, date).map_or(0.0, |row| match side {
                Side::Buy => row.value.buy,
                Side::Sell => row.value.sell,
            }),
        }
    }

    /// Half up to the cent, where the market bills in cents.
    pub fn round(&self, money: f64) -> f64 {
        // Half a cent that arrives as 0.4999999 from binary arithmetic is still half a cent.
        if self.in_cents { (money * 100.0 + 0.5 + 1e-6).floor() / 100.0 } else { money }
    }
}

/// Up to the next cent.
pub(super) fn ceil_to_cent(money: f64) -> f64 {
    // Adding zero turns the -0 of a rounded-up nothing into 0.
    (money * 100.0 - 1e-6).ceil() / 100.0 + 0.0
}
