//! Where each table of a symbol came from, when, and the hash of what was received.

use super::segments::{day_number, maybe_day};
use super::{Merged, Store, StoreError, StoreFault, symbols};
use crate::record::Origin;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use tidegate_market::TradeDate;

/// Something that arrived for a symbol and gave rows that are stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arrival {
    /// `bars`, `factors`, `limits`, `actions`, `suspensions`, `names` or `listing`.
    pub table: String,
    /// First date that arrived; `None` where the table has none, or nothing was in it.
    pub first: Option<TradeDate>,
    /// Last date that arrived.
    pub last: Option<TradeDate>,
    /// Rows it added.
    pub added: usize,
    /// Stored rows that it filled or replaced.
    pub replaced: usize,
    /// Where it came from.
    pub origin: Origin,
}

impl Store {
    /// Everything that arrived for a symbol, by table and time.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn origins(&self, symbol: &str) -> Result<Vec<Arrival>, StoreError> {
        self.read(|connection| {
            let Some(id) = symbols::find(connection, symbol)? else { return Ok(Vec::new()) };
            let mut statement = connection.prepare_cached(
                "SELECT dataset, first, last, added, replaced, source, name, received, sha256 \
                 FROM arrival JOIN origin ON origin.id = arrival.origin WHERE symbol = ?1 \
                 ORDER BY dataset, received, origin.id",
            )?;
            let mut rows = statement.query([id])?;
            let mut arrivals = Vec::new();
            while let Some(row) = rows.next()? {
                let count = |column| row.get::<_, i64>(column).map(|n| n as usize);
                arrivals.push(Arrival {
                    table: row.get(0)?,
                    first: maybe_day(row.get(1)?)?,
                    last: maybe_day(row.get(2)?)?,
                    added: count(3)?,
                    replaced: count(4)?,
                    origin: Origin {
                        source: row.get(5)?,
                        name: row.get(6)?,
                        received: row.get(7)?,
                        sha256: row.get(8)?,
                    },
                });
            }
            Ok(arrivals)
        })
    }
}

/// The origin's number, given now if it has none.
pub(super) fn number(connection: &Connection, origin: &Origin) -> Result<i64, StoreFault> {
    let Origin { source, name, received, sha256 } = origin;
    let known: Option<i64> = connection
        .prepare_cached(
            "SELECT id FROM origin WHERE sha256 = ?1 AND received = ?2 AND source = ?3 AND name = ?4",
        )?
        .query_row(params![sha256, received, source, name], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO origin (sha256, received, source, name) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![sha256, received, source, name])?;
    Ok(connection.last_insert_rowid())
}

/// The origin of a number.
pub(super) fn of(connection: &Connection, id: i64) -> Result<Origin, StoreFault> {
    let mut statement =
        connection.prepare_cached("SELECT source, name, received, sha256 FROM origin WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| {
        Ok(Origin { source: row.get(0)?, name: row.get(1)?, received: row.get(2)?, sha256: row.get(3)? })
    })?)
}

/// Notes an arrival that changed something, or the first one of its table: that nothing was in it is worth knowing too.
/// What only repeats stored rows leaves no trace, or a daily download would fill the store with them.
pub(super) fn note(
    connection: &Connection,
    symbol: i64,
    dataset: &str,
    origin: &Origin,
    extent: Option<(TradeDate, TradeDate)>,
    merged: &Merged,
) -> Result<(), StoreFault> {
    if !merged.changed() {
        let noted = connection
            .prepare_cached("SELECT 1 FROM arrival WHERE symbol = ?1 AND dataset = ?2 LIMIT 1")?
            .exists(params![symbol, dataset])?;
        if noted {
            return Ok(());
        }
    }
    let origin = number(connection, origin)?;
    let (first, last) = (extent.map(|e| day_number(e.0)), extent.map(|e| day_number(e.1)));
    let (added, replaced) = (merged.added as i64, (merged.filled + merged.replaced) as i64);
    connection
        .prepare_cached(
            "INSERT INTO arrival (symbol, dataset, origin, first, last, added, replaced) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (symbol, dataset, origin) DO UPDATE SET \
             first = min(coalesce(first, ?4), coalesce(?4, first)), last = max(coalesce(last, ?5), coalesce(?5, last)), \
             added = added + ?6, replaced = replaced + ?7",
        )?
        .execute(params![symbol, dataset, origin, first, last, added, replaced])?;
    Ok(())
}
