//! How far a curve fell from its highest point, and for how long.

use crate::date::TradeDate;
use crate::wide::Four;

/// Drawdown of every bar: equity / highest equity so far − 1; zero or negative.
pub fn drawdown(equity: &[f64]) -> Vec<f64> {
    let mut peak = f64::NEG_INFINITY;
    equity
        .iter()
        .map(|&value| {
            peak = peak.max(value);
            value / peak - 1.0
        })
        .collect()
}

/// Bars that are looked at together: most neither reach a new peak nor a new low.
const TOGETHER: usize = 16;

/// Depth of the deepest drawdown (the first of equals) and its calendar days from peak to recovery or to the end.
#[inline(always)]
pub(super) fn deepest_drawdown<F: Four>(dates: &[TradeDate], equity: &[f64]) -> (f64, i64) {
    let fall = Fall { peak: f64::NEG_INFINITY, low: f64::INFINITY, peak_at: 0, low_block: 0 };
    let mut search = Search { fall, deepest: Deepest { depth: 0.0, fall } };
    for (block, values) in equity.chunks(TOGETHER).enumerate() {
        let (low, high) = range::<F>(values);
        if high <= search.fall.peak {
            search.fall.to(low, block);
        } else {
            for (k, value) in values.iter().enumerate() {
                search.meet(*value, block * TOGETHER + k);
            }
        }
    }
    search.close();
    let Deepest { depth, fall: Fall { peak, low, peak_at, low_block } } = search.deepest;
    if depth >= 0.0 {
        return (0.0, 0);
    }
    // Of equal lows the first counts, of equal closes at the peak the last before it.
    let from = peak_at.max(low_block * TOGETHER);
    let trough = from + equity[from..].iter().position(|value| *value == low).unwrap_or(0);
    let start = equity[..trough].iter().rposition(|value| *value == peak).unwrap_or(trough);
    let end = first_at_or_above::<F>(peak, &equity[trough..]).map_or(equity.len() - 1, |k| trough + k);
    (depth, dates[end].days_since(dates[start]))
}

/// The lowest close below each peak decides, so that one division a peak is enough.
struct Search {
    fall: Fall,
    deepest: Deepest,
}

/// What follows a peak.
#[derive(Clone, Copy)]
struct Fall {
    peak: f64,
    /// Lowest close since.
    low: f64,
    /// Bar of the peak.
    peak_at: usize,
    /// Block of the first close at `low`.
    low_block: usize,
}

struct Deepest {
    depth: f64,
    fall: Fall,
}

impl Search {
    #[inline(always)]
    fn meet(&mut self, value: f64, bar: usize) {
        let block = bar / TOGETHER;
        if value > self.fall.peak {
            self.close();
            self.fall = Fall { peak: value, low: value, peak_at: bar, low_block: block };
        } else {
            self.fall.to(value, block);
        }
    }

    /// The peak is left behind.
    #[inline(always)]
    fn close(&mut self) {
        let Fall { peak, low, .. } = self.fall;
        // Without a division: most peaks are left before anything deep has followed.
        if low < peak * (1.0 + self.deepest.depth) {
            let depth = low / peak - 1.0;
            if depth < self.deepest.depth {
                self.deepest = Deepest { depth, fall: self.fall };
            }
        }
    }
}

impl Fall {
    #[inline(always)]
    fn to(&mut self, low: f64, block: usize) {
        if low < self.low {
            (self.low, self.low_block) = (low, block);
        }
    }
}

/// Lowest and highest of `values`.
#[inline(always)]
fn range<F: Four>(values: &[f64]) -> (f64, f64) {
    let (mut low, mut high) = (F::of(f64::INFINITY), F::of(f64::NEG_INFINITY));
    let (blocks, rest) = values.as_chunks();
    for block in blocks.iter().map(F::read) {
        (low, high) = (block.lower(low), block.higher(high));
    }
    let lower = |a: f64, b: &f64| if *b < a { *b } else { a };
    let higher = |a: f64, b: &f64| if *b > a { *b } else { a };
    let low = low.lanes().iter().chain(rest).fold(f64::INFINITY, lower);
    (low, high.lanes().iter().chain(rest).fold(f64::NEG_INFINITY, higher))
}

/// Index of the first of `values` that is not below `level`.
#[inline(always)]
fn first_at_or_above<F: Four>(level: f64, values: &[f64]) -> Option<usize> {
    let below = |block: &&[f64]| range::<F>(block).1 < level;
    let passed = values.chunks(TOGETHER).take_while(below).count() * TOGETHER;
    values.get(passed..)?.iter().position(|value| *value >= level).map(|k| passed + k)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wide::{Work, wide};

    struct OfCurve<'a>(&'a [TradeDate], &'a [f64]);

    impl Work for OfCurve<'_> {
        type Done = (f64, i64);

        #[inline(always)]
        fn work<F: Four>(self) -> (f64, i64) {
            deepest_drawdown::<F>(self.0, self.1)
        }
    }

    fn deepest(dates: &[TradeDate], equity: &[f64]) -> (f64, i64) {
        wide(OfCurve(dates, equity))
    }

    /// Every peak against every later close.
    fn plainly(dates: &[TradeDate], equity: &[f64]) -> (f64, i64) {
        let falls = drawdown(equity);
        let deepest = falls.iter().copied().fold(0.0, f64::min);
        if deepest == 0.0 {
            return (0.0, 0);
        }
        let trough = falls.iter().position(|fall| *fall == deepest).unwrap();
        let peak = equity[..trough].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let start = (0..trough).rev().find(|t| equity[*t] == peak).unwrap();
        let end = (trough..equity.len()).find(|t| equity[*t] >= peak).unwrap_or(equity.len() - 1);
        (deepest, dates[end].days_since(dates[start]))
    }

    #[test]
    fn blocks_find_what_a_look_at_every_close_finds() {
        let mut state = 3_u64;
        let mut draw = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / (1_u64 << 24) as f64
        };
        for case in 0..600 {
            let n = 1 + case % 90;
            let mut value = 100.0;
            // Whole numbers, so that peaks and lows repeat; some curves lose all.
            let step = if case % 3 == 0 { 60.0 } else { 4.0 };
            let equity: Vec<f64> = (0..n)
                .map(|_| {
                    value += ((draw() - 0.49) * step).round();
                    value
                })
                .collect();
            let mut day = TradeDate::literal(2020, 1, 1);
            let dates: Vec<TradeDate> = (0..n)
                .map(|_| {
                    day = day.next_day();
                    day
                })
                .collect();
            if equity[0] > 0.0 {
                assert_eq!(deepest(&dates, &equity), plainly(&dates, &equity), "{equity:?}");
            }
        }
    }
}
