//! What dropout promises.

use crate::dropout::{Draw, Dropout};
use crate::face::Panel;
use crate::simd::Double;
use crate::spec::{Kind, NetworkSpec};
use crate::stack::{Pass, Plan, Stack, Weights};
use crate::tests::cases;
use crate::{init, window};

fn mask(probability: f64, draw: Draw<'_>, layer: usize, steps: usize, units: usize) -> Vec<f64> {
    let mut mask = vec![9.0; steps * draw.samples.len() * units];
    Dropout::new(probability).expect("on").fill(draw, layer, 0, units, units, &mut mask);
    mask
}

#[test]
fn the_share_of_dropped_units_is_the_probability_and_the_mean_stays() {
    let samples: Vec<usize> = (100..200).collect();
    for probability in [0.1, 0.3, 0.5, 0.9] {
        let mask = mask(probability, Draw { seed: 1, epoch: 1, samples: &samples }, 0, 10, 61);
        let n = mask.len() as f64;
        let dropped = mask.iter().filter(|&&m| m == 0.0).count() as f64 / n;
        // Four standard deviations of a share of 61,000 units.
        assert!((dropped - probability).abs() < 4.0 * (0.25 / n).sqrt(), "{dropped} of {probability}");
        let mean = mask.iter().sum::<f64>() / n;
        let deviation = (probability / (1.0 - probability) / n).sqrt();
        assert!((mean - 1.0).abs() < 4.0 * deviation, "mean {mean} at {probability}");
        let kept = mask.iter().copied().fold(0.0, f64::max);
        assert!(mask.iter().all(|&m| m == 0.0 || m == kept));
    }
}

#[test]
fn a_probability_of_zero_is_off() {
    assert!(Dropout::new(0.0).is_none());
    assert!(Dropout::new(1.0 - 1e-9).is_some());
}

/// The mask of a sample does not depend on the batch it is drawn in.
#[test]
fn a_mask_belongs_to_its_sample_wherever_it_stands() {
    let draw = |samples| Draw { seed: 4, epoch: 2, samples };
    let (steps, units) = (3, 13);
    let together = mask(0.4, draw(&[7, 9, 11]), 1, steps, units);
    let alone = mask(0.4, draw(&[9]), 1, steps, units);
    for step in 0..steps {
        assert_eq!(&together[(step * 3 + 1) * units..][..units], &alone[step * units..][..units]);
    }
}

#[test]
fn masks_differ_between_seeds_epochs_samples_layers_and_steps() {
    let base = Draw { seed: 4, epoch: 2, samples: &[7, 8] };
    let (steps, units) = (2, 40);
    let all = [
        mask(0.5, base, 0, steps, units),
        mask(0.5, Draw { seed: 5, ..base }, 0, steps, units),
        mask(0.5, Draw { epoch: 3, ..base }, 0, steps, units),
        mask(0.5, base, 1, steps, units),
    ];
    let rows: std::collections::BTreeSet<Vec<bool>> = all
        .iter()
        .flat_map(|mask| mask.chunks(units).map(|row| row.iter().map(|&m| m > 0.0).collect()))
        .collect();
    assert_eq!(rows.len(), all.len() * steps * 2);
}

/// Units are drawn 64 at a time.
#[test]
fn units_of_a_wide_layer_do_not_repeat_each_other() {
    let mask = mask(0.5, Draw { seed: 4, epoch: 2, samples: &[7] }, 0, 1, 192);
    assert!(mask[..64] != mask[64..128] && mask[..64] != mask[128..] && mask[64..128] != mask[128..]);
}

/// Dropout sits between layers, before the head and inside it, but not on inputs or outputs.
#[test]
fn dropout_changes_training_passes_only_and_every_place_counts() {
    for (kind, layers, head) in [
        (Kind::Lstm, vec![6], vec![]),
        (Kind::Gru, vec![5, 6], vec![]),
        (Kind::Rnn, vec![5], vec![4]),
        (Kind::Mlp, vec![7], vec![]),
    ] {
        let spec = NetworkSpec { dropout: 0.5, head, ..cases::spec(kind, 2, 3, &layers) };
        let dry = NetworkSpec { dropout: 0.0, ..spec.clone() };
        let values = cases::noise(20, 1);
        let ends: Vec<usize> = (2..10).collect();
        let run = |spec: &NetworkSpec, epoch: Option<usize>| {
            let plan = Plan::new::<Double>(spec);
            let parameters = init::parameters(spec, &plan.layout, 1);
            let weights = Weights::<Double>::new(&plan, &parameters, |v| v);
            let mut stack = Stack::<Double>::new(&plan);
            let panel = Panel { values: &values, width: 2 };
            let spans: Vec<_> = ends.iter().map(|&end| panel.window(end, 3)).collect();
            window::gather(spec, panel, &spans, 3, &mut stack.tile);
            let draw = epoch.map(|epoch| Draw { seed: 1, epoch, samples: &ends });
            stack.forward(&plan, &weights.values, Pass::windows(ends.len(), 3, false), draw).to_vec()
        };
        assert_eq!(run(&spec, None), run(&dry, None), "{kind:?}: no draw, no dropout");
        assert_eq!(run(&spec, Some(1)), run(&spec, Some(1)), "{kind:?}: an epoch repeats itself");
        assert_ne!(run(&spec, Some(1)), run(&spec, Some(2)), "{kind:?}: epochs differ");
        assert_ne!(run(&spec, Some(1)), run(&dry, Some(1)), "{kind:?}: dropout does something");
        // Averaged over many masks a network that is linear above its only mask answers as without dropout.
        if layers.len() == 1 && spec.head.is_empty() {
            let epochs = 4000;
            let mut mean = vec![0.0; ends.len()];
            for epoch in 1..=epochs {
                let outputs = run(&spec, Some(epoch));
                mean.iter_mut().zip(outputs).for_each(|(m, y)| *m += y / epochs as f64);
            }
            for (m, y) in mean.iter().zip(run(&dry, None)) {
                assert!((m - y).abs() < 0.02, "{kind:?}: {m} on average, {y} without dropout");
            }
        }
    }
}
