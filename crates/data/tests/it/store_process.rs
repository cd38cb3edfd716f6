//! A second process that writes into a store: this test program, started again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tidegate_data::{CorporateAction, FactorOrigin, Factors, Origin, RawBars, Store, StoreError};
use tidegate_market::{PriceBasis, TradeDate};

const STORE: &str = "TIDEGATE_TEST_STORE";
const FROM: &str = "TIDEGATE_TEST_FROM";
const STEPS: &str = "TIDEGATE_TEST_STEPS";
const NAME: &str = "TIDEGATE_TEST_NAME";

/// Symbols that one batch writes together.
pub const TOGETHER: [&str; 4] = ["600000.SH", "600001.SH", "000001.SZ", "AAPL"];

pub fn origin() -> Origin {
    Origin {
        source: "test".into(),
        name: "step".into(),
        received: "2026-11-23T00:00:00Z".into(),
        sha256: "0".repeat(64),
    }
}

/// Bars of three years whose every number tells the step.
pub fn bars(symbol: &str, step: u64) -> RawBars {
    let mut date = Vec::new();
    let mut day = TradeDate::new(2021, 1, 4).unwrap();
    while date.len() < 700 {
        if !day.is_weekend() {
            date.push(day);
        }
        day = day.next_day();
    }
    let close: Vec<f64> = (0..date.len()).map(|i| (step * 1000 + i as u64) as f64 / 100.0 + 1.0).collect();
    RawBars {
        symbol: symbol.into(),
        basis: PriceBasis::Raw,
        open: close.clone(),
        high: close.iter().map(|c| c + 1.0 / 3.0).collect(),
        low: close.clone(),
        pre_close: None,
        volume: close.iter().map(|c| c * 100.0).collect(),
        amount: None,
        close,
        date,
    }
}

pub fn factors(symbol: &str, step: u64) -> Factors {
    let date = bars(symbol, 0).date;
    Factors {
        symbol: symbol.into(),
        origin: FactorOrigin::Published,
        factor: vec![step as f64 + 1.0; date.len()],
        date,
    }
}

pub fn action(step: u64) -> CorporateAction {
    CorporateAction::Dividend { ex_date: TradeDate::new(2021, 6, 1).unwrap(), cash: step as f64 + 1.0 }
}

/// Step `n`: even ones are a batch over several symbols and tables, odd ones a single put.
pub fn write_step(store: &mut Store, step: u64) -> Result<(), StoreError> {
    if step % 2 == 1 {
        return store.put_bars(&bars("SINGLE", step), &origin(), true).map(|_| ());
    }
    store.batch(|store| {
        for symbol in TOGETHER {
            store.put_bars(&bars(symbol, step), &origin(), true)?;
            store.put_factors(&factors(symbol, step), &origin(), true)?;
            store.put_actions(symbol, &[action(step)], &origin(), true)?;
        }
        store.keep_answer("answer", step.to_string().as_bytes(), &origin())
    })
}

/// Starts a process that writes `steps` steps from `from` on and says the number of each that is stored.
pub fn start(store: &Path, name: &str, from: u64, steps: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_process::a_process_that_writes", "--ignored", "--nocapture"])
        .env(STORE, store)
        .env(FROM, from.to_string())
        .env(STEPS, steps.to_string())
        .env(NAME, name)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What a process says it has stored, step by step as it says it, until it has ended.
pub fn acknowledged(child: &mut Child) -> impl Iterator<Item = u64> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("stored ")?.parse().ok())
}

#[test]
#[ignore = "other tests start it as a process of its own"]
fn a_process_that_writes() {
    let Some(path) = std::env::var_os(STORE) else { return };
    let number = |name| std::env::var(name).unwrap().parse::<u64>().unwrap();
    let name = std::env::var(NAME).unwrap();
    let mut store = Store::open(Path::new(&path)).unwrap();
    for step in number(FROM)..number(FROM) + number(STEPS) {
        if name.is_empty() {
            write_step(&mut store, step).unwrap();
        } else {
            // A day of its own in a series that others write too, and a series of its own.
            let whole = bars("SHARED", 0);
            let one = |column: &Vec<f64>| vec![column[step as usize]];
            let day = RawBars {
                date: vec![whole.date[step as usize]],
                open: one(&whole.open),
                high: one(&whole.high),
                low: one(&whole.low),
                close: one(&whole.close),
                volume: one(&whole.volume),
                ..whole
            };
            store.put_bars(&day, &origin(), false).unwrap();
            store.put_bars(&RawBars { symbol: name.clone(), ..day }, &origin(), false).unwrap();
        }
        // One write for the whole line, so that it is there whole or not at all.
        use std::io::Write;
        let mut out = std::io::stdout().lock();
        out.write_all(format!("\nstored {step}\n").as_bytes()).unwrap();
        out.flush().unwrap();
    }
}
