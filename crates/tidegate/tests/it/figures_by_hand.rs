//! Figures of a run computed again from its own files and from the raw CSV, without any code of the product.

use crate::support::{Row, Run, SMALL, Table, data_file, plan_with, run_plan};
use std::collections::BTreeMap;
use std::path::Path;
use tidegate::Error;
use tidegate_data::{SampleKind, generate, write_tushare_csv};
use tidegate_market::{TradeDate, TradingCalendar};

const TUSHARE: [&str; 2] = ["ashare_tushare_raw/600000.SH.csv", "ashare_tushare_raw/000001.SZ.csv"];
const YAHOO: [&str; 2] = ["us_yahoo/AAPL.csv", "other_markets/RELIANCE.NS_2015_2020.csv"];

fn run_file(path: &Path, settings: &[&str]) -> Result<Run, Error> {
    let path = format!("data.path={}", path.display());
    let mut all = vec![path.as_str(), "training.epochs=1"];
    all.extend(settings);
    run_plan(plan_with(SMALL, &all), 2)
}

/// Dates and back-adjusted closes, oldest first. Tushare: close × Π close(t−1)/pre_close(t). Yahoo: close × (Adj
/// Close/Close) over the same on the first row, rows of nulls left out.
fn hfq_by_hand(path: &Path) -> Vec<(TradeDate, f64)> {
    let table = Table::parse(&std::fs::read_to_string(path).unwrap());
    if table.header.iter().any(|name| name == "Adj Close") {
        let rows: Vec<Row<'_>> = table.rows().filter(|row| row.text("Close") != "null").collect();
        let ratio = |row: Row<'_>| row.number("Adj Close") / row.number("Close");
        let first = ratio(rows[0]);
        return rows
            .iter()
            .map(|row| (row.text("Date").parse().unwrap(), row.number("Close") * (ratio(*row) / first)))
            .collect();
    }
    let mut rows: Vec<(TradeDate, f64, f64)> = table
        .rows()
        .map(|row| (row.text("trade_date").parse().unwrap(), row.number("close"), row.number("pre_close")))
        .collect();
    rows.sort_by_key(|row| row.0);
    let mut factor = 1.0;
    let mut last = None;
    rows.into_iter()
        .map(|(date, close, pre_close)| {
            factor *= last.map_or(1.0, |last: f64| last / pre_close);
            last = Some(close);
            (date, close * factor)
        })
        .collect()
}

fn root_mean_square(errors: &[f64]) -> f64 {
    (errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt()
}

fn assert_close(found: f64, expected: f64, relative: f64, what: &str) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{what}: {found} and by hand {expected}");
}

