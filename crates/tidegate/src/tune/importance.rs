//! What mattered: how much of the differences between trials each key explains alone.
//!
//! One-way analysis of variance of ln(validation error) over the values of one key. The share is ε² (Kelley 1935,
//! "An unbiased correlation ratio measure", PNAS 21): 1 − (SS within / (n − k)) / (SS total / (n − 1)), which is
//! η² less what k values would explain by chance, and 0 where that is negative. Logarithms make one trial that went
//! far astray count by its ratio and not by its square. Keys that act only together explain little alone.

use super::key::shown;
use super::space::{Candidates, Dimension, number};
use serde::Serialize;
use std::cmp::Ordering;
use toml::Value;

/// One key's part in the differences between trials.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Importance {
    /// The key.
    pub key: String,
    /// Share of the variance of ln(error), 0 to 1; `None` where trials are too few or all alike.
    pub share: Option<f64>,
    /// Trials by value (a range is cut into stretches with about the same number of trials), in order.
    pub groups: Vec<Group>,
}

/// The trials that share a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// The value, or the least and the greatest one of a stretch.
    pub value: String,
    /// Trials that ended well.
    pub trials: usize,
    /// Mean validation error.
    pub mean: f64,
    /// Lowest validation error.
    pub best: f64,
}

/// The importance of `dimension` over trials with this value and this error.
pub(crate) fn importance(dimension: &Dimension, trials: &[(&Value, f64)]) -> Importance {
    let members = match &dimension.candidates {
        Candidates::List(_) => by_value(trials),
        _ => by_stretch(trials),
    };
    let errors = |members: &[usize]| -> Vec<f64> { members.iter().map(|i| trials[*i].1).collect() };
    let groups = members
        .iter()
        .map(|(value, members)| {
            let errors = errors(members);
            Group {
                value: value.clone(),
                trials: errors.len(),
                mean: errors.iter().sum::<f64>() / errors.len() as f64,
                best: errors.iter().copied().fold(f64::INFINITY, f64::min),
            }
        })
        .collect();
    let samples: Vec<Vec<f64>> = members.iter().map(|(_, members)| errors(members)).collect();
    Importance { key: dimension.key.clone(), share: share_explained(&samples), groups }
}

/// Trials by equal value: numbers ascending, lists by length and then by their numbers, words by the alphabet.
fn by_value(trials: &[(&Value, f64)]) -> Vec<(String, Vec<usize>)> {
    let mut groups: Vec<(&Value, Vec<usize>)> = Vec::new();
    for (i, (value, _)) in trials.iter().enumerate() {
        match groups.iter_mut().find(|(known, _)| known == value) {
            Some((_, members)) => members.push(i),
            None => groups.push((value, vec![i])),
        }
    }
    groups.sort_by(|a, b| in_order(a.0, b.0));
    groups.into_iter().map(|(value, members)| (shown(value), members)).collect()
}

fn in_order(a: &Value, b: &Value) -> Ordering {
    match (number(a), number(b), a.as_array(), b.as_array()) {
        (Some(a), Some(b), ..) => a.total_cmp(&b),
        (_, _, Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| {
            a.iter()
                .zip(b)
                .map(|(a, b)| in_order(a, b))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        }),
        _ => shown(a).cmp(&shown(b)),
    }
}

/// Trials by stretches of about five, at most five of them; equal values stay together.
fn by_stretch(trials: &[(&Value, f64)]) -> Vec<(String, Vec<usize>)> {
    let values: Vec<f64> = trials.iter().map(|(value, _)| number(value).unwrap_or(f64::NAN)).collect();
    let n = values.len();
    let stretches = (n / 5).clamp(2, 5);
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); stretches];
    for (i, value) in values.iter().enumerate() {
        let below = values.iter().filter(|other| *other < value).count();
        groups[below * stretches / n].push(i);
    }
    let name = |members: &[usize]| {
        let ordered = |a: &&usize, b: &&usize| values[**a].total_cmp(&values[**b]);
        match (members.iter().min_by(ordered), members.iter().max_by(ordered)) {
            (Some(low), Some(high)) if values[*low] == values[*high] => shown(trials[*low].0),
            (Some(low), Some(high)) => format!("{} … {}", shown(trials[*low].0), shown(trials[*high].0)),
            _ => String::new(),
        }
    };
    groups
        .into_iter()
        .filter(|members| !members.is_empty())
        .map(|members| (name(&members), members))
        .collect()
}

