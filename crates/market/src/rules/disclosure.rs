//! What a report says about the rules: which dated figures were in force, and where they fall short of the world.

use super::Grade;
use crate::date::TradeDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a reader of a result should know about the rules it was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleNote {
    /// Prices were divided by later splits: limits are not rounded to the tick, and fees by the share count are
    /// approximate.
    SplitAdjusted,
    /// Fractions of shares were traded, though the market has lots.
    FractionsTraded,
    /// Bars do not say when a stock was under special treatment (ST) or had not made its share reform (S): its narrower
    /// 5 % limit is not applied.
    SpecialTreatmentUnknown,
    /// Nothing tells whether the fund's index holds only shares with a limit of 20 %: 10 % is assumed.
    FundLimitAssumed,
    /// Commission since 2002-05 is one rate for all years, though brokers charged more in the past.
    CommissionOfToday,
    /// Short positions pay no borrowing fee and are always available.
    BorrowingIsFree,
    /// No order ever traded: the smallest one costs more than the cash. The curve then shows idle cash, not a result.
    CashBelowOneLot,
    /// No order arose at all: the target never left 0.
    NeverTraded,
    /// Neither commission nor duty nor slippage was set, and these rules bring none.
    NoCosts,
}

impl fmt::Display for RuleNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RuleNote::SplitAdjusted => {
                "Prices are split-adjusted: tick rounding is off, and fees charged per share are approximate."
            }
            RuleNote::FractionsTraded => "Fractions of shares are traded; the market's lots are off.",
            RuleNote::SpecialTreatmentUnknown => {
                "Bars do not say when a stock was ST or S: its narrower 5 % price limit is not applied."
            }
            RuleNote::CommissionOfToday => {
                "The commission is one rate for all years since 2002-05; it was higher in the past."
            }
            RuleNote::FundLimitAssumed => {
                "Nothing tells whether all of the fund's shares have a limit of 20 %: 10 % is assumed; a day whose open \
                 lies beyond it blocks nothing."
            }
            RuleNote::BorrowingIsFree => "Short positions pay no borrowing fee and are always available.",
            RuleNote::NeverTraded => {
                "The target never left 0 (never \"up\", or a size of 0), so nothing was traded. The flat curve is idle cash."
            }
            RuleNote::NoCosts => {
                "No costs were set and these rules bring none: every trade is free, as no market's are. Set \
                 market.commission and market.slippage_bp."
            }
            RuleNote::CashBelowOneLot => {
                "No order could be filled: the smallest one costs more than the cash. The flat curve is idle cash."
            }
        })
    }
}

/// A dated rule in force on a day, for a report's list of settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleFact {
    /// Which rule.
    pub rule: DatedRule,
    /// First day it holds.
    pub from: TradeDate,
    /// How well it is known.
    pub grade: Grade,
}

/// The rules that changed over the years.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum DatedRule {
    /// Daily price limit, per cent of the reference price.
    PriceLimit {
        /// Per cent.
        percent: i64,
    },
    /// Broker's commission of both sides.
    Commission {
        /// Fraction of the value.
        rate: f64,
        /// Least for one order, currency.
        minimum: f64,
    },
    /// Stamp duty, fractions of the value.
    StampDuty {
        /// On purchases.
        buy: f64,
        /// On sales.
        sell: f64,
    },
    /// Transfer fee of both sides.
    TransferFee {
        /// Fraction of the value, or of the face value of 1 yuan a share.
        rate: f64,
        /// Whether it is of the face value.
        of_face: bool,
    },
    /// SEC Section 31 fee of sales.
    Section31 {
        /// Dollars per million dollars sold.
        per_million: f64,
    },
    /// FINRA trading activity fee of sales.
    TradingActivity {
        /// Dollars per share.
        per_share: f64,
        /// Most dollars for one trade.
        cap: f64,
    },
}
