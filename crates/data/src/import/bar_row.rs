//! One line of a file as one bar, or the first fault that keeps it from being one.

use super::bad_row::{BadKind, BadRow};
use super::header::Columns;
use super::layout::Layout;
use super::{cell, day, decimal};
use tidegate_market::TradeDate;

/// How far open and close may lie outside lowest to highest: one unit of the sixth decimal, the last that Yahoo
/// prints, or of the sixth significant digit. The files at hand hold no such noise at all, while the real faults in
/// them are 7.6e-4 of the price and larger, so the band between is safe.
const PRINT_NOISE: f64 = 1e-6;

/// A checked bar of one line, in shares and currency units. Optional columns are `None` where the layout lacks them;
/// an empty cell is NaN.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    pub date: TradeDate,
    pub open: f64,
    pub high: f64,
    pub low: f64,
    pub close: f64,
    pub volume: f64,
    pub amount: Option<f64>,
    pub pre_close: Option<f64>,
    pub adjusted_close: Option<f64>,
    pub factor: Option<f64>,
}

/// What a line that can be read says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Line {
    Bar(Bar),
    /// The source lists the day without trading.
    Suspended(TradeDate),
}

/// A line that is no bar, with its date where that much can be read.
#[derive(Debug)]
pub(crate) struct Fault {
    pub row: BadRow,
    pub date: Option<TradeDate>,
}

/// How forgiving the reader is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leniency {
    /// An empty `pre_close` or `amount` is NaN instead of a fault.
    pub empty_cells: bool,
}

/// The cells of one line with what is needed to read them and to say what is wrong.
struct Row<'a> {
    cells: &'a [&'a [u8]],
    line: u64,
    date: Option<TradeDate>,
}

impl Row<'_> {
    #[cold]
    fn fault(&self, column: &str, kind: BadKind, expected: &str, found: String) -> Box<Fault> {
        let (line, column, expected) = (self.line, column.to_owned(), expected.to_owned());
        Box::new(Fault { row: BadRow { line, column, kind, expected, found }, date: self.date })
    }

    fn price(&self, column: usize, name: &str) -> Result<f64, Box<Fault>> {
        let cell = self.cells[column];
        match decimal::number(cell) {
            Some(value) if value > 0.0 => Ok(value),
            Some(_) => Err(self.fault(name, BadKind::NonPositivePrice, "a price above 0", cell::shown(cell))),
            None => Err(self.fault(name, BadKind::UnparsableCell, "a number", cell::shown(cell))),
        }
    }

    fn quantity(&self, column: usize, name: &str, scale: u8) -> Result<f64, Box<Fault>> {
        let cell = self.cells[column];
        match decimal::quantity(cell, scale) {
            Some(value) if value >= 0.0 => Ok(value),
            Some(_) => Err(self.fault(name, BadKind::NegativeVolume, "0 or more", cell::shown(cell))),
            None => Err(self.fault(name, BadKind::UnparsableCell, "a number", cell::shown(cell))),
        }
    }

    /// A cell of an optional column.
    fn optional(
        &self,
        column: Option<usize>,
        empty_allowed: bool,
        read: impl Fn(usize) -> Result<f64, Box<Fault>>,
    ) -> Result<Option<f64>, Box<Fault>> {
        match column {
            None => Ok(None),
            Some(column) if empty_allowed && cell::is_null(self.cells[column]) => Ok(Some(f64::NAN)),
            Some(column) => read(column).map(Some),
        }
    }
}

/// Reads and checks the cells of one line.
pub(crate) fn parse(
    cells: &[&[u8]],
    line: u64,
    columns: &Columns,
    leniency: Leniency,
) -> Result<Line, Box<Fault>> {
    let names = columns.names;
    let mut row = Row { cells, line, date: None };
    if cells.len() != columns.count {
        let text = cell::shown(&cells.join(&columns.separator));
        // The last cell is uncut where there are too many.
        let uncut = cells.last().map_or(0, |cell| cell.iter().filter(|b| **b == columns.separator).count());
        let count = cells.len() + if cells.len() > columns.count { uncut } else { 0 };
        let (expected, found) = (format!("{} cells", columns.count), format!("{count} in {text}"));
        return Err(row.fault("row", BadKind::WrongCellCount, &expected, found));
    }
    let date = match names.layout {
        Layout::Investing => day::day(cells[columns.date]).or_else(|| day::english_day(cells[columns.date])),
        _ => day::day(cells[columns.date]),
    };
    let Some(date) = date else {
        let found = cell::shown(cells[columns.date]);
        return Err(row.fault(names.date, BadKind::BadDate, day::EXPECTED, found));
    };
    row.date = Some(date);
    if columns.status.is_some_and(|status| cell::bare(cells[status]) == b"0") {
        return Ok(Line::Suspended(date));
    }
    if [columns.open, columns.high, columns.low, columns.close].iter().all(|c| cell::is_null(cells[*c])) {
        let found = format!("{} in every price", cell::shown(cells[columns.open]));
        return Err(row.fault(names.open, BadKind::NullRow, "prices", found));
    }

    let (lots, thousands) = names.scale;
    let name = |name: Option<&'static str>| name.unwrap_or_default();
    let bar = Bar {
        date,
        open: row.price(columns.open, names.open)?,
        high: row.price(columns.high, names.high)?,
        low: row.price(columns.low, names.low)?,
        close: row.price(columns.close, names.close)?,
        volume: row.quantity(columns.volume, names.volume, lots)?,
        amount: row.optional(columns.amount, leniency.empty_cells, |c| {
            row.quantity(c, name(names.amount), thousands)
        })?,
        pre_close: row
            .optional(columns.pre_close, leniency.empty_cells, |c| row.price(c, name(names.pre_close)))?,
        adjusted_close: row
            .optional(columns.adjusted_close, false, |c| row.price(c, name(names.adjusted_close)))?,
        factor: row.optional(columns.factor, true, |c| row.price(c, name(names.factor)))?,
    };

    let Bar { open, high, low, close, .. } = bar;
    if high < low {
        let expected = format!("at least {} {low}", names.low);
        return Err(row.fault(names.high, BadKind::HighBelowLow, &expected, high.to_string()));
    }
    let noise = PRINT_NOISE * high.max(1.0);
    for (value, name, kind) in
        [(open, names.open, BadKind::OpenOutsideRange), (close, names.close, BadKind::CloseOutsideRange)]
    {
        if value < low - noise || value > high + noise {
            let expected = format!("{} {low} to {} {high}", names.low, names.high);
            return Err(row.fault(name, kind, &expected, value.to_string()));
        }
    }
    // Wind keeps suspended days; the column that says so does not survive every export.
    let idle = bar.volume == 0.0 && bar.amount == Some(0.0);
    if names.layout == Layout::Wind && idle && open == high && high == low && low == close {
        return Ok(Line::Suspended(date));
    }
    Ok(Line::Bar(bar))
}
