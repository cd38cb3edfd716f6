//! What an order costs: commission, stamp duty and the rest, each rounded as it is billed.

use super::dated::{ALWAYS, Dated, fact, in_force, newest};
use super::{DatedRule, Grade, RuleFact};
use crate::date::TradeDate;
use crate::ledger::Side;
use crate::money::Money;

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
    pub money: Money,
}

impl FeeSchedule {
    /// `rate` of the value on both sides, whatever the date, and nothing else.
    pub fn flat(rate: f64, money: Money) -> FeeSchedule {
        let value = Commission { rate, minimum: 0.0 };
        FeeSchedule {
            commission: vec![Dated { from: ALWAYS, value, grade: Grade::C }],
            commission_stated: true,
            stamp_duty: Vec::new(),
            flat_duty: None,
            transfer: Vec::new(),
            section_31: Vec::new(),
            trading_activity: Vec::new(),
            money,
        }
    }

    /// The rates of `date`.
    pub fn on(&self, date: TradeDate) -> Tariff {
        let levy = |rows: &[Dated<Levy>]| in_force(rows, date).map(|row| row.value);
        let commission = in_force(&self.commission, date).map(|row| row.value);
        let duty = match self.flat_duty {
            Some(sell) => Some(Levy { buy: 0.0, sell, per: Per::Value, most: None, upwards: false }),
            None => levy(&self.stamp_duty),
        };
        let other = [&self.transfer, &self.section_31, &self.trading_activity].map(|rows| levy(rows));
        let of = |side| Rates::new(self.money, side, commission, duty, other);
        Tariff { buy: of(Side::Buy), sell: of(Side::Sell), money: self.money }
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
}

/// What an order costs on one day, made ready to be asked often. Money is [counted](Money).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tariff {
    buy: Rates,
    sell: Rates,
    pub money: Money,
}

/// What a trade comes to, counts of money.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Bill {
    pub value: f64,
    pub commission: f64,
    pub stamp_duty: f64,
    pub other: f64,
}

impl Bill {
    /// Commission, duty and other fees.
    #[inline]
    pub fn fees(&self) -> f64 {
        self.commission + self.stamp_duty + self.other
    }
}

impl Tariff {
    /// What `shares` at `price` come to.
    #[inline(always)]
    pub fn bill(&self, side: Side, shares: f64, price: f64) -> Bill {
        let (rates, money) = (self.of(side), self.money);
        let value = money.round(shares * price * money.steps());
        let charged = |charge: &Charge| {
            let amount = charge.amount(value, shares);
            if charge.upwards { money.round_up(amount) } else { money.round(amount) }
        };
        let (commission, least) = (value * rates.commission, rates.minimum);
        let mut other = 0.0;
        for charge in &rates.other[..rates.others] {
            other += charged(charge);
        }
        Bill {
            value,
            commission: money.round(if commission > least { commission } else { least }),
            stamp_duty: charged(&rates.duty),
            other,
        }
    }

    /// Shares at `price` that `cash` (a count) pays for, fees included: never too few, perhaps a little too many.
    #[inline]
    pub fn at_most_affordable(&self, cash: f64, price: f64) -> f64 {
        let rates = &self.buy;
        let amounts_rounded = 3.0 + rates.others as f64;
        let saved_by_rounding = amounts_rounded * self.money.most_saved();
        (cash + saved_by_rounding)
            / (price * self.money.steps() * (1.0 + rates.least_of_value) + rates.least_of_shares)
    }

    /// By how many shares at `price` a purchase that misses `missing` of the cash is too large: never said too many, where a
    /// share costs a count or more.
    pub fn too_many_by(&self, missing: f64, price: f64) -> f64 {
        let (rates, price) = (&self.buy, price * self.money.steps());
        let amounts = 3.0 + rates.others as f64;
        // Rounding may make every amount more, and those of the right purchase less.
        let by_rounding = if price >= 1.0 { 2.0 * amounts * self.money.most_saved() } else { 0.0 };
        (missing - by_rounding).max(0.0) / (price * (1.0 + rates.most_of_value) + rates.most_of_shares)
    }

    #[inline]
    fn of(&self, side: Side) -> &Rates {
        match side {
            Side::Buy => &self.buy,
            Side::Sell => &self.sell,
        }
    }
}

/// What one side of a trade costs.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rates {
    /// Broker's share of the value, and its least count.
    commission: f64,
    minimum: f64,
    duty: Charge,
    other: [Charge; 3],
    /// How many of `other` there are.
    others: usize,
    /// What all of it comes to at least: of the value, and counts a share.
    least_of_value: f64,
    least_of_shares: f64,
    /// And at most.
    most_of_value: f64,
    most_of_shares: f64,
}

impl Rates {
    fn new(
        money: Money,
        side: Side,
        commission: Option<Commission>,
        duty: Option<Levy>,
        other: [Option<Levy>; 3],
    ) -> Rates {
        let commission = commission.unwrap_or(Commission { rate: 0.0, minimum: 0.0 });
        let duty = duty.map_or(Charge::NOTHING, |levy| Charge::of(levy, side, money));
        let charges = other.into_iter().flatten().map(|levy| Charge::of(levy, side, money));
        let (mut other, mut others) = ([Charge::NOTHING; 3], 0);
        for charge in charges.filter(|charge| *charge != Charge::NOTHING) {
            other[others] = charge;
            others += 1;
        }
        // A charge with a cap may come to nearly nothing of a large trade.
        let all = || [duty].into_iter().chain(other);
        let uncapped = || all().filter(|charge| charge.most == f64::INFINITY);
        Rates {
            commission: commission.rate,
            minimum: commission.minimum * money.steps(),
            duty,
            other,
            others,
            least_of_value: commission.rate + uncapped().map(|charge| charge.of_value).sum::<f64>(),
            least_of_shares: uncapped().map(|charge| charge.of_shares).sum(),
            most_of_value: commission.rate + all().map(|charge| charge.of_value).sum::<f64>(),
            most_of_shares: all().map(|charge| charge.of_shares).sum(),
        }
    }
}

/// A tax or fee of one side, its rates made ready.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Charge {
    /// Of the value.
    of_value: f64,
    /// Counts a share.
    of_shares: f64,
    /// Most for one order, counts.
    most: f64,
    upwards: bool,
}

impl Charge {
    const NOTHING: Charge = Charge { of_value: 0.0, of_shares: 0.0, most: f64::INFINITY, upwards: false };

    fn of(levy: Levy, side: Side, money: Money) -> Charge {
        let rate = match side {
            Side::Buy => levy.buy,
            Side::Sell => levy.sell,
        };
        if rate == 0.0 {
            return Charge::NOTHING;
        }
        let (of_value, of_shares) = match levy.per {
            Per::Value => (rate, 0.0),
            Per::Million => (rate / 1e6, 0.0),
            Per::Share => (0.0, rate * money.steps()),
        };
        let most = levy.most.map_or(f64::INFINITY, |most| most * money.steps());
        Charge { of_value, of_shares, most, upwards: levy.upwards }
    }

    /// Before rounding.
    #[inline(always)]
    fn amount(&self, value: f64, shares: f64) -> f64 {
        let amount = value * self.of_value + shares * self.of_shares;
        if amount < self.most { amount } else { self.most }
    }
}
