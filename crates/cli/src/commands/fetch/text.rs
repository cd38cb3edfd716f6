//! What a download came to, for a reader.

use crate::shell::shell_word;
use crate::table::{Table, grouped};
use std::collections::BTreeMap;
use tidegate_data::{FetchReport, Fetched};

/// Subjects that are listed one by one.
const LISTED: usize = 40;

/// Remarks, problems and differences that are listed one by one.
const SHOWN: usize = 10;

/// Columns and the tables that stand in them.
const COLUMNS: [(&str, &[&str]); 6] = [
    ("bars", &["daily", "index_daily", "fund_daily", "chart"]),
    ("factors", &["adj_factor", "fund_adj", "adjclose"]),
    ("events", &["events"]),
    ("suspensions", &["suspend_d"]),
    ("limits", &["stk_limit"]),
    ("names", &["namechange"]),
];

/// The whole text.
pub fn of(report: &FetchReport, store: &str, accept: bool) -> String {
    let mut text = by_subject(&report.tables);
    for table in
        report.tables.iter().filter(|table| matches!(table.api.as_str(), "trade_cal" | "stock_basic"))
    {
        let name = if table.api == "trade_cal" { "calendar" } else { "listing" };
        text += &format!("  {name} {}: {}\n", table.subject, cell(table));
    }
    let lines = |title: &str, lines: Vec<String>| {
        if lines.is_empty() {
            return String::new();
        }
        let more = lines.len().saturating_sub(SHOWN);
        let mut text = format!("\n{title}\n");
        for line in lines.iter().take(SHOWN) {
            text += &format!("  {line}\n");
        }
        if more > 0 {
            text += &format!("  and {more} more\n");
        }
        text
    };
    let named = |of: &dyn Fn(&Fetched) -> Vec<String>| -> Vec<String> {
        let of = |table: &Fetched| {
            let name = format!("{} {}", table.api, table.subject);
            of(table).into_iter().map(move |text| format!("{name}: {text}")).collect::<Vec<_>>()
        };
        report.tables.iter().flat_map(of).collect()
    };
    text += &lines("Remarks", named(&|table| table.notes.clone()));
    text += &lines("Missing", named(&|table| table.problem.clone().into_iter().collect()));
    let differences: Vec<String> = report
        .tables
        .iter()
        .flat_map(|table| &table.merged.differences)
        .map(|d| {
            let date = d.date.map_or(String::new(), |date| format!(" {date}"));
            format!(
                "{} {}{date} {}: stored {}, received {}",
                d.symbol, d.table, d.column, d.stored, d.received
            )
        })
        .collect();
    let verdict = if accept {
        "the new numbers were taken"
    } else {
        "the stored numbers stay; --accept takes the new ones"
    };
    text += &lines(&format!("Differences ({verdict})"), differences);
    let kept = match report.kept {
        0 => String::new(),
        kept => format!(", {kept} answers were there from an earlier run"),
    };
    text += &format!("\n{} requests{kept}. Store: {}", grouped(report.requests), shell_word(store));
    text
}

fn by_subject(tables: &[Fetched]) -> String {
    let mut rows: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    let mut used: Vec<&str> = Vec::new();
    for table in tables {
        for (column, apis) in COLUMNS {
            if apis.contains(&table.api.as_str()) {
                used.push(column);
                rows.entry(&table.subject).or_default().insert(column, cell(table));
            }
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let columns: Vec<&str> = COLUMNS.iter().map(|(column, _)| *column).filter(|c| used.contains(c)).collect();
    let mut table = Table::new(std::iter::once("").chain(columns.iter().copied()));
    for (subject, cells) in rows.iter().take(LISTED) {
        let row = columns.iter().map(|column| cells.get(column).map_or("–", String::as_str));
        table.row(std::iter::once(*subject).chain(row));
    }
    let more = rows.len().saturating_sub(LISTED);
    let more = if more > 0 { format!("  and {more} more symbols\n") } else { String::new() };
    table.render() + &more
}

/// One table in a word or two.
fn cell(table: &Fetched) -> String {
    let merged = &table.merged;
    if table.problem.is_some() {
        return "missing".into();
    }
    if table.up_to_date {
        return "up to date".into();
    }
    let mut text = format!("{} new", grouped(merged.added));
    if merged.replaced > 0 {
        text += &format!(", {} replaced", grouped(merged.replaced));
    }
    if !merged.differences.is_empty() && merged.replaced == 0 {
        text += &format!(", {} differ", grouped(merged.differences.len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use tidegate_data::Merged;

    fn table(api: &str, subject: &str, added: usize) -> Fetched {
        Fetched {
            subject: subject.into(),
            api: api.into(),
            rows: added,
            requests: 1,
            up_to_date: false,
            merged: Merged { added, ..Merged::default() },
            notes: vec![],
            problem: None,
        }
    }

    #[test]
    fn a_line_per_symbol_and_a_column_per_kind_of_table() {
        let tables = vec![
            table("trade_cal", "SSE", 7305),
            table("daily", "600000.SH", 4860),
            Fetched { problem: Some("no permission".into()), ..table("adj_factor", "600000.SH", 0) },
            Fetched { up_to_date: true, ..table("index_daily", "000300.SH", 0) },
        ];
        let report = FetchReport { requests: 1234, kept: 2, tables };
        let text = of(&report, "my store.db", false);
        for line in [
            "  000300.SH  up to date        –",
            "  600000.SH   4,860 new  missing",
            "  calendar SSE: 7,305 new",
            "  adj_factor 600000.SH: no permission",
            "1,234 requests, 2 answers were there from an earlier run. Store: 'my store.db'",
        ] {
            assert!(text.lines().any(|found| found == line), "\"{line}\" is not in:\n{text}");
        }
    }
}
