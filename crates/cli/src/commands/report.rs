//! `tidegate report`.

use crate::args::ReportArgs;
use crate::terminal::Terminal;
use tidegate::{Error, report::write_report};

/// Builds a report again from its run directory alone.
pub fn report(args: &ReportArgs, terminal: &Terminal) -> Result<(), Error> {
    let path = write_report(&args.run_dir)?;
    terminal.print(&format!("Report: {}", path.display()))?;
    terminal.print_json(&serde_json::json!({ "report": path }))
}
