//! An unpacked file with its header recognised.

use super::error_body;
use super::header::{Header, NoLayout, Recognised};
use super::layout::Layout;
use super::received;
use crate::error::DataError;
use std::borrow::Cow;

/// A text file of a known layout, its rows not yet read.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    text: Cow<'a, str>,
    /// Physical line of the header.
    pub header_line: u64,
    /// Where the rows begin.
    rows: usize,
    pub header: Header,
    pub recognised: Recognised,
    /// The encoding, where it is not UTF-8.
    pub encoding: Option<&'static str>,
}

impl<'a> Opened<'a> {
    /// Decodes the text and recognises its first line that is not blank.
    pub(crate) fn read(bytes: &'a [u8], file: &str) -> Result<Opened<'a>, DataError> {
        let received = received::decoded(bytes, file)?;
        let text = received.text;
        let mut start = 0;
        let mut found = None;
        for (number, line) in (1_u64..).zip(text.split('\n')) {
            let end = start + line.len() + 1;
            if !line.trim().is_empty() {
                found = Some((number, Header::read(line), end));
                break;
            }
            start = end;
        }
        let Some((header_line, header, rows)) = found else {
            return Err(DataError::Empty { file: file.to_owned() });
        };
        let recognised = header.recognise().map_err(|why| match why {
            NoLayout::Repeated(column) => DataError::RepeatedColumn { file: file.to_owned(), column },
            NoLayout::Unknown => match error_body::recognise(&text) {
                Some((what, text)) => DataError::ErrorBody { file: file.to_owned(), what, text },
                None => DataError::UnknownHeader { file: file.to_owned(), found: header.names.clone() },
            },
        })?;
        let encoding = received.encoding;
        Ok(Opened { text, header_line, rows, header, recognised, encoding })
    }

    /// The layout that the header shows.
    pub(crate) fn layout(&self) -> Layout {
        match &self.recognised {
            Recognised::Bars(columns) => columns.names.layout,
            Recognised::Records(columns) => columns.layout,
        }
    }

    /// The lines below the header that are not blank, with their physical numbers.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u64, &str)> {
        let rows = self.text.get(self.rows..).unwrap_or_default();
        (self.header_line + 1..).zip(rows.split('\n')).filter(|(_, line)| !line.trim_ascii().is_empty())
    }
}
