//! Dividends and splits in the store.

use super::error::damaged;
use super::segments::{day_number, day_of};
use super::{Difference, Merged, Store, StoreError, StoreFault, origins, symbols};
use crate::record::{CorporateAction, Origin};
use rusqlite::{OptionalExtension, params};
use tidegate_market::TradeDate;

const TABLE: &str = "actions";

impl Store {
    /// Merges dividends and splits with those of the symbol. Several of one kind on one day are told apart by their
    /// order.
    ///
    /// # Errors
    /// When a figure is not positive and finite, or the store cannot be written.
    pub fn put_actions(
        &mut self,
        symbol: &str,
        actions: &[CorporateAction],
        origin: &Origin,
        accept: bool,
    ) -> Result<Merged, StoreError> {
        self.write(|connection| {
            let id = symbols::number(connection, symbol)?;
            let mut merged = Merged::default();
            for (i, action) in actions.iter().enumerate() {
                let (date, kind, value) = parts(action);
                if !(value.is_finite() && value > 0.0) {
                    return Err(StoreFault::Rows {
                        symbol: symbol.into(),
                        table: TABLE,
                        expected: "positive dividends and ratios",
                        found: format!("{value} on {date}"),
                    });
                }
                let position =
                    actions[..i].iter().map(parts).filter(|(d, k, _)| (*d, *k) == (date, kind)).count() as i64;
                let key = params![id, day_number(date), kind, position];
                let stored: Option<f64> = connection
                    .prepare_cached(
                        "SELECT value FROM action WHERE symbol = ?1 AND ex_date = ?2 AND kind = ?3 AND position = ?4",
                    )?
                    .query_row(key, |row| row.get(0))
                    .optional()?;
                match stored {
                    Some(stored) if stored == value => {
                        merged.same += 1;
                        continue;
                    }
                    Some(stored) => {
                        merged.differences.push(Difference {
                            symbol: symbol.into(),
                            table: TABLE,
                            date: Some(date),
                            column: kind,
                            stored: stored.to_string(),
                            received: value.to_string(),
                        });
                        if !accept {
                            continue;
                        }
                        merged.replaced += 1;
                    }
                    None => merged.added += 1,
                }
                connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO action (symbol, ex_date, kind, position, value) \
                         VALUES (?1, ?2, ?3, ?4, ?5)",
                    )?
                    .execute(params![id, day_number(date), kind, position, value])?;
            }
            let dates = || actions.iter().map(|action| parts(action).0);
            origins::note(connection, id, TABLE, origin, dates().min().zip(dates().max()), &merged)?;
            Ok(merged)
        })
    }

    /// All dividends and splits of a symbol, by ex-day.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn actions(&self, symbol: &str) -> Result<Vec<CorporateAction>, StoreError> {
        self.read(|connection| {
            let Some(id) = symbols::find(connection, symbol)? else { return Ok(Vec::new()) };
            let mut statement = connection.prepare_cached(
                "SELECT ex_date, kind, value FROM action WHERE symbol = ?1 ORDER BY ex_date, kind, position",
            )?;
            let mut rows = statement.query([id])?;
            let mut actions = Vec::new();
            while let Some(row) = rows.next()? {
                let (ex_date, kind, value) = (day_of(row.get(0)?)?, row.get::<_, String>(1)?, row.get(2)?);
                actions.push(match kind.as_str() {
                    "dividend" => CorporateAction::Dividend { ex_date, cash: value },
                    "split" => CorporateAction::Split { ex_date, ratio: value },
                    other => return Err(damaged(TABLE, "dividend or split", other)),
                });
            }
            Ok(actions)
        })
    }
}

fn parts(action: &CorporateAction) -> (TradeDate, &'static str, f64) {
    match action {
        CorporateAction::Dividend { ex_date, cash } => (*ex_date, "dividend", *cash),
        CorporateAction::Split { ex_date, ratio } => (*ex_date, "split", *ratio),
    }
}
