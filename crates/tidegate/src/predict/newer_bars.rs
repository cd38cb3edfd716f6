//! The run's own bars, continued by newer ones. What the run has seen stays as it is, to the bit; the newer source must
//! agree with it wherever both speak, or nothing is forecast from it.

use crate::bars::{self, SourceBars};
use crate::error::{Error, InputError};
use crate::plan::Plan;
use std::path::PathBuf;
use tidegate_data::{OnBadRow, ReadOptions};
use tidegate_market::{BarSeries, PriceBasis, TradeDate};

/// Prices and volumes this near to each other are the same number written by two sources.
const SAME: f64 = 1e-6;
/// Factors carry the rounding of prices: see `market::backtest`.
const SAME_FACTOR: f64 = 1e-5;

/// Where the newest bars come from.
#[derive(Clone, Debug, Default)]
pub enum Newer {
    /// From where the run's came: the same file, the same symbol in the store, the sample market.
    #[default]
    AsTheRun,
    /// A file.
    File {
        /// The file.
        path: PathBuf,
        /// What happens to rows that are no bars.
        on_bad_row: OnBadRow,
    },
    /// The run's symbol in this store.
    Store(PathBuf),
}

/// Reads the newest bars of the run's symbol: from its first day on, without its last.
pub fn load(newer: &Newer, plan: &Plan, symbol: &str) -> Result<SourceBars, Error> {
    match newer {
        Newer::AsTheRun => {
            let mut plan = plan.clone();
            plan.experiment.data.to = None;
            bars::load(&plan)
        }
        Newer::File { path, on_bad_row } => {
            let symbol = Some(symbol.to_owned());
            let from = plan.experiment.data.from;
            bars::load_file(path, &ReadOptions { symbol, from, to: None, on_bad_row: *on_bad_row })
        }
        Newer::Store(path) => bars::load_stored(Some(path), symbol, plan.experiment.data.from, None),
    }
}

/// The run's bars followed by those of `newer` after the run's last day, brought to the run's scale of factors.
///
/// # Errors
/// [`InputError`] that names the day, the column and both values where the two contradict each other; when they have no
/// bar in common that would tie their factors together; when symbol or kind of prices differ.
pub fn continued(run: &BarSeries, newer: &BarSeries, place: &str) -> Result<BarSeries, InputError> {
    let refused = |message: String| InputError::new(place, message);
    if newer.symbol != run.symbol {
        return Err(refused(format!("expected bars of {}, found {}", run.symbol, newer.symbol)));
    }
    if newer.basis != run.basis {
        let word = |basis| match basis {
            PriceBasis::Raw => "raw",
            PriceBasis::SplitAdjusted => "split-adjusted",
        };
        return Err(refused(format!(
            "expected {} prices as in the run, found {} ones",
            word(run.basis),
            word(newer.basis)
        )));
    }
    // Neither series is empty: both were read and checked.
    let (first, last) = (run.date[0], run.date[run.len() - 1]);
    let (start, end) = (newer.date[0], newer.date[newer.len() - 1]);
    if start > last {
        return Err(refused(format!(
            "the bars begin on {start}, after the run's last bar on {last}: nothing shows that both are one series"
        ))
        .help("give bars that reach back to the run's last day at least"));
    }
    let since = run.date.partition_point(|day| *day < start);
    let until = run.date.partition_point(|day| *day <= end);
    let from = newer.date.partition_point(|day| *day < first);
    let to = newer.date.partition_point(|day| *day <= last);
    agree(run, since..until, newer, from..to).map_err(|message| {
        refused(message).help(
            "the networks were trained on other bars: correct the data, or make a new run with `tidegate run`",
        )
    })?;
    if to == newer.len() {
        return Ok(run.clone());
    }
    // Bars agree up to the run's last day, so that it is there in both.
    let scale = run.factor[run.len() - 1] / newer.factor[to - 1];
    let later = newer.slice(to..newer.len());
    let joined = |old: &[f64], new: &[f64]| [old, new].concat();
    // A series has a column whole or not at all.
    let optional = |old: &Option<Vec<f64>>, new: &Option<Vec<f64>>| {
        old.as_ref().zip(new.as_ref()).map(|(old, new)| joined(old, new))
    };
    let factor: Vec<f64> = later.factor.iter().map(|f| f * scale).collect();
    Ok(BarSeries {
        symbol: run.symbol.clone(),
        basis: run.basis,
        date: [run.date.as_slice(), &later.date].concat(),
        open: joined(&run.open, &later.open),
        high: joined(&run.high, &later.high),
        low: joined(&run.low, &later.low),
        close: joined(&run.close, &later.close),
        volume: joined(&run.volume, &later.volume),
        amount: optional(&run.amount, &later.amount),
        pre_close: optional(&run.pre_close, &later.pre_close),
        factor: joined(&run.factor, &factor),
    })
}

