//! What came out of a training, and what it took.

use std::ops::ControlFlow;
use std::time::Instant;
use tidegate_nn::{Epoch, Fitted, Network, Panel, Samples, Watch};

/// Notes when each epoch ended. An epoch holds its evaluation.
pub struct Clock {
    started: Instant,
    ended: Vec<f64>,
}

impl Clock {
    /// Time runs from here.
    pub fn start() -> Clock {
        Clock { started: Instant::now(), ended: Vec::new() }
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}

impl Watch for Clock {
    fn epoch(&mut self, _: &Epoch) {
        self.ended.push(self.seconds());
    }

    fn go_on(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Mean squared error of the forecasts of `samples`.
pub fn mean_squared_error(network: &Network, panel: Panel<'_>, samples: Samples<'_>) -> f64 {
    let forecasts = network.forecast(panel, samples.ends, 1);
    let squares = forecasts.iter().zip(samples.targets).map(|(&y, &t)| (f64::from(y) - f64::from(t)).powi(2));
    squares.sum::<f64>() / samples.ends.len() as f64
}

/// One line of JSON. All numbers are finite, as the engine refuses others.
pub fn json(fitted: &Fitted, test: f64, seconds: f64, clock: &Clock) -> String {
    let valid: Vec<f64> = fitted.history.iter().map(|epoch| epoch.valid_loss).collect();
    let best = fitted.best_epoch;
    format!(
        r#"{{"valid": {:?}, "test": {test:?}, "evaluations": {}, "best_evaluation": {best}, "seconds": {seconds:?}, "valid_history": {valid:?}, "ended_at": {:?}}}"#,
        valid[best - 1],
        valid.len(),
        clock.ended,
    )
}
