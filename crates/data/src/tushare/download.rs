//! The download itself: for each table what is lacking is asked, cut answers are continued, and what came is merged.

use super::answer::{Answer, BadAnswer};
use super::api::Api;
use super::call::Call;
use super::client::{Client, Received, TushareOptions};
use super::market;
use super::plan::{ClosedDays, Days, MARKET, Task, TusharePlan, What, tasks};
use super::rows::{self, BySymbol, LeftOut};
use crate::fetch::{FetchError, FetchReport, Fetched};
use crate::http::{Clock, Observer};
use crate::record::Origin;
use crate::span::Span;
use crate::store::{Merged, Store, StoreError, StoreFault};
use std::collections::BTreeMap;
use tidegate_market::TradeDate;

/// A round number of rows is taken for a limit that nobody told us.
const ROUND: usize = 500;

/// How many rows that were left out are named.
const NAMED: usize = 3;

/// Downloads what the store lacks of a plan. Besides the report there is an error when the download ended early: what
/// had arrived by then is kept.
pub fn fetch_tushare(
    store: &mut Store,
    options: &TushareOptions,
    plan: &TusharePlan,
    clock: &dyn Clock,
    observer: &dyn Observer,
) -> (FetchReport, Result<(), FetchError>) {
    let mut report = FetchReport::default();
    let result = Client::new(options, store, clock, observer).and_then(|client| {
        let days = Days::of(plan, clock)?;
        let mut download = Download {
            client,
            store,
            plan,
            days,
            report: &mut report,
            denied: BTreeMap::new(),
            closed: ClosedDays::default(),
        };
        let result = download.all();
        let (requests, kept) = (download.client.requests, download.client.kept);
        (report.requests, report.kept) = (requests, kept);
        result
    });
    (report, result)
}

/// A download under way.
pub(super) struct Download<'a> {
    pub client: Client<'a>,
    pub store: &'a mut Store,
    pub plan: &'a TusharePlan,
    pub days: Days,
    pub report: &'a mut FetchReport,
    /// What the account may not ask, with the server's words.
    pub denied: BTreeMap<Api, String>,
    pub closed: ClosedDays,
}

