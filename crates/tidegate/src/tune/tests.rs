//! Whole searches with tiny networks over four years of the sample market.

use super::*;
use crate::bars;
use crate::error::InputError;
use crate::experiment::{Experiment, parse};
use crate::plan::Plan;
use crate::run::run;
use crate::run_dir::Out;
use crate::train::Silent;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use tidegate_nn::Kind;

const BASE: &str = r#"
data = { from = "2015-01-05", to = "2018-12-31" }
training = { epochs = 2, seeds = [1, 2], learning_rate = 0.003 }
forecast = { window = 4 }
model = [{ kind = "gru", layers = [3], dropout = 0.0 }]
"#;

fn experiment(tune: &str) -> Experiment {
    parse(&format!("{BASE}\n{tune}"), "x.toml", None, &[]).unwrap()
}

fn check(tune: &str) -> Result<Search, InputError> {
    Search::check(experiment(tune))
}

fn options(folder: &Path, name: &str, jobs: usize) -> RunOptions {
    RunOptions { out: Out::Given { path: folder.join(name), force: false }, jobs }
}

/// Every file of a search but its log, by name.
fn files_of(out: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .filter(|(name, _)| name != "run.log")
        .collect();
    files.sort();
    files
}

fn values(search: &Search) -> Vec<Vec<String>> {
    let text = |value: &Option<Value>| value.as_ref().map_or_else(String::new, key::shown);
    search.trials.iter().map(|trial| trial.values.iter().map(text).collect()).collect()
}

#[test]
fn a_grid_has_every_combination_once_beside_the_untuned_experiment() {
    let search = check(
        "tune = { sampler = \"grid\", space = { training.batch = [16, 32], forecast.window = [4, 5] } }",
    )
    .unwrap();
    assert_eq!(values(&search), [["4", "64"], ["4", "16"], ["4", "32"], ["5", "16"], ["5", "32"]]);
}

#[test]
fn a_combination_that_is_the_untuned_experiment_is_trial_0_and_not_trained_twice() {
    let search = check(
        "tune = { sampler = \"grid\", space = { training.batch = [16, 64], forecast.window = [4, 5] } }",
    )
    .unwrap();
    assert_eq!(values(&search), [["4", "64"], ["4", "16"], ["5", "16"], ["5", "64"]]);
}

#[test]
fn random_trials_are_all_different_and_a_used_up_space_ends_the_search() {
    let text = |trials: usize| {
        format!(
            "tune = {{ trials = {trials}, space = {{ training.batch = [8, 16, 64], forecast.window = {{ low = 3, high = 5 }} }} }}"
        )
    };
    let all = check(&text(50)).unwrap();
    // Nine combinations, one of which is trial 0.
    assert_eq!(all.trials.len(), 9);
    assert_eq!(values(&all).into_iter().collect::<BTreeSet<_>>().len(), 9);
    let some = check(&text(4)).unwrap();
    assert_eq!(values(&some), values(&all)[..5], "fewer trials are the beginning of more");
}

#[test]
fn the_first_seed_decides_the_draws() {
    let of = |seeds: &str| {
        let mut experiment = experiment(
            "tune = { trials = 5, space = { training.learning_rate = { low = 0.001, high = 0.1 } } }",
        );
        experiment.training.seeds = seeds.split(' ').map(|seed| seed.parse().unwrap()).collect();
        values(&Search::check(experiment).unwrap())
    };
    assert_eq!(of("1 2"), of("1 5"));
    assert_ne!(of("1 2"), of("2 1"));
}

#[test]
fn keys_that_must_not_vary_or_cannot_matter_are_refused_with_the_reason() {
    for (key, reason) in [
        ("split.train", "could not be compared"),
        ("data.from", "could not be compared"),
        ("forecast.target", "could not be compared"),
        ("forecast.horizon", "could not be compared"),
        ("training.seeds", "luck"),
        ("strategy.window", "belongs to the classifier"),
        ("market.cash", "no influence on a forecast"),
        ("report.language", "no influence on a forecast"),
        ("tune.trials", "its own settings"),
        ("model.gru.name", "changes no forecast"),
        ("model.gru", "a single key"),
        ("training", "a single key"),
        ("model.gur.layers", "no [[model]] is called \"gur\""),
    ] {
        let error = check(&format!("[tune.space]\n\"{key}\" = [1, 2]")).unwrap_err();
        assert_eq!(error.place, format!("tune.space.\"{key}\""));
        assert!(error.message.contains(reason), "{error}");
    }
    let mut two = experiment("[tune.space]\n\"model.lstm.dropout\" = [0.1]");
    two.model = vec![two.model[0].clone(), crate::experiment::Model::new(Kind::Lstm)];
    two.tune.as_mut().unwrap().model = Some("gru".into());
    let error = Search::check(two).unwrap_err();
    assert!(error.message.contains("belongs to another network"), "{error}");
}

