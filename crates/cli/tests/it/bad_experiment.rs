//! Mistakes in the experiment file and in `--set`: each one clear message, exit code 2, nothing on the disk.

use crate::workplace::{SMALL, TUSHARE, Workplace, stderr};

/// The small experiment with settings is refused with a message that contains all of `expected`.
fn refused_with(settings: &[&str], expected: &[&str]) {
    let mut arguments = vec!["run", "small.toml"];
    settings.iter().for_each(|setting| arguments.extend(["--set", *setting]));
    Workplace::new().refused(&arguments, expected);
}

#[test]
fn an_experiment_file_that_is_missing_is_named_and_init_is_offered() {
    let place = Workplace::empty();
    place.refused(
        &["run", "nowhere.toml"],
        &["nowhere.toml", "cannot read the experiment file", "tidegate init"],
    );
    place.refused(&["config", "nowhere.toml"], &["nowhere.toml"]);
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_line_and_column() {
    let place = Workplace::empty();
    place.write("broken.toml", "[training]\nepochs = = 3\n");
    place.refused(&["run", "broken.toml"], &["broken.toml:2:10"]);
}

#[test]
fn a_misspelt_key_is_refused_with_its_line_and_a_suggestion() {
    let place = Workplace::empty();
    place.write("typo.toml", &format!("{SMALL}\ndropuot = 0.5\n"));
    let line = SMALL.lines().count() + 2;
    place.refused(
        &["run", "typo.toml"],
        &[&format!("typo.toml:{line}:1"), "unknown key `dropuot`", "did you mean `dropout`?"],
    );
    place.write("table.toml", "[forcast]\nwindow = 3\n");
    place.refused(&["run", "table.toml"], &["table.toml:1:2", "`forcast`", "did you mean `forecast`?"]);
    refused_with(&["training.epoch=3"], &["--set training.epoch", "did you mean `epochs`?"]);
}

#[test]
fn a_setting_that_is_no_setting_is_refused() {
    refused_with(&["training.epochs"], &["--set training.epochs", "expected key.path=value"]);
    refused_with(&["=3"], &["expected key.path=value"]);
    refused_with(&["training..epochs=3"], &["expected key.path=value"]);
    refused_with(&["training=3"], &["--set training", "expected a table of keys"]);
    refused_with(&["training.epochs=three"], &["--set training.epochs", "a whole number", "\"three\""]);
    refused_with(&["training.epochs.most=3"], &["`epochs` is a single value"]);
    refused_with(&["training.seeds.first=3"], &["`seeds` is a list"]);
    refused_with(&["model.gru.layers=[3]"], &["no [[model]] is called \"gru\"", "mlp, lstm"]);
    refused_with(&["model.mlp=3"], &["--set model.mlp", "model.NAME.key=value"]);
    refused_with(&["nonsense.key=3"], &["--set nonsense.key", "unknown key `nonsense`"]);
}

#[test]
fn the_first_wrong_setting_among_right_ones_is_blamed() {
    refused_with(&["training.epochs=2", "training.batch=0"], &["training.batch", "found 0"]);
}

#[test]
fn a_number_that_is_none_is_refused_by_its_key() {
    for key in [
        "training.learning_rate",
        "training.clip",
        "training.weight_decay",
        "model.lstm.dropout",
        "strategy.threshold",
        "market.cash",
        "market.slippage_bp",
        "market.commission",
        "market.min_commission",
    ] {
        refused_with(&[&format!("{key}=nan")], &[key, "found NaN"]);
    }
    refused_with(&["market.cash=inf"], &["market.cash", "found inf"]);
    refused_with(&["split.train=nan", "split.valid=0.2", "split.test=0.2"], &["split.train", "found NaN"]);
}

#[test]
fn a_window_longer_than_the_data_is_refused() {
    refused_with(&["forecast.window=600"], &["forecast.window", "600 bars", "does not fit"]);
    refused_with(&["strategy.window=600"], &["strategy.window", "600 bars", "does not fit"]);
}

#[test]
fn a_split_that_leaves_no_test_rows_is_refused_by_the_key_that_cuts() {
    let dates = ["split.valid_from=2006-01-01", "split.test_from=2020-01-01"];
    refused_with(&dates, &["error: split: ", "test part has 0 usable samples"]);
    let shares = ["strategy.split.train=0.9999", "strategy.split.test=0.0001"];
    refused_with(&shares, &["error: strategy.split: ", "test part has 0 usable samples"]);
    refused_with(
        &["split.train=0.5", "split.valid=0.5", "split.test=0.5"],
        &["error: split: ", "add up to 1"],
    );
}

#[test]
fn days_without_a_bar_are_refused_with_the_days_there_are() {
    refused_with(&["data.from=2050-01-01", "data.to=2051-01-01"], &["data.from", "2005-01-04"]);
    refused_with(&["data.from=2006-01-01", "data.to=2005-01-01"], &["data.from", "data.to"]);
    refused_with(&["data.from=soon"], &["--set data.from", "2024-06-28", "soon"]);
}

#[test]
fn selling_short_where_it_is_not_allowed_is_refused() {
    refused_with(&["strategy.positions=long_short"], &["strategy.positions", "long_short", "\"ashare\""]);
}

#[test]
fn a_share_rules_for_another_market_are_refused_with_the_rules_that_fit() {
    let place = Workplace::new();
    let row = |i: u32| {
        let (month, day, close) = (i / 28, 1 + i % 28, 100 + i % 7 + i / 10);
        let (open, high, volume) = (close - i % 3, close + 1 + i % 5, 1000 + i % 13);
        let low = open - 1;
        let date = format!("{}-{:02}-{day:02}", 2010 + month / 12, 1 + month % 12);
        format!("{date},{open},{high},{low},{close},{close},{volume}\n")
    };
    let rows: String = (0..300).map(row).collect();
    place.write("AAPL.csv", &format!("Date,Open,High,Low,Close,Adj Close,Volume\n{rows}"));
    let arguments = ["run", "small.toml", "--set", "data.path=AAPL.csv", "--set", "data.to=2020-12-31"];
    place.refused(
        &[&arguments[..], &["--set", "market.rules=ashare"]].concat(),
        &["market.rules", "\"ashare\" do not fit \"AAPL\"", "rules = \"us\""],
    );
    place.done(&[&arguments[..], &["--set", "market.rules=us"]].concat());
}

#[test]
fn an_unknown_feature_is_refused_with_the_nearest_name() {
    refused_with(
        &["forecast.inputs=[\"cloze\"]"],
        &["forecast.inputs", "\"cloze\"", "did you mean \"close\"?"],
    );
    refused_with(&["strategy.features=[\"rsi\"]"], &["strategy.features", "\"rsi\"", "rsi_"]);
}

#[test]
fn a_column_that_never_changes_is_refused_by_name() {
    let place = Workplace::new();
    place.done(&["sample"]);
    let csv = place.read("sample-market/SAMPLE.SH.csv");
    let volume = csv.lines().next().unwrap().split(',').position(|name| name == "vol").unwrap();
    let flat = csv.lines().enumerate().map(|(i, line)| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if i > 0 {
            cells[volume] = "100";
        }
        cells.join(",") + "\n"
    });
    place.write("flat.csv", &flat.collect::<String>());
    place.refused(
        &["run", "small.toml", "--set", "data.path=flat.csv"],
        &["forecast.inputs", "\"volume\" cannot be scaled", "constant"],
    );
}

