//! The rows of one file as they stand there: good ones by symbol, bad ones by line.

use super::bad_row::{BadKind, BadRow};
use super::bar_columns::BarColumns;
use super::bar_row::{self, Leniency, Line};
use super::cell;
use super::decimal;
use super::error_body;
use super::header::Columns;
use super::layout::Layout;
use super::symbol;
use crate::symbol::{is_bare, is_symbol};
use std::collections::{BTreeMap, HashMap};
use tidegate_market::TradeDate;

/// How a table is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'a> {
    /// Rows of other symbols are passed over.
    pub only: Option<&'a str>,
    /// Which empty cells are faults.
    pub leniency: Leniency,
    /// Bad rows kept with their text; those beyond are counted.
    pub bad_rows_listed: usize,
}

/// One bad row with what its neighbours say about where in time it belongs.
#[derive(Debug)]
pub(crate) struct Fault {
    pub row: BadRow,
    /// The line is part of a server's error message.
    pub error_body: bool,
    /// Index into [`Table::symbols`], where that much can be read.
    pub symbol: Option<usize>,
    pub date: Option<TradeDate>,
    /// The readable date above it in the file.
    pub above: Option<TradeDate>,
    /// The readable date below it.
    pub below: Option<TradeDate>,
}

/// The rows of one symbol.
#[derive(Debug)]
pub(crate) struct SymbolRows {
    /// Empty where the layout has no such column.
    pub symbol: String,
    pub first_line: u64,
    pub bars: BarColumns,
    pub suspended: Vec<TradeDate>,
}

/// The rows of one file, good and bad, in file order.
#[derive(Debug)]
pub(crate) struct Table {
    pub layout: Layout,
    pub symbols: Vec<SymbolRows>,
    pub faults: Vec<Fault>,
    /// Bad rows that are not in `faults`, because there are too many.
    pub unlisted: BTreeMap<BadKind, usize>,
    /// Rows below the header, bad ones included, blank lines and other symbols not.
    pub rows_read: usize,
    /// Lines that repeat the header's job, as yfinance writes them.
    pub second_headers: Vec<u64>,
    /// What such a line says the symbol is.
    pub ticker: Option<String>,
    /// Rows whose volume cell is empty, taken as 0 where the layout has such rows.
    pub without_volume: usize,
    /// What the column of adjustment flags holds, and on which line first.
    pub flags: BTreeMap<String, u64>,
    has_symbol_column: bool,
}