#[test]
fn supervision_can_be_searched_where_it_matters() {
    let space = "[tune.space]\n\"training.supervision\" = [\"last_step\", \"every_step\"]";
    assert_eq!(values(&check(space).unwrap()), [["last_step"], ["every_step"]]);
    let beside_a_gru = |more: &str| {
        let mut two = experiment(&format!("{space}\n{more}"));
        two.model.push(crate::experiment::Model::new(Kind::Mlp));
        two.tune.as_mut().unwrap().model = Some("mlp".into());
        Search::check(two)
    };
    let error = beside_a_gru("").unwrap_err();
    assert_eq!(error.place, "tune.space.\"training.supervision\"");
    assert!(error.message.contains("an mlp has no steps"), "{error}");
    assert!(beside_a_gru("\"model.mlp.kind\" = [\"rnn\"]\n\"model.mlp.activation\" = [\"tanh\"]").is_ok());
}

#[test]
fn a_misspelt_key_gets_a_suggestion() {
    for (key, near) in [
        ("training.lerning_rate", "learning_rate"),
        ("trainig.batch", "training"),
        ("model.gru.layer", "layers"),
    ] {
        let error = check(&format!("[tune.space]\n\"{key}\" = [1, 2]")).unwrap_err();
        assert_eq!(error.help.as_deref(), Some(format!("did you mean `{near}`?").as_str()), "{error}");
    }
    let error = check("tune = { model = \"gur\", space = { training.batch = [1] } }").unwrap_err();
    assert_eq!((error.place.as_str(), error.help.as_deref()), ("tune.model", Some("did you mean `gru`?")));
}

#[test]
fn a_candidate_that_cannot_be_is_refused_by_key_and_value_even_if_it_is_never_drawn() {
    for (space, place, message) in [
        (
            "training.learning_rate = [0.01, -1.0]",
            "\"training.learning_rate\" = -1.0",
            "expected a number above 0",
        ),
        (
            "training.batch = [\"x\"]",
            "\"training.batch\" = x",
            "expected a whole number of at least 0, found string",
        ),
        ("model.gru.layers = [32, 64]", "\"model.gru.layers\" = ", "expected a list in brackets"),
        ("model.gru.dropout = { low = 0.0, high = 1.0 }", "\"model.gru.dropout\" = 1", "up to but not 1"),
        ("training.momentum = [0.5]", "\"training.momentum\" = 0.5", "has no effect"),
        ("model.gru.kind = [\"mlp\", \"lsmt\"]", "\"model.gru.kind\" = lsmt", "unknown word"),
    ] {
        let error = check(&format!("tune.trials = 1\n[tune.space]\n{space}")).unwrap_err();
        assert!(error.place.starts_with(&format!("tune.space.{place}")), "{error}");
        assert!(error.message.contains(message), "{error}");
    }
}

#[test]
fn settings_of_the_search_itself_are_checked() {
    let error = check("").unwrap_err();
    assert_eq!(error.place, "tune.space");
    let error = check("tune = { trials = 0, space = { training.batch = [1] } }").unwrap_err();
    assert_eq!(error.place, "tune.trials");
    let error = check("tune = { space = { training.batch = [64] } }").unwrap_err();
    assert!(error.message.contains("nothing but the experiment as it stands"), "{error}");
}

#[test]
fn any_number_of_jobs_writes_the_same_bytes() {
    let search = check(
        "tune = { trials = 4, space = { training.learning_rate = { low = 0.001, high = 0.1, scale = \"log\" }, forecast.window = [3, 6] } }",
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str, jobs| {
        files_of(&tune(&search, &options(folder.path(), name, jobs), &Silent).unwrap().out)
    };
    let one = of("one", 1);
    let names: Vec<&str> = one.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["best.toml", "experiment.toml", "trials.csv", "tune.html"]);
    assert!(one == of("two", 2), "the files differ");
}

