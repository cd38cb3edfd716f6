//! Which days an exchange trades. Without a published calendar every weekday counts as a trading day, so that
//! distances come out too long by the holidays between, never too short.

use crate::date::TradeDate;

/// Trading days of an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TradingCalendar {
    /// Every Monday to Friday.
    Weekdays,
    /// Exactly these days, ascending.
    Days(Vec<TradeDate>),
}

impl TradingCalendar {
    /// Trading days from `from` (exclusive) to `to` (inclusive): 1 for neighbours, 0 if `to` ≤ `from`.
    pub fn trading_days_between(&self, from: TradeDate, to: TradeDate) -> usize {
        match self {
            TradingCalendar::Days(days) => {
                let until = |day| days.partition_point(|d| *d <= day);
                until(to).saturating_sub(until(from))
            }
            TradingCalendar::Weekdays => {
                let mut count = 0;
                let mut day = from;
                while day < to {
                    day = day.next_day();
                    count += usize::from(!day.is_weekend());
                }
                count
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> TradeDate {
        text.parse().unwrap()
    }

    #[test]
    fn friday_to_monday_is_one_trading_day() {
        let weekdays = TradingCalendar::Weekdays;
        assert_eq!(weekdays.trading_days_between(day("2024-06-28"), day("2024-07-01")), 1);
        assert_eq!(weekdays.trading_days_between(day("2024-07-01"), day("2024-06-28")), 0);
    }

    #[test]
    fn a_published_calendar_skips_holidays() {
        let days = TradingCalendar::Days(vec![day("2024-09-30"), day("2024-10-08"), day("2024-10-09")]);
        assert_eq!(days.trading_days_between(day("2024-09-30"), day("2024-10-08")), 1);
        assert_eq!(days.trading_days_between(day("2024-09-30"), day("2024-10-09")), 2);
    }
}