impl Download<'_> {
    fn all(&mut self) -> Result<(), FetchError> {
        let tasks = tasks(self.plan, self.days)?;
        for (done, task) in tasks.iter().enumerate() {
            self.client.observer.step(done, tasks.len(), &format!("{} {}", task.api, task.subject));
            let fetched = self.one(task)?;
            self.report.tables.push(fetched);
        }
        self.client.observer.step(tasks.len(), tasks.len(), "");
        if self.plan.market { market::by_date(self) } else { Ok(()) }
    }

    fn one(&mut self, task: &Task) -> Result<Fetched, FetchError> {
        let mut fetched = Fetched {
            subject: task.subject.clone(),
            api: task.api.to_string(),
            rows: 0,
            requests: 0,
            up_to_date: false,
            merged: Merged::default(),
            notes: Vec::new(),
            problem: self.denied.get(&task.api).cloned(),
        };
        if fetched.problem.is_some() {
            return Ok(fetched);
        }
        let lacking = task.lacking(self.store, &mut self.closed, self.plan.again)?;
        fetched.up_to_date = lacking.is_empty();
        let before = self.client.requests;
        for span in lacking {
            match self.span(task, span, &mut fetched) {
                Err(FetchError::NoPermission { message, .. }) => {
                    fetched.problem = Some(format!("the account may not ask this: {message}"));
                    self.denied.extend(fetched.problem.clone().map(|problem| (task.api, problem)));
                }
                result => self.without_bad_answers(task.api, &task.subject, result)?,
            }
        }
        fetched.requests = self.client.requests - before;
        Ok(fetched)
    }

    /// Forgets the kept answers among which a bad one is: the next run would only read it again.
    pub fn without_bad_answers(
        &mut self,
        api: Api,
        subject: &str,
        result: Result<(), FetchError>,
    ) -> Result<(), FetchError> {
        if let Err(FetchError::Answer { .. }) = &result {
            self.store.drop_answers(&Client::shelf(&Call::new(api), subject))?;
        }
        result
    }

    /// Downloads and merges a span of days of a task.
    fn span(&mut self, task: &Task, span: Span, fetched: &mut Fetched) -> Result<(), FetchError> {
        let call = whole_call(task);
        let received = if task.is_whole() {
            self.pages(&task.subject, &call)?
        } else {
            self.pieces(&task.subject, &call, span)?
        };
        let newest = received.iter().filter_map(|r| r.answer.dates().ok()?.into_iter().max()).max();
        let (plan, days) = (self.plan, self.days);
        self.store.batch(|store| -> Result<(), FetchError> {
            for received in &received {
                fetched.rows += received.answer.rows();
                let (merged, left_out) =
                    merge(store, task, received, plan).map_err(|problem| problem.at(&received.origin))?;
                fetched.merged.extend(merged);
                fetched.notes.extend(told(&left_out));
            }
            let refused = fetched.not_stored();
            if let Some(covered) = task.settled(span, newest, days).filter(|_| !refused) {
                store.note_covered(&task.source(), &task.subject, covered)?;
            }
            store.drop_answers(&Client::shelf(&call, &task.subject))?;
            Ok(())
        })
    }

    /// All days of a span, in as few answers as the server's row limit allows.
    fn pieces(&mut self, subject: &str, call: &Call, whole: Span) -> Result<Vec<Received>, FetchError> {
        let (mut received, mut open) = (Vec::new(), vec![whole]);
        while let Some(span) = open.pop() {
            let call = call.clone().within(span);
            let piece = self.client.ask(self.store, subject, &call)?;
            match continuation(&piece.answer, span)
                .map_err(|problem| answer_error(&call.describe(), &problem))?
            {
                Next::Complete => received.push(piece),
                Next::Older(rest) => {
                    received.push(piece);
                    open.push(rest);
                }
                Next::Halves(halves) => open.extend(halves),
            }
        }
        Ok(received)
    }

    /// All rows of a call that cannot be split by date: page by page, if one answer does not hold them. Where the
    /// server's order is not the same for every page, rows would come twice and others never, so that is an error.
    pub fn pages(&mut self, subject: &str, call: &Call) -> Result<Vec<Received>, FetchError> {
        let first = self.client.ask(self.store, subject, call)?;
        let size = first.answer.rows();
        let mut received = vec![first];
        while let Some(last) = received.last()
            && (is_cut(&last.answer) || (received.len() > 1 && last.answer.rows() == size))
            && size > 0
        {
            let offset = received.iter().map(|r| r.answer.rows()).sum::<usize>();
            let page = call.clone().with("limit", size.to_string()).with("offset", offset.to_string());
            let page = self.client.ask(self.store, subject, &page)?;
            if page.answer.rows() == 0 {
                break;
            }
            if page.answer.row(0).eq(received[0].answer.row(0)) {
                let problem = "the second page begins like the first: the server does not turn pages";
                return Err(FetchError::Answer { request: call.describe(), problem: problem.into() });
            }
            received.push(page);
        }
        Ok(received)
    }
}

/// The call of a task without its dates.
fn whole_call(task: &Task) -> Call {
    let call = Call::new(task.api);
    match task.what {
        What::Calendar => call.with("exchange", &task.subject),
        What::Listing => call.with("list_status", &task.subject),
        _ if task.subject == MARKET => call,
        _ => call.with("ts_code", &task.subject),
    }
}

fn is_cut(answer: &Answer) -> bool {
    let rows = answer.rows();
    answer.has_more
        || answer.api.row_limit().is_some_and(|limit| rows >= limit)
        || (rows > 0 && rows.is_multiple_of(ROUND))
}