#[test]
fn bars_of_the_test_part_change_nothing() {
    let search =
        check("tune = { trials = 3, space = { training.learning_rate = [0.01, 0.03, 0.1] } }").unwrap();
    let source = bars::load(&search.base).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let trials = |name: &str, source: &SourceBars| {
        let tuned = tune_over(&search, source, &options(folder.path(), name, 2), &Silent).unwrap();
        (fs::read(tuned.out.join("trials.csv")).unwrap(), fs::read(tuned.out.join("best.toml")).unwrap())
    };
    let changed_from = |first: usize| {
        let mut changed = source.clone();
        let bars = &mut changed.bars;
        for column in [&mut bars.open, &mut bars.high, &mut bars.low, &mut bars.close] {
            column[first..].iter_mut().for_each(|price| *price *= 3.0);
        }
        bars.volume[first..].iter_mut().for_each(|volume| *volume += 1e9);
        changed
    };
    let first_of_test = (source.bars.len() as f64 * 0.8).round() as usize;
    let as_it_is = trials("a", &source);
    assert_eq!(as_it_is, trials("b", &changed_from(first_of_test)));
    assert_ne!(
        as_it_is,
        trials("c", &changed_from(first_of_test - 1)),
        "the last bar of validation does count"
    );
}

#[test]
fn running_the_best_file_gives_the_error_the_search_reported() {
    let search = check(
        "tune = { trials = 2, space = { training.learning_rate = [0.01, 0.03], forecast.window = [6] } }",
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tuned = tune(&search, &options(folder.path(), "tuned", 2), &Silent).unwrap();
    let text = fs::read_to_string(tuned.out.join("best.toml")).unwrap();
    let best = parse(&text, "best.toml", None, &[]).unwrap();
    assert_eq!(best.tune, None);
    let finished = run(Plan::check(best).unwrap(), &options(folder.path(), "run", 2), &Silent).unwrap();
    let row = finished.summary.forecast.models.iter().find(|model| model.name == "gru").unwrap();
    assert_eq!(tuned.summary.best_trial().valid(), row.valid.rmse.as_ref());
    let persistence =
        finished.summary.forecast.models.iter().find(|model| model.name == "persistence").unwrap();
    assert_eq!(tuned.summary.persistence, persistence.valid.rmse.as_ref().map(|rmse| rmse.mean));
}

#[test]
fn windows_of_different_length_are_scored_on_the_same_samples() {
    let mut experiment = experiment("tune = { sampler = \"grid\", space = { forecast.window = [10, 40] } }");
    let source = bars::load(&Plan::check(experiment.clone()).unwrap()).unwrap();
    let date = &source.bars.date;
    (experiment.split.valid_from, experiment.split.test_from) = (Some(date[60]), Some(date[600]));
    let search = Search::check(experiment.clone()).unwrap();
    let arena = Arena::new(&search, &source).unwrap();
    // After a gap of one bar, and while the next bar is in the same part.
    assert_eq!((arena.scored, arena.left_out), ((61..599).collect(), 0));

    // A training part too short for the longest window is a mistake that names the candidate.
    experiment.split.valid_from = Some(date[30]);
    let error = Arena::new(&Search::check(experiment).unwrap(), &source).err().unwrap();
    assert!(error.place.contains("forecast.window = 40"), "{error}");
}

#[test]
fn a_trial_that_diverges_is_recorded_and_the_search_goes_on() {
    let search = check(
        "tune = { sampler = \"grid\", space = { training.optimizer = [\"sgd\"], training.clip = [\"off\"], training.learning_rate = [0.01, 1e38] } }",
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tuned = tune(&search, &options(folder.path(), "tuned", 1), &Silent).unwrap();
    let Outcome::Failed { seed: 1, reason } = &tuned.summary.trials[2].outcome else {
        panic!("{:?}", tuned.summary.trials[2].outcome)
    };
    let csv = fs::read_to_string(tuned.out.join("trials.csv")).unwrap();
    let row = csv.lines().nth(3).unwrap();
    assert!(row.contains(",failed,") && row.contains(reason.split(',').next().unwrap()), "{row}");
    assert_ne!(tuned.summary.best, 2);
    assert!(fs::read_to_string(tuned.out.join("tune.html")).unwrap().contains("failed with seed 1"));
}

#[test]
fn after_a_failure_later_seeds_are_not_trained_and_the_first_seed_that_fails_is_named() {
    #[derive(Default)]
    struct Counts {
        trained: std::sync::Mutex<Vec<(usize, usize)>>,
        finished: AtomicUsize,
    }
    impl SearchObserver for Counts {
        fn trained(&self, trial: usize, seed: usize) {
            self.trained.lock().unwrap().push((trial, seed));
        }
        fn finished(&self, _: usize, _: &Outcome) {
            self.finished.fetch_add(1, Ordering::Relaxed);
        }
    }
    let diverging = "tune = { sampler = \"grid\", space = { training.learning_rate = [1e38] } }";
    let mut experiment = experiment(diverging);
    experiment.training.optimizer = crate::experiment::OptimizerName::Sgd;
    experiment.training.seeds = vec![5, 6, 7];
    let search = Search::check(experiment).unwrap();
    let source = bars::load(&search.base).unwrap();
    for jobs in [1, 2, 3] {
        let counts = Counts::default();
        let outcomes = Arena::new(&search, &source).unwrap().train(jobs, &counts).unwrap();
        assert!(matches!(outcomes[0], Outcome::Done { .. }), "{outcomes:?}");
        assert!(matches!(outcomes[1], Outcome::Failed { seed: 5, .. }), "{jobs} cores: {outcomes:?}");
        let mut trained = counts.trained.into_inner().unwrap();
        trained.sort_unstable();
        assert_eq!(trained, [(0, 0), (0, 1), (0, 2)]);
        assert_eq!(counts.finished.into_inner(), 2, "each trial ends once");
    }
}

#[test]
fn an_interrupted_search_leaves_nothing() {
    #[derive(Default)]
    struct AfterOne(AtomicUsize);
    impl SearchObserver for AfterOne {
        fn finished(&self, _trial: usize, _outcome: &Outcome) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        fn cancelled(&self) -> bool {
            self.0.load(Ordering::Relaxed) > 0
        }
    }
    let search = check("tune = { trials = 3, space = { training.batch = [16, 32, 128] } }").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let result = tune(&search, &options(folder.path(), "tuned", 1), &AfterOne::default());
    assert!(matches!(result, Err(Error::Interrupted)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_mean_absolute_error_is_asked_for_and_given() {
    let search = check("tune = { metric = \"mae\", trials = 1, space = { training.batch = [32] } }").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tuned = tune(&search, &options(folder.path(), "tuned", 1), &Silent).unwrap();
    let csv = fs::read_to_string(tuned.out.join("trials.csv")).unwrap();
    assert!(
        csv.starts_with("trial,training.batch,valid_mae,valid_mae_std,parameters,epochs,status,reason\n"),
        "{csv}"
    );
    let source = bars::load(&search.base).unwrap();
    let arena = Arena::new(&search, &source).unwrap();
    let close = source.bars.hfq().close;
    let moves: f64 = arena.scored.iter().map(|t| (close[t + 1] - close[*t]).abs()).sum();
    assert!((tuned.summary.persistence.unwrap() - moves / arena.scored.len() as f64).abs() < 1e-9);
}

#[test]
fn the_page_speaks_the_language_of_the_report_and_leaves_no_place_open() {
    let folder = tempfile::tempdir().unwrap();
    for (language, word) in [("en", "What mattered"), ("zh", "哪些参数重要")] {
        let mut experiment = experiment("tune = { trials = 2, space = { training.batch = [16, 32] } }");
        experiment.report.language = crate::report::Language::from_code(language).unwrap();
        let search = Search::check(experiment).unwrap();
        let tuned = tune(&search, &options(folder.path(), language, 2), &Silent).unwrap();
        let page = fs::read_to_string(tuned.out.join("tune.html")).unwrap();
        assert!(page.contains(word));
        let (before, after) = (page.find("<header>").unwrap(), page.find("</main>").unwrap());
        assert!(!page[before..after].contains(['{', '}']), "an unfilled place");
    }
}
