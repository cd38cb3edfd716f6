//! Prices that can be compared over dividends and splits. A factor f turns the raw price of a day into an adjusted one;
//! only ratios of factors mean anything, so each reader chooses where the factor is 1:
//!
//! - hfq (back-adjusted): 1 on the first stored bar. Nothing moves when a later dividend arrives; networks see these.
//! - qfq (forward-adjusted): 1 on the last bar of the window that is looked at. The last price is the quoted one; every
//!   later dividend moves all prices, so these are for looking at, never for keeping.
//!
//! A factor is published by a vendor, computed from dividends and splits, or rebuilt from the exchange's reference
//! prices. All three are f(t)/f(t−1) = close(t−1) / reference(t).

use crate::date::TradeDate;
use serde::{Deserialize, Serialize};

/// Raw prices × f(t)/`base`, where `base` is the factor of the day on which adjusted and raw prices are equal (or 1, as
/// vendors do who publish factors). `price` and `factor` have one length.
pub fn adjusted(price: &[f64], factor: &[f64], base: f64) -> Vec<f64> {
    // f / base first: on the base day the price then stays what it is, to the bit.
    price.iter().zip(factor).map(|(price, f)| price * (f / base)).collect()
}

/// Raw prices × f(t)/f(first): back-adjusted to the first bar given.
pub fn hfq(price: &[f64], factor: &[f64]) -> Vec<f64> {
    adjusted(price, factor, factor.first().copied().unwrap_or(1.0))
}

/// Raw prices × f(t)/f(last): forward-adjusted to the last bar given.
pub fn qfq(price: &[f64], factor: &[f64]) -> Vec<f64> {
    adjusted(price, factor, factor.last().copied().unwrap_or(1.0))
}

/// Raw prices back from adjusted ones: the inverse of [`adjusted`].
pub fn unadjusted(price: &[f64], factor: &[f64], base: f64) -> Vec<f64> {
    price.iter().zip(factor).map(|(price, f)| price / (f / base)).collect()
}

/// The factor of each of `dates`, from a table with dates of its own (`known` and `factor`, ascending, one length). A
/// day without one takes the last before it; days before the first known take the first. 1 where nothing is known.
pub fn factor_on(dates: &[TradeDate], known: &[TradeDate], factor: &[f64]) -> Vec<f64> {
    let Some(&first) = factor.first() else { return vec![1.0; dates.len()] };
    let (mut next, mut current) = (0, first);
    let mut found = Vec::with_capacity(dates.len());
    for date in dates {
        while known.get(next).is_some_and(|day| day <= date) {
            current = factor[next];
            next += 1;
        }
        found.push(current);
    }
    found
}

/// What one old share is entitled to from an ex-day on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExDay {
    /// First day without the entitlement. Where it is no trading day, the next bar is the one that drops.
    pub date: TradeDate,
    /// Cash before tax, currency per old share.
    pub cash: f64,
    /// New shares for each old one without payment: bonus and transfer, or split ratio − 1 (negative for a reverse
    /// split).
    pub new_shares: f64,
    /// Shares that may be bought for each old one.
    pub rights: f64,
    /// What a right costs, currency per share.
    pub rights_price: f64,
}

impl ExDay {
    /// A cash dividend per old share.
    pub fn dividend(date: TradeDate, cash: f64) -> ExDay {
        ExDay { date, cash, new_shares: 0.0, rights: 0.0, rights_price: 0.0 }
    }

    /// `ratio` new shares for each old one.
    pub fn split(date: TradeDate, ratio: f64) -> ExDay {
        ExDay { new_shares: ratio - 1.0, ..ExDay::dividend(date, 0.0) }
    }

    /// What a share that closed at `close_before` is worth on the ex-day, before rounding to the tick:
    /// (C − D + n·p) / (1 + b + n). Source: SZSE trading rules 4.4.2 (2023), SSE 4.3. Without rights and new shares it
    /// is the close less the dividend, as US exchanges and data vendors do it.
    pub fn reference(&self, close_before: f64) -> f64 {
        (close_before - self.cash + self.rights * self.rights_price) / (1.0 + self.new_shares + self.rights)
    }
}

