//! Production networks in f32 against the same networks in f64, at the sizes people train.

use super::cases;
use crate::crew::Crew;
use crate::face::Panel;
use crate::loss::Tally;
use crate::scalar::Scalar;
use crate::simd::{Double, Lanes, OnLanes, Path, RealLanes};
use crate::spec::{Kind, Loss, NetworkSpec};
use crate::trainer::Trainer;

/// Outputs and gradients of one batch of `rows` windows, from weights that are f32 numbers.
fn pass<V: Lanes>(spec: &NetworkSpec, loss: Loss, rows: usize, jobs: usize) -> [Vec<V::S>; 2] {
    let values = cases::noise((rows + spec.window) * spec.inputs, 1);
    let ends: Vec<usize> = (spec.window - 1..spec.window - 1 + rows).collect();
    let targets: Vec<f32> = cases::noise(rows, 2).iter().map(|&t| f32::from(t > 0.0)).collect();
    let crew = Crew::new(jobs);
    let mut trainer = Trainer::<V>::new(spec, &cases::training(loss), 1, &crew);
    let start: Vec<_> = trainer.parameters().iter().map(|p| V::S::of(f64::from(p.to_f64() as f32))).collect();
    trainer.set_parameters(&start);
    let panel = Panel { values: &values, width: spec.inputs };
    let batch = cases::windows(panel, &ends, &targets, spec.window);
    trainer.gradient(panel, &batch, 1, &mut Tally::default()).expect("finite");
    [trainer.outputs(), trainer.gradients()]
}

/// [`pass`] on some path.
struct Single<'a> {
    spec: &'a NetworkSpec,
    loss: Loss,
    rows: usize,
    jobs: usize,
}

impl OnLanes for Single<'_> {
    type Out = [Vec<f32>; 2];

    fn on<V: RealLanes>(self) -> [Vec<f32>; 2] {
        pass::<V>(self.spec, self.loss, self.rows, self.jobs)
    }
}

const KINDS: [Kind; 4] = [Kind::Mlp, Kind::Rnn, Kind::Lstm, Kind::Gru];

#[test]
fn f32_outputs_and_gradients_are_near_f64_for_wide_networks_and_long_windows() {
    for kind in KINDS {
        for loss in [Loss::Mse, Loss::Bce] {
            let spec = NetworkSpec { dropout: 0.3, ..cases::spec(kind, 10, 60, &[64, 64]) };
            let double = pass::<Double>(&spec, loss, 64, 1);
            for path in Path::available() {
                let single = path.run(Single { spec: &spec, loss, rows: 64, jobs: 1 });
                for (found, expected) in single.iter().zip(&double) {
                    let error = cases::error(found, expected);
                    assert!(error < 1e-6, "{kind:?}, {loss:?}, {path:?}: {error}");
                }
            }
        }
    }
}

/// Hidden units that fill no vector, one row, one step, rows that fill no tile, several tiles and lanes.
#[test]
fn every_path_agrees_with_f64_over_odd_shapes() {
    for kind in KINDS {
        for (inputs, window, layers, head, rows) in [
            (1, 1, vec![1], vec![], 1),
            (3, 2, vec![7], vec![5], 2),
            (5, 4, vec![9, 8], vec![], 3),
            (2, 7, vec![17, 3, 33], vec![20, 4], 5),
            (10, 3, vec![70, 16], vec![], 37),
            (4, 9, vec![24], vec![], 300),
        ] {
            let spec = NetworkSpec { dropout: 0.2, head, ..cases::spec(kind, inputs, window, &layers) };
            let double = pass::<Double>(&spec, Loss::Mse, rows, 1);
            for path in Path::available() {
                let single = path.run(Single { spec: &spec, loss: Loss::Mse, rows, jobs: 1 });
                for (found, expected) in single.iter().zip(&double) {
                    let error = cases::error(found, expected);
                    assert!(error < 1e-5, "{spec:?}, {rows} rows, {path:?}: {error}");
                }
                for jobs in [2, 3] {
                    let with = path.run(Single { spec: &spec, loss: Loss::Mse, rows, jobs });
                    assert!(with == single, "{spec:?}, {rows} rows, {path:?}: {jobs} cores change the bits");
                }
            }
        }
    }
}
