//! What a download consists of: for each symbol the apis that know it, and the days that the store lacks.

use super::api::Api;
use super::kind::SymbolKind;
use crate::fetch::FetchError;
use crate::http::Clock;
use crate::span::{Span, local_day, plus};
use crate::store::{Store, StoreError};
use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use tidegate_market::{TradeDate, Venue};

/// Kinds of tables that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// Exchange calendars.
    Calendar,
    /// Listings: L, D and P.
    Listing,
    /// Raw daily bars.
    Bars,
    /// Adjustment factors.
    Factors,
    /// Suspensions.
    Suspensions,
    /// Published price limits.
    Limits,
    /// Earlier names, with ST periods.
    Names,
}

impl What {
    /// All of them.
    pub const ALL: [What; 7] = [
        What::Calendar,
        What::Listing,
        What::Bars,
        What::Factors,
        What::Suspensions,
        What::Limits,
        What::Names,
    ];
}

/// A download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TusharePlan {
    /// By symbol.
    pub symbols: Vec<String>,
    /// And all stocks, by trade date.
    pub market: bool,
    /// First day.
    pub from: TradeDate,
    /// Last day; when left out, today in China from 16:00 there, and yesterday before.
    pub to: Option<TradeDate>,
    /// Which tables.
    pub what: BTreeSet<What>,
    /// Also what the store has already.
    pub again: bool,
    /// Let what arrives replace what is stored and differs.
    pub accept: bool,
}

/// The days of a plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    pub span: Span,
    /// The last day of which nothing more will come.
    pub over: TradeDate,
}

/// China has no summer time.
const CHINA: i64 = 8 * 3_600;

/// Hour in China from which the day's bars are there (Tushare says between three and four).
const READY: i64 = 16;

/// Hour in China from which a day without rows is one that has none.
const OVER: i64 = 18;

impl Days {
    pub fn of(plan: &TusharePlan, clock: &dyn Clock) -> Result<Days, FetchError> {
        let second = clock.now().div_euclid(1000);
        let today = local_day(second, CHINA);
        let hour = (second + CHINA).rem_euclid(86_400) / 3_600;
        let yesterday = plus(today, -1);
        let over = if hour >= OVER { today } else { yesterday };
        let to = match plan.to {
            Some(to) => to.min(today),
            None if hour >= READY => today,
            // Hardly anything is there yet, and asking now means asking again in the evening.
            None => yesterday,
        };
        let span = Span::new(plan.from, to).ok_or(FetchError::Dates { from: plan.from, to })?;
        Ok(Days { span, over })
    }
}

/// One table of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Task {
    pub what: What,
    pub api: Api,
    /// Symbol, exchange, list status or [`MARKET`].
    pub subject: String,
    /// What is asked for, before looking at what is there.
    pub span: Span,
}

/// Subject of what is asked for all stocks at once.
pub(super) const MARKET: &str = "market";

/// Whole tables, such as a symbol's names, are asked without dates. They cover all days up to the day they came.
fn beginning() -> TradeDate {
    plus(local_day(0, 0), -20 * 366)
}

impl Task {
    /// Under which name the store knows what was covered.
    pub fn source(&self) -> String {
        format!("tushare {}", self.api)
    }

    /// Whether an answer holds everything, whatever the day.
    pub fn is_whole(&self) -> bool {
        matches!(self.what, What::Names | What::Listing)
    }

    /// What the store lacks of it, without days on which nothing can have happened.
    pub fn lacking(
        &self,
        store: &Store,
        closed: &mut ClosedDays,
        again: bool,
    ) -> Result<Vec<Span>, StoreError> {
        if again {
            return Ok(vec![self.span]);
        }
        let mut covered = store.covered(&self.source(), &self.subject)?;
        if !matches!(self.what, What::Calendar | What::Listing | What::Names) && self.subject != MARKET {
            covered.extend(store.covered(&self.source(), MARKET)?);
        }
        let lacking = self.span.lacking(&covered);
        if self.what == What::Calendar || lacking.is_empty() {
            return Ok(lacking);
        }
        let closed = closed.of(store, &self.subject)?;
        let idle = |span: &Span| !span.has_weekday() || all_closed(*span, closed);
        Ok(lacking.into_iter().filter(|span| !idle(span)).collect())
    }

    /// The days covered once an answer for `span` is there, whose newest row is of `newest`. What is not over may get
    /// more rows.
    pub fn settled(&self, span: Span, newest: Option<TradeDate>, days: Days) -> Option<Span> {
        let last = match self.what {
            What::Calendar => span.last,
            _ if newest == Some(span.last) && !self.is_whole() => span.last,
            _ => span.last.min(days.over),
        };
        Span::new(span.first, last)
    }
}

/// The calendar by which a symbol trades; an index of a publisher's (`930050.CSI`) goes by Shanghai.
fn calendar_of(symbol: &str) -> &'static str {
    match Venue::of_symbol(symbol) {
        Some(Venue::Szse) => "SZSE",
        _ => "SSE",
    }
}

/// Days on which exchanges are known to be closed, ascending, read once each: after the calendars have come.
#[derive(Debug, Default)]
pub(super) struct ClosedDays(BTreeMap<&'static str, Vec<TradeDate>>);

impl ClosedDays {
    fn of(&mut self, store: &Store, subject: &str) -> Result<&[TradeDate], StoreError> {
        let exchange = calendar_of(subject);
        Ok(match self.0.entry(exchange) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let days = store.calendar(exchange)?.into_iter().filter(|(_, open)| !open);
                new.insert(days.map(|(day, _)| day).collect())
            }
        })
    }
}

