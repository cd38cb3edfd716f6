//! The rule book of a market: what may be traded, at which price, in which lots, and what it costs. Built once from
//! the experiment's settings and a symbol; small orthogonal rules ([`Lot`], price limits, fees, settlement) inside.

mod ashare;
mod dated;
mod fees;
mod limit;
mod lot;
mod us;

pub use dated::Grade;
pub use fees::Fees;
pub use limit::PriceLimit;
pub use lot::Lot;

use crate::bars::{BarSeries, PriceBasis};
use crate::board::{Listing, NotAnAShare};
use crate::date::TradeDate;
use crate::ledger::Side;
use fees::{Commission, FeeSchedule, OtherFees, StampDuty};
use limit::LimitRule;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whose rules an order obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Market {
    /// Mainland China A-shares.
    Ashare,
    /// United States stocks.
    Us,
    /// No rules: fractions of shares, no limits, no fees unless stated.
    None,
}

impl Market {
    /// The market a symbol most likely trades in: an A-share code gives [`Market::Ashare`]; a bare ticker of up to five
    /// letters, with a share class (`BRK.B`, `BRK-B`) or as an index (`^GSPC`), gives [`Market::Us`]; anything else,
    /// such as another exchange's suffix (`RELIANCE.NS`), gives [`Market::None`].
    pub fn suggested_for(symbol: &str) -> Market {
        if Listing::from_symbol(symbol).is_ok() {
            return Market::Ashare;
        }
        let name = symbol.strip_prefix('^').unwrap_or(symbol);
        // Class letters stop at C: a single letter further on is another exchange (`.L` London, `.T` Tokyo).
        let root = ["A", "B", "C"]
            .iter()
            .find_map(|class| name.strip_suffix(class)?.strip_suffix(['.', '-']))
            .unwrap_or(name);
        let letters = (1..=5).contains(&root.len()) && root.bytes().all(|b| b.is_ascii_alphabetic());
        if letters { Market::Us } else { Market::None }
    }
}

impl fmt::Display for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Market::Ashare => "ashare",
            Market::Us => "us",
            Market::None => "none",
        })
    }
}

/// What the experiment states instead of the market's own values. Rates are fractions of the traded value
/// (0.00025 = 0.025 %).
///
/// | Name | Default | Purpose | Range |
/// |---|---|---|---|
/// | `commission` | A-share 0.00025, else 0 | broker's rate, both sides | 0 to 0.1 |
/// | `min_commission` | A-share 5 CNY (0 where `commission` is stated as 0), else 0 | least commission of an order | 0 and up |
/// | `stamp_duty` | A-share by date, else none | one flat rate, on sells | 0 to 0.1 |
/// | `slippage_bp` | 0 | basis points lost to the price on every fill | 0 to 1,000 |
/// | `allow_fraction` | only in `none` and on split-adjusted prices | fractions of shares may be traded | |
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overrides {
    /// Commission rate of both sides.
    pub commission: Option<f64>,
    /// Least commission of an order, currency.
    pub min_commission: Option<f64>,
    /// Stamp duty rate of sells, whatever the date.
    pub stamp_duty: Option<f64>,
    /// Slippage of every fill, basis points of the price.
    pub slippage_bp: f64,
    /// Whether fractions of shares may be traded.
    pub allow_fraction: Option<bool>,
}

/// The rule book cannot be built, or forbids what was asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RuleError {
    /// A-share rules for something else.
    #[error(
        "rules \"ashare\" do not fit \"{symbol}\": {why}; use rules = \"{suggestion}\", or name the stock by its \
         exchange code such as 600000.SH"
    )]
    NotAnAShare {
        /// The symbol asked for.
        symbol: String,
        /// What it is instead.
        why: NotAnAShare,
        /// The market to use.
        suggestion: Market,
    },
    /// A setting that is not a number or out of its range.
    #[error("{key}: expected {expected}, found {found}")]
    Setting {
        /// Key in the experiment's `[market]` table.
        key: &'static str,
        /// The range allowed.
        expected: &'static str,
        /// The value found.
        found: f64,
    },
    /// A negative target where ordinary accounts cannot sell short.
    #[error(
        "target {target} at position {index}: rules \"{market}\" do not allow selling short; use positions = \"long_flat\""
    )]
    ShortNotAllowed {
        /// Index among the targets.
        index: usize,
        /// The target.
        target: f64,
        /// The market that forbids it.
        market: Market,
    },
    /// A target that is no weight.
    #[error("target {target} at position {index}: expected a weight from -1 to 1")]
    TargetOutOfRange {
        /// Index among the targets.
        index: usize,
        /// The target.
        target: f64,
    },
}

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
    /// Commission is one rate for all years, though brokers charged more in the past.
    CommissionOfToday,
    /// Short positions pay no borrowing fee and are always available.
    BorrowingIsFree,
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
                "The commission is one rate for all years; it was higher in the past."
            }
            RuleNote::BorrowingIsFree => "Short positions pay no borrowing fee and are always available.",
        })
    }
}

