//! Kelly's size: the share of the equity that would have made it grow fastest, had the future the odds of the past.

use serde::{Deserialize, Serialize};

/// A part of Kelly's size, bounded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Kelly {
    /// Of Kelly's size; half of it by default, since the odds are estimates and too large a bet costs more growth than
    /// too small a one.
    pub fraction: f64,
    /// The largest weight, at most 1.
    pub cap: f64,
}

impl Default for Kelly {
    fn default() -> Self {
        Kelly { fraction: 0.5, cap: 1.0 }
    }
}

impl Kelly {
    /// The weight of a position: `fraction` × Kelly's size of `odds`, from 0 to `cap`. 0 without odds and where they are
    /// against the player.
    pub fn weight(&self, odds: Option<Odds>) -> f64 {
        let whole = odds.map_or(0.0, |odds| odds.kelly());
        (self.fraction * whole).clamp(0.0, self.cap)
    }
}

/// How often and how much the rule's positions won and lost, measured over days that are past when the first of them is
/// traded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Odds {
    /// p: share of the bets that won.
    pub p: f64,
    /// w: mean return of those, a positive fraction.
    pub win: f64,
    /// l: mean loss of the others that lost, a positive fraction.
    pub loss: f64,
}

impl Odds {
    /// Odds of past bets: `directions[k]` (−1, 0 or 1) decided after the close of a bar, `returns[k]` the simple return of
    /// the bar after it. Days without a position are no bets, nor are days without a move. `None` unless some bets won
    /// and some lost.
    pub fn of(directions: &[f64], returns: &[f64]) -> Option<Odds> {
        let (mut won, mut lost) = ((0_usize, 0.0), (0_usize, 0.0));
        for (direction, r) in directions.iter().zip(returns) {
            let gain = direction * r;
            if gain > 0.0 {
                won = (won.0 + 1, won.1 + gain);
            } else if gain < 0.0 {
                lost = (lost.0 + 1, lost.1 - gain);
            }
        }
        (won.0 > 0 && lost.0 > 0).then(|| Odds {
            p: won.0 as f64 / (won.0 + lost.0) as f64,
            win: won.1 / won.0 as f64,
            loss: lost.1 / lost.0 as f64,
        })
    }

    /// Kelly's size f = p / l − (1 − p) / w, the share of the equity that maximises p·ln(1 + f·w) + (1 − p)·ln(1 − f·l)
    /// (Kelly 1956; Thorp 2006). Negative where the odds are against the player.
    pub fn kelly(&self) -> f64 {
        self.p / self.loss - (1.0 - self.p) / self.win
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_bet_won_three_times_in_five_is_worth_a_fifth_of_the_money() {
        let odds = Odds { p: 0.6, win: 1.0, loss: 1.0 };
        assert!((odds.kelly() - 0.2).abs() < 1e-12);
        assert!((Kelly::default().weight(Some(odds)) - 0.1).abs() < 1e-12);
    }

    #[test]
    fn the_size_makes_the_expected_growth_largest() {
        let odds = Odds { p: 0.54, win: 0.3, loss: 0.25 };
        let growth = |f: f64| odds.p * (f * odds.win).ln_1p() + (1.0 - odds.p) * (-f * odds.loss).ln_1p();
        let best = odds.kelly();
        assert!(growth(best) > growth(best - 0.01) && growth(best) > growth(best + 0.01));
    }

    #[test]
    fn small_moves_would_be_bet_on_beyond_all_money_so_the_cap_decides() {
        let odds = Odds { p: 0.52, win: 0.01, loss: 0.01 };
        assert_eq!(Kelly { fraction: 0.5, cap: 0.8 }.weight(Some(odds)), 0.8);
    }

    #[test]
    fn bad_odds_and_no_odds_mean_no_position() {
        let against = Odds { p: 0.4, win: 1.0, loss: 1.0 };
        assert_eq!((Kelly::default().weight(Some(against)), Kelly::default().weight(None)), (0.0, 0.0));
    }

    #[test]
    fn odds_are_counted_over_bets_with_an_outcome() {
        let odds =
            Odds::of(&[1.0, 1.0, -1.0, 0.0, 1.0, 1.0], &[0.02, -0.01, -0.04, 0.5, 0.0, -0.03]).unwrap();
        assert_eq!(odds.p, 0.5);
        assert!((odds.win - 0.03).abs() < 1e-15 && (odds.loss - 0.02).abs() < 1e-15);
        assert_eq!(Odds::of(&[1.0], &[0.1]), None);
    }
}
