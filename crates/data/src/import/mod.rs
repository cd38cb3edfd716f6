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
use std::fs::File;
use std::io::{ErrorKind, Read};
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

/// Larger files are refused before they fill the memory: all bars of the world are less.
const LARGEST: u64 = 4 << 30;

/// The bytes of a file.
pub(crate) fn file_bytes(path: &Path) -> Result<Vec<u8>, DataError> {
    bytes_up_to(path, LARGEST).map_err(|source| match source.kind() {
        ErrorKind::NotFound => DataError::Missing { path: path.to_owned() },
        ErrorKind::IsADirectory => DataError::Directory { path: path.to_owned() },
        _ => DataError::Unreadable { path: path.to_owned(), source },
    })
}

/// The bytes of a file or pipe of at most so many; a device may have no end.
fn bytes_up_to(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let too_large = || {
        let text = format!("it is larger than {} MB; split it", most >> 20);
        std::io::Error::new(ErrorKind::FileTooLarge, text)
    };
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > most {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    // Up to `most`, which fits; one byte more shows the end.
    bytes.try_reserve_exact(length as usize + 1)?;
    file.by_ref().take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_without_an_end_is_refused() {
        let error = bytes_up_to("/dev/zero".as_ref(), 3 << 20).unwrap_err();
        assert_eq!(error.to_string(), "it is larger than 3 MB; split it");
    }

    #[test]
    fn a_file_is_read_up_to_the_limit_and_not_beyond() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.csv");
        std::fs::write(&path, b"123").unwrap();
        assert_eq!(bytes_up_to(&path, 3).unwrap(), b"123");
        assert_eq!(bytes_up_to(&path, 2).unwrap_err().kind(), ErrorKind::FileTooLarge);
        assert!(matches!(file_bytes(place.path()), Err(DataError::Directory { .. })));
        assert!(matches!(file_bytes(&place.path().join("b")), Err(DataError::Missing { .. })));
    }
}
