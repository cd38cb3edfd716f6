//! The made-up exchange's trading days: weekdays less holidays, about 243 a year.

use tidegate_market::TradeDate;

/// Trading days in the sample history: 20 years.
pub(crate) const TRADING_DAYS: usize = 4_860;

/// The first trading day.
fn first_day() -> TradeDate {
    // A day of the calendar, so never the fallback; the first sample day is asserted in the tests.
    TradeDate::new(2005, 1, 4).unwrap_or_else(|| unreachable!("4 January 2005 is a day"))
}

/// Weekdays on which the exchange is closed: New Year, a spring break of one whole week, tomb sweeping, labour day,
/// one Monday each in June and September, and the first week of October.
fn is_holiday(date: TradeDate, first_february_monday: i8) -> bool {
    let day = date.day();
    match date.month() {
        1 => day <= 3,
        2 => (first_february_monday..first_february_monday + 5).contains(&day),
        4 => day == 4 || day == 5,
        5 => day <= 3,
        6 => (8..=14).contains(&day) && is_monday(date),
        9 => (15..=21).contains(&day) && is_monday(date),
        10 => day <= 7,
        _ => false,
    }
}

fn is_monday(date: TradeDate) -> bool {
    // 2005-01-03 was a Monday.
    TradeDate::new(2005, 1, 3).is_some_and(|monday| date.days_since(monday).rem_euclid(7) == 0)
}

/// All trading days, ascending.
pub(crate) fn trading_days() -> Vec<TradeDate> {
    let mut days = Vec::with_capacity(TRADING_DAYS);
    let mut day = first_day();
    let mut first_february_monday = 1;
    while days.len() < TRADING_DAYS {
        if day.month() == 2 && day.day() <= 7 && is_monday(day) {
            first_february_monday = day.day();
        } else if day.month() == 1 {
            // Until the Monday has come, no day of February is in the break.
            first_february_monday = i8::MAX - 5;
        }
        if !day.is_weekend() && !is_holiday(day, first_february_monday) {
            days.push(day);
        }
        day = day.next_day();
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exchange_trades_about_243_days_a_year_for_twenty_years() {
        let days = trading_days();
        assert_eq!(days.len(), TRADING_DAYS);
        assert_eq!(days[0].to_string(), "2005-01-04");
        let last = days[TRADING_DAYS - 1];
        assert!(
            last.to_string().as_str() > "2024-11-30" && last.to_string().as_str() < "2025-02-01",
            "{last}"
        );
        for year in 2005..2024 {
            let count = days.iter().filter(|day| day.year() == year).count();
            assert!((241..=246).contains(&count), "{year}: {count}");
        }
        assert!(days.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn every_year_has_a_spring_break_and_an_october_week_and_no_weekend_trading() {
        let days = trading_days();
        for year in 2005..2024 {
            assert!(days.iter().all(|d| d.year() != year || d.month() != 10 || d.day() > 7));
            let february: Vec<_> = days.iter().filter(|d| d.year() == year && d.month() <= 3).collect();
            assert!(february.windows(2).any(|pair| pair[1].days_since(*pair[0]) >= 10), "{year}");
        }
        assert!(days.iter().all(|day| !day.is_weekend()));
    }
}
