//! Bars of a symbol in the store.

use super::known::known;
use super::{SourceBars, sha256_as_file, summary_of, synthetic};
use crate::error::Error;
use crate::files;
use crate::summary::DataSummary;
use std::path::Path;
use tidegate_data::{DataNote, SAMPLE_SYMBOL, Severity, Store, sha256};
use tidegate_market::{TradeDate, TradingCalendar, Venue};

/// Reads a symbol's bars, both days included, from the store at `path` or in its usual place. The hash is that of the
/// bars used, as a run writes them to `bars.csv`: a later download of later days does not change it.
///
/// # Errors
/// When there is no store, no such symbol (the message names near ones), or no usable bars in these days.
pub fn load_stored(
    path: Option<&Path>,
    symbol: &str,
    from: Option<TradeDate>,
    to: Option<TradeDate>,
) -> Result<SourceBars, Error> {
    let store = Store::open_existing(&path.map_or_else(Store::default_path, |path| Ok(path.to_owned()))?)?;
    let stored = store.stored_series(symbol, from, to)?;
    let bars = stored.bars;
    let (first, last) = (bars.date[0], bars.date[bars.len() - 1]);
    let calendar = match Venue::of_symbol(symbol) {
        Some(venue) => store.trading_calendar(&venue.to_string(), first, last)?,
        None => None,
    };
    let mut sources: Vec<String> = store
        .origins(symbol)?
        .into_iter()
        .filter(|arrival| matches!(arrival.table.as_str(), "bars" | "factors"))
        .map(|arrival| arrival.origin.source)
        .collect();
    sources.sort();
    sources.dedup();
    let mut notes = Vec::new();
    if stored.factor.is_none() {
        notes.push(DataNote::NoAdjustment);
    }
    let findings = store.findings(symbol)?;
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if errors + warnings > 0 {
        notes.push(DataNote::Findings { errors, warnings });
    }
    let synthetic = match symbol {
        SAMPLE_SYMBOL => synthetic(symbol, &sha256_as_file(&store.series(symbol, None, None)?)?)?,
        _ => None,
    };
    let summary = DataSummary {
        source: sources.join(", "),
        layout: "store".into(),
        sha256: sha256(&files::bars(&bars)),
        synthetic,
        notes,
        ..summary_of(&bars)
    };
    let calendar = calendar.unwrap_or(TradingCalendar::Weekdays);
    let known = known(&store, &bars, to.is_none())?;
    Ok(SourceBars { bars, calendar, known, oracle: None, summary })
}
