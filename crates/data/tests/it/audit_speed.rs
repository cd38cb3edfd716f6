//! How fast the audit is. Run with `--release -- --ignored --nocapture audit_speed`.

use crate::surroundings::{files, mainland_calendar, published_factors, raw, sp500, suspensions};
use crate::test_data::dropping;
use std::time::Instant;
use tidegate_data::audit::{Context, audit};
use tidegate_data::read_bars;
use tidegate_market::observed_days;

#[test]
#[ignore = "a measurement"]
#[allow(clippy::print_stderr)]
fn audit_speed_on_the_sp500_file() {
    let Some(all) = sp500() else { return };
    let observed = observed_days(all.iter().map(|bars| bars.date.as_slice()));
    let rows: usize = all.iter().map(|bars| bars.date.len()).sum();
    let context = Context {
        calendar: Some(&observed.days),
        market_last: observed.days.last().copied(),
        ..Context::default()
    };
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let begin = Instant::now();
        let findings: usize = all.iter().map(|bars| audit(bars, &context).len()).sum();
        best = best.min(begin.elapsed().as_secs_f64());
        assert!(findings > 0);
    }
    eprintln!("{rows} rows in {best:.4} s: {:.1} million rows/s", rows as f64 / best / 1e6);
}

#[test]
#[ignore = "a measurement"]
#[allow(clippy::print_stderr)]
fn audit_speed_on_24_chinese_stocks_with_everything_known() {
    let (Some(calendar), Some(stops), Some(paths)) =
        (mainland_calendar(), suspensions(), files("ashare_history/daily"))
    else {
        return;
    };
    let known: Vec<_> = paths
        .iter()
        .map(|path| {
            let bars = raw(&read_bars(path, &dropping()).unwrap().bars);
            let factors = published_factors(&bars.symbol);
            (bars, factors)
        })
        .collect();
    let rows: usize = known.iter().map(|(bars, _)| bars.date.len()).sum();
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let begin = Instant::now();
        for (bars, factors) in &known {
            let context = Context {
                calendar: Some(&calendar),
                suspensions: stops.get(&bars.symbol).map_or(&[], Vec::as_slice),
                factors: factors.as_ref(),
                market_last: calendar.last().copied(),
                ..Context::default()
            };
            assert!(!audit(bars, &context).is_empty());
        }
        best = best.min(begin.elapsed().as_secs_f64());
    }
    eprintln!("{rows} rows in {best:.4} s: {:.1} million rows/s", rows as f64 / best / 1e6);
}
