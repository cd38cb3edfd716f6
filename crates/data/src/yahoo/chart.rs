//! A body of the chart API as rows: dates by the exchange's clock, nulls and the live bar taken out and counted.

use super::body::{Body, Inner, Numbers, Split};
use crate::pile::Pile;
use crate::span::local_day;
use tidegate_market::TradeDate;

/// Daily rows of one symbol as Yahoo has them: prices divided by all later splits.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// As Yahoo writes it.
    pub symbol: String,
    /// Ascending, each date once.
    pub rows: Vec<ChartRow>,
    /// Dividends by ex-date, per share of today's share count.
    pub dividends: Vec<(TradeDate, f64)>,
    /// New shares for each old one, by ex-date.
    pub splits: Vec<(TradeDate, f64)>,
    /// A split that cannot be read, in words. Prices then cannot be un-split.
    pub unknown_split: Option<String>,
    /// Days without a whole bar.
    pub nulls: Vec<TradeDate>,
    /// The unfinished bar of the running session, left out.
    pub live: Option<TradeDate>,
    /// Dates that came twice; the first is kept.
    pub repeated: Vec<TradeDate>,
}

/// A day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartRow {
    /// By the exchange's clock.
    pub date: TradeDate,
    /// Split-adjusted.
    pub open: f64,
    /// Split-adjusted.
    pub high: f64,
    /// Split-adjusted.
    pub low: f64,
    /// Split-adjusted.
    pub close: f64,
    /// Split-adjusted.
    pub volume: f64,
    /// Also adjusted for dividends.
    pub adjusted_close: Option<f64>,
}

/// No price is less, not even one divided by all later splits.
const LEAST: f64 = 1e-12;

/// No price is more.
const MOST: f64 = 1e12;

/// No day has more shares.
const MOST_SHARES: f64 = 1e18;

/// All splits of a share together make no more of one share, and no less than its inverse.
const MOST_SPLITS: f64 = 1e9;

/// Why a body is no chart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadChart {
    /// Yahoo says why.
    #[error("{code}: {description}")]
    Refused {
        /// E.g. `Not Found`.
        code: String,
        /// E.g. `No data found, symbol may be delisted`.
        description: String,
    },
    /// No JSON, or of another shape.
    #[error("expected a chart, found {0}")]
    Shape(String),
}

impl Split {
    fn ratio(&self) -> Option<f64> {
        let written = || {
            let (new, old) = self.split_ratio.as_deref()?.split_once([':', '/'])?;
            Some((new.trim().parse().ok()?, old.trim().parse().ok()?))
        };
        let (new, old): (f64, f64) = self.numerator.zip(self.denominator).or_else(written)?;
        let ratio = new / old;
        (ratio.is_finite() && ratio > 0.0).then_some(ratio)
    }
}

impl Chart {
    /// Reads a body received at `now` (seconds since 1970 UTC).
    ///
    /// # Errors
    /// [`BadChart`].
    pub fn read(body: &[u8], now: i64) -> Result<Chart, BadChart> {
        let body: Body = serde_json::from_slice(body).map_err(|error| shape(body, &error))?;
        if let Some(error) = body.chart.error {
            return Err(BadChart::Refused {
                code: error.code.map_or_else(|| "error".into(), short),
                description: error.description.map_or_else(|| "no description".into(), short),
            });
        }
        let inner = body
            .chart
            .result
            .and_then(|results| results.first.filter(|_| results.count == 1))
            .ok_or_else(|| BadChart::Shape("an answer without one result".into()))?;
        inner.into_chart(now)
    }
}

