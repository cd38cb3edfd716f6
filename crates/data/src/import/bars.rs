//! A file of bars: raw prices and factors of each symbol, suspensions, and what was odd.

use super::adjusted::{self, AdjustedBy, Told};
use super::bar_columns::BarColumns;
use super::bar_row::Leniency;
use super::duplicate;
use super::findings;
use super::header::Columns;
use super::layout::Layout;
use super::opened::Opened;
use super::parsed::{ImportOptions, Parsed, SymbolTable};
use super::symbol;
use super::table::{Reading, SymbolRows, Table};
use crate::error::DataError;
use crate::finding::{Finding, FindingKind, Severity};
use crate::oddity::TUSHARE_ROW_LIMIT;
use crate::record::{FactorOrigin, Factors, RawBars, Suspension};
use crate::symbol::is_symbol;
use tidegate_market::TradeDate;

/// Bad rows listed one by one; a file with more is no file of bars, and must not cost memory without end.
const LISTED: usize = 1_000;

/// Reads the rows of a file of bars.
pub(crate) fn parse(
    opened: &Opened<'_>,
    columns: &Columns,
    file: &str,
    options: &ImportOptions,
) -> Result<Parsed, DataError> {
    let reading = Reading {
        only: options.symbol.as_deref(),
        leniency: Leniency { empty_cells: true },
        bad_rows_listed: LISTED,
    };
    let mut table = Table::read(opened.lines(), columns, reading);
    if table.is_empty() {
        return Err(DataError::HeaderOnly { file: file.to_owned() });
    }
    name_symbols(&mut table, file, options)?;
    let told = adjusted::told(&table, file, options.prices)
        .map_err(|(line, found)| DataError::MixedFlags { file: file.to_owned(), line, found })?;

    let mut notes = of_table(&table);
    let symbols = std::mem::take(&mut table.symbols);
    let name = |place: Option<usize>| place.map_or(String::new(), |i| symbols[i].symbol.clone());
    notes.extend(findings::of_faults(&table.faults, name));
    notes.extend(findings::of_unlisted(&table.unlisted));
    let mut tables = Vec::new();
    let mut without_factor = 0;
    for rows in symbols {
        let table = symbol_table(rows, &told, table.layout, columns.names.date, &mut notes);
        if table.bars.as_ref().is_some_and(|bars| bars.pre_close.is_none()) && table.factors.is_none() {
            without_factor += 1;
        }
        if table.bars.is_some() || !table.suspensions.is_empty() {
            tables.push(table);
        }
    }
    if tables.is_empty() {
        let dropped = table.faults.len() + table.unlisted.values().sum::<usize>();
        return Err(match table.faults.into_iter().next() {
            Some(first) => {
                DataError::NothingLeft { file: file.to_owned(), dropped, first: Box::new(first.row) }
            }
            None => nothing_left_of(&notes, file),
        });
    }
    let adjusted = notes.iter().any(|finding| finding.kind == FindingKind::AlreadyAdjusted);
    if without_factor > 0 && !adjusted {
        let have = if without_factor == 1 { "symbol has" } else { "symbols have" };
        let message = format!(
            "{without_factor} {have} neither adjusted closes nor reference prices nor factors: dividends look like price \
             moves"
        );
        let action = "stored as they are; fetch or import factors for them";
        let finding = findings::of_file(FindingKind::NoAdjustment, Severity::Note, None, message, action);
        notes.push(Finding { count: without_factor, ..finding });
    }
    Ok(Parsed { tables, findings: notes, rows_read: table.rows_read, ..Parsed::of(table.layout) })
}

/// Rows were read, none faulty and none left: all of them contradict each other.
fn nothing_left_of(notes: &[Finding], file: &str) -> DataError {
    match notes.iter().find(|note| note.severity == Severity::Error) {
        Some(note) => DataError::Damaged { file: file.to_owned(), found: note.message.clone() },
        None => DataError::HeaderOnly { file: file.to_owned() },
    }
}

/// Gives the one symbol of a file that names none its name, and checks the one asked for.
fn name_symbols(table: &mut Table, file: &str, options: &ImportOptions) -> Result<(), DataError> {
    let file_name = || file.to_owned();
    if table.tells_symbols() {
        let Some(wanted) = &options.symbol else { return Ok(()) };
        if table.symbols.iter().any(|rows| rows.symbol == *wanted) {
            return Ok(());
        }
        let found = table.symbols.iter().map(|rows| (rows.symbol.clone(), rows.first_line)).collect();
        return Err(DataError::OtherSymbol { file: file_name(), expected: wanted.clone(), found });
    }
    let symbol = options
        .symbol
        .clone()
        .or_else(|| table.ticker.clone())
        .or_else(|| symbol::of_file(file))
        .ok_or_else(|| DataError::NoSymbol { file: file_name() })?;
    if !is_symbol(&symbol) {
        return Err(DataError::BadSymbol { file: file_name(), found: symbol.chars().take(40).collect() });
    }
    if let Some(rows) = table.symbols.first_mut() {
        rows.symbol = symbol;
    }
    Ok(())
}

