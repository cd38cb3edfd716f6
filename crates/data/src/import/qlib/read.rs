//! Reading a directory of qlib's.

use super::{RESERVED_PREFIX, damaged, own_symbol};
use crate::digest::hex;
use crate::error::DataError;
use crate::finding::{Finding, FindingKind, Severity};
use crate::import::day::day;
use crate::import::findings;
use crate::import::parsed::{ImportOptions, Parsed, SymbolTable};
use crate::import::{AdjustedBy, Layout, PricesAre};
use crate::record::{FactorOrigin, Factors, RawBars};
use crate::symbol::is_symbol;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tidegate_market::{PriceBasis, TradeDate};

/// How far a number of 32 bits may lie from the decimal that was written into it, relative: two roundings of 2⁻²⁴ each.
const ROUNDING: f64 = 1.3e-7;

/// One `.bin` file: where its first value stands in the calendar, and the values.
struct Field {
    start: usize,
    values: Vec<f32>,
}

/// Reads all symbols of a directory, or the one asked for. Prices are divided by the factor, so raw bars and factors
/// come apart again.
///
/// # Errors
/// [`DataError`] where the calendar cannot be read or no symbol has a bar. Symbols whose files are damaged are left out
/// and are findings.
pub fn read_dir(root: &Path, options: &ImportOptions) -> Result<Parsed, DataError> {
    let mut hash = Sha256::new();
    let calendar = calendar(root, &mut hash)?;
    let mut parsed = Parsed::of(Layout::Qlib);
    for (symbol, folder) in folders(root)? {
        if options.symbol.as_ref().is_some_and(|wanted| *wanted != symbol) {
            continue;
        }
        if !is_symbol(&symbol) {
            let message = format!("expected a folder named as a symbol, found {symbol:?}");
            parsed.findings.push(left_out(String::new(), message));
            continue;
        }
        match fields(&folder, &calendar, &mut hash) {
            Ok(fields) => {
                if let Some(table) = table(&symbol, &fields, &calendar, options.prices, &mut parsed) {
                    parsed.tables.push(table);
                }
            }
            Err(message) => parsed.findings.push(left_out(symbol, message)),
        }
    }
    if parsed.tables.is_empty() {
        let found = parsed.findings.first().map_or("no features of any symbol", |finding| &finding.message);
        return Err(damaged(root, found));
    }
    let message = "numbers of 32 bits hold seven digits: prices come back to the thousandth, volumes above 16 million \
                   are rounded";
    let (kind, severity) = (FindingKind::Layout, Severity::Note);
    parsed.findings.push(findings::of_file(kind, severity, None, message.to_owned(), "kept as they are"));
    parsed.sha256 = hex(&hash.finalize());
    Ok(parsed)
}

fn left_out(symbol: String, message: String) -> Finding {
    let finding = findings::of_file(FindingKind::BadRow, Severity::Error, None, message, "symbol left out");
    Finding { symbol, ..finding }
}

fn calendar(root: &Path, hash: &mut Sha256) -> Result<Vec<TradeDate>, DataError> {
    let path = root.join("calendars").join("day.txt");
    let bytes = crate::import::file_bytes(&path)?;
    hash.update(&bytes);
    let mut days = Vec::new();
    for (number, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let found = day(line).filter(|day| days.last().is_none_or(|last| last < day));
        days.push(found.ok_or_else(|| {
            let shown = String::from_utf8_lossy(&line[..line.len().min(40)]).into_owned();
            damaged(&path, format!("{shown:?} on line {} where a later day is expected", number + 1))
        })?);
    }
    Ok(days)
}

/// Every symbol with its folder, in the spelling of the list of instruments where it is there. Of that list only the
/// names that have a folder are kept.
fn folders(root: &Path) -> Result<BTreeMap<String, PathBuf>, DataError> {
    let features = root.join("features");
    let mut names = BTreeMap::new();
    for entry in
        std::fs::read_dir(&features).map_err(|source| DataError::Unreadable { path: features, source })?
    {
        let path = entry?.path();
        let Some(folder) = path.file_name().and_then(|name| name.to_str()).map(str::to_owned) else {
            continue;
        };
        if path.is_dir() {
            let plain = folder.strip_prefix(RESERVED_PREFIX).unwrap_or(&folder).to_uppercase();
            names.insert(folder, (plain, path));
        }
    }
    let listed = std::fs::read(root.join("instruments").join("all.txt")).unwrap_or_default();
    for line in listed.split(|b| *b == b'\n') {
        let name = line.split(|b| *b == b'\t').next().unwrap_or_default().trim_ascii();
        let Ok(name) = std::str::from_utf8(name) else { continue };
        if let Some((spelled, _)) = names.get_mut(&super::folder(name)) {
            name.clone_into(spelled);
        }
    }
    Ok(names.into_values().map(|(name, path)| (own_symbol(&name), path)).collect())
}

/// The fields of a symbol by name.
fn fields(
    folder: &Path,
    calendar: &[TradeDate],
    hash: &mut Sha256,
) -> Result<BTreeMap<&'static str, Field>, String> {
    let mut fields = BTreeMap::new();
    for name in ["amount", "close", "factor", "high", "low", "open", "volume"] {
        let path = folder.join(format!("{name}.day.bin"));
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(_) if ["amount", "factor"].contains(&name) => continue,
            Err(error) => return Err(format!("{name}.day.bin cannot be read: {error}")),
        };
        hash.update(&bytes);
        fields
            .insert(name, field(&bytes, calendar.len()).map_err(|found| format!("{name}.day.bin: {found}"))?);
    }
    Ok(fields)
}

