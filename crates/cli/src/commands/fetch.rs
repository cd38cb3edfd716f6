//! `tidegate fetch`.

mod progress;
mod text;

use crate::args::{FetchArgs, FetchCommand, TushareArgs, YahooArgs};
use crate::commands::findings;
use crate::interrupt;
use crate::terminal::Terminal;
use progress::Progress;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use tidegate::Error;
use tidegate_data::audit::audit_store;
use tidegate_data::http::{BaseUrl, SystemClock};
use tidegate_data::tushare::{
    SymbolKind, TOKEN_VARIABLE, TUSHARE_URL, TushareOptions, TusharePlan, What, fetch_tushare, find_token,
};
use tidegate_data::yahoo::{YAHOO_URL, YahooOptions, YahooPlan, fetch_yahoo};
use tidegate_data::{FetchError, FetchReport, Fetched, Finding, Store};

/// The subject of tables that hold every symbol.
const MARKET: &str = "market";

/// Downloads into the store.
pub fn fetch(command: &FetchCommand, terminal: &Terminal) -> Result<(), Error> {
    match command {
        FetchCommand::Tushare(args) => tushare(args, terminal),
        FetchCommand::Yahoo(args) => yahoo(args, terminal),
    }
}

fn tushare(args: &TushareArgs, terminal: &Terminal) -> Result<(), Error> {
    let common = &args.common;
    // Everything that can be wrong is looked at before the store is made.
    let base_url = base_url(common, TUSHARE_URL)?;
    for symbol in &args.symbols {
        SymbolKind::of(symbol).map_err(FetchError::from)?;
    }
    let token = find_token(args.token_file.as_deref(), std::env::var(TOKEN_VARIABLE).ok())
        .map_err(FetchError::from)?;
    if base_url.is_plain() {
        terminal.warning(&format!(
            "the token travels to {base_url} in the clear: everybody on the way can read it"
        ));
    }
    let mut options = TushareOptions::new(base_url, token);
    options.http.timeout = Duration::from_secs(common.timeout);
    options.longest_wait = args.max_wait.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    let what = match args.what.as_slice() {
        [] => What::ALL.into(),
        some => some.iter().map(|name| What::from(*name)).collect(),
    };
    let plan = TusharePlan {
        symbols: args.symbols.clone(),
        market: args.market,
        from: common.from,
        to: common.to,
        what,
        again: common.again,
        accept: common.accept,
    };
    let mut store = common.store.open()?;
    let progress = Progress::new(*terminal);
    let outcome = fetch_tushare(&mut store, &options, &plan, &SystemClock, &progress);
    finish(&mut store, outcome, &progress, common, terminal)
}

fn yahoo(args: &YahooArgs, terminal: &Terminal) -> Result<(), Error> {
    let common = &args.common;
    let mut options = YahooOptions::new(base_url(common, YAHOO_URL)?);
    options.http.timeout = Duration::from_secs(common.timeout);
    let plan = YahooPlan {
        symbols: args.symbols.clone(),
        from: common.from,
        to: common.to,
        again: common.again,
        accept: common.accept,
    };
    let mut store = common.store.open()?;
    let progress = Progress::new(*terminal);
    let outcome = fetch_yahoo(&mut store, &options, &plan, &SystemClock, &progress);
    finish(&mut store, outcome, &progress, common, terminal)
}

fn base_url(common: &FetchArgs, usual: &str) -> Result<BaseUrl, FetchError> {
    Ok(BaseUrl::new(common.base_url.as_deref().unwrap_or(usual), common.allow_plain_http)?)
}

/// Tells what came, also when the download ended early.
fn finish(
    store: &mut Store,
    (report, result): (FetchReport, Result<(), FetchError>),
    progress: &Progress,
    common: &FetchArgs,
    terminal: &Terminal,
) -> Result<(), Error> {
    progress.clear();
    let path = store.path().display().to_string();
    terminal.print(&text::of(&report, &path, common.accept))?;
    let audit = audit(store, &report)?;
    if let Some(findings) = &audit {
        terminal.print(&findings::of_audit(findings))?;
    }
    terminal.print_json(&json!({
        "store": path,
        "complete": result.is_ok() && report.is_complete(),
        "error": result.as_ref().err().map(ToString::to_string),
        "requests": report.requests,
        "kept": report.kept,
        "tables": serde_json::to_value(&report.tables).map_err(|e| Error::Run(e.to_string()))?,
        "audit": audit,
    }))?;
    result?;
    match report.tables.iter().filter(|table| table.problem.is_some()).count() {
        0 => Ok(()),
        missing => {
            let all = report.tables.len();
            Err(Error::Run(format!("{missing} of {all} tables did not come; the others are stored")))
        }
    }
}

/// Audits every symbol of which something new came, keeps the findings in the store, and returns those that an audit of
/// the stored bars makes. Nothing where nothing is new.
fn audit(store: &mut Store, report: &FetchReport) -> Result<Option<Vec<Finding>>, Error> {
    let new = |table: &&Fetched| table.merged.added + table.merged.filled + table.merged.replaced > 0;
    let subjects: BTreeSet<&str> =
        report.tables.iter().filter(new).map(|table| table.subject.as_str()).collect();
    let mut symbols = store.symbols()?;
    if !subjects.contains(MARKET) {
        symbols.retain(|symbol| subjects.contains(symbol.as_str()));
    }
    if symbols.is_empty() {
        return Ok(None);
    }
    let audit = audit_store(store, &symbols, |_| !interrupt::requested())?;
    Ok(Some(audit.findings.into_iter().filter(|finding| !finding.is_of_arrival()).collect()))
}
