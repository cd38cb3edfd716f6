//! Which day comes next, and whether the bars are too old to speak of it.

use crate::error::InputError;
use serde::Serialize;
use tidegate_market::{TradeDate, Venue};

/// Trading days of a venue as far as they are published; weekdays elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TradingDays {
    /// Known days, ascending, and whether the exchange trades on them.
    known: Vec<(TradeDate, bool)>,
}

/// A trading day to come and how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NextDay {
    /// The day.
    pub date: TradeDate,
    /// Whether the exchange's published calendar says so; else it is the next weekday.
    pub published: bool,
}

impl TradingDays {
    /// From an exchange's calendar: every known day, ascending, and whether it trades.
    pub fn new(known: Vec<(TradeDate, bool)>) -> TradingDays {
        TradingDays { known }
    }

    fn trades(&self, day: TradeDate) -> (bool, bool) {
        match self.known.binary_search_by_key(&day, |(day, _)| *day) {
            Ok(at) => (self.known[at].1, true),
            Err(_) => (!day.is_weekend(), false),
        }
    }

    /// The `n`-th trading day after `day`, n ≥ 1.
    pub fn after(&self, day: TradeDate, n: usize) -> NextDay {
        let (mut date, mut published, mut left) = (day, true, n.max(1));
        while left > 0 {
            date = date.next_day();
            let (trades, known) = self.trades(date);
            published &= known;
            left -= usize::from(trades);
        }
        NextDay { date, published }
    }

    /// Trading days after `from` up to and including `to`, and whether the calendar knows all of these days.
    pub fn between(&self, from: TradeDate, to: TradeDate) -> (usize, bool) {
        let days = to.days_since(from);
        if days <= 0 {
            return (0, true);
        }
        // Weekdays by the calendar alone, since the two may lie centuries apart; then what is known of single days.
        let rest = std::iter::successors(Some(from.next_day()), |day| Some(day.next_day()));
        let rest = rest.take((days % 7) as usize).filter(|day| !day.is_weekend()).count() as i64;
        let weekdays = days / 7 * 5 + rest;
        let first = self.known.partition_point(|(day, _)| *day <= from);
        let last = self.known.partition_point(|(day, _)| *day <= to);
        let known = &self.known[first..last];
        let otherwise: i64 =
            known.iter().map(|(day, trades)| i64::from(*trades) - i64::from(!day.is_weekend())).sum();
        ((weekdays + otherwise).max(0) as usize, known.len() as i64 == days)
    }

    /// Refuses bars that end more than `stale_after` trading days before `today`.
    pub fn check_fresh(
        &self,
        last: TradeDate,
        today: TradeDate,
        stale_after: usize,
        venue: Option<Venue>,
    ) -> Result<(), InputError> {
        // A day ahead may be the other side of midnight.
        if last > today.next_day() {
            return Err(InputError::new(
                "today",
                format!("expected a day from the last bar's ({last}) on, found {today}"),
            )
            .help("correct --today or the clock; what would have been said before a bar is known needs bars up to then"));
        }
        let (age, published) = self.between(last, today);
        if age <= stale_after {
            return Ok(());
        }
        let calendar = match (published, venue) {
            (true, Some(venue)) => format!("by the calendar of {venue}"),
            _ => "counting Monday to Friday, since no calendar of these days is stored".to_owned(),
        };
        Err(InputError::new(
            "stale bars",
            format!(
                "the last bar is of {last}, {age} trading days before {today} ({calendar}); at most {stale_after} \
                 allowed"
            ),
        )
        .help("get newer bars (`tidegate fetch`, or --bars FILE), or allow older ones with --stale-after N"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> TradeDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_day_is_the_calendars_or_the_next_weekday_and_says_which() {
        let holiday = ["2024-09-30", "2024-10-01", "2024-10-07", "2024-10-08"];
        let known: Vec<(TradeDate, bool)> =
            std::iter::successors(Some(day("2024-09-30")), |day| Some(day.next_day()))
                .take(9)
                .map(|date| (date, date == day(holiday[0]) || date == day(holiday[3])))
                .collect();
        let days = TradingDays::new(known);
        assert_eq!(days.after(day("2024-09-30"), 1), NextDay { date: day("2024-10-08"), published: true });
        assert_eq!(days.after(day("2024-09-30"), 2), NextDay { date: day("2024-10-09"), published: false });
        let weekdays = TradingDays::default();
        assert_eq!(
            weekdays.after(day("2024-09-27"), 1),
            NextDay { date: day("2024-09-30"), published: false }
        );
        assert_eq!(days.between(day("2024-09-30"), day("2024-10-08")), (1, true));
        assert_eq!(weekdays.between(day("2024-09-30"), day("2024-10-08")), (6, false));
        assert_eq!(weekdays.between(day("2024-09-30"), day("2024-09-27")), (0, true));
        // One by one and by the week come to the same.
        let from = day("2024-09-25");
        let mut to = from;
        let mut counted = 0;
        for _ in 0..40 {
            to = to.next_day();
            counted += usize::from(!to.is_weekend());
            assert_eq!(weekdays.between(from, to), (counted, false), "{to}");
        }
        assert_eq!(weekdays.between(day("0001-01-01"), day("9999-12-31")).0, 2_608_614);
    }

    #[test]
    fn a_last_bar_too_far_back_is_refused_with_its_age() {
        let days = TradingDays::default();
        let fresh = |today: &str, n| days.check_fresh(day("2024-06-28"), day(today), n, Some(Venue::Sse));
        assert!(
            fresh("2024-06-28", 1).is_ok()
                && fresh("2024-06-30", 0).is_ok()
                && fresh("2024-07-01", 1).is_ok()
        );
        let early = fresh("2024-06-26", 1).unwrap_err().to_string();
        assert!(early.contains("2024-06-28") && early.contains("2024-06-26"), "{early}");
        assert!(fresh("2024-06-27", 1).is_ok(), "midnight is elsewhere earlier");
        let error = fresh("2024-07-02", 1).unwrap_err().to_string();
        for part in ["2024-06-28", "2 trading days", "2024-07-02", "Monday to Friday", "--stale-after"] {
            assert!(error.contains(part), "{error}");
        }
    }
}
