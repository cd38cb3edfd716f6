//! A download from Yahoo: symbol by symbol; one that fails does not keep the others from coming.

use super::chart::Chart;
use super::client::{Client, Reply, YahooOptions};
use super::unsplit::unsplit;
use crate::fetch::{FetchError, FetchReport, Fetched, origin};
use crate::http::{Clock, Observer};
use crate::span::{Span, local_day, plus, second_of};
use crate::store::{Merged, Store};
use crate::symbol::is_symbol;
use std::collections::BTreeSet;
use tidegate_market::{PriceBasis, TradeDate};

/// Under which name the store knows what was covered.
const SOURCE: &str = "yahoo chart";

/// A download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YahooPlan {
    /// As Yahoo writes them: `AAPL`, `^GSPC`, `0700.HK`.
    pub symbols: Vec<String>,
    /// First day.
    pub from: TradeDate,
    /// Last day; today when left out.
    pub to: Option<TradeDate>,
    /// Also what the store has already.
    pub again: bool,
    /// Let what arrives replace what is stored and differs.
    pub accept: bool,
}

/// Downloads what the store lacks of a plan. Besides the report there is an error when the download ended early.
pub fn fetch_yahoo(
    store: &mut Store,
    options: &YahooOptions,
    plan: &YahooPlan,
    clock: &dyn Clock,
    observer: &dyn Observer,
) -> (FetchReport, Result<(), FetchError>) {
    let mut report = FetchReport::default();
    let mut client = Client::new(options, clock, observer);
    let result = all(store, plan, clock, observer, &mut client, &mut report);
    report.requests = client.requests;
    (report, result)
}

fn all(
    store: &mut Store,
    plan: &YahooPlan,
    clock: &dyn Clock,
    observer: &dyn Observer,
    client: &mut Client<'_>,
    report: &mut FetchReport,
) -> Result<(), FetchError> {
    // The earliest place on earth: nobody's day is later.
    let today = local_day(clock.now().div_euclid(1000), 14 * 3_600);
    let to = plan.to.map_or(today, |to| to.min(today));
    let span = Span::new(plan.from, to).ok_or(FetchError::Dates { from: plan.from, to })?;
    let symbols: Vec<&String> = plan.symbols.iter().collect::<BTreeSet<_>>().into_iter().collect();
    for (done, symbol) in symbols.iter().enumerate() {
        observer.step(done, symbols.len(), symbol);
        let mut tables = ["chart", "adjclose", "events"].map(|api| Fetched {
            subject: (*symbol).clone(),
            api: api.into(),
            rows: 0,
            requests: 0,
            up_to_date: false,
            merged: Merged::default(),
            notes: Vec::new(),
            problem: None,
        });
        let before = client.requests;
        let result = one(store, plan, span, client, symbol, &mut tables);
        let [chart, adjclose, events] = &mut tables;
        chart.requests = client.requests - before;
        match result {
            Ok(()) => {}
            Err(error @ (FetchError::Interrupted | FetchError::Store(_))) => return Err(error),
            Err(error) => chart.problem = Some(error.to_string()),
        }
        (adjclose.up_to_date, events.up_to_date) = (chart.up_to_date, chart.up_to_date);
        let (whole, refused) = (chart.problem.is_none(), chart.merged.refused > 0);
        // Of an answer that did not come, one table is told.
        report.tables.extend(tables.into_iter().filter(|table| whole || refused || table.api == "chart"));
    }
    observer.step(symbols.len(), symbols.len(), "");
    Ok(())
}

