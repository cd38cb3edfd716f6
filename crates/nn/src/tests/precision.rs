//! Production networks in f32 against the same networks in f64, at the sizes people train.

use super::cases;
use crate::face::{Panel, Samples};
use crate::fit::Trainer;
use crate::loss::Tally;
use crate::scalar::Scalar;
use crate::spec::{Kind, Loss, NetworkSpec};

/// Outputs and gradients of one batch, from weights that are f32 numbers.
fn pass<S: Scalar>(spec: &NetworkSpec, loss: Loss) -> [Vec<f64>; 2] {
    let rows = 64;
    let values = cases::noise((rows + spec.window) * spec.inputs, 1);
    let ends: Vec<usize> = (spec.window - 1..spec.window - 1 + rows).collect();
    let targets: Vec<f32> = cases::noise(rows, 2).iter().map(|&t| f32::from(t > 0.0)).collect();
    let mut trainer = Trainer::<S>::new(spec, &cases::training(loss), 1);
    trainer.parameters.iter_mut().for_each(|p| *p = S::of(f64::from(p.to_f64() as f32)));
    let panel = Panel { values: &values, width: spec.inputs };
    let batch = Samples { ends: &ends, targets: &targets };
    trainer.gradient(panel, batch, 1, &mut Tally::default()).expect("finite");
    [trainer.stack.outputs(), &trainer.gradients].map(|values| values.iter().map(|v| v.to_f64()).collect())
}

#[test]
fn f32_outputs_and_gradients_are_near_f64_for_wide_networks_and_long_windows() {
    for kind in [Kind::Mlp, Kind::Rnn, Kind::Lstm, Kind::Gru] {
        for loss in [Loss::Mse, Loss::Bce] {
            let spec = NetworkSpec { dropout: 0.3, ..cases::spec(kind, 10, 60, &[64, 64]) };
            let (single, double) = (pass::<f32>(&spec, loss), pass::<f64>(&spec, loss));
            for (what, (found, expected)) in ["outputs", "gradients"].iter().zip(single.iter().zip(&double)) {
                let largest = expected.iter().fold(0.0, |a: f64, v| a.max(v.abs()));
                let error =
                    found.iter().zip(expected).fold(0.0, |a: f64, (f, e)| a.max((f - e).abs())) / largest;
                assert!(error < 1e-6, "{what} of {kind:?}, {loss:?}: {error}");
            }
        }
    }
}
