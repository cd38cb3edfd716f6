//! The rows of one file as they stand there, and whose bars they are.

use crate::adjustment::Link;
use crate::bar_row::{self, BarRow, Fault};
use crate::cell;
use crate::error::DataError;
use crate::layout::Columns;
use crate::note::DataNote;
use std::path::Path;

/// The rows of one file, good and bad, in file order.
pub(crate) struct Table {
    pub rows: Vec<BarRow>,
    pub faults: Vec<Fault>,
    pub links: Vec<Link>,
    /// Every symbol with its first line; empty where the layout has no such column.
    symbols: Vec<(String, u64)>,
    has_symbol_column: bool,
    pub notes: Vec<DataNote>,
}

impl Table {
    pub(crate) fn read<'a>(
        lines: impl Iterator<Item = (u64, &'a str)>,
        columns: &Columns,
        wanted: Option<&str>,
    ) -> Table {
        let mut table = Table {
            rows: Vec::new(),
            faults: Vec::new(),
            links: Vec::new(),
            symbols: Vec::new(),
            has_symbol_column: columns.symbol.is_some(),
            notes: Vec::new(),
        };
        let mut cells: Vec<&str> = Vec::with_capacity(columns.count);
        for (line, row) in lines {
            cells.clear();
            // A carriage return goes with the spaces around the last cell.
            cells.extend(row.split(','));
            if let Some(column) = columns.symbol
                && cells.len() == columns.count
            {
                let symbol = cell::bare(cells[column]);
                if table.symbols.iter().all(|(known, _)| known != symbol) {
                    table.symbols.push((symbol.to_owned(), line));
                }
                if wanted.is_some_and(|wanted| wanted != symbol) {
                    continue;
                }
            }
            if table.links.is_empty() && is_ticker_line(&cells, columns) {
                table.notes.push(DataNote::SecondHeader { line });
                continue;
            }
            match bar_row::parse(&cells, line, columns) {
                Ok(bar) => {
                    table.links.push(Link { line, date: Some(bar.date), kept: true });
                    table.rows.push(bar);
                }
                Err(fault) => {
                    table.links.push(Link { line, date: fault.date, kept: false });
                    table.faults.push(fault);
                }
            }
        }
        table
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.symbols.is_empty()
    }

    /// The symbol of the series: asked for, told by the file, or the file's name up to the first `_`.
    pub(crate) fn symbol(&self, file: &str, wanted: Option<&str>) -> Result<String, DataError> {
        let found = || self.symbols.clone();
        if self.has_symbol_column && !self.symbols.is_empty() {
            return match (wanted, self.symbols.as_slice()) {
                (Some(wanted), symbols) if symbols.iter().any(|(symbol, _)| symbol == wanted) => {
                    Ok(wanted.to_owned())
                }
                (Some(wanted), _) => Err(DataError::OtherSymbol {
                    file: file.to_owned(),
                    expected: wanted.to_owned(),
                    found: found(),
                }),
                (None, [(symbol, _)]) => Ok(symbol.clone()),
                (None, _) => Err(DataError::SeveralSymbols { file: file.to_owned(), found: found() }),
            };
        }
        let stem = || {
            let stem = Path::new(file).file_stem()?.to_str()?;
            let symbol = stem.split('_').next()?.trim();
            (!symbol.is_empty()).then(|| symbol.to_owned())
        };
        wanted.map(str::to_owned).or_else(stem).ok_or_else(|| DataError::NoSymbol { file: file.to_owned() })
    }
}

/// The second header line that yfinance writes below the first: no date, and the ticker in every other cell.
fn is_ticker_line(cells: &[&str], columns: &Columns) -> bool {
    if cells.len() != columns.count || !cell::bare(cells[columns.date]).is_empty() {
        return false;
    }
    let ticker = cell::bare(cells[columns.close]);
    let same = [columns.open, columns.high, columns.low, columns.volume]
        .iter()
        .all(|c| cell::bare(cells[*c]) == ticker);
    same && !cell::is_null(ticker) && cell::number(ticker).is_none()
}
