//! Twenty years of thirty symbols: the clean download, the same through a storm of faults and limits, and the same
//! interrupted again and again. All end in the same store with no request too many.

use crate::false_clock::{FalseClock, MORNING, Watcher};
use crate::loopback::{Fault, Faults, Kind, Market, RowOrder, Tushare, Window};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use tidegate_data::http::{BaseUrl, Unobserved};
use tidegate_data::tushare::{TushareOptions, TusharePlan, What, fetch_tushare};
use tidegate_data::{FetchError, Secret, Store};

pub const TOKEN: &str = "5a3f0c9e8b7d6a1f2e4c5b6a7d8e9f00112233445566778899aabbcc";

fn market() -> Market {
    Market::new(28, "2006-01-01", "2025-12-31")
}

fn plan(market: &Market) -> TusharePlan {
    TusharePlan {
        symbols: market.symbols(),
        market: false,
        from: "2006-01-01".parse().unwrap(),
        to: Some("2025-12-31".parse().unwrap()),
        what: What::ALL.into(),
        again: false,
        accept: false,
    }
}

pub fn options(url: &str) -> TushareOptions {
    let token = Secret::new(TOKEN).unwrap_or_else(|_| panic!("the token of the test"));
    let mut options = TushareOptions::new(BaseUrl::new(url, true).unwrap(), token);
    // The server of the tests sleeps longer when it is told to be slow, and needs less when it is not.
    options.http.timeout = Duration::from_secs(3);
    options
}

/// Everything that a store holds of a market, but for moments and hashes.
fn contents(path: &Path, market: &Market) -> String {
    let store = Store::open_existing(path).unwrap();
    let mut text = String::new();
    for exchange in ["SSE", "SZSE"] {
        text += &format!("{exchange} {:?}\n", store.calendar(exchange).unwrap());
    }
    for symbol in market.symbols() {
        text += &format!(
            "{symbol} {:?} {:?} {:?} {:?} {:?} {:?}\n",
            store.bars(&symbol).unwrap(),
            store.factors(&symbol).unwrap(),
            store.suspensions(&symbol).unwrap(),
            store.limits(&symbol).unwrap(),
            store.names(&symbol).unwrap(),
            store.listing(&symbol).unwrap()
        );
    }
    text
}

/// Answers that are needed for `rows` rows when one holds `cap`: each further one repeats a row of the one before. An
/// answer with as many rows as the limit, or a round number of them, may have been cut, so the rest is asked for.
fn needed(rows: usize, cap: usize, from_the_first_day: bool) -> usize {
    let (mut answers, mut left) = (0, rows);
    loop {
        answers += 1;
        let got = left.min(cap);
        let cut = left > cap || got >= cap || (got > 0 && got.is_multiple_of(500));
        if !cut || (got == left && from_the_first_day) {
            return answers;
        }
        left = left - got + 1;
    }
}

/// Calendars of two exchanges, three lists, names of each stock, and the answers for each table of each symbol.
fn needed_in_all(market: &Market, caps: &BTreeMap<&str, usize>) -> usize {
    let tables = |api: &str, rows: usize| needed(rows, caps.get(api).copied().unwrap_or(usize::MAX), false);
    let calendars = 2 * needed(market.calendar.len(), usize::MAX, true);
    let by_symbol = market.stocks.iter().map(|stock| match stock.kind {
        Kind::Stock => {
            tables("daily", stock.days.len())
                + tables("adj_factor", stock.factors.len())
                + tables("suspend_d", stock.suspended.len())
                + tables("stk_limit", stock.days.len())
                + 1
        }
        Kind::Index => tables("index_daily", stock.days.len()),
        Kind::Fund => {
            tables("fund_daily", stock.days.len())
                + tables("fund_adj", stock.factors.len())
                + tables("stk_limit", stock.days.len())
        }
    });
    calendars + 3 + by_symbol.sum::<usize>()
}

fn clean(path: &Path, market: Market) -> Market {
    let clock = FalseClock::at(MORNING);
    let (server, tushare) = Tushare::new(market.clone(), TOKEN, clock.reading()).serve();
    let mut store = Store::open(path).unwrap();
    let (report, result) =
        fetch_tushare(&mut store, &options(&server.url()), &plan(&market), &clock, &Unobserved);
    result.unwrap();
    assert_eq!(report.requests, needed_in_all(&market, &tushare.caps), "requests of the clean run");
    assert!(report.is_complete());
    market
}

