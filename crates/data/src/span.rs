//! Runs of calendar days: what is asked for, what is there, what is lacking.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use tidegate_market::TradeDate;

/// Days from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First day.
    pub first: TradeDate,
    /// Last day, not before `first`.
    pub last: TradeDate,
}

fn civil(day: TradeDate) -> Date {
    date(day.year(), day.month(), day.day())
}

fn trade_date(day: Date) -> TradeDate {
    match TradeDate::new(day.year(), day.month(), day.day()) {
        Some(day) => day,
        None => unreachable!("every civil date is a trade date"),
    }
}

/// The day `days` after (or before) a day.
pub(crate) fn plus(day: TradeDate, days: i64) -> TradeDate {
    trade_date(civil(day).saturating_add(days.days()))
}

/// The civil day at a place `offset` seconds east of Greenwich, `second` seconds after 1970 UTC.
pub(crate) fn local_day(second: i64, offset: i64) -> TradeDate {
    plus(
        trade_date(date(1970, 1, 1)),
        second.saturating_add(offset).div_euclid(86_400).clamp(-700_000, 2_900_000),
    )
}

/// Seconds from 1970-01-01 UTC to the start of a day in UTC.
pub(crate) fn second_of(day: TradeDate) -> i64 {
    day.days_since(trade_date(date(1970, 1, 1))) * 86_400
}

impl Span {
    /// From `first` to `last`; `None` when there is no day between.
    pub fn new(first: TradeDate, last: TradeDate) -> Option<Span> {
        (first <= last).then_some(Span { first, last })
    }

    /// Number of calendar days.
    pub fn days(self) -> i64 {
        self.last.days_since(self.first) + 1
    }

    /// Whether a day lies in it.
    pub fn contains(self, day: TradeDate) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// Whether Monday to Friday occur in it.
    pub fn has_weekday(self) -> bool {
        self.days() > 2
            || [self.first, self.last]
                .iter()
                .any(|day| !matches!(civil(*day).weekday(), Weekday::Saturday | Weekday::Sunday))
    }

    /// Two halves; `None` for a single day.
    pub fn halves(self) -> Option<[Span; 2]> {
        (self.first < self.last).then(|| {
            let middle = plus(self.first, (self.days() - 1) / 2);
            [Span { first: self.first, last: middle }, Span { first: middle.next_day(), last: self.last }]
        })
    }

    /// What is left of it outside `covered`, ascending.
    pub fn lacking(self, covered: &[Span]) -> Vec<Span> {
        let mut left = Vec::new();
        let mut next = self.first;
        for have in merged(covered) {
            if have.last < next || have.first > self.last {
                continue;
            }
            if have.first > next {
                left.push(Span { first: next, last: plus(have.first, -1) });
            }
            next = have.last.next_day();
        }
        left.extend(Span::new(next, self.last));
        left
    }
}

/// The same days in as few spans as possible, ascending.
pub fn merged(spans: &[Span]) -> Vec<Span> {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(before) if span.first <= before.last.next_day() => before.last = before.last.max(span.last),
            _ => joined.push(span),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> TradeDate {
        text.parse().unwrap()
    }

    fn span(first: &str, last: &str) -> Span {
        Span::new(day(first), day(last)).unwrap()
    }

    #[test]
    fn only_what_is_lacking_is_left() {
        let whole = span("2020-01-01", "2020-12-31");
        let have = [span("2020-03-01", "2020-03-31"), span("2020-02-01", "2020-02-29")];
        assert_eq!(
            whole.lacking(&have),
            [span("2020-01-01", "2020-01-31"), span("2020-04-01", "2020-12-31")]
        );
        assert_eq!(whole.lacking(&[]), [whole]);
        assert!(whole.lacking(&[span("2019-01-01", "2021-01-01")]).is_empty());
        assert_eq!(whole.lacking(&[span("2019-01-01", "2019-02-01")]), [whole]);
        assert_eq!(span("2020-01-01", "2020-01-02").lacking(&have), [span("2020-01-01", "2020-01-02")]);
    }

    #[test]
    fn halves_meet_without_a_gap_or_an_overlap() {
        let [a, b] = span("2020-02-27", "2020-03-02").halves().unwrap();
        assert_eq!((a, b), (span("2020-02-27", "2020-02-29"), span("2020-03-01", "2020-03-02")));
        assert!(span("2020-01-01", "2020-01-01").halves().is_none());
    }

    #[test]
    fn a_second_is_a_day_by_the_clock_of_the_place() {
        // 2024-06-28 14:30 in New York, 02:30 of the next day in Hong Kong.
        assert_eq!(local_day(1_719_599_400, -4 * 3600), day("2024-06-28"));
        assert_eq!(local_day(1_719_599_400, 8 * 3600), day("2024-06-29"));
        assert_eq!(local_day(-1, 0), day("1969-12-31"));
        assert_eq!(local_day(second_of(day("2024-02-29")), 0), day("2024-02-29"));
    }

    #[test]
    fn a_weekend_has_no_weekday() {
        assert!(!span("2024-06-29", "2024-06-30").has_weekday());
        assert!(span("2024-06-28", "2024-06-29").has_weekday());
    }
}
