//! The verdict: "better" only where a network beats the best naive answer by more than luck.

use crate::support::{plan, run_plan};
use std::sync::LazyLock;
use tidegate::forecast::{ForecastTask, ModelForecast};
use tidegate::run::Prepared;
use tidegate::split::Part;
use tidegate::summary::{ForecastSummary, ModelKind, VerdictWord};

static TASK: LazyLock<ForecastTask> = LazyLock::new(|| {
    Prepared::new(plan("data.to = 2009-12-31\nforecast.window = 5\nstrategy.window = 5")).unwrap().forecast
});

/// A network that was never trained: one seed per list of forecasts.
fn made_up(name: &str, by_seed: Vec<Vec<f64>>) -> ModelForecast {
    ModelForecast {
        name: name.into(),
        kind: ModelKind::Lstm,
        parameters: 1,
        best_epoch: vec![1; by_seed.len()],
        by_seed: by_seed.into_iter().enumerate().map(|(seed, f)| (Some(seed as u64), f)).collect(),
    }
}

fn judged(networks: Vec<ModelForecast>) -> ForecastSummary {
    let mut models = TASK.baselines();
    models.extend(networks);
    TASK.summarise(&models)
}

/// Persistence moved by `share` of the way towards the truth; a share below 0 moves away from it.
fn towards_truth(share: impl Fn(usize) -> f64) -> Vec<f64> {
    let at = |t: &usize| {
        let unchanged = TASK.series.unchanged(*t);
        unchanged + share(*t) * (TASK.series.labels[*t].unwrap_or(unchanged) - unchanged)
    };
    TASK.ends.iter().map(at).collect()
}

#[test]
fn a_network_that_knows_a_tenth_of_every_move_is_better() {
    let verdict = judged(vec![made_up("knows", vec![towards_truth(|_| 0.1); 2])]).verdict;
    assert_eq!((verdict.word, verdict.network.as_str()), (VerdictWord::Better, "knows"));
    assert!(verdict.mean_difference > 0.0 && verdict.p.unwrap() < 0.01, "{verdict:?}");
}

#[test]
fn a_network_that_repeats_the_best_baseline_is_not_shown_to_be_better() {
    let baseline = judged(vec![made_up("any", vec![towards_truth(|_| 0.0)])]).verdict.baseline;
    let rows = TASK.baselines();
    let same = rows.into_iter().find(|row| row.name == baseline).unwrap().by_seed.remove(0).1;
    let verdict = judged(vec![made_up("same", vec![same])]).verdict;
    assert_eq!((verdict.word, verdict.p, verdict.mean_difference), (VerdictWord::NotShown, None, 0.0));
}

#[test]
fn a_worse_network_is_not_shown_to_be_better() {
    let verdict = judged(vec![made_up("worse", vec![towards_truth(|_| -0.2)])]).verdict;
    assert_eq!(verdict.word, VerdictWord::NotShown);
    assert!(verdict.mean_difference < 0.0 && verdict.p.unwrap() > 0.5, "{verdict:?}");
}

#[test]
fn one_lucky_day_is_not_enough() {
    let lucky = TASK.inputs.samples.test[7];
    let best = judged(vec![made_up("any", vec![towards_truth(|_| 0.0)])]).verdict.baseline;
    let mut forecast = TASK.baselines().into_iter().find(|row| row.name == best).unwrap().by_seed.remove(0).1;
    let position = TASK.ends.iter().position(|t| *t == lucky).unwrap();
    forecast[position] = TASK.series.labels[lucky].unwrap();
    let verdict = judged(vec![made_up("lucky", vec![forecast])]).verdict;
    assert!(verdict.mean_difference > 0.0, "{verdict:?}");
    assert_eq!(verdict.word, VerdictWord::NotShown);
}

#[test]
fn the_network_is_chosen_on_validation_even_if_another_does_better_on_test() {
    let in_part = |part: Part| move |t: usize| if TASK.parts.of(t) == Some(part) { 0.5 } else { -0.5 };
    let verdict = judged(vec![
        made_up("good_on_valid", vec![towards_truth(in_part(Part::Valid))]),
        made_up("good_on_test", vec![towards_truth(in_part(Part::Test))]),
    ])
    .verdict;
    assert_eq!((verdict.word, verdict.network.as_str()), (VerdictWord::NotShown, "good_on_valid"));
}

#[test]
fn seeds_that_are_wrong_on_both_sides_are_wrong_though_their_mean_is_right() {
    let missing_by = |sign: f64| -> Vec<f64> {
        let away = |t: &usize| TASK.series.labels[*t].unwrap_or(0.0) + sign * 0.1 * TASK.series.process[*t];
        TASK.ends.iter().map(away).collect()
    };
    let verdict = judged(vec![made_up("two_wrongs", vec![missing_by(1.0), missing_by(-1.0)])]).verdict;
    assert_eq!(verdict.word, VerdictWord::NotShown);
}

/// The default experiment with smaller networks, one seed and fewer epochs.
const SMALLER: &str = "
[forecast]
window = 10
[training]
epochs = 6
seeds = [1]
learning_rate = 0.003
[[model]]
kind = \"mlp\"
layers = [16]
[[model]]
kind = \"gru\"
layers = [8]
[[model]]
kind = \"lstm\"
layers = [8]
";

#[test]
fn on_the_null_market_nothing_is_shown_whatever_the_target() {
    for target in ["close", "log_return"] {
        let text = format!("data.sample = \"null\"\n{SMALLER}")
            .replace("window = 10", &format!("window = 10\ntarget = \"{target}\""));
        let summary = run_plan(plan(&text), 2).unwrap().summary;
        assert_eq!(
            summary.forecast.verdict.word,
            VerdictWord::NotShown,
            "{target}: {:?}",
            summary.forecast.verdict
        );
        assert!(summary.forecast.models.iter().all(|model| model.kind != ModelKind::Oracle));
    }
}

#[test]
fn on_the_planted_market_the_oracle_stands_beside_with_a_skill_of_about_two_percent() {
    let text = SMALLER
        .replace("window = 10", "window = 10\ntarget = \"log_return\"")
        .replace("epochs = 6", "epochs = 1");
    let summary = run_plan(plan(&text), 2).unwrap().summary;
    let oracle = summary.forecast.models.last().unwrap();
    assert_eq!((oracle.name.as_str(), oracle.kind), ("oracle", ModelKind::Oracle));
    let skill = oracle.test.skill.as_ref().unwrap().mean;
    assert!((0.012..0.030).contains(&skill), "the oracle's skill is {skill}");
    assert_eq!(summary.data.synthetic.unwrap().planted_r2, 0.02);
    let network = summary.forecast.models.iter().find(|model| model.name == "lstm").unwrap();
    assert!(network.test.skill.is_some(), "the networks' skill is in the same table");
}
