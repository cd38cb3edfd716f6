//! What the audit may know about a symbol besides its bars.

use crate::record::{CorporateAction, Factors, ListingInfo, NamePeriod, PublishedLimit, Suspension};
use tidegate_market::TradeDate;

/// Surroundings of a series. Everything is optional; what is missing leaves its checks out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Open days of its exchange, ascending. It is believed between its first and last day.
    pub calendar: Option<&'a [TradeDate]>,
    /// Suspensions, by date. Whole days explain missing bars.
    pub suspensions: &'a [Suspension],
    /// Published factors, or adjusted closes.
    pub factors: Option<&'a Factors>,
    /// Dividends and splits, by date.
    pub actions: &'a [CorporateAction],
    /// Names by date, which tell ST periods.
    pub names: &'a [NamePeriod],
    /// When it was listed and delisted.
    pub listing: Option<&'a ListingInfo>,
    /// Price limits that the exchange published, ascending by date.
    pub limits: &'a [PublishedLimit],
    /// The last day for which its market's bars are there: what a complete series would reach.
    pub market_last: Option<TradeDate>,
}

/// From this day an S-share (a company that had not reformed its share structure) had the limit of ST shares.
const S_SHARES_FROM: (i16, i8, i8) = (2007, 1, 8);

impl Context<'_> {
    /// Whether the share was under special treatment on `day`, as far as the names tell.
    pub(super) fn special_treatment(&self, day: TradeDate) -> bool {
        let held = |period: &&NamePeriod| period.from <= day && period.to.is_none_or(|to| day <= to);
        self.names.iter().filter(held).any(|period| {
            let name = period.name.as_str();
            let s_share = name.starts_with('S') && Some(day) >= date(S_SHARES_FROM);
            name.contains("ST") || s_share
        })
    }

    /// Days on which the symbol did not trade at all by its exchange's word, ascending.
    pub(super) fn suspended_days(&self) -> Vec<TradeDate> {
        let whole_day = |s: &&Suspension| !s.resumed && s.timing.is_none();
        let mut days: Vec<TradeDate> = self.suspensions.iter().filter(whole_day).map(|s| s.date).collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}

fn date((year, month, day): (i16, i8, i8)) -> Option<TradeDate> {
    TradeDate::new(year, month, day)
}
