//! The store: one SQLite file that keeps what the outside world said about each symbol, as it was received. Raw
//! prices and factors lie apart and are joined on reading. `docs/store.md` describes the file to other programs.
//!
//! Every call that writes is one transaction: after a crash at any instant it is there whole or not at all, and a
//! call that returned is there. What is stored already and differs from what arrives is reported and kept, unless the
//! caller accepts the new numbers.

mod actions;
mod answers;
mod bars;
mod calendar;
mod column;
mod coverage;
mod error;
mod factors;
mod findings;
mod limits;
mod listings;
mod memory;
mod merge;
mod names;
mod origins;
mod place;
mod schema;
mod segments;
mod series;
mod summary;
mod suspensions;
mod symbols;
mod transaction;
mod verify;

pub use bars::BarColumn;
pub use error::{StoreError, StoreFault};
pub use merge::{Difference, Merged};
pub use origins::Arrival;
pub use series::StoredSeries;
pub use summary::{StoreTotals, SymbolSummary};

use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// An open store.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    connection: Connection,
    /// How many `batch` calls are under way, one inside the other.
    depth: usize,
}

impl Store {
    /// Opens the store at `path`, and makes it (with its folders) when there is none.
    ///
    /// # Errors
    /// When the path cannot be written, is no store, is damaged, or was written by a later version.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        let at = |fault| StoreError::new(path, fault);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| at(StoreFault::Unwritable(e.to_string())))?;
        }
        let connection = schema::open(path, true).map_err(at)?;
        Ok(Store { path: path.to_owned(), connection, depth: 0 })
    }

    /// Opens a store that exists. Where the place is read-only, the store can be read and not written.
    ///
    /// # Errors
    /// When there is no store (the message says how to make one), and as [`Store::open`].
    pub fn open_existing(path: &Path) -> Result<Store, StoreError> {
        let at = |fault| StoreError::new(path, fault);
        if !path.exists() {
            return Err(at(StoreFault::Missing));
        }
        let connection = schema::open(path, false).map_err(at)?;
        Ok(Store { path: path.to_owned(), connection, depth: 0 })
    }

    /// Where the store is when nobody says otherwise: `TIDEGATE_STORE`, or `tidegate/tidegate.db` in the platform's
    /// data directory. A `--store` on the command line comes before both.
    ///
    /// # Errors
    /// When neither the variable nor a home directory is set.
    pub fn default_path() -> Result<PathBuf, StoreError> {
        place::default_path()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn at<R>(&self, result: Result<R, StoreFault>) -> Result<R, StoreError> {
        result.map_err(|fault| StoreError::new(&self.path, fault))
    }
}

#[cfg(test)]
mod tests;
