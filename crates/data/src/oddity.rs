//! Oddities of a file that are no faults but that its reader should know.

use crate::import::Layout;
use crate::note::DataNote;
use tidegate_market::TradeDate;

/// Rows that one call of Tushare's `daily` returns at most; what is older is cut off in silence.
pub(crate) const TUSHARE_ROW_LIMIT: usize = 6_000;

/// Dates listed in a note.
const LISTED: usize = 5;

/// A factor that moves more than this in a day is a split, not a dividend.
const SPLIT: f64 = 1.3;

/// Notes on the bars of a file, ascending by date, and their factors.
pub(crate) fn notes(date: &[TradeDate], close: &[f64], factor: &[f64], layout: Layout) -> Vec<DataNote> {
    match layout {
        Layout::TushareDaily => {
            [weekend(date), row_limit(date), off_the_tick(date, close)].into_iter().flatten().collect()
        }
        Layout::Yahoo => [weekend(date), unadjusted_split(date, factor)].into_iter().flatten().collect(),
        _ => weekend(date).into_iter().collect(),
    }
}

fn weekend(date: &[TradeDate]) -> Option<DataNote> {
    let mut days: Vec<TradeDate> = date.iter().copied().filter(|date| date.is_weekend()).collect();
    let count = days.len();
    days.truncate(LISTED);
    (count > 0).then_some(DataNote::Weekend { count, days })
}

fn row_limit(date: &[TradeDate]) -> Option<DataNote> {
    (date.len() == TUSHARE_ROW_LIMIT).then(|| DataNote::RowLimit { rows: TUSHARE_ROW_LIMIT, first: date[0] })
}

fn off_the_tick(date: &[TradeDate], close: &[f64]) -> Option<DataNote> {
    let off = |price: &f64| {
        let ticks = price * 1e3;
        (ticks - ticks.round()).abs() > 1e-9 * ticks.max(1e3)
    };
    let t = close.iter().position(off)?;
    Some(DataNote::OffTheTick { price: close[t], date: date[t] })
}

/// Yahoo's present files have splits taken out of every price; its files before 2017 only out of `Adj Close`.
fn unadjusted_split(date: &[TradeDate], factor: &[f64]) -> Option<DataNote> {
    let (t, ratio) = (1..date.len())
        .map(|t| (t, factor[t] / factor[t - 1]))
        .find(|(_, ratio)| !(1.0 / SPLIT..=SPLIT).contains(ratio))?;
    Some(DataNote::UnadjustedSplit { ratio, date: date[t] })
}