/// What is still to be asked of a span.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Complete,
    /// The answer holds the newest rows; older ones are in this span. Its last day is asked again, because a day may
    /// have several rows.
    Older(Span),
    /// The order tells nothing: the answer is dropped and its halves are asked, the newer one first.
    Halves([Span; 2]),
}

fn continuation(answer: &Answer, span: Span) -> Result<Next, String> {
    if !is_cut(answer) {
        return Ok(Next::Complete);
    }
    let dates = answer.dates().map_err(|error| error.to_string())?;
    let (Some(oldest), Some(newest)) = (dates.iter().min().copied(), dates.iter().max().copied()) else {
        return Err("the server says that there is more than no row at all".into());
    };
    if !span.contains(oldest) || !span.contains(newest) {
        return Err(format!("asked for {} to {}, got {oldest} to {newest}", span.first, span.last));
    }
    let newest_first = dates.windows(2).all(|pair| pair[0] >= pair[1]);
    if newest_first && oldest == span.first {
        return Ok(Next::Complete);
    }
    if newest_first && oldest < span.last {
        return Ok(Next::Older(Span { first: span.first, last: oldest }));
    }
    match span.halves() {
        Some(halves) => Ok(Next::Halves(halves)),
        None => Err(format!("more rows on {} than one answer holds", span.first)),
    }
}

/// Why an answer was not merged.
pub(super) enum NotMerged {
    Store(StoreError),
    Answer(String),
}

impl From<StoreError> for NotMerged {
    /// Rows that the store refuses are the answer's fault, not the store's.
    fn from(error: StoreError) -> NotMerged {
        match error.fault {
            StoreFault::BadSymbol(_) | StoreFault::Rows { .. } => NotMerged::Answer(error.fault.to_string()),
            _ => NotMerged::Store(error),
        }
    }
}

impl From<BadAnswer> for NotMerged {
    fn from(error: BadAnswer) -> NotMerged {
        NotMerged::Answer(error.to_string())
    }
}

impl NotMerged {
    pub fn at(self, origin: &Origin) -> FetchError {
        match self {
            NotMerged::Store(error) => FetchError::Store(error),
            NotMerged::Answer(problem) => answer_error(&origin.name, &problem),
        }
    }
}

fn answer_error(request: &str, problem: &str) -> FetchError {
    FetchError::Answer { request: request.to_owned(), problem: problem.to_owned() }
}

/// The records of the symbol that was asked for; another symbol's rows are an error.
fn only<T>(mut by_symbol: BySymbol<T>, symbol: &str) -> Result<Option<T>, NotMerged> {
    let own = by_symbol.remove(symbol);
    match by_symbol.keys().next() {
        Some(other) => Err(NotMerged::Answer(format!("asked for {symbol}, got rows of {other}"))),
        None => Ok(own),
    }
}

/// Puts one answer about one subject into the store.
fn merge(
    store: &mut Store,
    task: &Task,
    received: &Received,
    plan: &TusharePlan,
) -> Result<(Merged, Vec<LeftOut>), NotMerged> {
    let Received { answer, origin } = received;
    let (symbol, answers) = (task.subject.as_str(), std::slice::from_ref(answer));
    let mut left_out = Vec::new();
    let merged = match task.what {
        What::Calendar => store.put_calendar(symbol, &rows::calendar(answers)?, origin)?,
        What::Listing => {
            let mut listings: Vec<_> = rows::listings(answers)?.into_values().collect();
            // A list of all stocks is no reason to keep symbols that nobody asked for.
            listings.retain(|listing| plan.market || plan.symbols.contains(&listing.symbol));
            store.put_listings(&listings, origin)?
        }
        What::Names if symbol == MARKET => {
            let mut merged = Merged::default();
            for (symbol, names) in rows::names(answers)? {
                merged.extend(store.put_names(&symbol, &names, origin)?);
            }
            merged
        }
        What::Names => {
            store.put_names(symbol, &only(rows::names(answers)?, symbol)?.unwrap_or_default(), origin)?
        }
        What::Suspensions => {
            let days = only(rows::suspensions(answers)?, symbol)?.unwrap_or_default();
            store.put_suspensions(symbol, &days, origin)?
        }
        What::Limits => {
            let limits = only(rows::limits(answers)?, symbol)?.unwrap_or_default();
            store.put_limits(symbol, &limits, origin, plan.accept)?
        }
        What::Bars => {
            let (bars, odd) = rows::bars(answers)?;
            left_out = odd;
            match only(bars, symbol)? {
                Some(bars) => store.put_bars(&bars, origin, plan.accept)?,
                None => Merged::default(),
            }
        }
        What::Factors => {
            let (factors, odd) = rows::factors(answers)?;
            left_out = odd;
            match only(factors, symbol)? {
                Some(factors) => store.put_factors(&factors, origin, plan.accept)?,
                None => Merged::default(),
            }
        }
    };
    Ok((merged, left_out))
}

