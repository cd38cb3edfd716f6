//! Files of records other than bars: factors, suspensions, limits, names, listings, calendars.

use super::cell;
use super::day::day;
use super::decimal;
use super::findings;
use super::header::RecordColumns;
use super::layout::Layout;
use super::opened::Opened;
use super::parsed::{ImportOptions, Parsed, SymbolTable};
use crate::error::DataError;
use crate::finding::{Finding, FindingKind, Severity};
use crate::record::{FactorOrigin, Factors, ListingInfo, NamePeriod, PublishedLimit, Suspension};
use crate::symbol::is_symbol;
use std::collections::BTreeMap;
use tidegate_market::TradeDate;

/// Bad lines listed one by one.
const LISTED: usize = 1_000;

/// Records of one symbol with the line each stands on.
#[derive(Default)]
struct Records {
    factors: Vec<(TradeDate, u64, [f64; 2])>,
    limits: Vec<(TradeDate, u64, [f64; 2])>,
    suspensions: Vec<Suspension>,
    names: Vec<NamePeriod>,
}

/// What a line says.
enum Record {
    Factor(TradeDate, f64),
    Limit(TradeDate, [f64; 2]),
    Suspension(Suspension),
    Name(NamePeriod),
    Listing(ListingInfo),
    Day(String, TradeDate, bool),
}

/// One line by column name.
struct Cells<'a> {
    columns: &'a RecordColumns,
    cells: &'a [&'a [u8]],
}

/// Column, what was expected there.
type Wrong = (&'static str, &'static str);

impl Cells<'_> {
    fn text(&self, name: &'static str) -> Option<String> {
        let cell = *self.cells.get(self.columns.place(name)?)?;
        (!cell::is_null(cell)).then(|| cell::text(cell).into_owned())
    }

    fn optional_day(&self, name: &'static str) -> Result<Option<TradeDate>, Wrong> {
        let Some(cell) = self.columns.place(name).and_then(|place| self.cells.get(place)) else {
            return Ok(None);
        };
        if cell::is_null(cell) {
            return Ok(None);
        }
        day(cell).map(Some).ok_or((name, super::day::EXPECTED))
    }

    fn day(&self, name: &'static str) -> Result<TradeDate, Wrong> {
        self.optional_day(name)?.ok_or((name, super::day::EXPECTED))
    }

    fn positive(&self, name: &'static str) -> Result<f64, Wrong> {
        let cell = self.columns.place(name).and_then(|place| self.cells.get(place));
        cell.and_then(|cell| decimal::number(cell))
            .filter(|value| *value > 0.0)
            .ok_or((name, "a number above 0"))
    }

    fn open(&self, name: &'static str) -> Result<bool, Wrong> {
        match self.text(name).as_deref() {
            Some("1" | "1.0") => Ok(true),
            Some("0" | "0.0") => Ok(false),
            _ => Err((name, "0 or 1")),
        }
    }

    fn symbol(&self) -> Result<String, Wrong> {
        self.text("ts_code")
            .filter(|symbol| is_symbol(symbol))
            .ok_or(("ts_code", "a symbol such as 600000.SH"))
    }

    fn record(&self) -> Result<Record, Wrong> {
        Ok(match self.columns.layout {
            Layout::TushareFactor => Record::Factor(self.day("trade_date")?, self.positive("adj_factor")?),
            Layout::TushareLimits => Record::Limit(
                self.day("trade_date")?,
                [self.positive("up_limit")?, self.positive("down_limit")?],
            ),
            Layout::TushareSuspensions => {
                let resumed = match self.text("suspend_type").as_deref() {
                    Some("S") => false,
                    Some("R") => true,
                    _ => return Err(("suspend_type", "S or R")),
                };
                let timing = self.text("suspend_timing");
                Record::Suspension(Suspension { date: self.day("trade_date")?, resumed, timing })
            }
            Layout::TushareNames => Record::Name(NamePeriod {
                name: self.text("name").ok_or(("name", "a name"))?,
                from: self.day("start_date")?,
                to: self.optional_day("end_date")?,
                reason: self.text("change_reason"),
            }),
            Layout::TushareListings => Record::Listing(ListingInfo {
                symbol: self.symbol()?,
                name: self.text("name").ok_or(("name", "a name"))?,
                board: self.text("market"),
                listed: self.optional_day("list_date")?,
                delisted: self.optional_day("delist_date")?,
                // Tushare lists only what is listed unless asked for more.
                status: self.text("list_status").and_then(|status| status.chars().next()).unwrap_or('L'),
            }),
            _ if self.columns.place("pre_trade_date").is_some() => {
                Record::Day(self.exchange(), self.day("trade_date")?, true)
            }
            _ if self.columns.place("calendarDate").is_some() => {
                Record::Day(self.exchange(), self.day("calendarDate")?, self.open("isOpen")?)
            }
            _ => Record::Day(self.exchange(), self.day("cal_date")?, self.open("is_open")?),
        })
    }

    fn exchange(&self) -> String {
        self.text("exchange").or_else(|| self.text("exchangeCD")).unwrap_or_default()
    }
}

