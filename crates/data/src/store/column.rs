//! A year of one symbol's numbers as bytes: each column for itself, with a checksum, small and exact.
//!
//! ```text
//! blob      = head directory checksum payloads
//! head      = format (1 byte, 1) · year (2 bytes) · rows (2 bytes) · number of columns (1 byte)
//! directory = per column: name (1 byte) · encoding (1 byte) · payload length (4 bytes) · CRC-32 of the payload (4 bytes)
//! checksum  = CRC-32 of head, directory and `dataset/symbol` in UTF-8 (4 bytes)
//! ```
//! Whole numbers are little-endian. The checksum ties the blob to its table and symbol: in another place it is an
//! error. The first column is the date: day of the year as a varint, the first as it is
//! (1 = January 1), each later one as the difference to the row above. A value column that is not in the blob, and a
//! cell marked in its bitmap, is missing (NaN).
//!
//! | encoding | payload |
//! |---|---|
//! | `0` days | varints, see above |
//! | `1` decimal | k (1 byte), then zig-zag varints: value·10^k less the one above (the first less 0) |
//! | `2` f32 | 4 bytes a value; every value is exactly an f32 |
//! | `3` f64 | 8 bytes a value |
//! | `4` runs | per run of equal values: 8 bytes of f64, varint of its length |
//!
//! 128 added to an encoding: a bitmap of `rows` bits (lowest bit first, 1 = missing) stands before, and the missing
//! cells have no value. A varint has seven bits a byte, lowest first, the high bit set on all but the last.
//!
//! Every encoding gives back the same f64, bit for bit: decimal is taken only where `(n as f64) / 10^k` is the value.

use super::error::{StoreFault, damaged};
use flate2::Crc;
use tidegate_market::TradeDate;

/// Number of the blob format.
const FORMAT: u8 = 1;
const HEAD: usize = 6;
const ENTRY: usize = 10;
const DAYS: u8 = 0;
const DECIMAL: u8 = 1;
const F32: u8 = 2;
const F64: u8 = 3;
const RUNS: u8 = 4;
const MISSING: u8 = 128;
/// Most decimals tried.
const DECIMALS: usize = 6;
const POWERS: [f64; DECIMALS + 1] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
/// Whole numbers up to here are exact in an f64.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// Days before each month of a common year.
const BEFORE: [u16; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// Names of value columns, as bytes in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Name {
    Open = 1,
    High = 2,
    Low = 3,
    Close = 4,
    PreClose = 5,
    Volume = 6,
    Amount = 7,
    Factor = 8,
    Up = 9,
    Down = 10,
}

impl Name {
    /// The word for a reader.
    pub(super) fn word(self) -> &'static str {
        match self {
            Name::Open => "open",
            Name::High => "high",
            Name::Low => "low",
            Name::Close => "close",
            Name::PreClose => "pre_close",
            Name::Volume => "volume",
            Name::Amount => "amount",
            Name::Factor => "factor",
            Name::Up => "up_limit",
            Name::Down => "down_limit",
        }
    }
}

/// The bytes of one year. `key` is `dataset/symbol`, `dates` are ascending and all in `year`; columns are as long as they are; NaN is missing.
pub(super) fn encode(key: &str, year: i16, dates: &[TradeDate], columns: &[(Name, &[f64])]) -> Vec<u8> {
    let mut payload = Vec::new();
    let mut before = 0;
    for date in dates {
        let day = day_of_year(*date);
        put_varint(&mut payload, u64::from(day - before));
        before = day;
    }
    let mut parts = vec![(0_u8, DAYS, payload)];
    for (name, values) in columns {
        if values.iter().any(|value| !value.is_nan()) {
            let (encoding, payload) = encode_values(values);
            parts.push((*name as u8, encoding, payload));
        }
    }
    // A year has at most 366 rows and there are 11 columns: all of these fit.
    let mut blob = vec![FORMAT];
    blob.extend_from_slice(&year.to_le_bytes());
    blob.extend_from_slice(&(dates.len() as u16).to_le_bytes());
    blob.push(parts.len() as u8);
    for (name, encoding, payload) in &parts {
        blob.extend_from_slice(&[*name, *encoding]);
        blob.extend_from_slice(&(payload.len() as u32).to_le_bytes());
        blob.extend_from_slice(&checksum(&[payload]).to_le_bytes());
    }
    let sum = checksum(&[&blob, key.as_bytes()]);
    blob.extend_from_slice(&sum.to_le_bytes());
    for (_, _, payload) in &parts {
        blob.extend_from_slice(payload);
    }
    blob
}

