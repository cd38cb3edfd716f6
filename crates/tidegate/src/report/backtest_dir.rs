//! The directory of a backtest of signals read back: its page knows nothing that is not written there.

use super::language::Language;
use super::run_dir::{
    BlockedRow, EquityRow, ReportError, TradeRow, check_equity, damaged, language_of, read_bars, read_json,
    read_rows, text,
};
use crate::signal_backtest::{BacktestSummary, SCHEMA};
use std::path::Path;
use tidegate_market::BarSeries;

/// Name of the file that only a backtest of signals has.
pub(crate) const SETTINGS: &str = "backtest.toml";

/// Everything the page is made of.
pub(crate) struct BacktestDir {
    pub settings: toml::Table,
    pub language: Language,
    pub summary: BacktestSummary,
    pub bars: BarSeries,
    pub equity: Vec<EquityRow>,
    pub trades: Vec<TradeRow>,
    pub blocked: Vec<BlockedRow>,
}

impl BacktestDir {
    /// Whether the curve as_shown pays what the others pay.
    pub(crate) fn shown_at_cost(&self) -> bool {
        self.settings.get("as_shown").and_then(toml::Value::as_str) == Some("same_terms")
    }

    /// Reads the directory; an error names the file.
    pub(crate) fn read(dir: &Path) -> Result<BacktestDir, ReportError> {
        let path = dir.join("metrics.json");
        let summary: BacktestSummary = read_json(&path)?;
        if summary.schema != SCHEMA {
            let (found, program) = (summary.schema, &summary.tidegate);
            let reason = format!(
                "expected schema {SCHEMA}, found {found}, written by tidegate {program}: use that version"
            );
            return Err(damaged(&path, reason));
        }
        let path = dir.join(SETTINGS);
        let settings: toml::Table = toml::from_str(&text(&path)?)
            .map_err(|error| damaged(&path, error.to_string().trim().to_owned()))?;
        let language = language_of(&settings, &path)?;
        let bars = read_bars(&dir.join("bars.csv"), &summary.data)?;
        let equity: Vec<EquityRow> = read_rows(&dir.join("equity.csv"))?;
        check_equity(&equity, &bars).map_err(|reason| damaged(&dir.join("equity.csv"), reason))?;
        Ok(BacktestDir {
            settings,
            language,
            bars,
            equity,
            trades: read_rows(&dir.join("trades.csv"))?,
            blocked: read_rows(&dir.join("blocked.csv"))?,
            summary,
        })
    }
}
