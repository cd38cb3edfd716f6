//! A backtest of signals made by anything: bars, a file of `date,position` and a rule book become a directory of the same
//! kind as a run's.

mod settings;
mod summary;

pub use settings::{AsShown, BacktestSettings, SignalOrigin};
pub use summary::{BacktestSummary, SCHEMA, SignalSummary};

use crate::bars::{self, SourceBars};
use crate::error::Error;
use crate::experiment::{Data, Language, MarketRules, Report, Source};
use crate::files;
use crate::plan::check_market_table;
use crate::report;
use crate::rule_book::rule_book;
use crate::run::{Log, RULE_FILE};
use crate::run_dir::{Out, RunDir, relative};
use crate::signal_file::{SignalFile, Targets};
use crate::strategy::{self, CurveSet};
use crate::train::Observer;
use std::path::{Path, PathBuf};
use tidegate_data::ReadOptions;
use tidegate_market::{Fill, Known, RuleBook, Tape, TargetUnit};

/// Where the bars come from.
#[derive(Clone, Debug)]
pub enum BarsFrom {
    /// A file in any layout that `run` knows.
    File(PathBuf, ReadOptions),
    /// A symbol of the store, which may stand elsewhere than in its usual place.
    Store(Option<PathBuf>, String),
}

/// What to do.
#[derive(Clone, Debug)]
pub struct Request {
    /// The bars.
    pub bars: BarsFrom,
    /// The file of signals.
    pub signals: PathBuf,
    /// Rule book, costs and terms. `fill` is never the same close.
    pub market: MarketRules,
    /// On which terms the curve `as_shown` is drawn.
    pub as_shown: AsShown,
    /// Language of the page.
    pub language: Language,
}

/// What it came to.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The directory.
    pub out: PathBuf,
    /// Every figure, as in `metrics.json`.
    pub summary: BacktestSummary,
}

/// Signals that have been traded; nothing is written yet.
pub struct Traded<'a> {
    request: &'a Request,
    log: Log,
    signals: SignalFile,
    source: SourceBars,
    /// The terms, rule book resolved.
    market: MarketRules,
    /// The user's own rules as they were read.
    rule_file: Option<Vec<u8>>,
    curves: CurveSet,
    summary: BacktestSummary,
}

/// Trades the signals. Reads and computes; writes nothing.
///
/// # Errors
/// [`Error::Input`] and its like for anything wrong in what the user gave.
pub fn trade_signals(request: &Request) -> Result<Traded<'_>, Error> {
    let mut log = Log::default();
    let signals = SignalFile::read(&request.signals)?;
    check_market_table(&request.market)?;
    let source = match &request.bars {
        BarsFrom::File(path, options) => bars::load_file(path, options)?,
        BarsFrom::Store(path, symbol) => bars::load_stored(path.as_deref(), symbol, None, None)?,
    };
    log.note(format!("{} bars of {}", source.bars.len(), source.bars.symbol));
    let mut market = request.market.clone();
    let rules = rule_book(&mut market, &source.bars)?;
    let own = market.rule_file.as_deref();
    let rule_file =
        own.map(|own| std::fs::read(own).map_err(|e| Error::io("cannot read", own, e))).transpose()?;
    let targets = signals.targets(&source.bars, &rules)?;
    let curves = trade(&source, &targets, &rules, &market, request.as_shown)?;
    log.note(format!("{} signals traded", signals.rows.len()));
    let summary = summarise(&source, &signals, &curves, &rules, &market)?;
    Ok(Traded { request, log, signals, source, market, rule_file, curves, summary })
}

