//! What a score says: up, down, or nothing new.

/// Two levels a score is held against. Above `entry` it says up; at or below `exit` it says down; in between it says
/// nothing, and what was said before stands. Without the gap a score that trembles around one level would trade every
/// day (a Schmitt trigger).
///
/// A score is a probability of a rise, or a forecast change of the price; the levels are in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// Above this the score says up.
    pub entry: f64,
    /// At or below this it says down; not above `entry`.
    pub exit: f64,
}

/// What a score says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Above the entry.
    Up,
    /// At or below the exit.
    Down,
    /// In between (or no number): as before.
    Unchanged,
}

impl Threshold {
    /// One level, no gap: above it up, otherwise down.
    pub fn at(level: f64) -> Threshold {
        Threshold { entry: level, exit: level }
    }

    /// What `score` says.
    pub fn view(&self, score: f64) -> View {
        if score > self.entry {
            View::Up
        } else if score <= self.exit {
            View::Down
        } else {
            View::Unchanged
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_at_the_entry_is_not_above_it_and_at_the_exit_is_out() {
        let band = Threshold { entry: 0.55, exit: 0.45 };
        let says = [0.56, 0.55, 0.5, 0.46, 0.45, 0.1].map(|score| band.view(score));
        use View::{Down, Unchanged, Up};
        assert_eq!(says, [Up, Unchanged, Unchanged, Unchanged, Down, Down]);
    }

    #[test]
    fn one_level_always_says_something() {
        let level = Threshold::at(0.5);
        assert_eq!([0.51, 0.5, 0.49].map(|p| level.view(p)), [View::Up, View::Down, View::Down]);
        assert_eq!(level.view(f64::NAN), View::Unchanged);
    }
}
