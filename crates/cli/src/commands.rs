//! One file per command.

pub mod backtest;
pub mod config;
pub mod data;
pub mod describe;
pub mod fetch;
pub mod findings;
pub mod import;
pub mod init;
pub mod predict;
pub mod report;
pub mod run;
pub mod sample;
pub mod tune;

use tidegate::{Error, InputError};
use tidegate_data::DataError;

/// The reader of files advises a key of the experiment file; a command without one has a flag for it.
pub fn with_flag_for_bad_rows(error: Error) -> Error {
    if !matches!(error, Error::Data(DataError::BadRows { .. })) {
        return error;
    }
    let text = error.to_string().replace("set on_bad_row = \"drop\"", "add --on-bad-row drop");
    match text.split_once(": ") {
        Some((file, found)) => InputError::new(file, found).into(),
        None => error,
    }
}
