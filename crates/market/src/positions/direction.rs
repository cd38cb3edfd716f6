//! Which side of the market a view means.

use super::holding::hold;
use super::threshold::{Threshold, View};
use serde::{Deserialize, Serialize};

/// What "down" means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Positions {
    /// Out of the market.
    LongFlat,
    /// Short.
    LongShort,
}

impl Positions {
    /// +1 for up; 0 or −1 for down; what it was before where nothing new was said.
    pub fn direction(self, view: View, before: f64) -> f64 {
        match (view, self) {
            (View::Up, _) => 1.0,
            (View::Down, Positions::LongFlat) => 0.0,
            (View::Down, Positions::LongShort) => -1.0,
            (View::Unchanged, _) => before,
        }
    }
}

/// From scores to directions: levels, sides, and how long a position is held at least.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PositionRule {
    /// Levels of the score.
    pub threshold: Threshold,
    /// What down means.
    pub positions: Positions,
    /// Bars a position is held at least; 1 asks nothing.
    pub hold: usize,
}

impl PositionRule {
    /// The direction, −1, 0 or 1, decided after the close of each bar, one for each score; the account starts from 0. The
    /// direction of bar t depends on the scores up to t alone.
    pub fn directions(&self, scores: &[f64]) -> Vec<f64> {
        let mut direction = 0.0;
        let wanted: Vec<f64> = scores
            .iter()
            .map(|score| {
                direction = self.positions.direction(self.threshold.view(*score), direction);
                direction
            })
            .collect();
        hold(&wanted, self.hold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORES: [f64; 7] = [0.5, 0.6, 0.5, 0.4, 0.5, 0.6, 0.3];

    fn rule(positions: Positions) -> PositionRule {
        PositionRule { threshold: Threshold { entry: 0.55, exit: 0.45 }, positions, hold: 1 }
    }

    #[test]
    fn between_the_levels_the_position_stays_as_it_was() {
        assert_eq!(rule(Positions::LongFlat).directions(&SCORES), [0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(rule(Positions::LongShort).directions(&SCORES), [0.0, 1.0, 1.0, -1.0, -1.0, 1.0, -1.0]);
    }

    #[test]
    fn one_level_is_the_plain_rule_up_is_long_and_all_else_is_not() {
        let plain = |positions| PositionRule { threshold: Threshold::at(0.5), positions, hold: 1 };
        assert_eq!(plain(Positions::LongFlat).directions(&SCORES), [0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(plain(Positions::LongShort).directions(&SCORES)[..3], [-1.0, 1.0, -1.0]);
    }
}
