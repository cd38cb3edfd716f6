//! What holders are due on a bar, from three voices that should say the same: events (dividends and splits, by their
//! ex-day), the adjustment factor, and the exchange's reference price.
//!
//! Sources date an ex-day a bar apart at times. An event and a move of the factor on neighbouring bars that are alike are
//! one thing, due once: on the bar whose reference price shows it; where there are no reference prices, on the one that
//! comes first. Nothing here looks at a bar after the one asked about; events are announced before their day.

use crate::adjustment::{ExDay, ROUNDED_BY, same_price};
use crate::bars::BarSeries;
use crate::rules::{Market, PriceLimit};
use crate::tape::Tape;

/// What happens to a holding on a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Due<'a> {
    /// The events, as they are paid.
    Events(&'a [(usize, ExDay)]),
    /// What the factor has moved by since it was last applied, if it has.
    Factor,
    /// The same, although events of the bar say another move.
    FactorOverEvents,
    /// Nothing, although events say something: neither factor nor reference price shows it.
    Refused,
    /// Nothing: it was or will be seen to on a bar beside.
    Elsewhere,
}

/// A factor that moved less than this is rounding noise of the source, not an ex-day.
pub(super) const FACTOR_NOISE: f64 = 1e-5;

/// A move of the factor that is so many times that of an event on a neighbouring bar is the event's.
const LIKE: std::ops::RangeInclusive<f64> = 0.5..=2.0;

/// What events and factors of a series say about its bars.
pub(super) struct Voices<'a> {
    bars: &'a BarSeries,
    /// Ascending by bar.
    events: &'a [(usize, ExDay)],
    tape: &'a Tape<'a>,
}

/// An event of a bar whose move the factor made on the bar before.
#[derive(Clone, Copy, PartialEq)]
enum Early {
    /// It was due there.
    Done,
    /// The reference price there did not show it yet.
    Waits,
}

impl<'a> Voices<'a> {
    pub fn of(tape: &'a Tape<'a>) -> Voices<'a> {
        Voices { bars: tape.bars, events: &tape.events, tape }
    }

    /// What is due on bar `i`, which is not the first.
    pub fn due(&self, i: usize) -> Due<'a> {
        let own = self.events_of(i);
        if own.is_empty() {
            return self.without_event(i);
        }
        let moved = self.has_own_move(i);
        match self.early(i) {
            Some(Early::Done) if moved => Due::Factor,
            Some(Early::Done) => Due::Elsewhere,
            Some(Early::Waits) => Due::Events(own),
            None if moved && self.agrees(own, i) => Due::Events(own),
            None if moved => Due::FactorOverEvents,
            None if self.is_refused(i) => Due::Refused,
            None => Due::Events(own),
        }
    }

    fn without_event(&self, i: usize) -> Due<'a> {
        if self.is_late(i) {
            let before = self.events_of(i - 1);
            return if self.is_refused(i - 1) { Due::Events(before) } else { Due::Elsewhere };
        }
        let next = self.events_of(i + 1);
        if self.moved(i) && self.is_like(next, i) {
            return if self.shows_no_move(i) { Due::Elsewhere } else { Due::Events(next) };
        }
        Due::Factor
    }

    fn events_of(&self, bar: usize) -> &'a [(usize, ExDay)] {
        let until = |bar: usize| self.events.partition_point(|(of, _)| *of < bar);
        &self.events[until(bar)..until(bar + 1)]
    }

    /// f(i)/f(i−1).
    fn step(&self, i: usize) -> f64 {
        self.bars.factor[i] / self.bars.factor[i - 1]
    }

    fn moved(&self, i: usize) -> bool {
        i > 0 && (self.step(i) - 1.0).abs() > FACTOR_NOISE
    }

    /// Whether the factor moves on bar `i` for something else than an event of the bar before.
    fn has_own_move(&self, i: usize) -> bool {
        self.moved(i) && !self.is_late(i)
    }

    /// Whether the move of the factor on bar `i` is that of the events of the bar before.
    fn is_late(&self, i: usize) -> bool {
        self.moved(i)
            && self.is_like(self.events_of(i - 1), i)
            && !self.has_own_move(i - 1)
            && self.early(i - 1).is_none()
    }

    /// Whether the factor made the move of the events of bar `i` on the bar before, which has no events of its own.
    fn early(&self, i: usize) -> Option<Early> {
        let before = i.checked_sub(1).filter(|before| self.events_of(*before).is_empty())?;
        let moved = self.has_own_move(before) && self.is_like(self.events_of(i), before);
        moved.then(|| if self.shows_no_move(before) { Early::Waits } else { Early::Done })
    }

    /// Whether `events`, paid on bar `i`, move the price as the factor does there.
    fn agrees(&self, events: &[(usize, ExDay)], i: usize) -> bool {
        let by_events = reference(events, self.bars.close[i - 1]);
        by_events.is_some_and(|price| same_price(price, self.bars.close[i - 1] / self.step(i)))
    }

    /// Whether the factor moves on bar `i` about as `events` of a bar beside it do. Not exactly: the yield of a dividend is
    /// another by the price it was computed with. And noise of a factor is no small dividend.
    fn is_like(&self, events: &[(usize, ExDay)], i: usize) -> bool {
        let close = self.bars.close[i - 1];
        let drop = |reference: f64| close - reference;
        let by_events = reference(events, close).map(drop).filter(|_| !events.is_empty());
        by_events.is_some_and(|by_events| LIKE.contains(&(drop(close / self.step(i)) / by_events)))
    }

    /// Whether the reference price of bar `i` contradicts its events, which the factor does not show.
    fn is_refused(&self, i: usize) -> bool {
        match reference(self.events_of(i), self.bars.close[i - 1]) {
            None => true,
            Some(expected) => !self.is_free(i) && self.stays_instead_of(i, expected),
        }
    }

    fn shows_no_move(&self, i: usize) -> bool {
        self.stays_instead_of(i, self.bars.close[i - 1] / self.step(i))
    }

    /// Whether the exchange's reference price of bar `i` is nearer to the close before than to `expected`, and not that
    /// rounded to the tick. Only the exchanges of China publish one that knows of ex-days.
    fn stays_instead_of(&self, i: usize, expected: f64) -> bool {
        let column = self.bars.pre_close.as_ref().filter(|_| self.tape.rules.market() == Market::Ashare);
        let known = column.map(|column| column[i]).filter(|price| *price > 0.0);
        known.is_some_and(|price| {
            let off = (price - expected).abs();
            off > ROUNDED_BY && (price - self.bars.close[i - 1]).abs() < off
        })
    }

    /// On the day of a share reform the exchange left the reference as it was, though holders received shares.
    fn is_free(&self, i: usize) -> bool {
        !matches!(self.tape.limit(i), PriceLimit::Band { .. })
    }
}

/// The price after `events` of a share that closed at `close`, before rounding to the tick; `None` if it is no price.
pub(super) fn reference(events: &[(usize, ExDay)], close: f64) -> Option<f64> {
    let price = events.iter().fold(close, |price, (_, event)| event.reference(price));
    (price > 0.0 && price.is_finite()).then_some(price)
}
