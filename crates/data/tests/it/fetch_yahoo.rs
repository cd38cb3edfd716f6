//! Yahoo: splits, nulls, the live bar, limits, and symbols that are not there.

use crate::false_clock::{FalseClock, MORNING};
use crate::loopback::{Fault, Faults, Response, Server, Yahoo, YahooSymbol};
use std::collections::BTreeMap;
use std::time::Duration;
use tidegate_data::http::{BaseUrl, Clock, Unobserved};
use tidegate_data::yahoo::{YahooOptions, YahooPlan, fetch_yahoo};
use tidegate_data::{CorporateAction, FetchError, FetchReport, Store};
use tidegate_market::{PriceBasis, TradeDate};

const DAY: i64 = 86_400;
/// 2026-02-23 09:30 in New York, a Monday.
const MONDAY: i64 = 1_771_857_000;

fn symbols() -> BTreeMap<String, YahooSymbol> {
    let gmtoffset = -5 * 3_600;
    let days = |closes: &[Option<f64>]| -> Vec<(i64, Option<f64>)> {
        closes.iter().enumerate().map(|(i, close)| (MONDAY + i as i64 * DAY, *close)).collect()
    };
    // 4-for-1 on Wednesday and a dividend on Thursday, in today's shares; Tuesday's row is null.
    let split = YahooSymbol {
        days: days(&[Some(37.075), None, Some(36.95), Some(36.7), Some(36.0)]),
        dividends: vec![(MONDAY + 3 * DAY, 0.25)],
        splits: vec![(MONDAY + 2 * DAY, 4.0, 1.0)],
        gmtoffset,
    };
    let index =
        YahooSymbol { days: days(&[Some(5000.1), Some(5001.2)]), gmtoffset, ..YahooSymbol::default() };
    BTreeMap::from([("AAPL".to_owned(), split), ("^GSPC".to_owned(), index)])
}

struct Place {
    folder: tempfile::TempDir,
    clock: FalseClock,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap(), clock: FalseClock::at(MORNING) }
    }

    fn store(&self) -> Store {
        Store::open(&self.folder.path().join("s.db")).unwrap()
    }

    fn plan(names: &[&str]) -> YahooPlan {
        YahooPlan {
            symbols: names.iter().map(ToString::to_string).collect(),
            from: "2026-02-02".parse().unwrap(),
            to: None,
            again: false,
            accept: false,
        }
    }

    fn fetch(&self, url: &str, plan: &YahooPlan) -> (FetchReport, Result<(), FetchError>) {
        let mut options = YahooOptions::new(BaseUrl::new(url, true).unwrap());
        options.http.timeout = Duration::from_secs(3);
        fetch_yahoo(&mut self.store(), &options, plan, &self.clock, &Unobserved)
    }
}

fn day(text: &str) -> TradeDate {
    text.parse().unwrap()
}

#[test]
fn prices_are_un_split_and_nulls_dropped_and_told() {
    let place = Place::new();
    let (server, yahoo) = Yahoo::new(symbols(), place.clock.reading()).serve();
    let (report, result) = place.fetch(&server.url(), &Place::plan(&["AAPL", "^GSPC"]));
    result.unwrap();
    assert!(report.is_complete());
    let store = place.store();
    let bars = store.bars("AAPL").unwrap().unwrap();
    assert_eq!(bars.basis, PriceBasis::Raw);
    assert_eq!(bars.date, ["2026-02-23", "2026-02-25", "2026-02-26", "2026-02-27"].map(day));
    assert_eq!(bars.close, [148.3, 36.95, 36.7, 36.0]);
    assert_eq!(bars.volume, [1e7, 4e7, 4e7, 4e7]);
    let factors = store.factors("AAPL").unwrap().unwrap();
    let moves = factors.factor[1] / factors.factor[0];
    let adjusted = (36.95 - 0.25) / (37.075 - 0.25);
    assert!((moves - adjusted / (36.95 / 148.3)).abs() < 1e-5, "{moves}: the split is in the factor");
    assert_eq!(
        store.actions("AAPL").unwrap(),
        [
            CorporateAction::Split { ex_date: day("2026-02-25"), ratio: 4.0 },
            CorporateAction::Dividend { ex_date: day("2026-02-26"), cash: 0.25 }
        ]
    );
    let notes = report.tables[0].notes.join("; ");
    assert!(notes.contains("1 days without a whole bar were left out: 2026-02-24"), "{notes}");
    assert!(notes.contains("4-for-1 on 2026-02-25"), "{notes}");
    assert_eq!(store.bars("^GSPC").unwrap().unwrap().close, [5000.1, 5001.2]);

    let requests = yahoo.requests.lock().unwrap();
    assert!(requests[1].1.starts_with("/v8/finance/chart/%5EGSPC?"), "{:?}", requests[1]);
    assert!(requests[0].1.contains("events=div%2Csplits"));
    assert!(requests[1].0 - requests[0].0 >= 2_000, "two seconds lie between");
}