/// Reads the rows of a file of records.
pub(crate) fn parse(
    opened: &Opened<'_>,
    columns: &RecordColumns,
    file: &str,
    options: &ImportOptions,
) -> Result<Parsed, DataError> {
    let mut parsed = Parsed::of(columns.layout);
    let mut by_symbol: BTreeMap<String, Records> = BTreeMap::new();
    let mut days: BTreeMap<String, Vec<(TradeDate, u64, [f64; 2])>> = BTreeMap::new();
    let mut bad = 0;
    let mut cells: Vec<&[u8]> = Vec::new();
    for (line, text) in opened.lines() {
        let text = text.strip_suffix('\r').unwrap_or(text);
        cell::split(text.as_bytes(), columns.separator, columns.names.len() + 1, &mut cells);
        let row = Cells { columns, cells: &cells };
        let symbol = match columns.layout {
            Layout::Calendar | Layout::TushareListings => Ok(String::new()),
            _ => row.symbol(),
        };
        if let (Ok(symbol), Some(wanted)) = (&symbol, &options.symbol)
            && columns.layout != Layout::Calendar
            && symbol != wanted
            && row.text("ts_code").as_ref() != Some(wanted)
        {
            continue;
        }
        parsed.rows_read += 1;
        let record = if cells.len() == columns.names.len() {
            symbol.and_then(|symbol| Ok((symbol, row.record()?)))
        } else {
            Err(("row", "as many cells as the header has"))
        };
        let (symbol, record) = match record {
            Ok(record) => record,
            Err((column, expected)) => {
                bad += 1;
                if bad <= LISTED {
                    let shown = cell::shown(text.as_bytes());
                    let message = format!("column {column}: expected {expected}, found the line {shown}");
                    let (kind, severity) = (FindingKind::BadRow, Severity::Error);
                    parsed.findings.push(findings::of_file(
                        kind,
                        severity,
                        Some(line),
                        message,
                        "row dropped",
                    ));
                }
                continue;
            }
        };
        match record {
            Record::Listing(listing) => parsed.listings.push(listing),
            Record::Day(exchange, day, open) => {
                let open = if open { 1.0 } else { 0.0 };
                days.entry(exchange).or_default().push((day, line, [open, 0.0]));
            }
            Record::Factor(date, factor) => {
                by_symbol.entry(symbol).or_default().factors.push((date, line, [factor, 0.0]));
            }
            Record::Limit(date, limits) => {
                by_symbol.entry(symbol).or_default().limits.push((date, line, limits));
            }
            Record::Suspension(suspension) => {
                by_symbol.entry(symbol).or_default().suspensions.push(suspension)
            }
            Record::Name(name) => by_symbol.entry(symbol).or_default().names.push(name),
        }
    }
    if bad > LISTED {
        let message = format!("{} further rows cannot be read, not listed one by one", bad - LISTED);
        let (kind, severity) = (FindingKind::BadRow, Severity::Error);
        let finding = findings::of_file(kind, severity, None, message, "rows dropped");
        parsed.findings.push(Finding { count: bad - LISTED, ..finding });
    }
    for (symbol, records) in by_symbol {
        let table = symbol_table(symbol, records, &mut parsed.findings);
        parsed.tables.push(table);
    }
    calendars(days, &mut parsed);
    sort_listings(&mut parsed);
    let nothing = parsed.tables.is_empty() && parsed.calendars.is_empty() && parsed.listings.is_empty();
    match parsed.findings.first() {
        Some(first) if nothing => {
            Err(DataError::Damaged { file: file.to_owned(), found: first.message.clone() })
        }
        None if nothing => Err(DataError::HeaderOnly { file: file.to_owned() }),
        _ => Ok(parsed),
    }
}

