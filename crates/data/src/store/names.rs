//! Name histories in the store.

use super::segments::{day_number, day_of, maybe_day};
use super::{Difference, Merged, Store, StoreError, origins, symbols};
use crate::record::{NamePeriod, Origin};
use rusqlite::{OptionalExtension, params};

const TABLE: &str = "names";

impl Store {
    /// Merges a name history. A period's end and reason follow what arrives last: today's name has no end until the
    /// next one comes.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn put_names(
        &mut self,
        symbol: &str,
        names: &[NamePeriod],
        origin: &Origin,
    ) -> Result<Merged, StoreError> {
        self.write(|connection| {
            let id = symbols::number(connection, symbol)?;
            let mut merged = Merged::default();
            for period in names {
                let (first, last) = (day_number(period.from), period.to.map(day_number));
                let stored: Option<(Option<i64>, Option<String>)> = connection
                    .prepare_cached("SELECT last, reason FROM name WHERE symbol = ?1 AND first = ?2 AND name = ?3")?
                    .query_row(params![id, first, period.name], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()?;
                match stored {
                    None => merged.added += 1,
                    Some((end, reason)) if end == last && reason == period.reason => {
                        merged.same += 1;
                        continue;
                    }
                    Some((end, reason)) => {
                        let shown = |end: Option<String>, reason: Option<&str>| {
                            format!("{} {}", end.unwrap_or("open".into()), reason.unwrap_or_default()).trim().to_owned()
                        };
                        let end = maybe_day(end)?.map(|day| day.to_string());
                        merged.replaced += 1;
                        merged.differences.push(Difference {
                            symbol: symbol.into(),
                            table: TABLE,
                            date: Some(period.from),
                            column: "to",
                            stored: shown(end, reason.as_deref()),
                            received: shown(period.to.map(|day| day.to_string()), period.reason.as_deref()),
                        });
                    }
                }
                connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO name (symbol, first, name, last, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
                    )?
                    .execute(params![id, first, period.name, last, period.reason])?;
            }
            let dates = || names.iter().map(|period| period.from);
            origins::note(connection, id, TABLE, origin, dates().min().zip(dates().max()), &merged)?;
            Ok(merged)
        })
    }

    /// The names that a symbol bore, by their first day.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn names(&self, symbol: &str) -> Result<Vec<NamePeriod>, StoreError> {
        self.read(|connection| {
            let Some(id) = symbols::find(connection, symbol)? else { return Ok(Vec::new()) };
            let mut statement = connection.prepare_cached(
                "SELECT first, name, last, reason FROM name WHERE symbol = ?1 ORDER BY first, name",
            )?;
            let mut rows = statement.query([id])?;
            let mut names = Vec::new();
            while let Some(row) = rows.next()? {
                names.push(NamePeriod {
                    name: row.get(1)?,
                    from: day_of(row.get(0)?)?,
                    to: maybe_day(row.get(2)?)?,
                    reason: row.get(3)?,
                });
            }
            Ok(names)
        })
    }
}
