//! Which days a source was asked for, so that a later download asks only for the others: that no bar is stored for a
//! day does not say whether anybody asked.

use super::segments::{day_number, day_of};
use super::{Store, StoreError, StoreFault};
use crate::span::{Span, merged};
use rusqlite::{Connection, params};

/// Forgets which days any source has answered about a subject: its series was replaced by another, which may be shorter.
pub(super) fn forget(connection: &Connection, subject: &str) -> Result<(), StoreFault> {
    connection.prepare_cached("DELETE FROM coverage WHERE subject = ?1")?.execute([subject])?;
    Ok(())
}

impl Store {
    /// Days for which a source (`tushare daily`) has answered in full about a subject (a symbol, an exchange), as few
    /// spans, ascending.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn covered(&self, source: &str, subject: &str) -> Result<Vec<Span>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT first, last FROM coverage WHERE source = ?1 AND subject = ?2 ORDER BY first",
            )?;
            let mut rows = statement.query([source, subject])?;
            let mut spans = Vec::new();
            while let Some(row) = rows.next()? {
                spans.push(Span { first: day_of(row.get(0)?)?, last: day_of(row.get(1)?)? });
            }
            Ok(spans)
        })
    }

    /// Notes that a source has answered in full about these days.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_covered(&mut self, source: &str, subject: &str, span: Span) -> Result<(), StoreError> {
        self.batch(|store| {
            let mut spans = store.covered(source, subject)?;
            spans.push(span);
            store.write(|connection| {
                connection
                    .prepare_cached("DELETE FROM coverage WHERE source = ?1 AND subject = ?2")?
                    .execute([source, subject])?;
                let mut insert = connection.prepare_cached(
                    "INSERT INTO coverage (source, subject, first, last) VALUES (?1, ?2, ?3, ?4)",
                )?;
                for span in merged(&spans) {
                    insert.execute(params![
                        source,
                        subject,
                        day_number(span.first),
                        day_number(span.last)
                    ])?;
                }
                Ok(())
            })
        })
    }
}
