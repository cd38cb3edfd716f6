//! All stocks, one trade date at a time: one request a day and table, merged some dozen days at once.

use super::answer::Answer;
use super::api::Api;
use super::call::{Call, compact};
use super::client::{Client, Received};
use super::download::{Download, NotMerged, newest, told};
use super::plan::{BY_DATE, MARKET, Task, What};
use super::rows;
use crate::digest::sha256;
use crate::fetch::{FetchError, Fetched};
use crate::record::Origin;
use crate::span::Span;
use crate::store::{Merged, Store};
use std::collections::{BTreeMap, BTreeSet};
use tidegate_market::TradeDate;

/// Days that are merged at once: a stock's bars are rewritten once for all of them.
const DAYS: usize = 60;

/// Downloads the market's tables for every trading day that the store lacks.
pub(super) fn by_date(download: &mut Download<'_>) -> Result<(), FetchError> {
    let span = download.days.span;
    let calendar = download.store.calendar("SSE")?;
    let known = |day: TradeDate| calendar.binary_search_by_key(&day, |(day, _)| *day).is_ok();
    let mut days: Vec<TradeDate> =
        calendar.iter().filter(|(day, open)| *open && span.contains(*day)).map(|(day, _)| *day).collect();
    if !known(span.first) || !known(span.last) {
        // Without a calendar every weekday is asked; a holiday's answer is empty.
        let mut day = span.first;
        while day <= span.last {
            if !known(day) && !day.is_weekend() {
                days.push(day);
            }
            day = day.next_day();
        }
        days.sort_unstable();
    }

    let wanted = |(what, _): &&(What, Api)| download.plan.what.contains(what);
    let tables: Vec<(What, Api)> = BY_DATE.iter().filter(wanted).copied().collect();
    let mut outcome: BTreeMap<Api, Fetched> = BTreeMap::new();
    let mut lacking: BTreeMap<Api, BTreeSet<TradeDate>> = BTreeMap::new();
    for (what, api) in &tables {
        let spans =
            task(*what, *api, span).lacking(download.store, &mut download.closed, download.plan.again)?;
        let days = days.iter().copied().filter(|day| spans.iter().any(|span| span.contains(*day)));
        lacking.insert(*api, days.collect());
        outcome.insert(*api, blank(*api, lacking[api].is_empty()));
    }
    let total: usize = lacking.values().map(BTreeSet::len).sum();
    let mut done = 0;
    let mut result = Ok(());
    'chunks: for chunk in days.chunks(DAYS) {
        for (what, api) in &tables {
            let asked: Vec<TradeDate> =
                chunk.iter().copied().filter(|day| lacking[api].contains(day)).collect();
            if asked.is_empty() || download.denied.contains_key(api) {
                continue;
            }
            let Some(fetched) = outcome.get_mut(api) else { continue };
            result = days_of(download, *what, *api, &asked, fetched, &mut |day| {
                done += 1;
                (done, total, format!("{api} {day}"))
            });
            result = download.without_bad_answers(*api, MARKET, result);
            if result.is_err() {
                break 'chunks;
            }
        }
    }
    download.report.tables.extend(outcome.into_values());
    result
}

fn task(what: What, api: Api, span: Span) -> Task {
    Task { what, api, subject: MARKET.to_owned(), span }
}

fn blank(api: Api, up_to_date: bool) -> Fetched {
    Fetched {
        subject: MARKET.into(),
        api: api.to_string(),
        rows: 0,
        requests: 0,
        up_to_date,
        merged: Merged::default(),
        notes: Vec::new(),
        problem: None,
    }
}

