//! What is forecast: labels of the forecast task and of the classifier.
//!
//! Every target belongs to a process known at t, P(t): the adjusted close, its logarithm, or the log range.
//! Baselines work on the process, so that "persistence" means the same for a price, its difference and its
//! return.

use crate::experiment::{Adjust, Target};
use tidegate_market::{BarSeries, TradingCalendar};

/// A label whose target bar is more than this many trading days away is null.
pub const MAX_GAP: usize = 10;

/// Which of a bar's target bars can be used: `Some(t + horizon)` if it exists and is at most
/// [`MAX_GAP`] trading days further than `horizon − 1` (one bar ahead: at most [`MAX_GAP`] days).
pub fn target_bars(bars: &BarSeries, calendar: &TradingCalendar, horizon: usize) -> Vec<Option<usize>> {
    (0..bars.len())
        .map(|t| {
            let u = t + horizon;
            let to = *bars.date.get(u)?;
            let days = calendar.trading_days_between(bars.date[t], to);
            (days <= MAX_GAP.max(horizon + MAX_GAP - 1)).then_some(u)
        })
        .collect()
}

/// The target, its process and its labels over one series of bars.
#[derive(Clone, Debug)]
pub struct TargetSeries {
    /// Which target.
    pub target: Target,
    /// Bars ahead.
    pub horizon: usize,
    /// P(t), one per bar, known at the close of t.
    pub process: Vec<f64>,
    /// The label of the sample that ends at t; null at the end and across long gaps.
    pub labels: Vec<Option<f64>>,
}

impl TargetSeries {
    /// Computes process and labels. `bars` are the bars the networks see (factor 1 for `adjust = "none"`).
    pub fn new(
        target: Target,
        horizon: usize,
        bars: &BarSeries,
        target_bars: &[Option<usize>],
    ) -> TargetSeries {
        let prices = bars.hfq();
        let process: Vec<f64> = match target {
            Target::Close | Target::Difference => prices.close,
            Target::LogReturn => prices.close.iter().map(|c| c.ln()).collect(),
            Target::LogRange => {
                bars.high.iter().zip(&bars.low).map(|(high, low)| (high / low).ln()).collect()
            }
        };
        let labels = target_bars
            .iter()
            .enumerate()
            .map(|(t, u)| u.map(|u| process[u] - if is_change(target) { process[t] } else { 0.0 }))
            .collect();
        TargetSeries { target, horizon, process, labels }
    }

    /// The forecast, in the target's unit, that says the process will stand at `level`.
    pub fn at_level(&self, t: usize, level: f64) -> f64 {
        if is_change(self.target) { level - self.process[t] } else { level }
    }

    /// What "no change" is, in the target's unit: the forecast of persistence.
    pub fn unchanged(&self, t: usize) -> f64 {
        self.at_level(t, self.process[t])
    }

    /// The forecast that the sample market's own expected simple return implies; none for volatility.
    pub fn from_expected_return(&self, t: usize, expected: f64) -> Option<f64> {
        match self.target {
            Target::Close => Some(self.process[t] * (1.0 + expected)),
            Target::Difference => Some(self.process[t] * expected),
            Target::LogReturn => Some(expected.ln_1p()),
            Target::LogRange => None,
        }
    }
}

fn is_change(target: Target) -> bool {
    matches!(target, Target::Difference | Target::LogReturn)
}

/// The word of the experiment file.
pub fn target_word(target: Target) -> &'static str {
    match target {
        Target::Close => "close",
        Target::Difference => "difference",
        Target::LogReturn => "log_return",
        Target::LogRange => "log_range",
    }
}

/// Unit of the target's errors.
pub fn unit(target: Target, adjust: Adjust) -> &'static str {
    match (target, adjust) {
        (Target::Close | Target::Difference, Adjust::Hfq) => "hfq price",
        (Target::Close | Target::Difference, Adjust::None) => "raw price",
        (Target::LogReturn, _) => "log return",
        (Target::LogRange, _) => "log range",
    }
}

/// `price_rise`: 1 if the next adjusted close is higher than this one, else 0 (a tie is 0).
pub fn price_rise(bars: &BarSeries, next: &[Option<usize>]) -> Vec<Option<f64>> {
    let close = bars.hfq().close;
    next.iter().enumerate().map(|(t, u)| u.map(|u| f64::from(u8::from(close[u] > close[t])))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tidegate_market::{PriceBasis, TradeDate};

    fn bars(days: &[&str], close: &[f64], factor: &[f64]) -> BarSeries {
        BarSeries {
            symbol: "X".into(),
            basis: PriceBasis::Raw,
            date: days.iter().map(|d| d.parse::<TradeDate>().unwrap()).collect(),
            open: close.to_vec(),
            high: close.iter().map(|c| c * 1.1).collect(),
            low: close.to_vec(),
            close: close.to_vec(),
            volume: vec![1.0; close.len()],
            amount: None,
            pre_close: None,
            factor: factor.to_vec(),
        }
    }

    #[test]
    fn labels_use_adjusted_prices_and_end_where_the_future_ends() {
        let bars = bars(&["2024-06-03", "2024-06-04", "2024-06-05"], &[10.0, 5.0, 6.0], &[1.0, 2.0, 2.0]);
        let next = target_bars(&bars, &TradingCalendar::Weekdays, 1);
        let of = |target| TargetSeries::new(target, 1, &bars, &next).labels;
        assert_eq!(of(Target::Close), [Some(10.0), Some(12.0), None]);
        assert_eq!(of(Target::Difference), [Some(0.0), Some(2.0), None]);
        assert_eq!(of(Target::LogReturn)[1], Some(12.0_f64.ln() - 10.0_f64.ln()));
        assert!((of(Target::LogRange)[0].unwrap() - 1.1_f64.ln()).abs() < 1e-12);
        assert_eq!(price_rise(&bars, &next), [Some(0.0), Some(1.0), None], "a tie is no rise");
    }

    #[test]
    fn a_label_across_a_long_suspension_is_null() {
        let bars = bars(&["2024-06-03", "2024-06-17", "2024-07-08"], &[1.0, 2.0, 3.0], &[1.0; 3]);
        let next = target_bars(&bars, &TradingCalendar::Weekdays, 1);
        assert_eq!(next, [Some(1), None, None]);
    }

    #[test]
    fn persistence_is_no_change_in_every_unit() {
        let bars = bars(&["2024-06-03", "2024-06-04"], &[10.0, 11.0], &[1.0; 2]);
        let next = target_bars(&bars, &TradingCalendar::Weekdays, 1);
        let unchanged = |target| TargetSeries::new(target, 1, &bars, &next).unchanged(0);
        assert_eq!(
            (unchanged(Target::Close), unchanged(Target::Difference), unchanged(Target::LogReturn)),
            (10.0, 0.0, 0.0)
        );
    }
}
