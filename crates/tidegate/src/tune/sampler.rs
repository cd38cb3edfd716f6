//! Draws from the space: every combination in order, or independent random ones.

use super::key::place_of;
use super::space::{Candidates, Scale, Space};
use crate::error::InputError;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use toml::Value;

/// One value per key of the space, in its order.
pub(crate) type Draw = Vec<Value>;

/// Number of the ChaCha stream that hyper-parameters are drawn from; changing it changes every search.
const STREAM: u64 = 1;

/// Every combination; the last key varies fastest. At most `trials` of them.
///
/// A longer grid is refused and not cut off: the first so many combinations would never try the later values of
/// the first key, and nobody would see it.
pub(crate) fn grid(space: &Space, trials: usize) -> Result<Vec<Draw>, InputError> {
    let mut lists = Vec::new();
    for dimension in &space.dimensions {
        match &dimension.candidates {
            Candidates::List(values) => lists.push(values),
            _ => {
                return Err(InputError::new(
                    place_of(&dimension.key),
                    "a grid needs a list of values, found a range",
                )
                .help("list the values, or set tune.sampler = \"random\""));
            }
        }
    }
    let count = lists.iter().try_fold(1_usize, |count, list| count.checked_mul(list.len()));
    let count = count.filter(|count| *count <= trials).ok_or_else(|| {
        let sizes: Vec<String> = lists.iter().map(|list| list.len().to_string()).collect();
        InputError::new(
            "tune.trials",
            format!("the grid has {} combinations, and {trials} are allowed", sizes.join(" × ")),
        )
        .help("raise tune.trials, list fewer values, or set tune.sampler = \"random\"")
    })?;
    let combination = |mut index: usize| {
        let mut draw: Draw = lists
            .iter()
            .rev()
            .map(|list| {
                let value = list[index % list.len()].clone();
                index /= list.len();
                value
            })
            .collect();
        draw.reverse();
        draw
    };
    Ok((0..count).map(combination).collect())
}

/// An endless row of independent draws. The same seed gives the same row, however many are taken.
pub(crate) struct RandomDraws<'a> {
    space: &'a Space,
    generator: ChaCha8Rng,
}

impl<'a> RandomDraws<'a> {
    pub(crate) fn new(space: &'a Space, seed: u64) -> RandomDraws<'a> {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(STREAM);
        RandomDraws { space, generator }
    }
}

impl Iterator for RandomDraws<'_> {
    type Item = Draw;

