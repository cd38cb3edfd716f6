//! From a target weight to a quantity: how many shares an order is for, so that lots are kept and a purchase, fees
//! included, never costs more than the cash there is.

use crate::date::TradeDate;
use crate::ledger::{Holding, Side};
use crate::rules::RuleBook;

/// The direction that moves `holding` towards weight `target` at `price`; `None` if it is there.
pub(crate) fn side_towards(target: f64, holding: Holding, price: f64) -> Option<Side> {
    let wanted = wanted_shares(target, holding, price);
    if wanted > holding.shares {
        Some(Side::Buy)
    } else if wanted < holding.shares {
        Some(Side::Sell)
    } else {
        None
    }
}

/// Shares to trade on `side` at `price`; 0 where the difference is smaller than a lot.
pub(crate) fn order_shares(
    rules: &RuleBook,
    date: TradeDate,
    target: f64,
    side: Side,
    holding: Holding,
    price: f64,
) -> f64 {
    let wanted = wanted_shares(target, holding, price);
    // What takes the position to zero is traded whole, odd rest included; only what lies beyond is cut to lots.
    let (closing, beyond) = match side {
        Side::Buy => split(-holding.shares, wanted - holding.shares),
        Side::Sell => split(holding.shares, holding.shares - wanted),
    };
    let beyond = rules.lot().floor(beyond);
    match side {
        Side::Sell => closing + beyond,
        Side::Buy => closing + affordable(rules, date, closing, beyond, holding.cash, price),
    }
}

/// Part of an order of `shares` that closes an opposite position of `open` shares, and the part beyond. A partial close
/// counts as beyond: it is cut to lots like any order.
fn split(open: f64, shares: f64) -> (f64, f64) {
    if open > 0.0 && shares >= open { (open, shares - open) } else { (0.0, shares) }
}

/// Shares worth `target` of the equity at `price`. Nothing can be held against equity that is used up.
fn wanted_shares(target: f64, holding: Holding, price: f64) -> f64 {
    if target == 0.0 {
        return 0.0;
    }
    let equity = (holding.cash + holding.shares * price).max(0.0);
    target * equity / price
}

/// At most `beyond` shares on top of `closing` that `cash` pays for, fees included.
fn affordable(rules: &RuleBook, date: TradeDate, closing: f64, beyond: f64, cash: f64, price: f64) -> f64 {
    let fees = |shares: f64| rules.fees(date, Side::Buy, shares, price).total();
    // Fees grow in proportion to the value but for their minimum and rounding: an estimate, then corrected downwards.
    let most = cash / price;
    let share_of_fees = if cash > 0.0 { fees(most) / cash } else { 0.0 };
    let mut shares = rules.lot().floor(beyond.min(most / (1.0 + share_of_fees) - closing));
    loop {
        let total = closing + shares;
        let missing = rules.value(total, price) + fees(total) - cash;
        if shares <= 0.0 || missing <= 0.0 {
            return shares.max(0.0);
        }
        shares = rules.lot().reduce(shares, missing / price);
    }
}
