//! A backtest of given signals: the same bytes for the same input, and a page without a gap in either language.

use std::collections::BTreeMap;
use std::path::Path;
use tidegate::experiment::MarketRules;
use tidegate::report::Language;
use tidegate::run_dir::Out;
use tidegate::signal_backtest::{AsShown, BarsFrom, Finished, Request, trade_signals};
use tidegate::train::{Observer, Silent};
use tidegate_data::{ReadOptions, SampleKind, generate, write_tushare_csv};
use tidegate_market::{Fill, Unfilled};

/// The sample market's first 700 bars and signals that turn every 20 of them.
fn write_input(folder: &Path) {
    let bars = generate(SampleKind::Planted).bars.slice(0..700);
    let mut file = Vec::new();
    write_tushare_csv(&bars, &mut file).unwrap();
    std::fs::write(folder.join("bars.csv"), file).unwrap();
    let mut signals = String::from("date,position\n");
    for (k, day) in bars.date.iter().enumerate().step_by(20) {
        signals += &format!("{day},{}\n", (k / 20) % 2);
    }
    std::fs::write(folder.join("signals.csv"), signals).unwrap();
}

fn request(folder: &Path, language: Language) -> Request {
    Request {
        bars: BarsFrom::File(folder.join("bars.csv"), ReadOptions::default()),
        signals: folder.join("signals.csv"),
        market: MarketRules {
            fill: Fill::NextVwap,
            unfilled: Unfilled::Retry(2),
            volume_cap: Some(0.05),
            slippage_bp: 3.0,
            ..MarketRules::default()
        },
        as_shown: AsShown::Free,
        language,
    }
}

fn done(folder: &Path, out: &str, language: Language) -> Finished {
    let request = request(folder, language);
    let out = Out::Given { path: folder.join(out), force: false };
    trade_signals(&request).unwrap().write(&out, &Silent).unwrap()
}

fn results(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|name| name != "run.log"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn the_same_input_gives_the_same_bytes_and_the_page_is_made_of_the_directory_alone() {
    let folder = tempfile::tempdir().unwrap();
    write_input(folder.path());
    let one = done(folder.path(), "one", Language::English);
    let two = done(folder.path(), "two", Language::English);
    assert_eq!(results(&one.out), results(&two.out));
    let page = std::fs::read_to_string(one.out.join("report.html")).unwrap();
    assert_eq!(tidegate::report::render(&one.out).unwrap(), page);
    assert!(one.summary.orders.placed >= 30 && one.summary.orders.filled > 0, "{:?}", one.summary.orders);
}

#[test]
fn the_page_leaves_no_place_empty_in_either_language() {
    let folder = tempfile::tempdir().unwrap();
    write_input(folder.path());
    for (language, words) in [
        (Language::English, ["Monthly returns", "Break-even cost", "Trades on the price", "Price limit"]),
        (Language::Chinese, ["月度收益", "盈亏平衡费用", "价格图上的交易", "涨跌幅限制"]),
    ] {
        let out = format!("{language:?}");
        let done = done(folder.path(), &out, language);
        let page = std::fs::read_to_string(done.out.join("report.html")).unwrap();
        let text = page.split("<main>").nth(1).unwrap().split("<script").next().unwrap().to_owned();
        words.iter().for_each(|word| assert!(text.contains(word), "{word}"));
        for place in ["{n}", "{cost}", "{return}", "{cash}", "NaN", "undefined", "inf%"] {
            assert!(!text.contains(place), "{language:?}: {place}");
        }
        // Three years of months, and the year at the end of each row.
        assert_eq!(
            text.matches("<td class=\"n year").count(),
            done.summary.curves.executable.returns.years.len()
        );
        for chart in ["chart-equity", "chart-rolling", "chart-trades"] {
            assert!(page.contains(&format!("\"id\":\"{chart}\"")), "{chart}");
        }
    }
}

#[test]
fn a_directory_that_was_changed_is_refused_by_the_file() {
    let folder = tempfile::tempdir().unwrap();
    write_input(folder.path());
    let done = done(folder.path(), "one", Language::English);
    for (name, text) in
        [("metrics.json", "{"), ("equity.csv", "date\n"), ("backtest.toml", "[report]\nlanguage = 3")]
    {
        let path = done.out.join(name);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, text).unwrap();
        let error = tidegate::report::render(&done.out).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
        std::fs::write(&path, whole).unwrap();
    }
    assert!(tidegate::report::render(&done.out).is_ok());
}

/// A user who has asked to stop.
struct Stopped;

impl Observer for Stopped {
    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn interrupted_while_it_writes_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    write_input(folder.path());
    let request = request(folder.path(), Language::English);
    let out = Out::Given { path: folder.path().join("new/one"), force: false };
    let result = trade_signals(&request).unwrap().write(&out, &Stopped);
    assert!(matches!(result, Err(tidegate::Error::Interrupted)));
    let left: Vec<String> = results(folder.path()).into_keys().collect();
    assert_eq!(left, ["bars.csv", "signals.csv"]);
}
