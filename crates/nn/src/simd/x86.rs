//! Vectors of x86-64: AVX2 with fused multiply-add, and AVX-512.

use super::{Lanes, RealLanes};
use crate::math;
use std::arch::x86_64::*;

/// Eight f32 (AVX2 and FMA).
#[derive(Clone, Copy)]
pub(crate) struct Avx2(__m256);

/// Sixteen f32 (AVX-512 F).
#[derive(Clone, Copy)]
pub(crate) struct Avx512(__m512);

/// What both widths share up to the names of their instructions.
macro_rules! lanes {
    ($name:ident, $n:literal, rows $rows:literal, $features:literal, $splat:ident $load:ident $store:ident
     $add:ident $sub:ident $mul:ident $fma:ident $zero:ident $max:ident) => {
        // SAFETY of every block below: values of this type exist only on a path whose instructions the CPU has
        // (`Path::run`); pointers are the caller's promise, and these loads and stores need no alignment.
        #[allow(unsafe_code)]
        impl Lanes for $name {
            type S = f32;
            const N: usize = $n;
            const ROWS: usize = $rows;
            #[inline(always)]
            fn splat(value: f32) -> Self {
                $name(unsafe { $splat(value) })
            }
            #[inline(always)]
            unsafe fn read(from: *const f32) -> Self {
                $name(unsafe { $load(from) })
            }
            #[inline(always)]
            unsafe fn write(self, to: *mut f32) {
                unsafe { $store(to, self.0) }
            }
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                $name(unsafe { $add(self.0, other.0) })
            }
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                $name(unsafe { $sub(self.0, other.0) })
            }
            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                $name(unsafe { $mul(self.0, other.0) })
            }
            #[inline(always)]
            fn fma(self, factor: Self, sum: Self) -> Self {
                $name(unsafe { $fma(self.0, factor.0, sum.0) })
            }
            #[inline(always)]
            fn where_positive(self, gate: Self) -> Self {
                self.masked(gate)
            }
            #[inline(always)]
            fn relu(self) -> Self {
                // The second operand is returned when one is NaN.
                $name(unsafe { $max($zero(), self.0) })
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                math::tanh(self)
            }
            #[inline(always)]
            fn sigmoid(self) -> Self {
                math::sigmoid(self)
            }
            #[inline(always)]
            fn prefetch(numbers: &[f32], at: usize) {
                // SAFETY: a prefetch reads nothing, wherever it points.
                unsafe { _mm_prefetch::<_MM_HINT_T0>(numbers.as_ptr().wrapping_add(at).cast()) }
            }
            #[inline(always)]
            fn vectorize<R>(work: impl FnOnce() -> R) -> R {
                #[target_feature(enable = $features)]
                fn inner<R>(work: impl FnOnce() -> R) -> R {
                    work()
                }
                unsafe { inner(work) }
            }
        }
    };
}

lanes!(Avx2, 8, rows 3, "avx2,fma", _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps
       _mm256_add_ps _mm256_sub_ps _mm256_mul_ps _mm256_fmadd_ps _mm256_setzero_ps _mm256_max_ps);
lanes!(Avx512, 16, rows 4, "avx512f,avx2,fma", _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps
       _mm512_add_ps _mm512_sub_ps _mm512_mul_ps _mm512_fmadd_ps _mm512_setzero_ps _mm512_max_ps);

// SAFETY of every block below: as above.
#[allow(unsafe_code)]
impl Avx2 {
    #[inline(always)]
    fn masked(self, gate: Self) -> Self {
        unsafe {
            let positive = _mm256_cmp_ps::<_CMP_GT_OQ>(gate.0, _mm256_setzero_ps());
            Avx2(_mm256_and_ps(self.0, positive))
        }
    }
}

#[allow(unsafe_code)]
impl RealLanes for Avx2 {
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Avx2(unsafe { _mm256_div_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn at_least(self, bound: Self) -> Self {
        Avx2(unsafe { _mm256_max_ps(bound.0, self.0) })
    }
    #[inline(always)]
    fn at_most(self, bound: Self) -> Self {
        Avx2(unsafe { _mm256_min_ps(bound.0, self.0) })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Avx2(unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0) })
    }
    #[inline(always)]
    fn with_sign_of(self, sign: Self) -> Self {
        Avx2(unsafe { _mm256_or_ps(self.0, _mm256_and_ps(_mm256_set1_ps(-0.0), sign.0)) })
    }
    #[inline(always)]
    fn power_of_two(self) -> Self {
        unsafe {
            let shifted = _mm256_slli_epi32::<23>(_mm256_castps_si256(self.0));
            Avx2(_mm256_castsi256_ps(_mm256_add_epi32(shifted, _mm256_set1_epi32(0x3f80_0000))))
        }
    }
}

#[allow(unsafe_code)]
impl Avx512 {
    #[inline(always)]
    fn masked(self, gate: Self) -> Self {
        unsafe {
            let positive = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(gate.0, _mm512_setzero_ps());
            Avx512(_mm512_maskz_mov_ps(positive, self.0))
        }
    }

    /// Bit operations on floats are part of AVX-512 DQ, those on integers of F.
    #[inline(always)]
    fn bits(self) -> __m512i {
        unsafe { _mm512_castps_si512(self.0) }
    }
}

#[allow(unsafe_code)]
impl RealLanes for Avx512 {
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Avx512(unsafe { _mm512_div_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn at_least(self, bound: Self) -> Self {
        Avx512(unsafe { _mm512_max_ps(bound.0, self.0) })
    }
    #[inline(always)]
    fn at_most(self, bound: Self) -> Self {
        Avx512(unsafe { _mm512_min_ps(bound.0, self.0) })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        unsafe {
            let magnitude = _mm512_and_si512(self.bits(), _mm512_set1_epi32(i32::MAX));
            Avx512(_mm512_castsi512_ps(magnitude))
        }
    }
    #[inline(always)]
    fn with_sign_of(self, sign: Self) -> Self {
        unsafe {
            let sign = _mm512_and_si512(sign.bits(), _mm512_set1_epi32(i32::MIN));
            Avx512(_mm512_castsi512_ps(_mm512_or_si512(self.bits(), sign)))
        }
    }
    #[inline(always)]
    fn power_of_two(self) -> Self {
        unsafe {
            let shifted = _mm512_slli_epi32::<23>(self.bits());
            Avx512(_mm512_castsi512_ps(_mm512_add_epi32(shifted, _mm512_set1_epi32(0x3f80_0000))))
        }
    }
}
