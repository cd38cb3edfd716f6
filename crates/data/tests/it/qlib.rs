//! qlib's directories: what is written is what qlib itself reads, and it comes back.

use std::path::Path;
use tidegate_data::import::qlib::{DirWriter, read_dir, write_dir};
use tidegate_data::import::{ImportOptions, Parsed, parse_file};
use tidegate_data::{FindingKind, Layout, SampleKind, generate};
use tidegate_market::{BarSeries, PriceBasis, TradeDate};

fn day(text: &str) -> TradeDate {
    text.parse().unwrap()
}

/// The sample market under three names: a mainland code, a ticker, and a name that Windows reserves; two of them cut,
/// one with a hole.
fn series() -> Vec<BarSeries> {
    let market = generate(SampleKind::Planted).bars;
    let named = |symbol: &str, bars: BarSeries| BarSeries { symbol: symbol.into(), ..bars };
    let mut ticker = named("AAPL", market.slice(100..1_000));
    let BarSeries { date, open, high, low, close, volume, amount, pre_close, factor, .. } = &mut ticker;
    date.drain(50..60);
    for column in [open, high, low, close, volume, factor] {
        column.drain(50..60);
    }
    for column in [amount, pre_close].into_iter().flatten() {
        column.drain(50..60);
    }
    vec![named("600000.SH", market.clone()), ticker, named("CON", market.slice(0..2))]
}

fn written(root: &Path) -> Vec<BarSeries> {
    let series = series();
    assert_eq!(write_dir(root, &series).unwrap(), 3);
    series
}

fn read(root: &Path) -> Parsed {
    read_dir(root, &ImportOptions::default()).unwrap()
}

/// `fixtures/qlib_reader.csv` is what qlib's own reader found in this very directory; the script beside it says how.
/// `TIDEGATE_QLIB_OUT=<folder>` keeps the directory for the script.
#[test]
fn qlib_reads_in_a_written_directory_what_was_meant() {
    let place = tempfile::tempdir().unwrap();
    let out = std::env::var_os("TIDEGATE_QLIB_OUT");
    let root = out.map_or_else(|| place.path().join("qlib"), Into::into);
    let series = written(&root);
    let mut lines = include_str!("../fixtures/qlib_reader.csv").lines().skip(1);
    for bars in [&series[0], &series[1], &series[2]] {
        let cells: Vec<&str> = lines.next().unwrap().split(',').collect();
        let sum = |value: &dyn Fn(usize) -> f64| (0..bars.len()).map(value).sum::<f64>();
        let ends = [bars.date[0], bars.date[bars.len() - 1]].map(|day| day.to_string());
        assert_eq!(
            cells[1..4],
            [ends[0].as_str(), ends[1].as_str(), &bars.len().to_string()],
            "{}",
            bars.symbol
        );
        let meant = [
            sum(&|t| bars.open[t] * bars.factor[t]),
            sum(&|t| bars.high[t] * bars.factor[t]),
            sum(&|t| bars.low[t] * bars.factor[t]),
            sum(&|t| bars.close[t] * bars.factor[t]),
            sum(&|t| bars.volume[t] / bars.factor[t]),
            sum(&|t| bars.factor[t]),
            // qlib's own expressions: the quoted price, and the change against the bar before.
            sum(&|t| bars.close[t]),
            (1..bars.len()).map(|t| bars.hfq().close[t] / bars.hfq().close[t - 1] - 1.0).sum(),
        ];
        for (name, (meant, cell)) in ["open", "high", "low", "close", "volume", "factor", "quoted", "change"]
            .iter()
            .zip(meant.iter().zip(&cells[4..]))
        {
            let read: f64 = cell.parse().unwrap();
            // Sums of numbers of 32 bits; changes nearly cancel.
            let near = if *name == "change" { 1e-4 } else { 1e-6 * meant.abs() };
            assert!((read - meant).abs() <= near, "{} {name}: qlib reads {read}, meant {meant}", bars.symbol);
        }
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn the_bytes_are_those_of_the_format() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("q");
    let series = written(&root);
    let text = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let days = text("calendars/day.txt");
    assert_eq!(days.lines().next(), Some("2005-01-04"));
    assert_eq!(days.lines().count(), series[0].len());
    let ends = |bars: &BarSeries| format!("{}\t{}", bars.date[0], bars.date[bars.len() - 1]);
    let expected =
        format!("AAPL\t{}\nCON\t{}\nSH600000\t{}\n", ends(&series[1]), ends(&series[2]), ends(&series[0]));
    assert_eq!(text("instruments/all.txt"), expected);
    let bytes = std::fs::read(root.join("features/aapl/close.day.bin")).unwrap();
    let number = |i: usize| f32::from_le_bytes(bytes[4 * i..4 * i + 4].try_into().unwrap());
    // 900 days of which ten have no bar, behind the place of the first in the calendar.
    assert_eq!((bytes.len(), number(0)), (4 * 901, 100.0));
    assert_eq!(number(1), (series[1].close[0] * series[1].factor[0]) as f32);
    assert!((51..61).all(|i| number(i).is_nan()) && !number(50).is_nan() && !number(61).is_nan());
    assert!(root.join("features/_qlib_con/open.day.bin").is_file());
}

#[test]
fn a_directory_comes_back_with_raw_prices_and_factors_apart() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("q");
    let series = written(&root);
    let parsed = parse_file(&root, &ImportOptions::default()).unwrap();
    assert_eq!((parsed.layout, parsed.tables.len()), (Layout::Qlib, 3));
    assert_eq!(parsed.findings.iter().map(|f| f.kind).collect::<Vec<_>>(), [FindingKind::Layout]);
    for bars in &series {
        let table = parsed.tables.iter().find(|table| table.symbol == bars.symbol).unwrap();
        let back = table.bars.as_ref().unwrap();
        assert_eq!((&back.date, back.basis), (&bars.date, PriceBasis::Raw));
        for (name, back, written) in [
            ("open", &back.open, &bars.open),
            ("high", &back.high, &bars.high),
            ("low", &back.low, &bars.low),
            ("close", &back.close, &bars.close),
        ] {
            assert_eq!(back, written, "{} {name}", bars.symbol);
        }
        let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 2e-7 * b);
        assert!(
            near(&back.volume, &bars.volume)
                && near(back.amount.as_ref().unwrap(), bars.amount.as_ref().unwrap())
        );
        assert!(near(&table.factors.as_ref().unwrap().factor, &bars.factor));
    }
}

