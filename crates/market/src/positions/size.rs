//! How large a position is.

use super::kelly::{Kelly, Odds};
use super::volatility::VolatilityTarget;
use crate::terms::TargetUnit;
use serde::{Deserialize, Serialize};

/// How large a position is, whatever its direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// All of the equity.
    #[default]
    Full,
    /// This share of the equity.
    Fraction(f64),
    /// So many shares, whatever they are worth; the cash must suffice for them.
    Shares(f64),
    /// As makes the account's volatility steady.
    Volatility(VolatilityTarget),
    /// As the odds of the training part would have made the equity grow fastest.
    Kelly(Kelly),
}

impl Size {
    /// What the targets of this size are counted in.
    pub fn unit(&self) -> TargetUnit {
        match self {
            Size::Shares(shares) => TargetUnit::Shares(*shares),
            Size::Full | Size::Fraction(_) | Size::Volatility(_) | Size::Kelly(_) => TargetUnit::Equity,
        }
    }

    /// Targets in [−1, 1], in [`Size::unit`], one for each direction (−1, 0 or 1).
    ///
    /// `volatility[k]` is the volatility a year known when `directions[k]` is decided (asked by
    /// [`Size::Volatility`] alone, over its own window); `odds` are those of past bets (asked by [`Size::Kelly`] alone).
    pub fn targets(&self, directions: &[f64], volatility: &[Option<f64>], odds: Option<Odds>) -> Vec<f64> {
        // Adding zero turns a −0 into 0.
        let times = |weight: f64| directions.iter().map(|direction| direction * weight + 0.0).collect();
        match self {
            Size::Full | Size::Shares(_) => directions.to_vec(),
            Size::Fraction(fraction) => times(*fraction),
            Size::Volatility(target) => target.targets(directions, volatility),
            Size::Kelly(kelly) => times(kelly.weight(odds)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_keeps_the_direction_and_says_what_one_means() {
        let directions = [1.0, 0.0, -1.0];
        assert_eq!(Size::Full.targets(&directions, &[], None), directions);
        assert_eq!(Size::Fraction(0.25).targets(&directions, &[], None), [0.25, 0.0, -0.25]);
        assert_eq!(Size::Shares(100.0).targets(&directions, &[], None), directions);
        assert_eq!(
            (Size::Full.unit(), Size::Shares(100.0).unit()),
            (TargetUnit::Equity, TargetUnit::Shares(100.0))
        );
        let odds = Odds { p: 0.6, win: 1.0, loss: 1.0 };
        let kelly = Size::Kelly(Kelly { fraction: 1.0, cap: 1.0 }).targets(&directions, &[], Some(odds));
        assert!((kelly[0] - 0.2).abs() < 1e-12 && (kelly[2] + 0.2).abs() < 1e-12);
    }
}
