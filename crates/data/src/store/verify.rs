//! Reading everything once, to know that every byte is what was written.

use super::error::damaged;
use super::segments::Days;
use super::{Store, StoreError, bars::BARS, factors::FACTORS, limits::LIMITS, symbols};

impl Store {
    /// Checks the database's pages and every segment of every symbol, and tells how many rows were read.
    ///
    /// # Errors
    /// The first damage found.
    pub fn verify(&self) -> Result<usize, StoreError> {
        self.read(|connection| {
            let word: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
            if word != "ok" {
                return Err(damaged("the file", "whole pages", word));
            }
            let mut rows = 0;
            for symbol in symbols::all(connection)? {
                for dataset in [BARS, FACTORS, LIMITS] {
                    let read = dataset.read(connection, &symbol, Days::default(), dataset.columns)?;
                    rows += read.map_or(0, |(_, rows)| rows.date.len());
                }
            }
            Ok(rows)
        })
    }
}
