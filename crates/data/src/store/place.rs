//! Where the store lies by default.

use super::{StoreError, StoreFault};
use etcetera::BaseStrategy;
use std::path::{Path, PathBuf};

/// The variable that names another place.
const VARIABLE: &str = "TIDEGATE_STORE";

pub(super) fn default_path() -> Result<PathBuf, StoreError> {
    if let Some(path) = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        return Ok(PathBuf::from(path));
    }
    let strategy = etcetera::base_strategy::choose_native_strategy()
        .map_err(|_| StoreError::new(Path::new(VARIABLE), StoreFault::NoPlace))?;
    Ok(strategy.data_dir().join("tidegate").join("tidegate.db"))
}
