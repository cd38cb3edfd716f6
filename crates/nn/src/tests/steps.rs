//! Steps of the optimiser, and what only large networks and batches have: parameters in several parts, tiles that share
//! a sum, matrices turned around by several cores.

use super::cases;
use crate::crew::Crew;
use crate::face::Panel;
use crate::loss::Tally;
use crate::simd::Double;
use crate::spec::{Clip, Kind, Loss, NetworkSpec, Optimizer, Training};
use crate::trainer::Trainer;
use std::ops::Range;

const STEPS: usize = 2;
/// More than eight tiles of 16 rows.
const ROWS: usize = 150;
const LIMIT: f64 = 0.01;
const RATE: f64 = 0.5;

/// 25,761 parameters.
fn spec() -> NetworkSpec {
    NetworkSpec { dropout: 0.3, ..cases::spec(Kind::Lstm, 3, STEPS, &[50, 40]) }
}

fn training() -> Training {
    let optimizer = Optimizer::Sgd { momentum: 0.0 };
    Training { optimizer, clip: Clip::Norm(LIMIT), ..cases::training(Loss::Mse) }
}

/// The gradient of `rows` of the samples.
fn gradient(trainer: &mut Trainer<'_, Double>, rows: Range<usize>) -> Vec<f64> {
    let values = cases::noise((ROWS + STEPS) * 3, 1);
    let panel = Panel { values: &values, width: 3 };
    let ends: Vec<usize> = rows.clone().map(|row| row + STEPS - 1).collect();
    let batch = cases::windows(panel, &ends, &cases::noise(ROWS, 2)[rows], STEPS);
    trainer.gradient(panel, &batch, 1, &mut Tally::default()).expect("finite");
    trainer.gradients()
}

/// Dropout is on: a sample's mask is its own in every batch.
#[test]
fn the_gradient_of_a_large_batch_is_the_mean_of_its_samples_gradients_for_any_crew() {
    let (spec, training) = (spec(), training());
    let mut trainer = Trainer::new(&spec, &training, 1, &Crew::ALONE);
    let mut mean = vec![0.0; trainer.parameters().len()];
    for row in 0..ROWS {
        let one = gradient(&mut trainer, row..row + 1);
        mean.iter_mut().zip(one).for_each(|(m, g)| *m += g / ROWS as f64);
    }
    let alone = gradient(&mut trainer, 0..ROWS);
    assert!(cases::error(&alone, &mean) < 1e-12, "{}", cases::error(&alone, &mean));
    for jobs in [2, 3, 5] {
        let crew = Crew::new(jobs);
        let together = gradient(&mut Trainer::new(&spec, &training, 1, &crew), 0..ROWS);
        assert!(together == alone, "{jobs} cores");
    }
}

#[test]
fn a_step_clips_and_moves_all_parameters_and_turns_all_matrices() {
    let (spec, training) = (spec(), training());
    for jobs in [1, 2] {
        let crew = Crew::new(jobs);
        let mut trainer = Trainer::new(&spec, &training, 1, &crew);
        let before = trainer.parameters();
        let slope = gradient(&mut trainer, 0..ROWS);
        let norm = slope.iter().map(|g| g * g).sum::<f64>().sqrt();
        assert!(norm > LIMIT, "the gradient {norm} is to be clipped");
        trainer.step(RATE).expect("finite");
        let shrink = RATE * LIMIT / (norm + 1e-6);
        let expected: Vec<f64> = before.iter().zip(&slope).map(|(p, g)| p - shrink * g).collect();
        let moved: Vec<f64> = trainer.parameters().iter().zip(&before).map(|(a, b)| a - b).collect();
        let meant: Vec<f64> = expected.iter().zip(&before).map(|(a, b)| a - b).collect();
        assert!(cases::error(&moved, &meant) < 1e-10, "{jobs} cores: {}", cases::error(&moved, &meant));

        let mut fresh = Trainer::new(&spec, &training, 1, &Crew::ALONE);
        fresh.set_parameters(&trainer.parameters());
        assert!(gradient(&mut trainer, 0..20) == gradient(&mut fresh, 0..20), "{jobs} cores");
    }
}

/// As if the weights before the first step had never been.
#[test]
fn averaged_weights_are_the_decaying_mean_of_all_steps() {
    const DECAY: f64 = 0.7;
    let (spec, training) = (cases::spec(Kind::Gru, 3, STEPS, &[4]), training());
    let mut trainer = Trainer::new(&spec, &training, 1, &Crew::ALONE);
    trainer.keep_average(DECAY);
    let (mut sum, mut weight) = (vec![0.0; trainer.parameters().len()], 0.0);
    for _ in 0..4 {
        gradient(&mut trainer, 0..ROWS);
        trainer.step(RATE).expect("finite");
        sum.iter_mut().zip(trainer.parameters()).for_each(|(s, p)| *s = DECAY * *s + p);
        weight = DECAY * weight + 1.0;
        let mean: Vec<f64> = sum.iter().map(|s| s / weight).collect();
        assert!(cases::error(&trainer.result(), &mean) < 1e-12, "{}", cases::error(&trainer.result(), &mean));
    }
}
