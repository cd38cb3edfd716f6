//! What is known of a stock besides its bars. All of it is optional: with [`Known::default`] nothing is known, and the
//! rules fall back on what the bars themselves show.

use crate::adjustment::ExDay;
use crate::date::TradeDate;
use crate::rules::PriceLimit;
use serde::{Deserialize, Serialize};

/// What is known of one stock besides its bars. Lists ascend by date.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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
}

#[cfg(test)]
mod tests {
    use super::*;

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
