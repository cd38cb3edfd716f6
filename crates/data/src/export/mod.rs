//! Stored bars as files that other programs read: Parquet, CSV and qlib's directories.
//!
//! Columns: `symbol`, `date`, `open`, `high`, `low`, `close`, `pre_close`, `volume` (shares), `amount` (currency),
//! `factor`. `pre_close` and `amount` may be empty. With raw prices `factor` is f(t)/f(first stored bar), so that
//! price × factor is back-adjusted; with adjusted prices it is what the raw price was multiplied by.

mod csv;
mod parquet;
mod qlib;
mod target;

pub use qlib::export_qlib;

use crate::store::{Store, StoreError, StoreFault, StoredSeries};
use serde::Serialize;
use std::path::{Path, PathBuf};
use target::Target;
use tidegate_market::{TradeDate, adjusted};

/// Formats of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Apache Parquet, snappy, dates as `DATE`.
    Parquet,
    /// Comma-separated text with a header line, dates as `YYYY-MM-DD`.
    Csv,
}

impl ExportFormat {
    /// The ending of its files.
    pub fn extension(self) -> &'static str {
        match self {
            ExportFormat::Parquet => "parquet",
            ExportFormat::Csv => "csv",
        }
    }
}

/// Which prices are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjustment {
    /// As stored.
    None,
    /// Back-adjusted: × f(t)/f(first stored bar).
    Hfq,
    /// Forward-adjusted: × f(t)/f(last bar written).
    Qfq,
}

/// What to write and how.
#[derive(Clone, Copy, Debug)]
pub struct ExportOptions {
    /// Format.
    pub format: ExportFormat,
    /// Which prices.
    pub adjust: Adjustment,
    /// First day.
    pub from: Option<TradeDate>,
    /// Last day.
    pub to: Option<TradeDate>,
    /// Replace files that exist.
    pub force: bool,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Symbols in them.
    pub symbols: usize,
    /// Bars in them.
    pub rows: usize,
    /// Symbols without a bar in these days.
    pub without_bars: Vec<String>,
}

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The store cannot be read, or does not hold what was asked for.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The target exists.
    #[error("{}: exists already; choose another place, or add --force to replace it", .0.display())]
    Exists(PathBuf),
    /// No symbol has a bar in the days asked for.
    #[error("no bars in these days: nothing was written; `tidegate data list` shows what is there")]
    Nothing,
    /// The target cannot be written.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The caller asked to stop; nothing was written.
    #[error("interrupted")]
    Interrupted,
}

impl ExportError {
    /// Whether the user can mend it by asking for something else (exit code 2).
    pub fn is_mistake_in_input(&self) -> bool {
        match self {
            ExportError::Store(error) => error.is_mistake_in_input(),
            ExportError::Exists(_) | ExportError::Nothing => true,
            _ => false,
        }
    }
}

/// One symbol's rows as they are written.
#[derive(Debug)]
struct Rows {
    symbol: String,
    date: Vec<TradeDate>,
    /// `open`, `high`, `low`, `close`.
    prices: [Vec<f64>; 4],
    /// NaN where empty.
    pre_close: Vec<f64>,
    volume: Vec<f64>,
    amount: Vec<f64>,
    factor: Vec<f64>,
}

/// Writes the bars of these symbols (all that have bars when there are none) to `out`: one file for all where it ends
/// like the format, else a directory with a file for each symbol. Files and new directories appear when they are
/// whole. `goes_on` is told after each symbol how many are done, of how many, and may stop the export.
///
/// # Errors
/// [`ExportError`]; what was there before is then still there.
pub fn export(
    store: &Store,
    symbols: &[String],
    out: &Path,
    options: &ExportOptions,
    goes_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Exported, ExportError> {
    let named = !symbols.is_empty();
    let symbols = if named { symbols.to_vec() } else { store.symbols()? };
    let mut target = Target::new(out, options)?;
    let mut exported = each_series(store, &symbols, named, (options.from, options.to), goes_on, |series| {
        target.add(Rows::of(series, options.adjust))
    })?;
    exported.files = target.finish()?;
    Ok(exported)
}

/// Hands on the series of each symbol and counts them. A symbol that nobody named may lack bars in these days.
fn each_series(
    store: &Store,
    symbols: &[String],
    named: bool,
    (from, to): (Option<TradeDate>, Option<TradeDate>),
    goes_on: &mut dyn FnMut(usize, usize) -> bool,
    mut take: impl FnMut(StoredSeries) -> Result<(), ExportError>,
) -> Result<Exported, ExportError> {
    let mut exported = Exported::default();
    for (done, symbol) in symbols.iter().enumerate() {
        match store.series_unchecked(symbol, from, to) {
            Ok(series) => {
                exported.symbols += 1;
                exported.rows += series.bars.len();
                take(series)?;
            }
            Err(error) => match error.fault {
                StoreFault::NoBars(_) | StoreFault::NoBarsInRange { .. } if !named || symbols.len() > 1 => {
                    exported.without_bars.push(symbol.clone());
                }
                _ => return Err(error.into()),
            },
        }
        if !goes_on(done + 1, symbols.len()) {
            return Err(ExportError::Interrupted);
        }
    }
    if exported.symbols == 0 { Err(ExportError::Nothing) } else { Ok(exported) }
}

impl Rows {
    fn of(series: StoredSeries, adjust: Adjustment) -> Rows {
        let bars = series.bars;
        let empty = || vec![f64::NAN; bars.date.len()];
        let base = match adjust {
            Adjustment::Qfq => bars.factor.last().copied().unwrap_or(1.0),
            Adjustment::Hfq | Adjustment::None => 1.0,
        };
        let price = |column: Vec<f64>| match adjust {
            Adjustment::None => column,
            Adjustment::Hfq | Adjustment::Qfq => adjusted(&column, &bars.factor, base),
        };
        Rows {
            prices: [price(bars.open), price(bars.high), price(bars.low), price(bars.close)],
            pre_close: price(bars.pre_close.unwrap_or_else(empty)),
            volume: bars.volume,
            amount: bars.amount.unwrap_or_else(empty),
            factor: bars.factor.iter().map(|f| f / base).collect(),
            symbol: bars.symbol,
            date: bars.date,
        }
    }
}
