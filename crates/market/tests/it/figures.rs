//! The figures of a curve against closed forms and against numpy and pandas.

use crate::support::{Table, bars, rules, trade};
use tidegate_market::*;

/// A curve of nothing but equity, from 100.
fn curve(rows: &[(&str, f64)]) -> Backtest {
    let bars = bars("X", &rows.iter().map(|row| (row.0, 1.0, 1.0)).collect::<Vec<_>>());
    let mut curve = trade(&bars, 0, &[], &RuleBook::frictionless(), Fill::NextOpen, 100.0).unwrap();
    curve.equity = rows.iter().map(|row| row.1).collect();
    curve
}

fn figures(rows: &[(&str, f64)]) -> CurveMetrics {
    CurveMetrics::of(&curve(rows)).unwrap()
}

fn close(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|found| (found - expected).abs() <= 1e-12 * expected.abs().max(1.0))
}

#[test]
fn every_figure_agrees_with_numpy_and_pandas() {
    let fixtures = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"));
    let table = Table::read(&fixtures.join("curve_metrics_equity.csv"));
    let profits = [120.5, -33.0, 0.0, 18.25, -7.5, 400.0, 1.0];
    let dates = table.dates("date");
    let trip = |profit| RoundTrip { opened: dates[0], closed: dates[1], profit };
    let curve = Backtest {
        cash: 1_000_000.0,
        equity: table.numbers("equity"),
        position: table.numbers("position"),
        round_trips: profits.map(trip).to_vec(),
        costs: Costs { commission: 1.0, stamp_duty: 2.0, other_fees: 4.0, slippage: 8.0, borrowing: 0.0 },
        traded_value: 23_456_789.01,
        dates: dates.clone(),
        ..Backtest::default()
    };
    let found = CurveMetrics::of(&curve).unwrap();
    let expected = Table::read(&fixtures.join("curve_metrics_expected.csv"));
    let expected: Vec<(String, f64)> =
        expected.texts("figure").iter().cloned().zip(expected.numbers("value")).collect();
    assert_eq!(expected.len(), 12);
    for (figure, expected) in expected {
        let found = match figure.as_str() {
            "final_equity" => Some(found.final_equity),
            "total_return" => Some(found.total_return),
            "cagr" => found.cagr,
            "volatility" => found.volatility,
            "sharpe" => found.sharpe,
            "sortino" => found.sortino,
            "calmar" => found.calmar,
            "max_drawdown" => Some(found.max_drawdown),
            "max_drawdown_days" => Some(found.max_drawdown_days as f64),
            "turnover" => found.turnover,
            "win_rate" => found.win_rate,
            "exposure" => Some(found.exposure),
            other => panic!("no figure {other}"),
        };
        assert!(close(found, expected), "{figure}: expected {expected}, found {found:?}");
    }
    assert_eq!((found.trades, found.costs_paid), (0, 7.0));
}

#[test]
fn a_flat_curve_has_no_ratios() {
    let flat = figures(&[("2024-01-02", 100.0), ("2024-01-03", 100.0), ("2024-01-04", 100.0)]);
    assert_eq!((flat.total_return, flat.cagr, flat.volatility), (0.0, Some(0.0), Some(0.0)));
    assert_eq!((flat.sharpe, flat.sortino, flat.calmar), (None, None, None));
    assert_eq!((flat.max_drawdown, flat.max_drawdown_days, flat.win_rate), (0.0, 0, None));
    assert_eq!((flat.turnover, flat.exposure, flat.costs_paid), (Some(0.0), 0.0, 0.0));
}

#[test]
fn steady_growth_has_no_sharpe_ratio_although_rounding_makes_returns_differ() {
    let days = ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08"];
    let rows: Vec<_> = days.iter().zip(0..).map(|(date, k)| (*date, 100.0 * 1.001_f64.powi(k))).collect();
    let steady = figures(&rows);
    assert_eq!((steady.sharpe, steady.sortino, steady.calmar), (None, None, None));
}

#[test]
fn two_returns_of_known_size_give_the_ratios_by_hand() {
    // r = +10 %, -10 %: mean 0, sample deviation 0.1 x sqrt(2).
    let two = figures(&[("2024-01-02", 100.0), ("2024-01-03", 110.0), ("2024-01-04", 99.0)]);
    assert!(close(two.volatility, 0.1 * 2_f64.sqrt() * 252_f64.sqrt()));
    assert!(two.sharpe.unwrap().abs() < 1e-12);
    // r = +20 %, -10 %: mean 0.05, downside 0.1 / sqrt(2).
    let two = figures(&[("2024-01-02", 100.0), ("2024-01-03", 120.0), ("2024-01-04", 108.0)]);
    assert!(close(two.sortino, 0.05 / (0.1 / 2_f64.sqrt()) * 252_f64.sqrt()));
    assert!(close(two.cagr, 1.08_f64.powf(365.25 / 2.0) - 1.0));
    assert!(close(two.calmar, two.cagr.unwrap() / 0.1));
}

