//! Suspensions in the store.

use super::segments::{day_number, day_of};
use super::{Merged, Store, StoreError, origins, symbols};
use crate::record::{Origin, Suspension};
use rusqlite::params;

const TABLE: &str = "suspensions";

impl Store {
    /// Adds suspensions to those of the symbol.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn put_suspensions(
        &mut self,
        symbol: &str,
        suspensions: &[Suspension],
        origin: &Origin,
    ) -> Result<Merged, StoreError> {
        self.write(|connection| {
            let id = symbols::number(connection, symbol)?;
            let mut merged = Merged::default();
            for Suspension { date, resumed, timing } in suspensions {
                let added = connection
                    .prepare_cached(
                        "INSERT OR IGNORE INTO suspension (symbol, date, resumed, timing) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![id, day_number(*date), resumed, timing.as_deref().unwrap_or_default()])?;
                merged.added += added;
                merged.same += 1 - added;
            }
            let dates = || suspensions.iter().map(|suspension| suspension.date);
            origins::note(connection, id, TABLE, origin, dates().min().zip(dates().max()), &merged)?;
            Ok(merged)
        })
    }

    /// All suspensions of a symbol, by date.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn suspensions(&self, symbol: &str) -> Result<Vec<Suspension>, StoreError> {
        self.read(|connection| {
            let Some(id) = symbols::find(connection, symbol)? else { return Ok(Vec::new()) };
            let mut statement = connection.prepare_cached(
                "SELECT date, resumed, timing FROM suspension WHERE symbol = ?1 ORDER BY date, resumed, timing",
            )?;
            let mut rows = statement.query([id])?;
            let mut suspensions = Vec::new();
            while let Some(row) = rows.next()? {
                let timing: String = row.get(2)?;
                suspensions.push(Suspension {
                    date: day_of(row.get(0)?)?,
                    resumed: row.get(1)?,
                    timing: (!timing.is_empty()).then_some(timing),
                });
            }
            Ok(suspensions)
        })
    }
}
