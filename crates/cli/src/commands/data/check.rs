//! `tidegate data check`.

use crate::args::CheckArgs;
use crate::interrupt;
use crate::progress::{TimeLeft, style};
use crate::table::Table;
use crate::terminal::Terminal;
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::fmt::Write;
use tidegate::Error;
use tidegate_data::audit::{CalendarSource, StoreAudit, StoredCalendar, audit_store, sort};
use tidegate_data::{Finding, FindingKind, Severity, Store};

/// Findings of one severity that are listed when no symbol is named.
const LISTED: usize = 40;

/// What is odd about the stored bars.
pub fn check(args: &CheckArgs, terminal: &Terminal) -> Result<(), Error> {
    let mut store = args.store.open_existing()?;
    for symbol in &args.symbols {
        // A mistyped symbol would otherwise look like a clean one.
        store.summary(symbol)?;
    }
    let all = args.symbols.is_empty();
    let audit = if args.full { Some(audit_again(&mut store, args, terminal)?) } else { None };
    let mut findings = kept(&store, &args.symbols)?;
    sort(&mut findings);
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(count);
    if terminal.json {
        let calendars = audit.as_ref().map(|audit| audit.surroundings.calendars().collect::<Vec<_>>());
        terminal.print_json(&serde_json::json!({
            "store": store.path(),
            "audited": audit.as_ref().map(|audit| serde_json::json!({
                "symbols": audit.symbols, "rows": audit.rows,
            })),
            "calendars": calendars,
            "counts": { "error": counts[0], "warning": counts[1], "note": counts[2] },
            "findings": findings,
        }))?;
    } else {
        let mut text = String::new();
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let section: Vec<&Finding> = findings.iter().filter(|f| f.severity == severity).collect();
            // Notes of a whole market are for who asks for a symbol.
            let most = if !all { usize::MAX } else { LISTED };
            text += &section_text(severity, &section, most);
        }
        text += &closing(&store, audit.as_ref(), counts)?;
        terminal.print(&text)?;
    }
    match &audit {
        Some(audit) if audit.stopped => {
            Err(Error::Stopped(format!("{} symbols were audited and their findings are kept", audit.symbols)))
        }
        _ if args.strict && counts[0] > 0 => Err(Error::Run(format!(
            "{} among the findings, and --strict wants none",
            if counts[0] == 1 { "1 error is".to_owned() } else { format!("{} errors are", counts[0]) }
        ))),
        _ => Ok(()),
    }
}

fn audit_again(store: &mut Store, args: &CheckArgs, terminal: &Terminal) -> Result<StoreAudit, Error> {
    let symbols = if args.symbols.is_empty() { store.symbols()? } else { args.symbols.clone() };
    let bar = terminal.shows_progress().then(|| {
        let bar = ProgressBar::new(symbols.len() as u64);
        bar.set_style(
            style("  auditing {bar:30.cyan/blue} {pos} of {len} symbols{left}")
                .with_key("left", TimeLeft::new([", ", " left"], 0)),
        );
        bar
    });
    let audit = audit_store(store, &symbols, |done| {
        if let Some(bar) = &bar {
            bar.set_position(done as u64);
        }
        !interrupt::requested()
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    Ok(audit?)
}

/// Findings in the store: of these symbols, or of all and of whole files.
fn kept(store: &Store, symbols: &[String]) -> Result<Vec<Finding>, Error> {
    if symbols.is_empty() {
        return Ok(store.all_findings()?.into_iter().map(|(_, finding)| finding).collect());
    }
    let mut findings = Vec::new();
    for symbol in symbols {
        findings.extend(store.findings(symbol)?);
    }
    Ok(findings)
}

fn section_text(severity: Severity, findings: &[&Finding], most: usize) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let title = match severity {
        Severity::Error => "Errors",
        Severity::Warning => "Warnings",
        Severity::Note => "Notes",
    };
    let mut text = format!("{title}\n");
    let shown = &findings[..findings.len().min(most)];
    let mut table = Table::new(["symbol", "kind", "where", "count"]);
    let mut actions: BTreeMap<FindingKind, Vec<&str>> = BTreeMap::new();
    for finding in shown {
        let symbol = if finding.symbol.is_empty() { "-" } else { &finding.symbol };
        table.row([symbol.to_owned(), word(finding.kind), place(finding), finding.count.to_string()]);
        let known = actions.entry(finding.kind).or_default();
        if !known.contains(&finding.action.as_str()) {
            known.push(&finding.action);
        }
    }
    // What was found is a sentence: it stands behind the aligned columns.
    let rendered = table.render();
    let mut lines = rendered.lines();
    for line in lines.by_ref().take(2) {
        let _ = writeln!(text, "{line}");
    }
    for (line, finding) in lines.zip(shown) {
        let _ = writeln!(text, "{line}  {}", finding.message);
    }
    if findings.len() > shown.len() {
        let mut more: BTreeMap<String, usize> = BTreeMap::new();
        for finding in &findings[shown.len()..] {
            *more.entry(word(finding.kind)).or_default() += 1;
        }
        let more: Vec<String> = more.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let _ = writeln!(text, "  and {}; name a symbol, or --json, to see all", more.join(", "));
    }
    for (kind, actions) in actions {
        for action in actions {
            let _ = writeln!(text, "  {}: {action}", word(kind));
        }
    }
    text.push('\n');
    text
}

/// The kind as `--json` spells it.
fn word(kind: FindingKind) -> String {
    serde_json::to_value(kind).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn place(finding: &Finding) -> String {
    match (finding.date, finding.line) {
        (Some(date), _) => date.to_string(),
        (None, Some(line)) => format!("line {line}"),
        (None, None) => "-".to_owned(),
    }
}

fn closing(store: &Store, audit: Option<&StoreAudit>, counts: [usize; 3]) -> Result<String, Error> {
    let plural = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let [errors, warnings, notes] = counts;
    let found = [plural(errors, "error"), plural(warnings, "warning"), plural(notes, "note")].join(", ");
    let mut text = String::new();
    match audit {
        Some(audit) => {
            for calendar in audit.surroundings.calendars() {
                let _ = writeln!(text, "{}", calendar_line(calendar));
            }
            let what =
                format!("{} and {} audited", plural(audit.symbols, "symbol"), plural(audit.rows, "bar"));
            let _ = write!(text, "{what}: {found}");
        }
        None => {
            let symbols = plural(store.totals()?.symbols, "symbol");
            let _ = write!(
                text,
                "{found} kept from the last arrival or audit; the store holds {symbols}. \
                                  `tidegate data check --full` audits again"
            );
        }
    }
    Ok(text)
}

fn calendar_line(calendar: &StoredCalendar) -> String {
    let StoredCalendar { venue, source, days, first, last, .. } = calendar;
    match source {
        CalendarSource::Stored => {
            format!("Calendar of {venue}: {days} trading days, {first} to {last}, as stored")
        }
        CalendarSource::Bars { symbols, doubtful, silent_weekdays } => format!(
            "Calendar of {venue}: none is stored; {days} trading days, {first} to {last}, were read off the bars of \
             {symbols} symbols ({silent_weekdays} weekdays without any bar, {} with too few to count)",
            doubtful.len()
        ),
    }
}