#[test]
fn one_symbol_of_a_directory_may_be_asked_for() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("q");
    written(&root);
    let options = ImportOptions { symbol: Some("600000.SH".into()), prices: None };
    let parsed = read_dir(&root, &options).unwrap();
    assert_eq!(parsed.tables.iter().map(|table| table.symbol.as_str()).collect::<Vec<_>>(), ["600000.SH"]);
}

#[test]
fn damaged_columns_leave_their_symbol_out_and_say_so() {
    for (bytes, said) in [
        (vec![0, 0, 0], "numbers of four bytes, found 3 bytes"),
        (vec![0, 0, 0x80, 0xbf], "the place of a day first, found -1"),
        ([f32::NAN; 3].iter().flat_map(|f| f.to_le_bytes()).collect(), "the place of a day first, found NaN"),
        (1e9_f32.to_le_bytes().to_vec(), "the place of a day first, found 1000000000"),
        ([4e3_f32; 3000].iter().flat_map(|f| f.to_le_bytes()).collect(), "days inside the calendar"),
    ] {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("q");
        written(&root);
        std::fs::write(root.join("features/aapl/low.day.bin"), bytes).unwrap();
        let parsed = read(&root);
        assert_eq!(parsed.tables.len(), 2);
        let finding = &parsed.findings[0];
        assert_eq!((finding.symbol.as_str(), finding.action.as_str()), ("AAPL", "symbol left out"));
        assert!(
            finding.message.contains("low.day.bin") && finding.message.contains(said),
            "{}",
            finding.message
        );
    }
}

#[test]
fn a_day_with_a_number_that_cannot_be_is_dropped_and_said() {
    for (field, number) in
        [("amount", -2.1e38_f32), ("volume", -1.0), ("close", f32::INFINITY), ("factor", 0.0)]
    {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("q");
        let series = written(&root);
        let path = root.join(format!("features/sh600000/{field}.day.bin"));
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[4 * 8..4 * 9].copy_from_slice(&number.to_le_bytes());
        std::fs::write(&path, bytes).unwrap();
        let parsed = read(&root);
        let finding = &parsed.findings[0];
        assert_eq!(
            (finding.kind, finding.count, finding.date),
            (FindingKind::BadRow, 1, Some(series[0].date[7]))
        );
        let table = parsed.tables.iter().find(|table| table.symbol == "600000.SH").unwrap();
        assert_eq!(table.bars.as_ref().unwrap().date.len(), series[0].len() - 1, "{field}");
    }
}

#[test]
fn without_factors_prices_are_adjusted_ones() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("q");
    written(&root);
    for folder in ["sh600000", "aapl", "_qlib_con"] {
        std::fs::remove_file(root.join("features").join(folder).join("factor.day.bin")).unwrap();
    }
    let parsed = read(&root);
    let adjusted = parsed.findings.iter().filter(|f| f.kind == FindingKind::AlreadyAdjusted).count();
    assert_eq!(adjusted, 3);
    assert!(parsed.tables.iter().all(|table| table.factors.is_none()));
    assert!(parsed.tables.iter().flat_map(|t| &t.bars).all(|bars| bars.basis == PriceBasis::SplitAdjusted));
}

#[test]
fn a_directory_that_holds_something_and_a_day_off_the_calendar_are_refused() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("q");
    let series = written(&root);
    let message = write_dir(&root, &series).unwrap_err().to_string();
    assert!(message.contains("not empty"), "{message}");
    let calendar = [day("2005-01-04"), day("2005-01-05")];
    let mut writer = DirWriter::create(&place.path().join("other"), &calendar).unwrap();
    let message = writer.write(&series[0]).unwrap_err().to_string();
    assert!(message.contains("not in the calendar"), "{message}");
}

#[test]
fn a_day_whose_high_is_below_its_close_is_dropped_and_told() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("q");
    let series = written(&root);
    let path = root.join("features/aapl/high.day.bin");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4..8].copy_from_slice(&(series[1].low[0] as f32 * series[1].factor[0] as f32 * 0.9).to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    let parsed = read(&root);
    let bad: Vec<_> = parsed.findings.iter().filter(|f| f.kind == FindingKind::BadRow).collect();
    assert_eq!((bad.len(), bad[0].symbol.as_str(), bad[0].date), (1, "AAPL", Some(series[1].date[0])));
    let table = parsed.tables.iter().find(|table| table.symbol == "AAPL").unwrap();
    assert_eq!(table.bars.as_ref().unwrap().date[0], series[1].date[1]);
}
