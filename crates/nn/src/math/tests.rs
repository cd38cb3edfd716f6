use super::*;
use crate::simd::{OnLanes, Path};
use std::sync::atomic::{AtomicU32, Ordering};

/// One of the three functions over a slice of whole vectors, on some path.
struct Over<'a> {
    function: Function,
    x: &'a [f32],
    y: &'a mut [f32],
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Function {
    Tanh,
    Sigmoid,
    Exp,
}

impl OnLanes for Over<'_> {
    type Out = ();

    fn on<V: RealLanes>(self) {
        let Over { function, x, y } = self;
        V::vectorize(
            #[inline(always)]
            || {
                let mut at = 0;
                while at < x.len() {
                    let v = V::load(&x[at..]);
                    let result = match function {
                        Function::Tanh => tanh(v),
                        Function::Sigmoid => sigmoid(v),
                        Function::Exp => exp(v),
                    };
                    result.store(&mut y[at..]);
                    at += V::N;
                }
            },
        );
    }
}

fn on_path(path: Path, function: Function, x: &[f32]) -> Vec<f32> {
    let mut padded = x.to_vec();
    padded.resize(x.len().next_multiple_of(16), 0.0);
    let mut y = padded.clone();
    path.run(Over { function, x: &padded, y: &mut y });
    y.truncate(x.len());
    y
}

/// Below this magnitude the functions are straight lines to 1e-8, above `FAR` they are constant.
const NEAR: f32 = 1.0 / 8192.0;
const FAR: f32 = 40.0;

fn exact(function: Function, x: f64) -> f64 {
    match function {
        Function::Tanh => x.tanh(),
        Function::Sigmoid => sigmoid_f64(x),
        Function::Exp => x.exp(),
    }
}

/// The function near zero and far from it, in f32 to 1e-7.
fn simple(function: Function, x: f32) -> f32 {
    match function {
        Function::Tanh if x.abs() > FAR => 1.0_f32.copysign(x),
        Function::Tanh => x,
        Function::Sigmoid if x.abs() > FAR => f32::from(u8::from(x > 0.0)),
        Function::Sigmoid => 0.5 + 0.25 * x,
        Function::Exp => 1.0 + x,
    }
}

