//! The limits of one series, asked bar by bar.

use super::free_days::NewListing;
use super::{LimitRule, PriceLimit, reference_price};
use crate::bars::{BarSeries, PriceBasis};
use crate::known::Known;
use crate::rules::RuleBook;

/// The limits of one series. A limit takes long to work out and hardly ever matters, so that prices far from any are told
/// apart first.
#[derive(Clone, Debug)]
pub(crate) struct Limits<'a> {
    rule: &'a LimitRule,
    bars: &'a BarSeries,
    known: Known,
    new: Option<NewListing>,
    /// A price nearer to the reference than this share of it, less `ticks`, is inside every computed limit.
    inside: f64,
    /// Currency.
    ticks: f64,
    /// Bars from this one on are judged by `inside`.
    settled_from: usize,
}

impl<'a> Limits<'a> {
    pub fn new(rules: &'a RuleBook, bars: &'a BarSeries, known: &Known) -> Limits<'a> {
        let rule = &rules.limit;
        let new = rule.new_listing(bars, known);
        let settled_from = match (known.limits.is_empty(), new) {
            (false, _) => bars.len(),
            (true, Some(new)) => new.end(),
            (true, None) => 0,
        };
        let (inside, ticks) = rule.narrowest();
        Limits { rule, bars, known: known.clone(), new, inside, ticks, settled_from }
    }

    /// A price nearer to the reference than that share of it, less that much, is inside every limit from bar
    /// [`Limits::settled_from`] on; `None` where there are no limits.
    pub fn inside(&self) -> Option<(f64, f64)> {
        self.inside.is_finite().then_some((self.inside, self.ticks))
    }

    /// Bars from this one on need no more than [`Limits::inside`].
    pub fn settled_from(&self) -> usize {
        self.settled_from
    }

    /// The limit of bar `i` as known at its open.
    #[cold]
    pub fn of(&self, i: usize) -> PriceLimit {
        self.rule.on(self.bars, &self.known, self.new, i)
    }

    /// Whether `price` of bar `i` is certainly neither at nor beyond a limit, whatever holds that day.
    #[inline(always)]
    pub fn is_well_inside(&self, i: usize, price: f64) -> bool {
        let near = |reference: f64| (price - reference).abs() < reference * self.inside - self.ticks;
        i >= self.settled_from && reference_price(self.bars, i).is_some_and(near)
    }
}

impl LimitRule {
    /// Share of the reference and currency such that every limit lies further away than the share less the currency.
    fn narrowest(&self) -> (f64, f64) {
        if self.usual.is_empty() {
            return (f64::INFINITY, 0.0);
        }
        let rates = [&self.usual, &self.special_treatment, &self.unreformed];
        let usual = rates.into_iter().flatten().map(|row| row.value);
        let percent = usual.chain(self.delisting.iter().map(|row| row.value.percent)).min().unwrap_or(0);
        let tolerance = self.tolerance.iter().map(|row| row.value.percent).fold(0.0, f64::max);
        // A limit is of a reference rounded by half a tick (as much again by a rate of 100 %), itself rounded by up to one
        // tick, and a price half a tick before it is at it.
        let largest_tick = self.tick.iter().map(|row| 1.0 / row.value.per_unit).fold(0.01, f64::max);
        let slack = match self.basis {
            PriceBasis::Raw => 0.0,
            PriceBasis::SplitAdjusted => 0.001,
        };
        ((percent as f64 - tolerance) / 100.0 - slack - 1e-9, 2.5 * largest_tick)
    }
}
