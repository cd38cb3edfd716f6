//! The adjustment factor f(t)/f(first) of a file's bars, rebuilt from what the file itself tells.

use crate::note::DataNote;
use tidegate_market::{TradeDate, factor_from_pre_close};

/// A reference so many times the close before is more than rounding above it.
const RAISED: f64 = 1.002;
/// From here on it is a consolidation of shares or fund units.
const CONSOLIDATED: f64 = 1.5;

/// Factors with what has to be said about them.
pub(crate) struct Adjustment {
    pub factor: Vec<f64>,
    pub notes: Vec<DataNote>,
}

/// A row that was dropped, as the chain of reference prices sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hole {
    pub line: u64,
    /// Its date where readable.
    pub date: Option<TradeDate>,
    /// The readable dates above and below it in the file.
    pub above: Option<TradeDate>,
    pub below: Option<TradeDate>,
}

/// f(t) = f(t−1) · close(t−1) / pre_close(t): the exchange's ex-right reference against the close before it.
///
/// `pre_close` speaks of the trading day before, so where a row was dropped in between, the ratio of its neighbours
/// would show an ex-day that never was. There the factor is carried over and a note says so; a real ex-day inside
/// the hole is then missing. The hole is found by the dropped row's date, or, where that cannot be read, by the rows
/// above and below it in the file. Days that the file never had are seen only where the reference stands above the close
/// before, which no ex-day does; a note says so.
pub(crate) fn from_pre_close(
    dates: &[TradeDate],
    close: &[f64],
    pre_close: &[f64],
    holes: &[Hole],
) -> Adjustment {
    let mut reference = pre_close.to_vec();
    let mut notes = Vec::new();
    let mut carry = |t: usize, notes: &mut Vec<DataNote>| {
        if t == 0 || t >= dates.len() {
            return;
        }
        let note = DataNote::FactorCarried { from: dates[t - 1], to: dates[t] };
        if !notes.contains(&note) {
            notes.push(note);
        }
        reference[t] = close[t - 1];
    };
    for hole in holes {
        if let Some(date) = hole.date {
            let t = dates.partition_point(|day| *day < date);
            // A dropped row whose date another row tells well leaves no hole.
            if dates.get(t).is_none_or(|day| *day != date) {
                carry(t, &mut notes);
            }
            continue;
        }
        let (Some(above), Some(below)) = (hole.above, hole.below) else { continue };
        let from = dates.partition_point(|day| *day <= above.min(below));
        let to = dates.partition_point(|day| *day < above.max(below));
        if from == to {
            carry(from, &mut notes);
        } else if from < to {
            notes.push(DataNote::FactorInDoubt { line: hole.line });
        }
    }
    let is_raised = |t: &usize| (RAISED * close[t - 1]..CONSOLIDATED * close[t - 1]).contains(&reference[*t]);
    let raised: Vec<usize> = (1..dates.len()).filter(is_raised).collect();
    if let Some(&first) = raised.first() {
        notes.push(DataNote::RaisedReference { count: raised.len(), first: dates[first] });
    }
    Adjustment { factor: factor_from_pre_close(close, &reference), notes }
}

/// f(t) = (adjusted close / close)(t) ÷ the same on the first bar. Yahoo prints six decimals, so the factor carries
/// that much noise; it is left as it is, because smoothing would have to guess where the ex-days are.
pub(crate) fn from_adjusted_close(close: &[f64], adjusted_close: &[f64]) -> Adjustment {
    let ratio: Vec<f64> =
        close.iter().zip(adjusted_close).map(|(close, adjusted)| adjusted / close).collect();
    let factor = ratio.iter().map(|r| r / ratio[0]).collect();
    Adjustment { factor, notes: Vec::new() }
}

/// The published factor ÷ the same on the first bar; a bar without one has that of the bar before.
pub(crate) fn from_published(factor: &[f64]) -> Adjustment {
    let first = factor.iter().copied().find(|f| !f.is_nan()).unwrap_or(1.0);
    let mut last = first;
    let relative = factor
        .iter()
        .map(|f| {
            last = if f.is_nan() { last } else { *f };
            last / first
        })
        .collect();
    Adjustment { factor: relative, notes: Vec::new() }
}

/// Factor 1 throughout, where the file tells neither.
pub(crate) fn unknown(bars: usize) -> Adjustment {
    Adjustment { factor: vec![1.0; bars], notes: vec![DataNote::NoAdjustment] }
}

/// Factor 1 throughout, where prices are adjusted already.
pub(crate) fn done(bars: usize) -> Adjustment {
    Adjustment { factor: vec![1.0; bars], notes: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_a_file_never_had_are_told_where_the_reference_is_raised() {
        let dates: Vec<TradeDate> =
            ["2024-01-02", "2024-01-03", "2024-01-09", "2024-01-10"].map(|day| day.parse().unwrap()).to_vec();
        let close = [10.0, 10.0, 10.6, 10.0];
        let Adjustment { factor, notes } = from_pre_close(&dates, &close, &[10.0, 10.0, 10.5, 10.1], &[]);
        assert_eq!(factor, [1.0, 1.0, 10.0 / 10.5, 10.0 / 10.5 * 10.6 / 10.1]);
        assert_eq!(notes, [DataNote::RaisedReference { count: 1, first: dates[2] }]);
        assert_eq!(from_pre_close(&dates, &close, &[10.0, 10.0, 10.0, 10.6], &[]).notes, []);
    }
}