#[test]
fn a_day_before_a_split_is_un_split_even_when_only_that_day_is_asked() {
    let place = Place::new();
    let (server, _yahoo) = Yahoo::new(symbols(), place.clock.reading()).serve();
    let plan = YahooPlan { to: Some(day("2026-02-23")), ..Place::plan(&["AAPL"]) };
    place.fetch(&server.url(), &plan).1.unwrap();
    assert_eq!(place.store().bars("AAPL").unwrap().unwrap().close, [148.3]);
    // The rest comes later, on the same scale.
    place.fetch(&server.url(), &Place::plan(&["AAPL"])).1.unwrap();
    let store = place.store();
    assert_eq!(store.bars("AAPL").unwrap().unwrap().close, [148.3, 36.95, 36.7, 36.0]);
    assert_eq!(store.factors("AAPL").unwrap().unwrap().factor[0], 1.0);
}

#[test]
fn a_later_dividend_changes_nothing_that_is_stored() {
    let place = Place::new();
    let (server, _yahoo) = Yahoo::new(symbols(), place.clock.reading()).serve();
    place.fetch(&server.url(), &Place::plan(&["AAPL"])).1.unwrap();
    let before = place.store().factors("AAPL").unwrap().unwrap();
    // A week later there is one more bar, a dividend, and a 2-for-1 split: every number of the answer has changed.
    let mut later = symbols();
    let apple = later.get_mut("AAPL").unwrap();
    apple.days.iter_mut().for_each(|(_, close)| *close = close.map(|close| close / 2.0));
    apple.dividends[0].1 /= 2.0;
    apple.days.push((MONDAY + 7 * DAY, Some(17.5)));
    apple.splits.push((MONDAY + 7 * DAY, 2.0, 1.0));
    place.clock.set_forward(Duration::from_secs(7 * 86_400));
    let mut yahoo = Yahoo::new(later, place.clock.reading());
    yahoo.faults = Faults::none();
    let (server, _yahoo) = yahoo.serve();
    let (report, result) = place.fetch(&server.url(), &Place::plan(&["AAPL"]));
    result.unwrap();
    let differences: Vec<_> = report
        .tables
        .iter()
        .flat_map(|table| &table.merged.differences)
        .filter(|difference| difference.column != "volume")
        .collect();
    assert!(differences.is_empty(), "{differences:?}");
    let store = place.store();
    assert_eq!(store.bars("AAPL").unwrap().unwrap().close, [148.3, 36.95, 36.7, 36.0, 17.5]);
    assert_eq!(store.factors("AAPL").unwrap().unwrap().factor[..4], before.factor[..]);
}

