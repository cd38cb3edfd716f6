//! The bars at whose open any order fills, at the open: by far the most. They are told once a series, four at a time, so that
//! orders need to look closer only on the others.

use crate::bars::BarSeries;
use crate::rules::Limits;
use crate::wide::{Four, LANES, Work, wide};

/// A bit for every bar.
#[derive(Clone, Debug)]
pub(super) struct PlainOpens(Vec<u64>);

impl PlainOpens {
    /// Of `bars` that trade within `limits`, but for the ascending bars `suspended`. A bar of which more must be asked, or
    /// that comes before `limits` are settled, is none of them.
    pub fn of(bars: &BarSeries, limits: &Limits<'_>, suspended: &[usize]) -> PlainOpens {
        let reference = match (limits.inside(), &bars.pre_close) {
            (None, _) => &bars.open,
            (Some(_), Some(pre_close)) => pre_close,
            // A reference of its own for every bar costs more than it saves.
            (Some(_), None) => return PlainOpens::none(bars),
        };
        let mut plain =
            wide(Look { bars, reference, inside: limits.inside().unwrap_or((f64::INFINITY, 0.0)) });
        for bar in (0..limits.settled_from().min(bars.len())).chain(suspended.iter().copied()) {
            plain[bar / WORD] &= !(1 << (bar % WORD));
        }
        PlainOpens(plain)
    }

    /// None of the bars is.
    pub fn none(bars: &BarSeries) -> PlainOpens {
        PlainOpens(vec![0; bars.len().div_ceil(WORD)])
    }

    #[inline(always)]
    pub fn has(&self, bar: usize) -> bool {
        self.0[bar / WORD] >> (bar % WORD) & 1 == 1
    }
}

/// Bars a word holds.
const WORD: usize = u64::BITS as usize;

struct Look<'a> {
    bars: &'a BarSeries,
    reference: &'a [f64],
    inside: (f64, f64),
}

impl Look<'_> {
    /// Bit k for lane k.
    #[inline(always)]
    fn at<F: Four>(&self, open: F, high: F, low: F, volume: F, reference: F) -> u64 {
        let allowed = reference * F::of(self.inside.0) - F::of(self.inside.1);
        let inside = (open - reference).abs().below(allowed);
        let beyond = open.below(low) | high.below(open);
        u64::from(inside & !beyond & F::of(0.0).below(volume))
    }
}

impl Work for Look<'_> {
    type Done = Vec<u64>;

    #[inline(always)]
    fn work<F: Four>(self) -> Vec<u64> {
        let (opens, rest) = self.bars.open.as_chunks();
        let (highs, rest_high) = self.bars.high.as_chunks();
        let (lows, rest_low) = self.bars.low.as_chunks();
        let (volumes, rest_volume) = self.bars.volume.as_chunks();
        let (references, rest_reference) = self.reference.as_chunks();
        let mut words = vec![0; self.bars.len().div_ceil(WORD)];
        let columns = opens.iter().zip(highs).zip(lows).zip(volumes).zip(references);
        for (block, ((((open, high), low), volume), reference)) in columns.enumerate() {
            let (open, high, low) = (F::read(open), F::read(high), F::read(low));
            let bits = self.at(open, high, low, F::read(volume), F::read(reference));
            words[block * LANES / WORD] |= bits << (block * LANES % WORD);
        }
        for k in 0..rest.len() {
            // Four times the same bar.
            let bar = opens.len() * LANES + k;
            let (open, high, low) = (F::of(rest[k]), F::of(rest_high[k]), F::of(rest_low[k]));
            let bits = self.at(open, high, low, F::of(rest_volume[k]), F::of(rest_reference[k]));
            words[bar / WORD] |= (bits & 1) << (bar % WORD);
        }
        words
    }
}