#[test]
fn a_doubling_in_four_calendar_years_grows_by_the_fourth_root_of_two() {
    let doubled = figures(&[("2020-01-01", 100.0), ("2022-01-03", 130.0), ("2024-01-01", 200.0)]);
    assert!(close(doubled.cagr, 2_f64.powf(0.25) - 1.0));
}

#[test]
fn the_deepest_drawdown_lasts_from_its_peak_to_the_recovery() {
    let rows = [
        ("2024-01-02", 100.0),
        ("2024-01-03", 95.0),
        ("2024-01-04", 120.0),
        ("2024-01-05", 90.0),
        ("2024-01-08", 119.0),
        ("2024-01-10", 120.0),
        ("2024-01-11", 110.0),
    ];
    let deepest = figures(&rows);
    assert_eq!((deepest.max_drawdown, deepest.max_drawdown_days), (-0.25, 6));
    // Without the recovery it lasts to the end.
    assert_eq!(figures(&rows[..5]).max_drawdown_days, 4);
    let equity: Vec<f64> = rows.iter().map(|row| row.1).collect();
    assert_eq!(drawdown(&equity)[..4], [0.0, 95.0 / 100.0 - 1.0, 0.0, -0.25]);
}

#[test]
fn a_single_bar_has_neither_growth_nor_volatility() {
    let single = figures(&[("2024-01-02", 100.0)]);
    assert_eq!((single.cagr, single.volatility, single.sharpe, single.turnover), (None, None, None, None));
    let mut none = curve(&[("2024-01-02", 100.0)]);
    none.dates.clear();
    none.equity.clear();
    assert_eq!(CurveMetrics::of(&none), None);
}

#[test]
fn where_everything_was_lost_growth_and_ratios_are_undefined() {
    let lost = figures(&[("2024-01-02", 100.0), ("2024-01-03", -20.0), ("2024-01-04", -20.0)]);
    assert_eq!((lost.cagr, lost.volatility, lost.sharpe, lost.sortino), (None, None, None, None));
    assert!((lost.max_drawdown + 1.2).abs() < 1e-12 && (lost.total_return + 1.2).abs() < 1e-12);
}

#[test]
fn turnover_counts_both_sides_against_mean_equity_and_years() {
    let rows = [("2020-01-01", 10.0, 10.0), ("2021-01-01", 10.0, 10.0), ("2024-01-01", 10.0, 10.0)];
    let held = trade(&bars("X", &rows), 0, &[1.0, 0.0], &rules(Market::None, "X"), Fill::NextOpen, 100.0);
    let figures = CurveMetrics::of(&held.unwrap()).unwrap();
    assert!(close(figures.turnover, 200.0 / 100.0 / 4.0));
    assert_eq!((figures.trades, figures.win_rate), (2, Some(0.0)));
    assert!(close(Some(figures.exposure), 1.0 / 3.0));
}

#[test]
fn beta_needs_no_benchmark_that_was_ruined() {
    let days = ["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"];
    let of = |equity: [f64; 4]| curve(&days.into_iter().zip(equity).collect::<Vec<_>>());
    let (market, ruined) = (of([100.0, 110.0, 99.0, 108.9]), of([100.0, 110.0, 99.0, 0.0]));
    let benchmarks = Benchmarks::new(&market, &ruined);
    let found = CurveMetrics::beside(&market, &benchmarks).unwrap();
    assert!(close(found.beta, 1.0) && found.alpha.is_some_and(|alpha| alpha.abs() < 1e-12));
    assert_eq!(found.information_ratio, None);
    // Over other bars there is nothing to compare.
    let shorter = Backtest { equity: market.equity[..3].to_vec(), ..market.clone() };
    let shorter = Backtest { dates: market.dates[..3].to_vec(), position: vec![0.0; 3], ..shorter };
    let found = CurveMetrics::beside(&shorter, &Benchmarks::new(&market, &market)).unwrap();
    assert_eq!((found.alpha, found.beta, found.information_ratio), (None, None, None));
}
