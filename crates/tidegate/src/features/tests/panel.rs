//! Features side by side.

use super::*;
use crate::features::FeaturePanel;

fn three_bars(symbol: &str, level: f64) -> BarSeries {
    let close = vec![level, level + 1.0, level + 3.0];
    let open = vec![level; 3];
    let mut bars = series(open, close.clone(), vec![level; 3], close, vec![100.0; 3]);
    bars.symbol = symbol.to_owned();
    bars
}

#[test]
fn a_row_waits_for_the_slowest_feature() {
    let panel = FeaturePanel::compute(&[Feature::Close, Feature::MovingAverage(2)], &three_bars("A", 10.0));
    assert_eq!((panel.rows(), panel.width(), panel.warm_up()), (3, 2, 1));
    assert!(!panel.is_defined(0));
    assert_eq!(panel.row(2), [13.0, 12.0]);
    assert_eq!(
        (panel.get(0, 0), panel.get(0, 1), panel.get(3, 0), panel.get(0, 2)),
        (Some(10.0), None, None, None)
    );
    assert_eq!(panel.column(1).collect::<Vec<_>>(), [None, Some(10.5), Some(12.0)]);
}

#[test]
#[should_panic(expected = "row 0 of a panel of 3 rows has no features")]
fn a_row_in_the_warm_up_cannot_be_read() {
    FeaturePanel::compute(&[Feature::Return], &three_bars("A", 10.0)).row(0);
}

#[test]
fn each_symbol_warms_up_for_itself() {
    let symbols =
        [three_bars("A", 10.0), series(vec![], vec![], vec![], vec![], vec![]), three_bars("B", 20.0)];
    let panel = FeaturePanel::compute_many(&[Feature::Return], &symbols);
    let defined: Vec<usize> = (0..panel.rows()).filter(|row| panel.is_defined(*row)).collect();
    assert_eq!(defined, [1, 2, 4, 5]);
    assert_eq!(panel.row(4), [1.0 / 20.0]);
    assert_eq!(panel.get(3, 0), None);
    let rows: Vec<_> =
        panel.runs().iter().map(|run| (run.symbol.as_str(), panel.defined_rows(run))).collect();
    assert_eq!(rows, [("A", 1..3), ("TEST", 3..3), ("B", 4..6)]);
}

#[test]
fn a_series_shorter_than_the_warm_up_has_no_row_to_read() {
    let panel = FeaturePanel::compute(&[Feature::Macd], &three_bars("A", 10.0));
    assert!((0..3).all(|row| !panel.is_defined(row)));
    assert_eq!(panel.defined_rows(&panel.runs()[0]), 3..3);
}

#[test]
fn a_panel_without_bars_or_without_features_is_empty() {
    let nothing = series(vec![], vec![], vec![], vec![], vec![]);
    assert_eq!(FeaturePanel::compute(&[Feature::Close], &nothing).rows(), 0);
    let panel = FeaturePanel::compute(&[], &three_bars("A", 10.0));
    assert_eq!((panel.rows(), panel.width(), panel.row(2).len()), (3, 0, 0));
}
