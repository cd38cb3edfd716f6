//! Exchange calendars in the store.

use super::segments::{day_number, day_of};
use super::{Difference, Merged, Store, StoreError, origins};
use crate::record::Origin;
use rusqlite::{OptionalExtension, params};
use tidegate_market::{TradeDate, TradingCalendar};

const TABLE: &str = "calendar";

impl Store {
    /// Merges days of an exchange (`SSE`, `SZSE`, `NYSE`, `HK`) and whether it trades on each. What arrives last is
    /// what counts, since days to come are moved; what changed is in the differences, with the exchange for a symbol.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn put_calendar(
        &mut self,
        exchange: &str,
        days: &[(TradeDate, bool)],
        origin: &Origin,
    ) -> Result<Merged, StoreError> {
        self.write(|connection| {
            let origin = origins::number(connection, origin)?;
            let mut merged = Merged::default();
            for (date, open) in days {
                let stored: Option<bool> = connection
                    .prepare_cached("SELECT open FROM calendar WHERE exchange = ?1 AND date = ?2")?
                    .query_row(params![exchange, day_number(*date)], |row| row.get(0))
                    .optional()?;
                match stored {
                    Some(stored) if stored == *open => {
                        merged.same += 1;
                        continue;
                    }
                    Some(stored) => {
                        merged.replaced += 1;
                        merged.differences.push(Difference {
                            symbol: exchange.into(),
                            table: TABLE,
                            date: Some(*date),
                            column: "open",
                            stored: stored.to_string(),
                            received: open.to_string(),
                        });
                    }
                    None => merged.added += 1,
                }
                connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO calendar (exchange, date, open, origin) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![exchange, day_number(*date), open, origin])?;
            }
            Ok(merged)
        })
    }

    /// All known days of an exchange, ascending, and whether it trades on each.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn calendar(&self, exchange: &str) -> Result<Vec<(TradeDate, bool)>, StoreError> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT date, open FROM calendar WHERE exchange = ?1 ORDER BY date")?;
            let mut rows = statement.query([exchange])?;
            let mut days = Vec::new();
            while let Some(row) = rows.next()? {
                days.push((day_of(row.get(0)?)?, row.get(1)?));
            }
            Ok(days)
        })
    }

    /// The trading days of an exchange that cover `first` to `last`: the stored ones, and weekdays outside of what is
    /// stored. `None` where nothing is stored.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn trading_calendar(
        &self,
        exchange: &str,
        first: TradeDate,
        last: TradeDate,
    ) -> Result<Option<TradingCalendar>, StoreError> {
        let stored = self.calendar(exchange)?;
        let (Some(begin), Some(end)) = (stored.first().map(|d| d.0), stored.last().map(|d| d.0)) else {
            return Ok(None);
        };
        let mut days: Vec<TradeDate> = weekdays(first, begin).collect();
        days.extend(stored.iter().filter(|(_, open)| *open).map(|(date, _)| *date));
        days.extend(weekdays(end.next_day(), last.next_day()));
        Ok(Some(TradingCalendar::Days(days)))
    }

    /// The exchanges whose days are stored.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn exchanges(&self) -> Result<Vec<String>, StoreError> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT DISTINCT exchange FROM calendar ORDER BY exchange")?;
            let exchanges = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(exchanges)
        })
    }
}

/// Mondays to Fridays from `from` to before `until`.
fn weekdays(from: TradeDate, until: TradeDate) -> impl Iterator<Item = TradeDate> {
    std::iter::successors(Some(from), |day| Some(day.next_day()))
        .take_while(move |day| *day < until)
        .filter(|day| !day.is_weekend())
}