    fn next(&mut self) -> Option<Draw> {
        let generator = &mut self.generator;
        // One number per key, so that a draw's place in the stream is known without the draws before it.
        let mut uniform = || (generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        Some(self.space.dimensions.iter().map(|dimension| pick(&dimension.candidates, uniform())).collect())
    }
}

/// The value at `u` in [0, 1).
fn pick(candidates: &Candidates, u: f64) -> Value {
    match candidates {
        Candidates::List(values) => {
            let index = (u * values.len() as f64) as usize;
            values[index.min(values.len() - 1)].clone()
        }
        Candidates::Whole { low, high, scale } => {
            let (least, end) = (*low as f64, *high as f64 + 1.0);
            Value::Integer((stretch(least, end, *scale, u).floor() as i64).clamp(*low, *high))
        }
        Candidates::Real { low, high, scale } => {
            Value::Float(four_digits(stretch(*low, *high, *scale, u)).clamp(*low, *high))
        }
    }
}

fn stretch(low: f64, high: f64, scale: Scale, u: f64) -> f64 {
    match scale {
        // Written so that bounds near the largest numbers cannot overflow.
        Scale::Linear => low * (1.0 - u) + high * u,
        Scale::Log => (low.ln() * (1.0 - u) + high.ln() * u).exp(),
    }
}

/// Rounded to four significant digits: no network is better for the fifth, and files are read by people.
fn four_digits(x: f64) -> f64 {
    // A number that was just written in this form is read back.
    format!("{x:.3e}").parse().unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(text: &str) -> Space {
        Space::parse(&toml::from_str(text).unwrap()).unwrap()
    }

    fn words(draws: &[Draw]) -> Vec<String> {
        draws.iter().map(|draw| draw.iter().map(Value::to_string).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn a_grid_is_every_combination_with_the_last_key_fastest() {
        let space = space("\"a.x\" = [1, 2]\n\"b.y\" = [\"p\", \"q\", \"r\"]");
        let draws = grid(&space, 6).unwrap();
        assert_eq!(words(&draws), [r#"1 "p""#, r#"1 "q""#, r#"1 "r""#, r#"2 "p""#, r#"2 "q""#, r#"2 "r""#]);
    }

    #[test]
    fn a_grid_longer_than_the_trials_is_refused_and_not_cut_off() {
        let error = grid(&space("\"a.x\" = [1, 2]\n\"b.y\" = [1, 2, 3]"), 5).unwrap_err();
        assert_eq!(error.place, "tune.trials");
        assert!(error.message.contains("2 × 3 combinations, and 5 are allowed"), "{error}");
    }

    #[test]
    fn a_grid_refuses_a_range() {
        let error = grid(&space("\"a.x\" = { low = 1, high = 3 }"), 9).unwrap_err();
        assert_eq!(error.place, "tune.space.\"a.x\"");
        assert!(error.message.contains("found a range"));
    }

    #[test]
    fn the_same_seed_draws_the_same_row_and_another_seed_another() {
        let space = space("\"a.x\" = { low = 0.0001, high = 0.1, scale = \"log\" }\n\"b.y\" = [1, 2, 3]");
        let first = |seed, n| words(&RandomDraws::new(&space, seed).take(n).collect::<Vec<_>>());
        assert_eq!(first(1, 20)[..5], first(1, 5)[..]);
        assert_ne!(first(1, 5), first(2, 5));
    }

    #[test]
    fn draws_fill_their_range_evenly_on_its_own_scale() {
        let space = space(
            "\"a.list\" = [1, 2, 3, 4]\n\"b.whole\" = { low = 1, high = 4 }\n\
             \"c.log\" = { low = 0.0001, high = 1.0, scale = \"log\" }\n\
             \"d.whole_log\" = { low = 1, high = 15, scale = \"log\" }\n\"e.real\" = { low = -1.0, high = 1.0 }",
        );
        let draws: Vec<Draw> = RandomDraws::new(&space, 1).take(4_000).collect();
        let share = |key: usize, is_in: &dyn Fn(f64) -> bool| {
            let number = |value: &Value| super::super::space::number(value).unwrap();
            draws.iter().filter(|draw| is_in(number(&draw[key]))).count() as f64 / draws.len() as f64
        };
        // Each of these quarters holds a quarter of the draws; the standard error is 0.007.
        for (key, low, high) in
            [(0, 1.0, 1.0), (1, 4.0, 4.0), (2, 0.0001, 0.001), (3, 1.0, 1.0), (4, -1.0, -0.5)]
        {
            let share = share(key, &|x| (low..=high).contains(&x));
            assert!((share - 0.25).abs() < 0.03, "key {key}: {share}");
        }
        for (key, dimension) in space.dimensions.iter().enumerate() {
            assert!(draws.iter().all(|draw| dimension.candidates.contains(&draw[key])), "{}", dimension.key);
        }
    }

    #[test]
    fn a_drawn_number_has_four_digits_and_stays_in_its_range() {
        let bounds = Candidates::Real { low: 0.123_456, high: 0.123_457, scale: Scale::Linear };
        for u in [0.0, 0.5, 0.999] {
            assert!(bounds.contains(&pick(&bounds, u)));
        }
        let wide = Candidates::Real { low: 0.0, high: 1.0, scale: Scale::Linear };
        assert_eq!(pick(&wide, 1.0 / 3.0), Value::Float(0.3333));
    }
}
