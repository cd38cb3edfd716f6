//! `tidegate data list`.

use crate::args::ListArgs;
use crate::table::Table;
use crate::terminal::Terminal;
use tidegate::Error;
use tidegate_data::SymbolSummary;

/// A line a symbol.
pub fn list(args: &ListArgs, terminal: &Terminal) -> Result<(), Error> {
    let store = args.store.open_existing()?;
    let wanted = |summary: &SymbolSummary| {
        args.prefixes.is_empty() || args.prefixes.iter().any(|prefix| summary.symbol.starts_with(prefix))
    };
    let summaries: Vec<SymbolSummary> = store.summaries()?.into_iter().filter(wanted).collect();
    let totals = store.totals()?;
    if terminal.json {
        return terminal.print_json(&serde_json::json!({
            "store": store.path(), "bytes": totals.bytes, "symbols": summaries,
        }));
    }
    let mut table = Table::new(["symbol", "bars", "first", "last", "prices", "factor", "findings", "name"]);
    let date = |date: Option<tidegate_market::TradeDate>| date.map_or("-".to_owned(), |d| d.to_string());
    for summary in &summaries {
        table.row([
            summary.symbol.clone(),
            summary.rows.to_string(),
            date(summary.first),
            date(summary.last),
            super::show::basis_word(summary.basis).to_owned(),
            summary.factor.clone().unwrap_or("-".into()),
            summary.findings.to_string(),
            summary.name.clone().unwrap_or_default(),
        ]);
    }
    let bars: usize = summaries.iter().map(|summary| summary.rows).sum();
    let size = totals.bytes as f64 / 1e6;
    let text = format!(
        "{}\n{} symbols, {bars} bars; {} ({size:.1} MB)",
        table.render(),
        summaries.len(),
        store.path().display()
    );
    terminal.print(&text)
}
