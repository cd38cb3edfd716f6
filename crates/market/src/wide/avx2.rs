//! Vectors of AVX2.
//!
//! Safe to use because [`Lanes`] cannot be named outside this file: it exists only inside [`Avx2::work`], and an [`Avx2`]
//! only where the CPU has been asked.
#![allow(unsafe_code)]

use super::{Four, Work};
use std::arch::x86_64::{
    __m256d, _CMP_GT_OQ, _CMP_LT_OQ, _CMP_NEQ_UQ, _mm256_add_pd, _mm256_and_pd, _mm256_andnot_pd,
    _mm256_castpd_si256, _mm256_castsi256_pd, _mm256_cmp_pd, _mm256_div_pd, _mm256_loadu_pd,
    _mm256_loadu_si256, _mm256_max_pd, _mm256_min_pd, _mm256_movemask_pd, _mm256_mul_pd,
    _mm256_permutevar8x32_epi32, _mm256_set1_pd, _mm256_setzero_pd, _mm256_storeu_pd, _mm256_sub_pd,
};
use std::ops::{Add, Div, Mul, Sub};

/// The CPU has AVX2, and with it counts and finds bits.
pub(super) struct Avx2(());

impl Avx2 {
    /// Where it has.
    #[inline]
    pub fn here() -> Option<Avx2> {
        let has_all = std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("bmi1")
            && std::arch::is_x86_feature_detected!("popcnt");
        has_all.then_some(Avx2(()))
    }

    #[inline]
    pub fn work<W: Work>(&self, work: W) -> W::Done {
        #[target_feature(enable = "avx2,bmi1,popcnt")]
        fn with_avx2<W: Work>(work: W) -> W::Done {
            work.work::<Lanes>()
        }
        // SAFETY: `self` says that the CPU has them, which is all that the function asks for.
        unsafe { with_avx2(work) }
    }
}

#[derive(Clone, Copy)]
struct Lanes(__m256d);

// SAFETY of the blocks below: values of `Lanes` are made inside `Avx2::work` alone, so that the CPU has the instructions;
// what is read and written is an array of four.
macro_rules! instruction {
    ($($name:ident, $function:ident, $instruction:ident);*) => {$(
        impl $name for Lanes {
            type Output = Lanes;

            #[inline(always)]
            fn $function(self, other: Lanes) -> Lanes {
                Lanes(unsafe { $instruction(self.0, other.0) })
            }
        }
    )*};
}

instruction!(Add, add, _mm256_add_pd; Sub, sub, _mm256_sub_pd; Mul, mul, _mm256_mul_pd; Div, div, _mm256_div_pd);

impl Four for Lanes {
    #[inline(always)]
    fn of(x: f64) -> Lanes {
        Lanes(unsafe { _mm256_set1_pd(x) })
    }

    #[inline(always)]
    fn read(from: &[f64; 4]) -> Lanes {
        Lanes(unsafe { _mm256_loadu_pd(from.as_ptr()) })
    }

    #[inline(always)]
    fn write(self, to: &mut [f64; 4]) {
        unsafe { _mm256_storeu_pd(to.as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    fn lower(self, other: Lanes) -> Lanes {
        // Of two that cannot be ordered the instruction takes the second, as the plain code does.
        Lanes(unsafe { _mm256_min_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn higher(self, other: Lanes) -> Lanes {
        Lanes(unsafe { _mm256_max_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn abs(self) -> Lanes {
        Lanes(unsafe { _mm256_andnot_pd(_mm256_set1_pd(-0.0), self.0) })
    }

    #[inline(always)]
    fn where_positive(self, of: Lanes) -> Lanes {
        Lanes(unsafe { _mm256_and_pd(self.0, _mm256_cmp_pd::<_CMP_GT_OQ>(of.0, _mm256_setzero_pd())) })
    }

    #[inline(always)]
    fn below(self, other: Lanes) -> u32 {
        unsafe { _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_LT_OQ>(self.0, other.0)) }.cast_unsigned()
    }

    #[inline(always)]
    fn differs(self, other: Lanes) -> u32 {
        unsafe { _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_NEQ_UQ>(self.0, other.0)) }.cast_unsigned()
    }

    #[inline(always)]
    fn write_some(self, which: u32, to: &mut [f64; 4]) {
        let order = &FRONT[(which & 15) as usize];
        unsafe {
            let order = _mm256_loadu_si256(order.as_ptr().cast());
            let front = _mm256_permutevar8x32_epi32(_mm256_castpd_si256(self.0), order);
            _mm256_storeu_pd(to.as_mut_ptr(), _mm256_castsi256_pd(front));
        }
    }
}

/// For every set of lanes the order that brings them to the front; a lane is two words of 32 bits.
static FRONT: [[u32; 8]; 16] = {
    let mut orders = [[0; 8]; 16];
    let mut which = 0;
    while which < 16 {
        let (mut lane, mut to) = (0, 0);
        while lane < 4 {
            if which >> lane & 1 == 1 {
                (orders[which][2 * to], orders[which][2 * to + 1]) = (2 * lane as u32, 2 * lane as u32 + 1);
                to += 1;
            }
            lane += 1;
        }
        which += 1;
    }
    orders
};
