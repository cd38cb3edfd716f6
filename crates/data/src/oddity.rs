//! Oddities of a file that are no faults but that its reader should know.

use crate::bar_row::BarRow;
use crate::layout::Layout;
use crate::note::DataNote;
use tidegate_market::TradeDate;

/// Rows that one call of Tushare's `daily` returns at most; what is older is cut off in silence.
const TUSHARE_ROW_LIMIT: usize = 6_000;

/// Dates listed in a note.
const LISTED: usize = 5;

/// A factor that moves more than this in a day is a split, not a dividend.
const SPLIT: f64 = 1.3;

/// Notes on the bars of a file, ascending by date, and their factors.
pub(crate) fn notes(rows: &[BarRow], factor: &[f64], layout: Layout) -> Vec<DataNote> {
    match layout {
        Layout::TushareDaily => {
            [weekend(rows), row_limit(rows), off_the_tick(rows)].into_iter().flatten().collect()
        }
        Layout::Yahoo => [weekend(rows), unadjusted_split(rows, factor)].into_iter().flatten().collect(),
    }
}

fn weekend(rows: &[BarRow]) -> Option<DataNote> {
    let mut days: Vec<TradeDate> = rows.iter().map(|row| row.date).filter(|date| date.is_weekend()).collect();
    let count = days.len();
    days.truncate(LISTED);
    (count > 0).then_some(DataNote::Weekend { count, days })
}

fn row_limit(rows: &[BarRow]) -> Option<DataNote> {
    (rows.len() == TUSHARE_ROW_LIMIT)
        .then(|| DataNote::RowLimit { rows: TUSHARE_ROW_LIMIT, first: rows[0].date })
}

fn off_the_tick(rows: &[BarRow]) -> Option<DataNote> {
    let off = |price: f64| {
        let ticks = price * 1e3;
        (ticks - ticks.round()).abs() > 1e-9 * ticks.max(1e3)
    };
    let row = rows.iter().find(|row| off(row.close))?;
    Some(DataNote::OffTheTick { price: row.close, date: row.date })
}

/// Yahoo's present files have splits taken out of every price; its files before 2017 only out of `Adj Close`.
fn unadjusted_split(rows: &[BarRow], factor: &[f64]) -> Option<DataNote> {
    let (t, ratio) = (1..rows.len())
        .map(|t| (t, factor[t] / factor[t - 1]))
        .find(|(_, ratio)| !(1.0 / SPLIT..=SPLIT).contains(ratio))?;
    Some(DataNote::UnadjustedSplit { ratio, date: rows[t].date })
}