#[test]
fn the_clean_download_is_the_market_itself_and_the_next_one_asks_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clean.db");
    let market = clean(&path, market());
    let mut store = Store::open(&path).unwrap();
    for stock in &market.stocks {
        let bars = store.bars(&stock.symbol).unwrap().unwrap();
        assert_eq!(bars.date, stock.days.iter().map(|day| day.date).collect::<Vec<_>>(), "{}", stock.symbol);
        assert_eq!(bars.close, stock.days.iter().map(|day| day.close).collect::<Vec<_>>());
        for (volume, day) in bars.volume.iter().zip(&stock.days) {
            assert_eq!(*volume, (day.lots * 100.0).round(), "lots become shares");
        }
        for (amount, day) in bars.amount.unwrap().iter().zip(&stock.days) {
            assert!((amount - day.amount * 1e3).abs() < 1e-6 * amount, "thousands become yuan");
        }
        match store.factors(&stock.symbol).unwrap() {
            Some(factors) => assert_eq!(factors.date.len(), stock.factors.len()),
            None => assert_eq!(stock.kind, Kind::Index),
        }
        assert_eq!(store.suspensions(&stock.symbol).unwrap().len(), stock.suspended.len());
        assert_eq!(store.names(&stock.symbol).unwrap().len(), stock.names.len());
    }
    assert!(store.answer_keys("tushare/").unwrap().is_empty(), "nothing is left on the shelf");

    let clock = FalseClock::at(MORNING);
    let nobody = options("http://127.0.0.1:9");
    let (report, result) = fetch_tushare(&mut store, &nobody, &plan(&market), &clock, &Unobserved);
    result.unwrap();
    assert_eq!(report.requests, 0);
    assert!(report.tables.iter().all(|table| table.up_to_date));
}

#[test]
fn a_storm_of_faults_and_limits_changes_nothing_and_costs_only_what_it_must() {
    let folder = tempfile::tempdir().unwrap();
    let (clean_path, path) = (folder.path().join("clean.db"), folder.path().join("storm.db"));
    let market = clean(&clean_path, market());
    let expected = contents(&clean_path, &market);

    let clock = FalseClock::at(MORNING);
    let mut tushare = Tushare::new(market.clone(), TOKEN, clock.reading());
    tushare.faults = Faults::storm(1, 150, &Fault::ALL);
    tushare.limits = BTreeMap::from([
        ("daily", vec![(Window::Minute, 4)]),
        ("adj_factor", vec![(Window::Hour, 7)]),
        ("suspend_d", vec![(Window::Minute, 5), (Window::Day, 12)]),
        ("stock_basic", vec![(Window::Hour, 1)]),
    ]);
    // Cut without a word, at limits that nobody told.
    tushare.caps.extend([("daily", 1000), ("fund_daily", 500), ("adj_factor", 2000)]);
    tushare.says_has_more = false;
    tushare.odd_cells = true;
    let (server, tushare) = tushare.serve();
    let mut store = Store::open(&path).unwrap();
    let watcher = Watcher::default();
    let (report, result) =
        fetch_tushare(&mut store, &options(&server.url()), &plan(&market), &clock, &watcher);
    result.unwrap();
    drop(store);
    assert!(contents(&path, &market) == expected, "the storm changed the store");

    let memory = tushare.memory.lock().unwrap();
    let spoiled: usize = memory.spoiled.values().sum();
    assert!(spoiled > 20 && memory.spoiled.len() > 8, "the storm blew: {:?}", memory.spoiled);
    assert!(memory.answered.values().all(|times| *times == 1), "an answer was asked for twice");
    let answers: usize = memory.answered.values().sum();
    assert_eq!(answers, needed_in_all(&market, &tushare.caps), "answers");
    assert_eq!(report.requests, answers + spoiled + memory.limited, "each further request has its cause");
    // Each of the five limits is learned by one refusal; the daily one also ends a day early once, when requests
    // of the day before are still counted by the server and no more by us.
    assert!((4..=6).contains(&memory.limited), "limits were learned: {} refusals", memory.limited);
}

