//! What a reader looks up: every setting, the definition of every figure, notices.

use crate::report::glossary;
use crate::report::html::{Align, Table, escape, fill, hint, paragraph, section};
use crate::report::language::Language;
use crate::report::run_dir::Run;
use crate::report::wording::Words;
use toml::Value;

/// Every value of the resolved experiment file.
pub(crate) fn settings(run: &Run, words: &Words) -> String {
    let mut tables = String::new();
    for (name, value) in &run.experiment {
        match value {
            Value::Table(table) => tables.push_str(&group(&format!("[{name}]"), table, words)),
            Value::Array(items) if items.iter().all(Value::is_table) && !items.is_empty() => {
                for item in items.iter().filter_map(Value::as_table) {
                    tables.push_str(&group(&format!("[[{name}]]"), item, words));
                }
            }
            other => {
                let single = toml::Table::from_iter([(name.clone(), other.clone())]);
                tables.push_str(&group("", &single, words));
            }
        }
    }
    let body = format!("{}<div class=\"settings\">\n{tables}</div>\n", hint(words.settings_hint));
    section("settings", words.settings, &body)
}

fn group(heading: &str, settings: &toml::Table, words: &Words) -> String {
    let mut table = Table::new([(words.key, Align::Text), (words.value, Align::Text)]);
    if !heading.is_empty() {
        table = table.caption(format!("<code>{}</code>", escape(heading)));
    }
    let mut lines = Vec::new();
    flatten("", settings, &mut lines);
    for (key, value) in lines {
        table.row(vec![format!("<code>{}</code>", escape(&key)), format!("<code>{}</code>", escape(&value))]);
    }
    table.html()
}

/// Tables inside tables as dotted keys.
fn flatten(prefix: &str, table: &toml::Table, lines: &mut Vec<(String, String)>) {
    for (key, value) in table {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Table(inner) => flatten(&path, inner, lines),
            Value::String(text) => lines.push((path, text.clone())),
            other => lines.push((path, other.to_string())),
        }
    }
}

/// The convention behind every figure of the report.
pub(crate) fn definitions(language: Language, words: &Words) -> String {
    let mut list = String::from("<dl class=\"definitions\">\n");
    for (term, definition) in glossary::entries(language) {
        list.push_str(&format!("<dt>{term}</dt><dd>{definition}</dd>\n"));
    }
    list.push_str("</dl>\n");
    section("definitions", words.definitions, &[hint(words.definitions_hint), list].concat())
}

/// What the file carries from others, and what made it.
pub(crate) fn notices(run: &Run, words: &Words) -> String {
    let made = fill(
        words.made_by,
        &[("version", &escape(&run.summary.tidegate)), ("schema", &run.summary.schema.to_string())],
    );
    let body = [paragraph(&made), paragraph(words.notice_files), paragraph(words.notice_plotly)].concat();
    section("notices", words.notices, &body)
}
