//! What a reader looks up: every setting, the definition of every figure, notices.

use crate::report::glossary;
use crate::report::html::{escape, fill, hint, paragraph, section};
use crate::report::language::Language;
use crate::report::run_dir::Run;
use crate::report::wording::Words;
use std::fmt::Write;
use toml::Value;

/// Tables of the experiment file in the order of its documentation; what is not named here follows.
const ORDER: [&str; 8] = ["data", "split", "forecast", "model", "training", "strategy", "market", "tune"];

/// Every value of the resolved experiment file.
pub(crate) fn settings(run: &Run, words: &Words) -> String {
    settings_of(&run.experiment, words, words.settings_hint)
}

/// Every value of a settings file, which `explained` says what it is.
pub(crate) fn settings_of(settings: &toml::Table, words: &Words, explained: &str) -> String {
    let mut names: Vec<&String> = settings.keys().collect();
    names.sort_by_key(|name| {
        let scalar = !matches!(settings[*name], Value::Table(_) | Value::Array(_));
        (!scalar, ORDER.iter().position(|known| known == name).unwrap_or(ORDER.len()))
    });
    let mut tables = String::new();
    for name in names {
        match &settings[name] {
            Value::Table(table) => tables.push_str(&group(&format!("[{name}]"), table)),
            Value::Array(items) if items.iter().all(Value::is_table) && !items.is_empty() => {
                for item in items.iter().filter_map(Value::as_table) {
                    tables.push_str(&group(&format!("[[{name}]]"), item));
                }
            }
            other => {
                let single = toml::Table::from_iter([(name.clone(), other.clone())]);
                tables.push_str(&group("", &single));
            }
        }
    }
    let body = format!("{}<div class=\"settings\">\n{tables}</div>\n", hint(explained));
    section("settings", words.settings, &body)
}

fn group(heading: &str, settings: &toml::Table) -> String {
    let mut lines = Vec::new();
    flatten("", settings, &mut lines);
    // What a table is called comes before what it says.
    lines.sort_by_key(|(key, _)| !matches!(key.as_str(), "name" | "kind"));
    let mut out = String::from("<table>");
    if !heading.is_empty() {
        let _ = write!(out, "<caption><code>{}</code></caption>", escape(heading));
    }
    out.push_str("<tbody>");
    for (key, value) in lines {
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><code>{}</code></th><td><code>{}</code></td></tr>",
            escape(&key),
            escape(&value)
        );
    }
    out.push_str("</tbody></table>\n");
    out
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
    list_of(glossary::entries(language), words)
}

/// As [`definitions`], of what the money did alone.
pub(crate) fn definitions_of_money(language: Language, words: &Words) -> String {
    list_of(glossary::entries_of_money(language), words)
}

fn list_of(entries: impl Iterator<Item = (&'static str, &'static str)>, words: &Words) -> String {
    let mut list = String::from("<dl class=\"definitions\">\n");
    for (term, definition) in entries {
        list.push_str(&format!("<dt>{term}</dt><dd>{definition}</dd>\n"));
    }
    list.push_str("</dl>\n");
    section("definitions", words.definitions, &[hint(words.definitions_hint), list].concat())
}

/// What the file carries from others, and what made it.
pub(crate) fn notices(run: &Run, words: &Words) -> String {
    notices_of(&run.summary.tidegate, run.summary.schema, words.notice_files, words)
}

/// As [`notices`], for a directory written by `version` in layout `schema` that holds `files`.
pub(crate) fn notices_of(version: &str, schema: u32, files: &str, words: &Words) -> String {
    let made = fill(words.made_by, &[("version", &escape(version)), ("schema", &schema.to_string())]);
    let body = [paragraph(&made), paragraph(files), paragraph(words.notice_plotly)].concat();
    section("notices", words.notices, &body)
}
