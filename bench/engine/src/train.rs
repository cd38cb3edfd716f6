//! Whole training epochs through the public interface, timed by a watch.

use crate::case::Case;
use crate::sample::Sample;
use std::ops::ControlFlow;
use std::time::Instant;
use tidegate_nn::{Epoch, FitError, Trial, Watch, fit};

/// Seconds of `count` epochs, after a first one that is thrown away because it pays for the buffers.
///
/// # Errors
/// As [`fit`].
pub fn epochs(case: &Case, sample: &Sample, count: usize) -> Result<Vec<f64>, FitError> {
    let mut stamps = Stamps { last: Instant::now(), seconds: Vec::with_capacity(count + 1) };
    let training = case.training(count + 1);
    let (panel, train, valid) = (sample.panel(), sample.train(), sample.valid());
    let trial = Trial { spec: &case.spec, training: &training, panel, train, valid, seed: 1 };
    fit(&trial, case.jobs, &mut stamps)?;
    Ok(stamps.seconds.split_off(1))
}

/// Time stamps at the ends of epochs.
struct Stamps {
    last: Instant,
    seconds: Vec<f64>,
}

impl Watch for Stamps {
    fn epoch(&mut self, _: &Epoch) {
        let now = Instant::now();
        self.seconds.push((now - self.last).as_secs_f64());
        self.last = now;
    }

    fn go_on(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_epochs_are_timed_as_were_asked_for() {
        let flags = "--layers 3 --window 2 --inputs 2 --samples 20 --batch 8".split(' ').map(str::to_owned);
        let case = Case::from_flags(flags).unwrap();
        let seconds = epochs(&case, &Sample::new(&case), 4).unwrap();
        assert_eq!(seconds.len(), 4);
        assert!(seconds.iter().all(|&s| s > 0.0), "{seconds:?}");
    }
}
