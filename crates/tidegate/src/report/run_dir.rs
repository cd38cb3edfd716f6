//! A run directory read back: the report knows nothing that is not written there.

use super::language::Language;
use crate::describe::Description;
use crate::split::Part;
use crate::strategy::Score;
use crate::summary::{DataSummary, SCHEMA, Summary};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tidegate_market::{BarSeries, Known, PriceBasis, TradeDate};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The run directory is not whole.
    #[error("{}: no such file; a finished run directory holds it", path.display())]
    Missing {
        /// The absent file.
        path: PathBuf,
    },
    /// It is what `tidegate tune` wrote.
    #[error(
        "{}: holds a search, not a run\n  help: its page is tune.html; `tidegate run` on its best.toml makes a run with a report",
        dir.display()
    )]
    Search {
        /// The directory of the search.
        dir: PathBuf,
    },
    /// The file is there and cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is not what a run writes.
    #[error("{}: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, what was expected, what was found.
        reason: String,
    },
    /// The report cannot be written.
    #[error("{}: cannot be written: {source}", path.display())]
    Unwritable {
        /// The report's path.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

/// One row of `forecasts.csv`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ForecastRow {
    /// The last bar seen.
    pub date: TradeDate,
    /// The bar it is about; absent for the last `horizon` bars.
    pub target_date: Option<TradeDate>,
    pub model: String,
    /// Absent for a baseline.
    pub seed: Option<u64>,
    pub part: Option<String>,
    pub actual: Option<f64>,
    pub forecast: Option<f64>,
}

/// One row of `history.csv`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct EpochRow {
    pub task: String,
    pub model: String,
    pub seed: u64,
    pub epoch: usize,
    pub train_loss: Option<f64>,
    pub valid_loss: Option<f64>,
    pub train_accuracy: Option<f64>,
    pub valid_accuracy: Option<f64>,
}

/// One row of `signals.csv`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SignalRow {
    pub date: TradeDate,
    pub part: Option<String>,
    pub probability: Option<f64>,
    pub position: Option<f64>,
}

/// One row of `equity.csv`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct EquityRow {
    pub date: TradeDate,
    pub market: f64,
    pub as_shown: f64,
    pub executable: f64,
    pub buy_and_hold: f64,
}

/// One row of `trades.csv`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct TradeRow {
    pub curve: String,
    pub date: TradeDate,
    pub side: String,
    pub shares: f64,
    pub price: f64,
    pub commission: f64,
    pub stamp_duty: f64,
    pub other_fees: f64,
    #[serde(default)]
    pub reason: String,
}

/// One row of `blocked.csv`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct BlockedRow {
    pub date: TradeDate,
    pub side: String,
    pub cause: String,
}

#[derive(Deserialize)]
struct BarRow {
    date: TradeDate,
    open: f64,
    high: f64,
    low: f64,
    close: f64,
    volume: f64,
    factor: f64,
    #[serde(default)]
    amount: Option<f64>,
    #[serde(default)]
    pre_close: Option<f64>,
}

/// Everything a report is made of.
pub(crate) struct Run {
    pub experiment: toml::Table,
    pub language: Language,
    pub summary: Summary,
    pub description: Description,
    pub bars: BarSeries,
    /// What was known of the stock besides; the file is there only where something was.
    pub known: Known,
    pub forecasts: Vec<ForecastRow>,
    pub history: Vec<EpochRow>,
    pub signals: Vec<SignalRow>,
    pub equity: Vec<EquityRow>,
    pub trades: Vec<TradeRow>,
}

impl Run {
    /// Reads the run directory; an error names the file.
    pub(crate) fn read(dir: &Path) -> Result<Run, ReportError> {
        if !dir.join("metrics.json").exists() && dir.join("tune.html").exists() {
            return Err(ReportError::Search { dir: dir.to_owned() });
        }
        let summary: Summary = read_json(&dir.join("metrics.json"))?;
        let path = dir.join("experiment.toml");
        let experiment: toml::Table = toml::from_str(&text(&path)?)
            .map_err(|error| damaged(&path, error.to_string().trim().to_owned()))?;
        let language = language_of(&experiment, &path)?;
        if summary.schema != SCHEMA {
            let (found, program) = (summary.schema, &summary.tidegate);
            return Err(damaged(
                &dir.join("metrics.json"),
                format!(
                    "expected schema {SCHEMA}, found {found}, written by tidegate {program}: use that version"
                ),
            ));
        }
        let bars = read_bars(&dir.join("bars.csv"), &summary.data)?;
        let equity: Vec<EquityRow> = read_rows(&dir.join("equity.csv"))?;
        check_equity(&equity, &bars).map_err(|reason| damaged(&dir.join("equity.csv"), reason))?;
        let signals: Vec<SignalRow> = read_rows(&dir.join("signals.csv"))?;
        let forecasts: Vec<ForecastRow> = read_rows(&dir.join("forecasts.csv"))?;
        let history: Vec<EpochRow> = read_rows(&dir.join("history.csv"))?;
        let rows = [
            ("signals.csv", signals.len()),
            ("forecasts.csv", forecasts.len()),
            ("history.csv", history.len()),
        ];
        if let Some((name, _)) = rows.iter().find(|(_, rows)| *rows == 0) {
            return Err(damaged(&dir.join(name), "expected at least one row, found none".to_owned()));
        }
        if !experiment.contains_key("market") {
            return Err(damaged(
                &path,
                "expected the resolved experiment with its [market], found none".to_owned(),
            ));
        }
        Ok(Run {
            language,
            experiment,
            description: read_json(&dir.join("describe.json"))?,
            known: read_known(dir)?,
            bars,
            forecasts,
            history,
            signals,
            equity,
            trades: read_rows(&dir.join("trades.csv"))?,
            summary,
        })
    }