/// Asks and merges some days of one table.
fn days_of(
    download: &mut Download<'_>,
    what: What,
    api: Api,
    days: &[TradeDate],
    fetched: &mut Fetched,
    step: &mut dyn FnMut(TradeDate) -> (usize, usize, String),
) -> Result<(), FetchError> {
    let before = download.client.requests;
    let mut received: Vec<Received> = Vec::new();
    for day in days {
        let (done, total, text) = step(*day);
        download.client.observer.step(done, total, &text);
        let call = Call::new(api).with("trade_date", compact(*day));
        match download.pages(MARKET, &call) {
            Ok(pages) => {
                check_pages(&pages, what, *day)?;
                received.extend(pages);
            }
            Err(FetchError::NoPermission { message, .. }) => {
                let problem = format!("the account may not ask this: {message}");
                download.denied.insert(api, problem.clone());
                fetched.problem = Some(problem);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
    fetched.requests += download.client.requests - before;
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(()) };
    let covered = Span { first: *first, last: *last };
    let task = task(what, api, covered);
    let settled = task.settled(covered, newest(received.iter().map(|r| &r.answer)), download.days);
    let origin = joint_origin(api, covered, &received);
    let accept = download.plan.accept;
    download.store.batch(|store| -> Result<(), FetchError> {
        let answers: Vec<Answer> = received.into_iter().map(|r| r.answer).collect();
        fetched.rows += answers.iter().map(|answer| answer.rows()).sum::<usize>();
        let notes = merge(store, what, &answers, &origin, accept, &mut fetched.merged)
            .map_err(|problem| problem.at(&origin))?;
        fetched.notes.extend(notes);
        fetched.not_stored();
        if let Some(covered) = settled {
            store.note_covered(&task.source(), MARKET, covered)?;
        }
        store.drop_answers(&Client::shelf(&Call::new(api), MARKET))?;
        Ok(())
    })
}

/// Pages must not hold a symbol twice, and every row must be of the day that was asked.
fn check_pages(pages: &[Received], what: What, day: TradeDate) -> Result<(), FetchError> {
    let Some(first) = pages.first() else { return Ok(()) };
    let wrong = |problem: String| FetchError::Answer { request: first.origin.name.clone(), problem };
    let mut seen = BTreeSet::new();
    for page in pages.iter().filter(|page| page.answer.rows() > 0) {
        if let Some(other) =
            page.answer.dates().map_err(|e| wrong(e.to_string()))?.iter().find(|d| **d != day)
        {
            return Err(wrong(format!("asked for {day}, got rows of {other}")));
        }
        let symbol = page.answer.column("ts_code").map_err(|e| wrong(e.to_string()))?;
        for row in 0..page.answer.rows() {
            let symbol = symbol.word(row).map_err(|e| wrong(e.to_string()))?;
            if !seen.insert(symbol.clone()) && what != What::Suspensions {
                return Err(wrong(format!(
                    "{symbol} came twice on {day}: the server's pages overlap; try again"
                )));
            }
        }
    }
    Ok(())
}

/// One origin for many answers: each of 5,000 symbols would otherwise have one for every day.
fn joint_origin(api: Api, span: Span, received: &[Received]) -> Origin {
    let hashes: String = received.iter().map(|r| r.origin.sha256.as_str()).collect();
    let (first, last, answers) = (compact(span.first), compact(span.last), received.len());
    Origin {
        source: format!("tushare {api}"),
        name: format!("{api} trade_date={first}..{last} ({answers} answers; SHA-256 of their hashes)"),
        received: received.last().map_or_else(String::new, |r| r.origin.received.clone()),
        sha256: sha256(hashes.as_bytes()),
    }
}

fn merge(
    store: &mut Store,
    what: What,
    answers: &[Answer],
    origin: &Origin,
    accept: bool,
    merged: &mut Merged,
) -> Result<Vec<String>, NotMerged> {
    let mut left_out = Vec::new();
    match what {
        What::Bars => {
            let (bars, odd) = rows::bars(answers)?;
            left_out = odd;
            for bars in bars.values() {
                merged.extend(store.put_bars(bars, origin, accept)?);
            }
        }
        What::Factors => {
            let (factors, odd) = rows::factors(answers)?;
            left_out = odd;
            for factors in factors.values() {
                merged.extend(store.put_factors(factors, origin, accept)?);
            }
        }
        What::Suspensions => {
            for (symbol, days) in rows::suspensions(answers)? {
                merged.extend(store.put_suspensions(&symbol, &days, origin)?);
            }
        }
        What::Limits => {
            for (symbol, limits) in rows::limits(answers)? {
                merged.extend(store.put_limits(&symbol, &limits, origin, accept)?);
            }
        }
        What::Calendar | What::Listing | What::Names => {}
    }
    Ok(told(&left_out))
}
