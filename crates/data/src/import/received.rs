//! The bytes of a file become text: unpacked, decoded, without a byte order mark.

use crate::error::DataError;
use encoding_rs::{Encoding, GBK, UTF_16BE, UTF_16LE};
use flate2::bufread::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// Bars unpack to three to twenty times their size; what claims more is no file of bars.
const MOST_UNPACKED: u64 = 200;

/// A file as it was received.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    /// Its text.
    pub text: Cow<'a, str>,
    /// The encoding, where it is not UTF-8.
    pub encoding: Option<&'static str>,
}

/// The bytes without gzip's packing.
pub(crate) fn unpacked<'a>(bytes: &'a [u8], file: &str) -> Result<Cow<'a, [u8]>, DataError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let damaged = |found: String| DataError::Damaged { file: file.to_owned(), found };
    // A gzip file ends with its unpacked size; it is a hint only, and nothing is believed beyond the limit.
    let most = (bytes.len() as u64 * MOST_UNPACKED).max(1 << 20);
    let hint = match bytes {
        [.., a, b, c, d] => u64::from(u32::from_le_bytes([*a, *b, *c, *d])),
        _ => 0,
    };
    let mut out = Vec::new();
    if hint < bytes.len() as u64 * 8 {
        out.reserve_exact(hint as usize + 1);
    }
    MultiGzDecoder::new(bytes)
        .take(most + 1)
        .read_to_end(&mut out)
        .map_err(|e| damaged(format!("gzip data that end or break off after {} bytes ({e})", out.len())))?;
    if out.len() as u64 > most {
        return Err(damaged(format!("gzip data that unpack to more than {MOST_UNPACKED} times their size")));
    }
    Ok(Cow::Owned(out))
}

/// The unpacked bytes as text: UTF-8, UTF-16 with a byte order mark, or GBK.
pub(crate) fn decoded<'a>(bytes: &'a [u8], file: &str) -> Result<Received<'a>, DataError> {
    let not_text = |line, found| DataError::NotText { file: file.to_owned(), line, found };
    let whole = |encoding: &'static Encoding, bytes: &'a [u8], name| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        Some(Received { text, encoding: Some(name) })
    };
    match bytes {
        [b'P', b'K', 3, 4, ..] => return Err(not_text(1, "a zip archive or a spreadsheet".to_owned())),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => return Err(not_text(1, "a spreadsheet".to_owned())),
        [b'P', b'A', b'R', b'1', ..] => return Err(not_text(1, "a Parquet file".to_owned())),
        [0xff, 0xfe, rest @ ..] => {
            return whole(UTF_16LE, rest, "UTF-16").ok_or_else(|| not_text(1, "broken UTF-16".to_owned()));
        }
        [0xfe, 0xff, rest @ ..] => {
            return whole(UTF_16BE, rest, "UTF-16").ok_or_else(|| not_text(1, "broken UTF-16".to_owned()));
        }
        _ => {}
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            return Ok(Received { text: Cow::Borrowed(text), encoding: None });
        }
        Err(error) => error,
    };
    // Most byte sequences are no GBK either, so what decodes without an error is taken as such.
    whole(GBK, bytes, "GBK").ok_or_else(|| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|b| **b == b'\n').count() as u64;
        not_text(line, format!("the byte 0x{:02x}", bytes[error.valid_up_to()]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_unpacked_and_anything_else_is_left_alone() {
        assert_eq!(unpacked(b"date,open", "a").unwrap().as_ref(), b"date,open");
        assert_eq!(unpacked(&packed(b"date,open"), "a").unwrap().as_ref(), b"date,open");
        let both = [packed(b"date,"), packed(b"open")].concat();
        assert_eq!(unpacked(&both, "a").unwrap().as_ref(), b"date,open");
    }

    #[test]
    fn a_download_that_broke_off_and_a_bomb_are_refused() {
        let whole = packed("2024-01-02,1,2,3\n".repeat(1000).as_bytes());
        let message = unpacked(&whole[..whole.len() / 2], "a.csv.gz").map(|out| out.len());
        let message = message.unwrap_err().to_string();
        assert!(message.starts_with("a.csv.gz: expected a whole file, found gzip data that"), "{message}");
        let bomb = packed(&vec![b'0'; 4 << 20]);
        let message = unpacked(&bomb, "a").map(|out| out.len()).unwrap_err().to_string();
        assert!(message.contains("more than 200 times"), "{message}");
    }

    #[test]
    fn encodings_of_chinese_programs_are_read() {
        let text = "日期,收盘\n2020年4月2日,1\n";
        let gbk = GBK.encode(text).0;
        let read = decoded(&gbk, "a").unwrap();
        assert_eq!((read.text.as_ref(), read.encoding), (text, Some("GBK")));
        let marked =
            [&[0xff, 0xfe][..], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat();
        let read = decoded(&marked, "a").unwrap();
        assert_eq!((read.text.as_ref(), read.encoding), (text, Some("UTF-16")));
        let read = decoded("\u{feff}日期".as_bytes(), "a").unwrap();
        assert_eq!((read.text.as_ref(), read.encoding), ("日期", None));
    }
}
