//! The bars of one symbol of a file as columns, in file order at first.

use super::bar_row::Bar;
use tidegate_market::TradeDate;

/// Columns of one length; an optional column that the layout lacks is empty. A cell left empty is NaN, which only
/// `amount`, `pre_close` and `factor` can have.
#[derive(Debug, Default)]
pub(crate) struct BarColumns {
    pub line: Vec<u32>,
    pub date: Vec<TradeDate>,
    pub open: Vec<f64>,
    pub high: Vec<f64>,
    pub low: Vec<f64>,
    pub close: Vec<f64>,
    pub volume: Vec<f64>,
    pub amount: Vec<f64>,
    pub pre_close: Vec<f64>,
    pub adjusted_close: Vec<f64>,
    pub factor: Vec<f64>,
}

impl BarColumns {
    pub(crate) fn len(&self) -> usize {
        self.date.len()
    }

    pub(crate) fn push(&mut self, line: u64, bar: &Bar) {
        self.line.push(u32::try_from(line).unwrap_or(u32::MAX));
        self.date.push(bar.date);
        self.open.push(bar.open);
        self.high.push(bar.high);
        self.low.push(bar.low);
        self.close.push(bar.close);
        self.volume.push(bar.volume);
        for (column, value) in [
            (&mut self.amount, bar.amount),
            (&mut self.pre_close, bar.pre_close),
            (&mut self.adjusted_close, bar.adjusted_close),
            (&mut self.factor, bar.factor),
        ] {
            if let Some(value) = value {
                column.push(value);
            }
        }
    }

    /// Whether rows `a` and `b` tell the same about the same day.
    pub(crate) fn same_bar(&self, a: usize, b: usize) -> bool {
        self.date[a] == self.date[b]
            && self.numbers().iter().all(|column| {
                column.is_empty() || column[a] == column[b] || (column[a].is_nan() && column[b].is_nan())
            })
    }

    fn numbers(&self) -> [&Vec<f64>; 9] {
        [
            &self.open,
            &self.high,
            &self.low,
            &self.close,
            &self.volume,
            &self.amount,
            &self.pre_close,
            &self.adjusted_close,
            &self.factor,
        ]
    }

    fn numbers_mut(&mut self) -> [&mut Vec<f64>; 9] {
        [
            &mut self.open,
            &mut self.high,
            &mut self.low,
            &mut self.close,
            &mut self.volume,
            &mut self.amount,
            &mut self.pre_close,
            &mut self.adjusted_close,
            &mut self.factor,
        ]
    }

    /// Newest first becomes oldest first.
    pub(crate) fn reverse(&mut self) {
        self.line.reverse();
        self.date.reverse();
        for column in self.numbers_mut() {
            column.reverse();
        }
    }

    /// The rows of `order`, in that order.
    pub(crate) fn take(&mut self, order: &[u32]) {
        let pick = |column: &Vec<f64>| order.iter().map(|i| column[*i as usize]).collect();
        self.line = order.iter().map(|i| self.line[*i as usize]).collect();
        self.date = order.iter().map(|i| self.date[*i as usize]).collect();
        for column in self.numbers_mut() {
            if !column.is_empty() {
                *column = pick(column);
            }
        }
    }
}
