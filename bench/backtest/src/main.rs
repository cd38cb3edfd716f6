//! Tidegate's side of the backtest bench.
//!
//! ```text
//! bench-backtest BARS SIGNALS COLUMNS ROUNDS
//! ```
//!
//! BARS has rows of `date,open,high,low,close,volume,pre_close,factor`; SIGNALS holds one byte (0 or 1) per column and bar,
//! column after column. Every round makes a tape under the whole A-share rule book, turns each column into targets, as a search
//! would, backtests them and computes all of their figures, beside market and buy_and_hold. Prints the seconds of every round, and of its parts.

use std::time::Instant;
use tidegate_market::{
    Backtest, BarSeries, Benchmarks, CurveMetrics, Known, Market, Overrides, PriceBasis, RuleBook, Tape,
    Terms,
};

type Failure = Box<dyn std::error::Error>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [bars, signals, columns, rounds] => measure(bars, signals, columns, rounds),
        _ => Err("expected BARS SIGNALS COLUMNS ROUNDS".into()),
    };
    match done {
        Ok(line) => println!("{line}"),
        Err(error) => {
            eprintln!("bench-backtest: {error}");
            std::process::exit(1);
        }
    }
}

fn measure(bars: &str, signals: &str, columns: &str, rounds: &str) -> Result<String, Failure> {
    let (bars, columns) = (read(bars)?, columns.parse::<usize>()?);
    let signals = std::fs::read(signals)?;
    let signals = signals.get(..columns * bars.len()).ok_or("fewer signals than columns × bars")?;
    let rules = RuleBook::new(Market::Ashare, &Overrides::default(), &bars.symbol, bars.basis)?;
    let terms = Terms::new(1_000_000.0);
    let (mut whole, mut parts) = (Vec::new(), Vec::new());
    let (mut final_equity, mut trades) = (0.0, 0);
    for _ in 0..rounds.parse::<usize>()? {
        let start = Instant::now();
        let tape = Tape::new(&bars, &rules, &Known::default());
        let market = tape.market_curve(0, terms.cash)?;
        let benchmarks = Benchmarks::new(&market, &tape.buy_and_hold(0, &terms)?);
        let prepared = start.elapsed().as_secs_f64();
        let mut figures = 0.0;
        let (mut result, mut targets) = (Backtest::default(), Vec::new());
        (final_equity, trades) = (0.0, 0);
        for column in signals.chunks_exact(bars.len()) {
            targets.clear();
            targets.extend(column.iter().copied().map(f64::from));
            tape.backtest_into(&mut result, 0, &targets, &terms)?;
            let begun = Instant::now();
            let all = CurveMetrics::beside(&result, &benchmarks).ok_or("no bar")?;
            figures += begun.elapsed().as_secs_f64();
            final_equity += all.final_equity;
            trades += all.trades;
        }
        whole.push(start.elapsed().as_secs_f64());
        parts.push(format!("[{prepared}, {figures}]"));
    }
    let seconds: Vec<String> = whole.iter().map(f64::to_string).collect();
    Ok(format!(
        "{{\"bars\": {}, \"columns\": {columns}, \"trades\": {trades}, \"sum_of_final_equity\": {final_equity}, \
         \"seconds\": [{}], \"seconds_of_tape_and_figures\": [{}]}}",
        bars.len(),
        seconds.join(", "),
        parts.join(", ")
    ))
}

fn read(path: &str) -> Result<BarSeries, Failure> {
    let text = std::fs::read_to_string(path)?;
    let mut date = Vec::new();
    let mut columns: [Vec<f64>; 7] = Default::default();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        date.push(cells.next().ok_or("an empty line")?.parse()?);
        for column in &mut columns {
            column.push(cells.next().ok_or("a short line")?.parse()?);
        }
    }
    let [open, high, low, close, volume, pre_close, factor] = columns;
    let bars = BarSeries {
        symbol: "600000.SH".into(),
        basis: PriceBasis::Raw,
        date,
        open,
        high,
        low,
        close,
        volume,
        amount: None,
        pre_close: Some(pre_close),
        factor,
    };
    bars.check()?;
    Ok(bars)
}
