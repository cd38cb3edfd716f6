//! Why the store did not do what it was asked. Each message names the place and what to do.

use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};
use tidegate_market::{BarError, TradeDate};

/// A failure of the store at a place.
#[derive(Debug, thiserror::Error)]
#[error("{}: {fault}", path.display())]
pub struct StoreError {
    /// The store's file.
    pub path: PathBuf,
    /// What is wrong.
    pub fault: StoreFault,
}

/// What is wrong with a store, or with what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreFault {
    /// There is no store yet.
    #[error(
        "there is no store; `tidegate import FILE` or `tidegate fetch` makes one, --store or TIDEGATE_STORE names another"
    )]
    Missing,
    /// Neither a home directory nor the variable is set.
    #[error(
        "expected a path in this variable or a home directory, found neither; name the store with --store"
    )]
    NoPlace,
    /// The file is not a store.
    #[error("expected a store written by Tidegate, found {0}; name another file with --store")]
    NotAStore(String),
    /// A later version wrote it.
    #[error("expected a store of format {known} or earlier, found format {found}; use a newer Tidegate")]
    Newer {
        /// Format of the file.
        found: i64,
        /// Format this version writes.
        known: i64,
    },
    /// The place cannot be written.
    #[error(
        "cannot be written: {0}; check its permissions and free space, or name another place with --store"
    )]
    Unwritable(String),
    /// Another process holds it.
    #[error("another process has been writing for too long; wait for it, then try again")]
    Busy,
    /// Bytes are not what was written.
    #[error(
        "damaged: {place}: expected {expected}, found {found}; restore the file from a copy, or fetch and import anew"
    )]
    Damaged {
        /// Which table and symbol.
        place: String,
        /// What must be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// The symbol is no symbol.
    #[error("expected a symbol such as 600000.SH or AAPL, found {0:?}")]
    BadSymbol(String),
    /// Nothing is stored under the symbol.
    #[error(
        "expected a symbol of the store, found {symbol:?}{}; `tidegate data list` shows all of them",
        nearest(near)
    )]
    UnknownSymbol {
        /// The symbol asked for.
        symbol: String,
        /// Stored ones that look like it.
        near: Vec<String>,
    },
    /// No bar lies in the days asked for.
    #[error("no bar of {symbol} from {} to {}; the store holds {first} to {last}",
        from.map_or("the start".to_owned(), |d| d.to_string()), to.map_or("the end".to_owned(), |d| d.to_string()))]
    NoBarsInRange {
        /// The symbol.
        symbol: String,
        /// First date asked for.
        from: Option<TradeDate>,
        /// Last date asked for.
        to: Option<TradeDate>,
        /// First stored date.
        first: TradeDate,
        /// Last stored date.
        last: TradeDate,
    },
    /// Something is stored under the symbol, but no bars.
    #[error("{0}: no bars are stored; fetch or import them")]
    NoBars(String),
    /// What was to be stored breaks a promise of its type.
    #[error("{symbol}: {table}: expected {expected}, found {found}; nothing was stored")]
    Rows {
        /// The symbol.
        symbol: String,
        /// Which table.
        table: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// Stored bars that nothing can be computed from.
    #[error("{symbol}: the stored bars cannot be used: {source}; `tidegate data check {symbol}` tells more")]
    UnusableBars {
        /// The symbol.
        symbol: String,
        /// The first promise broken.
        source: BarError,
    },
    /// Anything else that the database says.
    #[error("the database refused: {0}")]
    Database(rusqlite::Error),
}

impl StoreError {
    pub(super) fn new(path: &Path, fault: StoreFault) -> StoreError {
        StoreError { path: path.to_owned(), fault }
    }

    /// Whether the user can mend it by asking for something else (exit code 2).
    pub fn is_mistake_in_input(&self) -> bool {
        matches!(
            self.fault,
            StoreFault::Missing
                | StoreFault::NoPlace
                | StoreFault::NotAStore(_)
                | StoreFault::Newer { .. }
                | StoreFault::BadSymbol(_)
                | StoreFault::UnknownSymbol { .. }
                | StoreFault::NoBarsInRange { .. }
                | StoreFault::NoBars(_)
                | StoreFault::UnusableBars { .. }
        )
    }
}

impl From<rusqlite::Error> for StoreFault {
    fn from(error: rusqlite::Error) -> StoreFault {
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreFault::Busy,
            Some(ErrorCode::DatabaseCorrupt) => damaged("the file", "whole pages", text),
            Some(ErrorCode::NotADatabase) => StoreFault::NotAStore("another kind of file".into()),
            Some(
                ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::DiskFull
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure,
            ) => StoreFault::Unwritable(text),
            _ => StoreFault::Database(error),
        }
    }
}

/// A damaged place.
pub(super) fn damaged(
    place: impl Into<String>,
    expected: impl Into<String>,
    found: impl Into<String>,
) -> StoreFault {
    StoreFault::Damaged { place: place.into(), expected: expected.into(), found: found.into() }
}

fn nearest(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!(" (near: {})", near.join(", ")) }
}
