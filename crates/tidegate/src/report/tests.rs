mod fake_run;

use super::*;
use fake_run::{FakeRun, overwrite};
use serde_json::{Value, json};
use wording::TABLE;

/// What a reader sees: scripts, styles and tags taken out.
fn visible(html: &str) -> String {
    let mut text = html.to_owned();
    for (open, close) in [("<script", "</script>"), ("<style", "</style>")] {
        while let Some(from) = text.find(open) {
            let to = text[from..].find(close).unwrap() + from + close.len();
            text.replace_range(from..to, "");
        }
    }
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => (),
        }
    }
    out
}

fn english(edit: fn(&mut Value)) -> String {
    render(FakeRun { edit, ..FakeRun::default() }.write().path()).unwrap()
}

#[test]
fn sections_stand_in_their_order_in_both_languages() {
    for (language, headings) in [
        ("en", ["Data", "Split", "Forecast errors", "Loss curves", "Predicted against actual"]),
        ("zh", ["数据", "数据划分", "预测误差", "损失曲线", "预测与实际"]),
    ] {
        let html = render(FakeRun { language, ..FakeRun::default() }.write().path()).unwrap();
        let order = [
            "verdict",
            "data",
            "split",
            "errors",
            "learning",
            "forecasts",
            "strategy",
            "backtest",
            "settings",
            "definitions",
            "notices",
        ];
        let places: Vec<usize> = order
            .iter()
            .map(|id| html.find(&format!(" id=\"{id}\"")).unwrap_or_else(|| panic!("{language}: no {id}")))
            .collect();
        assert!(places.is_sorted(), "{language}: {places:?}");
        for heading in headings {
            assert!(html.contains(&format!("<h2>{heading}</h2>")), "{language}: {heading}");
        }
    }
}

#[test]
fn every_wording_has_the_same_places_in_both_languages() {
    let places = |text: &str| {
        let mut names: Vec<String> =
            text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    for (key, english, chinese) in TABLE {
        assert_eq!(places(english), places(chinese), "{key}");
        let may_be_empty = ["space", "month_suffix"].contains(key);
        assert!(may_be_empty || (!english.is_empty() && !chinese.is_empty()), "{key}");
    }
}

#[test]
fn no_place_is_left_open_and_nothing_undefined_is_printed_as_a_number() {
    for language in ["en", "zh"] {
        let text =
            visible(&render(FakeRun { language, trades: 50, ..FakeRun::default() }.write().path()).unwrap());
        for place in TABLE.iter().flat_map(|(_, en, _)| en.split('{').skip(1)) {
            let name = place.split('}').next().unwrap();
            assert!(!text.contains(&format!("{{{name}}}")), "{language}: {{{name}}} was not filled");
        }
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            let bad = ["nan", "null", "undefined", "inf", "infinity"];
            assert!(!bad.contains(&word.to_lowercase().as_str()), "{language}: {word}");
        }
        assert!(text.contains(number::NOT_AVAILABLE), "{language}");
    }
}

#[test]
fn figures_that_are_all_undefined_are_said_to_be_so() {
    let html = english(|metrics| {
        for model in metrics["forecast"]["models"].as_array_mut().unwrap() {
            for part in ["valid", "test"] {
                for (_, figure) in model[part].as_object_mut().unwrap() {
                    *figure = Value::Null;
                }
            }
        }
        metrics["forecast"]["verdict"]["p"] = Value::Null;
        metrics["strategy"]["classifier"]["test"]["accuracy"] = Value::Null;
    });
    let text = visible(&html);
    assert!(text.contains("one-sided p n/a") && !text.contains("NaN"));
}

#[test]
fn a_symbol_cannot_bring_markup_into_the_page() {
    let html = render(FakeRun { symbol: "<tide&\"B>", ..FakeRun::default() }.write().path()).unwrap();
    assert!(!html.contains("<tide"));
    assert!(html.contains("&lt;tide&amp;&quot;B&gt;"));
    // The settings too.
    assert!(html.contains("fake &lt;run&gt;") && !html.contains("fake <run>"));
}

#[test]
fn the_same_directory_gives_the_same_bytes_and_nothing_else_is_left_in_it() {
    let dir = FakeRun::default().write();
    let before = fs::read_dir(dir.path()).unwrap().count();
    let path = write_report(dir.path()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), render(dir.path()).unwrap());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), before + 1);
}

#[test]
fn the_page_asks_the_network_for_nothing() {
    let html = english(|_| ());
    let own =
        html.split("plotly.js v").next().unwrap().to_owned() + html.split("id=\"figures\"").nth(1).unwrap();
    for from_elsewhere in ["http://", "https://", "src=", "<link", "@import", "url("] {
        assert!(!own.contains(from_elsewhere), "{from_elsewhere}");
    }
    assert_eq!(html.matches("plotly.js v3").count(), 1);
}

