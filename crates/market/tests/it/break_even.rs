//! The cost at which a strategy is worth no more than buying once.

use crate::support::{bars, rules};
use tidegate_market::*;

fn study(rows: &[(&str, f64, f64)], targets: &[f64]) -> BreakEven {
    let bars = bars("X", rows);
    let terms = Terms::new(1_000_000.0);
    break_even(&bars, &rules(Market::None, "X"), &Known::default(), 0, targets, &terms).unwrap()
}

/// Up a tenth, down a tenth, up a tenth, at the opens; decided the day before.
const SAW: [(&str, f64, f64); 5] = [
    ("2024-01-02", 100.0, 100.0),
    ("2024-01-03", 100.0, 110.0),
    ("2024-01-04", 110.0, 100.0),
    ("2024-01-05", 100.0, 110.0),
    ("2024-01-08", 110.0, 110.0),
];

#[test]
fn the_cost_is_where_both_accounts_end_with_the_same_money() {
    // Who is in for both rises and out for the fall: each of four fills costs the share c, once in and once out twice;
    // holding pays once. (1.1 (1 − c) / (1 + c))² = 1.1 / (1 + c).
    let found = study(&SAW, &[1.0, 0.0, 1.0, 0.0]);
    let excess = |c: f64| 1.21 * (1.0 - c).powi(2) / (1.0 + c).powi(2) - 1.1 / (1.0 + c);
    let cost = found.cost_bp.unwrap() / 1e4;
    assert!(excess(cost - 1e-6) > 0.0 && excess(cost + 1e-6) < 0.0, "{cost}");
    assert_eq!(found.reason, None);
    let costs: Vec<f64> = found.equity.iter().map(|point| point.cost_bp).collect();
    assert_eq!(costs, COSTS_TOLD_BP);
    let at_ten = &found.equity[2];
    let expected = 1_210_000.0 * (0.999_f64 / 1.001).powi(2);
    assert!((at_ten.strategy - expected).abs() < 1e-6, "{at_ten:?}");
    assert!((at_ten.buy_and_hold - 1_100_000.0 / 1.001).abs() < 1e-6);
}

#[test]
fn where_even_free_trading_is_no_better_there_is_no_edge() {
    let wrong = study(&SAW, &[0.0, 1.0, 0.0]);
    assert_eq!((wrong.cost_bp, wrong.reason), (None, Some(NoBreakEven::NoEdgeAtZeroCost)));
    let the_same = study(&SAW, &[1.0]);
    assert_eq!(the_same.reason, Some(NoBreakEven::NoEdgeAtZeroCost));
}

#[test]
fn who_never_trades_while_prices_fall_is_better_at_any_cost() {
    let falling = [("2024-01-02", 100.0, 100.0), ("2024-01-03", 100.0, 90.0), ("2024-01-04", 90.0, 80.0)];
    let out = study(&falling, &[0.0]);
    assert_eq!((out.cost_bp, out.reason), (None, Some(NoBreakEven::AboveAtHighestCost)));
}

#[test]
fn lots_and_limits_stay_and_only_the_costs_change() {
    let symbol = "600000.SH";
    let dear = Overrides { commission: Some(0.01), slippage_bp: 50.0, ..Overrides::default() };
    let dear = RuleBook::new(Market::Ashare, &dear, symbol, PriceBasis::Raw).unwrap();
    let usual = rules(Market::Ashare, symbol);
    let bars = bars(symbol, &SAW.map(|(date, open, close)| (date, open / 10.0, close / 10.0)));
    let terms = Terms::new(10_500.0);
    let at = |rules: &RuleBook| {
        break_even(&bars, rules, &Known::default(), 0, &[1.0, 0.0, 1.0, 0.0], &terms).unwrap()
    };
    assert_eq!(at(&dear), at(&usual), "the rule book's own costs do not matter");
    // 10,500 buys ten lots at 10.00, whatever is left over.
    assert_eq!(at(&usual).equity[0].buy_and_hold, 500.0 + 1_000.0 * 11.0);
}
