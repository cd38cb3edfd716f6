//! Days on which the stock does not trade although the exchange does.

use super::random::Stream;

/// Spells of suspension over the whole history, one in each of as many equal stretches.
const SPELLS: usize = 12;

/// Whether the stock is suspended, per trading day: spells of a few days and of a few weeks in turn, 1 to 2 % of all
/// days together. The first and last bars of each stretch are traded.
pub(crate) fn draw(days: usize, stream: &mut Stream) -> Vec<bool> {
    let mut suspended = vec![false; days];
    let stretch = days / SPELLS;
    for spell in 0..SPELLS {
        let length = if spell % 2 == 0 { 1 + stream.below(4) } else { 5 + stream.below(11) };
        let room = stretch.saturating_sub(length + 80);
        let start = spell * stretch + 40 + stream.below(room.max(1));
        for day in suspended.iter_mut().skip(start).take(length) {
            *day = true;
        }
    }
    suspended
}
