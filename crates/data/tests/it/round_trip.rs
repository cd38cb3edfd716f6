//! What is written in Tushare's layout is read back bit for bit.

use crate::test_data::read;
use proptest::prelude::*;
use tidegate_data::{SampleKind, generate, write_calendar_csv, write_suspensions_csv, write_tushare_csv};
use tidegate_market::{BarSeries, PriceBasis, TradeDate, TradingCalendar, factor_from_pre_close};

fn written(bars: &BarSeries) -> String {
    let mut file = Vec::new();
    write_tushare_csv(bars, &mut file).unwrap();
    String::from_utf8(file).unwrap()
}

#[test]
fn a_written_sample_market_is_read_back_bit_for_bit() {
    for kind in [SampleKind::Planted, SampleKind::Null] {
        let market = generate(kind);
        let loaded = read(&written(&market.bars)).unwrap();
        assert!(loaded.bars == market.bars);
        assert_eq!((loaded.notes, loaded.dropped), (Vec::new(), Vec::new()));
    }
}

prop_compose! {
    /// Bars of any numbers that a double can hold, prices in order within a bar.
    fn any_bars()(
        rows in prop::collection::vec(
            (prop::array::uniform4(1e-3_f64..1e6), 1e-3_f64..1e6, 0_f64..1e12, 0_f64..1e15), 1..12),
        amount in any::<bool>(), pre_close in any::<bool>(),
    ) -> BarSeries {
        let mut bars = BarSeries {
            symbol: "600000.SH".to_owned(),
            basis: PriceBasis::Raw,
            date: (1..).filter_map(|d| TradeDate::new(2024, 7, d)).take(rows.len()).collect(),
            open: vec![], high: vec![], low: vec![], close: vec![], volume: vec![],
            amount: amount.then(|| rows.iter().map(|row| row.3).collect()),
            pre_close: pre_close.then(|| rows.iter().map(|row| row.1).collect()),
            factor: vec![1.0; rows.len()],
        };
        for (mut prices, _, volume, _) in rows {
            prices.sort_by(f64::total_cmp);
            bars.low.push(prices[0]);
            bars.open.push(prices[1]);
            bars.close.push(prices[2]);
            bars.high.push(prices[3]);
            bars.volume.push(volume);
        }
        if let Some(reference) = &bars.pre_close {
            bars.factor = factor_from_pre_close(&bars.close, reference);
        }
        bars
    }
}

proptest! {
    #[test]
    fn any_series_is_read_back_bit_for_bit(bars in any_bars()) {
        let text = written(&bars);
        let read_back = read(&text).unwrap().bars;
        prop_assert_eq!(read_back, bars, "{}", text);
    }
}

#[test]
fn the_layout_is_tushares_with_the_oldest_bar_first() {
    let text = written(&generate(SampleKind::Planted).bars.slice(0..2));
    let mut lines = text.lines();
    let header = "ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount";
    assert_eq!(lines.next(), Some(header));
    assert!(lines.next().unwrap().starts_with("SAMPLE.SH,20050104,"), "{text}");
    assert_eq!((lines.count(), text.ends_with('\n')), (1, true));
}

#[test]
fn calendar_and_suspensions_are_written_day_by_day() {
    let days: Vec<TradeDate> =
        ["2024-06-28", "2024-07-01", "2024-07-02"].iter().map(|day| day.parse().unwrap()).collect();
    let mut calendar = Vec::new();
    write_calendar_csv(&TradingCalendar::Days(days.clone()), &mut calendar).unwrap();
    let expected = "cal_date,is_open\n20240628,1\n20240629,0\n20240630,0\n20240701,1\n20240702,1\n";
    assert_eq!(String::from_utf8(calendar).unwrap(), expected);

    let mut suspensions = Vec::new();
    write_suspensions_csv("SAMPLE.SH", &days[1..], &mut suspensions).unwrap();
    let expected =
        "ts_code,trade_date,suspend_timing,suspend_type\nSAMPLE.SH,20240701,,S\nSAMPLE.SH,20240702,,S\n";
    assert_eq!(String::from_utf8(suspensions).unwrap(), expected);
}
