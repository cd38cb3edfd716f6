//! A finished run asked about newer bars: what it has said itself it says again to the bit, and later bars change nothing.

use crate::support::{Run, SMALL, plan_with, run_plan};
use std::path::{Path, PathBuf};
use tidegate::predict::{
    Newer, NoOrder, OrderReason, PredictOptions, Prediction, Predictor, PredictorOptions, predict,
};
use tidegate_data::{OnBadRow, SampleKind, generate, write_tushare_csv};
use tidegate_market::{BarSeries, Side};

const TO: &str = "data.to=2006-12-29";

fn sample_run() -> Run {
    run_plan(plan_with(SMALL, &[TO]), 2).unwrap()
}

/// The sample market's first `n` bars as a file.
fn file_of(folder: &Path, bars: &BarSeries, n: usize) -> PathBuf {
    let path = folder.join(format!("bars-{n}.csv"));
    let mut bytes = Vec::new();
    write_tushare_csv(&bars.slice(0..n), &mut bytes).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn from_file(path: &Path) -> PredictorOptions {
    let newer = Newer::File { path: path.to_owned(), on_bad_row: OnBadRow::Refuse };
    PredictorOptions { newer, store: None }
}

fn predicted(run: &Run, path: &Path) -> Prediction {
    let options = PredictOptions { predictor: from_file(path), ..PredictOptions::at(0) };
    predict(&run.dir, &options).unwrap()
}

#[test]
fn every_forecast_of_the_run_is_made_again_to_the_bit_with_all_newer_bars_known() {
    let run = sample_run();
    let predictor = Predictor::open(&run.dir, &PredictorOptions::default()).unwrap();
    assert!(predictor.bars.len() > predictor.own + 100, "there are newer bars");
    let forecasts = run.table("forecasts.csv");
    let ends: Vec<usize> = predictor.forecast.ends.iter().copied().filter(|t| *t < predictor.own).collect();
    let answers = predictor.forecasts(&ends);
    let mut compared = 0;
    for row in forecasts.rows().filter(|row| row.text("model") != "oracle") {
        let at = ends.iter().position(|t| predictor.bars.date[*t].to_string() == row.text("date")).unwrap();
        let answer = answers.iter().find(|answer| answer.model == row.text("model")).unwrap();
        let seed = |seed: &Option<u64>| seed.map_or(String::new(), |seed| seed.to_string());
        let (_, said) = answer.by_seed.iter().find(|(s, _)| seed(s) == row.text("seed")).unwrap();
        assert_eq!(said[at].to_string(), row.text("forecast"), "{} {}", row.text("date"), answer.model);
        compared += 1;
    }
    assert!(compared > 1_000, "{compared}");

    let signals = run.table("signals.csv");
    let by_seed = predictor.probabilities(predictor.classifier_ends());
    for (k, row) in signals.rows().enumerate() {
        let mean = by_seed.iter().map(|(_, said)| said[k]).sum::<f64>() / by_seed.len() as f64;
        assert_eq!(mean.to_string(), row.text("probability"), "{}", row.text("date"));
    }
}

#[test]
fn what_is_said_after_a_day_does_not_change_when_later_bars_arrive() {
    let run = sample_run();
    let folder = tempfile::tempdir().unwrap();
    let market = generate(SampleKind::Planted).bars;
    let whole = Predictor::open(&run.dir, &PredictorOptions::default()).unwrap();
    let mut planned = 0;
    for t in (whole.own..whole.own + 60).step_by(4) {
        let then = predicted(&run, &file_of(folder.path(), &market, t + 1));
        assert_eq!(then.bars.last, market.date[t]);
        for (answer, of_day) in whole.forecasts(&[t]).iter().zip(&then.forecast.models) {
            assert_eq!(answer.model, of_day.name);
            for ((_, now), then) in answer.by_seed.iter().zip(&of_day.by_seed) {
                assert_eq!(now[0].to_bits(), then.forecast.to_bits(), "{}", of_day.name);
            }
        }
        for ((_, now), then) in whole.probabilities(&[t]).iter().zip(&then.signal.by_seed) {
            assert_eq!(now[0].to_bits(), then.forecast.to_bits());
        }
        // One bar later the order has filled, or waits, or nothing was to be done.
        let later = predicted(&run, &file_of(folder.path(), &market, t + 2));
        assert_eq!(later.signal.previous_position, then.signal.position);
        match then.orders.as_slice() {
            [] => assert_eq!(later.account.shares.signum(), then.account.shares.signum()),
            [order] => {
                planned += 1;
                let moved = later.account.shares - then.account.shares;
                let waits = later.orders.iter().any(|o| matches!(o.reason, OrderReason::StillWaiting { .. }));
                let bought = (order.side == Side::Buy) == (moved > 0.0);
                assert!(bought || waits || later.signal.position != then.signal.position, "{order:?}");
            }
            _ => panic!("one symbol has one order: {:?}", then.orders),
        }
    }
    assert!(planned > 0, "some day asks for an order");
}

#[test]
fn the_last_day_of_the_run_is_forecast_as_the_run_has_done() {
    let run = sample_run();
    let folder = tempfile::tempdir().unwrap();
    let market = generate(SampleKind::Planted).bars;
    let own = run.table("bars.csv").rows().count();
    let prediction = predicted(&run, &file_of(folder.path(), &market, own));
    assert_eq!((prediction.bars.newer, prediction.bars.age), (0, 0));
    let table = run.table("forecasts.csv");
    let last = table.rows().filter(|row| row.text("model") == "lstm").last().unwrap();
    assert_eq!(last.text("target_date"), "", "nobody knows what comes");
    let lstm = prediction.forecast.models.iter().find(|model| model.name == "lstm").unwrap();
    assert_eq!(lstm.by_seed.last().unwrap().forecast.to_string(), last.text("forecast"));
    let last = run.table("equity.csv").rows().last().map(|row| row.number("executable"));
    assert_eq!(Some(prediction.account.equity), last, "the account is that of the executable curve");
}

#[test]
fn an_account_of_ones_own_is_planned_for_instead() {
    let run = sample_run();
    let folder = tempfile::tempdir().unwrap();
    let market = generate(SampleKind::Planted).bars;
    let own = run.table("bars.csv").rows().count();
    let path = file_of(folder.path(), &market, own);
    let with = |holding, cash| {
        let options = PredictOptions {
            predictor: from_file(&path),
            holding: Some(holding),
            cash: Some(cash),
            ..PredictOptions::at(0)
        };
        predict(&run.dir, &options).unwrap()
    };
    let (empty, full) = (with(0.0, 50_000.0), with(1_250.0, 10.0));
    let up = empty.signal.position > 0.0;
    let (asked, content) = if up { (&empty, &full) } else { (&full, &empty) };
    assert_eq!(asked.orders.len(), 1, "{asked:?}");
    if content.signal.position == content.signal.previous_position {
        assert_eq!((content.orders.len(), content.no_order), (0, Some(NoOrder::TargetUnchanged)));
    }
    let order = &asked.orders[0];
    assert_eq!(order.side, if up { Side::Buy } else { Side::Sell });
    let (down, top) = (order.limit_down.unwrap(), order.limit_up.unwrap());
    let close = asked.forecast.last_close;
    assert!(down < close && close < top && (top / close - 1.1).abs() < 0.005);
    assert_eq!(order.lots, Some(order.shares / 100.0));
}
