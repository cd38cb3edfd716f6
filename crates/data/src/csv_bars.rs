//! Daily bars from a CSV file.
//!
//! A physical line is a row and a comma ends a cell. A stray quote therefore damages its own cell and nothing else,
//! and every fault is reported on the line where an editor shows it.

use crate::adjustment::{self, Adjustment, Link};
use crate::bad_row::BadRow;
use crate::bar_row::BarRow;
use crate::duplicate;
use crate::error::DataError;
use crate::error_body;
use crate::layout::{Columns, Layout, NoLayout};
use crate::note::DataNote;
use crate::oddity;
use crate::table::Table;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::ErrorKind;
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
    /// The symbol. In a file with a column `ts_code` it must stand there, and picks its rows where there are
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
    let bytes = std::fs::read(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => DataError::Missing { path: path.to_owned() },
        ErrorKind::IsADirectory => DataError::Directory { path: path.to_owned() },
        _ => DataError::Unreadable { path: path.to_owned(), source },
    })?;
    read_bars_from(&bytes, &path.display().to_string(), options)
}

/// Reads bars from the bytes of a file; `file` is the name in messages and the source of Yahoo's symbol.
///
/// # Errors
/// As [`read_bars`].
pub fn read_bars_from(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Loaded, DataError> {
    let text = text(bytes, file)?;
    let mut lines = (1_u64..).zip(text.split('\n')).filter(|(_, line)| !line.trim().is_empty());
    let Some((_, header)) = lines.next() else { return Err(DataError::Empty { file: file.to_owned() }) };
    let columns = Columns::recognise(header).map_err(|why| match why {
        NoLayout::Repeated(column) => DataError::RepeatedColumn { file: file.to_owned(), column },
        NoLayout::Unknown(found) => match error_body::recognise(text) {
            Some((what, text)) => DataError::ErrorBody { file: file.to_owned(), what, text },
            None => DataError::UnknownHeader { file: file.to_owned(), found },
        },
    })?;

    let table = Table::read(lines, &columns, options.symbol.as_deref());
    let symbol = table.symbol(file, options.symbol.as_deref())?;
    if table.is_empty() {
        return Err(DataError::HeaderOnly { file: file.to_owned() });
    }
    let Table { rows, faults, mut links, mut notes, .. } = table;
    let rows_read = links.len();
    let (rows, dropped) = duplicate::settle(rows, faults, &mut links, columns.layout);
    if !dropped.is_empty() && options.on_bad_row == OnBadRow::Refuse {
        return Err(DataError::BadRows { file: file.to_owned(), rows: dropped, total: rows_read });
    }
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        // Rows were read and none was kept, so at least one was dropped.
        let (count, first) = (dropped.len(), Box::new(dropped[0].clone()));
        return Err(DataError::NothingLeft { file: file.to_owned(), dropped: count, first });
    };

    let (first, last) = (first.date, last.date);
    let (bars, more) = series(symbol, &rows, &links, columns.layout);
    notes.extend(more);
    let start = options.from.map_or(0, |from| bars.date.partition_point(|date| *date < from));
    let end = options.to.map_or(bars.len(), |to| bars.date.partition_point(|date| *date <= to));
    if start >= end {
        let (from, to) = (options.from, options.to);
        return Err(DataError::NoBarsInRange { file: file.to_owned(), from, to, first, last });
    }
    let bars = if end - start == bars.len() { bars } else { bars.slice(start..end) };
    Ok(Loaded { bars, layout: columns.layout, dropped, rows_read, sha256: sha256(bytes), notes })
}

/// The file as text, without its byte order mark.
fn text<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, DataError> {
    let found = |what: &str| what.to_owned();
    let not_text = |line, found| DataError::NotText { file: file.to_owned(), line, found };
    match bytes {
        [0x1f, 0x8b, ..] => return Err(not_text(1, found("gzip (unpack it first)"))),
        [b'P', b'K', 3, 4, ..] => return Err(not_text(1, found("a zip archive or a spreadsheet"))),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(not_text(1, found("UTF-16"))),
        _ => {}
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|b| **b == b'\n').count() as u64;
        not_text(line, format!("the byte 0x{:02x}", bytes[error.valid_up_to()]))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The rows as columns, with factors, and what is odd about them.
fn series(symbol: String, rows: &[BarRow], links: &[Link], layout: Layout) -> (BarSeries, Vec<DataNote>) {
    // Every row of a file has the same columns, so an optional column is there for all rows or for none.
    let optional = |cell: fn(&BarRow) -> Option<f64>| rows.iter().map(cell).collect::<Option<Vec<f64>>>();
    let column = |cell: fn(&BarRow) -> f64| rows.iter().map(cell).collect::<Vec<f64>>();
    let pre_close = optional(|row| row.pre_close);
    let adjusted_close = optional(|row| row.adjusted_close);
    let Adjustment { factor, mut notes } = match (&pre_close, &adjusted_close) {
        (Some(pre_close), _) => adjustment::from_pre_close(rows, pre_close, links),
        (None, Some(adjusted_close)) => adjustment::from_adjusted_close(rows, adjusted_close),
        (None, None) => adjustment::unknown(rows),
    };
    notes.extend(oddity::notes(rows, &factor, layout));
    let basis = match layout {
        Layout::TushareDaily => PriceBasis::Raw,
        Layout::Yahoo => PriceBasis::SplitAdjusted,
    };
    let bars = BarSeries {
        symbol,
        basis,
        date: rows.iter().map(|row| row.date).collect(),
        open: column(|row| row.open),
        high: column(|row| row.high),
        low: column(|row| row.low),
        close: column(|row| row.close),
        volume: column(|row| row.volume),
        amount: optional(|row| row.amount),
        pre_close,
        factor,
    };
    (bars, notes)
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
