//! One fault at a time: what Tushare's client does about it, and what it says.

use crate::false_clock::{FalseClock, MORNING, Watcher};
use crate::fetch_storm::{TOKEN, options};
use crate::loopback::{Fault, Faults, Market, Response, Server, Tushare, Window};
use jiff::Timestamp;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tidegate_data::http::{BaseUrl, Clock, Unobserved, Waiting};
use tidegate_data::tushare::{TusharePlan, What, fetch_tushare};
use tidegate_data::{FetchError, FetchReport, Origin, RawBars, Store};
use tidegate_market::PriceBasis;

struct Place {
    folder: tempfile::TempDir,
    market: Market,
    clock: FalseClock,
}

impl Place {
    fn new() -> Place {
        let market = Market::new(2, "2024-01-01", "2025-12-31");
        Place { folder: tempfile::tempdir().unwrap(), market, clock: FalseClock::at(MORNING) }
    }

    fn tushare(&self) -> Tushare {
        Tushare::new(self.market.clone(), TOKEN, self.clock.reading())
    }

    fn plan(&self) -> TusharePlan {
        TusharePlan {
            symbols: vec![self.market.stocks[0].symbol.clone()],
            market: false,
            from: "2024-01-01".parse().unwrap(),
            to: Some("2025-12-31".parse().unwrap()),
            what: [What::Bars, What::Factors].into(),
            again: false,
            accept: false,
        }
    }

    fn store(&self) -> Store {
        Store::open(&self.folder.path().join("s.db")).unwrap()
    }

    fn fetch(&self, url: &str) -> (FetchReport, Result<(), FetchError>) {
        fetch_tushare(&mut self.store(), &options(url), &self.plan(), &self.clock, &Unobserved)
    }
}

#[test]
fn every_fault_that_passes_is_asked_again_after_a_pause() {
    for fault in Fault::ALL {
        let place = Place::new();
        let mut tushare = place.tushare();
        // Every other request, on the average.
        tushare.faults = Faults::storm(7, 500, &[fault]);
        let (server, tushare) = tushare.serve();
        let before = place.clock.now();
        let (report, result) = place.fetch(&server.url());
        result.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        let spoiled = tushare.memory.lock().unwrap().spoiled.values().sum::<usize>();
        assert_eq!(report.requests, 2 + spoiled, "{fault:?}");
        assert!(spoiled == 0 || place.clock.now() - before >= 1_000, "{fault:?} was repeated at once");
    }
}

#[test]
fn a_connection_reset_before_a_word_is_asked_again() {
    let place = Place::new();
    let (server, _tushare) = place.tushare().serve();
    server.resets.store(2, Ordering::SeqCst);
    let (report, result) = place.fetch(&server.url());
    result.unwrap();
    assert_eq!(report.requests, 4);
}

#[test]
fn attempts_are_bounded() {
    for fault in Fault::ALL.into_iter().filter(|fault| !matches!(fault, Fault::Slow)) {
        let place = Place::new();
        let mut tushare = place.tushare();
        tushare.faults = Faults::storm(7, 1000, &[fault]);
        let (server, tushare) = tushare.serve();
        let (report, result) = place.fetch(&server.url());
        let error = result.unwrap_err();
        let expected = if fault == Fault::RefusedWithData {
            assert!(matches!(error, FetchError::Limit { .. }), "{error}");
            10
        } else {
            assert!(matches!(error, FetchError::GaveUp { .. }), "{error}");
            8
        };
        assert_eq!((report.requests, tushare.answers()), (expected, 0), "{fault:?}");
        assert!(!error.to_string().contains(TOKEN), "{fault:?}: {error}");
        assert!(!error.is_mistake_in_input());
    }
}

#[test]
fn a_bad_token_ends_at_once_and_is_not_repeated_to_the_user() {
    let place = Place::new();
    let mut tushare = place.tushare();
    tushare.token = "another-token-altogether".into();
    let (server, tushare) = tushare.serve();
    let (report, result) = place.fetch(&server.url());
    let error = result.unwrap_err();
    assert!(matches!(error, FetchError::BadToken { .. }) && error.is_mistake_in_input());
    assert!(error.to_string().contains("您的token不对，请确认。(***)"), "{error}");
    assert_eq!(report.requests, 1);
    assert_eq!(tushare.memory.lock().unwrap().requests, 1);
}