/// Rows that were left out, in words.
pub(super) fn told(left_out: &[LeftOut]) -> Vec<String> {
    let mut told: Vec<String> = left_out
        .iter()
        .take(NAMED)
        .map(|row| format!("{} {}: {}; the row was left out", row.symbol, row.date, row.why))
        .collect();
    if left_out.len() > NAMED {
        told.push(format!("{} more rows were left out", left_out.len() - NAMED));
    }
    told
}

/// The newest date among answers.
pub(super) fn newest<'a>(answers: impl Iterator<Item = &'a Answer>) -> Option<TradeDate> {
    answers.filter_map(|answer| answer.dates().ok()?.into_iter().max()).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(dates: &[&str], has_more: bool) -> Answer {
        let items: Vec<String> = dates.iter().map(|date| format!("[\"{date}\"]")).collect();
        let body = format!(
            "{{\"code\":0,\"data\":{{\"fields\":[\"trade_date\"],\"items\":[{}],\"has_more\":{has_more}}}}}",
            items.join(",")
        );
        Answer::read(Api::Daily, body.as_bytes()).unwrap()
    }

    fn span(first: &str, last: &str) -> Span {
        Span { first: first.parse().unwrap(), last: last.parse().unwrap() }
    }

    #[test]
    fn a_cut_answer_is_continued_below_its_oldest_day() {
        let whole = span("2024-06-01", "2024-06-28");
        let told = |dates: &[&str]| continuation(&answer(dates, true), whole);
        assert_eq!(continuation(&answer(&["20240627"], false), whole), Ok(Next::Complete));
        assert_eq!(told(&["20240627", "20240610"]), Ok(Next::Older(span("2024-06-01", "2024-06-10"))));
        assert_eq!(told(&["20240627", "20240601"]), Ok(Next::Complete));
    }

    #[test]
    fn an_order_that_tells_nothing_is_halved() {
        let whole = span("2024-06-01", "2024-06-28");
        let halves = Next::Halves(whole.halves().unwrap());
        assert_eq!(continuation(&answer(&["20240610", "20240627"], true), whole), Ok(halves));
        let day = span("2024-06-28", "2024-06-28");
        assert!(
            continuation(&answer(&["20240628", "20240628"], true), span("2024-06-27", "2024-06-28")).is_ok()
        );
        assert_eq!(continuation(&answer(&["20240628"], true), day), Ok(Next::Complete));
        assert!(continuation(&answer(&[], true), whole).is_err());
        assert!(continuation(&answer(&["20250101"], true), whole).is_err());
    }

    #[test]
    fn a_round_number_of_rows_and_the_documented_limit_mean_that_there_may_be_more() {
        for (rows, cut) in [(1, false), (499, false), (500, true), (501, false), (6_000, true), (6_001, true)]
        {
            assert_eq!(is_cut(&answer(&vec!["20240628"; rows], false)), cut, "{rows}");
        }
        assert!(!is_cut(&answer(&[], false)));
    }
}
