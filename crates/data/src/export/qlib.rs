//! Stored bars as a directory that qlib reads: back-adjusted prices with their factor, as `import/qlib` describes.

use super::target::Draft;
use super::{ExportError, Exported, each_series};
use crate::import::qlib::{DirWriter, is_qlib_dir};
use crate::store::Store;
use std::path::Path;
use tidegate_market::TradeDate;

/// Writes the bars of these symbols (all that have bars when there are none) from one day to another as a qlib
/// directory, whose calendar is every day on which one of them has a bar. The directory appears when it is whole; with
/// `force` it takes the place of an older one. `goes_on` is told after each symbol how many are done, of how many, and
/// may stop the export.
///
/// # Errors
/// [`ExportError`]; what was there before is then still there.
pub fn export_qlib(
    store: &Store,
    symbols: &[String],
    out: &Path,
    (from, to): (Option<TradeDate>, Option<TradeDate>),
    force: bool,
    goes_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Exported, ExportError> {
    let older = std::fs::read_dir(out).map_or(out.exists(), |mut entries| entries.next().is_some());
    if older && !(force && is_qlib_dir(out)) {
        return Err(ExportError::Exists(out.to_owned()));
    }
    let named = !symbols.is_empty();
    let symbols = if named { symbols.to_vec() } else { store.symbols()? };
    let mut calendar: Vec<TradeDate> = Vec::new();
    for symbol in &symbols {
        let days = store.bar_columns(symbol, &[])?.0;
        let inside = |day: &TradeDate| from.is_none_or(|from| from <= *day) && to.is_none_or(|to| *day <= to);
        calendar.extend(days.into_iter().filter(inside));
        calendar.sort_unstable();
        calendar.dedup();
    }
    let mut draft = Draft::new(out)?;
    let mut writer =
        DirWriter::create(draft.hidden(), &calendar).map_err(|e| draft.failed()(e.to_string()))?;
    let mut exported = each_series(store, &symbols, named, (from, to), goes_on, |series| {
        writer.write(&series.bars).map_err(|e| draft.failed()(e.to_string()))
    })?;
    let place = |draft: &mut Draft| {
        if out.exists() {
            std::fs::remove_dir_all(out)?;
        }
        draft.place()
    };
    writer.finish().map_err(|e| draft.failed()(e.to_string()))?;
    place(&mut draft).map_err(|e| draft.failed()(e.to_string()))?;
    exported.files = vec![out.to_owned()];
    Ok(exported)
}
