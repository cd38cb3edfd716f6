//! A backtest of signals made by anything: bars, a file of `date,position` and a rule book become a directory of the same
//! kind as a run's.

mod settings;
mod summary;

pub use settings::{AsShown, BacktestSettings, SignalOrigin};
pub use summary::{BacktestSummary, SCHEMA, SignalSummary};

use crate::bars::{self, SourceBars};
use crate::error::{Error, InputError};
use crate::experiment::{Data, Language, MarketRules, Report, Source};
use crate::files;
use crate::plan::check_market_table;
use crate::report;
use crate::run::{Log, RULE_FILE};
use crate::run_dir::{Out, RunDir, relative};
use crate::signal_file::{SignalFile, Targets};
use crate::strategy::{self, CurveSet};
use std::path::{Path, PathBuf};
use tidegate_data::ReadOptions;
use tidegate_market::{Fill, Known, Market, RuleBook, RuleNote, Tape, TargetUnit};

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
    /// Where the results go.
    pub out: Out,
}

/// What it came to.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The directory.
    pub out: PathBuf,
    /// Every figure, as in `metrics.json`.
    pub summary: BacktestSummary,
}

/// Trades the signals and writes the directory.
///
/// # Errors
/// [`InputError`] and its like for anything wrong in what the user gave; then nothing has been written.
pub fn backtest_signals(request: &Request) -> Result<Finished, Error> {
    let mut log = Log::default();
    let signals = SignalFile::read(&request.signals)?;
    check_market_table(&request.market)?;
    let source = match &request.bars {
        BarsFrom::File(path, options) => bars::load_file(path, options)?,
        BarsFrom::Store(path, symbol) => bars::load_stored(path.as_deref(), symbol, None, None)?,
    };
    log.note(format!("{} bars of {}", source.bars.len(), source.bars.symbol));
    let mut market = request.market.clone();
    let rules = rule_book(&mut market, &source)?;
    let targets = signals.targets(&source.bars, &rules)?;
    let curves = trade(&source, &targets, &rules, &market, request.as_shown)?;
    log.note(format!("{} signals traded", signals.rows.len()));
    let summary = summarise(&source, &signals, &curves, &rules, &market)?;

    let dir = RunDir::create(&request.out)?;
    if market.rule_file.is_some() {
        market.rule_file = Some(RULE_FILE.into());
    }
    let settings = settings(request, &source, &signals, market, dir.path());
    let text = toml::to_string(&settings).map_err(|e| Error::Run(e.to_string()))?;
    dir.write("backtest.toml", text.as_bytes())?;
    if let Some(own) = &request.market.rule_file {
        // The directory explains itself, so the user's rules go with it.
        dir.write(RULE_FILE, &std::fs::read(own).map_err(|e| Error::io("cannot read", own, e))?)?;
    }
    dir.write("bars.csv", &files::bars(&source.bars))?;
    if source.known != Known::default() {
        let known = serde_json::to_string_pretty(&source.known).map_err(|e| Error::Run(e.to_string()))?;
        dir.write("known.json", known.as_bytes())?;
    }
    dir.write("signals.csv", &signals.csv())?;
    dir.write("equity.csv", &files::equity(&curves))?;
    dir.write("trades.csv", &files::trades(&curves))?;
    dir.write("actions.csv", &files::actions(&curves))?;
    dir.write("blocked.csv", &files::blocked(&curves))?;
    let json = serde_json::to_string_pretty(&summary).map_err(|e| Error::Run(e.to_string()))?;
    dir.write("metrics.json", json.as_bytes())?;
    report::write_report(dir.path())?;
    log.note("report written".into());
    dir.write("run.log", &log.bytes())?;
    Ok(Finished { out: dir.finish()?, summary })
}

/// The rule book; a market told from the symbol is written into the settings.
fn rule_book(market: &mut MarketRules, source: &SourceBars) -> Result<RuleBook, InputError> {
    let bars = &source.bars;
    let which = *market.rules.get_or_insert_with(|| Market::suggested_for(&bars.symbol));
    RuleBook::new(which, &market.overrides()?, &bars.symbol, bars.basis)
        .map_err(|error| strategy::rule_error(&error))
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
    let held = curves.buy_and_hold.orders;
    let notes = rules.notes().into_iter().filter(|note| strategy::concerns(*note, &source.known, short));
    let nothing = (held.filled == 0 && held.too_small > 0).then_some(RuleNote::CashBelowOneLot);
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
        notes: nothing.into_iter().chain(notes).collect(),
        facts: strategy::rule_facts(rules, &curves.market.dates),
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