impl Table {
    /// Reads the lines below the header; `line` numbers are physical.
    pub(crate) fn read<'a>(
        lines: impl Iterator<Item = (u64, &'a str)>,
        columns: &Columns,
        reading: Reading<'_>,
    ) -> Table {
        let mut table = Table {
            layout: columns.names.layout,
            symbols: Vec::new(),
            faults: Vec::new(),
            unlisted: BTreeMap::new(),
            rows_read: 0,
            second_headers: Vec::new(),
            ticker: None,
            without_volume: 0,
            flags: BTreeMap::new(),
            has_symbol_column: columns.symbol.is_some(),
        };
        if !table.has_symbol_column {
            let rows = SymbolRows {
                symbol: String::new(),
                first_line: 0,
                bars: BarColumns::default(),
                suspended: Vec::new(),
            };
            table.symbols.push(rows);
        }
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut current = (Vec::new(), 0_usize);
        let mut last_date = None;
        let mut waiting = 0;
        let mut last_flag: Vec<u8> = Vec::new();
        let mut cells: Vec<&[u8]> = Vec::with_capacity(columns.count + 1);
        for (line, text) in lines {
            let text = text.strip_suffix('\r').unwrap_or(text);
            cell::split(text.as_bytes(), columns.separator, columns.count + 1, &mut cells);
            let whole = cells.len() == columns.count;
            let mut place = (!table.has_symbol_column).then_some(0);
            if let Some(column) = columns.symbol.filter(|_| whole) {
                let raw = cells[column];
                if current.0 != raw || table.symbols.is_empty() {
                    let named = symbol::of_layout(raw, table.layout);
                    // Asked for 600000.SH, a column that says 600000 means it.
                    let named = match reading.only.filter(|only| is_bare(&named, only)) {
                        Some(only) => only.to_owned(),
                        None => named,
                    };
                    let known = places.get(&named).copied();
                    let index = match known {
                        Some(index) => index,
                        None if !is_symbol(&named) => {
                            let row = BadRow {
                                line,
                                column: columns.names.symbol.first().copied().unwrap_or_default().to_owned(),
                                kind: BadKind::UnparsableCell,
                                expected: "a symbol such as 600000.SH or AAPL".to_owned(),
                                found: cell::shown(raw),
                            };
                            table.rows_read += 1;
                            table.fault(row, false, None, None, last_date, reading.bad_rows_listed);
                            continue;
                        }
                        None => {
                            let index = table.symbols.len();
                            let (bars, suspended) = (BarColumns::default(), Vec::new());
                            let rows =
                                SymbolRows { symbol: named.clone(), first_line: line, bars, suspended };
                            table.symbols.push(rows);
                            places.insert(named, index);
                            index
                        }
                    };
                    current.0.clear();
                    current.0.extend_from_slice(raw);
                    current.1 = index;
                }
                place = Some(current.1);
                if reading.only.is_some_and(|only| only != table.symbols[current.1].symbol) {
                    continue;
                }
            }
            if table.rows_read == 0 && is_ticker_line(&cells, columns) {
                table.second_headers.push(line);
                let ticker = cell::text(cells[columns.close]).into_owned();
                if is_symbol(&ticker) {
                    table.ticker = Some(ticker);
                }
                if table.layout == Layout::Yahoo {
                    table.layout = Layout::Yfinance;
                }
                continue;
            }
            table.rows_read += 1;
            if let Some(column) = columns.adjusted.filter(|_| whole)
                && (table.flags.is_empty() || last_flag != cells[column])
            {
                last_flag = cells[column].to_vec();
                if table.flags.len() < 8 {
                    table.flags.entry(cell::text(cells[column]).into_owned()).or_insert(line);
                }
            }
            let missing = whole && table.layout == Layout::Investing && cell::is_null(cells[columns.volume]);
            if missing {
                cells[columns.volume] = b"0";
            }
            match bar_row::parse(&cells, line, columns, reading.leniency) {
                Ok(read) => {
                    // A whole line of a layout without symbols has the place 0, one with symbols has its own.
                    let rows = &mut table.symbols[place.unwrap_or(0)];
                    let date = match read {
                        Line::Bar(bar) => {
                            table.without_volume += usize::from(missing);
                            rows.bars.push(line, &bar);
                            bar.date
                        }
                        Line::Suspended(date) => {
                            rows.suspended.push(date);
                            date
                        }
                    };
                    last_date = Some(date);
                    for fault in &mut table.faults[waiting..] {
                        fault.below = Some(date);
                    }
                    waiting = table.faults.len();
                }
                Err(fault) => {
                    let date = fault.date;
                    if let Some(date) = date {
                        for fault in &mut table.faults[waiting..] {
                            fault.below = Some(date);
                        }
                        waiting = table.faults.len();
                    }
                    let body = !whole && error_body::is_line_of_one(text);
                    table.fault(fault.row, body, place, date, last_date, reading.bad_rows_listed);
                    last_date = date.or(last_date);
                }
            }
        }
        table
    }

    fn fault(
        &mut self,
        row: BadRow,
        error_body: bool,
        symbol: Option<usize>,
        date: Option<TradeDate>,
        above: Option<TradeDate>,
        most: usize,
    ) {
        if self.faults.len() < most {
            self.faults.push(Fault { row, error_body, symbol, date, above, below: None });
        } else {
            *self.unlisted.entry(row.kind).or_default() += 1;
        }
    }

    /// Whether the layout tells symbols and the file has rows of some.
    pub(crate) fn tells_symbols(&self) -> bool {
        self.has_symbol_column && !self.symbols.is_empty()
    }

    /// Whether there is nothing below the header.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows_read == 0 && !self.tells_symbols()
    }
}

/// The header lines that yfinance writes below the first: no date (or the word `Ticker` or `Date`), and the ticker, or
/// nothing, in every other cell.
fn is_ticker_line(cells: &[&[u8]], columns: &Columns) -> bool {
    if cells.len() != columns.count {
        return false;
    }
    let first = cell::bare(cells[columns.date]);
    let word = [&b"ticker"[..], b"date", b"tickers"].iter().any(|word| first.eq_ignore_ascii_case(word));
    let ticker = cell::bare(cells[columns.close]);
    let same = [columns.open, columns.high, columns.low, columns.volume]
        .iter()
        .all(|c| cell::bare(cells[*c]) == ticker);
    let is_name = !cell::is_null(ticker) && decimal::number(ticker).is_none();
    same && ((first.is_empty() && is_name) || (word && (is_name || ticker.is_empty())))
}
