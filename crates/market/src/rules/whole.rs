//! Rounding to whole numbers where speed matters: `f64::floor` is a call into the C library on a build for any x86-64.

/// Beyond it a double has no fraction.
const NO_FRACTIONS: f64 = 4_503_599_627_370_496.0;

/// The largest whole number not above `x`.
pub(crate) fn floor(x: f64) -> f64 {
    if x.abs() < NO_FRACTIONS {
        let cut = x as i64 as f64;
        if cut > x { cut - 1.0 } else { cut }
    } else {
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_floor_everywhere() {
        let odd = [0.0, 0.5, 1.0, 2.999_999_999, 1e15 + 0.5, 4.5e15, 1e300, f64::INFINITY];
        for x in odd.into_iter().flat_map(|x| [x, -x, x + 1e-9, -x - 1e-9]) {
            assert_eq!(floor(x), x.floor(), "{x}");
        }
        assert!(floor(f64::NAN).is_nan());
    }
}