#[test]
fn a_download_interrupted_at_every_turn_asks_for_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (clean_path, path) = (folder.path().join("clean.db"), folder.path().join("cut.db"));
    let market = clean(&clean_path, Market::new(6, "2016-01-01", "2025-12-31"));
    let clock = FalseClock::at(MORNING);
    let mut tushare = Tushare::new(market.clone(), TOKEN, clock.reading());
    tushare.caps.insert("daily", 300);
    let (server, tushare) = tushare.serve();
    let mut interrupted = 0;
    loop {
        // A new process each time: nothing but the store is left of the last one.
        let mut store = Store::open(&path).unwrap();
        let watcher = Watcher { stop_after: Some(3), ..Watcher::default() };
        let (_, result) =
            fetch_tushare(&mut store, &options(&server.url()), &plan(&market), &clock, &watcher);
        match result {
            Ok(()) => break,
            Err(FetchError::Interrupted) => interrupted += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(interrupted > 20, "{interrupted}");
    assert!(tushare.answered().values().all(|times| *times == 1));
    assert_eq!(tushare.answers(), needed_in_all(&market, &tushare.caps));
    assert!(contents(&path, &market) == contents(&clean_path, &market));
}

#[test]
fn by_trade_date_the_market_comes_out_as_by_symbol() {
    let folder = tempfile::tempdir().unwrap();
    let mut market = Market::new(12, "2025-01-01", "2025-12-31");
    market.stocks.retain(|stock| stock.kind == Kind::Stock);
    let mut stores = Vec::new();
    for by_date in [false, true] {
        let path = folder.path().join(format!("{by_date}.db"));
        let clock = FalseClock::at(MORNING);
        let mut tushare = Tushare::new(market.clone(), TOKEN, clock.reading());
        // A day of the market does not fit into one answer.
        tushare.caps.extend([("daily", 5), ("stk_limit", 7), ("namechange", 9)].map(|(api, cap)| (api, cap)));
        if !by_date {
            tushare.caps.clear();
        }
        let (server, tushare) = tushare.serve();
        let mut plan = plan(&market);
        plan.from = "2025-01-01".parse().unwrap();
        (plan.market, plan.symbols) = (by_date, if by_date { Vec::new() } else { market.symbols() });
        let mut store = Store::open(&path).unwrap();
        let (report, result) = fetch_tushare(&mut store, &options(&server.url()), &plan, &clock, &Unobserved);
        result.unwrap();
        assert!(report.is_complete());
        assert!(tushare.answered().values().all(|times| *times == 1));
        if by_date {
            // What came by date is known by symbol too.
            let (symbols, dates) = (market.symbols(), plan.clone());
            let plan =
                TusharePlan { market: false, symbols, what: [What::Bars, What::Limits].into(), ..dates };
            let nobody = options("http://127.0.0.1:9");
            let (report, result) = fetch_tushare(&mut store, &nobody, &plan, &clock, &Unobserved);
            result.unwrap();
            assert_eq!(report.requests, 0);
        }
        stores.push(contents(&path, &market));
    }
    assert!(stores[0] == stores[1]);
}

#[test]
fn rows_in_any_order_are_complete_even_when_they_are_cut() {
    let market = Market::new(2, "2015-01-01", "2025-12-31");
    for order in [RowOrder::OldestFirst, RowOrder::Shuffled] {
        let folder = tempfile::tempdir().unwrap();
        let clock = FalseClock::at(MORNING);
        let mut tushare = Tushare::new(market.clone(), TOKEN, clock.reading());
        tushare.order = order;
        tushare.caps.insert("daily", 900);
        let (server, _tushare) = tushare.serve();
        let mut store = Store::open(&folder.path().join("s.db")).unwrap();
        let plan = TusharePlan { what: [What::Bars].into(), ..plan(&market) };
        let (_, result) = fetch_tushare(&mut store, &options(&server.url()), &plan, &clock, &Unobserved);
        result.unwrap();
        for stock in &market.stocks {
            assert_eq!(store.bars(&stock.symbol).unwrap().unwrap().date.len(), stock.days.len(), "{order:?}");
        }
    }
}
