//! Made-up data of a case: a panel and labels of independent standard normals, the same for every run. Their
//! values do not matter to the speed as long as they are neither constant nor subnormal.

use crate::case::Case;
use std::f64::consts::TAU;
use tidegate_nn::{Panel, Samples};

/// N + T rows, of which the first N windows are for training and the last one is for validation.
pub struct Sample {
    values: Vec<f32>,
    width: usize,
    ends: Vec<usize>,
    targets: Vec<f32>,
    samples: usize,
}

impl Sample {
    /// The data of `case`.
    pub fn new(case: &Case) -> Sample {
        let (window, samples, width) = (case.spec.window, case.samples, case.spec.inputs);
        let mut normals = Normals(0x5EED);
        let values = (0..(samples + window) * width).map(|_| normals.draw()).collect();
        let ends: Vec<usize> = (window - 1..window + samples).collect();
        let targets = ends.iter().map(|_| normals.draw()).collect();
        Sample { values, width, ends, targets, samples }
    }

    /// All rows.
    pub fn panel(&self) -> Panel<'_> {
        Panel { values: &self.values, width: self.width }
    }

    /// The N training windows.
    pub fn train(&self) -> Samples<'_> {
        Samples { ends: &self.ends[..self.samples], targets: &self.targets[..self.samples] }
    }

    /// One window: the smallest validation part there can be, so that an epoch is as good as training alone.
    pub fn valid(&self) -> Samples<'_> {
        Samples { ends: &self.ends[self.samples..], targets: &self.targets[self.samples..] }
    }
}

/// Standard normals by Box and Muller from SplitMix64 (Steele, Lea & Flood 2014).
struct Normals(u64);

impl Normals {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In (0, 1].
    fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    fn draw(&mut self) -> f32 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        (radius * (TAU * self.uniform()).cos()) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_are_standard_normal() {
        let mut normals = Normals(1);
        let draws: Vec<f64> = (0..100_000).map(|_| f64::from(normals.draw())).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|x| x * x).sum::<f64>() / 1e5;
        // Five standard errors of either.
        assert!(mean.abs() < 5.0 / 1e5_f64.sqrt(), "{mean}");
        assert!((variance - 1.0).abs() < 5.0 * (2.0 / 1e5_f64).sqrt(), "{variance}");
    }

    #[test]
    fn the_windows_lie_inside_the_panel() {
        let case = Case::from_flags(std::iter::empty()).unwrap();
        let sample = Sample::new(&case);
        let rows = sample.panel().values.len() / sample.panel().width;
        assert_eq!(sample.train().ends.len(), case.samples);
        assert_eq!(sample.train().ends[0] + 1, case.spec.window);
        assert_eq!(sample.valid().ends, [rows - 1]);
    }
}
