//! Listing information in the store.

use super::error::damaged;
use super::segments::{day_number, maybe_day};
use super::{Difference, Merged, Store, StoreError, StoreFault, origins, symbols};
use crate::record::{ListingInfo, Origin};
use rusqlite::{Connection, OptionalExtension, Row, params};

const TABLE: &str = "listing";

impl Store {
    /// Merges listing information. What arrives last is what counts, since names and states change; what changed is in
    /// the differences.
    ///
    /// # Errors
    /// When a symbol is none, or the store cannot be written.
    pub fn put_listings(&mut self, listings: &[ListingInfo], origin: &Origin) -> Result<Merged, StoreError> {
        self.write(|connection| {
            let mut all = Merged::default();
            for listing in listings {
                let id = symbols::number(connection, &listing.symbol)?;
                let mut merged = Merged::default();
                match read(connection, id, &listing.symbol)? {
                    None => merged.added += 1,
                    Some(stored) if stored == *listing => merged.same += 1,
                    Some(stored) => {
                        merged.replaced += 1;
                        merged.differences = differences(&stored, listing);
                    }
                }
                if merged.changed() {
                    let day = |date: Option<_>| date.map(day_number);
                    connection
                        .prepare_cached(
                            "INSERT OR REPLACE INTO listing (symbol, name, board, listed, delisted, status) \
                             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                        )?
                        .execute(params![
                            id,
                            listing.name,
                            listing.board,
                            day(listing.listed),
                            day(listing.delisted),
                            listing.status.to_string()
                        ])?;
                }
                origins::note(connection, id, TABLE, origin, None, &merged)?;
                all.extend(merged);
            }
            Ok(all)
        })
    }

    /// What is known about a symbol's listing.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn listing(&self, symbol: &str) -> Result<Option<ListingInfo>, StoreError> {
        self.read(|connection| match symbols::find(connection, symbol)? {
            Some(id) => read(connection, id, symbol),
            None => Ok(None),
        })
    }

    /// Listing information of every symbol that has it, by symbol.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn listings(&self) -> Result<Vec<ListingInfo>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT name, board, listed, delisted, status, symbol.symbol \
                 FROM listing JOIN symbol ON symbol.id = listing.symbol ORDER BY symbol.symbol",
            )?;
            let mut rows = statement.query([])?;
            let mut listings = Vec::new();
            while let Some(row) = rows.next()? {
                listings.push(listing_of(row, row.get(5)?)?);
            }
            Ok(listings)
        })
    }
}

fn read(connection: &Connection, id: i64, symbol: &str) -> Result<Option<ListingInfo>, StoreFault> {
    connection
        .prepare_cached("SELECT name, board, listed, delisted, status FROM listing WHERE symbol = ?1")?
        .query_row([id], |row| Ok(listing_of(row, symbol.to_owned())))
        .optional()?
        .transpose()
}

fn listing_of(row: &Row<'_>, symbol: String) -> Result<ListingInfo, StoreFault> {
    let status: String = row.get(4)?;
    Ok(ListingInfo {
        symbol,
        name: row.get(0)?,
        board: row.get(1)?,
        listed: maybe_day(row.get(2)?)?,
        delisted: maybe_day(row.get(3)?)?,
        status: status.chars().next().ok_or_else(|| damaged(TABLE, "a state", "none"))?,
    })
}

fn differences(stored: &ListingInfo, received: &ListingInfo) -> Vec<Difference> {
    let day = |date: Option<tidegate_market::TradeDate>| date.map_or("none".to_owned(), |d| d.to_string());
    let word = |text: &Option<String>| text.clone().unwrap_or("none".to_owned());
    let cells = |l: &ListingInfo| {
        [
            ("name", l.name.clone()),
            ("board", word(&l.board)),
            ("listed", day(l.listed)),
            ("delisted", day(l.delisted)),
            ("status", l.status.to_string()),
        ]
    };
    let symbol = &received.symbol;
    let pairs = cells(stored).into_iter().zip(cells(received)).filter(|(a, b)| a != b);
    pairs
        .map(|((column, stored), (_, received))| Difference {
            symbol: symbol.clone(),
            table: TABLE,
            date: None,
            column,
            stored,
            received,
        })
        .collect()
}
