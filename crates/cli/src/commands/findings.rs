//! Findings in words, as several commands show them.

use serde_json::Value;
use tidegate_data::{Finding, Severity};

/// Findings shown one by one.
const SHOWN: usize = 5;

/// What the audit found that is worse than a note, and how much there is in all.
pub fn of_audit(findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let notes = count(Severity::Note);
    let mut text = format!("Audit: {errors} errors, {warnings} warnings, {notes} notes");
    let mut worse: Vec<&Finding> = findings.iter().filter(|f| f.severity > Severity::Note).collect();
    worse.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in worse.iter().take(SHOWN) {
        text += &format!("\n    {}", line(finding));
    }
    if !findings.is_empty() {
        text += "\n    `tidegate data check` shows all of them";
    }
    text
}

/// The kind as `--json` writes it.
pub fn word(finding: &Finding) -> String {
    match serde_json::to_value(finding.kind) {
        Ok(Value::String(word)) => word,
        _ => format!("{:?}", finding.kind),
    }
}

/// The first sentence of a finding with where it stands.
pub fn place(finding: &Finding) -> String {
    match finding.line {
        Some(line) => format!("line {line}: {}", finding.message),
        None => finding.message.clone(),
    }
}

/// A finding on one line.
pub fn line(finding: &Finding) -> String {
    let symbol = if finding.symbol.is_empty() { String::new() } else { format!("{} ", finding.symbol) };
    format!("{symbol}{}: {}; {}", word(finding), place(finding), finding.action)
}
