//! Daily bars in the store.

use super::column::Name;
use super::error::damaged;
use super::segments::{Arriving, Dataset, Days};
use super::{Merged, Store, StoreError, StoreFault};
use crate::record::{Origin, RawBars};
use rusqlite::Connection;
use tidegate_market::{PriceBasis, TradeDate};

pub(super) const BARS: Dataset = Dataset {
    name: "bars",
    columns: &[Name::Open, Name::High, Name::Low, Name::Close, Name::PreClose, Name::Volume, Name::Amount],
    optional: &[Name::PreClose, Name::Amount],
    scale: Some(Name::Close),
};

/// A column of bars that can be read by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarColumn {
    /// Opening price.
    Open,
    /// Highest price.
    High,
    /// Lowest price.
    Low,
    /// Closing price.
    Close,
    /// The exchange's reference price; NaN where unknown.
    PreClose,
    /// Shares traded.
    Volume,
    /// Turnover in currency units; NaN where unknown.
    Amount,
}

impl BarColumn {
    fn name(self) -> Name {
        match self {
            BarColumn::Open => Name::Open,
            BarColumn::High => Name::High,
            BarColumn::Low => Name::Low,
            BarColumn::Close => Name::Close,
            BarColumn::PreClose => Name::PreClose,
            BarColumn::Volume => Name::Volume,
            BarColumn::Amount => Name::Amount,
        }
    }
}

impl Store {
    /// Merges bars with those of their symbol. Stored bars of another price basis do not mix, nor do those of another
    /// scale (closes of most common days apart by the same split): that is one difference (`kind`, or `scale` with the
    /// median ratio), nothing is added, and with `accept` the new bars take the place of the whole stored series.
    ///
    /// # Errors
    /// When the bars break a promise of [`RawBars`], or the store cannot be written.
    pub fn put_bars(&mut self, bars: &RawBars, origin: &Origin, accept: bool) -> Result<Merged, StoreError> {
        let missing = vec![f64::NAN; bars.date.len()];
        let columns = [
            bars.open.as_slice(),
            &bars.high,
            &bars.low,
            &bars.close,
            bars.pre_close.as_deref().unwrap_or(&missing),
            &bars.volume,
            bars.amount.as_deref().unwrap_or(&missing),
        ];
        let new = Arriving {
            symbol: &bars.symbol,
            kind: basis_word(bars.basis),
            date: &bars.date,
            columns: &columns,
            origin,
            accept,
        };
        self.write(|connection| BARS.put(connection, new))
    }

    /// All bars of a symbol; `None` where it has none.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn bars(&self, symbol: &str) -> Result<Option<RawBars>, StoreError> {
        self.bars_between(symbol, None, None)
    }

    /// The bars of a symbol from one day to another, both included; `None` where it has none at all.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn bars_between(
        &self,
        symbol: &str,
        from: Option<TradeDate>,
        to: Option<TradeDate>,
    ) -> Result<Option<RawBars>, StoreError> {
        self.read(|connection| read(connection, symbol, Days { from, to }))
    }

    /// Some columns of a symbol's bars, in the order asked for; no dates where there are no bars. The other columns
    /// are not even looked at.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn bar_columns(
        &self,
        symbol: &str,
        wanted: &[BarColumn],
    ) -> Result<(Vec<TradeDate>, Vec<Vec<f64>>), StoreError> {
        let names: Vec<Name> = wanted.iter().map(|column| column.name()).collect();
        self.read(|connection| match BARS.read(connection, symbol, Days::default(), &names)? {
            Some((_, rows)) => Ok((rows.date, rows.columns)),
            None => Ok((Vec::new(), vec![Vec::new(); wanted.len()])),
        })
    }
}

pub(super) fn read(connection: &Connection, symbol: &str, days: Days) -> Result<Option<RawBars>, StoreFault> {
    let Some((kind, rows)) = BARS.read(connection, symbol, days, BARS.columns)? else { return Ok(None) };
    // As many columns come back as were asked for.
    let [open, high, low, close, pre_close, volume, amount]: [Vec<f64>; 7] =
        rows.columns.try_into().map_err(|_| damaged("bars", "seven columns", "others"))?;
    let known = |column: Vec<f64>| column.iter().any(|value| !value.is_nan()).then_some(column);
    Ok(Some(RawBars {
        symbol: symbol.to_owned(),
        basis: basis_of(&kind)?,
        date: rows.date,
        open,
        high,
        low,
        close,
        pre_close: known(pre_close),
        volume,
        amount: known(amount),
    }))
}

pub(super) fn basis_word(basis: PriceBasis) -> &'static str {
    match basis {
        PriceBasis::Raw => "raw",
        PriceBasis::SplitAdjusted => "split_adjusted",
    }
}

pub(super) fn basis_of(word: &str) -> Result<PriceBasis, StoreFault> {
    match word {
        "raw" => Ok(PriceBasis::Raw),
        "split_adjusted" => Ok(PriceBasis::SplitAdjusted),
        other => Err(damaged("series", "raw or split_adjusted", other)),
    }
}
