//! Files of market data in every known layout: bytes are unpacked, decoded, their layout recognised by the header, rows
//! read and put in order. Nothing is repaired silently: what is dropped or taken for something else is a finding.

pub(crate) mod adjusted;
mod bad_row;
pub(crate) mod bar_columns;
pub(crate) mod bar_row;
mod bars;
mod cell;
mod day;
mod decimal;
pub(crate) mod duplicate;
mod error_body;
mod findings;
pub(crate) mod header;
pub(crate) mod layout;
pub(crate) mod opened;
mod parsed;
mod put;
pub mod qlib;
pub(crate) mod received;
mod records;
mod sources;
pub(crate) mod symbol;
pub(crate) mod table;

pub use adjusted::{AdjustedBy, PricesAre};
pub use bad_row::{BadKind, BadRow};
pub use layout::Layout;
pub use parsed::{ImportOptions, Parsed, SymbolTable};
pub use sources::files;

use crate::digest::sha256;
use crate::error::DataError;
use crate::finding::{FindingKind, Severity};
use header::Recognised;
use opened::Opened;
use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::Path;

/// Reads a file of any known [`Layout`], packed with gzip or not, or a directory of qlib's.
///
/// # Errors
/// [`DataError`] where the file cannot be read, is of no known layout, or nothing in it can be kept.
pub fn parse_file(path: &Path, options: &ImportOptions) -> Result<Parsed, DataError> {
    if qlib::is_qlib_dir(path) {
        return qlib::read_dir(path, options);
    }
    parse_bytes(&file_bytes(path)?, &path.display().to_string(), options)
}

/// Reads the bytes of a file; `file` is its name in messages and tells the symbol where nothing else does.
///
/// # Errors
/// As [`parse_file`].
pub fn parse_bytes(bytes: &[u8], file: &str, options: &ImportOptions) -> Result<Parsed, DataError> {
    let unpacked = received::unpacked(bytes, file)?;
    let opened = Opened::read(&unpacked, file)?;
    let mut parsed = match &opened.recognised {
        Recognised::Bars(columns) => bars::parse(&opened, columns, file, options)?,
        Recognised::Records(columns) => records::parse(&opened, columns, file, options)?,
    };
    parsed.sha256 = sha256(bytes);
    parsed.encoding = opened.encoding;
    parsed.gzip = matches!(unpacked, Cow::Owned(_));
    let prefix = &opened.header.prefix;
    if !prefix.is_empty() {
        let message = format!("all columns begin with \"{prefix}\"");
        let (kind, line) = (FindingKind::Layout, Some(opened.header_line));
        parsed.findings.push(findings::of_file(
            kind,
            Severity::Note,
            line,
            message,
            "the prefix is passed over",
        ));
    }
    if let [only] = parsed.tables.as_slice() {
        for finding in parsed.findings.iter_mut().filter(|finding| finding.symbol.is_empty()) {
            finding.symbol.clone_from(&only.symbol);
        }
    }
    Ok(parsed)
}

/// The bytes of a file.
pub(crate) fn file_bytes(path: &Path) -> Result<Vec<u8>, DataError> {
    std::fs::read(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => DataError::Missing { path: path.to_owned() },
        ErrorKind::IsADirectory => DataError::Directory { path: path.to_owned() },
        _ => DataError::Unreadable { path: path.to_owned(), source },
    })
}
