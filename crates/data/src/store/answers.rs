//! Answers of a server, kept until they are merged, so that an interrupted fetch goes on without asking again.

use super::error::damaged;
use super::{Store, StoreError, StoreFault, origins};
use crate::record::Origin;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use rusqlite::{OptionalExtension, params};
use std::io::{Read, Write};

impl Store {
    /// Keeps an answer under a key, in place of what was there. Neither may hold a secret.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_answer(&mut self, key: &str, body: &[u8], origin: &Origin) -> Result<(), StoreError> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        let packed = packed.write_all(body).and_then(|()| packed.finish());
        let packed = self.at(packed.map_err(|e| StoreFault::Unwritable(e.to_string())))?;
        self.write(|connection| {
            let origin = origins::number(connection, origin)?;
            connection
                .prepare_cached("INSERT OR REPLACE INTO answer (key, origin, body) VALUES (?1, ?2, ?3)")?
                .execute(params![key, origin, packed])?;
            Ok(())
        })
    }

    /// The answer kept under a key.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn answer(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.answer_with_origin(key)?.map(|(body, _)| body))
    }

    /// The answer kept under a key, and where it came from.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn answer_with_origin(&self, key: &str) -> Result<Option<(Vec<u8>, Origin)>, StoreError> {
        self.read(|connection| {
            let kept: Option<(Vec<u8>, i64)> = connection
                .prepare_cached("SELECT body, origin FROM answer WHERE key = ?1")?
                .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((packed, origin)) = kept else { return Ok(None) };
            let mut body = Vec::new();
            GzDecoder::new(packed.as_slice())
                .read_to_end(&mut body)
                .map_err(|e| damaged(format!("answer {key}"), "what was kept", e.to_string()))?;
            Ok(Some((body, origins::of(connection, origin)?)))
        })
    }

    /// Keys of the kept answers that begin with `prefix`, ascending.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn answer_keys(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key FROM answer WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key",
            )?;
            let keys = statement.query_map([prefix], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(keys)
        })
    }

    /// Forgets the answers whose keys begin with `prefix` and tells how many there were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn drop_answers(&mut self, prefix: &str) -> Result<usize, StoreError> {
        self.write(|connection| {
            Ok(connection
                .prepare_cached("DELETE FROM answer WHERE substr(key, 1, length(?1)) = ?1")?
                .execute([prefix])?)
        })
    }
}