#[test]
fn a_path_in_the_file_starts_at_the_file() {
    let place = Workplace::empty();
    std::fs::create_dir(place.path("inside")).unwrap();
    place.write("inside/own.toml", "data.path = \"bars.csv\"\n");
    place.write("bars.csv", TUSHARE);
    place.refused(&["run", "inside/own.toml"], &["inside/bars.csv", "no such file"]);
}

#[test]
fn training_that_explodes_is_a_failure_that_names_epoch_batch_and_cause() {
    let place = Workplace::new();
    let before = place.files();
    let settings = ["training.learning_rate=1e30", "training.optimizer=sgd", "training.clip=off"];
    let mut arguments = vec!["run", "small.toml"];
    settings.iter().for_each(|setting| arguments.extend(["--set", *setting]));
    let output = place.tidegate(&arguments);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    for part in ["seed 1", "not finite", "epoch 1", "batch", "learning rate"] {
        assert!(message.contains(part), "\"{part}\" is not in: {message}");
    }
    assert!(place.files() == before, "nothing is left");
}

#[test]
fn kernels_that_this_machine_does_not_have_are_refused() {
    let place = Workplace::new();
    let output = place.command(&["run", "small.toml"]).env("TIDEGATE_KERNEL", "abacus").output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(
        message.starts_with("error: TIDEGATE_KERNEL: expected portable") && message.contains("\"abacus\"")
    );
}
