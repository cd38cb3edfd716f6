//! Daily bars from a CSV file.
//!
//! A physical line is a row and a comma ends a cell. A stray quote therefore damages its own cell and nothing else,
//! and every fault is reported on the line where an editor shows it.

use crate::adjustment::{self, Adjustment, Hole};
use crate::digest::sha256;
use crate::error::DataError;
use crate::import::adjusted::{self, AdjustedBy};
use crate::import::bar_columns::BarColumns;
use crate::import::bar_row::Leniency;
use crate::import::duplicate;
use crate::import::header::Recognised;
use crate::import::opened::Opened;
use crate::import::table::{Reading, Table};
use crate::import::{BadRow, Layout, received, symbol};
use crate::note::DataNote;
use crate::oddity;
use serde::{Deserialize, Serialize};
use std::path::Path;
use tidegate_market::{BarSeries, PriceBasis, TradeDate};

/// What happens to a file with rows that are no bars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnBadRow {
    /// The file is refused and the rows are listed.
    #[default]
    Refuse,
    /// The rows are dropped and listed in [`Loaded::dropped`].
    Drop,
}

/// How to read a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The symbol. In a file with a column of symbols it must stand there, and picks its rows where there are
    /// several; elsewhere it names the series, which otherwise takes its name from the file.
    pub symbol: Option<String>,
    /// First date kept. The whole file is checked and adjusted first.
    pub from: Option<TradeDate>,
    /// Last date kept.
    pub to: Option<TradeDate>,
    /// What happens to rows that are no bars.
    pub on_bad_row: OnBadRow,
}

/// The bars of a file and what has to be said about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The bars, ascending. Factors are relative to the first bar of the file, also where `from` cuts it off.
    pub bars: BarSeries,
    /// The layout that the header showed.
    pub layout: Layout,
    /// Rows that were dropped, by line. Empty under [`OnBadRow::Refuse`].
    pub dropped: Vec<BadRow>,
    /// Rows below the header, bad ones included, blank lines and other symbols not.
    pub rows_read: usize,
    /// SHA-256 of the file's bytes, 64 hex digits.
    pub sha256: String,
    /// Oddities that are no faults, each one sentence.
    pub notes: Vec<DataNote>,
}

/// Reads the bars of one symbol from a CSV file in a known [`Layout`].
///
/// Accepted without a word: any column order, further columns, an unnamed index column, a byte order mark, CRLF line
/// ends, a missing last line end, rows in any order, `YYYYMMDD` and `YYYY-MM-DD`.
///
/// # Errors
/// [`DataError`] where the file cannot be read, is no table of a known layout, holds rows that are no bars (unless
/// they are to be dropped), holds another symbol or several, or has no bar in the dates asked for.
pub fn read_bars(path: &Path, options: &ReadOptions) -> Result<Loaded, DataError> {
    let bytes = crate::import::file_bytes(path)?;
    read_bars_from(&bytes, &path.display().to_string(), options)
}

