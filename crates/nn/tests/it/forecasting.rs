//! A forecast depends on its own window and on nothing else, to the last bit.

use crate::common::{KINDS, noise, spec};
use tidegate_nn::{LoadError, Network, NetworkSpec, Panel};

const ROWS: usize = 300;

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|v| v.to_bits()).collect()
}

#[test]
fn a_window_forecasts_the_same_alone_in_company_and_in_any_order() {
    for kind in KINDS {
        // Widths on both sides of the kernels' tile sizes.
        for layers in [vec![3], vec![17, 8], vec![64, 33]] {
            let network = Network::new(NetworkSpec { layers, head: vec![5], ..spec(kind) }, 1);
            let values = noise(ROWS * 2, 3);
            let panel = Panel { values: &values, width: 2 };
            let ends: Vec<usize> = (5..ROWS).collect();
            let together = network.forecast(panel, &ends, 1);
            for (index, &end) in ends.iter().enumerate().step_by(7) {
                assert_eq!(
                    bits(&network.forecast(panel, &[end], 1)),
                    bits(&together[index..=index]),
                    "{kind:?}, {end}"
                );
            }
            let backwards: Vec<usize> = ends.iter().rev().copied().collect();
            let mut turned = network.forecast(panel, &backwards, 2);
            turned.reverse();
            assert_eq!(bits(&turned), bits(&together), "{kind:?}");
            assert_eq!(bits(&network.forecast(panel, &ends[9..90], 3)), bits(&together[9..90]), "{kind:?}");
        }
    }
}

#[test]
fn rows_after_a_window_and_not_finite_neighbours_do_not_touch_its_forecast() {
    for kind in KINDS {
        let network = Network::new(spec(kind), 2);
        let mut values = noise(ROWS * 2, 4);
        let ends: Vec<usize> = (5..ROWS).collect();
        let before = network.forecast(Panel { values: &values, width: 2 }, &ends, 1);
        let changed_row = 150;
        values[changed_row * 2] = f32::NAN;
        values[(changed_row + 1) * 2..].iter_mut().for_each(|v| *v = 100.0 - *v);
        let after = network.forecast(Panel { values: &values, width: 2 }, &ends, 1);
        let untouched = changed_row - 5;
        assert_eq!(bits(&before[..untouched]), bits(&after[..untouched]), "{kind:?}");
        assert!(
            after[untouched..untouched + 6].iter().all(|y| y.is_nan()),
            "{kind:?}: NaN goes in, NaN comes out"
        );
        assert!(after[untouched + 6..].iter().all(|y| y.is_finite()), "{kind:?}");
        let short =
            network.forecast(Panel { values: &values[..changed_row * 2], width: 2 }, &ends[..untouched], 1);
        assert_eq!(bits(&short), bits(&before[..untouched]), "{kind:?}: later rows may be absent");
    }
}

#[test]
fn parameters_have_pytorch_names_and_go_out_and_in_unchanged() {
    let names = |kind| {
        let network = Network::new(NetworkSpec { head: vec![4], ..spec(kind) }, 1);
        let named = network.named_parameters();
        named.iter().map(|(name, shape, _)| format!("{name} {shape:?}")).collect::<Vec<_>>()
    };
    assert_eq!(
        names(tidegate_nn::Kind::Gru),
        [
            "weight_ih_l0 [27, 2]",
            "weight_hh_l0 [27, 9]",
            "bias_ih_l0 [27]",
            "bias_hh_l0 [27]",
            "weight_ih_l1 [24, 9]",
            "weight_hh_l1 [24, 8]",
            "bias_ih_l1 [24]",
            "bias_hh_l1 [24]",
            "head.0.weight [4, 8]",
            "head.0.bias [4]",
            "head.1.weight [1, 4]",
            "head.1.bias [1]"
        ]
    );
    assert_eq!(
        names(tidegate_nn::Kind::Mlp)[..4],
        ["layers.0.weight [9, 12]", "layers.0.bias [9]", "layers.1.weight [8, 9]", "layers.1.bias [8]"]
    );
    for kind in KINDS {
        let network = Network::new(spec(kind), 1);
        let named = network.named_parameters();
        assert_eq!(named.iter().map(|(_, _, values)| values.len()).sum::<usize>(), network.parameter_count());
        let borrowed = named.iter().rev().map(|(name, shape, values)| (&name[..], &shape[..], *values));
        assert_eq!(Network::from_named(spec(kind), borrowed).as_ref(), Ok(&network));
        let flat = network.parameters().to_vec();
        assert_eq!(Network::from_parameters(spec(kind), flat), network);
    }
}

#[test]
fn parameters_that_are_missing_unknown_double_or_misshapen_are_named() {
    let spec = spec(tidegate_nn::Kind::Rnn);
    let network = Network::new(spec.clone(), 1);
    let named = network.named_parameters();
    let all: Vec<(&str, &[usize], &[f32])> = named.iter().map(|(n, s, v)| (&n[..], &s[..], *v)).collect();
    let load = |list: &[(&str, &[usize], &[f32])]| Network::from_named(spec.clone(), list.iter().copied());
    let is_unexpected =
        |list: &[_], name: &str| load(list) == Err(LoadError::Unexpected { name: name.into() });

    assert_eq!(load(&all[1..]), Err(LoadError::Missing { name: "weight_ih_l0".into() }));
    assert!(is_unexpected(&[&all[..], &[("weight_ih_l7", &[1], &[0.0])]].concat(), "weight_ih_l7"));
    assert!(is_unexpected(&[&all[..], &all[..1]].concat(), "weight_ih_l0"));
    let mut turned = all.clone();
    turned[0].1 = &[2, 9];
    let error = load(&turned).unwrap_err();
    assert_eq!(error.to_string(), "the parameter weight_ih_l0 has shape [2, 9], expected [9, 2]");
}
