//! The adjustment factor f(t)/f(first) of a file's bars, rebuilt from what the file itself tells.

use crate::bar_row::BarRow;
use crate::note::DataNote;
use tidegate_market::{BarSeries, TradeDate};

/// Factors with what has to be said about them.
pub(crate) struct Adjustment {
    pub factor: Vec<f64>,
    pub notes: Vec<DataNote>,
}

/// A line of the file as the chain of reference prices sees it: its date where readable, in file order.
pub(crate) struct Link {
    pub line: u64,
    pub date: Option<TradeDate>,
    pub kept: bool,
}

/// f(t) = f(t−1) · close(t−1) / pre_close(t): the exchange's ex-right reference against the close before it.
///
/// `pre_close` speaks of the trading day before, so where a row was dropped in between, the ratio of its neighbours
/// would show an ex-day that never was. There the factor is carried over and a note says so; a real ex-day inside
/// the hole is then missing. The hole is found by the dropped row's date, or, where that cannot be read, by the rows
/// above and below it in the file.
pub(crate) fn from_pre_close(rows: &[BarRow], pre_close: &[f64], links: &[Link]) -> Adjustment {
    let mut reference = pre_close.to_vec();
    let mut notes = Vec::new();
    let mut carry = |t: usize, notes: &mut Vec<DataNote>| {
        if t == 0 || t >= rows.len() {
            return;
        }
        let note = DataNote::FactorCarried { from: rows[t - 1].date, to: rows[t].date };
        if !notes.contains(&note) {
            notes.push(note);
        }
        reference[t] = rows[t - 1].close;
    };
    for (i, link) in links.iter().enumerate().filter(|(_, link)| !link.kept) {
        if let Some(date) = link.date {
            let t = rows.partition_point(|row| row.date < date);
            // A dropped row whose date another row tells well leaves no hole.
            if rows.get(t).is_none_or(|row| row.date != date) {
                carry(t, &mut notes);
            }
            continue;
        }
        let above = links[..i].iter().rev().find_map(|link| link.date);
        let below = links[i + 1..].iter().find_map(|link| link.date);
        let (Some(above), Some(below)) = (above, below) else { continue };
        let from = rows.partition_point(|row| row.date <= above.min(below));
        let to = rows.partition_point(|row| row.date < above.max(below));
        if from == to {
            carry(from, &mut notes);
        } else if from < to {
            notes.push(DataNote::FactorInDoubt { line: link.line });
        }
    }
    let close: Vec<f64> = rows.iter().map(|row| row.close).collect();
    Adjustment { factor: BarSeries::factor_from_pre_close(&close, &reference), notes }
}

/// f(t) = (adjusted close / close)(t) ÷ the same on the first bar. Yahoo prints six decimals, so the factor carries
/// that much noise; it is left as it is, because smoothing would have to guess where the ex-days are.
pub(crate) fn from_adjusted_close(rows: &[BarRow], adjusted_close: &[f64]) -> Adjustment {
    let ratio: Vec<f64> =
        rows.iter().zip(adjusted_close).map(|(row, adjusted)| adjusted / row.close).collect();
    let factor = ratio.iter().map(|r| r / ratio[0]).collect();
    Adjustment { factor, notes: Vec::new() }
}

/// Factor 1 throughout, where the file tells neither.
pub(crate) fn unknown(rows: &[BarRow]) -> Adjustment {
    Adjustment { factor: vec![1.0; rows.len()], notes: vec![DataNote::NoAdjustment] }
}