/// A figure of a model on the test part.
fn figure(run: &Run, model: &str, name: &str) -> Vec<f64> {
    let metrics = run.metrics();
    let models = metrics["forecast"]["models"].as_array().unwrap();
    let row = models.iter().find(|row| row["name"] == model).unwrap();
    row["test"][name]["by_seed"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn check_persistence(run: &Run, raw: &Path) {
    let found = figure(run, "persistence", "rmse")[0];

    // From the raw file: the last fifth of the bars without its first (the gap), next bar at most ten weekdays away.
    let bars = hfq_by_hand(raw);
    let test = (0.8 * bars.len() as f64).round() as usize + 1;
    let near = |pair: &&[(TradeDate, f64)]| {
        TradingCalendar::Weekdays.trading_days_between(pair[0].0, pair[1].0) <= 10
    };
    let moves: Vec<f64> = bars[test..].windows(2).filter(near).map(|pair| pair[1].1 - pair[0].1).collect();
    assert_eq!(run.summary.split.test.samples, moves.len(), "test samples of {}", raw.display());
    assert_close(found, root_mean_square(&moves), 1e-9, "persistence from the raw file");

    // From the run's own forecasts.
    let errors: Vec<f64> = test_rows(&run.table("forecasts.csv"), "persistence", "")
        .iter()
        .map(|(actual, forecast)| actual - forecast)
        .collect();
    assert_eq!(errors.len(), moves.len());
    assert_close(found, root_mean_square(&errors), 1e-9, "persistence from forecasts.csv");
}

/// Actual and forecast of a model on the labelled test samples.
fn test_rows(table: &Table, model: &str, seed: &str) -> Vec<(f64, f64)> {
    table
        .rows()
        .filter(|row| (row.text("model"), row.text("seed"), row.text("part")) == (model, seed, "test"))
        .filter_map(|row| Some((row.maybe("actual")?, row.number("forecast"))))
        .collect()
}

/// Skill and directional accuracy of a network, by seed, from `forecasts.csv` alone: persistence's forecast of a price
/// is the last price.
fn check_network(run: &Run, model: &str) {
    let table = run.table("forecasts.csv");
    let persistence = test_rows(&table, "persistence", "");
    let naive: f64 = persistence.iter().map(|(actual, last)| (actual - last).powi(2)).sum();
    for (k, seed) in ["1", "2"].iter().enumerate() {
        let rows = test_rows(&table, model, seed);
        let squared: f64 = rows.iter().map(|(actual, forecast)| (actual - forecast).powi(2)).sum();
        let skill = 1.0 - squared / naive;
        assert!(
            (figure(run, model, "skill")[k] - skill).abs() <= 1e-9 * skill.abs().max(1.0),
            "skill of {model}"
        );
        let moved: Vec<(f64, f64)> = rows
            .iter()
            .zip(&persistence)
            .map(|((actual, forecast), (_, last))| (actual - last, forecast - last))
            .filter(|(actual, _)| *actual != 0.0)
            .collect();
        let called = moved.iter().filter(|(actual, forecast)| actual * forecast > 0.0).count();
        let share = called as f64 / moved.len() as f64;
        assert_close(figure(run, model, "directional_accuracy")[k], share, 1e-9, "directional accuracy");
    }
}

/// Equity of a curve from its trades and actions: cash and shares at the raw close. `cent` is what money is rounded to.
fn equity_by_hand(run: &Run, curve: &str, cent: Option<f64>) -> Vec<(String, f64)> {
    let round = |x: f64| cent.map_or(x, |cent| (x / cent).round() * cent);
    let (bars, trades, equity) = (run.table("bars.csv"), run.table("trades.csv"), run.table("equity.csv"));
    let actions = run.table("actions.csv");
    let first = equity.rows().next().unwrap().text("date");
    let (mut cash, mut shares) = (1_000_000.0, 0.0);
    bars.rows()
        .skip_while(|bar| bar.text("date") != first)
        .map(|bar| {
            for row in
                actions.rows().filter(|a| a.text("curve") == curve && a.text("date") == bar.text("date"))
            {
                cash += row.number("cash");
                shares += row.number("shares");
            }
            for trade in
                trades.rows().filter(|t| t.text("curve") == curve && t.text("date") == bar.text("date"))
            {
                let sign = if trade.text("side") == "buy" { 1.0 } else { -1.0 };
                let fees =
                    trade.number("commission") + trade.number("stamp_duty") + trade.number("other_fees");
                cash -= sign * round(trade.number("shares") * trade.number("price")) + fees;
                shares += sign * trade.number("shares");
            }
            (bar.text("date").to_owned(), cash + shares * bar.number("close"))
        })
        .collect()
}

fn check_equity(run: &Run) {
    // A market without rules has no smallest coin.
    let cent = (run.summary.strategy.rules != "none").then_some(0.01);
    let table = run.table("equity.csv");
    for curve in ["executable", "buy_and_hold"] {
        let by_hand = equity_by_hand(run, curve, cent);
        assert_eq!(by_hand.len(), table.rows().count(), "one row per bar of the test part");
        for (row, (date, expected)) in table.rows().zip(by_hand) {
            assert_eq!(row.text("date"), date);
            let found = row.number(curve);
            assert!((found - expected).abs() < 0.01, "{curve} on {date}: {found} and by hand {expected}");
        }
    }
}

/// Every fill of `executable` is at the open of the bar after a change of position.
fn check_fills(run: &Run) {
    let bars: Vec<(String, f64)> =
        run.table("bars.csv").rows().map(|b| (b.text("date").to_owned(), b.number("open"))).collect();
    let position: BTreeMap<String, f64> =
        run.table("signals.csv").rows().map(|s| (s.text("date").to_owned(), s.number("position"))).collect();
    let start = run.table("equity.csv").rows().next().unwrap().text("date").to_owned();
    let trades = run.table("trades.csv");
    let mut fills = 0;
    for trade in trades.rows().filter(|t| t.text("curve") == "executable") {
        let i = bars.iter().position(|(date, _)| date == trade.text("date")).unwrap();
        assert_eq!(trade.number("price"), bars[i].1, "the open of {}", bars[i].0);
        let wanted = position[&bars[i - 1].0];
        assert_eq!(wanted, if trade.text("side") == "buy" { 1.0 } else { 0.0 });
        if trade.text("reason") == "target" && bars[i - 1].0 != start {
            assert_ne!(
                wanted,
                position[&bars[i - 2].0],
                "the position changed after the close of {}",
                bars[i - 1].0
            );
        }
        fills += 1;
    }
    assert_eq!(fills, run.summary.strategy.orders.filled);
    assert_eq!(fills, run.summary.strategy.curves.executable.trades);
}

/// Accuracy, share of ups and the confusion matrix of a classifier with one seed, from its signals and the closes.
fn check_classifier(run: &Run) {
    let close: Vec<(String, f64)> = run
        .table("bars.csv")
        .rows()
        .map(|bar| (bar.text("date").to_owned(), bar.number("close") * bar.number("factor")))
        .collect();
    let next: BTreeMap<&str, bool> =
        close.windows(2).map(|pair| (pair[0].0.as_str(), pair[1].1 > pair[0].1)).collect();
    let signals = run.table("signals.csv");
    let (mut counts, mut n) = ([0_usize; 4], 0);
    for signal in signals.rows().filter(|signal| signal.text("part") == "test") {
        let up = signal.number("probability") > 0.5;
        assert_eq!(signal.number("position"), f64::from(u8::from(up)), "up is held, down is not");
        let Some(rose) = next.get(signal.text("date")) else { continue };
        n += 1;
        counts[usize::from(up) * 2 + usize::from(*rose)] += 1;
    }
    let [true_down, false_down, false_up, true_up] = counts;
    let test = &run.summary.strategy.classifier.test;
    let found = &test.confusion[0];
    assert_eq!(
        [found.true_down, found.false_down, found.false_up, found.true_up],
        [true_down, false_down, false_up, true_up]
    );
    let share = |count: usize| count as f64 / n as f64;
    assert_close(test.accuracy.as_ref().unwrap().mean, share(true_up + true_down), 1e-12, "accuracy");
    assert_close(test.base_rate.unwrap(), share(true_up + false_down), 1e-12, "base rate");
}

/// Return, Sharpe ratio and drawdown of every curve from `equity.csv`.
fn check_curves(run: &Run) {
    let table = run.table("equity.csv");
    let metrics = run.metrics();
    for curve in ["market", "as_shown", "executable", "buy_and_hold"] {
        let equity: Vec<f64> = table.rows().map(|row| row.number(curve)).collect();
        let found = |name: &str| metrics["strategy"]["curves"][curve][name].as_f64().unwrap();
        let last = *equity.last().unwrap();
        assert_close(found("final_equity"), last, 1e-12, "final equity");
        assert!((found("total_return") - (last / 1e6 - 1.0)).abs() < 1e-12);
        let returns: Vec<f64> = equity.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
        let n = returns.len() as f64;
        let mean = returns.iter().sum::<f64>() / n;
        let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
        assert_close(found("sharpe"), mean / variance.sqrt() * 252.0_f64.sqrt(), 1e-9, "Sharpe ratio");
        let mut peak = f64::MIN;
        let drawdowns = equity.iter().map(|e| {
            peak = peak.max(*e);
            e / peak - 1.0
        });
        assert!((found("max_drawdown") - drawdowns.fold(0.0, f64::min)).abs() < 1e-12, "drawdown of {curve}");
    }
}

#[test]
fn a_share_files_run_and_their_figures_are_those_computed_by_hand() {
    for name in TUSHARE {
        let Some(file) = data_file(name) else { return };
        let run = run_file(&file, &[]).unwrap();
        assert_eq!(run.summary.strategy.rules, "ashare");
        check_persistence(&run, &file);
        check_network(&run, "lstm");
        check_equity(&run);
        check_fills(&run);
    }
}

#[test]
fn yahoo_files_run_without_their_null_rows_and_their_figures_are_those_computed_by_hand() {
    for name in YAHOO {
        let Some(file) = data_file(name) else { return };
        let run = run_file(&file, &["data.on_bad_row=drop"]).unwrap();
        assert!(!run.summary.data.dropped.is_empty() && run.summary.data.split_adjusted);
        check_persistence(&run, &file);
        check_network(&run, "mlp");
        check_equity(&run);
        check_fills(&run);
    }
}

#[test]
fn null_rows_are_refused_by_their_line_numbers_unless_they_are_to_be_dropped() {
    for name in YAHOO {
        let Some(file) = data_file(name) else { return };
        let text = std::fs::read_to_string(&file).unwrap();
        let nulls: Vec<usize> =
            text.lines().enumerate().filter(|(_, line)| line.contains("null")).map(|(i, _)| i + 1).collect();
        let Err(error) = run_file(&file, &[]) else { panic!("{name} holds rows of nulls") };
        assert!(error.is_mistake_in_input());
        for line in &nulls {
            assert!(
                error.to_string().contains(&format!("{}:{line}:", file.display())),
                "line {line} in: {error}"
            );
        }
        let dropped = run_file(&file, &["data.on_bad_row=drop"]).unwrap().summary.data.dropped;
        assert_eq!(dropped.len(), nulls.len());
        for (line, row) in nulls.iter().zip(dropped) {
            assert!(row.line == *line as u64, "line {line} in: {row}");
        }
    }
}

#[test]
fn the_sample_market_as_a_file_has_the_figures_computed_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("SAMPLE.SH.csv");
    let market = generate(SampleKind::Planted);
    write_tushare_csv(&market.bars.slice(0..1500), std::fs::File::create(&file).unwrap()).unwrap();
    let run = run_file(&file, &[]).unwrap();
    check_persistence(&run, &file);
    check_network(&run, "lstm");
    check_network(&run, "mlp");
    check_equity(&run);
    check_fills(&run);
    check_curves(&run);
}

#[test]
fn a_probability_is_the_mean_over_seeds_and_a_seed_knows_nothing_of_the_others() {
    let run = |seeds: &str| {
        let seeds = format!("training.seeds={seeds}");
        run_plan(plan_with(SMALL, &["data.to=2007-12-31", &seeds]), 2).unwrap()
    };
    let probabilities = |run: &Run| -> Vec<f64> {
        run.table("signals.csv").rows().map(|signal| signal.number("probability")).collect()
    };
    let (first, second, both) = (run("[5]"), run("[9]"), run("[5, 9]"));
    let (a, b) = (probabilities(&first), probabilities(&second));
    assert_ne!(a, b);
    for ((a, b), mean) in a.iter().zip(b).zip(probabilities(&both)) {
        assert!(((a + b) / 2.0 - mean).abs() < 1e-15, "{a} and {b} give {mean}");
    }
    let weights = "models/lstm-9.safetensors";
    assert!(second.results()[weights] == both.results()[weights]);
}

#[test]
fn the_classifier_has_the_figures_counted_by_hand() {
    check_classifier(&run_plan(plan_with(SMALL, &["data.to=2010-12-31", "training.seeds=[4]"]), 2).unwrap());
}
