//! Vectors of numbers, the same arithmetic in several widths. Kernels are written once over [`Lanes`] and compiled for
//! AVX-512, for AVX2 with fused multiply-add, and for any machine ([`Plain`], arrays that the compiler vectorises).
//!
//! A path is chosen once per process by what the CPU can do, or forced by `TIDEGATE_KERNEL` = `portable`, `avx2` or
//! `avx512`. Each path repeats its own bits; between paths the order of some sums differs with the width of a vector, and
//! the portable path rounds products and sums apart where the target has no fused instruction.
//!
//! Loops over vectors count an index: closures of iterator chains are not always inlined into code for other
//! instructions, and then cost a call per vector.
//!
//! Unsafe code: loads and stores through pointers (of slices here, in `kernel.rs` of checked extents) and instructions
//! that not every CPU has. A value of the type [`Avx2`] or [`Avx512`] arises only below [`Path::run`], which
//! [`Path::detected`] guards.

use crate::math;
use crate::scalar::Scalar;
use std::sync::OnceLock;

/// A vector of `N` numbers.
#[allow(unsafe_code)]
pub(crate) trait Lanes: Copy + Send + Sync + 'static {
    /// The number.
    type S: Scalar;
    /// Numbers in a vector.
    const N: usize;
    /// Rows of an accumulator tile of four vectors that still leaves registers for the operands.
    const ROWS: usize;
    /// All lanes the same.
    fn splat(value: Self::S) -> Self;
    /// # Safety
    /// `N` numbers can be read at `from`.
    unsafe fn read(from: *const Self::S) -> Self;
    /// # Safety
    /// `N` numbers can be written at `to`.
    unsafe fn write(self, to: *mut Self::S);
    /// Sum.
    fn add(self, other: Self) -> Self;
    /// Difference.
    fn sub(self, other: Self) -> Self;
    /// Product.
    fn mul(self, other: Self) -> Self;
    /// self · factor + sum, rounded once where the CPU can.
    fn fma(self, factor: Self, sum: Self) -> Self;
    /// Where `gate` > 0, else 0.
    fn where_positive(self, gate: Self) -> Self;
    /// max(x, 0); NaN stays NaN.
    fn relu(self) -> Self;
    /// Hyperbolic tangent; NaN stays NaN.
    fn tanh(self) -> Self;
    /// Logistic function; NaN stays NaN.
    fn sigmoid(self) -> Self;
    /// Runs `work`, into which the compiler inlines the kernel, with the instructions of this path.
    fn vectorize<R>(work: impl FnOnce() -> R) -> R;
    /// Asks for the numbers from `at` on to be brought near, as far as a line of the cache. Changes nothing but time.
    #[inline(always)]
    fn prefetch(_numbers: &[Self::S], _at: usize) {}

    /// Zero.
    #[inline(always)]
    fn zero() -> Self {
        Self::splat(Self::S::ZERO)
    }

    /// One.
    #[inline(always)]
    fn one() -> Self {
        Self::splat(Self::S::ONE)
    }

    /// The first `N` numbers of `from`.
    #[inline(always)]
    fn load(from: &[Self::S]) -> Self {
        let from = &from[..Self::N];
        // SAFETY: the slice holds N numbers.
        unsafe { Self::read(from.as_ptr()) }
    }

    /// To the first `N` numbers of `to`.
    #[inline(always)]
    fn store(self, to: &mut [Self::S]) {
        let to = &mut to[..Self::N];
        // SAFETY: the slice holds N numbers.
        unsafe { self.write(to.as_mut_ptr()) }
    }
}

/// What the functions of `math.rs` need of f32 vectors.
pub(crate) trait RealLanes: Lanes<S = f32> {
    /// Quotient.
    fn div(self, other: Self) -> Self;
    /// The larger of `bound` and self; self where self is NaN.
    fn at_least(self, bound: Self) -> Self;
    /// The smaller of `bound` and self; self where self is NaN.
    fn at_most(self, bound: Self) -> Self;
    /// Without its sign.
    fn abs(self) -> Self;
    /// With the sign of `sign`; self must not be negative.
    fn with_sign_of(self, sign: Self) -> Self;
    /// 2ⁿ, of the sum n + 1.5·2²³ with a whole n in −126..=127. Any number for NaN.
    fn power_of_two(self) -> Self;
}

/// `N` numbers in an array: the portable path (f32), and the path on which gradients are checked (f64).
#[derive(Clone, Copy)]
pub(crate) struct Plain<S, const N: usize>([S; N]);

/// The portable path.
pub(crate) type Portable = Plain<f32, 4>;
/// Where gradients are checked against finite differences and PyTorch.
#[cfg(test)]
pub(crate) type Double = Plain<f64, 2>;

impl<S: Scalar, const N: usize> Plain<S, N> {
    #[inline(always)]
    fn map(self, f: impl Fn(S) -> S) -> Self {
        let mut out = self;
        for i in 0..N {
            out.0[i] = f(self.0[i]);
        }
        out
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(S, S) -> S) -> Self {
        let mut out = self;
        for i in 0..N {
            out.0[i] = f(self.0[i], other.0[i]);
        }
        out
    }
}

/// Whether the target has a fused multiply-add on every machine; elsewhere `mul_add` would be a slow library call.
const FUSED: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

