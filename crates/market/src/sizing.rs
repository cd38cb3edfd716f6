//! From a target to a quantity: how many shares an order is for, so that lots are kept and a purchase, fees included, never
//! costs more than the cash there is.

use crate::ledger::Side;
use crate::rules::{Bill, Lot, Tariff};
use crate::terms::TargetUnit;

/// The direction that moves `held` shares towards `wanted`; `None` if they are there.
#[inline(always)]
pub(crate) fn side_towards(wanted: f64, held: f64) -> Option<Side> {
    if wanted > held {
        Some(Side::Buy)
    } else if wanted < held {
        Some(Side::Sell)
    } else {
        None
    }
}

/// Shares that a target means at `price` to who has `cash` and `held` shares, price and cash counted alike. Nothing can be
/// held against equity that is used up.
#[inline(always)]
pub(crate) fn wanted_shares(target: f64, unit: TargetUnit, cash: f64, held: f64, price: f64) -> f64 {
    if target == 0.0 {
        return 0.0;
    }
    match unit {
        TargetUnit::Equity => {
            let equity = cash + held * price;
            if equity > 0.0 { target * equity / price } else { 0.0 }
        }
        TargetUnit::Shares(shares) => target * shares,
    }
}

/// What an order meets when it is sized.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizing<'a> {
    pub tariff: &'a Tariff,
    pub lot: Lot,
    pub side: Side,
    pub price: f64,
    /// Count of money.
    pub cash: f64,
    pub held: f64,
}

/// A quantity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sized {
    /// 0 where not even the smallest order can be traded.
    pub shares: f64,
    /// Shares that were wanted besides, before they are cut to lots.
    pub missed: f64,
}

impl Sizing<'_> {
    /// What to trade towards `wanted` shares.
    #[inline(always)]
    pub fn towards(self, wanted: f64) -> Sized {
        // What takes the position to zero is traded whole, odd rest included; only what lies beyond is cut to lots.
        let (closing, beyond) = match self.side {
            Side::Buy => split(-self.held, wanted - self.held),
            Side::Sell => split(self.held, self.held - wanted),
        };
        self.sized(closing, beyond)
    }

    /// What to trade of the rest of an order that filled in part before. The quantity was fixed by the first part; only
    /// what takes the position to zero follows the holding.
    pub fn rest(self, rest: f64, to_zero: bool) -> Sized {
        match self.side {
            side if to_zero => self.sized((-side.sign() * self.held).max(0.0), 0.0),
            _ => self.sized(0.0, rest),
        }
    }

    #[inline(always)]
    fn sized(self, closing: f64, beyond: f64) -> Sized {
        match self.side {
            Side::Sell => {
                let cut = if beyond > 0.0 { self.lot.floor(beyond) } else { 0.0 };
                Sized { shares: closing + cut, missed: beyond - cut }
            }
            Side::Buy => self.affordable(closing, beyond),
        }
    }

    /// `closing` shares and at most `beyond` on top of them that the cash pays for, fees included. What closes a short
    /// position is bought whatever it costs.
    #[inline(always)]
    fn affordable(self, closing: f64, beyond: f64) -> Sized {
        let most = self.tariff.at_most_affordable(self.cash, self.price) - closing;
        let mut shares = self.lot.floor(if most < beyond { most } else { beyond });
        loop {
            let bill = self.tariff.bill(self.side, closing + shares, self.price);
            // Of counts an exact difference.
            let missing = bill.value + bill.fees() - self.cash;
            if shares <= 0.0 || missing <= 0.0 {
                return Sized { shares: closing + shares, missed: beyond - shares };
            }
            let too_many = match self.lot {
                Lot::Fraction => self.tariff.money.currency(missing) / self.price,
                Lot::Shares { .. } => self.tariff.too_many_by(missing, self.price),
            };
            let fewer = self.lot.reduce(shares, too_many);
            // Of more shares than a double counts one by one there are no fewer: then none.
            shares = if fewer < shares { fewer } else { 0.0 };
        }
    }
}

/// Part of an order of `shares` that closes an opposite position of `open` shares, and the part beyond. A partial close
/// counts as beyond: it is cut to lots like any order. What [`Lot::floor`] takes for the whole position is the whole.
#[inline(always)]
fn split(open: f64, shares: f64) -> (f64, f64) {
    const NEARLY: f64 = 1.0 - 1e-9;
    if open > 0.0 && shares >= open * NEARLY { (open, shares - open) } else { (0.0, shares) }
}

/// Whether the account can pay what a trade costs: a small sale may bring less than its fees.
#[inline(always)]
pub(crate) fn is_paid_for(bill: &Bill, side: Side, cash: f64) -> bool {
    side == Side::Buy || bill.fees() <= bill.value || bill.fees() <= cash + bill.value
}
