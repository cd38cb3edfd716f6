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
    let mut search = Search::new();
    for (block, values) in equity.chunks(TOGETHER).enumerate() {
        // Lane by lane: which of them is lowest or highest hardly ever matters.
        let (low, high) = range::<F>(values);
        if F::of(search.peak).below(high) != 0 {
            values.iter().for_each(|value| search.meet(*value, block));
        } else if low.below(F::of(search.low)) != 0 {
            search.fall_to(low.lanes().into_iter().fold(f64::INFINITY, lower), block);
        }
    }
    let Some(Deepest { depth, peak, low, block }) = search.deepest else { return (0.0, 0) };
    // Of equal lows the first counts, of equal closes at the peak the last before it.
    let at_peak = |trough: usize| equity[..trough].iter().rposition(|value| *value == peak);
    let lows = (block * TOGETHER..equity.len()).filter(|t| equity[*t] == low);
    let Some((start, trough)) = lows.filter_map(|t| Some((at_peak(t)?, t))).next() else { return (depth, 0) };
    let end = first_at_or_above::<F>(peak, &equity[trough..]).map_or(equity.len() - 1, |k| trough + k);
    (depth, dates[end].days_since(dates[start]))
}

struct Search {
    /// Highest close so far, and the lowest since.
    peak: f64,
    low: f64,
    deepest: Option<Deepest>,
    /// A low that is not below this share of the peak is none that is deeper.
    bound: f64,
}

struct Deepest {
    depth: f64,
    peak: f64,
    low: f64,
    /// Where the low is.
    block: usize,
}

impl Search {
    fn new() -> Search {
        Search { peak: f64::NEG_INFINITY, low: f64::INFINITY, deepest: None, bound: 1.0 }
    }

    /// One close; written so that nobody has to guess whether it is a new peak.
    #[inline(always)]
    fn meet(&mut self, value: f64, block: usize) {
        let is_peak = value > self.peak;
        self.peak = if is_peak { value } else { self.peak };
        self.low = if is_peak | (value < self.low) { value } else { self.low };
        self.look(block);
    }

    /// Closes none of which is a new peak.
    #[inline(always)]
    fn fall_to(&mut self, low: f64, block: usize) {
        self.low = if low < self.low { low } else { self.low };
        self.look(block);
    }

    #[inline(always)]
    fn look(&mut self, block: usize) {
        if self.low < self.peak * self.bound {
            self.deepen(block);
        }
    }

    fn deepen(&mut self, block: usize) {
        /// More than the product in `look` is rounded by.
        const ROOM: f64 = 1.0 + 1e-15;
        let (peak, low) = (self.peak, self.low);
        let depth = low / peak - 1.0;
        if depth < self.deepest.as_ref().map_or(0.0, |deepest| deepest.depth) {
            self.deepest = Some(Deepest { depth, peak, low, block });
            self.bound = (1.0 + depth) * ROOM;
        }
    }
}

/// Lowest and highest of each lane of `values`.
#[inline(always)]
fn range<F: Four>(values: &[f64]) -> (F, F) {
    let (mut low, mut high) = (F::of(f64::INFINITY), F::of(f64::NEG_INFINITY));
    let (blocks, rest) = values.as_chunks();
    for block in blocks.iter().map(F::read) {
        (low, high) = (block.lower(low), block.higher(high));
    }
    for value in rest {
        (low, high) = (F::of(*value).lower(low), F::of(*value).higher(high));
    }
    (low, high)
}

#[inline(always)]
fn lower(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

/// Index of the first of `values` that is not below `level`.
#[inline(always)]
fn first_at_or_above<F: Four>(level: f64, values: &[f64]) -> Option<usize> {
    let below = |block: &&[f64]| range::<F>(block).1.below(F::of(level)) == ALL_LANES;
    const ALL_LANES: u32 = 0b1111;
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
            // Some curves fall by a hair at a time instead.
            let unit = if case % 4 == 3 { 1e-4 } else { 1.0 };
            let equity: Vec<f64> = (0..n)
                .map(|_| {
                    value += ((draw() - 0.49) * step).round() * unit;
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