/// A dated rule in force on a day, for a report's list of settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RuleFact {
    /// Which rule.
    pub rule: DatedRule,
    /// First day it holds.
    pub from: TradeDate,
    /// How well it is known.
    pub grade: Grade,
}

/// The rules that changed over the years.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum DatedRule {
    /// Daily price limit, per cent of the reference price.
    PriceLimit {
        /// Per cent.
        percent: i64,
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

/// When shares bought may be sold again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// On the same day.
    SameDay,
    /// On the next trading day (T+1).
    NextDay,
}

/// The rules one symbol is traded by. Pure and cheap to ask: nothing in it allocates.
#[derive(Clone, Debug)]
pub struct RuleBook {
    market: Market,
    basis: PriceBasis,
    limit: LimitRule,
    lot: Lot,
    fees: FeeSchedule,
    slippage: f64,
    default_commission: bool,
}

impl RuleBook {
    /// The rules of `market` for `symbol`, with `overrides` in place of the market's own values.
    ///
    /// # Errors
    /// [`RuleError::NotAnAShare`] when A-share rules are asked for another kind of symbol; [`RuleError::Setting`] for an
    /// override that is not finite or out of the range in [`Overrides`].
    pub fn new(
        market: Market,
        overrides: &Overrides,
        symbol: &str,
        basis: PriceBasis,
    ) -> Result<RuleBook, RuleError> {
        overrides.check()?;
        let (limit, lot, duty, other) = match market {
            Market::Ashare => {
                let listing = Listing::from_symbol(symbol).map_err(|why| RuleError::NotAnAShare {
                    symbol: symbol.to_owned(),
                    why,
                    suggestion: Market::suggested_for(symbol),
                })?;
                (
                    LimitRule::Ashare { listing, basis },
                    ashare::lot(listing.board),
                    StampDuty::Dated(ashare::STAMP_DUTY),
                    OtherFees::TransferFee(ashare::transfer_fee(listing.exchange)),
                )
            }
            Market::Us => (LimitRule::Unlimited, Lot::WHOLE, StampDuty::None, OtherFees::UnitedStates),
            Market::None => (LimitRule::Unlimited, Lot::WHOLE, StampDuty::None, OtherFees::None),
        };
        let fractions_by_default = market == Market::None || basis == PriceBasis::SplitAdjusted;
        let fractions = overrides.allow_fraction.unwrap_or(fractions_by_default);
        let (rate, minimum) = match market {
            Market::Ashare => (ashare::COMMISSION, ashare::MIN_COMMISSION),
            Market::Us | Market::None => (0.0, 0.0),
        };
        // Who states a commission of 0 wants none, not 5 yuan an order.
        let minimum = if overrides.commission == Some(0.0) { 0.0 } else { minimum };
        Ok(RuleBook {
            market,
            basis,
            limit,
            lot: if fractions { Lot::Fraction } else { lot },
            fees: FeeSchedule {
                commission: Commission {
                    rate: overrides.commission.unwrap_or(rate),
                    minimum: overrides.min_commission.unwrap_or(minimum),
                },
                stamp_duty: overrides.stamp_duty.map_or(duty, StampDuty::Flat),
                other,
                in_cents: market != Market::None,
            },
            slippage: overrides.slippage_bp / 10_000.0,
            default_commission: overrides.commission.is_none(),
        })
    }

    /// No rules at all: fractions, no limits, no fees, no slippage. What tutorials draw.
    pub fn frictionless() -> RuleBook {
        RuleBook {
            market: Market::None,
            basis: PriceBasis::Raw,
            limit: LimitRule::Unlimited,
            lot: Lot::Fraction,
            fees: FeeSchedule {
                commission: Commission { rate: 0.0, minimum: 0.0 },
                stamp_duty: StampDuty::None,
                other: OtherFees::None,
                in_cents: false,
            },
            slippage: 0.0,
            default_commission: false,
        }
    }

    /// The market whose rules these are.
    pub fn market(&self) -> Market {
        self.market
    }

    /// The smallest quantities that can be traded.
    pub fn lot(&self) -> Lot {
        self.lot
    }