#[test]
fn a_table_that_the_account_may_not_ask_is_reported_and_the_others_come() {
    let place = Place::new();
    let mut tushare = place.tushare();
    tushare.denied.insert("adj_factor");
    let (server, tushare) = tushare.serve();
    let mut plan = place.plan();
    plan.symbols = place.market.symbols()[..2].to_vec();
    let (report, result) =
        fetch_tushare(&mut place.store(), &options(&server.url()), &plan, &place.clock, &Unobserved);
    result.unwrap();
    assert!(!report.is_complete());
    let problems: Vec<&str> = report.tables.iter().filter_map(|table| table.problem.as_deref()).collect();
    assert_eq!(problems.len(), 2);
    assert!(problems[0].contains("没有接口访问权限"), "{problems:?}");
    assert_eq!(tushare.memory.lock().unwrap().requests, 3, "it is asked once, not for every symbol");
    assert!(place.store().bars(&plan.symbols[1]).unwrap().is_some());
}

#[test]
fn an_unknown_code_ends_with_the_words_of_the_server() {
    let place = Place::new();
    let server = Server::start(|_| {
        Response::json(r#"{"code":-2001,"msg":"必填参数 ts_code","data":{"fields":["a"],"items":[["b"]]}}"#)
    });
    let error = place.fetch(&server.url()).1.unwrap_err().to_string();
    assert!(error.contains("code -2001") && error.contains("必填参数 ts_code"), "{error}");
    assert!(error.contains("daily ts_code=600100.SH start_date=20240101 end_date=20251231"), "{error}");
}

#[test]
fn limits_are_waited_for_in_full_and_not_met_again() {
    for (window, calls, least) in
        [(Window::Minute, 1, 60_000), (Window::Hour, 1, 3_600_000), (Window::Day, 1, 14 * 3_600_000)]
    {
        let place = Place::new();
        let mut tushare = place.tushare();
        tushare.limits.insert("daily", vec![(window, calls)]);
        let (server, tushare) = tushare.serve();
        let mut plan = place.plan();
        (plan.symbols, plan.what) = (place.market.symbols()[..2].to_vec(), [What::Bars].into());
        let before = place.clock.now();
        let watcher = Watcher::default();
        let (_, result) =
            fetch_tushare(&mut place.store(), &options(&server.url()), &plan, &place.clock, &watcher);
        result.unwrap();
        let waited = place.clock.now() - before;
        assert!((least..least + 180_000).contains(&waited), "{window:?}: waited {waited} ms");
        let waits = watcher.waits.lock().unwrap();
        assert!(
            matches!(&waits[0], Waiting::Limit { api, limit } if api == "daily" && limit.starts_with("1 request"))
        );
        assert_eq!(tushare.memory.lock().unwrap().limited, 1);

        // The next run knows the limit before it meets it.
        drop(waits);
        place.clock.set_forward(Duration::from_secs(1));
        plan.again = true;
        let (_, result) =
            fetch_tushare(&mut place.store(), &options(&server.url()), &plan, &place.clock, &Unobserved);
        result.unwrap();
        assert_eq!(tushare.memory.lock().unwrap().limited, 1, "{window:?} was met again");
    }
}

#[test]
fn a_wait_longer_than_allowed_ends_with_the_time_to_go_on() {
    let place = Place::new();
    let mut tushare = place.tushare();
    tushare.limits.insert("daily", vec![(Window::Day, 1)]);
    let (server, _tushare) = tushare.serve();
    let mut plan = place.plan();
    (plan.symbols, plan.what) = (place.market.symbols()[..2].to_vec(), [What::Bars].into());
    let mut options = options(&server.url());
    options.longest_wait = Some(Duration::from_secs(600));
    let (report, result) = fetch_tushare(&mut place.store(), &options, &plan, &place.clock, &Unobserved);
    let error = result.unwrap_err().to_string();
    assert!(error.contains("allows 1 request a day; go on after 2026-03-02T16:01:00Z"), "{error}");
    assert_eq!(report.tables.len(), 1, "what came before is kept and told");
}

#[test]
fn rows_of_another_symbol_are_an_error_and_not_stored() {
    let place = Place::new();
    let (server, _tushare) = place.tushare().serve();
    let (url, market) = (server.url(), place.market.clone());
    let liar = Server::start(move |request| {
        let text = String::from_utf8(request.body.clone()).unwrap();
        let text = text.replace(&market.stocks[0].symbol, &market.stocks[1].symbol);
        let reply = ureq::post(&url).send(text.as_bytes()).unwrap().into_body().read_to_vec().unwrap();
        Response::json(reply)
    });
    let error = place.fetch(&liar.url()).1.unwrap_err().to_string();
    assert!(error.contains("asked for 600100.SH, got rows of 000101.SZ"), "{error}");
    assert!(place.store().symbols().unwrap().is_empty());
}

#[test]
fn a_second_download_that_disagrees_is_shown_and_changes_nothing_unless_accepted() {
    let place = Place::new();
    let (server, _tushare) = place.tushare().serve();
    place.fetch(&server.url()).1.unwrap();
    let mut other = place.tushare();
    other.market.stocks[0].days[3].close += 0.01;
    let (server, _other) = other.serve();
    let symbol = place.market.stocks[0].symbol.clone();
    let stored = place.market.stocks[0].days[3].close;
    for accept in [false, true] {
        let plan = TusharePlan { again: true, accept, ..place.plan() };
        let (report, result) =
            fetch_tushare(&mut place.store(), &options(&server.url()), &plan, &place.clock, &Unobserved);
        result.unwrap();
        let differences = &report.tables[0].merged.differences;
        assert_eq!((differences.len(), differences[0].column), (1, "close"));
        let close = place.store().bars(&symbol).unwrap().unwrap().close[3];
        assert_eq!(close == stored, !accept);
    }
}

#[test]
fn a_download_that_does_not_go_with_what_is_stored_is_missing_until_it_is_accepted() {
    let place = Place::new();
    let symbol = place.market.stocks[0].symbol.clone();
    let date = "2023-12-29".parse().unwrap();
    let adjusted = RawBars {
        date: vec![date],
        open: vec![1.0],
        high: vec![1.0],
        low: vec![1.0],
        close: vec![1.0],
        volume: vec![1.0],
        ..RawBars::empty(&symbol, PriceBasis::SplitAdjusted)
    };
    let origin = Origin {
        source: "test".into(),
        name: "adjusted".into(),
        received: "2026-11-23T00:00:00Z".into(),
        sha256: "0".repeat(64),
    };
    place.store().put_bars(&adjusted, &origin, false).unwrap();
    let (server, _tushare) = place.tushare().serve();
    for accept in [false, false, true] {
        let plan = TusharePlan { accept, ..place.plan() };
        let (report, result) =
            fetch_tushare(&mut place.store(), &options(&server.url()), &plan, &place.clock, &Unobserved);
        result.unwrap();
        let bars = &report.tables[0];
        assert!(bars.requests > 0, "days that were refused are not taken for covered");
        match accept {
            false => {
                let problem = bars.problem.as_deref().unwrap();
                assert!(problem.contains("expected split_adjusted prices") && problem.contains("--accept"));
                assert_eq!(place.store().bars(&symbol).unwrap().unwrap(), adjusted);
            }
            true => {
                assert_eq!(bars.problem, None);
                assert_eq!(place.store().bars(&symbol).unwrap().unwrap().basis, PriceBasis::Raw);
            }
        }
    }
}

#[test]
fn a_server_without_tls_is_not_given_the_token() {
    let place = Place::new();
    let (server, tushare) = place.tushare().serve();
    let mut options = options("http://x");
    options.base_url = BaseUrl::new(&server.url().replace("http:", "https:"), false).unwrap();
    let (report, result) =
        fetch_tushare(&mut place.store(), &options, &place.plan(), &place.clock, &Unobserved);
    let error = result.unwrap_err().to_string();
    assert!(error.contains("does not speak TLS") && error.contains("--allow-plain-http"), "{error}");
    assert_eq!(report.requests, 1, "asking again would not help");
    assert!(tushare.memory.lock().unwrap().bodies.iter().all(|body| !body.contains(TOKEN)));
}

#[test]
fn a_series_that_a_file_replaced_is_asked_for_anew() {
    let place = Place::new();
    let (server, _tushare) = place.tushare().serve();
    let fetch = |accept: bool| {
        let plan = TusharePlan { accept, what: [What::Bars].into(), ..place.plan() };
        let (report, result) =
            fetch_tushare(&mut place.store(), &options(&server.url()), &plan, &place.clock, &Unobserved);
        result.unwrap();
        report.tables[0].clone()
    };
    let adjusted = |accept: bool| {
        let symbol = place.market.stocks[0].symbol.clone();
        let mut bars = place.store().bars(&symbol).unwrap().unwrap();
        bars.basis = PriceBasis::SplitAdjusted;
        let origin = Origin {
            source: "file".into(),
            name: "qfq.csv".into(),
            received: "2026-03-02T02:00:00Z".into(),
            sha256: String::new(),
        };
        place.store().put_bars(&bars, &origin, accept).unwrap()
    };
    assert!(fetch(false).merged.added > 0);
    assert_eq!(adjusted(false).refused, 1);
    assert!(fetch(false).up_to_date, "nothing was replaced");
    assert!(adjusted(true).replaced > 0);
    for _ in 0..2 {
        let told = fetch(false);
        assert!(!told.up_to_date && told.merged.refused == 1 && told.problem.is_some());
    }
    assert!(fetch(true).merged.replaced > 0);
    assert!(fetch(false).up_to_date);
}

#[test]
fn a_symbol_that_can_be_none_is_the_server_s_fault() {
    let place = Place::new();
    let (server, _tushare) = place.tushare().serve();
    let (url, market) = (server.url(), place.market.clone());
    let liar = Server::start(move |request| {
        let text = String::from_utf8(request.body.clone()).unwrap();
        let reply = ureq::post(&url).send(text.as_bytes()).unwrap().into_body().read_to_vec().unwrap();
        Response::json(String::from_utf8(reply).unwrap().replace(&market.stocks[0].symbol, "../../x"))
    });
    let mut plan = place.plan();
    (plan.market, plan.from, plan.what) = (true, "2025-12-29".parse().unwrap(), [What::Bars].into());
    plan.symbols.clear();
    let (_, result) =
        fetch_tushare(&mut place.store(), &options(&liar.url()), &plan, &place.clock, &Unobserved);
    let error = result.unwrap_err();
    assert!(matches!(error, FetchError::Answer { .. }) && !error.is_mistake_in_input(), "{error}");
    assert!(error.to_string().contains("../../x"), "{error}");
    assert!(place.store().symbols().unwrap().is_empty());
}

#[test]
fn the_token_shows_nowhere_however_a_server_sends_it_back() {
    let place = Place::new();
    let escaped: String = TOKEN.bytes().map(|b| format!("\\u{b:04x}")).collect();
    let percent: String = TOKEN.bytes().map(|b| format!("%{b:02X}")).collect();
    for echo in [TOKEN.to_owned(), TOKEN.to_ascii_uppercase(), escaped, percent] {
        let location = format!("http://nowhere example/?token={echo}");
        let bodies = [
            Response::json(format!(r#"{{"code":-2001,"msg":"what is {echo}?","data":null}}"#)),
            Response::json(format!(r#"{{"code":"{echo}","data":null}}"#)),
            Response::json(format!(r#"{{"code":0,"data":{{"fields":["{echo}"],"items":[["{echo}"]]}}}}"#)),
            Response::text(418, &format!("no {echo}")),
            Response::text(500, &format!("no {echo}")),
            Response::Whole {
                status: 302,
                kind: "text/plain",
                headers: vec![("Location", location)],
                body: echo.clone().into(),
            },
            Response::Whole {
                status: 200,
                kind: "text/plain",
                headers: vec![("Content-Length", echo.clone())],
                body: echo.clone().into(),
            },
        ];
        for body in bodies {
            let server = Server::start(move |_| body.clone());
            let watcher = Watcher::default();
            let (report, result) = fetch_tushare(
                &mut place.store(),
                &options(&server.url()),
                &place.plan(),
                &place.clock,
                &watcher,
            );
            let said = format!("{report:?} {} {:?}", result.unwrap_err(), watcher.waits.lock().unwrap());
            let said = said.to_lowercase();
            assert!(!said.contains(&TOKEN.to_lowercase()) && !said.contains(&echo.to_lowercase()), "{said}");
        }
    }
    for entry in std::fs::read_dir(place.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes()));
    }
}

#[test]
fn a_kept_answer_without_days_is_good_for_a_day() {
    let place = Place::new();
    let (server, tushare) = place.tushare().serve();
    let symbol = place.market.stocks[0].symbol.clone();
    for (age, asked) in [(23, 0), (25, 1)] {
        let mut store = Store::open(&place.folder.path().join(format!("{age}.db"))).unwrap();
        let received = Timestamp::from_second(place.clock.now() / 1000 - age * 3_600).unwrap().to_string();
        let origin = Origin {
            source: "tushare namechange".into(),
            name: format!("namechange ts_code={symbol}"),
            received,
            sha256: String::new(),
        };
        let body = r#"{"code":0,"data":{"fields":[],"items":[]}}"#;
        let key = format!("tushare/namechange/{symbol}/{}", origin.name);
        store.keep_answer(&key, body.as_bytes(), &origin).unwrap();
        let plan = TusharePlan { what: [What::Names].into(), ..place.plan() };
        let before = tushare.memory.lock().unwrap().requests;
        let (report, result) =
            fetch_tushare(&mut store, &options(&server.url()), &plan, &place.clock, &Unobserved);
        result.unwrap();
        assert_eq!((report.requests, report.kept), (asked, 1 - asked), "{age} hours old");
        assert_eq!(tushare.memory.lock().unwrap().requests - before, asked);
    }
}

/// A server that always says the same, whatever it is asked: `rows` of symbol and day.
fn parrot(rows: &[(&str, &str)], has_more: bool) -> Server {
    let rows: Vec<String> =
        rows.iter().map(|(symbol, day)| format!(r#"["{symbol}","{day}",1,1,1,1,1,1,1]"#)).collect();
    let body = format!(
        r#"{{"code":0,"data":{{"fields":["ts_code","trade_date","open","high","low","close","pre_close","vol","amount"],
        "items":[{}],"has_more":{has_more}}}}}"#,
        rows.join(",")
    );
    Server::start(move |_| Response::json(body.clone()))
}

#[test]
fn an_answer_to_another_question_is_an_error_and_nothing_of_it_is_stored_or_kept() {
    let place = Place::new();
    let symbol = place.market.stocks[0].symbol.clone();
    let other_day = parrot(&[("600100.SH", "20251229")], false);
    let twice = parrot(&[("600100.SH", "20251230"), ("600100.SH", "20251230")], false);
    let stuck = parrot(&[("600100.SH", "20251230"), ("000101.SZ", "20251230")], true);
    let outside = parrot(&[(&symbol, "20230102"), (&symbol, "20221230")], true);
    for (server, market, says) in [
        (&other_day, true, "asked for 2025-12-30, got rows of 2025-12-29"),
        (&twice, true, "600100.SH came twice on 2025-12-30"),
        (&stuck, true, "the server does not turn pages"),
        (&outside, false, "asked for 2025-12-30 to 2025-12-30, got 2022-12-30 to 2023-01-02"),
    ] {
        let mut plan = TusharePlan { market, what: [What::Bars].into(), ..place.plan() };
        (plan.from, plan.to) = ("2025-12-30".parse().unwrap(), Some("2025-12-30".parse().unwrap()));
        if market {
            plan.symbols.clear();
        }
        let (_, result) =
            fetch_tushare(&mut place.store(), &options(&server.url()), &plan, &place.clock, &Unobserved);
        let error = result.unwrap_err();
        assert!(matches!(error, FetchError::Answer { .. }) && error.to_string().contains(says), "{error}");
        // Neither is it there for the next run to stumble over.
        assert!(place.store().symbols().unwrap().is_empty(), "{says}");
        assert_eq!(place.store().answer_keys("").unwrap(), [""; 0], "{says}");
    }
}
