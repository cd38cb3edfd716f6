//! What the store holds, at a glance: read from an index alone, so that it is quick for thousands of symbols.

use super::bars::{BARS, basis_of};
use super::factors::FACTORS;
use super::segments::maybe_day;
use super::{Store, StoreError, symbols};
use rusqlite::Row;
use serde::Serialize;
use tidegate_market::{PriceBasis, TradeDate};

/// What is stored of one symbol.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SymbolSummary {
    /// E.g. `600000.SH`.
    pub symbol: String,
    /// Its name, where listing information is stored.
    pub name: Option<String>,
    /// What its prices are; `None` where it has no bars.
    pub basis: Option<PriceBasis>,
    /// Number of bars.
    pub rows: usize,
    /// Date of the first bar.
    pub first: Option<TradeDate>,
    /// Date of the last bar.
    pub last: Option<TradeDate>,
    /// How its factors came to be; `None` where none are stored.
    pub factor: Option<String>,
    /// Number of factors.
    pub factors: usize,
    /// Number of findings kept.
    pub findings: usize,
}

/// What is stored altogether.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StoreTotals {
    /// Symbols with anything.
    pub symbols: usize,
    /// Bars.
    pub rows: usize,
    /// Size of the file in bytes, its log not counted.
    pub bytes: u64,
}

/// The query, over every symbol or over the one that a condition on its number names. The condition stands inside the
/// sums too: they would go through the whole store otherwise.
fn query(one: bool) -> String {
    let inside = if one { "WHERE symbol = (SELECT id FROM symbol WHERE symbol = ?1)" } else { "" };
    let found = if one { "WHERE symbol = ?1" } else { "" };
    let which = if one { "WHERE symbol.symbol = ?1" } else { "ORDER BY symbol.symbol" };
    format!(
        "SELECT symbol.symbol, listing.name, bars.kind, factors.kind,
                coalesce(extent.rows, 0), extent.first, extent.last, coalesce(extent.factors, 0),
                coalesce(found.count, 0)
         FROM symbol
         LEFT JOIN (
             SELECT symbol,
                    sum(CASE dataset WHEN 'bars' THEN rows END) AS rows,
                    min(CASE dataset WHEN 'bars' THEN first END) AS first,
                    max(CASE dataset WHEN 'bars' THEN last END) AS last,
                    sum(CASE dataset WHEN 'factors' THEN rows END) AS factors
             FROM segment INDEXED BY segment_extent {inside} GROUP BY symbol
         ) AS extent ON extent.symbol = symbol.id
         LEFT JOIN listing ON listing.symbol = symbol.id
         LEFT JOIN series AS bars ON bars.symbol = symbol.id AND bars.dataset = 'bars'
         LEFT JOIN series AS factors ON factors.symbol = symbol.id AND factors.dataset = 'factors'
         LEFT JOIN (SELECT symbol, count(*) AS count FROM finding {found} GROUP BY symbol) AS found
                ON found.symbol = symbol.symbol
         {which}"
    )
}

impl Store {
    /// One line a symbol, ascending.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn summaries(&self) -> Result<Vec<SymbolSummary>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&query(false))?;
            let mut rows = statement.query([])?;
            let mut summaries = Vec::new();
            while let Some(row) = rows.next()? {
                summaries.push(summary_of(row)?);
            }
            Ok(summaries)
        })
    }

    /// What is stored of one symbol.
    ///
    /// # Errors
    /// When nothing is stored under the symbol (the message names near ones), or the store cannot be read.
    pub fn summary(&self, symbol: &str) -> Result<SymbolSummary, StoreError> {
        self.read(|connection| {
            symbols::known(connection, symbol)?;
            let mut statement = connection.prepare_cached(&query(true))?;
            let mut rows = statement.query([symbol])?;
            match rows.next()? {
                Some(row) => summary_of(row),
                None => Err(super::error::damaged("symbol", symbol, "nothing")),
            }
        })
    }

    /// What is stored altogether.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn totals(&self) -> Result<StoreTotals, StoreError> {
        self.read(|connection| {
            let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
            let pages = connection.pragma_query_value(None, "page_count", |row| row.get::<_, i64>(0))?;
            let size = connection.pragma_query_value(None, "page_size", |row| row.get::<_, i64>(0))?;
            Ok(StoreTotals {
                symbols: count("SELECT count(*) FROM symbol")? as usize,
                rows: count("SELECT coalesce(sum(rows), 0) FROM segment INDEXED BY segment_extent WHERE dataset = 'bars'")?
                    as usize,
                bytes: (pages * size) as u64,
            })
        })
    }
}

fn summary_of(row: &Row<'_>) -> Result<SymbolSummary, super::StoreFault> {
    debug_assert!(BARS.name == "bars" && FACTORS.name == "factors", "the query names them");
    let count = |column| row.get::<_, i64>(column).map(|n| n as usize);
    Ok(SymbolSummary {
        symbol: row.get(0)?,
        name: row.get(1)?,
        basis: row.get::<_, Option<String>>(2)?.map(|kind| basis_of(&kind)).transpose()?,
        factor: row.get(3)?,
        rows: count(4)?,
        first: maybe_day(row.get(5)?)?,
        last: maybe_day(row.get(6)?)?,
        factors: count(7)?,
        findings: count(8)?,
    })
}