/// Reads bars from the bytes of a file; `file` is the name in messages and the source of Yahoo's symbol.
///
/// # Errors
/// As [`read_bars`].
pub fn read_bars_from(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Loaded, DataError> {
    let unpacked = received::unpacked(bytes, file)?;
    let opened = Opened::read(&unpacked, file)?;
    let Recognised::Bars(columns) = &opened.recognised else {
        return Err(DataError::NoBars { file: file.to_owned(), found: opened.layout() });
    };
    let reading = Reading {
        only: options.symbol.as_deref(),
        leniency: Leniency { empty_cells: false },
        bad_rows_listed: usize::MAX,
    };
    let mut table = Table::read(opened.lines(), columns, reading);
    let symbol = one_symbol(&table, file, options.symbol.as_deref())?;
    if table.is_empty() {
        return Err(DataError::HeaderOnly { file: file.to_owned() });
    }
    let told = adjusted::told(&table, file, None).map_err(|(line, found)| DataError::MixedFlags {
        file: file.to_owned(),
        line,
        found,
    })?;
    let rows_read = table.rows_read;
    let place = if table.tells_symbols() {
        table.symbols.iter().position(|rows| rows.symbol == symbol).unwrap_or(0)
    } else {
        0
    };
    let (mut bars, suspended) = match table.symbols.get_mut(place) {
        Some(rows) => (std::mem::take(&mut rows.bars), std::mem::take(&mut rows.suspended)),
        None => Default::default(),
    };
    let settled = duplicate::settle(&mut bars, columns.names.date, usize::MAX);
    let mut holes: Vec<Hole> = table
        .faults
        .iter()
        .map(|fault| Hole { line: fault.row.line, date: fault.date, above: fault.above, below: fault.below })
        .collect();
    holes.extend(settled.lost.iter().map(|date| Hole {
        line: 0,
        date: Some(*date),
        above: None,
        below: None,
    }));
    let mut dropped: Vec<BadRow> = table.faults.drain(..).map(|fault| fault.row).collect();
    dropped.extend(settled.dropped.into_iter().map(|(_, row)| row));
    dropped.sort_by_key(|row| row.line);
    if !dropped.is_empty() && options.on_bad_row == OnBadRow::Refuse {
        return Err(DataError::BadRows { file: file.to_owned(), rows: dropped, total: rows_read });
    }
    let (Some(first), Some(last)) = (bars.date.first().copied(), bars.date.last().copied()) else {
        return Err(match dropped.first() {
            Some(first) => DataError::NothingLeft {
                file: file.to_owned(),
                dropped: dropped.len(),
                first: Box::new(first.clone()),
            },
            // Nothing but suspended days, or nothing but a second header.
            None => DataError::HeaderOnly { file: file.to_owned() },
        });
    };

    let mut notes: Vec<DataNote> =
        table.second_headers.iter().map(|line| DataNote::SecondHeader { line: *line }).collect();
    if let Some(first) = suspended.iter().min() {
        notes.push(DataNote::Suspended { count: suspended.len(), first: *first });
    }
    if table.without_volume > 0 {
        notes.push(DataNote::NoVolume { count: table.without_volume });
    }
    let (basis, adjusted) = adjusted::basis(&told, &symbol, table.layout, &bars);
    let (bars, more) = series(symbol, basis, adjusted, bars, &holes, table.layout);
    notes.extend(more);
    let start = options.from.map_or(0, |from| bars.date.partition_point(|date| *date < from));
    let end = options.to.map_or(bars.len(), |to| bars.date.partition_point(|date| *date <= to));
    if start >= end {
        let (from, to) = (options.from, options.to);
        return Err(DataError::NoBarsInRange { file: file.to_owned(), from, to, first, last });
    }
    let bars = if end - start == bars.len() { bars } else { bars.slice(start..end) };
    let sha256 = sha256(bytes);
    Ok(Loaded { bars, layout: table.layout, dropped, rows_read, sha256, notes })
}

/// The symbol of the series: asked for, told by the file, or the file's name up to the first `_`.
fn one_symbol(table: &Table, file: &str, wanted: Option<&str>) -> Result<String, DataError> {
    let file_name = || file.to_owned();
    if table.tells_symbols() {
        let found = || table.symbols.iter().map(|rows| (rows.symbol.clone(), rows.first_line)).collect();
        return match (wanted, table.symbols.as_slice()) {
            (Some(wanted), symbols) if symbols.iter().any(|rows| rows.symbol == wanted) => {
                Ok(wanted.to_owned())
            }
            (Some(wanted), _) => {
                Err(DataError::OtherSymbol { file: file_name(), expected: wanted.to_owned(), found: found() })
            }
            (None, [one]) => Ok(one.symbol.clone()),
            (None, _) => Err(DataError::SeveralSymbols { file: file_name(), found: found() }),
        };
    }
    wanted
        .map(str::to_owned)
        .or_else(|| table.ticker.clone())
        .or_else(|| symbol::of_file(file))
        .ok_or_else(|| DataError::NoSymbol { file: file_name() })
}

/// The rows as columns, with factors, and what is odd about them.
fn series(
    symbol: String,
    basis: PriceBasis,
    adjusted: Option<AdjustedBy>,
    bars: BarColumns,
    holes: &[Hole],
    layout: Layout,
) -> (BarSeries, Vec<DataNote>) {
    let Adjustment { factor, mut notes } = match &adjusted {
        Some(_) => adjustment::done(bars.len()),
        None if !bars.factor.is_empty() => adjustment::from_published(&bars.factor),
        None if !bars.pre_close.is_empty() => {
            adjustment::from_pre_close(&bars.date, &bars.close, &bars.pre_close, holes)
        }
        None if !bars.adjusted_close.is_empty() => {
            adjustment::from_adjusted_close(&bars.close, &bars.adjusted_close)
        }
        None => adjustment::unknown(bars.len()),
    };
    if let Some(how) = adjusted {
        notes.push(DataNote::AlreadyAdjusted { how });
    }
    notes.extend(oddity::notes(&bars.date, &bars.close, &factor, layout));
    let there = |column: Vec<f64>| (!column.is_empty()).then_some(column);
    let BarColumns { date, open, high, low, close, volume, amount, pre_close, .. } = bars;
    let (amount, pre_close) = (there(amount), there(pre_close));
    let series = BarSeries { symbol, basis, date, open, high, low, close, volume, amount, pre_close, factor };
    (series, notes)
}
