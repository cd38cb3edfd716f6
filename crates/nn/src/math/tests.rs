use super::*;

/// Every 1009th f32 there is, finite or not.
fn floats() -> impl Iterator<Item = f32> {
    (0..=u32::MAX).step_by(1009).map(f32::from_bits)
}

#[test]
fn tanh_and_sigmoid_are_within_3e_7_for_all_finite_numbers() {
    for x in floats().chain([f32::MAX, f32::MIN, 0.0, -0.0, f32::MIN_POSITIVE]).filter(|x| x.is_finite()) {
        let exact = f64::from(x);
        let (t, s) = (tanh(x), sigmoid(x));
        assert!((f64::from(t) - exact.tanh()).abs() <= 3e-7, "tanh({x}) = {t}");
        assert!((f64::from(s) - sigmoid_f64(exact)).abs() <= 3e-7, "sigmoid({x}) = {s}");
        assert!((-1.0..=1.0).contains(&t) && (0.0..=1.0).contains(&s), "{x}: {t}, {s}");
    }
}

#[test]
fn tanh_keeps_its_relative_precision_near_zero() {
    for x in floats().filter(|x| x.abs() < 1.0 && x.abs() > f32::MIN_POSITIVE * 1e3) {
        let exact = f64::from(x).tanh();
        assert!(((f64::from(tanh(x)) - exact) / exact).abs() < 6e-7, "tanh({x}) = {}", tanh(x));
    }
}

#[test]
fn nan_stays_nan_and_infinity_saturates() {
    for nan in [f32::NAN, -f32::NAN, f32::from_bits(0x7fff_ffff), f32::from_bits(0x7f80_0001)] {
        assert!(tanh(nan).is_nan() && sigmoid(nan).is_nan());
    }
    assert_eq!((tanh(f32::INFINITY), tanh(f32::NEG_INFINITY)), (1.0, -1.0));
    assert_eq!(sigmoid(f32::INFINITY), 1.0);
    assert!(sigmoid(f32::NEG_INFINITY) < 1e-30);
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