fn field(bytes: &[u8], days: usize) -> Result<Field, String> {
    if bytes.len() < 4 || !bytes.len().is_multiple_of(4) {
        return Err(format!("expected numbers of four bytes, found {} bytes", bytes.len()));
    }
    let mut numbers = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let start = numbers.next().unwrap_or(f32::NAN);
    if !(start >= 0.0 && start.fract() == 0.0 && start < 16_777_216.0) {
        return Err(format!("expected the place of a day first, found {start}"));
    }
    let start = start as usize;
    let count = bytes.len() / 4 - 1;
    if start + count > days {
        return Err(format!("expected days inside the calendar of {days}, found {count} from place {start}"));
    }
    Ok(Field { start, values: numbers.collect() })
}

/// The decimal that a number of 32 bits was made of: `places` decimals where one is near enough, else the number.
fn decimal(value: f64, places: i32) -> f64 {
    let power = 10_f64.powi(places);
    let near = (value * power).round() / power;
    if (near - value).abs() <= ROUNDING * value.abs() { near } else { value }
}

fn table(
    symbol: &str,
    fields: &BTreeMap<&'static str, Field>,
    calendar: &[TradeDate],
    prices: Option<PricesAre>,
    parsed: &mut Parsed,
) -> Option<SymbolTable> {
    let at = |name: &str, day: usize| -> f64 {
        let value = fields.get(name).and_then(|field| field.values.get(day.checked_sub(field.start)?));
        value.map_or(f64::NAN, |value| f64::from(*value))
    };
    let has = |name: &str| fields.contains_key(name);
    let adjusted = match prices {
        Some(PricesAre::Raw) => None,
        Some(prices) => Some(AdjustedBy::User { prices }),
        None if has("factor") => None,
        None => Some(AdjustedBy::NoFactor),
    };
    let basis = if adjusted.is_some() { PriceBasis::SplitAdjusted } else { PriceBasis::Raw };
    let mut bars = RawBars::empty(symbol, basis);
    let (mut factors, mut amounts, mut bad, mut first_bad) = (Vec::new(), Vec::new(), 0, None);
    let first = fields.values().map(|field| field.start).min().unwrap_or(0);
    let last = fields.values().map(|field| field.start + field.values.len()).max().unwrap_or(0);
    let divide = has("factor") && adjusted.is_none();
    for (day, date) in calendar.iter().enumerate().take(last).skip(first) {
        let numbers = ["open", "high", "low", "close", "volume"].map(|name| at(name, day));
        parsed.rows_read += 1;
        if numbers[..4].iter().all(|price| price.is_nan()) {
            continue;
        }
        let factor = if divide { at("factor", day) } else { 1.0 };
        let [open, high, low, close] = [0, 1, 2, 3].map(|i| decimal(numbers[i] / factor, 3));
        let volume = decimal(numbers[4] * factor, 0);
        let noise = ROUNDING * 4.0 * high;
        let ordered = low <= open.min(close) + noise && high >= open.max(close) - noise;
        let prices = [open, high, low, close, factor].iter().all(|value| value.is_finite() && *value > 0.0);
        let amount = at("amount", day);
        // An amount may be empty, prices and volume may not.
        let sums =
            volume.is_finite() && volume >= 0.0 && (amount.is_nan() || (amount.is_finite() && amount >= 0.0));
        if !prices || !ordered || !sums {
            bad += 1;
            first_bad = first_bad.or(Some(*date));
            continue;
        }
        bars.date.push(*date);
        bars.open.push(open);
        bars.high.push(high.max(open).max(close));
        bars.low.push(low.min(open).min(close));
        bars.close.push(close);
        bars.volume.push(volume);
        factors.push(factor);
        amounts.push(amount);
    }
    if let Some(date) = first_bad {
        let message = format!("{bad} days hold numbers that are no bar, the first {date}");
        let finding = findings::of_file(FindingKind::BadRow, Severity::Error, None, message, "days dropped");
        parsed.findings.push(Finding { symbol: symbol.to_owned(), date: Some(date), count: bad, ..finding });
    }
    if let Some(by) = adjusted {
        let (kind, action) =
            (FindingKind::AlreadyAdjusted, "kept as adjusted prices: no tick, no lots, no factor");
        let finding = findings::of_file(kind, Severity::Warning, None, by.to_string(), action);
        parsed.findings.push(Finding { symbol: symbol.to_owned(), ..finding });
    }
    if bars.date.is_empty() {
        return None;
    }
    bars.amount = (has("amount") && amounts.iter().any(|amount| !amount.is_nan())).then_some(amounts);
    let factors = divide.then(|| Factors {
        symbol: symbol.to_owned(),
        origin: FactorOrigin::Published,
        date: bars.date.clone(),
        factor: factors,
    });
    Some(SymbolTable { bars: Some(bars), factors, ..SymbolTable::of(symbol.to_owned()) })
}
