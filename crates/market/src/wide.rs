//! Loops over long columns, four doubles at a time. They are written once over [`Four`] and compiled for AVX2 and for any
//! machine; both do the same operations in the same order (nothing is fused), so the bits are the same on every CPU.

use std::ops::{Add, Div, Mul, Sub};

#[cfg(target_arch = "x86_64")]
mod avx2;

/// Something to do over long columns. `work`, and all that it calls with an `F`, is marked `#[inline(always)]`: only what
/// ends up inside [`wide`]'s own functions is compiled for the wider vectors.
pub(crate) trait Work {
    type Done;

    fn work<F: Four>(self) -> Self::Done;
}

/// Does `work` with the widest vectors that this CPU has.
#[inline]
pub(crate) fn wide<W: Work>(work: W) -> W::Done {
    #[cfg(target_arch = "x86_64")]
    if let Some(cpu) = avx2::Avx2::here() {
        return cpu.work(work);
    }
    work.work::<Plain>()
}

/// Four doubles that are worked on together, lane by lane.
pub(crate) trait Four:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    fn of(x: f64) -> Self;

    fn read(from: &[f64; 4]) -> Self;

    fn write(self, to: &mut [f64; 4]);

    /// `self` where it is below `other`, else `other`.
    fn lower(self, other: Self) -> Self;

    /// `self` where it is above `other`, else `other`.
    fn higher(self, other: Self) -> Self;

    fn abs(self) -> Self;

    /// `self` where `of` is above 0, else 0.
    fn where_positive(self, of: Self) -> Self;

    /// Bit k for lane k in which `self` is below `other`.
    fn below(self, other: Self) -> u32;

    /// Bit k for lane k in which `self` is not equal to `other`, or one of them is no number.
    fn differs(self, other: Self) -> u32;

    /// Writes the lanes of `self` whose bits are set in `which` to the front of `to`, in order; what else it holds
    /// afterwards means nothing.
    fn write_some(self, which: u32, to: &mut [f64; 4]);

    fn lanes(self) -> [f64; 4] {
        let mut lanes = [0.0; 4];
        self.write(&mut lanes);
        lanes
    }

    /// Sum of the lanes, in pairs.
    fn sum(self) -> f64 {
        let [a, b, c, d] = self.lanes();
        (a + b) + (c + d)
    }
}

/// Four at a time.
pub(crate) const LANES: usize = 4;

/// An array that the compiler makes vectors of where it can.
#[derive(Clone, Copy)]
pub(crate) struct Plain([f64; 4]);

impl Plain {
    #[inline(always)]
    fn with(self, other: Plain, f: impl Fn(f64, f64) -> f64) -> Plain {
        let (a, b) = (self.0, other.0);
        Plain([f(a[0], b[0]), f(a[1], b[1]), f(a[2], b[2]), f(a[3], b[3])])
    }

    #[inline(always)]
    fn bits(self, other: Plain, f: impl Fn(f64, f64) -> bool) -> u32 {
        (0..4).fold(0, |bits, k| bits | u32::from(f(self.0[k], other.0[k])) << k)
    }
}

macro_rules! lane_by_lane {
    ($($name:ident, $function:ident, $op:tt);*) => {$(
        impl $name for Plain {
            type Output = Plain;

            #[inline(always)]
            fn $function(self, other: Plain) -> Plain {
                self.with(other, |a, b| a $op b)
            }
        }
    )*};
}

lane_by_lane!(Add, add, +; Sub, sub, -; Mul, mul, *; Div, div, /);

impl Four for Plain {
    #[inline(always)]
    fn of(x: f64) -> Plain {
        Plain([x; 4])
    }

    #[inline(always)]
    fn read(from: &[f64; 4]) -> Plain {
        Plain(*from)
    }

    #[inline(always)]
    fn write(self, to: &mut [f64; 4]) {
        *to = self.0;
    }

    #[inline(always)]
    fn lower(self, other: Plain) -> Plain {
        self.with(other, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn higher(self, other: Plain) -> Plain {
        self.with(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn abs(self) -> Plain {
        self.with(self, |a, _| a.abs())
    }

    #[inline(always)]
    fn where_positive(self, of: Plain) -> Plain {
        self.with(of, |a, of| if of > 0.0 { a } else { 0.0 })
    }

    #[inline(always)]
    fn below(self, other: Plain) -> u32 {
        self.bits(other, |a, b| a < b)
    }

    #[inline(always)]
    fn differs(self, other: Plain) -> u32 {
        self.bits(other, |a, b| a != b)
    }

    #[inline(always)]
    fn write_some(self, which: u32, to: &mut [f64; 4]) {
        let mut written = 0;
        for (k, lane) in self.0.into_iter().enumerate() {
            // Written always, counted only when it belongs. There are never more written than looked at.
            to[written & 3] = lane;
            written += (which >> k & 1) as usize;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation on every pair of odd numbers.
    struct Everything;

    const ODD: [f64; 12] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.1,
        3.7e-310,
        -2.5e300,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        1e16,
        0.333,
    ];

    impl Work for Everything {
        type Done = Vec<u64>;

        #[inline(always)]
        fn work<F: Four>(self) -> Vec<u64> {
            let mut bits = Vec::new();
            for block in ODD.as_chunks().0 {
                for other in ODD {
                    let (a, b) = (F::read(block), F::of(other));
                    for done in
                        [a + b, a - b, a * b, a / b, a.lower(b), a.higher(b), a.abs(), a.where_positive(b)]
                    {
                        // Which NaN it is does not matter.
                        bits.extend(done.lanes().map(|x| if x.is_nan() { 0 } else { x.to_bits() }));
                    }
                    bits.extend([a.below(b), a.differs(b)].map(u64::from));
                    for which in 0..16_u32 {
                        let mut some = [0.0; 4];
                        a.write_some(which, &mut some);
                        let count = which.count_ones() as usize;
                        bits.extend(some[..count].iter().map(|x| if x.is_nan() { 0 } else { x.to_bits() }));
                        let expected = (0..4).filter(|k| which >> k & 1 == 1).map(|k| block[k]);
                        assert!(expected.zip(some).all(|(a, b)| a == b || a.is_nan()), "{which:04b}");
                    }
                    bits.push(a.sum().to_bits() & i64::MAX.cast_unsigned());
                }
            }
            bits
        }
    }

    #[test]
    fn every_cpu_finds_the_same_bits() {
        assert_eq!(wide(Everything), Everything.work::<Plain>());
    }
}
