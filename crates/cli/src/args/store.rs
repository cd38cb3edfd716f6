//! Where the store is: a flag of every command that uses it.

use clap::Args;
use std::path::PathBuf;
use tidegate_data::{Store, StoreError};

/// `--store`
#[derive(Clone, Debug, Default, Args)]
pub struct StoreArgs {
    /// The store [default: $TIDEGATE_STORE, or tidegate/tidegate.db in the platform's data directory]
    #[arg(long, value_name = "FILE")]
    pub store: Option<PathBuf>,
}

impl StoreArgs {
    /// Where it is.
    pub fn path(&self) -> Result<PathBuf, StoreError> {
        self.store.clone().map_or_else(Store::default_path, Ok)
    }

    /// The store that must be there.
    pub fn open_existing(&self) -> Result<Store, StoreError> {
        Store::open_existing(&self.path()?)
    }

    /// The store, made when there is none.
    pub fn open(&self) -> Result<Store, StoreError> {
        Store::open(&self.path()?)
    }
}