macro_rules! plain_lanes {
    ($scalar:ty, $n:literal, $tanh:expr, $sigmoid:expr) => {
        impl Lanes for Plain<$scalar, $n> {
            type S = $scalar;
            const N: usize = $n;
            const ROWS: usize = 2;
            #[inline(always)]
            fn splat(value: $scalar) -> Self {
                Plain([value; $n])
            }
            #[inline(always)]
            #[allow(unsafe_code)]
            unsafe fn read(from: *const $scalar) -> Self {
                // SAFETY: the caller's; arrays have the alignment of their elements.
                unsafe { Plain(*from.cast()) }
            }
            #[inline(always)]
            #[allow(unsafe_code)]
            unsafe fn write(self, to: *mut $scalar) {
                // SAFETY: the caller's.
                unsafe { *to.cast() = self.0 }
            }
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                self.zip(other, |a, b| a + b)
            }
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                self.zip(other, |a, b| a - b)
            }
            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                self.zip(other, |a, b| a * b)
            }
            #[inline(always)]
            fn fma(self, factor: Self, sum: Self) -> Self {
                let mut out = sum;
                for i in 0..$n {
                    let (a, b, c) = (self.0[i], factor.0[i], sum.0[i]);
                    out.0[i] = if FUSED { a.mul_add(b, c) } else { a * b + c };
                }
                out
            }
            #[inline(always)]
            fn where_positive(self, gate: Self) -> Self {
                self.zip(gate, |x, g| if g > 0.0 { x } else { 0.0 })
            }
            #[inline(always)]
            fn relu(self) -> Self {
                self.map(|x| if x < 0.0 { 0.0 } else { x })
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                $tanh(self)
            }
            #[inline(always)]
            fn sigmoid(self) -> Self {
                $sigmoid(self)
            }
            #[inline(always)]
            fn vectorize<R>(work: impl FnOnce() -> R) -> R {
                work()
            }
        }
    };
}
plain_lanes!(f32, 4, math::tanh, math::sigmoid);
#[cfg(test)]
plain_lanes!(f64, 2, |x: Self| x.map(f64::tanh), |x: Self| x.map(math::sigmoid_f64));

impl RealLanes for Portable {
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }
    #[inline(always)]
    fn at_least(self, bound: Self) -> Self {
        self.zip(bound, |x, b| if x < b { b } else { x })
    }
    #[inline(always)]
    fn at_most(self, bound: Self) -> Self {
        self.zip(bound, |x, b| if x > b { b } else { x })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        self.map(f32::abs)
    }
    #[inline(always)]
    fn with_sign_of(self, sign: Self) -> Self {
        self.zip(sign, f32::copysign)
    }
    #[inline(always)]
    fn power_of_two(self) -> Self {
        self.map(|x| f32::from_bits((x.to_bits() << 23).wrapping_add(0x3f80_0000)))
    }
}

#[cfg(target_arch = "x86_64")]
mod x86;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx2, Avx512};

/// One way to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// Any machine.
    Portable,
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 F.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Work that is the same on every path.
pub(crate) trait OnLanes {
    /// Its result.
    type Out;
    /// Does it.
    fn on<V: RealLanes>(self) -> Self::Out;
}

impl Path {
    /// Paths of this CPU, the slowest first.
    pub(crate) fn available() -> Vec<Path> {
        #[allow(unused_mut)]
        let mut paths = vec![Path::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                paths.push(Path::Avx2);
                if is_x86_feature_detected!("avx512f") {
                    paths.push(Path::Avx512);
                }
            }
        }
        paths
    }

    /// The word in `TIDEGATE_KERNEL`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Path::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Path::Avx512 => "avx512",
        }
    }

    /// The path of this process: the fastest, or the one that `TIDEGATE_KERNEL` names.
    ///
    /// # Panics
    /// If the variable names none that this CPU has; see [`kernel`].
    pub(crate) fn detected() -> Path {
        static PATH: OnceLock<Path> = OnceLock::new();
        *PATH.get_or_init(|| Path::chosen().unwrap_or_else(|unknown| panic!("{unknown}")))
    }

    /// A forced path is for tests, and silently taking another would defeat them.
    fn chosen() -> Result<Path, UnknownKernel> {
        let paths = Path::available();
        let Some(forced) = std::env::var_os(VARIABLE) else { return Ok(paths[paths.len() - 1]) };
        paths.iter().find(|path| forced == path.word()).copied().ok_or_else(|| UnknownKernel {
            found: forced.to_string_lossy().into_owned(),
            available: paths.iter().map(|path| path.word()).collect(),
        })
    }

    /// Does `work` on this path, which must be one of [`Path::available`].
    pub(crate) fn run<W: OnLanes>(self, work: W) -> W::Out {
        match self {
            Path::Portable => work.on::<Portable>(),
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => work.on::<Avx2>(),
            #[cfg(target_arch = "x86_64")]
            Path::Avx512 => work.on::<Avx512>(),
        }
    }
}

/// Where a path is forced.
const VARIABLE: &str = "TIDEGATE_KERNEL";

/// `TIDEGATE_KERNEL` names no kernels that this CPU has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("TIDEGATE_KERNEL: expected {} on this machine, found {found:?}; leave it unset for the fastest", available.join(" or "))]
pub struct UnknownKernel {
    /// What the variable holds.
    pub found: String,
    /// What it may hold.
    pub available: Vec<&'static str>,
}

/// The kernels of this process: `portable`, `avx2` or `avx512`. Whoever trains asks first, because training panics where
/// there are none.
///
/// # Errors
/// [`UnknownKernel`] where `TIDEGATE_KERNEL` names others than this CPU has.
pub fn kernel() -> Result<&'static str, UnknownKernel> {
    Path::chosen().map(Path::word)
}

#[cfg(test)]
mod tests;
