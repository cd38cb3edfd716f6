//! A trading date: a civil day, read from `YYYYMMDD` or `YYYY-MM-DD`, always printed as `YYYY-MM-DD`.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A civil day on which an exchange may trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TradeDate(Date);

impl TradeDate {
    /// From year, month (1..=12) and day; `None` if there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(TradeDate)
    }

    /// A day written into a rule table; a day that does not exist fails to compile there.
    pub(crate) const fn literal(year: i16, month: i8, day: i8) -> Self {
        TradeDate(Date::constant(year, month, day))
    }

    /// Calendar days from `earlier` to `self` (negative if `earlier` is later).
    pub fn days_since(self, earlier: TradeDate) -> i64 {
        self.0.duration_since(earlier.0).as_hours() / 24
    }

    /// The day that lies `days` after 1970-01-01; `None` where there is no such day.
    pub fn from_days_since_1970(days: i64) -> Option<Self> {
        let span = jiff::Span::new().try_days(days).ok()?;
        Date::constant(1970, 1, 1).checked_add(span).ok().map(TradeDate)
    }

    /// The next calendar day.
    pub fn next_day(self) -> TradeDate {
        TradeDate(self.0.saturating_add(jiff::Span::new().days(1)))
    }

    /// Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// Year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// Month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// Day of the month.
    pub fn day(self) -> i8 {
        self.0.day()
    }
}

impl fmt::Display for TradeDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

/// The text is no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a date like 2024-06-28 or 20240628, found \"{0}\"")]
pub struct NotADate(String);

impl FromStr for TradeDate {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let bytes = text.as_bytes();
        let number = |range: std::ops::Range<usize>| -> Option<i16> {
            let digits = bytes.get(range)?;
            digits.iter().try_fold(0_i16, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i16::from(b - b'0')))
        };
        let parts = match bytes.len() {
            8 => (number(0..4), number(4..6), number(6..8)),
            10 if bytes[4] == b'-' && bytes[7] == b'-' => (number(0..4), number(5..7), number(8..10)),
            _ => (None, None, None),
        };
        let (Some(year), Some(month), Some(day)) = parts else { return Err(NotADate(text.to_owned())) };
        // Two digits fit in i8.
        TradeDate::new(year, month as i8, day as i8).ok_or_else(|| NotADate(text.to_owned()))
    }
}

impl Serialize for TradeDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TradeDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read_and_one_is_printed() {
        let day: TradeDate = "20240628".parse().unwrap();
        assert_eq!(day, "2024-06-28".parse().unwrap());
        assert_eq!(day.to_string(), "2024-06-28");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["2024-13-01", "20240230", "2024/06/28", "2024-6-28", "", "２０２４0628", "24-06-2028"]
        {
            assert!(text.parse::<TradeDate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_is_found_by_its_distance_from_1970() {
        let day = |days| TradeDate::from_days_since_1970(days).map(|day| day.to_string());
        assert_eq!(day(0).as_deref(), Some("1970-01-01"));
        assert_eq!(day(19_782).as_deref(), Some("2024-02-29"));
        assert_eq!(day(i64::MAX), None);
    }

    #[test]
    fn days_are_counted_over_leap_years_in_both_directions() {
        let (a, b) = (TradeDate::new(2020, 2, 28).unwrap(), TradeDate::new(2020, 3, 1).unwrap());
        assert_eq!((b.days_since(a), a.days_since(b), a.days_since(a)), (2, -2, 0));
    }
}
