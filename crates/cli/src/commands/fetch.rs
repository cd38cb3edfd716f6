//! `tidegate fetch`.

mod progress;
mod text;

use crate::args::{FetchArgs, FetchCommand, TushareArgs, YahooArgs};
use crate::terminal::Terminal;
use progress::Progress;
use serde_json::json;
use std::time::Duration;
use tidegate::Error;
use tidegate_data::http::{BaseUrl, SystemClock};
use tidegate_data::tushare::{
    SymbolKind, TOKEN_VARIABLE, TUSHARE_URL, TushareOptions, TusharePlan, What, fetch_tushare, find_token,
};
use tidegate_data::yahoo::{YAHOO_URL, YahooOptions, YahooPlan, fetch_yahoo};
use tidegate_data::{FetchError, FetchReport, Store};

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
    finish(&store, outcome, &progress, common, terminal)
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
    finish(&store, outcome, &progress, common, terminal)
}

fn base_url(common: &FetchArgs, usual: &str) -> Result<BaseUrl, FetchError> {
    Ok(BaseUrl::new(common.base_url.as_deref().unwrap_or(usual), common.allow_plain_http)?)
}

/// Tells what came, also when the download ended early.
fn finish(
    store: &Store,
    (report, result): (FetchReport, Result<(), FetchError>),
    progress: &Progress,
    common: &FetchArgs,
    terminal: &Terminal,
) -> Result<(), Error> {
    progress.clear();
    let path = store.path().display().to_string();
    terminal.print(&text::of(&report, &path, common.accept))?;
    terminal.print_json(&json!({
        "store": path,
        "complete": result.is_ok() && report.is_complete(),
        "error": result.as_ref().err().map(ToString::to_string),
        "requests": report.requests,
        "kept": report.kept,
        "tables": serde_json::to_value(&report.tables).map_err(|e| Error::Run(e.to_string()))?,
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