fn encode_values(values: &[f64]) -> (u8, Vec<u8>) {
    let mut payload = Vec::new();
    let mut encoding = 0;
    if values.iter().any(|value| value.is_nan()) {
        encoding = MISSING;
        payload.resize(values.len().div_ceil(8), 0);
        for (i, _) in values.iter().enumerate().filter(|(_, value)| value.is_nan()) {
            payload[i / 8] |= 1 << (i % 8);
        }
    }
    let there = || values.iter().copied().filter(|value| !value.is_nan());
    let (mut kind, mut body) = match decimals(there()) {
        Some(k) => {
            let mut body = vec![k as u8];
            let mut above = 0_i64;
            for value in there() {
                let whole = (value * POWERS[k]).round() as i64;
                put_varint(&mut body, zig_zag(whole - above));
                above = whole;
            }
            (DECIMAL, body)
        }
        None if there().all(|value| f64::from(value as f32).to_bits() == value.to_bits()) => {
            (F32, there().flat_map(|value| (value as f32).to_le_bytes()).collect())
        }
        None => (F64, there().flat_map(f64::to_le_bytes).collect()),
    };
    let runs = runs(there(), body.len());
    if let Some(runs) = runs {
        (kind, body) = (RUNS, runs);
    }
    payload.extend_from_slice(&body);
    (encoding | kind, payload)
}

/// The least k for which every value is exactly a whole number ÷ 10^k.
fn decimals(values: impl Iterator<Item = f64>) -> Option<usize> {
    let mut k = 0;
    let mut seen: Vec<f64> = Vec::new();
    for value in values {
        let start = k;
        while !is_decimal(value, k) {
            k += 1;
            if k > DECIMALS {
                return None;
            }
        }
        // More decimals may be too many for an earlier, larger value.
        if k > start && !seen.iter().all(|earlier| is_decimal(*earlier, k)) {
            return None;
        }
        seen.push(value);
    }
    Some(k)
}

fn is_decimal(value: f64, k: usize) -> bool {
    let whole = (value * POWERS[k]).round();
    whole.abs() < EXACT && ((whole as i64) as f64 / POWERS[k]).to_bits() == value.to_bits()
}

/// As runs, if that is shorter than `limit` bytes.
fn runs(values: impl Iterator<Item = f64>, limit: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let mut run: Option<(f64, u64)> = None;
    let close = |body: &mut Vec<u8>, run: Option<(f64, u64)>| {
        if let Some((value, length)) = run {
            body.extend_from_slice(&value.to_le_bytes());
            put_varint(body, length);
        }
    };
    for value in values {
        match &mut run {
            Some((same, length)) if same.to_bits() == value.to_bits() => *length += 1,
            _ => {
                close(&mut body, run.replace((value, 1)));
                if body.len() >= limit {
                    return None;
                }
            }
        }
    }
    close(&mut body, run);
    (body.len() < limit).then_some(body)
}

/// A blob whose head and directory are whole; columns are checked as they are read.
pub(super) struct Blob<'a> {
    year: i16,
    rows: usize,
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    name: u8,
    encoding: u8,
    checksum: u32,
    payload: &'a [u8],
}