#[test]
fn the_verdict_says_which_of_the_three_things_happened() {
    let larger = visible(&english(|_| ()));
    assert!(
        larger.contains("No network was shown to forecast the next day's close of 600000.SH better than")
    );
    // mean difference −0.001 against a squared error of 0.04
    assert!(larger.contains("was 2.50% larger over 19 test samples (one-sided p = 0.400"), "{larger}");
    let smaller = visible(&english(|m| m["forecast"]["verdict"]["mean_difference"] = json!(0.002)));
    assert!(smaller.contains("was 5.00% smaller over 19 test samples, but that may be chance"));
    let better = english(|m| {
        m["forecast"]["verdict"]["word"] = json!("better");
        m["forecast"]["verdict"]["mean_difference"] = json!(0.002);
        m["forecast"]["verdict"]["p"] = json!(0.0004);
    });
    assert!(better.contains("class=\"verdict better\""));
    let better = visible(&better);
    assert!(better.contains("gru forecast the next day's close of 600000.SH better than persistence"));
    assert!(
        better.contains("5.00% smaller (one-sided p < 0.001)") || better.contains("p &lt; 0.001"),
        "{better}"
    );
}

#[test]
fn money_is_compared_with_holding_and_the_curve_that_counts_is_named() {
    let text = visible(&english(|_| ()));
    assert!(text.contains("turned 1,000,000 into 990,000 (−1.0%)"), "{text}");
    assert!(text.contains("holding gave 1,010,000 (+1.0%), 2.0 percentage points more"));
    assert!(text.contains("Only the curve"));
    let text = visible(&english(|m| m["strategy"]["curves"]["executable"]["total_return"] = json!(0.5)));
    assert!(text.contains("percentage points less"));
}

#[test]
fn months_the_cost_curve_and_the_break_even_cost_are_shown_where_the_run_knows_them() {
    let old = english(|_| ());
    assert!(!old.contains("id=\"chart-cost\"") && !old.contains("class=\"heat\""));
    let new = english(|m| {
        let point = |cost_bp: f64, strategy: f64| json!({"cost_bp": cost_bp, "strategy": strategy, "buy_and_hold": 1_010_000.0});
        m["strategy"]["break_even"] = json!({
            "cost_bp": 7.25, "reason": null, "equity": [point(0.0, 1_030_000.0), point(20.0, 990_000.0)],
        });
        m["strategy"]["curves"]["executable"]["returns"] = json!({
            "months": [{"year": 2019, "month": 3, "return": 0.0625}, {"year": 2019, "month": 4, "return": null}],
            "years": [{"year": 2019, "return": -0.01}],
        });
    });
    assert!(new.contains("id=\"chart-cost\"") && new.contains("class=\"heat\""));
    let text = visible(&new);
    assert!(text.contains("7.2 basis points") || text.contains("7.3 basis points"), "{text}");
    assert!(text.contains("+6.2%") && text.contains("−1.0%"));
    for language in ["en", "zh"] {
        let html = render(FakeRun { language, ..FakeRun::default() }.write().path()).unwrap();
        assert_eq!(html.contains("Value at risk"), language == "en");
        assert_eq!(html.contains("风险价值"), language == "zh");
    }
}

#[test]
fn a_made_up_market_is_said_to_be_made_up_before_the_verdict() {
    assert!(!visible(&english(|_| ())).contains("Made-up data"));
    let planted = english(|m| m["data"]["synthetic"] = json!({"kind": "planted", "planted_r2": 0.02}));
    assert!(planted.find("Made-up data").unwrap() < planted.find("id=\"verdict\"").unwrap());
    assert!(planted.contains("explains 2.0% of the variance"));
    let null = english(|m| m["data"]["synthetic"] = json!({"kind": "null", "planted_r2": 0.0}));
    assert!(null.contains("nothing about the direction of the price can be predicted"));
}

#[test]
fn the_best_of_a_column_is_marked_and_the_oracle_does_not_compete() {
    let html = english(|m| {
        let mut oracle = m["forecast"]["models"][0].clone();
        oracle["name"] = json!("oracle");
        oracle["kind"] = json!("oracle");
        oracle["test"]["rmse"] = json!({"mean": 0.01, "std": 0.0, "by_seed": [0.01]});
        oracle["test"]["skill"] = json!({"mean": 0.9, "std": 0.0, "by_seed": [0.9]});
        m["forecast"]["models"].as_array_mut().unwrap().push(oracle);
        m["forecast"]["models"][1]["test"]["rmse"] =
            json!({"mean": 0.125, "std": 0.01, "by_seed": [0.115, 0.135]});
    });
    assert!(html.contains("<span class=\"best\">0.12500<small>± 0.01000</small></span>"));
    assert!(html.contains("0.01000") && !html.contains("best\">0.01000"));
    assert!(visible(&html).contains("reaches a skill of 90.00% on the test part"));
}

