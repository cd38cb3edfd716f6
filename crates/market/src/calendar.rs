//! Which days an exchange trades: from its published calendar, or from the bars of many symbols. It serves fills,
//! valuation, suspensions and the audit; features and windows run over traded bars. Without any calendar every weekday
//! counts as a trading day, so that distances come out too long by the holidays between, never too short.

use crate::date::TradeDate;
use serde::{Deserialize, Serialize};
use std::fmt;

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

/// Exchanges whose trading days are kept. Others that trade the same days go by one of these names: Beijing by
/// Shanghai's, all of the United States by New York's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Venue {
    /// Shanghai, and Beijing.
    #[serde(rename = "SSE")]
    Sse,
    /// Shenzhen.
    #[serde(rename = "SZSE")]
    Szse,
    /// New York and the other exchanges of the United States.
    #[serde(rename = "NYSE")]
    Nyse,
    /// Hong Kong.
    #[serde(rename = "HK")]
    Hk,
}

impl Venue {
    /// Every venue.
    pub const ALL: [Venue; 4] = [Venue::Sse, Venue::Szse, Venue::Nyse, Venue::Hk];

    /// Where a symbol trades, as far as its form tells: `600000.SH` (also `.SS` and `.BJ`), `000001.SZ`, `0700.HK`,
    /// `AAPL`, `BRK.B`, `^GSPC`. Funds, bonds and indexes count too. `None` for anything else, such as `VOD.L`.
    pub fn of_symbol(symbol: &str) -> Option<Venue> {
        let suffix = symbol.rsplit_once('.').map_or(String::new(), |(_, suffix)| suffix.to_ascii_uppercase());
        match suffix.as_str() {
            "SH" | "SS" | "BJ" => Some(Venue::Sse),
            "SZ" => Some(Venue::Szse),
            "HK" => Some(Venue::Hk),
            _ if crate::rules::Market::suggested_for(symbol) == crate::rules::Market::Us => Some(Venue::Nyse),
            _ => None,
        }
    }
}

impl fmt::Display for Venue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Venue::Sse => "SSE",
            Venue::Szse => "SZSE",
            Venue::Nyse => "NYSE",
            Venue::Hk => "HK",
        })
    }
}

/// Trading days read off the bars of many symbols, and what they leave open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedDays {
    /// Days accepted, ascending.
    pub days: Vec<TradeDate>,
    /// Days on which fewer symbols have a bar than a trading day would have: wrong dates, most likely. Not among `days`.
    pub doubtful: Vec<TradeDate>,
    /// Weekdays between the first and the last accepted day without any bar: holidays, or days that every symbol lacks.
    pub silent_weekdays: usize,
    /// Symbols that were looked at.
    pub symbols: usize,
}

/// A day counts as traded when at least this share of the symbols that trade around it has a bar.
const ENOUGH: f64 = 0.1;

/// Trading days from the bars of many symbols. Each item holds one symbol's dates, ascending. A day needs a bar of a tenth
/// of the symbols whose series spans it: where ten or fewer do, every date of each counts. A Saturday or Sunday needs
/// most of them, and at least two: exchanges have traded on weekends, but single wrong dates are likelier.
pub fn observed_days<'a>(series: impl IntoIterator<Item = &'a [TradeDate]>) -> ObservedDays {
    let (mut dates, mut begin, mut end) = (Vec::new(), Vec::new(), Vec::new());
    for dates_of_one in series {
        if let (Some(first), Some(last)) = (dates_of_one.first(), dates_of_one.last()) {
            dates.extend_from_slice(dates_of_one);
            begin.push(*first);
            end.push(*last);
        }
    }
    let symbols = begin.len();
    dates.sort_unstable();
    begin.sort_unstable();
    end.sort_unstable();
    let (mut days, mut doubtful) = (Vec::new(), Vec::new());
    for same in dates.chunk_by(|a, b| a == b) {
        let day = same[0];
        let spanning = begin.partition_point(|d| *d <= day) - end.partition_point(|d| *d < day);
        let needed = match day.is_weekend() {
            true => (spanning / 2 + 1).max(2),
            false => (spanning as f64 * ENOUGH).ceil() as usize,
        };
        if same.len() >= needed { days.push(day) } else { doubtful.push(day) }
    }
    let silent_weekdays = days.windows(2).map(|pair| weekdays_inside(pair[0], pair[1])).sum();
    ObservedDays { days, doubtful, silent_weekdays, symbols }
}

/// Weekdays strictly between two days.
fn weekdays_inside(from: TradeDate, to: TradeDate) -> usize {
    let all = TradingCalendar::Weekdays.trading_days_between(from, to);
    all - usize::from(!to.is_weekend())
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

    #[test]
    fn a_symbol_tells_its_exchange() {
        for (symbol, venue) in [
            ("600000.SH", Some(Venue::Sse)),
            ("000300.SH", Some(Venue::Sse)),
            ("510300.ss", Some(Venue::Sse)),
            ("920118.BJ", Some(Venue::Sse)),
            ("000001.SZ", Some(Venue::Szse)),
            ("0700.HK", Some(Venue::Hk)),
            ("AAPL", Some(Venue::Nyse)),
            ("BRK.B", Some(Venue::Nyse)),
            ("^GSPC", Some(Venue::Nyse)),
            ("RELIANCE.NS", None),
            ("", None),
        ] {
            assert_eq!(Venue::of_symbol(symbol), venue, "{symbol}");
        }
    }

    #[test]
    fn days_come_from_the_bars_of_many_and_one_wrong_date_is_doubted() {
        let week = ["2024-07-01", "2024-07-02", "2024-07-03", "2024-07-05", "2024-07-08"].map(day);
        let mut wrong = week.to_vec();
        wrong.insert(3, day("2024-07-04"));
        let late = &week[2..];
        let mut series = vec![&week[..]; 10];
        series.extend([&wrong[..], late]);
        let observed = observed_days(series);
        assert_eq!(observed.days, week);
        assert_eq!(observed.doubtful, [day("2024-07-04")]);
        assert_eq!((observed.silent_weekdays, observed.symbols), (1, 12));
    }

    #[test]
    fn few_series_are_taken_at_their_word() {
        let days = [day("1992-09-30"), day("1992-10-05")];
        assert_eq!(observed_days([&days[..]]).days, days);
        assert_eq!(observed_days([&days[..], &days[..1]]).days, days);
        assert_eq!(observed_days([]).symbols, 0);
    }

    #[test]
    fn where_only_one_of_many_was_listed_its_word_counts() {
        let old = [day("1980-01-02"), day("1980-01-03"), day("2024-07-01")];
        let new = [day("2024-07-01")];
        let mut series = vec![&new[..]; 20];
        series.push(&old);
        assert_eq!(observed_days(series).days, old);
    }

    #[test]
    fn a_sunday_counts_when_most_traded_on_it() {
        let days = [day("1992-09-30"), day("1992-10-04"), day("1992-10-05")];
        let others = [days[0], days[2]];
        assert_eq!(observed_days([&days[..], &days, &others]).days, days);
        let observed = observed_days([&days[..], &others, &others]);
        assert_eq!((observed.days, observed.doubtful), (others.to_vec(), vec![days[1]]));
    }
}
