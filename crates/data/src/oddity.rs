//! Oddities of a file that are no faults but that its reader should know.

use crate::bar_row::BarRow;
use crate::layout::Layout;

/// Rows that one call of Tushare's `daily` returns at most; what is older is cut off in silence.
const TUSHARE_ROW_LIMIT: usize = 6_000;

/// Dates listed in a note.
const LISTED: usize = 5;

/// A factor that moves more than this in a day is a split, not a dividend.
const SPLIT: f64 = 1.3;

/// Notes on the bars of a file, ascending by date, and their factors.
pub(crate) fn notes(rows: &[BarRow], factor: &[f64], layout: Layout) -> Vec<String> {
    match layout {
        Layout::TushareDaily => {
            [weekend(rows), row_limit(rows), off_the_tick(rows)].into_iter().flatten().collect()
        }
        Layout::Yahoo => [weekend(rows), unadjusted_split(rows, factor)].into_iter().flatten().collect(),
    }
}

/// Exchanges have traded on weekends, long ago and seldom; a wrong date is as likely.
fn weekend(rows: &[BarRow]) -> Option<String> {
    let days: Vec<_> =
        rows.iter().filter(|row| row.date.is_weekend()).map(|row| row.date.to_string()).collect();
    let more = if days.len() > LISTED { ", ..." } else { "" };
    let shown = days[..days.len().min(LISTED)].join(", ");
    (!days.is_empty()).then(|| format!("bars dated on a weekend, kept: {} ({shown}{more})", days.len()))
}

fn row_limit(rows: &[BarRow]) -> Option<String> {
    (rows.len() == TUSHARE_ROW_LIMIT).then(|| {
        format!(
            "exactly {TUSHARE_ROW_LIMIT} rows, the most that one call of Tushare's daily returns: bars before {} may \
             be missing",
            rows[0].date
        )
    })
}

/// A-shares are quoted in whole hundredths, funds in thousandths. More decimals mean an index or adjusted prices.
fn off_the_tick(rows: &[BarRow]) -> Option<String> {
    let off = |price: f64| {
        let ticks = price * 1e3;
        (ticks - ticks.round()).abs() > 1e-9 * ticks.max(1e3)
    };
    let row = rows.iter().find(|row| off(row.close))?;
    Some(format!(
        "prices have more than three decimals ({} on {}): an index, or prices that are already adjusted and that \
         nobody could trade at",
        row.close, row.date
    ))
}

/// Yahoo's present files have splits taken out of every price; its files before 2017 only out of `Adj Close`.
fn unadjusted_split(rows: &[BarRow], factor: &[f64]) -> Option<String> {
    let (t, ratio) = (1..rows.len())
        .map(|t| (t, factor[t] / factor[t - 1]))
        .find(|(_, ratio)| !(1.0 / SPLIT..=SPLIT).contains(ratio))?;
    Some(format!(
        "Adj Close moves by a factor of {ratio:.4} against Close on {}: the prices before were not adjusted for a \
         split or a bonus there (adjusted prices are right, raw ones jump)",
        rows[t].date
    ))
}