impl Inner {
    fn into_chart(self, now: i64) -> Result<Chart, BadChart> {
        let meta = &self.meta;
        if let Some(other) = meta.data_granularity.as_deref().filter(|granularity| *granularity != "1d") {
            return Err(BadChart::Shape(format!("bars of {} instead of 1d", short(other.to_owned()))));
        }
        let day = |second: i64| local_day(second, meta.gmtoffset);
        let stamps = self.timestamp.unwrap_or_default();
        let quote = self.indicators.quote.first.unwrap_or_default();
        for (name, column) in [
            ("open", &quote.open),
            ("high", &quote.high),
            ("low", &quote.low),
            ("close", &quote.close),
            ("volume", &quote.volume),
        ] {
            if column.len() != stamps.len() {
                let (found, expected) = (column.len(), stamps.len());
                return Err(BadChart::Shape(format!("{found} values of {name} for {expected} days")));
            }
        }
        let adjusted =
            self.indicators.adjclose.and_then(|columns| columns.first).unwrap_or_default().adjclose;

        let mut chart = Chart {
            symbol: short(meta.symbol.clone()),
            rows: Vec::with_capacity(days(&stamps, day)),
            dividends: Vec::new(),
            splits: Vec::new(),
            unknown_split: None,
            nulls: Vec::new(),
            live: None,
            repeated: Vec::new(),
        };
        let session = meta.current_trading_period.as_ref().and_then(|periods| periods.regular);
        let positive =
            |column: &Numbers, i: usize| column.get(i).filter(|value| (LEAST..=MOST).contains(value));
        for (i, stamp) in stamps.iter().enumerate() {
            let Some(stamp) = *stamp else { continue };
            let date = day(stamp);
            let bar = (
                positive(&quote.open, i),
                positive(&quote.high, i),
                positive(&quote.low, i),
                positive(&quote.close, i),
                quote.volume.get(i).filter(|volume| (0.0..=MOST_SHARES).contains(volume)),
            );
            let (Some(open), Some(high), Some(low), Some(close), Some(volume)) = bar else {
                chart.nulls.push(date);
                continue;
            };
            if chart.rows.last().is_some_and(|last| last.date == date) {
                chart.repeated.push(date);
                continue;
            }
            let adjusted_close = positive(&adjusted, i).map(shortest);
            let [open, high, low, close] = [open, high, low, close].map(shortest);
            chart.rows.push(ChartRow { date, open, high, low, close, volume, adjusted_close });
        }
        if let Some(pair) = chart.rows.windows(2).find(|pair| pair[0].date >= pair[1].date) {
            let (before, after) = (pair[0].date, pair[1].date);
            return Err(BadChart::Shape(format!("{after} after {before}")));
        }
        // A bar of today is not finished before the session's end, and then its last trades still have to arrive.
        if let Some(last) = chart.rows.last().copied().filter(|last| last.date >= day(now)) {
            let over = session.is_some_and(|session| day(session.start) == last.date && now >= session.end);
            if !over {
                chart.live = Some(last.date);
                chart.rows.pop();
            }
        }

        let events = self.events.unwrap_or_default();
        for dividend in events.dividends.0.into_items() {
            if let Some(amount) = dividend.amount.filter(|amount| (LEAST..=MOST).contains(amount)) {
                chart.dividends.push((day(dividend.date), shortest(amount)));
            }
        }
        for split in events.splits.0.into_items() {
            match split.ratio() {
                Some(ratio) => chart.splits.push((day(split.date), ratio)),
                None => {
                    let told = split.split_ratio.map_or_else(|| "no ratio".into(), short);
                    chart.unknown_split = Some(format!("{} ({told})", day(split.date)));
                }
            }
        }
        chart.dividends.sort_by_key(|(date, _)| *date);
        chart.splits.sort_by_key(|(date, _)| *date);
        // A split told twice is one.
        chart.splits.dedup();
        let mut together = 1.0;
        for (date, ratio) in chart.splits.iter().rev() {
            together *= ratio;
            if !(1.0 / MOST_SPLITS..=MOST_SPLITS).contains(&together) {
                chart.unknown_split = Some(format!("{date} ({ratio}, and {together} with all later ones)"));
                break;
            }
        }
        Ok(chart)
    }
}

