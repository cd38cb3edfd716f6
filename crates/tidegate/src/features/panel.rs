//! Features side by side, one row per bar.

use super::{Column, Feature, column};
use std::ops::Range;
use tidegate_market::BarSeries;

/// Rows of one symbol in a panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The symbol.
    pub symbol: String,
    /// Its rows in the panel, one per bar in the order of the series.
    pub rows: Range<usize>,
}

/// `[rows, features]` values in f64. A panel holds one run of rows per symbol; with one symbol the row is the
/// bar. A row exists for every bar, and the rows in a run's warm-up cannot be read as numbers.
#[derive(Clone, Debug)]
pub struct FeaturePanel {
    features: Vec<Feature>,
    runs: Vec<Run>,
    warm_up: usize,
    /// Row-major. NaN where a feature is in its warm-up; no accessor hands that out.
    values: Vec<f64>,
}

impl FeaturePanel {
    /// Features of one symbol.
    ///
    /// # Panics
    /// As [`compute`](super::compute).
    pub fn compute(features: &[Feature], bars: &BarSeries) -> FeaturePanel {
        FeaturePanel::compute_many(features, std::slice::from_ref(bars))
    }

    /// Features of several symbols, one run of rows after the other. Nothing crosses from one into the next.
    ///
    /// # Panics
    /// As [`compute`](super::compute).
    pub fn compute_many(features: &[Feature], symbols: &[BarSeries]) -> FeaturePanel {
        let width = features.len();
        let mut runs = Vec::with_capacity(symbols.len());
        let mut values = Vec::with_capacity(width * symbols.iter().map(BarSeries::len).sum::<usize>());
        let mut first = 0;
        for bars in symbols {
            let prices = bars.hfq();
            let columns: Vec<Column> =
                features.iter().map(|feature| column::over(*feature, &prices, &bars.volume)).collect();
            for bar in 0..bars.len() {
                values.extend(columns.iter().map(|column| column.get(bar).unwrap_or(f64::NAN)));
            }
            runs.push(Run { symbol: bars.symbol.clone(), rows: first..first + bars.len() });
            first += bars.len();
        }
        let warm_up = features.iter().map(|feature| feature.warm_up()).max().unwrap_or(0);
        FeaturePanel { features: features.to_vec(), runs, warm_up, values }
    }

    /// The features, in column order.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// Number of features.
    pub fn width(&self) -> usize {
        self.features.len()
    }

    /// Number of rows, warm-up included.
    pub fn rows(&self) -> usize {
        self.runs.last().map_or(0, |run| run.rows.end)
    }

    /// The symbols and their rows, in order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Bars at the start of every run in which some feature has no value yet.
    pub fn warm_up(&self) -> usize {
        self.warm_up
    }

    /// The rows of `run` in which every feature has a value.
    pub fn defined_rows(&self, run: &Run) -> Range<usize> {
        (run.rows.start + self.warm_up).min(run.rows.end)..run.rows.end
    }

    /// The run that holds `row`.
    fn run_of(&self, row: usize) -> Option<&Run> {
        self.runs.get(self.runs.partition_point(|run| run.rows.end <= row))
    }

    /// Whether every feature has a value in `row`.
    pub fn is_defined(&self, row: usize) -> bool {
        self.run_of(row).is_some_and(|run| self.defined_rows(run).contains(&row))
    }

    /// The features of a row.
    ///
    /// # Panics
    /// If the row is in a warm-up or outside the panel: a caller's bug, see [`FeaturePanel::is_defined`].
    pub fn row(&self, row: usize) -> &[f64] {
        assert!(self.is_defined(row), "row {row} of a panel of {} rows has no features", self.rows());
        &self.values[row * self.width()..(row + 1) * self.width()]
    }

    /// One value; `None` in that feature's own warm-up and outside the panel.
    pub fn get(&self, row: usize, feature: usize) -> Option<f64> {
        let start = self.run_of(row)?.rows.start;
        let defined = row - start >= self.features.get(feature)?.warm_up();
        defined.then(|| self.values[row * self.width() + feature])
    }

    /// One feature over all rows; `None` in its own warm-up.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn column(&self, feature: usize) -> impl Iterator<Item = Option<f64>> + '_ {
        assert!(feature < self.width(), "column {feature} of a panel of {} features", self.width());
        (0..self.rows()).map(move |row| self.get(row, feature))
    }
}
