//! Forecasts through the public interface: all windows at once, and one window at a time.

use crate::case::Case;
use crate::sample::Sample;
use std::hint::black_box;
use std::time::Instant;
use tidegate_nn::Network;

/// Seconds of each of `count` forecasts of all training windows, after one that is thrown away.
pub fn passes(case: &Case, sample: &Sample, count: usize) -> Vec<f64> {
    timed(case, sample, sample.train().ends, count)
}

/// Seconds of each of `count` forecasts of one window, after one that is thrown away.
pub fn latencies(case: &Case, sample: &Sample, count: usize) -> Vec<f64> {
    timed(case, sample, &sample.train().ends[..1], count)
}

fn timed(case: &Case, sample: &Sample, ends: &[usize], count: usize) -> Vec<f64> {
    let network = Network::new(case.spec.clone(), 1);
    black_box(network.forecast(sample.panel(), ends, case.jobs));
    let once = |_| {
        let start = Instant::now();
        black_box(network.forecast(sample.panel(), black_box(ends), case.jobs));
        start.elapsed().as_secs_f64()
    };
    (0..count).map(once).collect()
}
