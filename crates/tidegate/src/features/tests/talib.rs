//! Indicators against TA-Lib: `tests/fixtures/indicators.py`.

use super::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Values by feature name; null where TA-Lib has none.
type Expected = BTreeMap<Feature, Vec<Option<f64>>>;

#[derive(Deserialize)]
struct Fixture<S> {
    series: Vec<S>,
}

#[derive(Deserialize)]
struct Synthetic {
    name: String,
    open: Vec<f64>,
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
    volume: Vec<f64>,
    factor: Vec<f64>,
    expected: Expected,
}

#[derive(Deserialize)]
struct Real {
    file: String,
    bars: usize,
    row: Vec<usize>,
    date: Vec<TradeDate>,
    expected: Expected,
}

/// What 1e-9 is relative to: the price of the bar for features in price, 1 for returns and shares of a band, 100
/// for indices that run to 100, the greatest volume so far for volume.
fn scale(feature: Feature, price: f64, balance: f64) -> f64 {
    match feature {
        Feature::Return | Feature::BollingerB(_) => 1.0,
        Feature::Rsi(_) | Feature::WilliamsR(_) => 100.0,
        Feature::Obv => balance,
        _ => price,
    }
}

/// Compares `rows` of a feature with TA-Lib's values for them.
#[track_caller]
fn assert_agree(what: &str, feature: Feature, bars: &BarSeries, rows: &[usize], expected: &[Option<f64>]) {
    let column = compute(feature, bars);
    let close = bars.hfq().close;
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(expected) {
        let found = column.get(*row);
        assert_eq!(found.is_some(), expected.is_some(), "{what}, {feature}: warm-up at bar {row}");
        let (Some(found), Some(expected)) = (found, *expected) else { continue };
        let scale = scale(feature, close[*row], expected.abs().max(1.0));
        let off = (found - expected).abs() / scale;
        assert!(off <= 1e-9, "{what}, {feature} at bar {row}: found {found}, TA-Lib {expected}, off {off:e}");
    }
}

#[test]
fn indicators_agree_with_talib_on_synthetic_prices() {
    let fixture: Fixture<Synthetic> =
        serde_json::from_str(include_str!("../../../tests/fixtures/indicators_synthetic.json")).unwrap();
    assert_eq!(fixture.series.len(), 5);
    for made in fixture.series {
        let mut bars = series(made.open, made.high, made.low, made.close, made.volume);
        bars.factor = made.factor;
        let rows: Vec<usize> = (0..bars.len()).collect();
        assert_eq!(made.expected.len(), 22);
        for (feature, expected) in &made.expected {
            assert_agree(&made.name, *feature, &bars, &rows, expected);
        }
    }
}

/// Cells of a CSV file by header name, as the test needs them.
struct Table {
    header: csv::StringRecord,
    records: Vec<csv::StringRecord>,
}

impl Table {
    fn read(path: &std::path::Path) -> Table {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let header = reader.headers().unwrap().clone();
        let records = reader.records().map(Result::unwrap).filter(|r| r.iter().all(|cell| cell != "null"));
        Table { header, records: records.collect() }
    }

    fn text(&self, name: &str) -> Vec<&str> {
        let column = self.header.iter().position(|cell| cell == name).unwrap();
        self.records.iter().map(|record| &record[column]).collect()
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        self.text(name).into_iter().map(|cell| cell.parse().unwrap()).collect()
    }

    fn dates(&self, name: &str) -> Vec<TradeDate> {
        self.text(name).into_iter().map(|cell| cell.parse().unwrap()).collect()
    }
}

fn tushare(mut table: Table) -> BarSeries {
    table.records.reverse();
    let [open, high, low, close] = ["open", "high", "low", "close"].map(|name| table.numbers(name));
    let shares = table.numbers("vol").into_iter().map(|lots| lots * 100.0).collect();
    let mut bars = series(open, high, low, close, shares);
    bars.date = table.dates("trade_date");
    bars.factor = tidegate_market::factor_from_pre_close(&bars.close, &table.numbers("pre_close"));
    bars
}

fn yahoo(table: Table) -> BarSeries {
    let [open, high, low, close] = ["Open", "High", "Low", "Close"].map(|name| table.numbers(name));
    let ratio: Vec<f64> = table.numbers("Adj Close").iter().zip(&close).map(|(adj, raw)| adj / raw).collect();
    let mut bars = series(open, high, low, close, table.numbers("Volume"));
    bars.date = table.dates("Date");
    bars.factor = ratio.iter().map(|r| r / ratio[0]).collect();
    bars
}

// A skipped test must say so where the reader of the test run sees it.
#[allow(clippy::print_stderr)]
#[test]
fn indicators_agree_with_talib_on_real_stocks() {
    let fixture: Fixture<Real> =
        serde_json::from_str(include_str!("../../../tests/fixtures/indicators_real.json")).unwrap();
    let data = std::env::var_os("TIDEGATE_TEST_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")));
    for real in fixture.series {
        let path = data.join(&real.file);
        if !path.exists() {
            eprintln!("skipped: {} is not there", path.display());
            continue;
        }
        let table = Table::read(&path);
        let bars = if real.file.starts_with("us_yahoo") { yahoo(table) } else { tushare(table) };
        assert_eq!(bars.len(), real.bars);
        assert_eq!(real.row.iter().map(|row| bars.date[*row]).collect::<Vec<_>>(), real.date);
        for (feature, expected) in &real.expected {
            assert_agree(&real.file, *feature, &bars, &real.row, expected);
        }
    }
}
