//! What an order costs: commission, stamp duty and the rest, each rounded as it is billed.

use super::dated::{ALWAYS, Dated, fact, in_force, newest};
use super::whole::floor;
use super::{DatedRule, Grade, RuleFact};
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Commission {
    pub rate: f64,
    pub minimum: f64,
}

/// What a rate is multiplied with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    /// The traded value.
    Value,
    /// Millions of the traded value.
    Million,
    /// The number of shares.
    Share,
}

/// A tax or fee of one order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Levy {
    pub buy: f64,
    pub sell: f64,
    pub per: Per,
    /// Most for one order, currency.
    pub most: Option<f64>,
    /// Billed up to the next smallest money instead of half up.
    pub upwards: bool,
}

impl Levy {
    /// Before rounding.
    fn amount(&self, side: Side, value: f64, shares: f64) -> f64 {
        let rate = match side {
            Side::Buy => self.buy,
            Side::Sell => self.sell,
        };
        let amount = match self.per {
            Per::Value => value * rate,
            Per::Million => value * rate / 1e6,
            Per::Share => shares * rate,
        };
        self.most.map_or(amount, |most| amount.min(most))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct FeeSchedule {
    pub commission: Vec<Dated<Commission>>,
    /// The rates above are the experiment's and no dated facts.
    pub commission_stated: bool,
    pub stamp_duty: Vec<Dated<Levy>>,
    /// The experiment's own rate of sales, whatever the date.
    pub flat_duty: Option<f64>,
    pub transfer: Vec<Dated<Levy>>,
    pub section_31: Vec<Dated<Levy>>,
    pub trading_activity: Vec<Dated<Levy>>,
    /// Smallest amounts of money in one unit of currency; `None` where nothing is rounded.
    pub money_steps: Option<f64>,
}

impl FeeSchedule {
    /// `rate` of the value on both sides, whatever the date, and nothing else.
    pub fn flat(rate: f64, money_steps: Option<f64>) -> FeeSchedule {
        let value = Commission { rate, minimum: 0.0 };
        FeeSchedule {
            commission: vec![Dated { from: ALWAYS, value, grade: Grade::C }],
            commission_stated: true,
            stamp_duty: Vec::new(),
            flat_duty: None,
            transfer: Vec::new(),
            section_31: Vec::new(),
            trading_activity: Vec::new(),
            money_steps,
        }
    }

    /// The rates of `date`.
    pub fn on(&self, date: TradeDate) -> Tariff {
        let levy = |rows: &[Dated<Levy>]| in_force(rows, date).map(|row| row.value);
        Tariff {
            commission: in_force(&self.commission, date).map(|row| row.value),
            stamp_duty: levy(&self.stamp_duty),
            flat_duty: self.flat_duty,
            other: [&self.transfer, &self.section_31, &self.trading_activity].map(|rows| levy(rows)),
            money_steps: self.money_steps,
        }
    }

    /// The days on which a rate changes.
    pub fn changes(&self) -> Vec<TradeDate> {
        let levies = [&self.stamp_duty, &self.transfer, &self.section_31, &self.trading_activity];
        let levied = levies.into_iter().flatten().map(|row| row.from);
        let mut days: Vec<TradeDate> = self.commission.iter().map(|row| row.from).chain(levied).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// Rate and minimum of today.
    pub fn newest_commission(&self) -> (f64, f64) {
        newest(&self.commission).map_or((0.0, 0.0), |row| (row.rate, row.minimum))
    }

    /// Whether no order ever costs anything.
    pub fn is_free(&self) -> bool {
        let levies = [&self.stamp_duty, &self.transfer, &self.section_31, &self.trading_activity];
        let free = |row: &Dated<Levy>| row.value.buy == 0.0 && row.value.sell == 0.0;
        let duty_free = |rows: &[Dated<Levy>]| rows.iter().all(free);
        self.commission.iter().all(|row| row.value.rate == 0.0 && row.value.minimum == 0.0)
            && self.flat_duty.unwrap_or(0.0) == 0.0
            && levies.into_iter().skip(usize::from(self.flat_duty.is_some())).all(|rows| duty_free(rows))
    }

    /// The dated fees in force on `day`.
    pub fn facts(&self, day: TradeDate) -> [Option<RuleFact>; 5] {
        let commission = |row: &Commission| DatedRule::Commission { rate: row.rate, minimum: row.minimum };
        let changes = self.commission.len() > 1 && !self.commission_stated;
        let duty = |levy: &Levy| DatedRule::StampDuty { buy: levy.buy, sell: levy.sell };
        let transfer =
            |levy: &Levy| DatedRule::TransferFee { rate: levy.buy, of_face: levy.per == Per::Share };
        let section_31 = |levy: &Levy| DatedRule::Section31 { per_million: levy.sell };
        let activity = |levy: &Levy| DatedRule::TradingActivity {
            per_share: levy.sell,
            cap: levy.most.unwrap_or(f64::MAX),
        };
        [
            changes.then(|| fact(&self.commission, day, commission)).flatten(),
            self.flat_duty.is_none().then(|| fact(&self.stamp_duty, day, duty)).flatten(),
            fact(&self.transfer, day, transfer),
            fact(&self.section_31, day, section_31),
            fact(&self.trading_activity, day, activity),
        ]
    }

    /// Half up to the smallest money, where the market has one.
    pub fn round(&self, money: f64) -> f64 {
        round(money, self.money_steps)
    }
}

/// What an order costs on one day. Looked up once for all questions about that day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tariff {
    commission: Option<Commission>,
    stamp_duty: Option<Levy>,
    flat_duty: Option<f64>,
    other: [Option<Levy>; 3],
    money_steps: Option<f64>,
}

impl Tariff {
    /// Fees of one order of `shares` worth `value`.
    pub fn charge(&self, side: Side, value: f64, shares: f64) -> Fees {
        let duty = match (self.flat_duty, side) {
            (Some(rate), Side::Sell) => round(value * rate, self.money_steps),
            (Some(_), Side::Buy) => 0.0,
            (None, side) => self.levied(self.stamp_duty.as_ref(), side, value, shares),
        };
        let other = self.other.iter().map(|levy| self.levied(levy.as_ref(), side, value, shares)).sum();
        Fees { commission: self.commission_on(value), stamp_duty: duty, other }
    }

    /// The broker's share of an order of `value`.
    pub fn commission_on(&self, value: f64) -> f64 {
        self.commission.map_or(0.0, |of| round((value * of.rate).max(of.minimum), self.money_steps))
    }

    fn levied(&self, levy: Option<&Levy>, side: Side, value: f64, shares: f64) -> f64 {
        levy.map_or(0.0, |levy| {
            let amount = levy.amount(side, value, shares);
            let rounded = if levy.upwards { round_up } else { round };
            rounded(amount, self.money_steps)
        })
    }
}

/// Half up to the smallest money.
fn round(money: f64, steps: Option<f64>) -> f64 {
    // Half a cent that arrives as 0.4999999 from binary arithmetic is still half a cent.
    steps.map_or(money, |steps| floor(money * steps + 0.5 + 1e-6) / steps)
}

/// Up to the next smallest money.
fn round_up(money: f64, steps: Option<f64>) -> f64 {
    // Adding zero turns the -0 of a rounded-up nothing into 0.
    steps.map_or(money, |steps| -floor(1e-6 - money * steps) / steps + 0.0)
}
