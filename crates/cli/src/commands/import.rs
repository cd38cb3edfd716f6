//! `tidegate import`.

use crate::args::{ImportArgs, PricesName};
use crate::commands::findings;
use crate::interrupt;
use crate::progress::{TimeLeft, style};
use crate::table::{Table, grouped};
use crate::terminal::Terminal;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tidegate::{Error, InputError};
use tidegate_data::audit::audit_store;
use tidegate_data::import::{ImportOptions, Parsed, PricesAre, files, parse_file};
use tidegate_data::{Difference, Finding, Merged, Store};

/// Differences shown one by one.
const SHOWN: usize = 5;

/// What became of one file.
struct Outcome {
    path: PathBuf,
    result: Result<Imported, String>,
}

struct Imported {
    parsed: Parsed,
    /// Nothing where nothing was to be stored.
    merged: Option<Merged>,
}

/// Reads the files, stores what they hold, and says what was odd.
pub fn import(args: &ImportArgs, terminal: &Terminal) -> Result<(), Error> {
    let paths = files(&args.files)?;
    if args.symbol.is_some() && paths.len() > 1 {
        let message = format!("one symbol cannot be that of {} files", paths.len());
        return Err(InputError::new("--symbol", message).help("import the files one by one").into());
    }
    let options = ImportOptions {
        symbol: args.symbol.clone(),
        prices: args.prices.map(|prices| match prices {
            PricesName::Raw => PricesAre::Raw,
            PricesName::Hfq => PricesAre::Hfq,
            PricesName::Qfq => PricesAre::Qfq,
        }),
    };
    let mut store = None;
    let bar = progress(terminal, paths.len());
    let mut outcomes = Vec::new();
    let mut stopped = false;
    for path in &paths {
        if interrupt::requested() {
            stopped = true;
            break;
        }
        if let Some(bar) = &bar {
            bar.set_message(name(path));
        }
        let result = match one(path, &options, args, &mut store) {
            Ok(imported) => Ok(imported),
            // A store that cannot be used ends the work; a file that cannot be read is one among many.
            Err(error @ (Error::Input(_) | Error::Data(_))) => Err(error.to_string()),
            Err(error) => return Err(error),
        };
        outcomes.push(Outcome { path: path.clone(), result });
        if let Some(bar) = &bar {
            bar.inc(1);
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    // After the last file, since one may explain what another shows: suspensions its gaps, factors its jumps.
    let audit = match store.as_mut() {
        Some(store) => Some(audit_imported(store, &outcomes)?),
        None => None,
    };
    let store = store.as_ref().map(|store| store.path().display().to_string());
    if outcomes.iter().any(|outcome| outcome.result.is_ok()) {
        show(&outcomes, audit.as_deref(), store.as_deref(), terminal)?;
    }
    terminal.print_json(&document(&outcomes, audit.as_deref(), store.as_deref()))?;
    let bad: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.result.is_err()).collect();
    for outcome in &bad {
        if let (Err(message), true) = (&outcome.result, bad.len() > 1 || outcomes.len() > 1) {
            terminal.error(message);
        }
    }
    if stopped {
        let message =
            format!("{} of {} files were imported and are kept", outcomes.len() - bad.len(), paths.len());
        return Err(Error::Stopped(message));
    }
    match bad.as_slice() {
        [] => Ok(()),
        [Outcome { result: Err(message), .. }] if outcomes.len() == 1 => Err(refused(message)),
        bad => Err(refused(&format!(
            "{} of {} files could not be imported, nothing of them is stored; the others are imported",
            bad.len(),
            outcomes.len()
        ))),
    }
}

/// A message that names its place itself.
fn refused(message: &str) -> Error {
    match message.split_once(": ") {
        Some((place, rest)) => InputError::new(place, rest).into(),
        None => InputError::new("import", message).into(),
    }
}

/// One file, whole or not at all.
fn one(
    path: &Path,
    options: &ImportOptions,
    args: &ImportArgs,
    store: &mut Option<Store>,
) -> Result<Imported, Error> {
    let parsed = parse_file(path, options)?;
    if args.dry_run {
        return Ok(Imported { parsed, merged: None });
    }
    // The first good file makes the store: bad ones leave nothing behind.
    let store = match store {
        Some(store) => store,
        None => store.insert(args.store.open()?),
    };
    let merged = store.batch(|store| {
        let merged = parsed.put(store, &parsed.origin(path), args.accept, &[])?;
        match merged.refusal() {
            Some(refusal) => Err(Error::from(mixed(path, refusal))),
            None => Ok(merged),
        }
    })?;
    Ok(Imported { parsed, merged: Some(merged) })
}

/// Audits what is stored now of every symbol that a file was about, keeps the findings and returns those that the files
/// themselves did not show.
fn audit_imported(store: &mut Store, outcomes: &[Outcome]) -> Result<Vec<Finding>, Error> {
    let imported = outcomes.iter().filter_map(|outcome| outcome.result.as_ref().ok());
    let symbols: BTreeSet<String> = imported
        .filter(|imported| imported.merged.is_some())
        .flat_map(|imported| imported.parsed.tables.iter().map(|table| table.symbol.clone()))
        .collect();
    // A table of nothing leaves nothing in the store.
    let stored: BTreeSet<String> = store.symbols()?.into_iter().collect();
    let symbols: Vec<String> = symbols.intersection(&stored).cloned().collect();
    let audit = audit_store(store, &symbols, |_| true)?;
    Ok(audit.findings.into_iter().filter(|finding| !finding.is_of_arrival()).collect())
}

fn mixed(path: &Path, refusal: String) -> InputError {
    InputError::new(path.display().to_string(), refusal)
        .help("--accept replaces the whole stored series; --store names another store; --as says what the prices are")
}

fn progress(terminal: &Terminal, files: usize) -> Option<ProgressBar> {
    if files < 2 || !terminal.shows_progress() {
        return None;
    }
    let bar = ProgressBar::new(files as u64);
    bar.set_style(
        style("  importing {bar:30.cyan/blue} {pos} of {len} files{left}  {msg}")
            .with_key("left", TimeLeft::new([", ", " left"], 0)),
    );
    Some(bar)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Tables for a reader.
fn show(
    outcomes: &[Outcome],
    audit: Option<&[Finding]>,
    store: Option<&str>,
    terminal: &Terminal,
) -> Result<(), Error> {
    let mut table = Table::new([
        "file", "layout", "rows", "symbols", "bars", "first", "last", "added", "same", "differ", "findings",
    ]);
    let mut rows = 0;
    let mut notes = String::new();
    for outcome in outcomes {
        let Ok(Imported { parsed, merged }) = &outcome.result else { continue };
        rows += 1;
        let symbols = parsed.tables.len().max(parsed.listings.len());
        let day =
            |day: Option<tidegate_market::TradeDate>| day.map_or("n/a".to_owned(), |day| day.to_string());
        let span = parsed.span();
        let count =
            |part: fn(&Merged) -> usize| merged.as_ref().map_or("n/a".to_owned(), |m| grouped(part(m)));
        let found: usize = parsed.findings.iter().map(|finding| finding.count).sum();
        let layout = match (parsed.encoding, parsed.gzip) {
            (Some(encoding), _) => format!("{}, {encoding}", parsed.layout),
            (None, true) => format!("{}, gzip", parsed.layout),
            (None, false) => parsed.layout.to_string(),
        };
        table.row([
            name(&outcome.path),
            layout,
            grouped(parsed.rows_read),
            grouped(symbols),
            grouped(parsed.bars()),
            day(span.map(|(first, _)| first)),
            day(span.map(|(_, last)| last)),
            count(|merged| merged.added + merged.filled),
            count(|merged| merged.same),
            count(|merged| merged.differences.len()),
            grouped(found),
        ]);
        notes += &about(&outcome.path, parsed, merged.as_ref(), terminal.is_verbose());
    }
    if rows > 0 {
        terminal.print(&table.render())?;
    }
    if !notes.is_empty() {
        terminal.print(&format!("{notes}\n"))?;
    }
    if let Some(findings) = audit {
        terminal.print(&findings::of_audit(findings))?;
    }
    match store {
        Some(store) => terminal.print(&format!("Store: {store}")),
        None => terminal.print("Nothing was stored (--dry-run)."),
    }
}

/// Findings by kind, or each of them, and differences.
fn about(path: &Path, parsed: &Parsed, merged: Option<&Merged>, each: bool) -> String {
    let mut text = String::new();
    if each {
        for finding in &parsed.findings {
            text += &format!("    {}\n", findings::line(finding));
        }
    } else {
        let mut kinds: BTreeMap<String, (usize, &Finding)> = BTreeMap::new();
        for finding in &parsed.findings {
            kinds.entry(findings::word(finding)).or_insert((0, finding)).0 += finding.count;
        }
        for (kind, (count, first)) in kinds {
            let first = format!("{}; {}", findings::place(first), first.action);
            text += &format!("    {kind}: {} ({first})\n", grouped(count));
        }
    }
    let differences = merged.map_or(&[][..], |merged| &merged.differences);
    for Difference { symbol, table, date, column, stored, received } in differences.iter().take(SHOWN) {
        let date = date.map_or(String::new(), |date| format!(" {date}"));
        text += &format!("    {symbol} {table}{date} {column}: stored {stored}, received {received}\n");
    }
    if differences.len() > SHOWN {
        text += &format!("    and {} more differences (--json lists all)\n", differences.len() - SHOWN);
    }
    if merged.is_some_and(|merged| !merged.differences.is_empty() && merged.replaced == 0) {
        text += "    what was stored is kept; --accept replaces it\n";
    }
    if text.is_empty() { text } else { format!("  {}\n{text}", name(path)) }
}

fn document(outcomes: &[Outcome], audit: Option<&[Finding]>, store: Option<&str>) -> Value {
    let files: Vec<Value> = outcomes
        .iter()
        .map(|outcome| {
            let file = outcome.path.display().to_string();
            match &outcome.result {
                Err(message) => json!({ "file": file, "error": message }),
                Ok(Imported { parsed, merged }) => {
                    let symbols: Vec<&str> =
                        parsed.tables.iter().map(|table| table.symbol.as_str()).collect();
                    json!({
                        "file": file,
                        "error": null,
                        "layout": parsed.layout,
                        "encoding": parsed.encoding.unwrap_or("UTF-8"),
                        "gzip": parsed.gzip,
                        "sha256": parsed.sha256,
                        "rows": parsed.rows_read,
                        "bars": parsed.bars(),
                        "symbols": symbols,
                        "listings": parsed.listings.len(),
                        "first": parsed.span().map(|(first, _)| first),
                        "last": parsed.span().map(|(_, last)| last),
                        "stored": merged,
                        "findings": parsed.findings,
                    })
                }
            }
        })
        .collect();
    json!({ "store": store, "files": files, "audit": audit })
}
