//! Raw bars and factors joined into the series that everything else computes with.

use super::error::StoreFault;
use super::segments::Days;
use super::{Store, StoreError, bars, factors, symbols};
use crate::record::{FactorOrigin, Factors, RawBars};
use tidegate_market::{BarSeries, TradeDate, factor_from_pre_close, factor_on};

/// A symbol's bars with their factors.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredSeries {
    /// Raw bars; the factor is relative to the first bar of the whole stored series, whatever part is here.
    pub bars: BarSeries,
    /// How the factor came to be; `None` where nothing tells and it is 1 throughout.
    pub factor: Option<FactorOrigin>,
}

impl Store {
    /// The bars of a symbol from one day to another, both included, with their factors.
    ///
    /// # Errors
    /// When the symbol or its bars in these days are not there (the message tells what is), when the stored bars
    /// break a promise of [`BarSeries`], or when the store is damaged or cannot be read.
    pub fn series(
        &self,
        symbol: &str,
        from: Option<TradeDate>,
        to: Option<TradeDate>,
    ) -> Result<BarSeries, StoreError> {
        Ok(self.stored_series(symbol, from, to)?.bars)
    }

    /// As [`Store::series`], and how the factor came to be: stored factors, else the exchange's reference prices, else
    /// nothing.
    ///
    /// # Errors
    /// As [`Store::series`].
    pub fn stored_series(
        &self,
        symbol: &str,
        from: Option<TradeDate>,
        to: Option<TradeDate>,
    ) -> Result<StoredSeries, StoreError> {
        let mut series = self.series_unchecked(symbol, from, to)?;
        // A series has a column whole or not at all.
        let whole = |column: Option<Vec<f64>>| column.filter(|c| c.iter().all(|v| v.is_finite()));
        series.bars.amount = whole(series.bars.amount.take());
        series.bars.pre_close = whole(series.bars.pre_close.take());
        let unusable = |source| StoreFault::UnusableBars { symbol: symbol.to_owned(), source };
        self.at(series.bars.check().map_err(unusable))?;
        Ok(series)
    }

    /// As [`Store::stored_series`], but the bars may break the promises of their type (a price of zero, a high below
    /// the low), and missing cells of `pre_close` and `amount` are NaN: for showing and exporting what is stored, not for computing with it.
    ///
    /// # Errors
    /// When the symbol or its bars in these days are not there, or when the store is damaged or cannot be read.
    pub fn series_unchecked(
        &self,
        symbol: &str,
        from: Option<TradeDate>,
        to: Option<TradeDate>,
    ) -> Result<StoredSeries, StoreError> {
        self.read(|connection| {
            symbols::known(connection, symbol)?;
            // All of them: the factor of a part is relative to the first stored bar.
            let raw = bars::read(connection, symbol, Days::default())?;
            let Some(raw) = raw.filter(|raw| !raw.date.is_empty()) else {
                return Err(StoreFault::NoBars(symbol.to_owned()));
            };
            let published = factors::read(connection, symbol)?.filter(|factors| !factors.date.is_empty());
            let (factor, origin) = adjustment(&raw, published.as_ref());
            let begin = from.map_or(0, |from| raw.date.partition_point(|d| *d < from));
            let end = to.map_or(raw.date.len(), |to| raw.date.partition_point(|d| *d <= to));
            if begin >= end {
                let (first, last) = (raw.date[0], raw.date[raw.date.len() - 1]);
                return Err(StoreFault::NoBarsInRange { symbol: symbol.to_owned(), from, to, first, last });
            }
            let series = BarSeries {
                symbol: raw.symbol,
                basis: raw.basis,
                date: raw.date,
                open: raw.open,
                high: raw.high,
                low: raw.low,
                close: raw.close,
                volume: raw.volume,
                amount: raw.amount,
                pre_close: raw.pre_close,
                factor,
            };
            let bars = if end - begin < series.len() { series.slice(begin..end) } else { series };
            Ok(StoredSeries { bars, factor: origin })
        })
    }
}

/// f(t)/f(first bar) for every bar.
fn adjustment(raw: &RawBars, published: Option<&Factors>) -> (Vec<f64>, Option<FactorOrigin>) {
    if let Some(factors) = published {
        let on_bars = factor_on(&raw.date, &factors.date, &factors.factor);
        let first = on_bars[0];
        return (on_bars.iter().map(|f| f / first).collect(), Some(factors.origin));
    }
    if let Some(pre_close) = &raw.pre_close {
        return (factor_from_pre_close(&raw.close, pre_close), Some(FactorOrigin::PreClose));
    }
    (vec![1.0; raw.date.len()], None)
}
