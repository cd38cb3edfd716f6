//! A rule file of the user's own over every command: it counts, goes with the directory, is judged again from there, and a
//! mistake in it names file, line and key.

use crate::workplace::Workplace;
use serde_json::Value;

/// One per cent of stamp duty on sales, lots of a thousand, and no limits.
const OWN: &str = "\
price_limit = []
lot = [{ from = 1990-01-01, minimum = 1000, step = 1000, grade = \"C\", source = \"mine\" }]
stamp_duty = [{ from = 1990-01-01, buy = 0, sell = 0.01, grade = \"C\", source = \"mine\" }]
";

/// A place with `run`, made by these rules, whose rule always holds or never does.
fn place_with_run(threshold: &str) -> Workplace {
    let place = Workplace::new();
    place.write("mine.toml", OWN);
    let threshold = format!("strategy.threshold={threshold}");
    let settings = ["--set", "market.rule_file=mine.toml", "--set", &threshold, "--out", "run"];
    place.done(&[&["run", "small.toml"][..], &settings].concat());
    place
}

fn json(place: &Workplace, arguments: &[&str]) -> Value {
    serde_json::from_str(&place.done(&[arguments, &["--json"]].concat())).unwrap()
}

#[test]
fn a_run_keeps_its_rules_and_is_judged_again_by_them_alone() {
    let place = place_with_run("0.5");
    assert_eq!(place.read("run/rules.toml"), OWN);
    assert!(place.read("run/experiment.toml").contains("rule_file = \"rules.toml\""));
    std::fs::remove_file(place.path("mine.toml")).unwrap();
    std::fs::rename(place.path("run"), place.path("moved")).unwrap();
    let again = json(&place, &["backtest", "moved"]);
    assert_eq!(again["same_as_run"], true);
    let trades = place.read("moved/trades.csv");
    let bought = trades.lines().filter(|line| line.starts_with("executable") && line.contains(",buy,"));
    for line in bought {
        let shares: f64 = line.split(',').nth(3).unwrap().parse().unwrap();
        assert_eq!(shares % 1000.0, 0.0, "{line}");
    }
    let metrics: Value = serde_json::from_str(&place.read("moved/metrics.json")).unwrap();
    let facts = metrics["strategy"]["facts"].as_array().unwrap();
    assert!(facts.iter().all(|fact| fact["rule"]["kind"] != "price_limit"), "{facts:?}");
    place.done(&["report", "moved"]);
    let page = place.read("moved/report.html");
    assert!(page.contains("rules.toml") && !page.contains("Price limit ±"));
    // The copy is what counts now; another file may take its place.
    place.write("moved/rules.toml", &OWN.replace("sell = 0.01", "sell = 0.02"));
    assert_eq!(json(&place, &["backtest", "moved"])["same_as_run"], false);
    place.write("other.toml", OWN);
    let other = json(&place, &["backtest", "moved", "--set", "market.rule_file=other.toml"]);
    assert_eq!((&other["same_as_run"], &other["curves"]), (&true.into(), &again["curves"]));
}

#[test]
fn a_prediction_counts_by_the_runs_own_rules() {
    let place = place_with_run("0.000001");
    std::fs::remove_file(place.path("mine.toml")).unwrap();
    let close = json(&place, &["predict", "run"])["forecast"]["last_close"].as_f64().unwrap();
    let cash = format!("{:.2}", 2_900.0 * close);
    let planned = json(&place, &["predict", "run", "--cash", &cash]);
    assert_eq!(planned["orders"][0]["shares"], 2000.0);
    assert_eq!(planned["orders"][0]["lots"], 2.0);
    assert_eq!(planned["limits"]["up"], Value::Null, "the file has no limits");
}

#[test]
fn a_backtest_of_signals_keeps_its_rules_over_whatever_market() {
    let place = Workplace::empty();
    place.write("mine.toml", OWN);
    place.write("bars.csv", "date,open,high,low,close,volume\n2024-01-02,10,10,10,10,9e6\n2024-01-03,10,10,10,10,9e6\n2024-01-04,10,10,10,10,9e6\n");
    place.write("signals.csv", "date,position\n2024-01-02,1\n2024-01-03,0\n");
    let with = |out: &str, more: &[&str]| {
        let fixed =
            ["backtest", "--bars", "bars.csv", "--signals", "signals.csv", "--symbol", "X", "--out", out];
        json(&place, &[&fixed[..], more].concat())
    };
    // A file is laid over a market that is named besides. A plain file may be split-adjusted, so lots are off unless asked
    // for.
    let settings = ["--set", "market.rules=none", "--set", "market.allow_fraction=false", "--cash", "12345"];
    let none = with("none", &[&["--rules", "mine.toml"][..], &settings].concat());
    assert_eq!((&none["rules"], &none["rule_file"]), (&"none".into(), &"mine.toml".into()));
    assert_eq!(none["terms"]["fractions"], false);
    assert!(place.read("none/trades.csv").contains("executable,2024-01-03,buy,1000,10,0,0,0,"));
    assert!(place.read("none/trades.csv").contains("executable,2024-01-04,sell,1000,10,0,100,0,"));
    assert_eq!(place.read("none/rules.toml"), OWN);
    assert!(place.read("none/backtest.toml").contains("rule_file = \"rules.toml\""));
    assert!(place.read("none/report.html").contains("mine.toml"));
}

#[test]
fn a_mistake_in_the_file_is_named_by_file_line_and_key_on_every_way_in() {
    let place = place_with_run("0.5");
    place.write("bars.csv", "date,open,high,low,close,volume\n2024-01-02,10,10,10,10,9e6\n");
    place.write("signals.csv", "date,position\n2024-01-02,1\n");
    let broken = "\n\nlot = [{ from = 1990-01-01, minimum = \"many\", step = 1 }]\n";
    for (text, parts) in [
        (broken, &["bad.toml:3", "minimum"][..]),
        ("stamp_dutty = []\n", &["bad.toml:1", "stamp_dutty", "stamp_duty"]),
        ("lot = [\n", &["bad.toml"]),
    ] {
        place.write("bad.toml", text);
        let signals = ["backtest", "--bars", "bars.csv", "--signals", "signals.csv", "--symbol", "X"];
        place.refused(&[&signals[..], &["--rules", "bad.toml"]].concat(), parts);
        place.refused(&["run", "small.toml", "--set", "market.rule_file=bad.toml", "--out", "no"], parts);
        place.refused(&["backtest", "run", "--set", "market.rule_file=bad.toml"], parts);
        place.write("run/rules.toml", text);
        let parts: Vec<String> = parts.iter().map(|part| part.replace("bad.toml", "rules.toml")).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        place.refused(&["backtest", "run"], &parts);
        place.refused(&["predict", "run"], &parts);
    }
    std::fs::remove_file(place.path("run/rules.toml")).unwrap();
    place.refused(&["backtest", "run"], &["rules.toml", "cannot be read"]);
    place.refused(&["predict", "run"], &["rules.toml", "cannot be read"]);
}
