//! What the reader of a file has to say about it, as findings.

use super::bad_row::{BadKind, BadRow};
use super::table::Fault;
use crate::finding::{Finding, FindingKind, Severity};
use std::collections::BTreeMap;

/// A finding about a whole file.
pub(crate) fn of_file(
    kind: FindingKind,
    severity: Severity,
    line: Option<u64>,
    message: String,
    action: &str,
) -> Finding {
    let (symbol, action) = (String::new(), action.to_owned());
    Finding { kind, severity, symbol, line, date: None, count: 1, message, action }
}

/// Bad rows, one finding each, but one for all lines of an error message.
pub(crate) fn of_faults(faults: &[Fault], symbol_of: impl Fn(Option<usize>) -> String) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut body_end = 0;
    for fault in faults {
        let line = fault.row.line;
        if fault.error_body {
            if let Some(body) = findings.last_mut().filter(|_| body_end > 0 && line == body_end + 1) {
                body.count += 1;
            } else {
                let text = fault.row.found.split_once(" in ").map_or(fault.row.found.as_str(), |(_, t)| t);
                findings.push(of_file(
                    FindingKind::ErrorBody,
                    Severity::Error,
                    Some(line),
                    format!("expected bars, found a server's error message that begins {text}"),
                    "lines dropped; download these days again",
                ));
            }
            body_end = line;
            continue;
        }
        body_end = 0;
        let mut finding = of_bad_row(&fault.row, symbol_of(fault.symbol));
        finding.date = fault.date;
        findings.push(finding);
    }
    findings
}

/// One bad row.
pub(crate) fn of_bad_row(row: &BadRow, symbol: String) -> Finding {
    let (kind, severity, action) = meaning(row.kind);
    let BadRow { line, column, expected, found, .. } = row;
    Finding {
        kind,
        severity,
        symbol,
        line: Some(*line),
        date: None,
        count: 1,
        message: format!("column {column}: expected {expected}, found {found}"),
        action: action.to_owned(),
    }
}

/// Bad rows beyond those that are listed.
pub(crate) fn of_unlisted(unlisted: &BTreeMap<BadKind, usize>) -> Vec<Finding> {
    let further = |(row, count): (&BadKind, &usize)| {
        let (kind, severity, action) = meaning(*row);
        let message = format!("{count} further rows with the fault {row:?}, not listed one by one");
        Finding { count: *count, ..of_file(kind, severity, None, message, action) }
    };
    unlisted.iter().map(further).collect()
}

fn meaning(kind: BadKind) -> (FindingKind, Severity, &'static str) {
    match kind {
        BadKind::IdenticalDuplicate => {
            (FindingKind::IdenticalDuplicate, Severity::Note, "the first of the rows is kept")
        }
        BadKind::ConflictingDuplicate => (
            FindingKind::ConflictingDuplicate,
            Severity::Error,
            "all rows of the day dropped, since nothing says which is right",
        ),
        BadKind::NullRow => (FindingKind::BadPrice, Severity::Warning, "row dropped"),
        BadKind::NonPositivePrice => (FindingKind::BadPrice, Severity::Error, "row dropped"),
        BadKind::WrongCellCount
        | BadKind::BadDate
        | BadKind::UnparsableCell
        | BadKind::NegativeVolume
        | BadKind::HighBelowLow
        | BadKind::OpenOutsideRange
        | BadKind::CloseOutsideRange => (FindingKind::BadRow, Severity::Error, "row dropped"),
    }
}
