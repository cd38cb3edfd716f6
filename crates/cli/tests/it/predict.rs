//! `tidegate predict RUN_DIR`: the next trading day, and every reason not to speak of it.

use crate::workplace::Workplace;
use serde_json::Value;
use std::fmt::Write;

/// Days of a made-up stock: weekdays from 2024-01-02 on, prices that wander.
const DAYS: usize = 260;

/// A Tushare file of the first `n` days; `change` may rewrite a row (day counted from 0).
fn tushare(n: usize, change: impl Fn(usize, &str) -> Option<String>) -> String {
    let mut text =
        String::from("ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount\n");
    let (mut close, mut state) = (10.0_f64, 7_u64);
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64 - 0.5
    };
    for k in 0..n {
        let before = close;
        close = ((close * (1.0 + 0.06 * random())) * 100.0).round() / 100.0;
        let open = ((before * (1.0 + 0.02 * random())) * 100.0).round() / 100.0;
        let (high, low) = (open.max(close) + 0.05, open.min(close) - 0.05);
        let volume = (100_000.0 * (1.0 + random())).round();
        let (day, delta) = (weekday(k), close - before);
        let row = format!(
            "600000.SH,{day},{open:.2},{high:.2},{low:.2},{close:.2},{before:.2},{delta:.2},{:.4},{volume},1000",
            delta / before * 100.0
        );
        let row = change(k, &row).unwrap_or(row);
        if !row.is_empty() {
            let _ = writeln!(text, "{row}");
        }
    }
    text
}

/// The `k`-th weekday from 2024-01-02 on, `YYYYMMDD`.
fn weekday(k: usize) -> String {
    let mut day = tidegate_market::TradeDate::new(2024, 1, 2).unwrap();
    let mut left = k;
    while left > 0 {
        day = day.next_day();
        left -= usize::from(!day.is_weekend());
    }
    day.to_string().replace('-', "")
}

fn dashed(k: usize) -> String {
    let day = weekday(k);
    format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..])
}

/// A place with a run on the first days in `run`, and its file.
fn place_with_run() -> Workplace {
    let place = Workplace::new();
    place.write("bars.csv", &tushare(DAYS, |_, _| None));
    place.done(&[
        "run",
        "small.toml",
        "--set",
        "data.path=bars.csv",
        "--set",
        "data.to=2030-01-01",
        "--out",
        "run",
    ]);
    place
}

fn document(place: &Workplace, arguments: &[&str]) -> Value {
    let text = place.done(&[&["predict", "run", "--json"], arguments].concat());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in: {text}"))
}

#[test]
fn a_run_is_predicted_from_its_own_file_and_says_what_the_run_has_said_last() {
    let place = place_with_run();
    let before = place.files();
    let today = dashed(DAYS);
    let prediction = document(&place, &["--today", &today]);
    assert!(place.files() == before, "nothing is written");
    assert_eq!(prediction["bars"]["newer"], 0);
    assert_eq!(prediction["bars"]["last"], dashed(DAYS - 1).as_str());
    assert_eq!(prediction["next_trading_day"]["date"], today.as_str());
    assert_eq!(prediction["next_trading_day"]["published"], false);
    let forecasts = place.read("run/forecasts.csv");
    let models = prediction["forecast"]["models"].as_array().unwrap();
    let mut compared = 0;
    for line in forecasts.lines().filter(|line| line.starts_with(&dashed(DAYS - 1))) {
        let cells: Vec<&str> = line.split(',').collect();
        let model = models.iter().find(|model| model["name"] == cells[2]).unwrap();
        let seeds = model["by_seed"].as_array().unwrap();
        let seed =
            seeds.iter().find(|s| s["seed"].as_u64().map_or(String::new(), |s| s.to_string()) == cells[3]);
        assert_eq!(seed.unwrap()["forecast"].as_f64().unwrap().to_string(), cells[6], "{line}");
        compared += 1;
    }
    assert_eq!(compared, 5 + 2 * 2, "five baselines, two networks of two seeds");
    let signals = place.read("run/signals.csv");
    let last: Vec<&str> = signals.lines().last().unwrap().split(',').collect();
    assert_eq!(prediction["signal"]["probability"].as_f64().unwrap().to_string(), last[2]);
    assert_eq!(prediction["signal"]["position"].as_f64().unwrap().to_string(), last[3]);
    let text = place.done(&["predict", "run", "--today", &today]);
    for part in ["600000.SH", &today, "ORDERS", "SIGNAL", "Forecast of close", "persistence", "lstm", "±"] {
        assert!(text.contains(part), "\"{part}\" is not in: {text}");
    }
}