/// How many days the seconds come to, a day counted again when it comes back after another: never fewer than rows.
fn days(stamps: &Pile<Option<i64>>, day: impl Fn(i64) -> TradeDate) -> usize {
    let mut last = None;
    let mut is_new = |stamp: &&i64| {
        let today = Some(day(**stamp));
        let is_new = today != last;
        last = today;
        is_new
    };
    stamps.iter().flatten().filter(|stamp| is_new(stamp)).count()
}

/// Yahoo computes in 32 bits and writes the bits out: 148.3000030517578 is 148.3. Other numbers stay.
pub(super) fn shortest(value: f64) -> f64 {
    let single = value as f32;
    if f64::from(single) == value { single.to_string().parse().unwrap_or(value) } else { value }
}

/// Words of the server, so few that they can stand in a message.
fn short(text: String) -> String {
    match text.char_indices().nth(400) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn shape(body: &[u8], error: &serde_json::Error) -> BadChart {
    BadChart::Shape(if error.is_eof() {
        format!("an answer that ends after {} bytes", body.len())
    } else {
        format!("\"{}\"", crate::fetch::excerpt(body))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three days in New York (UTC-4 by now): 2024-06-06, 06-07 with nulls, 06-10 with the split of that day.
    fn body(more: &str, meta: &str) -> String {
        format!(
            r#"{{"chart":{{"result":[{{"meta":{{"currency":"USD","symbol":"NVDA","gmtoffset":-14400,
            "dataGranularity":"1d"{meta}}},"timestamp":[1717680600,1717767000,1718026200{more}],
            "events":{{"dividends":{{"1718026200":{{"amount":0.01,"date":1718026200}}}},
            "splits":{{"1718026200":{{"date":1718026200,"numerator":10,"denominator":1,"splitRatio":"10:1"}}}}}},
            "indicators":{{"quote":[{{"open":[124.0479965209961,null,120.37000274658203{more}],
            "high":[125.5,null,123{more}],"low":[118,null,117{more}],"close":[120.99,null,121.79{more}],
            "volume":[664696000,null,314162700{more}]}}],
            "adjclose":[{{"adjclose":[120.94,null,121.75{more}]}}]}}}}],"error":null}}}}"#
        )
    }

    const LATER: i64 = 1_800_000_000;

    #[test]
    fn dates_are_the_exchange_s_and_nulls_are_counted() {
        let chart = Chart::read(body("", "").as_bytes(), LATER).unwrap();
        let dates: Vec<String> = chart.rows.iter().map(|row| row.date.to_string()).collect();
        assert_eq!(dates, ["2024-06-06", "2024-06-10"]);
        assert_eq!(chart.nulls, ["2024-06-07".parse().unwrap()]);
        assert_eq!(chart.rows[0].open, 124.048, "32 bits are written as the number they stand for");
        assert_eq!(chart.splits, [("2024-06-10".parse().unwrap(), 10.0)]);
        assert_eq!(chart.dividends.len(), 1);
    }

    #[test]
    fn the_bar_of_a_running_session_is_left_out_and_a_finished_one_kept() {
        let noon = 1_718_035_200;
        let chart = Chart::read(body("", "").as_bytes(), noon).unwrap();
        assert_eq!((chart.rows.len(), chart.live), (1, Some("2024-06-10".parse().unwrap())));
        let session = r#","currentTradingPeriod":{"regular":{"start":1718026200,"end":1718049600}}"#;
        assert!(Chart::read(body("", session).as_bytes(), noon).unwrap().live.is_some());
        assert_eq!(Chart::read(body("", session).as_bytes(), 1_718_049_601).unwrap().live, None);
    }

    #[test]
    fn a_live_bar_that_repeats_the_last_date_is_dropped() {
        let twice = body("", "").replace("1718026200]", "1718026200,1718049000]");
        let twice =
            twice.replace("123]", "123,123]").replace("117]", "117,117]").replace("121.79]", "121.79,121]");
        let twice = twice.replace("314162700]", "314162700,5]").replace("120.37000274658203]", "120.37,120]");
        let chart = Chart::read(twice.as_bytes(), LATER).unwrap();
        assert_eq!((chart.rows.len(), chart.repeated.len(), chart.rows[1].close), (2, 1, 121.79));
    }

    #[test]
    fn splits_beyond_all_measure_are_unknown_and_a_split_told_twice_is_one() {
        let split = |ratios: &[&str]| {
            let splits: Vec<String> = ratios
                .iter()
                .enumerate()
                .map(|(i, ratio)| format!(r#""{i}":{{"date":1718026200,"splitRatio":"{ratio}"}}"#))
                .collect();
            let known =
                r#""1718026200":{"date":1718026200,"numerator":10,"denominator":1,"splitRatio":"10:1"}"#;
            let body = body("", "").replace(known, &splits.join(","));
            Chart::read(body.as_bytes(), LATER).unwrap()
        };
        assert_eq!(split(&["4:1", "4:1", "1:8"]).splits.len(), 2);
        for ratios in [&["1e300:1"][..], &["1:1e10"], &["1e9:1", "2:1"], &["1:0"], &["x"]] {
            assert!(split(ratios).unknown_split.is_some(), "{ratios:?}");
        }
        assert_eq!(split(&["1e6:1", "1:1e6"]).unknown_split, None);
    }

    #[test]
    fn a_number_that_no_price_can_be_is_none() {
        for (good, bad) in [("125.5", "1e200"), ("118,", "1e-300,"), ("664696000", "1e30")] {
            let chart = Chart::read(body("", "").replace(good, bad).as_bytes(), LATER).unwrap();
            assert_eq!((chart.rows.len(), chart.nulls.len()), (1, 2), "{bad}");
        }
    }

    #[test]
    fn refusals_and_other_shapes_are_named() {
        let told = |body: &str| Chart::read(body.as_bytes(), LATER).unwrap_err().to_string();
        let body = r#"{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}"#;
        assert_eq!(told(body), "Not Found: No data found, symbol may be delisted");
        assert_eq!(told("Too Many Requests"), "expected a chart, found \"Too Many Requests\"");
        assert!(told(r#"{"chart":{"result":[{"meta":{"symbol"#).contains("ends after"));
        let body =
            r#"{"chart":{"result":[{"meta":{"symbol":"A","dataGranularity":"1mo"},"indicators":{}}]}}"#;
        assert!(told(body).contains("1mo"));
        let body =
            r#"{"chart":{"result":[{"meta":{"symbol":"A"},"timestamp":[1],"indicators":{"quote":[{}]}}]}}"#;
        assert!(told(body).contains("0 values of open for 1 days"));
    }

    #[test]
    fn no_message_is_as_long_as_what_it_is_about() {
        let long = "长".repeat(100_000);
        let error = format!(r#"{{"chart":{{"error":{{"code":"{long}","description":"{long}"}}}}}}"#);
        let shape = format!(r#"{{"chart":{{"result":"{long}"}}}}"#);
        let meta =
            r#"{"chart":{"result":[{"meta":{"symbol":"A","dataGranularity":"LONG"},"indicators":{}}]}}"#;
        for body in [error, shape, meta.replace("LONG", &long)] {
            let error = Chart::read(body.as_bytes(), LATER).unwrap_err().to_string();
            assert!(error.chars().count() < 1_000, "{error}");
        }
        let chart = Chart::read(body("", "").replace("NVDA", &long).as_bytes(), LATER).unwrap();
        assert!(chart.symbol.chars().count() < 1_000);
        let split = r#""numerator":10,"denominator":1,"splitRatio":"10:1""#;
        let unknown = body("", "").replace(split, &format!(r#""splitRatio":"{long}""#));
        let chart = Chart::read(unknown.as_bytes(), LATER).unwrap();
        assert!(chart.unknown_split.unwrap().chars().count() < 1_000);
    }

    #[test]
    fn an_empty_range_is_an_empty_chart() {
        let body = r#"{"chart":{"result":[{"meta":{"symbol":"A","gmtoffset":0},"indicators":{"quote":[{}],"adjclose":[{}]}}],"error":null}}"#;
        assert!(Chart::read(body.as_bytes(), LATER).unwrap().rows.is_empty());
    }
}
