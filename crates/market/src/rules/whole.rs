//! Rounding to whole numbers where speed matters: `f64::floor` is a call into the C library on a build for any x86-64.

/// Beyond it rounding by [`MAGIC`] does not work.
const LARGE: f64 = 2_251_799_813_685_248.0;
/// 1.5 × 2^52: doubles of this size are whole numbers.
const MAGIC: f64 = 6_755_399_441_055_744.0;

/// The largest multiple of `step` not above `x`; what is short of one by the noise of a division, a thousand-millionth of a
/// step, is that multiple.
#[inline(always)]
pub(crate) fn multiple_below(x: f64, step: f64) -> f64 {
    let steps = x / step + 1e-9;
    let whole = if steps.abs() < LARGE {
        let nearest = (steps + MAGIC) - MAGIC;
        nearest - if nearest > steps { 1.0 } else { 0.0 }
    } else {
        steps.floor()
    };
    whole * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_floor_everywhere() {
        let odd = [0.0, 0.5, 1.0, 2.999_999_999, 1e15 + 0.5, 4.5e15, 1e300, f64::INFINITY];
        for x in odd.into_iter().flat_map(|x| [x, -x, x + 1e-9, -x - 1e-9]) {
            assert_eq!(multiple_below(x, 1.0), (x + 1e-9).floor(), "{x}");
            assert_eq!(multiple_below(x, 100.0), (x / 100.0 + 1e-9).floor() * 100.0, "{x}");
        }
        assert!(multiple_below(f64::NAN, 1.0).is_nan());
    }
}