#[test]
fn newer_bars_move_the_day_and_the_limits_follow_the_last_close() {
    let place = place_with_run();
    place.write("newer.csv", &tushare(DAYS + 3, |_, _| None));
    let today = dashed(DAYS + 2);
    let arguments = ["--bars", "newer.csv", "--today", &today, "--holding", "0", "--cash", "100000"];
    let prediction = document(&place, &arguments);
    assert_eq!(
        (prediction["bars"]["newer"].as_u64(), prediction["bars"]["age"].as_u64()),
        (Some(3), Some(0))
    );
    assert_eq!(prediction["next_trading_day"]["date"], dashed(DAYS + 3).as_str());
    let close = prediction["forecast"]["last_close"].as_f64().unwrap();
    let (up, down) = (&prediction["limits"]["up"], &prediction["limits"]["down"]);
    assert!((up.as_f64().unwrap() - close * 1.1).abs() <= 0.005 + 1e-9);
    assert!((down.as_f64().unwrap() - close * 0.9).abs() <= 0.005 + 1e-9);
    assert_eq!(prediction["account"]["of"], "given");
    // A file that holds the last days only says the same of the networks: the run's bars are in its directory.
    let short = tushare(DAYS + 3, |k, _| (k + 30 < DAYS).then(String::new));
    place.write("short.csv", &short);
    let from_short = document(&place, &["--bars", "short.csv", "--today", &today]);
    assert_eq!(from_short["forecast"], prediction["forecast"]);
    assert_eq!(from_short["signal"], prediction["signal"]);
}

#[test]
fn stale_bars_are_refused_with_their_age_unless_that_is_allowed() {
    let place = place_with_run();
    let today = dashed(DAYS + 4);
    let parts = ["stale bars", &dashed(DAYS - 1), "5 trading days", "--stale-after"];
    place.refused(&["predict", "run", "--today", &today], &parts);
    place.refused(&["predict", "run"], &["stale bars"]);
    document(&place, &["--today", &today, "--stale-after", "5"]);
    place.refused(&["predict", "run", "--today", "2024-13-01"], &["--today", "2024-13-01"]);
    place
        .refused(&["predict", "run", "--today", "2020-01-01"], &["2020-01-01", &dashed(DAYS - 1), "--today"]);
    // Far days are counted, not walked.
    let started = std::time::Instant::now();
    document(&place, &["--today", "9999-12-31", "--stale-after", "99999999"]);
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

#[test]
fn bars_that_contradict_the_runs_are_refused_with_day_and_values() {
    let place = place_with_run();
    let today = dashed(DAYS);
    let refused = |name: &str, text: &str, parts: &[&str]| {
        place.write(name, text);
        place.refused(&["predict", "run", "--bars", name, "--today", &today], parts);
    };
    let of_day = dashed(200);
    let volume = |k: usize, row: &str| {
        let mut cells: Vec<String> = row.split(',').map(str::to_owned).collect();
        cells[9] = "12345".into();
        (k == 200).then(|| cells.join(","))
    };
    refused("volume.csv", &tushare(DAYS, volume), &[&of_day, "volume is 1234500", "in the run's"]);
    let without = |k: usize, _: &str| (k == 200).then(String::new);
    refused("without.csv", &tushare(DAYS, without), &[&of_day, "the run has a bar"]);
    let other = tushare(DAYS, |_, row| Some(row.replace("600000.SH", "600001.SH")));
    refused("other.csv", &other, &["600000.SH", "600001.SH"]);
    let far = tushare(DAYS + 9, |k, _| (k < DAYS + 5).then(String::new));
    refused("far.csv", &far, &["after the run's last bar"]);
    place.refused(&["predict", "run", "--bars", "nowhere.csv"], &["nowhere.csv", "no such file"]);
    place.refused(
        &["predict", "run", "--bars", "bars.csv", "--store", "store.db"],
        &["--bars and --store", "leave one"],
    );
    place.refused(&["predict", "run", "--today", &today, "--cash=-5"], &["--cash", "-5"]);
    place.refused(&["predict", "run", "--today", &today, "--holding=-5"], &["--holding", "ashare"]);
}

#[test]
fn a_damaged_run_is_refused_by_the_file_that_is_damaged() {
    let place = place_with_run();
    let today = dashed(DAYS);
    let damage = |name: &str, bytes: &[u8], parts: &[&str]| {
        let path = place.path(&format!("run/{name}"));
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
        let mut all = vec![name];
        all.extend(parts);
        place.refused(&["predict", "run", "--today", &today], &all);
        std::fs::write(&path, whole).unwrap();
    };
    damage("models/lstm-1.safetensors", b"not weights", &["damaged"]);
    let other = std::fs::read(place.path("run/models/mlp-1.safetensors")).unwrap();
    damage("models/lstm-1.safetensors", &other, &["does not fit the network"]);
    damage("scalers.json", b"{}", &["damaged"]);
    let scales = place.read("run/scalers.json").replace("\"high\"", "\"height\"");
    damage("scalers.json", scales.as_bytes(), &["expected the features", "height"]);
    damage("metrics.json", b"{", &[]);
    // Well-formed weights of another seed are noticed too.
    let other = std::fs::read(place.path("run/models/lstm-2.safetensors")).unwrap();
    let path = place.path("run/models/lstm-1.safetensors");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, other).unwrap();
    place.refused(&["predict", "run", "--today", &today], &["lstm of seed 1", "not of one run"]);
    std::fs::write(&path, whole).unwrap();
    std::fs::remove_file(place.path("run/models/mlp-2.safetensors")).unwrap();
    place.refused(&["predict", "run", "--today", &today], &["mlp-2.safetensors", "cannot be read"]);
    place.refused(&["predict", "nowhere"], &["nowhere", "no such file"]);
}

