//! The rule book of a market: what may be traded, at which price, in which lots, and what it costs. Built once from
//! the dated tables of a market (`crates/market/rules/*.toml`, or a user's own in their place), the experiment's settings
//! and a symbol; small orthogonal rules ([`Lot`], price limits, fees, settlement) inside.

mod dated;
mod disclosure;
mod fees;
mod file;
mod limit;
mod line;
mod lot;
mod market;
mod overrides;
mod tables;
mod whole;

pub use dated::Grade;
pub use disclosure::{DatedRule, RuleFact, RuleNote};
pub use fees::Fees;
pub use file::RuleFileError;
pub(crate) use limit::Limits;
pub use limit::{LimitOrigin, PriceLimit, ashare_price_band, days_without_limit};
pub use lot::Lot;
pub use market::Market;
pub use overrides::Overrides;
pub use tables::RuleTables;

use crate::bars::{BarSeries, PriceBasis};
use crate::board::{Board, Listing, NotAnAShare};
use crate::date::TradeDate;
use crate::known::Known;
use crate::ledger::Side;
use crate::money::Money;
use dated::{ALWAYS, Dated, in_force, newest};
pub(crate) use fees::{Bill, Tariff};
use fees::{Commission, FeeSchedule};
use limit::LimitRule;
use line::{Instrument, Line, rows};
use tables::{LotRow, ShortSelling, TickStep, table};

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
    /// Slippage in ticks where prices have no tick.
    #[error(
        "market.slippage_ticks: expected 0 where prices have no tick (rules \"{market}\" here, or split-adjusted prices), \
         found {slippage_ticks}; use market.slippage_bp, or state market.tick"
    )]
    NoTick {
        /// The setting.
        slippage_ticks: f64,
        /// The market.
        market: Market,
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

/// The rules one symbol is traded by. Pure and cheap to ask: nothing in it allocates but [`RuleBook::limits`], which is
/// asked once per series.
#[derive(Clone, Debug)]
pub struct RuleBook {
    market: Market,
    basis: PriceBasis,
    listing: Option<Listing>,
    limit: LimitRule,
    ticks: Ticks,
    lots: Vec<Dated<Lot>>,
    /// Before the first of `lots`, or without any.
    no_lot: Lot,
    largest_order: Option<f64>,
    settlement: Vec<Dated<i64>>,
    fees: FeeSchedule,
    short_selling: ShortSelling,
    slippage: f64,
    slippage_ticks: f64,
    /// The limit of a fund that its code does not tell.
    fund_limit_assumed: bool,
}

impl RuleBook {
    /// The rules of `market` for `symbol`, with the tables and values of `overrides` in place of the market's own.
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
        let listing = Listing::tradable(symbol);
        if let (Market::Ashare, Err(why)) = (market, listing) {
            let suggestion = Market::suggested_for(symbol);
            return Err(RuleError::NotAnAShare { symbol: symbol.to_owned(), why, suggestion });
        }
        let instrument = Instrument { symbol, listing: listing.ok() };
        let (own, built_in) = (overrides.tables.as_ref(), RuleTables::built_in(market));
        let ticks = tick_rows(overrides, table!(own, built_in, tick), instrument);
        if overrides.slippage_ticks > 0.0 && (ticks.general.is_empty() || basis == PriceBasis::SplitAdjusted)
        {
            return Err(RuleError::NoTick { slippage_ticks: overrides.slippage_ticks, market });
        }
        let rows_of_lots = rows(table!(own, built_in, lot), instrument);
        let largest_order = newest(&rows_of_lots).filter(|_| overrides.lot.is_none());
        let lots = lots(overrides, &rows_of_lots, basis);
        let short = newest(&rows(table!(own, built_in, short_selling), instrument));
        let short = short.unwrap_or(ShortSelling { allowed: true, borrow_rate: 0.0 });
        let limit = LimitRule::new(own, built_in, instrument, ticks.general.clone(), basis);
        let is_fund = listing.is_ok_and(|listing| listing.board == Board::Fund);
        let told = |code: &&str| symbol.starts_with(*code);
        Ok(RuleBook {
            market,
            basis,
            listing: listing.ok(),
            limit,
            ticks,
            lots,
            no_lot: if overrides.allow_fraction == Some(false) { Lot::WHOLE } else { Lot::Fraction },
            largest_order: largest_order.and_then(|row| row.largest),
            settlement: rows(table!(own, built_in, settlement), instrument),
            fees: fee_schedule(overrides, built_in, instrument),
            short_selling: ShortSelling {
                borrow_rate: overrides.borrow_rate.unwrap_or(short.borrow_rate),
                ..short
            },
            slippage: overrides.slippage_bp / 10_000.0,
            slippage_ticks: overrides.slippage_ticks,
            fund_limit_assumed: market == Market::Ashare && is_fund && !STAR_FUNDS.iter().any(told),
        })
    }

    /// No rules at all: fractions, no limits, no fees, no slippage. What tutorials draw.
    pub fn frictionless() -> RuleBook {
        RuleBook {
            market: Market::None,
            basis: PriceBasis::Raw,
            listing: None,
            limit: LimitRule::unlimited(),
            ticks: Ticks::default(),
            lots: Vec::new(),
            no_lot: Lot::Fraction,
            largest_order: None,
            settlement: Vec::new(),
            fees: FeeSchedule::flat(0.0, Money::UNROUNDED),
            short_selling: ShortSelling { allowed: true, borrow_rate: 0.0 },
            slippage: 0.0,
            slippage_ticks: 0.0,
            fund_limit_assumed: false,
        }
    }

    /// The same rules of trading with other costs: `rate` of the value of every fill, both sides, and nothing else: no
    /// minimum, duty or other fee, no slippage, no borrowing cost.
    pub fn at_flat_cost(&self, rate: f64) -> RuleBook {
        let fees = FeeSchedule::flat(rate, self.fees.money);
        let short_selling = ShortSelling { borrow_rate: 0.0, ..self.short_selling };
        RuleBook { fees, short_selling, slippage: 0.0, slippage_ticks: 0.0, ..self.clone() }
    }

    /// The market whose rules these are.
    pub fn market(&self) -> Market {
        self.market
    }

    /// The smallest quantities that can be traded today.
    pub fn lot(&self) -> Lot {
        newest(&self.lots).unwrap_or(self.no_lot)
    }

    /// The smallest quantities that could be traded on `day`: any before the market's first rule.
    pub fn lot_on(&self, day: TradeDate) -> Lot {
        in_force(&self.lots, day).map_or(self.no_lot, |row| row.value)
    }

    /// The largest single order, shares, where it is well known. A daily fill stands for several: nothing is cut to it.
    pub fn largest_order(&self) -> Option<f64> {
        self.largest_order
    }

    /// Where the symbol is listed, if it has the code of an A-share, ETF or LOF.
    pub fn listing(&self) -> Option<Listing> {
        self.listing
    }

    /// Commission per side as a fraction of the traded value, and the least for an order: those of today, where they
    /// changed over the years.
    pub fn commission(&self) -> (f64, f64) {
        self.fees.newest_commission()
    }

    /// Whether a negative target is possible.
    pub fn allows_short(&self) -> bool {
        self.short_selling.allowed
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

    /// The price limit of every bar as it was known at the bar's open: only the reference price, the open and `known`
    /// decide. For a later price of the same bar see [`PriceLimit::after`]. One per bar; ask once per series.
    pub fn limits(&self, bars: &BarSeries, known: &Known) -> Vec<PriceLimit> {
        self.limit.series(bars, known)
    }

    /// The smallest step of a price near `price` today, currency; `None` where prices have none (no rules,
    /// split-adjusted prices).
    pub fn tick(&self, price: f64) -> Option<f64> {
        self.step_near(price, newest(&self.ticks.general), newest(&self.ticks.cheap))
    }

    /// The same on `day`; `None` before there was one, too.
    fn tick_on(&self, day: TradeDate, price: f64) -> Option<f64> {
        let on = |rows: &[Dated<TickStep>]| in_force(rows, day).map(|row| row.value);
        self.step_near(price, on(&self.ticks.general), on(&self.ticks.cheap))
    }

    fn step_near(&self, price: f64, usual: Option<TickStep>, cheap: Option<TickStep>) -> Option<f64> {
        if self.basis == PriceBasis::SplitAdjusted {
            return None;
        }
        let cheap = cheap.filter(|step| step.below.is_some_and(|below| price < below));
        cheap.or(usual).map(|step| 1.0 / step.per_unit)
    }

    /// What a short position costs per year, as a fraction of its value.
    pub fn borrow_rate(&self) -> f64 {
        self.short_selling.borrow_rate
    }

    /// When shares bought on `day` may be sold. A-shares are T+1 since 1995-01-01 (year grade B, day grade C).
    pub fn settlement(&self, day: TradeDate) -> Settlement {
        match in_force(&self.settlement, day).map(|row| row.value) {
            Some(1) => Settlement::NextDay,
            _ => Settlement::SameDay,
        }
    }

    /// The price of a fill quoted at `quote` on `day`: worse by the slippage, but never beyond the day's limits. It is not
    /// rounded to the tick: it stands for the average of many partial fills, and rounding to the nearest tick would
    /// swallow every slippage below half a tick.
    pub fn fill_price(&self, day: TradeDate, side: Side, quote: f64, limit: PriceLimit) -> f64 {
        let price = self.slipped(day, side, quote);
        match limit {
            // The quote itself may lie outside by the tolerance of the limit; slippage must not move it further.
            PriceLimit::Band { up, down, .. } => price.clamp(down.min(quote), up.max(quote)),
            PriceLimit::Free | PriceLimit::Unknown => price,
        }
    }

    /// Whether fills are worse than their quotes.
    pub(crate) fn slips(&self) -> bool {
        self.slippage != 0.0 || self.slippage_ticks != 0.0
    }

    /// `quote`, worse by the slippage.
    #[inline]
    pub(crate) fn slipped(&self, day: TradeDate, side: Side, quote: f64) -> f64 {
        if !self.slips() {
            return quote;
        }
        let ticks = self.slippage_ticks * self.tick_on(day, quote).unwrap_or(0.0);
        quote * (1.0 + side.sign() * self.slippage) + side.sign() * ticks
    }

    /// Fees of one order of `shares` at `price`.
    pub fn fees(&self, date: TradeDate, side: Side, shares: f64, price: f64) -> Fees {
        let tariff = self.tariff(date);
        let bill = tariff.bill(side, shares, price);
        let [commission, stamp_duty, other] =
            [bill.commission, bill.stamp_duty, bill.other].map(|count| tariff.money.currency(count));
        Fees { commission, stamp_duty, other }
    }

    /// What orders cost on `date`.
    pub(crate) fn tariff(&self, date: TradeDate) -> Tariff {
        self.fees.on(date)
    }

    /// The days on which something changes that orders are asked for: costs, lots, settlement. In no order.
    pub(crate) fn changes(&self) -> Vec<TradeDate> {
        let mut days = self.fees.changes();
        days.extend(self.settlement.iter().map(|row| row.from));
        days.extend(self.lots.iter().map(|row| row.from));
        days
    }

    /// Money that changes hands for `shares` at `price`, before fees; to the cent where the market counts in cents.
    pub fn value(&self, shares: f64, price: f64) -> f64 {
        self.round(shares * price)
    }

    /// To the cent where the market counts in cents.
    pub(crate) fn round(&self, amount: f64) -> f64 {
        self.fees.money.currency(self.fees.money.count(amount))
    }

    /// How the market counts money.
    pub(crate) fn money(&self) -> Money {
        self.fees.money
    }

    /// The dated rules this book applies on `day`, with the day each came into force and the grade of its evidence.
    pub fn facts(&self, day: TradeDate) -> Vec<RuleFact> {
        [self.limit.fact(day)].into_iter().chain(self.fees.facts(day)).flatten().collect()
    }

    /// What a reader of the result should be told.
    pub fn notes(&self) -> Vec<RuleNote> {
        let split_adjusted = self.basis == PriceBasis::SplitAdjusted;
        let slips = self.slippage > 0.0 || self.slippage_ticks > 0.0;
        let free = self.market == Market::None && !slips && self.fees.is_free();
        let fractions = self.market != Market::None && self.lot() == Lot::Fraction;
        let ashare = self.market == Market::Ashare;
        let stock = self.listing.is_some_and(|listing| listing.board != Board::Fund);
        [
            (free, RuleNote::NoCosts),
            (split_adjusted, RuleNote::SplitAdjusted),
            (fractions, RuleNote::FractionsTraded),
            (ashare && stock, RuleNote::SpecialTreatmentUnknown),
            (self.fund_limit_assumed, RuleNote::FundLimitAssumed),
            (ashare, RuleNote::CommissionOfToday),
            (self.allows_short() && self.borrow_rate() == 0.0, RuleNote::BorrowingIsFree),
        ]
        .into_iter()
        .filter_map(|(applies, note)| applies.then_some(note))
        .collect()
    }
}

/// Shanghai's funds on STAR indexes, which have the 20 % of their shares.
const STAR_FUNDS: [&str; 2] = ["588", "589"];

/// The steps of prices by date, and those of cheap ones.
#[derive(Clone, Debug, Default)]
struct Ticks {
    general: Vec<Dated<TickStep>>,
    cheap: Vec<Dated<TickStep>>,
}

/// The experiment's own tick, else the market's.
fn tick_rows(overrides: &Overrides, lines: &[Line<TickStep>], instrument: Instrument<'_>) -> Ticks {
    if let Some(tick) = overrides.tick {
        let value = TickStep { per_unit: (1.0 / tick).round(), below: None };
        return Ticks { general: vec![Dated { from: ALWAYS, value, grade: Grade::C }], cheap: Vec::new() };
    }
    let (cheap, general): (Vec<_>, Vec<_>) =
        lines.iter().cloned().partition(|line| line.value.below.is_some());
    Ticks { general: rows(&general, instrument), cheap: rows(&cheap, instrument) }
}

/// The lots by date: the experiment's own, else the market's; none where fractions are traded.
fn lots(overrides: &Overrides, market: &[Dated<LotRow>], basis: PriceBasis) -> Vec<Dated<Lot>> {
    if overrides.allow_fraction.unwrap_or(basis == PriceBasis::SplitAdjusted) {
        return Vec::new();
    }
    if let Some(shares) = overrides.lot {
        let value = Lot::Shares { minimum: shares, step: shares };
        return vec![Dated { from: ALWAYS, value, grade: Grade::C }];
    }
    let lot = |row: &LotRow| Lot::Shares { minimum: row.minimum, step: row.step };
    market.iter().map(|row| Dated { from: row.from, value: lot(&row.value), grade: row.grade }).collect()
}

fn fee_schedule(overrides: &Overrides, built_in: &RuleTables, instrument: Instrument<'_>) -> FeeSchedule {
    let own = overrides.tables.as_ref();
    let mut commission = rows(table!(own, built_in, commission), instrument);
    if commission.is_empty() {
        let value = Commission { rate: 0.0, minimum: 0.0 };
        commission.push(Dated { from: ALWAYS, value, grade: Grade::C });
    }
    for row in &mut commission {
        // Who states a commission of 0 wants none, not 5 yuan an order.
        let minimum = if overrides.commission == Some(0.0) { 0.0 } else { row.value.minimum };
        row.value = Commission {
            rate: overrides.commission.unwrap_or(row.value.rate),
            minimum: overrides.min_commission.unwrap_or(minimum),
        };
    }
    let smallest = own.and_then(|own| own.smallest_money).or(built_in.smallest_money);
    FeeSchedule {
        commission,
        commission_stated: overrides.commission.is_some() || overrides.min_commission.is_some(),
        stamp_duty: rows(table!(own, built_in, stamp_duty), instrument),
        flat_duty: overrides.stamp_duty,
        transfer: rows(table!(own, built_in, transfer_fee), instrument),
        section_31: rows(table!(own, built_in, section_31), instrument),
        trading_activity: rows(table!(own, built_in, trading_activity), instrument),
        money: Money::of_smallest(smallest),
    }
}

#[cfg(test)]
mod tests;
