//! `data list`, `data show`, `data export`, and runs on stored bars.

use crate::workplace::{SMALL, Workplace};
use std::path::Path;
use tidegate_data::{
    FactorOrigin, Factors, NamePeriod, Origin, RawBars, SampleKind, Store, Suspension, generate,
};
use tidegate_market::{BarSeries, PriceBasis, TradingCalendar};

fn origin() -> Origin {
    Origin {
        source: "tushare daily".into(),
        name: "600000.SH 19910101-20241231".into(),
        received: "2026-11-23T10:00:00Z".into(),
        sha256: "ab".repeat(32),
    }
}

fn raw(bars: &BarSeries, symbol: &str) -> RawBars {
    RawBars {
        symbol: symbol.into(),
        basis: PriceBasis::Raw,
        date: bars.date.clone(),
        open: bars.open.clone(),
        high: bars.high.clone(),
        low: bars.low.clone(),
        close: bars.close.clone(),
        pre_close: bars.pre_close.clone(),
        volume: bars.volume.clone(),
        amount: bars.amount.clone(),
    }
}

/// The sample market under the names of real symbols, in `tidegate.db`.
fn fill(path: &Path) -> BarSeries {
    let market = generate(SampleKind::Planted);
    let mut store = Store::open(path).unwrap();
    for symbol in ["600000.SH", "600001.SH", "000001.SZ"] {
        store.put_bars(&raw(&market.bars, symbol), &origin(), false).unwrap();
    }
    let factors = Factors {
        symbol: "600000.SH".into(),
        origin: FactorOrigin::Published,
        date: market.bars.date.clone(),
        factor: market.bars.factor.clone(),
    };
    store.put_factors(&factors, &origin(), false).unwrap();
    let TradingCalendar::Days(days) = &market.calendar else { panic!("the sample market has a calendar") };
    let days: Vec<_> = days.iter().map(|day| (*day, true)).collect();
    store.put_calendar("SSE", &days, &origin()).unwrap();
    let suspensions: Vec<_> = market
        .suspensions
        .iter()
        .map(|date| Suspension { date: *date, resumed: false, timing: None })
        .collect();
    store.put_suspensions("600000.SH", &suspensions, &origin()).unwrap();
    let name = NamePeriod { name: "*ST X".into(), from: market.bars.date[9], to: None, reason: None };
    store.put_names("600000.SH", &[name], &origin()).unwrap();
    market.bars
}

fn filled() -> (Workplace, BarSeries) {
    let place = Workplace::new();
    let bars = fill(&place.path("tidegate.db"));
    (place, bars)
}

const STORE: [&str; 2] = ["--store", "tidegate.db"];

fn with_store<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    arguments.iter().copied().chain(STORE).collect()
}

