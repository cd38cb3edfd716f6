//! Holding a position at least n bars.

/// Directions in which a position, once taken, stays for at least `bars` bars: a position decided after the close of bar
/// t is given up (or turned) after the close of bar t + `bars` at the earliest, and only if that is still wanted then.
/// Being out of the market is no position and may end at once. `bars` of 0 or 1 change nothing.
pub fn hold(wanted: &[f64], bars: usize) -> Vec<f64> {
    let (mut held, mut since) = (0.0, 0);
    wanted
        .iter()
        .enumerate()
        .map(|(t, &direction)| {
            let bound = held != 0.0 && t - since < bars;
            if direction != held && !bound {
                (held, since) = (direction, t);
            }
            held
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_stays_for_its_bars_and_leaves_when_that_is_still_wanted() {
        let wanted = [0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0];
        assert_eq!(hold(&wanted, 3), [0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn a_turn_waits_too_but_entering_does_not() {
        let wanted = [1.0, -1.0, -1.0, 0.0, 1.0];
        assert_eq!(hold(&wanted, 2), [1.0, 1.0, -1.0, -1.0, 1.0]);
        assert_eq!(hold(&[0.0, 1.0], 100), [0.0, 1.0]);
    }

    #[test]
    fn one_bar_asks_nothing() {
        let wanted = [1.0, 0.0, -1.0, 1.0];
        assert_eq!((hold(&wanted, 0), hold(&wanted, 1)), (wanted.to_vec(), wanted.to_vec()));
    }
}