fn symbol_table(symbol: String, records: Records, notes: &mut Vec<Finding>) -> SymbolTable {
    let Records { factors, limits, mut suspensions, mut names } = records;
    let factors = one_a_day(factors, &symbol, notes);
    let limits = one_a_day(limits, &symbol, notes);
    suspensions.sort_by(|a, b| {
        (a.date, a.resumed, a.timing.as_deref()).cmp(&(b.date, b.resumed, b.timing.as_deref()))
    });
    names.sort_by(|a, b| (a.from, a.to, &a.name).cmp(&(b.from, b.to, &b.name)));
    let before = suspensions.len() + names.len();
    suspensions.dedup();
    // Tushare repeats a name for every announcement about it.
    names.dedup_by(|a, b| (a.from, a.to, &a.name) == (b.from, b.to, &b.name));
    let repeated = before - suspensions.len() - names.len();
    if repeated > 0 {
        let (kind, severity) = (FindingKind::IdenticalDuplicate, Severity::Note);
        let message = format!("{repeated} rows say what an earlier one says");
        let finding = findings::of_file(kind, severity, None, message, "kept once");
        notes.push(Finding { symbol: symbol.clone(), count: repeated, ..finding });
    }
    SymbolTable {
        factors: (!factors.is_empty()).then(|| Factors {
            symbol: symbol.clone(),
            origin: FactorOrigin::Published,
            date: factors.iter().map(|(date, _)| *date).collect(),
            factor: factors.iter().map(|(_, values)| values[0]).collect(),
        }),
        limits: limits
            .iter()
            .map(|(date, [up, down])| PublishedLimit { date: *date, up: *up, down: *down })
            .collect(),
        suspensions,
        names,
        ..SymbolTable::of(symbol)
    }
}

/// Values by date. Rows that contradict each other are dropped, all of them.
fn one_a_day(
    mut rows: Vec<(TradeDate, u64, [f64; 2])>,
    symbol: &str,
    notes: &mut Vec<Finding>,
) -> Vec<(TradeDate, [f64; 2])> {
    rows.sort_by_key(|(date, line, _)| (*date, *line));
    let mut kept = Vec::with_capacity(rows.len());
    let mut reported = 0;
    for day in rows.chunk_by(|a, b| a.0 == b.0) {
        let (date, line, values) = day[0];
        let conflicting = day.iter().any(|row| row.2 != values);
        if !conflicting {
            kept.push((date, values));
        }
        if day.len() > 1 && reported < LISTED {
            reported += 1;
            let (kind, severity, action) = match conflicting {
                true => (FindingKind::ConflictingDuplicate, Severity::Error, "all rows of the day dropped"),
                false => (FindingKind::IdenticalDuplicate, Severity::Note, "the first of the rows is kept"),
            };
            let message = format!("{date} stands on {} lines, also on line {}", day.len(), day[1].1);
            let finding = findings::of_file(kind, severity, Some(line), message, action);
            notes.push(Finding { symbol: symbol.to_owned(), date: Some(date), count: day.len(), ..finding });
        }
    }
    kept
}

fn calendars(days: BTreeMap<String, Vec<(TradeDate, u64, [f64; 2])>>, parsed: &mut Parsed) {
    for (exchange, days) in days {
        let days: Vec<(TradeDate, bool)> = one_a_day(days, "", &mut parsed.findings)
            .into_iter()
            .map(|(day, values)| (day, values[0] == 1.0))
            .collect();
        let exchange = match exchange.as_str() {
            "XSHG" | "SH" => "SSE".to_owned(),
            "XSHE" | "SZ" => "SZSE".to_owned(),
            "" => {
                let (kind, severity) = (FindingKind::Layout, Severity::Note);
                let message = "the calendar does not say whose it is".to_owned();
                let action = "taken as that of both mainland exchanges, which trade on the same days";
                parsed.findings.push(findings::of_file(kind, severity, None, message, action));
                parsed.calendars.push(("SZSE".to_owned(), days.clone()));
                "SSE".to_owned()
            }
            _ => exchange,
        };
        parsed.calendars.push((exchange, days));
    }
    parsed.calendars.sort_by(|a, b| a.0.cmp(&b.0));
}

fn sort_listings(parsed: &mut Parsed) {
    parsed.listings.sort_by(|a, b| a.symbol.cmp(&b.symbol));
    let before = parsed.listings.len();
    parsed.listings.dedup();
    let repeated = before - parsed.listings.len();
    if repeated > 0 {
        let (kind, severity) = (FindingKind::IdenticalDuplicate, Severity::Note);
        let message = format!("{repeated} rows say what an earlier one says");
        let finding = findings::of_file(kind, severity, None, message, "kept once");
        parsed.findings.push(Finding { count: repeated, ..finding });
    }
}
