//! The S&P file into a store. Rows with an empty cell are passed over: both sides leave them out.

use crate::Done;
use std::path::Path;
use tidegate_data::{Origin, RawBars, Store, StoreError};
use tidegate_market::PriceBasis;

/// Fills the store at `path`.
pub fn fill(file: &Path, path: &Path) -> Done {
    let text = std::fs::read_to_string(file)?;
    let mut series: Vec<RawBars> = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [date, open, high, low, close, volume, symbol] = cells[..] else {
            return Err(format!("expected seven cells, found {line}").into());
        };
        if cells.contains(&"") {
            continue;
        }
        if series.last().is_none_or(|bars| bars.symbol != symbol) {
            series.push(RawBars::empty(symbol, PriceBasis::Raw));
        }
        if let Some(bars) = series.last_mut() {
            bars.date.push(date.parse()?);
            bars.open.push(open.parse()?);
            bars.high.push(high.parse()?);
            bars.low.push(low.parse()?);
            bars.close.push(close.parse()?);
            bars.volume.push(volume.parse()?);
        }
    }
    let mut store = Store::open(path)?;
    let origin = origin("S&P file");
    store.batch(|store| -> Result<(), StoreError> {
        for bars in &series {
            store.put_bars(bars, &origin, false)?;
        }
        Ok(())
    })?;
    let rows: usize = series.iter().map(|bars| bars.date.len()).sum();
    Ok(format!("{{\"symbols\": {}, \"rows\": {rows}}}", series.len()))
}

/// Where bench data come from.
pub fn origin(name: &str) -> Origin {
    Origin {
        source: "bench".into(),
        name: name.into(),
        received: "2026-01-01T00:00:00Z".into(),
        sha256: "0".repeat(64),
    }
}