/// ε² of groups of errors, on their logarithms.
fn share_explained(groups: &[Vec<f64>]) -> Option<f64> {
    let logs: Vec<Vec<f64>> = groups.iter().map(|group| group.iter().map(|x| x.ln()).collect()).collect();
    let (n, k) = (logs.iter().map(Vec::len).sum::<usize>(), logs.len());
    if k < 2 || n <= k {
        return None;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let squares = |values: &[f64], centre: f64| values.iter().map(|x| (x - centre).powi(2)).sum::<f64>();
    let all: Vec<f64> = logs.concat();
    let total = squares(&all, mean(&all));
    let within: f64 = logs.iter().map(|group| squares(group, mean(group))).sum();
    let share = 1.0 - (within / (n - k) as f64) / (total / (n - 1) as f64);
    share.is_finite().then_some(share.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tune::space::Space;

    fn dimension(text: &str) -> Dimension {
        Space::parse(&toml::from_str(text).unwrap()).unwrap().dimensions.remove(0)
    }

    #[test]
    fn the_share_is_that_of_a_hand_example() {
        // Logs 1, 2 | 3, 4: total 5, within 1, so 1 − (1/2)/(5/3) = 0.7.
        let groups = [[1.0_f64, 2.0], [3.0, 4.0]].map(|group| group.map(f64::exp).to_vec());
        assert!((share_explained(&groups).unwrap() - 0.7).abs() < 1e-12);
    }

    #[test]
    fn a_key_without_influence_explains_nothing_and_one_that_decides_explains_all() {
        let of = |groups: &[&[f64]]| share_explained(&groups.iter().map(|g| g.to_vec()).collect::<Vec<_>>());
        assert_eq!(of(&[&[1.0, 2.0], &[2.0, 1.0]]), Some(0.0));
        assert_eq!(of(&[&[1.0, 1.0], &[2.0, 2.0]]), Some(1.0));
    }

    #[test]
    fn too_few_trials_or_equal_ones_leave_it_undefined() {
        for groups in [vec![vec![1.0], vec![2.0]], vec![vec![1.0, 2.0]], vec![vec![1.0; 2]; 2], vec![]] {
            assert_eq!(share_explained(&groups), None, "{groups:?}");
        }
    }

    #[test]
    fn numbers_are_ordered_and_equal_values_share_a_group() {
        let values = [Value::Float(0.1), Value::Float(0.01), Value::Float(0.1)];
        let trials: Vec<(&Value, f64)> = values.iter().zip([4.0, 1.0, 2.0]).collect();
        let found = importance(&dimension("\"training.learning_rate\" = [0.1, 0.01]"), &trials);
        let groups: Vec<_> =
            found.groups.iter().map(|g| (g.value.as_str(), g.trials, g.mean, g.best)).collect();
        assert_eq!(groups, [("0.01", 1, 1.0, 1.0), ("0.1", 2, 3.0, 2.0)]);
    }

    #[test]
    fn lists_are_ordered_by_length_and_size_and_not_by_spelling() {
        let list = |units: &[i64]| Value::Array(units.iter().map(|n| Value::Integer(*n)).collect());
        let values = [list(&[64, 64]), list(&[64]), list(&[8]), list(&[16])];
        let trials: Vec<(&Value, f64)> = values.iter().zip([1.0; 4]).collect();
        let found = importance(&dimension("\"model.gru.layers\" = [[8]]"), &trials);
        let order: Vec<&str> = found.groups.iter().map(|group| group.value.as_str()).collect();
        assert_eq!(order, ["[8]", "[16]", "[64]", "[64, 64]"]);
    }

    #[test]
    fn a_range_is_cut_into_stretches_of_about_the_same_number() {
        let values: Vec<Value> = (0..10).map(|i| Value::Integer((i * 7) % 10)).collect();
        let trials: Vec<(&Value, f64)> = values.iter().map(|v| (v, 1.0 + number(v).unwrap())).collect();
        let found = importance(&dimension("\"a.b\" = { low = 0, high = 9 }"), &trials);
        let groups: Vec<_> = found.groups.iter().map(|g| (g.value.as_str(), g.trials)).collect();
        assert_eq!(groups, [("0 … 4", 5), ("5 … 9", 5)]);
        assert!(found.share.unwrap() > 0.5);
    }
}
