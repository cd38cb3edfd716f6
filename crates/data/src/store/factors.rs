//! Adjustment factors in the store.

use super::column::Name;
use super::error::damaged;
use super::segments::{Arriving, Dataset, Days};
use super::{Merged, Store, StoreError, StoreFault};
use crate::record::{FactorOrigin, Factors, Origin};
use rusqlite::Connection;

pub(super) const FACTORS: Dataset =
    Dataset { name: "factors", columns: &[Name::Factor], optional: &[], scale: None };

impl Store {
    /// Merges factors with those of their symbol. Factors that came to be in another way have another scale and do not
    /// mix: that is one difference (`kind`), and with `accept` the new ones take the place of the whole stored series.
    ///
    /// # Errors
    /// When a factor is not positive or its dates do not ascend, or the store cannot be written.
    pub fn put_factors(
        &mut self,
        factors: &Factors,
        origin: &Origin,
        accept: bool,
    ) -> Result<Merged, StoreError> {
        if let Some(i) = factors.factor.iter().position(|f| !(f.is_finite() && *f > 0.0)) {
            let on = factors.date.get(i).map_or(String::new(), |date| format!(" on {date}"));
            return self.at(Err(StoreFault::Rows {
                symbol: factors.symbol.chars().take(40).collect(),
                table: FACTORS.name,
                expected: "positive factors",
                found: format!("{}{on}", factors.factor[i]),
            }));
        }
        let new = Arriving {
            symbol: &factors.symbol,
            kind: origin_word(factors.origin),
            date: &factors.date,
            columns: &[&factors.factor],
            origin,
            accept,
        };
        self.write(|connection| FACTORS.put(connection, new))
    }

    /// All factors of a symbol; `None` where it has none.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn factors(&self, symbol: &str) -> Result<Option<Factors>, StoreError> {
        self.read(|connection| read(connection, symbol))
    }
}

pub(super) fn read(connection: &Connection, symbol: &str) -> Result<Option<Factors>, StoreFault> {
    let read = FACTORS.read(connection, symbol, Days::default(), FACTORS.columns)?;
    let Some((kind, mut rows)) = read else { return Ok(None) };
    let factor = rows.columns.pop().unwrap_or_default();
    Ok(Some(Factors { symbol: symbol.to_owned(), origin: origin_of(&kind)?, date: rows.date, factor }))
}

pub(super) fn origin_word(origin: FactorOrigin) -> &'static str {
    match origin {
        FactorOrigin::Published => "published",
        FactorOrigin::AdjustedClose => "adjusted_close",
        FactorOrigin::Events => "events",
        FactorOrigin::PreClose => "pre_close",
    }
}

fn origin_of(word: &str) -> Result<FactorOrigin, StoreFault> {
    match word {
        "published" => Ok(FactorOrigin::Published),
        "adjusted_close" => Ok(FactorOrigin::AdjustedClose),
        "events" => Ok(FactorOrigin::Events),
        "pre_close" => Ok(FactorOrigin::PreClose),
        other => Err(damaged("series", "how a factor came to be", other)),
    }
}
