//! How fast a file is parsed and audited: rows a second on one core, the best of several times, from the bytes on disk to
//! columns and findings. Trading days are read off the file's own bars. Nothing is stored.
//!
//! `cargo run --release -p tidegate-data --example import_speed -- all_stocks_5yr.csv.gz`

use std::path::Path;
use std::time::{Duration, Instant};
use tidegate_data::audit::{Context, audit};
use tidegate_data::import::{ImportOptions, parse_file};
use tidegate_market::observed_days;

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("expected a file to time, found no argument")?;
    let (mut parsing, mut both) = (Duration::MAX, Duration::MAX);
    let (mut rows, mut findings) = (0, 0);
    for _ in 0..15 {
        let start = Instant::now();
        let parsed = parse_file(Path::new(&file), &ImportOptions::default())?;
        parsing = parsing.min(start.elapsed());
        let bars: Vec<_> = parsed.tables.iter().filter_map(|table| table.bars.as_ref()).collect();
        let observed = observed_days(bars.iter().map(|bars| bars.date.as_slice()));
        let context = Context {
            calendar: Some(&observed.days),
            market_last: observed.days.last().copied(),
            ..Context::default()
        };
        findings = bars.iter().map(|bars| audit(bars, &context).len()).sum();
        both = both.min(start.elapsed());
        rows = parsed.rows_read;
    }
    let speed = |time: Duration| rows as f64 / time.as_secs_f64() / 1e6;
    println!("{rows} rows parsed in {parsing:.1?}: {:.2} million rows/s", speed(parsing));
    println!("with the audit ({findings} findings) in {both:.1?}: {:.2} million rows/s", speed(both));
    Ok(())
}
