//! What is known of a stock besides its bars. All of it is optional: with [`Known::default`] nothing is known, and the
//! rules fall back on what the bars themselves show.

use crate::adjustment::ExDay;
use crate::date::TradeDate;
use crate::rules::PriceLimit;
use serde::{Deserialize, Serialize};

/// What is known of one stock besides its bars. Lists ascend by date.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Known {
    /// First trading day.
    pub listed: Option<TradeDate>,
    /// Day of delisting: the first without trading.
    pub delisted: Option<TradeDate>,
    /// What the stock stood under, each from its day until the next one's. Empty: unknown, which is taken as nothing.
    pub standings: Vec<Standing>,
    /// Limits that the exchange published, sentinels for "none" already turned into [`PriceLimit::Free`].
    pub limits: Vec<(TradeDate, PriceLimit)>,
    /// Dividends, splits and rights. Empty: only the adjustment factor is known.
    pub ex_days: Vec<ExDay>,
    /// Whole days without trading.
    pub suspended: Vec<TradeDate>,
    /// What a share cost at the initial offering, currency.
    pub issue_price: Option<f64>,
}

/// What a stock stands under from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// First day.
    pub from: TradeDate,
    /// ST or *ST: in special treatment.
    pub special_treatment: bool,
    /// The company has not yet reformed its share structure (names beginning with S since 2006-10).
    pub unreformed: bool,
    /// In the last trading days before the delisting.
    pub delisting_period: bool,
}

impl Known {
    /// What the stock stood under on `day`; `None` where nothing is known of it.
    pub fn standing(&self, day: TradeDate) -> Option<Standing> {
        let so_far = self.standings.partition_point(|standing| standing.from <= day);
        so_far.checked_sub(1).map(|last| self.standings[last])
    }

    /// What is about days from `first` to `last`, both included, and what stood on `first`: for a series that was cut to
    /// these days. The day of a delisting after `last` is left out, since the series does not end with it.
    pub fn between(mut self, first: TradeDate, last: TradeDate) -> Known {
        let inside = |day: TradeDate| (first..=last).contains(&day);
        let standing_before =
            self.standings.partition_point(|standing| standing.from <= first).saturating_sub(1);
        self.standings.drain(..standing_before);
        self.standings.retain(|standing| standing.from <= last);
        self.limits.retain(|(day, _)| inside(*day));
        self.ex_days.retain(|event| inside(event.date));
        self.suspended.retain(|day| inside(*day));
        self.delisted = self.delisted.filter(|day| *day <= last);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_to_some_days_only_what_is_about_them_is_left() {
        let day = |d| TradeDate::literal(2010, 1, d);
        let standing = |d| Standing {
            from: day(d),
            special_treatment: true,
            unreformed: false,
            delisting_period: false,
        };
        let known = Known {
            listed: Some(day(1)),
            delisted: Some(day(30)),
            standings: [2, 5, 10, 20].map(standing).to_vec(),
            limits: [4, 8, 12].map(|d| (day(d), PriceLimit::Free)).to_vec(),
            ex_days: [4, 8, 12].map(|d| ExDay::dividend(day(d), 1.0)).to_vec(),
            suspended: [4, 8, 12].map(day).to_vec(),
            issue_price: None,
        };
        let cut = known.between(day(6), day(11));
        assert_eq!(cut.standings, [5, 10].map(standing));
        assert_eq!((cut.limits.len(), cut.ex_days.len(), cut.suspended), (1, 1, vec![day(8)]));
        assert_eq!((cut.listed, cut.delisted), (Some(day(1)), None));
    }

    #[test]
    fn a_standing_holds_from_its_day_until_the_next() {
        let (a, b) = (TradeDate::literal(2010, 1, 4), TradeDate::literal(2011, 1, 4));
        let st = Standing { from: a, special_treatment: true, unreformed: false, delisting_period: false };
        let cured = Standing { from: b, special_treatment: false, ..st };
        let known = Known { standings: vec![st, cured], ..Known::default() };
        assert_eq!(known.standing(TradeDate::literal(2009, 12, 31)), None);
        assert_eq!(known.standing(a), Some(st));
        assert_eq!(known.standing(TradeDate::literal(2010, 12, 31)), Some(st));
        assert_eq!(known.standing(b), Some(cured));
    }
}