fn all_closed(span: Span, closed: &[TradeDate]) -> bool {
    let known =
        closed.partition_point(|day| *day <= span.last) - closed.partition_point(|day| *day < span.first);
    i64::try_from(known) == Ok(span.days())
}

/// Tasks of the symbols, in the order in which they are done.
pub(super) fn tasks(plan: &TusharePlan, days: Days) -> Result<Vec<Task>, FetchError> {
    let whole = Span { first: beginning().min(days.span.first), last: days.span.last };
    let task = |what: What, api: Api, subject: &str| Task {
        what,
        api,
        subject: subject.to_owned(),
        span: if matches!(what, What::Names | What::Listing) { whole } else { days.span },
    };
    let mut kinds = Vec::new();
    let mut exchanges = BTreeSet::new();
    for symbol in plan.symbols.iter().collect::<BTreeSet<_>>() {
        kinds.push((symbol, SymbolKind::of(symbol)?));
        exchanges.insert(calendar_of(symbol));
    }
    let mut tasks = Vec::new();
    if plan.market {
        exchanges.extend(["SSE", "SZSE"]);
    }
    tasks.extend(exchanges.into_iter().map(|exchange| task(What::Calendar, Api::TradeCal, exchange)));
    if plan.market || kinds.iter().any(|(_, kind)| *kind == SymbolKind::Stock) {
        tasks.extend(["L", "D", "P"].map(|status| task(What::Listing, Api::StockBasic, status)));
    }
    if plan.market {
        tasks.push(task(What::Names, Api::NameChange, MARKET));
    }
    for (symbol, kind) in kinds {
        tasks.push(task(What::Bars, kind.bars(), symbol));
        tasks.extend(kind.factors().map(|api| task(What::Factors, api, symbol)));
        if kind == SymbolKind::Stock {
            tasks.push(task(What::Suspensions, Api::SuspendD, symbol));
        }
        if kind != SymbolKind::Index {
            tasks.push(task(What::Limits, Api::StkLimit, symbol));
        }
        if kind == SymbolKind::Stock {
            tasks.push(task(What::Names, Api::NameChange, symbol));
        }
    }
    tasks.retain(|task| plan.what.contains(&task.what));
    Ok(tasks)
}

/// Tables of the market by trade date.
pub(super) const BY_DATE: [(What, Api); 4] = [
    (What::Bars, Api::Daily),
    (What::Factors, Api::AdjFactor),
    (What::Suspensions, Api::SuspendD),
    (What::Limits, Api::StkLimit),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(symbols: &[&str]) -> TusharePlan {
        TusharePlan {
            symbols: symbols.iter().map(ToString::to_string).collect(),
            market: false,
            from: "2006-01-01".parse().unwrap(),
            to: None,
            what: What::ALL.into(),
            again: false,
            accept: false,
        }
    }

    #[test]
    fn each_kind_of_symbol_has_its_apis() {
        let span = Span::new("2006-01-01".parse().unwrap(), "2025-12-31".parse().unwrap()).unwrap();
        let days = Days { span, over: span.last };
        let told = |symbols: &[&str]| -> Vec<String> {
            let tasks = tasks(&plan(symbols), days).unwrap();
            tasks.iter().map(|task| format!("{} {}", task.api, task.subject)).collect()
        };
        assert_eq!(told(&["000300.SH"]), ["trade_cal SSE", "index_daily 000300.SH"]);
        assert_eq!(
            told(&["510300.SH"]),
            ["trade_cal SSE", "fund_daily 510300.SH", "fund_adj 510300.SH", "stk_limit 510300.SH"]
        );
        assert_eq!(told(&["000001.SZ", "000001.SZ"]).len(), 1 + 3 + 5, "a symbol counts once");
        assert!(tasks(&plan(&["AAPL"]), days).is_err());
    }

    #[test]
    fn today_is_covered_only_when_it_has_rows() {
        let day = |text: &str| text.parse::<TradeDate>().unwrap();
        let span = Span { first: day("2024-06-01"), last: day("2024-06-28") };
        let days = Days { span, over: day("2024-06-27") };
        let task = Task { what: What::Bars, api: Api::Daily, subject: "600000.SH".into(), span };
        assert_eq!(task.settled(span, Some(day("2024-06-27")), days).unwrap().last, day("2024-06-27"));
        assert_eq!(task.settled(span, Some(day("2024-06-28")), days).unwrap().last, day("2024-06-28"));
        let today = Span { first: span.last, last: span.last };
        assert_eq!(task.settled(today, None, days), None);
        // A name from today on does not mean that no other comes today.
        let names = Task { what: What::Names, api: Api::NameChange, ..task };
        assert_eq!(names.settled(span, Some(day("2024-06-28")), days).unwrap().last, day("2024-06-27"));
    }

    #[test]
    fn before_the_evening_in_china_the_last_day_is_yesterday() {
        struct At(i64);
        impl Clock for At {
            fn now(&self) -> i64 {
                self.0
            }
            fn sleep(&self, _: std::time::Duration) {}
        }
        // 2024-06-28 in China, by hours.
        let midnight = 1_719_504_000_000;
        let told = |hour: i64, to: Option<&str>| {
            let plan = TusharePlan { to: to.map(|day| day.parse().unwrap()), ..plan(&[]) };
            let days = Days::of(&plan, &At(midnight + hour * 3_600_000)).unwrap();
            (days.span.last.day(), days.over.day())
        };
        assert_eq!(told(15, None), (27, 27));
        assert_eq!(told(16, None), (28, 27));
        assert_eq!(told(18, None), (28, 28));
        assert_eq!(told(9, Some("2024-06-28")), (28, 27), "who names a day is taken at his word");
        assert_eq!(told(9, Some("2025-01-01")), (28, 27), "nothing is asked of the future");
    }
}
