//! What the cores can do at most: multiply-adds on registers, with nothing to load, store or wait for.
//!
//! Each instruction set keeps twelve independent sums. Eight hide the latency of a multiply-add on two units
//! (four cycles each); twelve leave room and still fit sixteen registers beside the two factors.
#![allow(unsafe_code)]

use std::hint::black_box;
use std::sync::Barrier;
use std::time::Instant;

/// Independent sums.
const SUMS: usize = 12;
/// Multiply-adds of each sum in one burst: 16 ms on two units of 3 GHz.
const STEPS: usize = 8_000_000;
/// Bursts of one measurement; the best counts, because disturbance only ever slows.
const BURSTS: usize = 4;

/// The rate of one instruction set.
pub struct Path {
    /// Its name.
    pub name: &'static str,
    /// Billions of floating-point operations a second, all cores together; a multiply-add is two.
    pub gflops: f64,
}

/// A kernel: `STEPS` multiply-adds of `width` numbers.
struct Kernel {
    name: &'static str,
    width: usize,
    run: fn(f32, f32) -> f32,
}

/// The rate that `cores` threads reach together, for every instruction set that this CPU has.
pub fn of_cores(cores: usize) -> Vec<Path> {
    kernels().iter().map(|kernel| Path { name: kernel.name, gflops: rate(kernel, cores) }).collect()
}

#[cfg(target_arch = "x86_64")]
fn kernels() -> Vec<Kernel> {
    // SAFETY: SSE2 is part of x86-64.
    let mut kernels = vec![Kernel { name: "sse2", width: SUMS * 4, run: |m, a| unsafe { x86::sse2(m, a) } }];
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the CPU has AVX2 and FMA, as was just asked.
        kernels.push(Kernel { name: "avx2", width: SUMS * 8, run: |m, a| unsafe { x86::avx2(m, a) } });
    }
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the CPU has AVX-512F, as was just asked.
        kernels.push(Kernel { name: "avx512", width: SUMS * 16, run: |m, a| unsafe { x86::avx512(m, a) } });
    }
    kernels
}

#[cfg(not(target_arch = "x86_64"))]
fn kernels() -> Vec<Kernel> {
    vec![Kernel { name: "portable", width: SUMS * portable::LANES, run: portable::run }]
}

/// Best of the bursts, in GFLOP/s. All cores start together; a burst lasts until the last one is through.
fn rate(kernel: &Kernel, cores: usize) -> f64 {
    let burst = || {
        // x ← 0.999 x + 0.001 stays near 1: neither subnormal nor infinite.
        black_box((kernel.run)(black_box(0.999), black_box(0.001)));
    };
    let (start, end) = (Barrier::new(cores), Barrier::new(cores));
    let bursts = || -> f64 {
        let once = |_| {
            start.wait();
            let clock = Instant::now();
            burst();
            end.wait();
            clock.elapsed().as_secs_f64()
        };
        (0..BURSTS).map(once).fold(f64::INFINITY, f64::min)
    };
    let seconds = std::thread::scope(|scope| {
        for _ in 1..cores {
            scope.spawn(bursts);
        }
        bursts()
    });
    (2 * STEPS * kernel.width * cores) as f64 / seconds / 1e9
}

/// Plain arithmetic, for the compiler to make the best of; fused where the CPU always has that.
#[cfg(not(target_arch = "x86_64"))]
mod portable {
    use super::{STEPS, SUMS};

    /// The 128 bits that every 64-bit CPU has.
    pub const LANES: usize = 4;
    const FUSED: bool = cfg!(target_arch = "aarch64");

    pub fn run(m: f32, a: f32) -> f32 {
        let mut sums = [[1.0f32; LANES]; SUMS];
        for _ in 0..STEPS {
            sums = sums.map(|sum| sum.map(|x| if FUSED { x.mul_add(m, a) } else { x * m + a }));
        }
        sums.iter().flatten().sum()
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{STEPS, SUMS};
    use std::arch::x86_64::*;

    /// A kernel of one instruction set: how to spread a number, multiply and add, and read the first lane.
    macro_rules! kernel {
        ($name:ident, $feature:literal, $spread:ident, $multiply_add:expr, $first:ident) => {
            /// # Safety
            /// The CPU must have the instruction set in the name.
            #[target_feature(enable = $feature)]
            pub unsafe fn $name(m: f32, a: f32) -> f32 {
                let (m, a) = ($spread(m), $spread(a));
                let mut sums = [$spread(1.0); SUMS];
                for _ in 0..STEPS {
                    for sum in &mut sums {
                        *sum = $multiply_add(*sum, m, a);
                    }
                }
                sums.into_iter().map(|sum| $first(sum)).sum()
            }
        };
    }

    kernel!(sse2, "sse2", _mm_set1_ps, |x, m, a| _mm_add_ps(_mm_mul_ps(x, m), a), _mm_cvtss_f32);
    kernel!(avx2, "avx2,fma", _mm256_set1_ps, _mm256_fmadd_ps, _mm256_cvtss_f32);
    kernel!(avx512, "avx512f", _mm512_set1_ps, _mm512_fmadd_ps, _mm512_cvtss_f32);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_does_all_its_steps() {
        // x ← x + 2⁻²³ from 1, exact in f32 up to 2: a step that is skipped would show.
        let step = f32::EPSILON;
        for kernel in kernels() {
            let sum = (kernel.run)(1.0, step);
            let count = if kernel.name == "portable" { kernel.width } else { SUMS };
            let each = 1.0 + STEPS as f32 * step;
            let expected = count as f32 * each;
            assert!((sum / expected - 1.0).abs() < 1e-5, "{}: {sum}, expected {expected}", kernel.name);
        }
    }

    #[test]
    fn rates_are_those_of_a_working_computer() {
        for path in of_cores(1) {
            assert!(path.gflops > 0.01 && path.gflops < 10_000.0, "{}: {} GFLOP/s", path.name, path.gflops);
        }
    }
}
