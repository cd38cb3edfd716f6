//! What closed positions earned, one by one.

use crate::ledger::RoundTrip;

/// Figures of closed round trips; a trip with a profit of exactly 0 is neither won nor lost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct TripFigures {
    /// Trips with a profit / trips.
    pub win_rate: Option<f64>,
    /// Profits / |losses|.
    pub profit_factor: Option<f64>,
    /// Mean profit of the winners.
    pub average_win: Option<f64>,
    /// Mean profit of the losers, negative.
    pub average_loss: Option<f64>,
    /// Mean profit of all.
    pub expectancy: Option<f64>,
}

impl TripFigures {
    pub fn of(trips: &[RoundTrip]) -> TripFigures {
        let (mut won, mut lost) = ((0_usize, 0.0), (0_usize, 0.0));
        for RoundTrip { profit, .. } in trips {
            // Both sides always: nobody could predict the branch.
            won.0 += usize::from(*profit > 0.0);
            won.1 += if *profit > 0.0 { *profit } else { 0.0 };
            lost.0 += usize::from(*profit < 0.0);
            lost.1 += if *profit < 0.0 { *profit } else { 0.0 };
        }
        let all = trips.len() as f64;
        let mean = |(count, sum): (usize, f64)| (count > 0).then(|| sum / count as f64);
        TripFigures {
            win_rate: (!trips.is_empty()).then(|| won.0 as f64 / all),
            profit_factor: (lost.0 > 0).then(|| won.1 / -lost.1),
            average_win: mean(won),
            average_loss: mean(lost),
            expectancy: (!trips.is_empty()).then(|| (won.1 + lost.1) / all),
        }
    }
}