/// Tries every f32 of magnitude up to `last`, both signs, on every path. Where the function is simple, it has to be
/// within 2e-7 of that; elsewhere `check` is asked with the number, the answer and the answer in f64.
fn sweep(function: Function, last: f32, check: impl Fn(f32, f32, f64) -> bool + Sync) {
    const BLOCK: u32 = 4096;
    let paths = Path::available();
    let blocks = last.to_bits() / BLOCK + 1;
    let next = AtomicU32::new(0);
    let work = || {
        let (mut x, mut y) = (vec![0.0; BLOCK as usize], vec![0.0; BLOCK as usize]);
        loop {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= 2 * blocks {
                return;
            }
            let bits = (if block < blocks { 0 } else { 1 << 31 }) | (block % blocks * BLOCK);
            x.iter_mut().zip(bits..).for_each(|(x, bits)| *x = f32::from_bits(bits));
            let largest = x[BLOCK as usize - 1].abs();
            let is_simple = largest < NEAR || x[0].abs() > FAR && function != Function::Exp;
            let exacts: Vec<f64> =
                if is_simple { vec![] } else { x.iter().map(|&x| exact(function, x.into())).collect() };
            for &path in &paths {
                path.run(Over { function, x: &x, y: &mut y });
                if is_simple {
                    let off = x.iter().zip(&y).fold(false, |off, (&x, &y)| {
                        off | ((y - simple(function, x)).abs() > 2e-7) & x.is_finite()
                    });
                    assert!(!off, "{path:?}: {function:?} is off near {:e}", x[0]);
                    continue;
                }
                for ((&x, &y), &e) in x.iter().zip(&y).zip(&exacts) {
                    assert!(
                        x.abs() > last || check(x, y, e),
                        "{path:?}: {function:?}({x:e}) = {y:e}, not {e:e}"
                    );
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        handles.into_iter().for_each(|handle| assert!(handle.join().is_ok(), "{function:?} is off"));
    });
}

/// All of them: 4,278,190,080 numbers.
#[test]
fn tanh_is_within_3e_7_for_every_finite_f32() {
    sweep(Function::Tanh, f32::MAX, |_, y, exact| {
        (f64::from(y) - exact).abs() <= 3e-7 && (-1.0..=1.0).contains(&y)
    });
}

#[test]
fn sigmoid_is_within_3e_7_for_every_finite_f32() {
    sweep(Function::Sigmoid, f32::MAX, |_, y, exact| {
        (f64::from(y) - exact).abs() <= 3e-7 && (0.0..=1.0).contains(&y)
    });
}

#[test]
fn exp_is_within_4_units_in_the_last_place_between_minus_87_and_88() {
    sweep(Function::Exp, 88.0, |x, y, exact| {
        let nearest = exact as f32;
        let unit = f64::from(f32::from_bits(nearest.to_bits() + 1)) - f64::from(nearest);
        x < -87.0 || (f64::from(y) - exact).abs() <= 4.0 * unit
    });
}

#[test]
fn tanh_keeps_its_relative_precision_near_zero() {
    for path in Path::available() {
        let x: Vec<f32> = (0..=u32::MAX)
            .step_by(1009)
            .map(f32::from_bits)
            .filter(|x| x.abs() < 1.0 && x.abs() > f32::MIN_POSITIVE * 1e3)
            .collect();
        for (&x, y) in x.iter().zip(on_path(path, Function::Tanh, &x)) {
            let exact = f64::from(x).tanh();
            assert!(((f64::from(y) - exact) / exact).abs() < 6e-7, "{path:?}: tanh({x}) = {y}");
        }
    }
}

#[test]
fn nan_stays_nan_and_infinity_saturates() {
    let nans = [f32::NAN, -f32::NAN, f32::from_bits(0x7fff_ffff), f32::from_bits(0x7f80_0001)];
    for path in Path::available() {
        for function in [Function::Tanh, Function::Sigmoid, Function::Exp] {
            assert!(on_path(path, function, &nans).iter().all(|y| y.is_nan()), "{path:?}, {function:?}");
        }
        let infinite = [f32::INFINITY, f32::NEG_INFINITY];
        assert_eq!(on_path(path, Function::Tanh, &infinite), [1.0, -1.0]);
        let sigmoids = on_path(path, Function::Sigmoid, &infinite);
        assert!(sigmoids[0] == 1.0 && sigmoids[1] < 1e-30, "{path:?}: {sigmoids:?}");
    }
    assert!(erf(f64::NAN).is_nan() && softplus(f64::NAN).is_nan());
}

/// Values of Python's `math.erf`.
#[test]
fn erf_equals_known_values() {
    for (x, expected) in [
        (0.0, 0.0),
        (1e-3, 0.001_128_378_790_969_235),
        (0.5, 0.520_499_877_813_046_5),
        (1.0, 0.842_700_792_949_714_9),
        (2.0, 0.995_322_265_018_952_7),
        (2.999, 0.999_977_769_831_400_2),
        (3.0, 0.999_977_909_503_001_4),
        (3.5, 0.999_999_256_901_627_7),
        (8.0, 1.0),
        (f64::INFINITY, 1.0),
    ] {
        assert!((erf(x) - expected).abs() < 1e-15, "erf({x}) = {}", erf(x));
        assert!((erf(-x) + expected).abs() < 1e-15, "erf(-{x}) = {}", erf(-x));
    }
}

#[test]
fn softplus_and_sigmoid_do_not_overflow() {
    assert_eq!(softplus(1000.0), 1000.0);
    assert_eq!(softplus(-1000.0), 0.0);
    assert!((softplus(0.0) - std::f64::consts::LN_2).abs() < 1e-15);
    assert_eq!((sigmoid_f64(-1000.0), sigmoid_f64(1000.0)), (0.0, 1.0));
}