#[test]
fn list_shows_every_symbol_and_json_says_the_same() {
    let (place, bars) = filled();
    let text = place.done(&with_store(&["data", "list"]));
    for part in ["600001.SH", &bars.len().to_string(), &bars.date[0].to_string(), "published", "3 symbols"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let json = place.done(&with_store(&["data", "list", "--json", "600"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["symbols"].as_array().unwrap().len(), 2);
    assert_eq!(json["symbols"][0]["rows"], bars.len());
}

#[test]
fn show_tells_what_is_known_of_a_symbol() {
    let (place, bars) = filled();
    let last = bars.len() - 1;
    let text = place.done(&with_store(&["data", "show", "600000.SH", "--last", "3"]));
    let day = bars.date[last].to_string();
    for part in
        ["Gaps      none (by the calendar of SSE)", "published", "tushare daily", "abababababab", &day]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let close = |adjust: &str| {
        let json = place.done(&with_store(&["data", "show", "600000.SH", "--json", "--adjust", adjust]));
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        json["last"].as_array().unwrap().last().unwrap()["close"].as_f64().unwrap()
    };
    assert_eq!(close("none"), bars.close[last]);
    assert_eq!(close("hfq"), bars.hfq().close[last]);
    assert_eq!(close("qfq"), bars.close[last]);
}

#[test]
fn what_is_not_there_is_said_with_what_to_do() {
    let (place, _) = filled();
    place.refused(&with_store(&["data", "show", "600000.SS"]), &["600000.SS", "near: 600000.SH"]);
    place.refused(&["data", "list", "--store", "none.db"], &["none.db", "tidegate import"]);
    place.refused(&["data", "list", "--store", "small.toml"], &["small.toml", "another kind of file"]);
    place.refused(&with_store(&["data", "export", "--out", "out", "AAPL"]), &["AAPL"]);
    place.refused(
        &with_store(&["data", "export", "--out", "out.csv", "600000.SH", "--from", "2090-01-01"]),
        &["the store holds"],
    );
    place.refused(&with_store(&["data", "export", "--out", "small.toml"]), &["small.toml", "--force"]);
    place.refused(&with_store(&["data", "export", "--out", "x.csv", "--format", "parquet"]), &["x.csv"]);
}

#[test]
fn csv_holds_every_number_exactly_and_appears_whole() {
    let (place, bars) = filled();
    place.done(&with_store(&["data", "export", "--out", "out", "--format", "csv"]));
    let text = place.read("out/600000.SH.csv");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("symbol,date,open,high,low,close,pre_close,volume,amount,factor"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), bars.len());
    for (t, row) in rows.iter().enumerate() {
        assert_eq!((row[0], row[1]), ("600000.SH", bars.date[t].to_string().as_str()));
        let number = |c: usize| row[c].parse::<f64>().unwrap();
        let amount = bars.amount.as_ref().unwrap()[t];
        let stored = [bars.open[t], bars.high[t], bars.low[t], bars.close[t]];
        assert_eq!([number(2), number(3), number(4), number(5)], stored);
        assert_eq!([number(7), number(8), number(9)], [bars.volume[t], amount, bars.factor[t]]);
    }
    place.refused(&with_store(&["data", "export", "--out", "out"]), &["out", "--force"]);
    place.done(&with_store(&["data", "export", "--out", "out/one.csv", "--adjust", "qfq", "600000.SH"]));
    let last = place.read("out/one.csv").lines().last().unwrap().to_owned();
    let close: f64 = last.split(',').nth(5).unwrap().parse().unwrap();
    assert_eq!(close, bars.close[bars.len() - 1]);
    assert!(last.ends_with(",1.0"), "{last}");
    let left: Vec<String> = place.files().into_keys().filter(|name| name.contains("part")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_run_takes_bars_from_the_store_and_stands_alone_afterwards() {
    let (place, bars) = filled();
    let text = SMALL.replace("[data]", "[data]\nsource = \"store\"\nsymbol = \"600000.SH\"");
    place.write("stored.toml", &text);
    let json = place.done(&with_store(&["run", "stored.toml", "--json", "--out", "run"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["data"]["source"], "tushare daily");
    assert_eq!(json["data"]["layout"], "store");
    let until: Vec<_> = bars.date.iter().filter(|date| date.year() <= 2006).collect();
    assert_eq!(json["data"]["rows"], until.len());
    let written = std::fs::read(place.path("run/bars.csv")).unwrap();
    assert_eq!(json["data"]["sha256"], tidegate_sha256(&written));

    std::fs::remove_file(place.path("tidegate.db")).unwrap();
    place.done(&["report", "run"]);
    place.done(&["backtest", "run"]);
    place.refused(&with_store(&["run", "stored.toml"]), &["tidegate.db", "there is no store"]);
}

#[test]
fn later_bars_change_nothing_of_a_run_that_ends_before_them() {
    let (place, bars) = filled();
    let mut store = Store::open(&place.path("part.db")).unwrap();
    store.put_bars(&raw(&bars.slice(0..800), "600000.SH"), &origin(), false).unwrap();
    drop(store);
    let text = SMALL.replace("[data]", "[data]\nsource = \"store\"\nsymbol = \"600000.SH\"");
    place.write("stored.toml", &text);
    place.done(&["run", "stored.toml", "--out", "short", "--store", "part.db"]);
    let mut store = Store::open(&place.path("part.db")).unwrap();
    store.put_bars(&raw(&bars, "600000.SH"), &origin(), false).unwrap();
    drop(store);
    place.done(&["run", "stored.toml", "--out", "long", "--store", "part.db"]);
    for file in ["bars.csv", "metrics.json", "forecasts.csv", "trades.csv", "experiment.toml"] {
        assert_eq!(place.read(&format!("short/{file}")), place.read(&format!("long/{file}")), "{file}");
    }
}

#[test]
fn describe_takes_a_symbol_and_the_environment_names_the_store() {
    let (place, bars) = filled();
    let described = place
        .command(&["describe", "600000.SH"])
        .env("TIDEGATE_STORE", place.path("tidegate.db"))
        .output()
        .unwrap();
    assert!(described.status.success());
    assert!(String::from_utf8(described.stdout).unwrap().contains(&bars.date[0].to_string()));
    assert!(place.path("600000.SH-describe.html").exists());
}

#[test]
fn the_sample_market_stays_made_up_in_the_store() {
    let place = Workplace::new();
    let market = generate(SampleKind::Null);
    let mut store = Store::open(&place.path("tidegate.db")).unwrap();
    store.put_bars(&raw(&market.bars, "SAMPLE.SH"), &origin(), false).unwrap();
    drop(store);
    let text = place.done(&with_store(&["describe", "SAMPLE.SH"]));
    assert!(text.contains("SYNTHETIC: the built-in null sample market"), "{text}");
}

fn tidegate_sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `tests/readers/export_readers.py` says which packages the interpreter needs.
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn pandas_polars_and_duckdb_read_what_is_exported() {
    let Some(python) = std::env::var_os("TIDEGATE_TEST_PYTHON") else {
        eprintln!(
            "skipped: TIDEGATE_TEST_PYTHON names no interpreter with pandas, pyarrow, polars and duckdb"
        );
        return;
    };
    let (place, bars) = filled();
    // Cells without a value, and numbers of every encoding.
    let mut store = Store::open(&place.path("tidegate.db")).unwrap();
    let mut odd = raw(&bars, "AAPL");
    odd.amount = None;
    odd.close = odd.close.iter().map(|close| close / 3.0).collect();
    odd.pre_close = odd.pre_close.map(|mut column| {
        column[5] = f64::NAN;
        column
    });
    store.put_bars(&odd, &origin(), false).unwrap();
    drop(store);
    for adjust in ["none", "hfq", "qfq"] {
        for out in ["all.parquet", "all.csv"] {
            place.done(&with_store(&["data", "export", "--out", out, "--adjust", adjust, "--force"]));
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers/export_readers.py");
        let read = std::process::Command::new(&python)
            .arg(script)
            .args([place.path("all.parquet"), place.path("all.csv")])
            .output()
            .unwrap();
        assert!(read.status.success(), "{adjust}: {}", String::from_utf8_lossy(&read.stderr));
    }
}
