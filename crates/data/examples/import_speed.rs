//! How fast a file is parsed: rows a second on one core, the best of several times, from the bytes on disk to columns.
//!
//! `cargo run --release -p tidegate-data --example import_speed -- all_stocks_5yr.csv.gz`

use std::path::Path;
use std::time::{Duration, Instant};
use tidegate_data::import::{ImportOptions, parse_file};

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("expected a file to time, found no argument")?;
    let mut best = Duration::MAX;
    let mut rows = 0;
    for _ in 0..15 {
        let start = Instant::now();
        rows = parse_file(Path::new(&file), &ImportOptions::default())?.rows_read;
        best = best.min(start.elapsed());
    }
    println!("{rows} rows in {best:.1?}: {:.2} million rows/s", rows as f64 / best.as_secs_f64() / 1e6);
    Ok(())
}
