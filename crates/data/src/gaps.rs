//! Trading days on which a symbol has neither a bar nor a suspension.

use serde::Serialize;
use tidegate_market::{TradeDate, TradingCalendar};

/// A run of trading days without a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The bar before.
    pub after: TradeDate,
    /// The bar after.
    pub before: TradeDate,
    /// Trading days between them that no suspension explains; at least one.
    pub missing: usize,
}

/// The gaps between bars of these dates (ascending), `suspended` being the days (ascending) without trading.
pub fn gaps(dates: &[TradeDate], calendar: &TradingCalendar, suspended: &[TradeDate]) -> Vec<Gap> {
    let until = |day: TradeDate| suspended.partition_point(|d| *d < day);
    dates
        .windows(2)
        .filter(|pair| pair[1].days_since(pair[0]) > 1)
        .filter_map(|pair| {
            let (after, before) = (pair[0], pair[1]);
            let between = calendar.trading_days_between(after, before).saturating_sub(1);
            let explained = until(before) - until(after.next_day());
            let missing = between.saturating_sub(explained);
            (missing > 0).then_some(Gap { after, before, missing })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suspended_days_and_weekends_are_no_gap() {
        let day = |text: &str| text.parse::<TradeDate>().unwrap();
        // A Friday, then Thursday: three weekdays between, two of them suspended.
        let dates = [day("2024-06-07"), day("2024-06-13"), day("2024-06-14"), day("2024-06-17")];
        let suspended = [day("2024-06-10"), day("2024-06-11")];
        let gap = Gap { after: dates[0], before: dates[1], missing: 1 };
        assert_eq!(gaps(&dates, &TradingCalendar::Weekdays, &suspended), [gap]);
        let all = [day("2024-06-10"), day("2024-06-11"), day("2024-06-12")];
        assert_eq!(gaps(&dates, &TradingCalendar::Weekdays, &all), []);
    }
}
