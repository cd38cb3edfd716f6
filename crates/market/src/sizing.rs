//! From a target to a quantity: how many shares an order is for, so that lots are kept and a purchase, fees included, never
//! costs more than the cash there is.

use crate::ledger::{Charged, Holding, Side};
use crate::rules::{RuleBook, Tariff};
use crate::terms::TargetUnit;

/// The direction that moves `holding` towards `target` at `price`; `None` if it is there.
pub(crate) fn side_towards(target: f64, unit: TargetUnit, holding: Holding, price: f64) -> Option<Side> {
    let wanted = wanted_shares(target, unit, holding, price);
    if wanted > holding.shares {
        Some(Side::Buy)
    } else if wanted < holding.shares {
        Some(Side::Sell)
    } else {
        None
    }
}

/// What an order meets when it is sized.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizing<'a> {
    pub rules: &'a RuleBook,
    pub tariff: &'a Tariff,
    pub side: Side,
    pub price: f64,
    pub holding: Holding,
    /// What earlier parts of the order came to.
    pub charged: Charged,
}

impl Sizing<'_> {
    /// Shares to trade towards `target`; 0 where the difference is smaller than a lot.
    pub fn shares(&self, target: f64, unit: TargetUnit) -> f64 {
        let (held, wanted) = (self.holding.shares, wanted_shares(target, unit, self.holding, self.price));
        // What takes the position to zero is traded whole, odd rest included; only what lies beyond is cut to lots.
        let (closing, beyond) = match self.side {
            Side::Buy => split(-held, wanted - held),
            Side::Sell => split(held, held - wanted),
        };
        let beyond = self.rules.lot().floor(beyond);
        match self.side {
            Side::Sell => closing + beyond,
            Side::Buy => closing + self.affordable(closing, beyond),
        }
    }

    /// Shares of the rest of an order that filled in part before; 0 where nothing of it can be traded any more. The
    /// quantity was fixed by the first part; only what takes the position to zero follows the holding.
    pub fn rest(&self, rest: f64, to_zero: bool) -> f64 {
        match self.side {
            side if to_zero => (-side.sign() * self.holding.shares).max(0.0),
            Side::Sell => self.rules.lot().floor(rest),
            Side::Buy => self.affordable(0.0, self.rules.lot().floor(rest)),
        }
    }

    /// At most `beyond` shares on top of `closing` that the cash pays for, fees included.
    fn affordable(&self, closing: f64, beyond: f64) -> f64 {
        let Sizing { rules, tariff, side, price, holding: Holding { cash, .. }, charged } = *self;
        let fees = |shares: f64| charged.fees_of_next(rules, tariff, side, shares, price).total();
        // Fees grow in proportion to the value but for their minimum and rounding: an estimate, then corrected downwards.
        let most = cash / price;
        let share_of_fees = if cash > 0.0 { fees(most) / cash } else { 0.0 };
        let mut shares = rules.lot().floor(beyond.min(most / (1.0 + share_of_fees) - closing));
        loop {
            let total = closing + shares;
            // The last bits of a sum of cents are no money that is missing.
            let missing = rules.round(rules.value(total, price) + fees(total) - cash);
            if shares <= 0.0 || missing <= 0.0 {
                return shares.max(0.0);
            }
            shares = rules.lot().reduce(shares, missing / price);
        }
    }
}

/// Part of an order of `shares` that closes an opposite position of `open` shares, and the part beyond. A partial close
/// counts as beyond: it is cut to lots like any order.
fn split(open: f64, shares: f64) -> (f64, f64) {
    if open > 0.0 && shares >= open { (open, shares - open) } else { (0.0, shares) }
}

/// Shares that a target means at `price`. Nothing can be held against equity that is used up.
fn wanted_shares(target: f64, unit: TargetUnit, holding: Holding, price: f64) -> f64 {
    if target == 0.0 {
        return 0.0;
    }
    match unit {
        TargetUnit::Equity => target * (holding.cash + holding.shares * price).max(0.0) / price,
        TargetUnit::Shares(shares) => target * shares,
    }
}
