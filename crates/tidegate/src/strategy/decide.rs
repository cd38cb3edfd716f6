//! From probabilities to targets: the position rule over the bars, and what its size needs to know.

use crate::experiment::Strategy;
use crate::split::Part;
use tidegate_market::{BarSeries, Odds, Size, trailing_volatility};

/// What was believed after the close of one bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Index of the bar in the series.
    pub bar: usize,
    /// Its part, if any.
    pub part: Option<Part>,
    /// Probability that the next adjusted close is higher; not a number where it is missing.
    pub probability: f64,
}

/// The target decided after each close, one for each of `scores` (ascending by bar).
///
/// The rule starts anew, out of the market, at the first bar of the test part, where the account starts too; bars after
/// the test part's continue it. A target depends on nothing after its bar; the odds of a Kelly size are those of the
/// validation stretch, which the weights were not fitted on and which ends before the test part.
pub fn targets(settings: &Strategy, bars: &BarSeries, scores: &[Score]) -> Vec<f64> {
    let rule = settings.rule();
    let tested = scores.partition_point(|score| score.part != Some(Part::Test));
    let (before, test) = scores.split_at(tested);
    let directions = |scores: &[Score]| {
        let probabilities: Vec<f64> = scores.iter().map(|score| score.probability).collect();
        rule.directions(&probabilities)
    };
    let (before_test, in_test) = (directions(before), directions(test));
    let odds = match settings.size {
        Size::Kelly(_) => validation_odds(bars, before, &before_test),
        _ => None,
    };
    let volatility: Vec<Option<f64>> = match settings.size {
        Size::Volatility(target) => {
            let known = trailing_volatility(&bars.hfq().close, target.window);
            scores.iter().map(|score| known[score.bar]).collect()
        }
        _ => Vec::new(),
    };
    let (volatility_before, volatility_in) = volatility.split_at(tested.min(volatility.len()));
    let mut targets = settings.size.targets(&before_test, volatility_before, odds);
    targets.extend(settings.size.targets(&in_test, volatility_in, odds));
    targets
}

/// What the rule's positions would have won and lost in the validation part, from the open after the decision to the open
/// after that, both before the test part.
fn validation_odds(bars: &BarSeries, scores: &[Score], directions: &[f64]) -> Option<Odds> {
    let open = bars.hfq().open;
    // The scores end where the test part begins (or at the last bar).
    let end = scores.last()?.bar;
    let bets: Vec<(f64, f64)> = scores
        .iter()
        .zip(directions)
        .filter(|(score, _)| score.part == Some(Part::Valid) && score.bar + 2 <= end)
        .map(|(score, direction)| (*direction, open[score.bar + 2] / open[score.bar + 1] - 1.0))
        .collect();
    let (directions, returns): (Vec<f64>, Vec<f64>) = bets.into_iter().unzip();
    Odds::of(&directions, &returns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tidegate_market::{Kelly, PriceBasis, TradeDate, VolatilityTarget};

    fn bars(open: &[f64]) -> BarSeries {
        let first = TradeDate::new(2024, 1, 1).unwrap();
        let date = std::iter::successors(Some(first), |day| Some(day.next_day())).take(open.len()).collect();
        let column = open.to_vec();
        BarSeries {
            symbol: "X".into(),
            basis: PriceBasis::Raw,
            date,
            open: column.clone(),
            high: column.clone(),
            low: column.clone(),
            close: column,
            volume: vec![1e6; open.len()],
            amount: None,
            pre_close: None,
            factor: vec![1.0; open.len()],
        }
    }

    fn scores(probabilities: &[f64], valid: usize, test: usize) -> Vec<Score> {
        let part = |bar| match bar {
            bar if bar >= test => Part::Test,
            bar if bar >= valid => Part::Valid,
            _ => Part::Train,
        };
        let score = |(bar, p): (usize, &f64)| Score { bar, part: Some(part(bar)), probability: *p };
        probabilities.iter().enumerate().map(score).collect()
    }

    #[test]
    fn the_rule_starts_anew_where_the_account_does() {
        let settings = Strategy { entry: Some(0.6), exit: Some(0.4), ..Strategy::default() };
        let bars = bars(&[10.0; 6]);
        let found = targets(&settings, &bars, &scores(&[0.7, 0.5, 0.5, 0.5, 0.7, 0.5], 1, 3));
        assert_eq!(found, [1.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn kelly_knows_the_validation_part_and_nothing_of_the_test_part() {
        let size = Size::Kelly(Kelly { fraction: 1.0, cap: 1.0 });
        let settings = Strategy { size, ..Strategy::default() };
        // Opens after the decisions of bars 2 to 5: +100 %, −50 %, +100 %, and the rest is the test part's.
        let open = [10.0, 10.0, 10.0, 10.0, 20.0, 10.0, 20.0, 20.0, 90.0];
        let all = scores(&[0.9; 9], 2, 7);
        let found = targets(&settings, &bars(&open), &all);
        // Two won 1, one lost 0.5: f = (2/3)/0.5 − (1/3)/1 = 1.
        assert!(found.iter().all(|target| (target - 1.0).abs() < 1e-12), "{found:?}");
        let mut other = open;
        other[7..].copy_from_slice(&[1.0, 1_000.0]);
        assert_eq!(targets(&settings, &bars(&other), &all), found);
    }

    #[test]
    fn a_volatility_target_measures_up_to_the_deciding_bar() {
        let target = VolatilityTarget { annual: 0.1, window: 2, cap: 1.0, band: 0.0 };
        let settings = Strategy { size: Size::Volatility(target), ..Strategy::default() };
        let all = scores(&[0.9; 5], 1, 2);
        let found = targets(&settings, &bars(&[10.0, 11.0, 9.9, 9.9, 12.0]), &all);
        let volatility = 0.1 * 2_f64.sqrt() * 252_f64.sqrt();
        assert_eq!(found[..2], [0.0, 0.0], "too few returns are known");
        assert!((found[2] - 0.1 / volatility).abs() < 1e-12, "{found:?}");
    }
}