/// Whether two series tell the same about the days that both span.
fn agree(
    run: &BarSeries,
    ours: std::ops::Range<usize>,
    newer: &BarSeries,
    theirs: std::ops::Range<usize>,
) -> Result<(), String> {
    let mut last: Option<(usize, usize)> = None;
    let (mut i, mut k) = (ours.start, theirs.start);
    while i < ours.end || k < theirs.end {
        let (mine, other) = (day(run, i, ours.end), day(newer, k, theirs.end));
        match (mine, other) {
            (Some(mine), Some(other)) if mine == other => {}
            (Some(mine), other) if other.is_none_or(|other| mine < other) => {
                return Err(format!("{mine}: the run has a bar, the newest bars have none"));
            }
            (_, Some(other)) => return Err(format!("{other}: the newest bars have a bar, the run has none")),
            _ => break,
        }
        let columns = [
            ("open", &run.open, &newer.open),
            ("high", &run.high, &newer.high),
            ("low", &run.low, &newer.low),
            ("close", &run.close, &newer.close),
            ("volume", &run.volume, &newer.volume),
        ];
        for (column, old, new) in columns {
            if !same(old[i], new[k], SAME) {
                let (date, old, new) = (run.date[i], old[i], new[k]);
                return Err(format!("{date}: {column} is {new} in the newest bars and {old} in the run's"));
            }
        }
        if let Some((before, then)) = last {
            let (old, new) = (run.factor[i] / run.factor[before], newer.factor[k] / newer.factor[then]);
            if !same(old, new, SAME_FACTOR) {
                return Err(format!(
                    "{}: the adjustment factor moves by {new} in the newest bars and by {old} in the run's",
                    run.date[i]
                ));
            }
        }
        last = Some((i, k));
        (i, k) = (i + 1, k + 1);
    }
    Ok(())
}

fn day(bars: &BarSeries, i: usize, end: usize) -> Option<TradeDate> {
    (i < end).then(|| bars.date[i])
}

fn same(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * a.abs().max(b.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(days: &[&str], close: &[f64], factor: &[f64]) -> BarSeries {
        BarSeries {
            symbol: "600000.SH".into(),
            basis: PriceBasis::Raw,
            date: days.iter().map(|day| day.parse().unwrap()).collect(),
            open: close.to_vec(),
            high: close.to_vec(),
            low: close.to_vec(),
            close: close.to_vec(),
            volume: vec![1000.0; close.len()],
            amount: None,
            pre_close: None,
            factor: factor.to_vec(),
        }
    }

    const DAYS: [&str; 4] = ["2024-06-03", "2024-06-04", "2024-06-05", "2024-06-06"];

    #[test]
    fn what_the_run_has_seen_stays_and_newer_factors_come_to_its_scale() {
        let run = bars(&DAYS[..3], &[10.0, 5.0, 6.0], &[1.0, 2.0, 2.0]);
        // A source that begins later knows factors relative to its own first bar, and an ex-day since.
        let newer = bars(&DAYS[1..], &[5.0, 6.0, 3.0], &[1.0, 1.0, 2.0]);
        let joined = continued(&run, &newer, "bars.csv").unwrap();
        assert_eq!(joined.slice(0..3), run);
        assert_eq!((joined.close[3], joined.factor[3]), (3.0, 4.0));
        assert_eq!(continued(&run, &run, "bars.csv").unwrap(), run, "nothing new is no mistake");
    }

    #[test]
    fn every_contradiction_is_refused_with_its_day_and_both_values() {
        let run = bars(&DAYS[..3], &[10.0, 5.0, 6.0], &[1.0, 2.0, 2.0]);
        let whole = bars(&DAYS, &[10.0, 5.0, 6.0, 7.0], &[1.0, 2.0, 2.0, 2.0]);
        let refused = |newer: BarSeries, parts: &[&str]| {
            let error = continued(&run, &newer, "bars.csv").unwrap_err().to_string();
            parts.iter().for_each(|part| assert!(error.contains(part), "\"{part}\" is not in: {error}"));
        };
        let mut other = whole.clone();
        other.close[1] = 5.01;
        refused(other, &["2024-06-04", "close is 5.01", "5 in the run's"]);
        let mut other = whole.clone();
        other.volume[2] = 999.0;
        refused(other, &["2024-06-05", "volume is 999"]);
        let mut other = whole.clone();
        other.factor[1] = 2.1;
        refused(other, &["2024-06-04", "factor moves by 2.1"]);
        refused(BarSeries { symbol: "600001.SH".into(), ..whole.clone() }, &["600000.SH", "600001.SH"]);
        refused(BarSeries { basis: PriceBasis::SplitAdjusted, ..whole.clone() }, &["expected raw prices"]);
        refused(whole.slice(3..4), &["2024-06-06", "after the run's last bar on 2024-06-05"]);
        let without = |i: usize| {
            let day = |k: &usize| *k != i;
            let keep: Vec<usize> = (0..4).filter(day).collect();
            let cut = |column: &[f64]| keep.iter().map(|k| column[*k]).collect::<Vec<f64>>();
            let days: Vec<&str> = keep.iter().map(|k| DAYS[*k]).collect();
            bars(&days, &cut(&whole.close), &cut(&whole.factor))
        };
        refused(without(1), &["2024-06-04: the run has a bar"]);
        refused(without(2), &["2024-06-05: the run has a bar"]);
        let error = continued(&without(1).slice(0..2), &whole, "bars.csv").unwrap_err().to_string();
        assert!(error.contains("2024-06-04: the newest bars have a bar"), "{error}");
    }
}