    /// Whether a negative target is possible.
    pub fn allows_short(&self) -> bool {
        self.market != Market::Ashare
    }

    /// Every target is a weight this market allows.
    ///
    /// # Errors
    /// [`RuleError::TargetOutOfRange`] or [`RuleError::ShortNotAllowed`] for the first that is not.
    pub fn check_targets(&self, targets: &[f64]) -> Result<(), RuleError> {
        for (index, &target) in targets.iter().enumerate() {
            // A NaN is in no range.
            if !(-1.0..=1.0).contains(&target) {
                return Err(RuleError::TargetOutOfRange { index, target });
            }
            if target < 0.0 && !self.allows_short() {
                return Err(RuleError::ShortNotAllowed { index, target, market: self.market });
            }
        }
        Ok(())
    }

    /// The price limit of bar `i`.
    pub fn limit(&self, bars: &BarSeries, i: usize) -> PriceLimit {
        self.limit.on(bars, i)
    }

    /// When shares bought on `day` may be sold. A-shares are T+1 since 1995-01-01 (year grade B, day grade C).
    pub fn settlement(&self, day: TradeDate) -> Settlement {
        let next_day = self.market == Market::Ashare && day >= ashare::NEXT_DAY_SETTLEMENT;
        if next_day { Settlement::NextDay } else { Settlement::SameDay }
    }

    /// The price of a fill quoted at `quote`: worse by the slippage, but never beyond the day's limits. It is not
    /// rounded to the tick: it stands for the average of many partial fills, and rounding to the nearest tick would
    /// swallow every slippage below half a tick.
    pub fn fill_price(&self, side: Side, quote: f64, limit: PriceLimit) -> f64 {
        let price = quote * (1.0 + side.sign() * self.slippage);
        match limit {
            // The quote itself may lie outside by the tolerance of the limit; slippage must not move it further.
            PriceLimit::Band { up, down, .. } => price.clamp(down.min(quote), up.max(quote)),
            PriceLimit::Free | PriceLimit::Unknown => price,
        }
    }

    /// Fees of one order of `shares` at `price`.
    pub fn fees(&self, date: TradeDate, side: Side, shares: f64, price: f64) -> Fees {
        self.fees.charge(date, side, self.value(shares, price), shares)
    }

    /// Money that changes hands for `shares` at `price`, before fees; to the cent where the market counts in cents.
    pub fn value(&self, shares: f64, price: f64) -> f64 {
        self.fees.round(shares * price)
    }

    /// To the cent where the market counts in cents.
    pub(crate) fn round(&self, money: f64) -> f64 {
        self.fees.round(money)
    }

    /// The dated rules this book applies on `day`, with the day each came into force and the grade of its evidence.
    pub fn facts(&self, day: TradeDate) -> Vec<RuleFact> {
        [self.limit.fact(day)].into_iter().chain(self.fees.facts(day)).flatten().collect()
    }

    /// What a reader of the result should be told.
    pub fn notes(&self) -> Vec<RuleNote> {
        let split_adjusted = self.market != Market::None && self.basis == PriceBasis::SplitAdjusted;
        let fractions = self.market != Market::None && self.lot == Lot::Fraction;
        let ashare = self.market == Market::Ashare;
        [
            (split_adjusted, RuleNote::SplitAdjusted),
            (fractions, RuleNote::FractionsTraded),
            (ashare, RuleNote::SpecialTreatmentUnknown),
            (ashare && self.default_commission, RuleNote::CommissionOfToday),
            (self.allows_short(), RuleNote::BorrowingIsFree),
        ]
        .into_iter()
        .filter_map(|(applies, note)| applies.then_some(note))
        .collect()
    }
}

impl Overrides {
    /// Every number is finite and in its range.
    fn check(&self) -> Result<(), RuleError> {
        let rate = |key, value: Option<f64>| in_range(key, "a rate from 0 to 0.1", value, 0.1);
        rate("market.commission", self.commission)?;
        rate("market.stamp_duty", self.stamp_duty)?;
        in_range("market.min_commission", "an amount of 0 or more", self.min_commission, f64::MAX)?;
        in_range("market.slippage_bp", "basis points from 0 to 1000", Some(self.slippage_bp), 1000.0)
    }
}

fn in_range(
    key: &'static str,
    expected: &'static str,
    value: Option<f64>,
    most: f64,
) -> Result<(), RuleError> {
    match value {
        Some(found) if !(0.0..=most).contains(&found) => Err(RuleError::Setting { key, expected, found }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
