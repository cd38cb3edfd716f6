//! Tidegate's side of the data bench.
//!
//! ```text
//! bench-store sp500 CSV STORE       fills a store from the plain S&P file; prints symbols and rows
//! bench-store generate STORE N YEARS  fills a store with made-up A-shares; prints rows and seconds
//! bench-store export STORE OUT      all bars as one file, Parquet or CSV by its ending
//! bench-store load STORE ROUNDS     seconds of each round of reading every close and volume, the store opened anew
//! ```

mod made_up;
mod sp500;

use std::path::Path;
use std::time::Instant;
use tidegate_data::{Adjustment, BarColumn, ExportFormat, ExportOptions, Store, StoreError, export};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["sp500", file, store] => sp500::fill(Path::new(file), Path::new(store)),
        ["generate", store, symbols, years] => made_up::fill(Path::new(store), symbols, years),
        ["export", store, out] => write(Path::new(store), Path::new(out)),
        ["load", store, rounds] => load(Path::new(store), rounds),
        _ => Err("expected sp500, generate, export or load with their arguments".into()),
    };
    match done {
        Ok(text) => println!("{text}"),
        Err(error) => {
            eprintln!("bench-store: {error}");
            std::process::exit(1);
        }
    }
}

type Done = Result<String, Box<dyn std::error::Error>>;

fn load(path: &Path, rounds: &str) -> Done {
    let mut seconds = Vec::new();
    let (mut rows, mut sum) = (0, 0.0);
    for _ in 0..rounds.parse::<usize>()? {
        let start = Instant::now();
        let columns = all_closes_and_volumes(path)?;
        seconds.push(start.elapsed().as_secs_f64().to_string());
        rows = columns.iter().map(|columns| columns[0].len()).sum();
        sum = columns.iter().map(|columns| columns[0].iter().sum::<f64>()).sum();
    }
    Ok(format!("{{\"rows\": {rows}, \"sum_of_closes\": {sum}, \"seconds\": [{}]}}", seconds.join(", ")))
}

fn all_closes_and_volumes(path: &Path) -> Result<Vec<Vec<Vec<f64>>>, StoreError> {
    let store = Store::open_existing(path)?;
    let symbols = store.symbols()?;
    let wanted = [BarColumn::Close, BarColumn::Volume];
    symbols.iter().map(|symbol| Ok(store.bar_columns(symbol, &wanted)?.1)).collect()
}

fn write(store: &Path, out: &Path) -> Done {
    let format = match out.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => ExportFormat::Csv,
        _ => ExportFormat::Parquet,
    };
    let options = ExportOptions { format, adjust: Adjustment::None, from: None, to: None, force: true };
    let start = Instant::now();
    let exported = export(&Store::open_existing(store)?, &[], out, &options, &mut |_, _| true)?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(format!("{{\"symbols\": {}, \"rows\": {}, \"seconds\": {seconds}}}", exported.symbols, exported.rows))
}