/// Why ex-days give no factor.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AdjustmentError {
    /// The reference price is not positive.
    #[error(
        "ex-day {date}: expected a reference price above 0, found {reference} after a close of {close_before}; check \
         the dividend and ratio of that day"
    )]
    Reference {
        /// The ex-day.
        date: TradeDate,
        /// Close of the bar before.
        close_before: f64,
        /// What the formula gives.
        reference: f64,
    },
}

/// f(t)/f(first) from ex-days, ascending by date: f(t)/f(t−1) = close(t−1) / reference, with the reference of
/// [`ExDay::reference`], unrounded. Ex-days up to the first bar have no effect; several between two bars follow each
/// other. `date` ascends and has the length of `close`.
///
/// # Errors
/// [`AdjustmentError::Reference`] for a dividend as large as the price, or a ratio of zero or below.
pub fn factor_from_ex_days(
    date: &[TradeDate],
    close: &[f64],
    ex_days: &[ExDay],
) -> Result<Vec<f64>, AdjustmentError> {
    let mut factor = vec![1.0; close.len()];
    let Some(first) = date.first() else { return Ok(factor) };
    let mut pending = ex_days.iter().skip_while(|day| day.date <= *first).peekable();
    for t in 1..close.len() {
        let mut price = close[t - 1];
        while let Some(day) = pending.next_if(|day| day.date <= date[t]) {
            let reference = day.reference(price);
            if !(reference > 0.0 && reference.is_finite()) {
                return Err(AdjustmentError::Reference { date: day.date, close_before: price, reference });
            }
            price = reference;
        }
        factor[t] = factor[t - 1] * (close[t - 1] / price);
    }
    Ok(factor)
}

/// f(t)/f(first) rebuilt from the exchange's reference prices: f(t)/f(t−1) = close(t−1)/pre_close(t). A bar whose
/// `pre_close` is not a positive number carries the factor over.
///
/// Two things it cannot know. On the day a share resumed after its reform (2005 to 2018) the exchange did not adjust the
/// reference although holders got shares; and where bars are missing, the reference speaks of a close that is not there. A
/// rise over missing bars could be told from an ex-day and a fall could not: both are taken up by the factor alike, as
/// vendors do, since carrying only the rises over would flatter whoever holds the stock. Both are findings of the audit,
/// not guesses here.
pub fn factor_from_pre_close(close: &[f64], pre_close: &[f64]) -> Vec<f64> {
    let mut factor = vec![1.0; close.len()];
    for t in 1..close.len() {
        let known = pre_close[t] > 0.0;
        factor[t] = if known { factor[t - 1] * close[t - 1] / pre_close[t] } else { factor[t - 1] };
    }
    factor
}

/// A bar on which two factors move differently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FactorStep {
    /// Index of the bar.
    pub index: usize,
    /// close(t−1)/pre_close(t): what the exchange's reference says.
    pub by_reference: f64,
    /// f(t)/f(t−1) of the factor examined.
    pub by_factor: f64,
}

/// How far the two may differ: a reference is rounded to the tick of 0.01 and factors are published with three
/// decimals, which together stay below this on every ordinary ex-day of 36 stocks over 25 years.
const SAME_STEP: f64 = 0.002;
/// Half a tick of 0.01, with room for its representation.
pub(crate) const ROUNDED_BY: f64 = 0.006;

/// Whether two prices of an ex-day are one but for rounding: of the reference to the tick, of the factor to its decimals.
pub(crate) fn same_price(one: f64, other: f64) -> bool {
    (one - other).abs() <= ROUNDED_BY.max(SAME_STEP * other)
}

/// Bars on which `factor` and the reference prices disagree by more than rounding (0.2 %, or half a tick of a cheap
/// share). All columns have one length.
pub fn factor_disagreements(close: &[f64], pre_close: &[f64], factor: &[f64]) -> Vec<FactorStep> {
    let step = |t: usize| FactorStep {
        index: t,
        by_reference: close[t - 1] / pre_close[t],
        by_factor: factor[t] / factor[t - 1],
    };
    (1..close.len())
        .filter(|&t| pre_close[t] > 0.0)
        .map(step)
        .filter(|step| {
            let by_factor = close[step.index - 1] / step.by_factor;
            !same_price(by_factor, pre_close[step.index])
        })
        .collect()
}

#[cfg(test)]
mod tests;
