//! The rule book of a market: what may be traded, at which price, in which lots, and what it costs. Built once from
//! the experiment's settings and a symbol; small orthogonal rules ([`Lot`], price limits, fees, settlement) inside.

mod ashare;
mod dated;
mod disclosure;
mod fees;
mod limit;
mod lot;
mod market;
mod overrides;
mod us;

pub use dated::Grade;
pub use disclosure::{DatedRule, RuleFact, RuleNote};
pub use fees::Fees;
pub use limit::{PriceLimit, ashare_price_band, days_without_limit};
pub use lot::Lot;
pub use market::Market;
pub use overrides::Overrides;

use crate::bars::{BarSeries, PriceBasis};
use crate::board::{Listing, NotAnAShare};
use crate::date::TradeDate;
use crate::known::Known;
use crate::ledger::Side;
use fees::{Commission, FeeSchedule, OtherFees, StampDuty};
use limit::LimitRule;

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
    slippage_ticks: f64,
    borrow_rate: f64,
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
            slippage_ticks: overrides.slippage_ticks,
            borrow_rate: overrides.borrow_rate.unwrap_or(0.0),
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
            slippage_ticks: 0.0,
            borrow_rate: 0.0,
        }
    }

    /// The same rules of trading with other costs: `rate` of the value of every fill, both sides, and nothing else: no
    /// minimum, duty or other fee, no slippage, no borrowing cost.
    pub fn at_flat_cost(&self, rate: f64) -> RuleBook {
        let fees = FeeSchedule::flat(rate, self.fees.in_cents);
        RuleBook { fees, slippage: 0.0, slippage_ticks: 0.0, borrow_rate: 0.0, ..self.clone() }
    }

    /// The market whose rules these are.
    pub fn market(&self) -> Market {
        self.market
    }

    /// The smallest quantities that can be traded.
    pub fn lot(&self) -> Lot {
        self.lot
    }

    /// Commission per side as a fraction of the traded value, and the least for an order.
    pub fn commission(&self) -> (f64, f64) {
        (self.fees.commission.rate, self.fees.commission.minimum)
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

    /// The price limit of every bar as it was known at the bar's open: only the reference price, the open and `known`
    /// decide. For a later price of the same bar see [`PriceLimit::after`]. One per bar; ask once per series.
    pub fn limits(&self, bars: &BarSeries, _known: &Known) -> Vec<PriceLimit> {
        (0..bars.len()).map(|i| self.limit(bars, i)).collect()
    }

    /// The smallest step of a price near `price`, currency; `None` where prices have none (no rules, split-adjusted
    /// prices).
    pub fn tick(&self, price: f64) -> Option<f64> {
        match (self.market, self.basis) {
            (Market::None, _) | (_, PriceBasis::SplitAdjusted) => None,
            (Market::Us, _) if price < 1.0 => Some(0.000_1),
            (Market::Us | Market::Ashare, _) => Some(0.01),
        }
    }

    /// What a short position costs per year, as a fraction of its value.
    pub fn borrow_rate(&self) -> f64 {
        self.borrow_rate
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
        let ticks = self.slippage_ticks * self.tick(quote).unwrap_or(0.0);
        let price = quote * (1.0 + side.sign() * self.slippage) + side.sign() * ticks;
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
        let split_adjusted = self.basis == PriceBasis::SplitAdjusted;
        let free = self.market == Market::None
            && self.commission() == (0.0, 0.0)
            && self.slippage == 0.0
            && self.slippage_ticks == 0.0
            && matches!(self.fees.stamp_duty, StampDuty::None | StampDuty::Flat(0.0));
        let fractions = self.market != Market::None && self.lot == Lot::Fraction;
        let ashare = self.market == Market::Ashare;
        [
            (free, RuleNote::NoCosts),
            (split_adjusted, RuleNote::SplitAdjusted),
            (fractions, RuleNote::FractionsTraded),
            (ashare, RuleNote::SpecialTreatmentUnknown),
            (ashare, RuleNote::CommissionOfToday),
            (self.allows_short() && self.borrow_rate == 0.0, RuleNote::BorrowingIsFree),
        ]
        .into_iter()
        .filter_map(|(applies, note)| applies.then_some(note))
        .collect()
    }
}

#[cfg(test)]
mod tests;
