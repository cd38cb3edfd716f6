//! The figures of a few curves beside those of quantstats and empyrical (`fixtures/peer_figures.py`). Where a convention
//! differs, the test says which, converts, and checks the conversion.

use crate::support::Table;
use std::collections::BTreeMap;
use std::path::Path;
use tidegate_market::*;

/// Profits of the round trips in the script.
const TRIPS: [f64; 8] = [120.5, -33.0, 0.0, 18.25, -7.5, 400.0, 1.0, -250.125];

fn table(name: &str) -> Table {
    Table::read(&Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures")).join(name))
}

fn curve(curves: &Table, name: &str) -> Backtest {
    let (dates, equity) = (curves.dates("date"), curves.numbers(name));
    let trip = |profit| RoundTrip { opened: dates[0], closed: dates[1], profit };
    Backtest {
        cash: equity[0],
        position: vec![1.0; equity.len()],
        round_trips: TRIPS.map(trip).to_vec(),
        dates: dates.clone(),
        equity,
        ..Backtest::default()
    }
}

/// What a peer says of a curve, by source and figure.
fn said(of: &str) -> BTreeMap<(String, String), f64> {
    let table = table("peer_figures.csv");
    let keys = table.texts("source").iter().cloned().zip(table.texts("figure").iter().cloned());
    let rows = table.texts("curve").iter().zip(keys).zip(table.numbers("value"));
    rows.filter(|((curve, _), _)| *curve == of).map(|((_, key), value)| (key, value)).collect()
}

#[track_caller]
fn equal(what: &str, found: impl Into<Option<f64>>, expected: f64) {
    let found = found.into().unwrap_or_else(|| panic!("{what}: expected {expected}, found none"));
    let near = (found - expected).abs() <= 1e-9 * expected.abs().max(1e-3);
    assert!(near, "{what}: expected {expected}, found {found}");
}

/// Our figure in the convention of the peer's; `None` where the name is not of one of the figures here.
fn in_their_convention(figure: &str, m: &CurveMetrics, curve: &Backtest) -> Option<f64> {
    let returns: Vec<f64> = curve.equity.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
    let n = returns.len() as f64;
    let daily = m.volatility? / 252_f64.sqrt();
    let mean = m.sharpe? / 252_f64.sqrt() * daily;
    // A year is 252 returns with them and 365.25 days here.
    let by_bars = (1.0 + m.total_return).powf(252.0 / n) - 1.0;
    // The 5 % quantile of the normal distribution.
    let normal_var = mean - 1.644_853_626_951_472_2 * daily;
    match figure {
        "volatility" => m.volatility,
        "sharpe" => m.sharpe,
        "sortino" => m.sortino,
        "max_drawdown" => Some(m.max_drawdown),
        "skew" => m.skew,
        // scipy's skewness has no correction for small samples.
        "biased_skew" => m.skew.map(|skew| skew * (n - 2.0) / (n * (n - 1.0)).sqrt()),
        "tail_ratio" => m.tail_ratio,
        "var_95" => m.var_95,
        "cvar_95" => m.cvar_95,
        // quantstats assumes normal returns: the mean of what lies below that quantile is φ(1.645) / 0.05 deviations away.
        "normal_var" => Some(normal_var),
        "normal_cvar" => Some(mean - 2.062_712_807_507_426 * daily),
        "cagr_252" => Some(by_bars),
        "calmar_252" => Some(by_bars / -m.max_drawdown),
        "beta" => m.beta,
        "alpha" => m.alpha,
        // empyrical compounds the daily alpha over the year.
        "compound_alpha" => m.alpha.map(|alpha| (1.0 + alpha / 252.0).powi(252) - 1.0),
        // Both leave it daily.
        "daily_information_ratio" => m.information_ratio.map(|ratio| ratio / 252_f64.sqrt()),
        _ => None,
    }
}

#[test]
fn figures_of_returns_are_those_of_quantstats_and_empyrical_up_to_named_conventions() {
    let curves = table("peer_figures_curves.csv");
    let benchmarks = Benchmarks::new(&curve(&curves, "market"), &curve(&curves, "held"));
    let mut compared = 0;
    for name in ["market", "usual", "idle", "losing"] {
        let curve = curve(&curves, name);
        let metrics = CurveMetrics::beside(&curve, &benchmarks).unwrap();
        for ((source, figure), expected) in said(name) {
            if let Some(found) = in_their_convention(&figure, &metrics, &curve) {
                equal(&format!("{name}, {figure} of {source}"), found, expected);
                compared += 1;
            }
        }
        // The growth by days and the growth by bars are the same total return.
        let years = curve.dates[curve.dates.len() - 1].days_since(curve.dates[0]) as f64 / 365.25;
        equal("cagr", metrics.cagr.map(|cagr| (1.0 + cagr).powf(years)), 1.0 + metrics.total_return);
    }
    assert_eq!(compared, 4 * 26);
}

#[test]
fn months_years_and_rolling_ratios_are_those_of_quantstats() {
    let curves = table("peer_figures_curves.csv");
    let mut compared = [0; 3];
    for name in ["market", "usual", "idle", "losing"] {
        let curve = curve(&curves, name);
        let periods = period_returns(&curve.dates, &curve.equity, curve.cash);
        let rolling = rolling_sharpe(&curve.equity, ROLLING_WINDOW);
        let numbers = |text: &str| text.split('_').map(|part| part.parse().unwrap()).collect::<Vec<usize>>();
        for ((_, figure), expected) in said(name) {
            let (at, found) = if let Some(text) = figure.strip_prefix("month_") {
                let [year, month] = numbers(text)[..] else { panic!("{figure}") };
                let is = |m: &&MonthReturn| (m.year as usize, m.month as usize) == (year, month);
                (0, periods.months.iter().find(is).unwrap().value)
            } else if let Some(text) = figure.strip_prefix("year_") {
                (1, periods.years.iter().find(|y| y.year as usize == numbers(text)[0]).unwrap().value)
            } else if let Some(text) = figure.strip_prefix("rolling_sharpe_") {
                (2, rolling[numbers(text)[0]])
            } else {
                continue;
            };
            equal(&format!("{name}, {figure}"), found, expected);
            compared[at] += 1;
        }
        let product: f64 = periods.months.iter().map(|month| 1.0 + month.value.unwrap()).product();
        let metrics = CurveMetrics::of(&curve).unwrap();
        equal("product of the months", product, 1.0 + metrics.total_return);
        assert_eq!((metrics.alpha, metrics.beta, metrics.information_ratio), (None, None, None));
    }
    assert!(compared[0] >= 4 * 18 && compared[1] == 4 * 3 && compared[2] >= 4 * 9, "{compared:?}");
}

#[test]
fn the_length_of_a_drawdown_reaches_from_the_peak_to_the_recovery_where_quantstats_counts_the_days_below() {
    let curves = table("peer_figures_curves.csv");
    for name in ["market", "usual", "idle", "losing"] {
        let curve = curve(&curves, name);
        let theirs = said(name);
        let row = |figure: &str| theirs[&("quantstats".to_owned(), figure.to_owned())] as usize;
        let (peak, below) = (row("drawdown_start") - 1, row("drawdown_end"));
        // A drawdown that was not made good ends with the last bar for both.
        let end = (below + 1).min(curve.dates.len() - 1);
        let metrics = CurveMetrics::of(&curve).unwrap();
        assert_eq!(metrics.max_drawdown_days, curve.dates[end].days_since(curve.dates[peak]), "{name}");
    }
}

#[test]
fn figures_of_round_trips_are_quantstats_of_their_profits() {
    let curves = table("peer_figures_curves.csv");
    let metrics = CurveMetrics::of(&curve(&curves, "usual")).unwrap();
    let theirs = said("trips");
    let quantstats = |figure: &str| theirs[&("quantstats".to_owned(), figure.to_owned())];
    equal("profit factor", metrics.profit_factor, quantstats("profit_factor"));
    equal("average win", metrics.average_win, quantstats("average_win"));
    equal("average loss", metrics.average_loss, quantstats("average_loss"));
    // quantstats leaves out what was neither won nor lost; here it is a trip that did not win.
    let share = (TRIPS.len() - 1) as f64 / TRIPS.len() as f64;
    equal("win rate", metrics.win_rate, quantstats("win_rate_without_zero") * share);
    equal("expectancy", metrics.expectancy, theirs[&("pandas".to_owned(), "expectancy".to_owned())]);
    assert_eq!(metrics.round_trips, TRIPS.len());
}
