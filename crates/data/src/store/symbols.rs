//! The symbols of the store: what may be one, and which number each has.

use super::{Store, StoreError, StoreFault};
use crate::symbol::is_symbol;
use rusqlite::{Connection, OptionalExtension};

/// How many symbols are offered for one that is not there.
const OFFERED: usize = 5;

impl Store {
    /// Every symbol that has something stored, ascending.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn symbols(&self) -> Result<Vec<String>, StoreError> {
        self.read(all)
    }

    /// Whether anything is stored under the symbol.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn contains(&self, symbol: &str) -> Result<bool, StoreError> {
        self.read(|connection| Ok(find(connection, symbol)?.is_some()))
    }
}

pub(super) fn all(connection: &Connection) -> Result<Vec<String>, StoreFault> {
    let mut statement = connection.prepare_cached("SELECT symbol FROM symbol ORDER BY symbol")?;
    let symbols = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(symbols)
}

pub(super) fn find(connection: &Connection, symbol: &str) -> Result<Option<i64>, StoreFault> {
    let mut statement = connection.prepare_cached("SELECT id FROM symbol WHERE symbol = ?1")?;
    Ok(statement.query_row([symbol], |row| row.get(0)).optional()?)
}

/// The symbol's number; an error that names near ones where there is none.
pub(super) fn known(connection: &Connection, symbol: &str) -> Result<i64, StoreFault> {
    match find(connection, symbol)? {
        Some(id) => Ok(id),
        None => {
            Err(StoreFault::UnknownSymbol { symbol: symbol.into(), near: near(&all(connection)?, symbol) })
        }
    }
}

/// The symbol's number, given now if it has none.
pub(super) fn number(connection: &Connection, symbol: &str) -> Result<i64, StoreFault> {
    if !is_symbol(symbol) {
        return Err(StoreFault::BadSymbol(symbol.chars().take(40).collect()));
    }
    if let Some(id) = find(connection, symbol)? {
        return Ok(id);
    }
    connection.prepare_cached("INSERT INTO symbol (symbol) VALUES (?1)")?.execute([symbol])?;
    Ok(connection.last_insert_rowid())
}

/// Stored symbols that look like the one asked for, the likest first.
fn near(stored: &[String], symbol: &str) -> Vec<String> {
    let asked = symbol.to_ascii_uppercase();
    let stem = |text: &str| text.split('.').next().unwrap_or_default().to_owned();
    let mut scored: Vec<(f64, &String)> = stored
        .iter()
        .map(|other| {
            let upper = other.to_ascii_uppercase();
            // Another suffix or none is the likeliest slip.
            let score = if stem(&upper) == stem(&asked) { 2.0 } else { strsim::jaro_winkler(&upper, &asked) };
            (score, other)
        })
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.into_iter().take(OFFERED).map(|(_, symbol)| symbol.clone()).collect()
}
