//! The audit of what a store holds, and the calendars it goes by.

use super::{Context, audit, sort};
use crate::finding::Finding;
use crate::store::{Store, StoreError, SymbolSummary};
use serde::Serialize;
use std::collections::BTreeMap;
use tidegate_market::{ObservedDays, TradeDate, Venue, observed_days};

/// Series that an exchange's days are read off where no calendar is stored: the longest ones, as more add nothing.
const WITNESSES: usize = 100;

/// The trading days of an exchange as the store knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredCalendar {
    /// The exchange.
    pub venue: Venue,
    /// Where they come from.
    pub source: CalendarSource,
    /// How many trading days.
    pub days: usize,
    /// First of them.
    pub first: TradeDate,
    /// Last of them.
    pub last: TradeDate,
    #[serde(skip)]
    open: Vec<TradeDate>,
}

/// Where trading days come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CalendarSource {
    /// A calendar that was fetched or imported.
    Stored,
    /// The bars of stored symbols.
    Bars {
        /// How many symbols.
        symbols: usize,
        /// Days left out because next to none of them has a bar.
        doubtful: Vec<TradeDate>,
        /// Weekdays without any bar: holidays, or days that all of them lack.
        silent_weekdays: usize,
    },
}

impl StoredCalendar {
    /// Open days, ascending.
    pub fn open(&self) -> &[TradeDate] {
        &self.open
    }
}

/// What is the same for all symbols of a store: calendars, and how far each market goes.
#[derive(Clone, Debug)]
pub struct Surroundings {
    calendars: BTreeMap<Venue, StoredCalendar>,
    market_last: BTreeMap<Venue, TradeDate>,
}

impl Surroundings {
    /// Reads the calendars of the exchanges that `symbols` trade on. Where the store has none, the days are read off the
    /// bars of its symbols there.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn of(store: &Store, symbols: &[String]) -> Result<Surroundings, StoreError> {
        let summaries = store.summaries()?;
        let (mut calendars, mut market_last) = (BTreeMap::new(), BTreeMap::new());
        for venue in Venue::ALL {
            if !symbols.iter().any(|symbol| Venue::of_symbol(symbol) == Some(venue)) {
                continue;
            }
            let there: Vec<&SymbolSummary> = summaries
                .iter()
                .filter(|s| s.rows > 0 && Venue::of_symbol(&s.symbol) == Some(venue))
                .collect();
            if let Some(last) = there.iter().filter_map(|summary| summary.last).max() {
                market_last.insert(venue, last);
            }
            if let Some(calendar) = calendar_of(store, venue, there)? {
                calendars.insert(venue, calendar);
            }
        }
        Ok(Surroundings { calendars, market_last })
    }

    /// The calendars, by exchange.
    pub fn calendars(&self) -> impl Iterator<Item = &StoredCalendar> {
        self.calendars.values()
    }
}

fn calendar_of(
    store: &Store,
    venue: Venue,
    mut there: Vec<&SymbolSummary>,
) -> Result<Option<StoredCalendar>, StoreError> {
    let stored = store.calendar(&venue.to_string())?;
    let (source, open) = if stored.is_empty() {
        there.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.symbol.cmp(&b.symbol)));
        there.truncate(WITNESSES);
        let dates = there
            .iter()
            .map(|summary| Ok(store.bar_columns(&summary.symbol, &[])?.0))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let ObservedDays { days, doubtful, silent_weekdays, symbols } =
            observed_days(dates.iter().map(Vec::as_slice));
        // One or two series cannot tell a missing day from a holiday.
        if symbols < 3 {
            return Ok(None);
        }
        (CalendarSource::Bars { symbols, doubtful, silent_weekdays }, days)
    } else {
        (CalendarSource::Stored, stored.into_iter().filter(|(_, open)| *open).map(|(day, _)| day).collect())
    };
    let (Some(&first), Some(&last)) = (open.first(), open.last()) else { return Ok(None) };
    Ok(Some(StoredCalendar { venue, source, days: open.len(), first, last, open }))
}

/// What an audit of one symbol came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SymbolAudit {
    /// Findings, in order.
    pub findings: Vec<Finding>,
    /// Bars looked at.
    pub rows: usize,
}

/// Audits one symbol with everything that the store knows about it. Findings of its arrivals (duplicates, error bodies
/// and whatever else only a file or an answer shows) stay; the others are found anew.
///
/// # Errors
/// When nothing is stored under the symbol, or the store is damaged or cannot be read.
pub fn audit_stored(
    store: &Store,
    surroundings: &Surroundings,
    symbol: &str,
) -> Result<SymbolAudit, StoreError> {
    let mut findings: Vec<Finding> =
        store.findings(symbol)?.into_iter().filter(Finding::is_of_arrival).collect();
    let Some(bars) = store.bars(symbol)? else {
        // Names near a mistyped one are in the error.
        store.summary(symbol)?;
        return Ok(SymbolAudit { findings, rows: 0 });
    };
    let (factors, suspensions) = (store.factors(symbol)?, store.suspensions(symbol)?);
    let (actions, names) = (store.actions(symbol)?, store.names(symbol)?);
    let (listing, limits) = (store.listing(symbol)?, store.limits(symbol)?);
    let venue = Venue::of_symbol(symbol);
    let calendar = venue.and_then(|venue| surroundings.calendars.get(&venue));
    findings.extend(audit(
        &bars,
        &Context {
            calendar: calendar.map(StoredCalendar::open),
            suspensions: &suspensions,
            factors: factors.as_ref(),
            actions: &actions,
            names: &names,
            listing: listing.as_ref(),
            limits: &limits,
            market_last: venue.and_then(|venue| surroundings.market_last.get(&venue).copied()),
        },
    ));
    sort(&mut findings);
    Ok(SymbolAudit { findings, rows: bars.date.len() })
}

/// Symbols audited in one transaction: findings are kept in steps, so that little is lost when somebody stops it.
const TOGETHER: usize = 100;

/// How far an audit of the store came.
#[derive(Clone, Debug)]
pub struct StoreAudit {
    /// Findings of the symbols audited, in their order; also kept in the store.
    pub findings: Vec<Finding>,
    /// Symbols audited.
    pub symbols: usize,
    /// Bars looked at.
    pub rows: usize,
    /// What the audit went by.
    pub surroundings: Surroundings,
    /// Whether the caller stopped it before the last symbol. What was audited is kept.
    pub stopped: bool,
}

/// Audits symbols from what the store holds and keeps the findings there. `go_on` hears after every symbol how many are
/// done, and answers whether to go on.
///
/// # Errors
/// When a symbol is not stored, or the store is damaged, cannot be read or cannot be written.
pub fn audit_store(
    store: &mut Store,
    symbols: &[String],
    mut go_on: impl FnMut(usize) -> bool,
) -> Result<StoreAudit, StoreError> {
    let surroundings = Surroundings::of(store, symbols)?;
    let mut done = StoreAudit { findings: Vec::new(), symbols: 0, rows: 0, surroundings, stopped: false };
    for together in symbols.chunks(TOGETHER) {
        store.batch(|store| {
            for symbol in together {
                if done.stopped {
                    break;
                }
                let SymbolAudit { findings, rows } = audit_stored(store, &done.surroundings, symbol)?;
                store.put_findings(symbol, &findings)?;
                done.findings.extend(findings);
                done.symbols += 1;
                done.rows += rows;
                done.stopped = !go_on(done.symbols);
            }
            Ok::<(), StoreError>(())
        })?;
        if done.stopped {
            break;
        }
    }
    done.stopped = done.symbols < symbols.len();
    Ok(done)
}