    /// What the classifier believed after each close, as `signals.csv` has it; the error names a day that is no bar.
    pub(crate) fn scores(&self) -> Result<Vec<Score>, String> {
        let score = |row: &SignalRow| {
            let bar = self.bars.date.binary_search(&row.date);
            let bar = bar.map_err(|_| format!("{}: expected a day of bars.csv", row.date))?;
            let part = row.part.as_deref().and_then(Part::from_word);
            Ok(Score { bar, part, probability: row.probability.unwrap_or(f64::NAN) })
        };
        self.signals.iter().map(score).collect()
    }

    /// A value of the experiment by its dotted path.
    pub(crate) fn setting(&self, path: &str) -> Option<&toml::Value> {
        let mut keys = path.split('.');
        let mut value = self.experiment.get(keys.next()?)?;
        for key in keys {
            value = value.get(key)?;
        }
        Some(value)
    }

    /// A numeric value of the experiment, whole numbers included.
    pub(crate) fn number_setting(&self, path: &str) -> Option<f64> {
        let value = self.setting(path)?;
        value.as_float().or_else(|| value.as_integer().map(|n| n as f64))
    }
}

/// `known.json`.
fn read_known(dir: &Path) -> Result<Known, ReportError> {
    let path = dir.join("known.json");
    if path.exists() { read_json(&path) } else { Ok(Known::default()) }
}

/// One finite row per bar, from the first bar of the test part to the last bar there is.
pub(super) fn check_equity(equity: &[EquityRow], bars: &BarSeries) -> Result<(), String> {
    let first = equity.first().ok_or("expected at least one row, found none")?.date;
    let days = &bars.date[bars.date.partition_point(|date| *date < first)..];
    if !equity.iter().map(|row| row.date).eq(days.iter().copied()) {
        return Err(format!(
            "expected one row for each of the {} bars from {first}, found {}",
            days.len(),
            equity.len()
        ));
    }
    let broken = equity
        .iter()
        .find(|r| ![r.market, r.as_shown, r.executable, r.buy_and_hold].iter().all(|x| x.is_finite()));
    broken.map_or(Ok(()), |row| Err(format!("{}: expected numbers, found NaN or infinity", row.date)))
}

pub(super) fn language_of(experiment: &toml::Table, path: &Path) -> Result<Language, ReportError> {
    let Some(value) = experiment.get("report").and_then(|report| report.get("language")) else {
        return Ok(Language::default());
    };
    value
        .as_str()
        .and_then(Language::from_code)
        .ok_or_else(|| damaged(path, format!("report.language: expected \"en\" or \"zh\", found {value}")))
}

pub(super) fn damaged(path: &Path, reason: String) -> ReportError {
    ReportError::Damaged { path: path.to_owned(), reason }
}

pub(super) fn text(path: &Path) -> Result<String, ReportError> {
    fs::read_to_string(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ReportError::Missing { path: path.to_owned() },
        _ => ReportError::Unreadable { path: path.to_owned(), source },
    })
}

pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, ReportError> {
    serde_json::from_str(&text(path)?).map_err(|error| damaged(path, error.to_string()))
}

pub(super) fn read_rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, ReportError> {
    let text = text(path)?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().map_err(|error| damaged(path, error.to_string()))
}

pub(super) fn read_bars(path: &Path, data: &DataSummary) -> Result<BarSeries, ReportError> {
    let rows: Vec<BarRow> = read_rows(path)?;
    if rows.is_empty() {
        return Err(damaged(path, "expected at least one bar, found none".to_owned()));
    }
    if let Some(pair) = rows.windows(2).find(|pair| pair[0].date >= pair[1].date) {
        return Err(damaged(
            path,
            format!("dates must ascend, found {} after {}", pair[1].date, pair[0].date),
        ));
    }
    let column = |cell: fn(&BarRow) -> f64| rows.iter().map(cell).collect::<Vec<f64>>();
    let bars = BarSeries {
        symbol: data.symbol.clone(),
        basis: if data.split_adjusted { PriceBasis::SplitAdjusted } else { PriceBasis::Raw },
        date: rows.iter().map(|row| row.date).collect(),
        open: column(|row| row.open),
        high: column(|row| row.high),
        low: column(|row| row.low),
        close: column(|row| row.close),
        volume: column(|row| row.volume),
        factor: column(|row| row.factor),
        // A column with a hole is no column: nobody downstream could tell the hole from a value.
        amount: rows.iter().map(|row| row.amount).collect(),
        pre_close: rows.iter().map(|row| row.pre_close).collect(),
    };
    bars.check().map_err(|error| damaged(path, error.to_string()))?;
    let (first, last) = (bars.date[0], bars.date[bars.len() - 1]);
    if (bars.len(), first, last) != (data.rows, data.first, data.last) {
        return Err(damaged(
            path,
            format!(
                "expected the {} bars from {} to {} that metrics.json speaks of, found {} from {first} to {last}",
                data.rows,
                data.first,
                data.last,
                bars.len()
            ),
        ));
    }
    Ok(bars)
}