#[test]
fn the_confusion_matrix_adds_the_seeds() {
    let text = visible(&english(|_| ()));
    for cell in ["11 10.0%", "44 40.0%", "22 20.0%", "33 30.0%"] {
        assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(cell), "{cell}");
    }
}

#[test]
fn of_many_trades_the_first_and_last_are_shown_and_all_are_counted() {
    let dir = FakeRun { trades: 50, ..FakeRun::default() }.write();
    let html = render(dir.path()).unwrap();
    assert!(html.contains("Trades of the executable curve (50)"));
    // Prices are 10.25 for the first, 59.25 for the last.
    assert!(html.contains(">29.25<") && html.contains(">40.25<"));
    assert!(!html.contains(">30.25<") && !html.contains(">39.25<"));
}

#[test]
fn bad_rows_that_were_dropped_are_counted_and_listed() {
    fn row(line: u64, found: &str) -> Value {
        json!({"line": line, "column": "close", "kind": "unparsable_cell", "expected": "a number", "found": found})
    }
    let html = english(|m| m["data"]["dropped"] = json!([row(7, "\"<x>\""), row(9, "\"y\"")]));
    assert!(html.contains("Bad rows that were dropped: 2"));
    assert!(html.contains("line 7, column close: expected a number, found &quot;&lt;x&gt;&quot;"));
}

#[test]
fn a_missing_file_is_named() {
    for name in [
        "experiment.toml",
        "metrics.json",
        "describe.json",
        "bars.csv",
        "forecasts.csv",
        "history.csv",
        "signals.csv",
        "equity.csv",
        "trades.csv",
    ] {
        let dir = FakeRun::default().write();
        fs::remove_file(dir.path().join(name)).unwrap();
        let error = render(dir.path()).unwrap_err();
        assert!(matches!(&error, ReportError::Missing { path } if path.ends_with(name)), "{error}");
        assert!(error.to_string().contains(name));
    }
}

#[test]
fn a_damaged_file_is_named_with_the_place_and_no_report_appears() {
    for (name, text, place) in [
        ("metrics.json", "{\"schema\": 1,\n", "line 2"),
        ("describe.json", "[]", "line 1"),
        ("equity.csv", "date,market,as_shown,executable,buy_and_hold\n2023-01-02,1,2,x,4\n", "line: 2"),
        ("bars.csv", "date,open,high,low,close,volume,factor\n", "at least one bar"),
        ("experiment.toml", "[report\n", "line 1"),
        ("experiment.toml", "[report]\nlanguage = \"fr\"\n", "\"fr\""),
    ] {
        let dir = FakeRun::default().write();
        overwrite(dir.path(), name, text);
        let error = write_report(dir.path()).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(place), "{error}");
        assert!(!dir.path().join(FILE).exists());
    }
}

#[test]
fn bars_that_run_backwards_are_refused() {
    let dir = FakeRun::default().write();
    let rows = "date,open,high,low,close,volume,factor\n2023-01-03,1,1,1,1,1,1\n2023-01-02,1,1,1,1,1,1\n";
    overwrite(dir.path(), "bars.csv", rows);
    assert!(render(dir.path()).unwrap_err().to_string().contains("found 2023-01-02 after 2023-01-03"));
}

#[test]
fn charts_draw_from_columns_that_exist() {
    let html = english(|_| ());
    let json = html.split("id=\"figures\">").nth(1).unwrap().split("</script>").next().unwrap();
    let page: Value = serde_json::from_str(json).unwrap();
    fn names(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) if text.starts_with('@') => found.push(text[1..].to_owned()),
            Value::Array(items) => items.iter().for_each(|item| names(item, found)),
            Value::Object(map) => map.values().for_each(|item| names(item, found)),
            _ => (),
        }
    }
    let mut used = Vec::new();
    names(&page["figures"], &mut used);
    assert!(used.len() > 20);
    for name in &used {
        assert!(page["columns"][name].is_array(), "{name}");
    }
    for figure in page["figures"].as_array().unwrap() {
        assert_eq!(html.matches(&format!("id=\"{}\"", figure["id"].as_str().unwrap())).count(), 1);
    }
    // The mean over seeds of the forecast: hfq close + 0.015.
    let actual = &page["columns"]["test.actual"];
    let model = &page["columns"]["test.model.0"];
    assert_eq!(actual.as_array().unwrap().len(), 19);
    let persistence = &page["columns"]["test.model.1"];
    for t in 0..19 {
        let difference = model[t].as_f64().unwrap() - persistence[t].as_f64().unwrap();
        assert!((difference - 0.015).abs() < 1e-5, "{difference}");
    }
}

#[test]
fn forecasts_of_raw_prices_are_not_called_back_adjusted() {
    let html = english(|m| m["forecast"]["unit"] = json!("raw price"));
    assert!(html.contains("errors in price as quoted") && !html.contains("errors in back-adjusted price"));
    assert!(html.contains("\"Price as quoted\""));
}
