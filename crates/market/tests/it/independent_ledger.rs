//! The whole way from targets to equity against a second implementation in decimal arithmetic.

use crate::support::{Table, rules, trade};
use std::path::Path;
use tidegate_market::*;

#[test]
fn a_year_of_a_share_trading_agrees_with_decimal_arithmetic_to_the_cent() {
    let fixtures = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"));
    let table = |name: &str| Table::read(&fixtures.join(name));
    let given = table("ashare_ledger_bars.csv");
    let (open, close) = (given.numbers("open"), given.numbers("close"));
    let extreme = |pick: fn(f64, f64) -> f64| open.iter().zip(&close).map(|(a, b)| pick(*a, *b)).collect();
    let bars = BarSeries {
        symbol: "600000.SH".into(),
        basis: PriceBasis::Raw,
        date: given.dates("date"),
        high: extreme(f64::max),
        low: extreme(f64::min),
        volume: vec![1.0; open.len()],
        amount: None,
        pre_close: Some(given.numbers("pre_close")),
        factor: given.numbers("factor"),
        open,
        close,
    };
    bars.check().unwrap();
    let rules = rules(Market::Ashare, &bars.symbol);
    let result = trade(&bars, 0, &given.numbers("target"), &rules, Fill::NextOpen, 50_000.0).unwrap();

    let expected = table("ashare_ledger_trades.csv");
    assert_eq!(result.trades.iter().map(|trade| trade.date).collect::<Vec<_>>(), expected.dates("date"));
    let column = |name: &str, of: fn(&Trade) -> f64| {
        for (trade, expected) in result.trades.iter().zip(expected.numbers(name)) {
            let found = of(trade);
            assert!((found - expected).abs() < 1e-6, "{} {name}: {expected}, found {found}", trade.date);
        }
    };
    column("shares", |trade| trade.shares);
    column("price", |trade| trade.price);
    column("commission", |trade| trade.commission);
    column("stamp_duty", |trade| trade.stamp_duty);
    column("other_fees", |trade| trade.other_fees);
    assert!(
        result.trades.iter().zip(expected.texts("side")).all(|(trade, side)| trade.side.as_str() == side)
    );

    for (i, expected) in table("ashare_ledger_equity.csv").numbers("equity").into_iter().enumerate() {
        let found = result.equity[i];
        assert!((found - expected).abs() < 1e-6, "{}: {expected}, found {found}", result.dates[i]);
    }
    // The fixture is worth something only if it meets what it is about.
    assert!(result.orders.waited > 3 && result.trades.len() > 30, "{:?}", result.orders);
}
