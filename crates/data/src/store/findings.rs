//! What an audit had to say, kept so that it can be shown at once.

use super::error::damaged;
use super::{Store, StoreError, StoreFault};
use crate::finding::Finding;
use rusqlite::params;

impl Store {
    /// Keeps the findings about a symbol in place of those kept before. An empty symbol stands for findings about
    /// whole files.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn put_findings(&mut self, symbol: &str, findings: &[Finding]) -> Result<(), StoreError> {
        self.write(|connection| {
            connection.prepare_cached("DELETE FROM finding WHERE symbol = ?1")?.execute([symbol])?;
            let mut insert = connection
                .prepare_cached("INSERT INTO finding (symbol, position, document) VALUES (?1, ?2, ?3)")?;
            for (position, finding) in findings.iter().enumerate() {
                let document = serde_json::to_string(finding).map_err(|e| StoreFault::Rows {
                    symbol: symbol.into(),
                    table: "findings",
                    expected: "a finding",
                    found: e.to_string(),
                })?;
                insert.execute(params![symbol, position as i64, document])?;
            }
            Ok(())
        })
    }

    /// The findings kept about a symbol, in their order.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn findings(&self, symbol: &str) -> Result<Vec<Finding>, StoreError> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT document FROM finding WHERE symbol = ?1 ORDER BY position")?;
            let documents = statement.query_map([symbol], |row| row.get::<_, String>(0))?;
            documents.map(|document| finding_of(&document?)).collect()
        })
    }

    /// All findings kept, by symbol; those about whole files first.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn all_findings(&self) -> Result<Vec<(String, Finding)>, StoreError> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT symbol, document FROM finding ORDER BY symbol, position")?;
            let mut rows = statement.query([])?;
            let mut findings = Vec::new();
            while let Some(row) = rows.next()? {
                findings.push((row.get(0)?, finding_of(&row.get::<_, String>(1)?)?));
            }
            Ok(findings)
        })
    }
}

fn finding_of(document: &str) -> Result<Finding, StoreFault> {
    serde_json::from_str(document).map_err(|e| damaged("findings", "a finding", e.to_string()))
}