fn one(
    store: &mut Store,
    plan: &YahooPlan,
    span: Span,
    client: &mut Client<'_>,
    symbol: &str,
    [fetched, adjclose, events]: &mut [Fetched; 3],
) -> Result<(), FetchError> {
    let wrong = |problem: String| FetchError::Answer { request: format!("chart {symbol}"), problem };
    if !is_symbol(symbol) {
        return Err(wrong("expected a symbol such as AAPL, ^GSPC or 0700.HK".into()));
    }
    let covered = store.covered(SOURCE, symbol)?;
    let lacking: Vec<Span> = span.lacking(&covered).into_iter().filter(|span| span.has_weekday()).collect();
    if lacking.is_empty() && !plan.again {
        fetched.up_to_date = true;
        return Ok(());
    }
    // From the first stored day on, because new factors find their scale by the stored ones; up to now whatever the
    // last day wanted, because every later split is needed to tell the prices of the day.
    let first = covered.first().map_or(span.first, |stored| stored.first.min(span.first));
    let now = client.clock.now().div_euclid(1000);
    let Reply { body, moment } = client.chart(symbol, second_of(plus(first, -1)), now + 86_400)?;
    let now = moment.div_euclid(1000);
    let chart = Chart::read(&body, now).map_err(|error| wrong(error.to_string()))?;
    if !chart.symbol.eq_ignore_ascii_case(symbol) {
        return Err(wrong(format!("asked for {symbol}, got {}", chart.symbol)));
    }

    fetched.rows = chart.rows.len();
    fetched.notes = notes(&chart);
    let mut raw = unsplit(&chart, symbol);
    if raw.bars.basis == PriceBasis::SplitAdjusted {
        fetched.notes.push("prices stay split-adjusted: ticks and lots mean nothing on them".into());
    }
    if raw.factors.date.is_empty() && !raw.bars.date.is_empty() {
        fetched.notes.push("no adjusted close came: without factors dividends show as falls".into());
    }
    raw.within(first, span.last);
    raw.settle(store.bars(symbol)?.as_ref(), store.factors(symbol)?.as_ref());
    let newest = raw.bars.date.last().copied();
    let origin = origin(SOURCE.into(), format!("chart {symbol} from {first}"), moment, &body);
    store.batch(|store| -> Result<(), FetchError> {
        if newest.is_some() {
            fetched.merged.extend(store.put_bars(&raw.bars, &origin, plan.accept)?);
        }
        if !raw.factors.date.is_empty() {
            adjclose.rows = raw.factors.date.len();
            adjclose.merged.extend(store.put_factors(&raw.factors, &origin, plan.accept)?);
        }
        if !raw.actions.is_empty() {
            events.rows = raw.actions.len();
            events.merged.extend(store.put_actions(symbol, &raw.actions, &origin, plan.accept)?);
        }
        let refused = [fetched.not_stored(), adjclose.not_stored(), events.not_stored()];
        // A day is over everywhere once the next one has ended in the last place on earth.
        let over = plus(local_day(now, -12 * 3_600), -1);
        let last = if newest == Some(span.last) { span.last } else { span.last.min(over) };
        if let Some(covered) = Span::new(first, last).filter(|_| !refused.contains(&true)) {
            store.note_covered(SOURCE, symbol, covered)?;
        }
        Ok(())
    })
}

fn notes(chart: &Chart) -> Vec<String> {
    let listed = |days: &[TradeDate]| {
        let mut list: Vec<String> = days.iter().take(3).map(ToString::to_string).collect();
        list.extend((days.len() > 3).then(|| format!("and {} more", days.len() - 3)));
        list.join(", ")
    };
    let mut notes = Vec::new();
    if !chart.nulls.is_empty() {
        notes.push(format!(
            "{} days without a whole bar were left out: {}",
            chart.nulls.len(),
            listed(&chart.nulls)
        ));
    }
    if let Some(day) = chart.live {
        notes.push(format!(
            "the bar of {day} is not finished and was left out; fetch again after the session"
        ));
    }
    if !chart.repeated.is_empty() {
        notes.push(format!("dates came twice, the first bar is kept: {}", listed(&chart.repeated)));
    }
    if let Some(split) = &chart.unknown_split {
        notes.push(format!("the split of {split} cannot be read"));
    }
    if !chart.splits.is_empty() && chart.unknown_split.is_none() {
        let splits: Vec<String> =
            chart.splits.iter().map(|(day, ratio)| format!("{ratio}-for-1 on {day}")).collect();
        notes.push(format!("prices were un-split: {}", splits.join(", ")));
    }
    notes
}
