//! The bars of one symbol with everything that a backtest asks of them again and again, computed once: a search that
//! trades a thousand signals on one series pays for limits, quotes and ex-days once.

use crate::bars::BarSeries;
use crate::known::Known;
use crate::rules::{PriceLimit, RuleBook};

/// Bars ready to be traded on. Cheap to share; nothing in it changes.
#[derive(Clone, Debug)]
pub struct Tape<'a> {
    pub(crate) bars: &'a BarSeries,
    pub(crate) rules: &'a RuleBook,
    /// What limits the prices of each bar.
    pub(crate) limits: Vec<PriceLimit>,
}

impl<'a> Tape<'a> {
    /// Of `bars`, traded by `rules`, with what else is `known` of the stock.
    pub fn new(bars: &'a BarSeries, rules: &'a RuleBook, known: &Known) -> Tape<'a> {
        Tape { bars, rules, limits: rules.limits(bars, known) }
    }

    /// The bars.
    pub fn bars(&self) -> &'a BarSeries {
        self.bars
    }

    /// The rules they are traded by.
    pub fn rules(&self) -> &'a RuleBook {
        self.rules
    }

    /// What limits the prices of each bar, one per bar.
    pub fn limits(&self) -> &[PriceLimit] {
        &self.limits
    }
}
