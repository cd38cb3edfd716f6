//! The same signals through backtesting.py and vectorbt, by their own code (`fixtures/peer_backtests.py`): equity and trades.
//! Adjusted prices are fed as raw, so that there are no ex-days; no rules, a flat commission of 0.1 %. Positions open at the
//! end stay open with everybody.

use crate::support::{Table, day, real_data};
use std::path::{Path, PathBuf};
use tidegate_market::*;

const CASH: f64 = 1_000_000.0;
const COMMISSION: f64 = 0.001;
const BARS: usize = 1500;

fn fixture(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures")).join(name)
}

/// Columns open, high, low, close from the row `from` on, each × `factor`, as bars without ex-days.
fn plain(
    symbol: &str,
    dates: Vec<TradeDate>,
    prices: [Vec<f64>; 4],
    factor: &[f64],
    from: usize,
) -> BarSeries {
    let cut = |column: Vec<f64>| -> Vec<f64> {
        column.iter().zip(factor).map(|(price, f)| price * f).skip(from).take(BARS).collect()
    };
    let [open, high, low, close] = prices.map(cut);
    assert_eq!(open.len(), BARS);
    BarSeries {
        symbol: symbol.into(),
        basis: PriceBasis::Raw,
        date: dates[from..from + BARS].to_vec(),
        open,
        high,
        low,
        close,
        volume: vec![1.0; BARS],
        amount: None,
        pre_close: None,
        factor: vec![1.0; BARS],
    }
}

fn series() -> Vec<BarSeries> {
    let mut all = Vec::new();
    let sample = Table::read(&fixture("peer_sample_bars.csv"));
    let prices = ["open", "high", "low", "close"].map(|name| sample.numbers(name));
    all.push(plain("SAMPLE.SH", sample.dates("date"), prices, &[1.0; BARS], 0));
    if let Some(folder) = real_data("us_yahoo") {
        let table = Table::read(&folder.join("AAPL.csv"));
        let (dates, adjusted) = (table.dates("Date"), table.numbers("Adj Close"));
        let prices = ["Open", "High", "Low", "Close"].map(|name| table.numbers(name));
        let factor: Vec<f64> = adjusted.iter().zip(&prices[3]).map(|(a, b)| a / b).collect();
        let from = dates.partition_point(|date| *date < day("2010-01-01"));
        all.push(plain("AAPL", dates, prices, &factor, from));
    }
    if let Some(folder) = real_data("ashare_history/daily") {
        let bars = Table::read(&folder.join("600000.SH.csv")).tushare_bars("600000.SH");
        let from = bars.date.partition_point(|date| *date < day("2006-01-01"));
        let prices = [bars.open.clone(), bars.high.clone(), bars.low.clone(), bars.close.clone()];
        all.push(plain("600000.SH", bars.date, prices, &bars.factor, from));
    }
    all
}

fn near(found: f64, expected: f64, what: &str) {
    assert!((found / expected - 1.0).abs() < 1e-9, "{what}: expected {expected}, found {found}");
}

/// Runs every series and fill as `peer` does, and compares.
fn compare(peer: &str, unit: TargetUnit, fees_after_the_close: bool) {
    let overrides = Overrides { commission: Some(COMMISSION), ..Overrides::default() };
    let (signals, equity) =
        (Table::read(&fixture("peer_signals.csv")), Table::read(&fixture("peer_equity.csv")));
    let trades = Table::read(&fixture("peer_trades.csv"));
    let texts = |name: &str| trades.texts(name).to_vec();
    let (symbols, peers, fills) = (texts("symbol"), texts("peer"), texts("fill"));
    let columns =
        ["entry_bar", "exit_bar", "size", "entry_price", "exit_price"].map(|name| trades.numbers(name));
    for bars in series() {
        let rules = RuleBook::new(Market::None, &overrides, &bars.symbol, bars.basis).unwrap();
        let tape = Tape::new(&bars, &rules, &Known::default());
        let targets = signals.numbers(&bars.symbol);
        for (fill, name) in [(Fill::NextOpen, "next_open"), (Fill::SameClose, "same_close")] {
            let what = format!("{} {peer} {name}", bars.symbol);
            let terms = Terms { unit, fill, ..Terms::new(CASH) };
            let ours = tape.backtest(0, &targets, &terms).unwrap();

            let mut expected = equity.numbers(&what);
            if fees_after_the_close && fill == Fill::SameClose {
                // Its convention: a fill at the close of bar t is booked on bar t + 1, so the equity of t is before commission.
                for trade in &ours.trades {
                    expected[bars.date.binary_search(&trade.date).unwrap()] -= trade.commission;
                }
            }
            for (i, expected) in expected.iter().enumerate() {
                near(ours.equity[i], *expected, &format!("{what}, equity of bar {i}"));
            }

            let rows = (0..symbols.len())
                .filter(|&row| symbols[row] == bars.symbol && peers[row] == peer && fills[row] == name);
            let closed: Vec<_> = ours.trades.chunks_exact(2).collect();
            assert_eq!(closed.len(), ours.round_trips.len());
            let bar = |trade: &Trade| bars.date.binary_search(&trade.date).unwrap();
            let mut compared = 0;
            for (row, pair) in rows.zip(&closed) {
                let [entered, left, size, entry, exit] = columns.each_ref().map(|column| column[row]);
                assert_eq!((bar(&pair[0]), bar(&pair[1])), (entered as usize, left as usize), "{what}");
                near(pair[0].shares, size, &what);
                near(pair[1].shares, size, &what);
                near(pair[0].price, entry, &what);
                near(pair[1].price, exit, &what);
                compared += 1;
            }
            assert_eq!(compared, closed.len(), "{what}");
            assert!(compared > 50 && ours.holding.shares > 0.0, "{what}: {compared} round trips");
        }
    }
}

#[test]
fn a_hundred_shares_an_entry_come_out_as_in_backtesting_py() {
    compare("backtesting", TargetUnit::Shares(100.0), true);
}

#[test]
fn all_in_by_fractions_comes_out_as_in_vectorbt() {
    compare("vectorbt", TargetUnit::Equity, false);
}