#[test]
fn weights_and_scales_of_another_run_are_refused_by_their_file() {
    let place = place_with_run();
    let today = dashed(DAYS);
    let settings =
        ["data.path=bars.csv", "data.to=2030-01-01", "training.epochs=2", "training.learning_rate=0.01"];
    let settings = settings.into_iter().flat_map(|setting| ["--set", setting]);
    place.done(&["run", "small.toml", "--out", "other"].into_iter().chain(settings).collect::<Vec<_>>());
    for name in ["mlp-1", "lstm-2", "strategy-lstm-1", "strategy-lstm-2"] {
        let path = place.path(&format!("run/models/{name}.safetensors"));
        let whole = std::fs::read(&path).unwrap();
        let foreign = std::fs::read(place.path(&format!("other/models/{name}.safetensors"))).unwrap();
        assert!(whole != foreign, "{name}: another training gives other weights");
        std::fs::write(&path, foreign).unwrap();
        let file = if name.starts_with("strategy") { "signals.csv" } else { "forecasts.csv" };
        let place_named = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let parts = [place_named, file, "not of one run", "make the run again"];
        place.refused(&["predict", "run", "--today", &today], &parts);
        std::fs::write(&path, whole).unwrap();
    }
    // A forecast that nobody can compare is none of the run's.
    let forecasts = place.read("run/forecasts.csv");
    let lines = forecasts.lines().filter(|line| !line.contains(",lstm,2,"));
    place.write("run/forecasts.csv", &lines.map(|line| format!("{line}\n")).collect::<String>());
    place.refused(&["predict", "run", "--today", &today], &["lstm-2", "forecasts.csv has nothing"]);
}

#[test]
fn an_account_beyond_all_measure_is_refused() {
    let place = place_with_run();
    let today = dashed(DAYS);
    for (flag, value) in [("--cash", "1e13"), ("--cash", "inf"), ("--holding", "1e13"), ("--holding", "nan")]
    {
        place.refused(&["predict", "run", "--today", &today, flag, value], &[flag, "1000000000000"]);
    }
}
