//! Shares traded: persistent, higher on days of large moves, and with surprises of its own.

use super::random::Stream;

/// Typical volume in lots of 100 shares.
const TYPICAL_LOTS: f64 = 120_000.0;
/// Weight of yesterday's log level.
const PERSISTENCE: f64 = 0.7;
/// Standard deviation of the level's own daily shock.
const SURPRISE: f64 = 0.30;
/// Log volume added by a move of one standard deviation.
const MOVE: f64 = 0.25;
/// Moves beyond this many standard deviations add no more.
const LARGEST_MOVE: f64 = 4.0;

/// Log-AR(1) volume. It knows the size of the day's move and never its sign.
pub(crate) struct Volume {
    level: f64,
}

impl Volume {
    pub(crate) fn new() -> Volume {
        Volume { level: 0.0 }
    }

    /// Lots traded on a day whose return was `z` conditional standard deviations.
    pub(crate) fn draw(&mut self, z: f64, stream: &mut Stream) -> i64 {
        self.level = PERSISTENCE * self.level + SURPRISE * stream.normal_pair().0;
        let log = self.level + MOVE * (z.abs().min(LARGEST_MOVE) - 0.75);
        // At least one lot: a day without a trade is a suspension, not a bar.
        ((TYPICAL_LOTS * log.exp()).round() as i64).max(1)
    }
}