impl Traded<'_> {
    /// Writes the directory.
    ///
    /// # Errors
    /// A place that cannot be written or must not be replaced; [`Error::Interrupted`] when the user stopped it. Then
    /// nothing has been written.
    pub fn write(mut self, out: &Out, observer: &dyn Observer) -> Result<Finished, Error> {
        let dir = RunDir::create(out)?;
        if self.market.rule_file.is_some() {
            self.market.rule_file = Some(RULE_FILE.into());
        }
        let settings = settings(self.request, &self.source, &self.signals, self.market, dir.path());
        let text = toml::to_string(&settings).map_err(|e| Error::Run(e.to_string()))?;
        dir.write("backtest.toml", text.as_bytes())?;
        if let Some(own) = &self.rule_file {
            // The directory explains itself, so the user's rules go with it.
            dir.write(RULE_FILE, own)?;
        }
        dir.write("bars.csv", &files::bars(&self.source.bars))?;
        let json = |value: Result<String, serde_json::Error>| value.map_err(|e| Error::Run(e.to_string()));
        if self.source.known != Known::default() {
            let known = json(serde_json::to_string_pretty(&self.source.known))?;
            dir.write("known.json", known.as_bytes())?;
        }
        dir.write("signals.csv", &self.signals.csv())?;
        dir.write("equity.csv", &files::equity(&self.curves))?;
        dir.write("trades.csv", &files::trades(&self.curves))?;
        dir.write("actions.csv", &files::actions(&self.curves))?;
        dir.write("blocked.csv", &files::blocked(&self.curves))?;
        dir.write("metrics.json", json(serde_json::to_string_pretty(&self.summary))?.as_bytes())?;
        report::write_report(dir.path())?;
        self.log.note("report written".into());
        dir.write("run.log", &self.log.bytes())?;
        if observer.cancelled() {
            return Err(Error::Interrupted);
        }
        Ok(Finished { out: dir.finish()?, summary: self.summary })
    }
}

fn trade(
    source: &SourceBars,
    targets: &Targets,
    rules: &RuleBook,
    market: &MarketRules,
    as_shown: AsShown,
) -> Result<CurveSet, Error> {
    let Targets { first, positions } = targets;
    let terms = market.terms(TargetUnit::Equity);
    let mut curves = CurveSet::trade(&source.bars, &source.known, *first, positions, rules, &terms)?;
    if as_shown == AsShown::SameTerms {
        let tape = Tape::new(&source.bars, rules, &source.known);
        curves.as_shown = tape.backtest(*first, positions, &terms.filled(Fill::SameClose))?;
    }
    Ok(curves)
}

fn summarise(
    source: &SourceBars,
    signals: &SignalFile,
    curves: &CurveSet,
    rules: &RuleBook,
    market: &MarketRules,
) -> Result<BacktestSummary, Error> {
    let no_bar = || Error::Run("there is no bar to trade on".into());
    let short = signals.rows.iter().any(|row| row.position < 0.0);
    let facts = strategy::rule_facts(rules, &curves.market.dates);
    Ok(BacktestSummary {
        schema: SCHEMA,
        kind: BacktestSummary::KIND.into(),
        tidegate: env!("CARGO_PKG_VERSION").into(),
        data: source.summary.clone(),
        signals: SignalSummary::of(signals),
        cash: market.cash,
        rules: rules.market().to_string(),
        rule_file: market.rule_file.as_deref().map(file_name),
        terms: strategy::terms_of(rules, market),
        curves: curves.metrics().ok_or_else(no_bar)?,
        orders: curves.orders(),
        blocked: summary::blocked_by_cause(&curves.executable.blocked),
        break_even: curves.break_even.clone(),
        notes: strategy::rule_notes(rules, market, &source.bars, &source.known, short, curves, &facts),
        curve_notes: curves.notes.clone(),
        facts,
    })
}

/// A path's last step, as a reader names the file.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// What decides the result, for `backtest.toml`; files are told from where the directory will stand.
fn settings(
    request: &Request,
    source: &SourceBars,
    signals: &SignalFile,
    market: MarketRules,
    folder: &Path,
) -> BacktestSettings {
    let symbol = Some(source.bars.symbol.clone());
    let data = match &request.bars {
        BarsFrom::File(path, options) => Data {
            source: Some(Source::File),
            path: Some(relative(path, folder)),
            symbol,
            from: options.from,
            to: options.to,
            on_bad_row: options.on_bad_row,
            ..Data::default()
        },
        BarsFrom::Store(..) => Data { source: Some(Source::Store), symbol, ..Data::default() },
    };
    let origin =
        SignalOrigin { path: Some(relative(&request.signals, folder)), sha256: signals.sha256.clone() };
    BacktestSettings {
        as_shown: request.as_shown,
        data,
        signals: origin,
        market,
        report: Report { language: request.language },
    }
}
