//! Data files that are none, or hold rows that are no bars.

use crate::workplace::{TUSHARE, Workplace};

/// A data file of this content is refused, by `run` and by `describe` alike.
fn refused(content: &str, expected: &[&str]) {
    let place = Workplace::new();
    place.write("bars.csv", content);
    let mut all = vec!["bars.csv"];
    all.extend(expected);
    place.refused(&["run", "small.toml", "--set", "data.path=bars.csv"], &all);
    place.refused(&["describe", "bars.csv"], &all);
}

#[test]
fn a_file_that_is_missing_is_named() {
    let place = Workplace::new();
    place.refused(&["run", "small.toml", "--set", "data.path=nowhere.csv"], &["nowhere.csv", "no such file"]);
    place.refused(&["describe", "nowhere.csv"], &["nowhere.csv", "no such file"]);
}

#[test]
fn a_directory_is_no_file() {
    let place = Workplace::new();
    std::fs::create_dir(place.path("bars")).unwrap();
    place.refused(&["run", "small.toml", "--set", "data.path=bars"], &["bars", "found a directory"]);
}

#[test]
fn an_empty_file_is_refused() {
    refused("", &["found an empty file"]);
}

#[test]
fn a_header_without_bars_is_refused() {
    refused(TUSHARE.lines().next().unwrap(), &["expected bars below the header"]);
}

#[test]
fn a_wrong_header_is_refused_with_the_columns_that_are_needed() {
    let needed = ["Tushare daily needs trade_date", "Yahoo needs Date"];
    refused("day,price\n2024-01-02,3\n", &[&["bars.csv:1", "[day, price]"], &needed[..]].concat());
}

#[test]
fn letters_in_a_price_are_refused_with_line_and_column() {
    refused(
        &TUSHARE.replace("11.2", "11.2x"),
        &["bars.csv:3: column high", "expected a number", "\"11.2x\""],
    );
}

#[test]
fn a_high_below_the_low_is_refused_with_its_line() {
    refused(&TUSHARE.replace("10.5,9.9", "9.5,9.9"), &["bars.csv:2", "high"]);
}

#[test]
fn several_bad_rows_are_listed_together() {
    let text = TUSHARE.replace("11.2", "x").replace("10.4,9.8", "10.4,-1");
    refused(&text, &["2 of 3 rows", "bars.csv:3", "bars.csv:4", "to drop these rows"]);
}

#[test]
fn too_few_bars_are_refused_in_words() {
    let place = Workplace::new();
    place.write("bars.csv", TUSHARE);
    let arguments = ["run", "small.toml", "--set", "data.path=bars.csv", "--set", "data.to=2024-12-31"];
    place.refused(&arguments, &["forecast.window", "does not fit into 3 bars"]);
}
