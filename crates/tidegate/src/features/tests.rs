//! Features as a whole: against TA-Lib, against looking ahead, and under odd prices.

mod causality;
mod panel;
mod properties;
mod talib;

use super::{Column, Feature, compute};
use proptest::prelude::*;
use tidegate_market::{BarSeries, PriceBasis, TradeDate};

/// One of every feature, with short and long periods.
fn every_feature() -> Vec<Feature> {
    let text = "open high low close volume log_volume high_minus_low open_minus_close return log_return log_range \
                ma_2 ma_3 ma_30 close_to_ma_5 std_2 std_5 rsi_2 rsi_14 willr_2 willr_14 macd macd_signal macd_hist \
                atr_2 atr_14 bollinger_b_2 bollinger_b_20 obv volume_ratio_5";
    text.split_whitespace().map(|name| name.parse().unwrap()).collect()
}

/// A series with these prices; the dates are of no interest.
fn series(open: Vec<f64>, high: Vec<f64>, low: Vec<f64>, close: Vec<f64>, volume: Vec<f64>) -> BarSeries {
    let first = TradeDate::new(2000, 1, 3).unwrap();
    let date = std::iter::successors(Some(first), |day| Some(day.next_day())).take(close.len()).collect();
    BarSeries {
        symbol: "TEST".to_owned(),
        basis: PriceBasis::Raw,
        date,
        factor: vec![1.0; close.len()],
        open,
        high,
        low,
        close,
        volume,
        amount: None,
        pre_close: None,
    }
}

/// Bars a tick or a few apart, so that flat stretches, bars without range and bars without trade are common, with
/// an ex-day here and there.
fn bars(count: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = BarSeries> {
    let tick = prop_oneof![3 => Just(0_i32), 1 => -30..=30_i32];
    let reach = prop_oneof![2 => Just(0_i32), 1 => 0..=20_i32];
    let shares = prop_oneof![1 => Just(0_u32), 4 => 1..=1_000_000_u32];
    let ex_day = prop_oneof![30 => Just(1.0), 1 => 1.0..1.5_f64];
    let bar = (tick.clone(), tick, reach.clone(), reach, shares, ex_day);
    (100..5000_i32, prop::collection::vec(bar, count)).prop_map(|(start, bars)| {
        let mut made = series(vec![], vec![], vec![], vec![], vec![]);
        let (mut level, mut factor) = (start, 1.0);
        made.date = series(vec![], vec![], vec![], vec![0.0; bars.len()], vec![]).date;
        for (t, (gap, step, up, down, shares, ex_day)) in bars.into_iter().enumerate() {
            let open = (level + gap).max(25);
            level = (open + step).max(25);
            factor *= if t == 0 { 1.0 } else { ex_day };
            made.open.push(f64::from(open) / 100.0);
            made.high.push(f64::from(open.max(level) + up) / 100.0);
            made.low.push(f64::from(open.min(level) - down) / 100.0);
            made.close.push(f64::from(level) / 100.0);
            made.volume.push(f64::from(shares) * 100.0);
            made.factor.push(factor);
        }
        made
    })
}

/// Every value of a column as bits, so that equal means identical.
fn bits(column: &Column, bars: usize) -> Vec<Option<u64>> {
    (0..bars).map(|bar| column.get(bar).map(f64::to_bits)).collect()
}