#[test]
fn too_many_requests_is_waited_for_ever_longer() {
    let place = Place::new();
    let yahoo = Yahoo::new(symbols(), place.clock.reading());
    *yahoo.too_many.lock().unwrap() = 4;
    let (server, yahoo) = yahoo.serve();
    let (report, result) = place.fetch(&server.url(), &Place::plan(&["AAPL"]));
    result.unwrap();
    assert_eq!(report.requests, 5);
    let moments: Vec<i64> = yahoo.requests.lock().unwrap().iter().map(|(moment, _)| *moment).collect();
    let waits: Vec<i64> = moments.windows(2).map(|pair| (pair[1] - pair[0]) / 1000).collect();
    assert_eq!(waits, [4, 8, 16, 32]);
}

#[test]
fn a_symbol_that_is_not_there_does_not_keep_the_others_from_coming() {
    let place = Place::new();
    let (server, _yahoo) = Yahoo::new(symbols(), place.clock.reading()).serve();
    let (report, result) = place.fetch(&server.url(), &Place::plan(&["TWTR", "AAPL", "../x"]));
    result.unwrap();
    assert!(!report.is_complete());
    let told: BTreeMap<&str, Option<&str>> = report
        .tables
        .iter()
        .filter(|table| table.api == "chart")
        .map(|table| (table.subject.as_str(), table.problem.as_deref()))
        .collect();
    assert!(told["TWTR"].unwrap().contains("No data found, symbol may be delisted"), "{told:?}");
    assert!(told["../x"].unwrap().contains("expected a symbol"), "{told:?}");
    assert_eq!(told["AAPL"], None);
    assert!(place.store().bars("AAPL").unwrap().is_some());
}

#[test]
fn the_bar_of_a_session_that_is_not_over_is_left_out_until_it_is() {
    let place = Place::new();
    // Noon of Friday in New York.
    let clock = FalseClock::at((MONDAY + 4 * DAY + 9_000) * 1000);
    let place = Place { clock, ..place };
    let (server, _yahoo) = Yahoo::new(symbols(), place.clock.reading()).serve();
    let (report, result) = place.fetch(&server.url(), &Place::plan(&["AAPL"]));
    result.unwrap();
    assert!(report.tables[0].notes.iter().any(|note| note.contains("2026-02-27 is not finished")));
    assert_eq!(place.store().bars("AAPL").unwrap().unwrap().date.len(), 3);
    place.clock.set_forward(Duration::from_secs(86_400));
    let (report, result) = place.fetch(&server.url(), &Place::plan(&["AAPL"]));
    result.unwrap();
    assert_eq!((report.requests, place.store().bars("AAPL").unwrap().unwrap().date.len()), (1, 4));
    place.clock.set_forward(Duration::from_secs(2 * 86_400));
    let (report, _) = place.fetch(&server.url(), &Place::plan(&["AAPL"]));
    assert!(report.requests <= 1);
}

#[test]
fn a_storm_changes_nothing() {
    let place = Place::new();
    let mut yahoo = Yahoo::new(symbols(), place.clock.reading());
    yahoo.faults = Faults::storm(3, 500, &Fault::ALL);
    let (server, _yahoo) = yahoo.serve();
    place.fetch(&server.url(), &Place::plan(&["AAPL", "^GSPC"])).1.unwrap();
    assert_eq!(place.store().bars("AAPL").unwrap().unwrap().close, [148.3, 36.95, 36.7, 36.0]);
    assert!(place.clock.now() > MORNING);
}

#[test]
fn a_chart_of_another_symbol_is_an_error_and_not_stored() {
    let place = Place::new();
    let body = r#"{"chart":{"result":[{"meta":{"symbol":"MSFT","gmtoffset":0},"timestamp":[1717680600],"indicators":
        {"quote":[{"open":[1],"high":[1],"low":[1],"close":[1],"volume":[1]}]}}],"error":null}}"#;
    let server = Server::start(move |_| Response::json(body));
    let (report, result) = place.fetch(&server.url(), &Place::plan(&["AAPL"]));
    result.unwrap();
    assert!(report.tables[0].problem.as_ref().unwrap().contains("asked for AAPL, got MSFT"), "{report:?}");
    assert!(place.store().symbols().unwrap().is_empty());
}
