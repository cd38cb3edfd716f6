//! The description for a terminal: columns aligned by width, English.

use super::{Description, Quantity, Row};
use crate::report::number::{self, count, fixed, optional, percent, price, shares};
use std::fmt::Write;
use tidegate_market::PriceBasis;

/// The description as plain text, one final newline.
pub fn describe_text(description: &Description) -> String {
    let d = description;
    let mut out = String::new();
    let (first, last) = (d.head.first(), d.tail.last());
    let date = |row: Option<&Row>| row.map_or(number::NOT_AVAILABLE.to_owned(), |row| row.date.to_string());
    let basis = match d.basis {
        PriceBasis::Raw => "as quoted",
        PriceBasis::SplitAdjusted => "split-adjusted by the source",
    };
    let facts = [
        ("symbol", d.symbol.clone()),
        ("bars", count(d.rows)),
        ("first", date(first)),
        ("last", date(last)),
        ("prices", basis.to_owned()),
        ("ex-days", count(d.ex_days)),
    ];
    for (name, value) in facts {
        let _ = writeln!(out, "{name:<8} {value}");
    }
    out.push_str("\nFirst rows\n");
    out.push_str(&aligned(&row_lines(&d.head)));
    out.push_str("\nLast rows\n");
    out.push_str(&aligned(&row_lines(&d.tail)));
    out.push_str("\nColumns (prices as quoted; hfq: back-adjusted; return: simple, of the hfq close)\n");
    out.push_str(&aligned(&column_lines(d)));
    let _ = writeln!(out, "\nGaps: {}", gap_sentence(d));
    if !d.gaps.longest.is_empty() {
        let mut lines = vec![["last before", "first after", "days missing"].map(str::to_owned).to_vec()];
        for gap in &d.gaps.longest {
            lines.push(vec![
                gap.last_before.to_string(),
                gap.first_after.to_string(),
                count(gap.missing_days),
            ]);
        }
        out.push_str(&aligned(&lines));
    }
    let _ = writeln!(out, "\nAutocorrelation over {} returns", count(d.autocorrelation.observations));
    out.push_str(&aligned(&lag_lines(d)));
    out
}

fn row_lines(rows: &[Row]) -> Vec<Vec<String>> {
    let head = ["date", "open", "high", "low", "close", "volume", "factor"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    lines.extend(rows.iter().map(|row| {
        let mut cells = vec![row.date.to_string()];
        cells.extend([row.open, row.high, row.low, row.close].map(price));
        cells.push(fixed(row.volume, 0));
        cells.push(fixed(row.factor, 4));
        cells
    }));
    lines
}

fn column_lines(d: &Description) -> Vec<Vec<String>> {
    let head = ["", "count", "mean", "std", "min", "25%", "median", "75%", "max", "skew", "kurt"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    for column in &d.columns {
        let f = &column.figures;
        let write = |x: Option<f64>| optional(x, |x| figure(column.quantity, x));
        let shape = |x: Option<f64>| optional(x, |x| fixed(x, 2));
        let mut cells = vec![quantity(column.quantity).to_owned(), count(f.count)];
        cells.extend([f.mean, f.std, f.min, f.quartile_1, f.median, f.quartile_3, f.max].map(write));
        cells.extend([f.skewness, f.kurtosis].map(shape));
        lines.push(cells);
    }
    lines
}

/// A figure of that column, in its unit.
pub(crate) fn figure(quantity: Quantity, x: f64) -> String {
    match quantity {
        Quantity::Return => percent(x, 2),
        Quantity::Volume => shares(x),
        _ => price(x),
    }
}

fn quantity(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Open => "open",
        Quantity::High => "high",
        Quantity::Low => "low",
        Quantity::Close => "close",
        Quantity::CloseHfq => "close hfq",
        Quantity::Volume => "volume",
        Quantity::Return => "return",
    }
}

fn gap_sentence(d: &Description) -> String {
    let (days, gaps) = (count(d.gaps.missing_days), count(d.gaps.count));
    if d.gaps.calendar_known {
        format!("{days} trading days without a bar in {gaps} gaps")
    } else {
        format!(
            "{days} weekdays without a bar in {gaps} gaps (no exchange calendar: public holidays are among them)"
        )
    }
}

fn lag_lines(d: &Description) -> Vec<Vec<String>> {
    let mut lines = vec![["lag", "return", "|return|"].map(str::to_owned).to_vec()];
    let pairs = d.autocorrelation.returns.iter().zip(&d.autocorrelation.absolute_returns);
    for (lag, (plain, absolute)) in (1..).zip(pairs) {
        let write = |x: Option<f64>| optional(x, |x| fixed(x, 3));
        lines.push(vec![count(lag), write(*plain), write(*absolute)]);
    }
    lines
}

/// Lines of cells as columns: the first left-aligned, the others right-aligned, two spaces between.
fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|i| {
            lines.iter().filter_map(|cells| cells.get(i)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    for cells in lines {
        let mut line = String::new();
        for (i, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let _ = if i == 0 { write!(line, "  {cell:<width$}") } else { write!(line, "  {cell:>width$}") };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