impl<'a> Blob<'a> {
    /// Reads the head and the directory of a blob stored under `key`.
    pub(super) fn open(key: &str, bytes: &'a [u8]) -> Result<Blob<'a>, StoreFault> {
        let short = || damaged("a segment", "a whole head", format!("{} bytes", bytes.len()));
        let head = bytes.get(..HEAD).ok_or_else(short)?;
        if head[0] != FORMAT {
            return Err(damaged("a segment", format!("format {FORMAT}"), head[0].to_string()));
        }
        let year = i16::from_le_bytes([head[1], head[2]]);
        let rows = usize::from(u16::from_le_bytes([head[3], head[4]]));
        let end = HEAD + ENTRY * usize::from(head[5]);
        let directory = bytes.get(HEAD..end).ok_or_else(short)?;
        let stored = bytes.get(end..end + 4).ok_or_else(short)?;
        if four(stored) != checksum(&[&bytes[..end], key.as_bytes()]) {
            return Err(damaged("a segment", "the directory that was written there", "another"));
        }
        let mut entries = Vec::with_capacity(usize::from(head[5]));
        let mut at = end + 4;
        for entry in directory.chunks_exact(ENTRY) {
            let length = four(&entry[2..6]) as usize;
            let payload = bytes.get(at..at + length).ok_or_else(short)?;
            entries.push(Entry { name: entry[0], encoding: entry[1], checksum: four(&entry[6..]), payload });
            at += length;
        }
        if at != bytes.len() {
            return Err(damaged("a segment", format!("{at} bytes"), bytes.len().to_string()));
        }
        Ok(Blob { year, rows, entries })
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Calendar year of all rows.
    pub(super) fn year(&self) -> i16 {
        self.year
    }

    /// Adds the dates to `out`.
    pub(super) fn dates(&self, out: &mut Vec<TradeDate>) -> Result<(), StoreFault> {
        let no_dates = || damaged("a segment", "ascending dates of its year", "something else");
        let entry = self.entries.first().filter(|entry| entry.name == 0 && entry.encoding == DAYS);
        let mut body = entry.ok_or_else(no_dates)?.checked()?;
        let leap = u16::from(TradeDate::new(self.year, 2, 29).is_some());
        let (mut day, mut month) = (0_u64, 0);
        out.reserve(self.rows);
        for _ in 0..self.rows {
            let step = take_varint(&mut body)?;
            day = day.saturating_add(step);
            if step == 0 || day > 366 {
                return Err(no_dates());
            }
            // Days ascend, and so do their months.
            while month < 11 && u64::from(days_before(month + 1, leap)) < day {
                month += 1;
            }
            let of_month = (day as u16 - days_before(month, leap)) as i8;
            out.push(TradeDate::new(self.year, month as i8 + 1, of_month).ok_or_else(no_dates)?);
        }
        if body.is_empty() { Ok(()) } else { Err(no_dates()) }
    }

    /// Adds the column's values to `out`: NaN where there are none.
    pub(super) fn column(&self, name: Name, out: &mut Vec<f64>) -> Result<(), StoreFault> {
        let Some(entry) = self.entries.iter().find(|entry| entry.name == name as u8) else {
            out.extend(std::iter::repeat_n(f64::NAN, self.rows));
            return Ok(());
        };
        let wrong =
            || damaged(format!("a segment, column {}", name.word()), "a value a row", "something else");
        let mut body = entry.checked()?;
        let mut bitmap: &[u8] = &[];
        if entry.encoding & MISSING != 0 {
            let length = self.rows.div_ceil(8);
            (bitmap, body) = body.split_at_checked(length).ok_or_else(wrong)?;
        }
        let start = out.len();
        let missing = |i: usize| bitmap.get(i / 8).is_some_and(|byte| byte >> (i % 8) & 1 == 1);
        let gone = if bitmap.is_empty() { 0 } else { (0..self.rows).filter(|i| missing(*i)).count() };
        let there = self.rows - gone;
        out.reserve(self.rows);
        match entry.encoding & !MISSING {
            DECIMAL => {
                let (k, rest) = body.split_first().ok_or_else(wrong)?;
                body = rest;
                let power = *POWERS.get(usize::from(*k)).ok_or_else(wrong)?;
                let mut whole = 0_i64;
                for _ in 0..there {
                    whole = whole.wrapping_add(un_zig_zag(take_varint(&mut body)?));
                    out.push(whole as f64 / power);
                }
            }
            F32 => {
                let (cells, rest) = body.split_at_checked(there * 4).ok_or_else(wrong)?;
                out.extend(cells.chunks_exact(4).map(|cell| f64::from(f32::from_bits(four(cell)))));
                body = rest;
            }
            F64 => {
                let (cells, rest) = body.split_at_checked(there * 8).ok_or_else(wrong)?;
                out.extend(cells.chunks_exact(8).map(eight));
                body = rest;
            }
            RUNS => {
                while out.len() - start < there {
                    let (cell, rest) = body.split_at_checked(8).ok_or_else(wrong)?;
                    body = rest;
                    let length = take_varint(&mut body)? as usize;
                    if length == 0 || length > there - (out.len() - start) {
                        return Err(wrong());
                    }
                    out.extend(std::iter::repeat_n(eight(cell), length));
                }
            }
            _ => return Err(wrong()),
        }
        if !body.is_empty() {
            return Err(wrong());
        }
        if !bitmap.is_empty() {
            spread(out, start, self.rows, missing);
        }
        Ok(())
    }
}

/// Moves the values apart so that missing cells get their NaN.
fn spread(out: &mut Vec<f64>, start: usize, rows: usize, missing: impl Fn(usize) -> bool) {
    let values = out.split_off(start);
    let mut values = values.into_iter();
    out.extend((0..rows).map(|i| if missing(i) { f64::NAN } else { values.next().unwrap_or(f64::NAN) }));
}

impl<'a> Entry<'a> {
    fn checked(&self) -> Result<&'a [u8], StoreFault> {
        if checksum(&[self.payload]) == self.checksum {
            Ok(self.payload)
        } else {
            Err(damaged("a segment", "the column that was written", "another"))
        }
    }
}

fn checksum(parts: &[&[u8]]) -> u32 {
    let mut crc = Crc::new();
    for part in parts {
        crc.update(part);
    }
    crc.sum()
}

fn four(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

fn eight(bytes: &[u8]) -> f64 {
    f64::from_bits(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn zig_zag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn un_zig_zag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take_varint(bytes: &mut &[u8]) -> Result<u64, StoreFault> {
    // Most numbers take one byte or two.
    match **bytes {
        [low, ref rest @ ..] if low < 0x80 => {
            *bytes = rest;
            return Ok(u64::from(low));
        }
        [low, high, ref rest @ ..] if high < 0x80 => {
            *bytes = rest;
            return Ok(u64::from(low & 0x7f) | u64::from(high) << 7);
        }
        _ => {}
    }
    let mut value = 0_u64;
    for (i, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            *bytes = &bytes[i + 1..];
            return Ok(value);
        }
    }
    Err(damaged("a segment", "a whole number", "a cut one"))
}

fn day_of_year(date: TradeDate) -> u16 {
    let leap_day = date.month() > 2 && TradeDate::new(date.year(), 2, 29).is_some();
    // A month is 1..=12 and a day 1..=31.
    BEFORE[date.month() as usize - 1] + date.day() as u16 + u16::from(leap_day)
}

/// Days of the year before the month (0 for January); `leap` is 1 in a leap year.
fn days_before(month: usize, leap: u16) -> u16 {
    BEFORE[month] + if month > 1 { leap } else { 0 }
}

#[cfg(test)]
mod tests;
