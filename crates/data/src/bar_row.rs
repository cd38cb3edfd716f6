//! One line of a file as one bar, or the first fault that keeps it from being one.

use crate::bad_row::{BadKind, BadRow};
use crate::cell;
use crate::layout::Columns;
use tidegate_market::TradeDate;

/// How far open and close may lie outside lowest to highest: one unit of the sixth decimal, the last that Yahoo
/// prints, or of the sixth significant digit. The files at hand hold no such noise at all, while the real faults in
/// them are 7.6e-4 of the price and larger, so the band between is safe.
const PRINT_NOISE: f64 = 1e-6;

/// A checked bar of one line, in shares and currency units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BarRow {
    pub line: u64,
    pub date: TradeDate,
    pub open: f64,
    pub high: f64,
    pub low: f64,
    pub close: f64,
    pub volume: f64,
    pub amount: Option<f64>,
    pub pre_close: Option<f64>,
    pub adjusted_close: Option<f64>,
}

impl BarRow {
    /// Whether both lines tell the same about the same day.
    pub(crate) fn same_bar(&self, other: &BarRow) -> bool {
        BarRow { line: other.line, ..*self } == *other
    }
}

/// A line that is no bar, with its date where that much can be read.
#[derive(Debug)]
pub(crate) struct Fault {
    pub row: BadRow,
    pub date: Option<TradeDate>,
}

/// A day, also where a program has stamped it with midnight (`2024-06-28 00:00:00-04:00`).
fn date(text: &str) -> Option<TradeDate> {
    let text = cell::bare(text);
    let day = match text.get(10..) {
        Some(time) if time.starts_with(" 00:00:00") || time.starts_with("T00:00:00") => &text[..10],
        _ => text,
    };
    day.parse().ok()
}

/// Reads and checks the cells of one line.
pub(crate) fn parse(cells: &[&str], line: u64, columns: &Columns) -> Result<BarRow, Fault> {
    let names = columns.layout.names();
    let fault = |date, column: &str, kind, expected: String, found: String| Fault {
        row: BadRow { line, column: column.to_owned(), kind, expected, found },
        date,
    };
    if cells.len() != columns.count {
        let found = format!("{} in {}", cells.len(), cell::shown(&cells.join(",")));
        return Err(fault(None, "row", BadKind::WrongCellCount, format!("{} cells", columns.count), found));
    }
    let Some(day) = date(cells[columns.date]) else {
        let expected = "a date like 2024-06-28 or 20240628".to_owned();
        return Err(fault(None, names.date, BadKind::BadDate, expected, cell::shown(cells[columns.date])));
    };
    if [columns.open, columns.high, columns.low, columns.close].iter().all(|c| cell::is_null(cells[*c])) {
        let (expected, found) =
            ("prices".to_owned(), format!("{} in every price", cell::shown(cells[columns.open])));
        return Err(fault(Some(day), names.open, BadKind::NullRow, expected, found));
    }

    let number = |column: usize, name: &str, scale: u8| {
        cell::number_scaled(cells[column], scale).ok_or_else(|| {
            let found = cell::shown(cells[column]);
            fault(Some(day), name, BadKind::UnparsableCell, "a number".to_owned(), found)
        })
    };
    let price = |column: usize, name: &str| {
        let value = number(column, name, 0)?;
        if value > 0.0 {
            return Ok(value);
        }
        let expected = "a price above 0".to_owned();
        Err(fault(Some(day), name, BadKind::NonPositivePrice, expected, cell::shown(cells[column])))
    };
    let quantity = |column: usize, name: &str, scale: u8| {
        let value = number(column, name, scale)?;
        if value >= 0.0 {
            return Ok(value);
        }
        let expected = "0 or more".to_owned();
        Err(fault(Some(day), name, BadKind::NegativeVolume, expected, cell::shown(cells[column])))
    };
    // A place is only known for a column that the layout names.
    let optional_price = |column: Option<usize>, name: Option<&str>| match column {
        Some(column) => price(column, name.unwrap_or_default()).map(Some),
        None => Ok(None),
    };

    let (lots, thousands) = columns.layout.scale();
    let bar = BarRow {
        line,
        date: day,
        open: price(columns.open, names.open)?,
        high: price(columns.high, names.high)?,
        low: price(columns.low, names.low)?,
        close: price(columns.close, names.close)?,
        volume: quantity(columns.volume, names.volume, lots)?,
        amount: match columns.amount {
            Some(column) => Some(quantity(column, names.amount.unwrap_or_default(), thousands)?),
            None => None,
        },
        pre_close: optional_price(columns.pre_close, names.pre_close)?,
        adjusted_close: optional_price(columns.adjusted_close, names.adjusted_close)?,
    };

    let BarRow { open, high, low, close, .. } = bar;
    if high < low {
        let expected = format!("at least {} {low}", names.low);
        return Err(fault(Some(day), names.high, BadKind::HighBelowLow, expected, high.to_string()));
    }
    let noise = PRINT_NOISE * high.max(1.0);
    for (value, name, kind) in
        [(open, names.open, BadKind::OpenOutsideRange), (close, names.close, BadKind::CloseOutsideRange)]
    {
        if value < low - noise || value > high + noise {
            let expected = format!("{} {low} to {} {high}", names.low, names.high);
            return Err(fault(Some(day), name, kind, expected, value.to_string()));
        }
    }
    Ok(bar)
}
