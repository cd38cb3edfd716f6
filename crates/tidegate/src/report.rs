//! The report: one offline HTML file made from a run directory alone.
//!
//! [`render`] is a pure function of the directory's files: no clock, no host, no random ids, so that the same run gives
//! the same bytes. Sections stand in `section/`, every word in `wording.rs` and `glossary.rs`, every number's form in
//! `number.rs`, every colour in `palette.rs` and `page/`.

mod backtest_dir;
mod backtest_page;
pub(crate) mod chart;
mod glossary;
pub(crate) mod html;
pub(crate) mod language;
pub(crate) mod money;
pub(crate) mod number;
pub(crate) mod page;
pub(crate) mod palette;
mod remarks;
mod run_dir;
pub(crate) mod section;
pub(crate) mod wording;

pub use language::Language;
pub use run_dir::ReportError;

use backtest_dir::BacktestDir;
use chart::Charts;
use page::Page;
pub(crate) use run_dir::{EquityRow, Run};
use section::{backtest, data, errors, forecasts, learning, reference, split, strategy, verdict};
use std::fs;
use std::path::{Path, PathBuf};
use wording::words_of;

/// Name of the report in its run directory.
const FILE: &str = "report.html";

/// Writes `report.html` into the run directory and returns its path.
///
/// # Errors
/// A file of the run directory is missing or damaged (the error names it), or the report cannot be written.
pub fn write_report(run_dir: &Path) -> Result<PathBuf, ReportError> {
    let html = render(run_dir)?;
    let path = run_dir.join(FILE);
    // Renamed when whole, so that an interrupted write leaves the old report.
    let unfinished = run_dir.join(".report.html.part");
    let unwritable = |source| ReportError::Unwritable { path: path.clone(), source };
    fs::write(&unfinished, html).map_err(unwritable)?;
    fs::rename(&unfinished, &path).map_err(unwritable)?;
    Ok(path)
}

/// The report of the directory of a run, or of a backtest of signals, as HTML, in the language of its settings.
///
/// # Errors
/// A file of the run directory is missing or damaged; the error names it.
pub fn render(run_dir: &Path) -> Result<String, ReportError> {
    if run_dir.join(backtest_dir::SETTINGS).exists() {
        return Ok(backtest_page::render(&BacktestDir::read(run_dir)?));
    }
    let run = Run::read(run_dir)?;
    let words = words_of(run.language);
    let mut charts = Charts::default();
    data::store_columns(&run.bars, &mut charts);
    let sections = [
        data::data(&run, words, &mut charts),
        split::split(&run, words, &mut charts),
        errors::errors(&run, words, &mut charts),
        learning::learning(&run, words, &mut charts),
        forecasts::forecasts(&run, words, &mut charts),
        strategy::strategy(&run, words, &mut charts),
        backtest::backtest(&run, words, &mut charts),
        reference::settings(&run, words),
        reference::definitions(run.language, words),
        reference::notices(&run, words),
    ]
    .concat();
    let contents = vec![
        ("verdict", words.verdict),
        ("data", words.data),
        ("split", words.split),
        ("errors", words.errors),
        ("learning", words.learning),
        ("forecasts", words.forecasts),
        ("strategy", words.strategy),
        ("backtest", words.backtest),
        ("settings", words.settings),
        ("definitions", words.definitions),
        ("notices", words.notices),
    ];
    let header = verdict::header(&run, words);
    let title = html::fill(words.title, &[("symbol", &run.summary.data.symbol)]);
    Ok(Page { language: run.language, words, title: &title, header, contents, sections, charts }.html())
}

#[cfg(test)]
mod tests;
