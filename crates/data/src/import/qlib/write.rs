//! Writing a directory that qlib reads.

use super::{damaged, folder, qlib_symbol};
use crate::error::DataError;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tidegate_market::{BarSeries, TradeDate};

/// Writes a directory symbol by symbol, so that no more than one of them is in memory.
#[derive(Debug)]
pub struct DirWriter {
    root: PathBuf,
    calendar: Vec<TradeDate>,
    instruments: Vec<(String, TradeDate, TradeDate)>,
}

impl DirWriter {
    /// Begins a directory with the trading days of all symbols to come, ascending.
    ///
    /// # Errors
    /// When the directory holds something already or cannot be written, or the days are not strictly ascending.
    pub fn create(root: &Path, calendar: &[TradeDate]) -> Result<DirWriter, DataError> {
        if std::fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(damaged(root, "a directory that is not empty, where qlib's files should go"));
        }
        if calendar.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(damaged(root, "trading days that do not ascend"));
        }
        for part in ["calendars", "instruments", "features"] {
            std::fs::create_dir_all(root.join(part))?;
        }
        let days: String = calendar.iter().map(|day| format!("{day}\n")).collect();
        std::fs::write(root.join("calendars").join("day.txt"), days)?;
        Ok(DirWriter { root: root.to_owned(), calendar: calendar.to_vec(), instruments: Vec::new() })
    }

    /// Adds one symbol: open, high, low, close (raw × factor), volume (÷ factor), factor, change, and amount and vwap
    /// where the series has amounts. Days without a bar are NaN.
    ///
    /// # Errors
    /// When a bar lies on a day that is not in the calendar, or a file cannot be written.
    pub fn write(&mut self, bars: &BarSeries) -> Result<(), DataError> {
        let (Some(first), Some(last)) = (bars.date.first().copied(), bars.date.last().copied()) else {
            return Ok(());
        };
        let place = |day: TradeDate| {
            self.calendar.binary_search(&day).map_err(|_| {
                damaged(
                    &self.root,
                    format!("a bar of {} on {day}, which is not in the calendar", bars.symbol),
                )
            })
        };
        let (start, end) = (place(first)?, place(last)?);
        let places = bars.date.iter().map(|day| place(*day)).collect::<Result<Vec<usize>, _>>()?;
        let symbol = qlib_symbol(&bars.symbol);
        let folder = self.root.join("features").join(folder(&symbol));
        std::fs::create_dir_all(&folder)?;
        let field = |name: &str, value: &dyn Fn(usize) -> f64| -> Result<(), DataError> {
            let mut column = vec![f32::NAN; end - start + 1];
            for (t, place) in places.iter().enumerate() {
                column[place - start] = value(t) as f32;
            }
            let mut bytes = Vec::with_capacity(4 * column.len() + 4);
            // Exact up to 16,777,216 days.
            bytes.extend((start as f32).to_le_bytes());
            bytes.extend(column.iter().flat_map(|value| value.to_le_bytes()));
            Ok(std::fs::write(folder.join(format!("{name}.day.bin")), bytes)?)
        };
        let factor = &bars.factor;
        field("open", &|t| bars.open[t] * factor[t])?;
        field("high", &|t| bars.high[t] * factor[t])?;
        field("low", &|t| bars.low[t] * factor[t])?;
        field("close", &|t| bars.close[t] * factor[t])?;
        field("volume", &|t| bars.volume[t] / factor[t])?;
        field("factor", &|t| factor[t])?;
        field("change", &|t| match t {
            0 => f64::NAN,
            _ => bars.close[t] * factor[t] / (bars.close[t - 1] * factor[t - 1]) - 1.0,
        })?;
        if let Some(amount) = &bars.amount {
            field("amount", &|t| amount[t])?;
            field("vwap", &|t| match bars.volume[t] {
                0.0 => f64::NAN,
                volume => amount[t] / volume * factor[t],
            })?;
        }
        self.instruments.push((symbol, first, last));
        Ok(())
    }

    /// Ends the directory: the list of instruments comes last, so a directory without it is not whole. Tells how many
    /// there are.
    ///
    /// # Errors
    /// When the list cannot be written.
    pub fn finish(mut self) -> Result<usize, DataError> {
        self.instruments.sort();
        let mut list = String::new();
        for (symbol, first, last) in &self.instruments {
            // Writing to a String cannot fail.
            let _ = writeln!(list, "{symbol}\t{first}\t{last}");
        }
        std::fs::write(self.root.join("instruments").join("all.txt"), list)?;
        Ok(self.instruments.len())
    }
}

/// Writes series that are all in memory; the calendar is every day on which one of them has a bar.
///
/// # Errors
/// As [`DirWriter`].
pub fn write_dir(root: &Path, series: &[BarSeries]) -> Result<usize, DataError> {
    let mut calendar: Vec<TradeDate> = series.iter().flat_map(|bars| bars.date.iter().copied()).collect();
    calendar.sort_unstable();
    calendar.dedup();
    let mut writer = DirWriter::create(root, &calendar)?;
    for bars in series {
        writer.write(bars)?;
    }
    writer.finish()
}
