//! Small things that one run of a client learns for the next, such as a server's rate limits.

use super::{Store, StoreError};
use rusqlite::{OptionalExtension, params};

impl Store {
    /// Remembers a value in place of what was there. It may not hold a secret.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remember(&mut self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.write(|connection| {
            connection
                .prepare_cached("INSERT OR REPLACE INTO memory (key, value) VALUES (?1, ?2)")?
                .execute(params![key, value])?;
            Ok(())
        })
    }

    /// What was remembered under a key.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn memory(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| {
            Ok(connection
                .prepare_cached("SELECT value FROM memory WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()?)
        })
    }
}