/// What is odd about the file as a whole.
fn of_table(table: &Table) -> Vec<Finding> {
    let mut notes = Vec::new();
    for line in &table.second_headers {
        let ticker = table.ticker.as_ref().map_or(String::new(), |ticker| format!(" that names {ticker}"));
        let message = format!("a further header line{ticker}");
        notes.push(findings::of_file(
            FindingKind::Layout,
            Severity::Note,
            Some(*line),
            message,
            "passed over",
        ));
    }
    if table.without_volume > 0 {
        let message = format!("{} rows have no volume", table.without_volume);
        let finding = findings::of_file(FindingKind::Layout, Severity::Warning, None, message, "taken as 0");
        notes.push(Finding { count: table.without_volume, ..finding });
    }
    notes
}

/// The rows of one symbol in the order of dates.
fn symbol_table(
    rows: SymbolRows,
    told: &Told,
    layout: Layout,
    date_column: &str,
    notes: &mut Vec<Finding>,
) -> SymbolTable {
    let SymbolRows { symbol, mut bars, suspended, first_line } = rows;
    let settled = duplicate::settle(&mut bars, date_column, LISTED);
    notes.extend(
        settled
            .dropped
            .iter()
            .map(|(date, row)| Finding { date: Some(*date), ..findings::of_bad_row(row, symbol.clone()) }),
    );
    notes.extend(findings::of_unlisted(&settled.unlisted));
    let about = |kind, severity, message, action: &str| Finding {
        symbol: symbol.clone(),
        ..findings::of_file(kind, severity, None, message, action)
    };
    if settled.unsorted {
        let message = "rows stand neither oldest nor newest first".to_owned();
        notes.push(Finding {
            line: Some(first_line),
            ..about(FindingKind::Unsorted, Severity::Note, message, "sorted by date")
        });
    }
    let suspensions = suspensions(suspended);
    if let Some(first) = suspensions.first() {
        let message =
            format!("{} rows are days without trading, the first {}", suspensions.len(), first.date);
        notes.push(Finding {
            date: Some(first.date),
            count: suspensions.len(),
            ..about(FindingKind::Suspended, Severity::Note, message, "kept as suspensions, not as bars")
        });
    }
    if layout == Layout::TushareDaily && bars.len() == TUSHARE_ROW_LIMIT {
        let message = format!(
            "exactly {TUSHARE_ROW_LIMIT} rows, the most that one call of Tushare's daily returns: bars before {} may be \
             missing",
            bars.date[0]
        );
        notes.push(Finding {
            date: Some(bars.date[0]),
            ..about(FindingKind::RowLimit, Severity::Warning, message, "fetch the days before")
        });
    }
    let (mut basis, mut by) = adjusted::basis(told, &symbol, layout, &bars);
    if matches!(told, Told::Nothing) && by.is_none() {
        by = adjusted::off_tick(&symbol, &bars);
        if by.is_some() {
            basis = tidegate_market::PriceBasis::SplitAdjusted;
        }
    }
    if let Some(by) = &by {
        let action = match by {
            AdjustedBy::User { .. } => "kept as adjusted prices: no tick, no lots, no factor",
            _ => {
                "kept as adjusted prices: no tick, no lots, no factor; say --as raw if they are the quoted ones"
            }
        };
        notes.push(about(FindingKind::AlreadyAdjusted, Severity::Warning, by.to_string(), action));
    }
    let factors = if by.is_some() { None } else { factors(&symbol, &bars) };
    let there = |column: Vec<f64>| column.iter().any(|value| !value.is_nan()).then_some(column);
    let BarColumns { date, open, high, low, close, volume, amount, pre_close, .. } = bars;
    let (amount, pre_close) = (there(amount), there(pre_close));
    let bars = (!date.is_empty()).then(|| RawBars {
        symbol: symbol.clone(),
        basis,
        date,
        open,
        high,
        low,
        close,
        pre_close,
        volume,
        amount,
    });
    SymbolTable { bars, factors, suspensions, ..SymbolTable::of(symbol) }
}

fn suspensions(mut days: Vec<TradeDate>) -> Vec<Suspension> {
    days.sort_unstable();
    days.dedup();
    days.into_iter().map(|date| Suspension { date, resumed: false, timing: None }).collect()
}

/// Published factors, or adjusted close ÷ close.
fn factors(symbol: &str, bars: &BarColumns) -> Option<Factors> {
    let of = |origin, date: Vec<TradeDate>, factor: Vec<f64>| {
        (!date.is_empty()).then(|| Factors { symbol: symbol.to_owned(), origin, date, factor })
    };
    if !bars.factor.is_empty() {
        let known = bars.date.iter().zip(&bars.factor).filter(|(_, factor)| !factor.is_nan());
        let (date, factor) = known.map(|(date, factor)| (*date, *factor)).unzip();
        return of(FactorOrigin::Published, date, factor);
    }
    if bars.adjusted_close.is_empty() {
        return None;
    }
    let ratio =
        bars.adjusted_close.iter().zip(&bars.close).map(|(adjusted, close)| adjusted / close).collect();
    of(FactorOrigin::AdjustedClose, bars.date.clone(), ratio)
}
