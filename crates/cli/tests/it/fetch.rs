//! `tidegate fetch` as a user types it, against a server on this machine.

use crate::loopback::{Fault, Faults, Market, Server, Tushare, Window, Yahoo, YahooSymbol, real_time};
use crate::workplace::{SMALL, Workplace, files_under, stderr};
use std::collections::BTreeMap;
use std::io::Read;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tidegate_data::Store;

const TOKEN: &str = "d41d8cd98f00b204e9800998ecf8427e5f3a9c1b7e2d4a6f8c0b1d3e";

/// No test waits longer for a process.
const PATIENCE: Duration = Duration::from_secs(60);

fn market(years: std::ops::RangeInclusive<i32>) -> Market {
    Market::new(3, &format!("{}-01-01", years.start()), &format!("{}-12-31", years.end()))
}

fn tushare(market: &Market) -> Tushare {
    Tushare::new(market.clone(), TOKEN, real_time())
}

/// A download of the whole made-up market, with nothing of the machine's own settings.
fn command(place: &Workplace, server: &Server, market: &Market, more: &[&str]) -> Command {
    let mut arguments = vec!["fetch", "tushare"];
    let symbols = market.symbols();
    arguments.extend(symbols.iter().map(String::as_str));
    let url = server.url();
    arguments.extend([
        "--from",
        "2020-01-01",
        "--to",
        "2025-12-31",
        "--base-url",
        &url,
        "--allow-plain-http",
    ]);
    arguments.extend(["--store", "bars.db"]);
    arguments.extend(more);
    let mut command = place.command(&arguments);
    at_home(&mut command, place);
    command.env("TUSHARE_TOKEN", TOKEN);
    command
}

fn at_home(command: &mut Command, place: &Workplace) {
    for (name, folder) in
        [("HOME", "home"), ("XDG_CONFIG_HOME", "home/config"), ("XDG_DATA_HOME", "home/data")]
    {
        command.env(name, place.path(folder));
    }
    command.env_remove("TIDEGATE_STORE").env_remove("TUSHARE_TOKEN");
}

fn wait(mut child: Child) -> Output {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the download does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

fn bars(place: &Workplace, market: &Market) -> Vec<String> {
    let store = Store::open_existing(&place.path("bars.db")).unwrap();
    market.symbols().iter().map(|symbol| format!("{:?}", store.bars(symbol).unwrap())).collect()
}

/// Nothing of the process or on the disk holds the token.
fn holds_no_token(place: &Workplace, output: &Output) {
    let token = TOKEN.as_bytes();
    let holds = |bytes: &[u8]| bytes.windows(token.len()).any(|window| window == token);
    assert!(!holds(&output.stdout), "stdout");
    assert!(!holds(&output.stderr), "stderr: {}", stderr(output));
    for (file, bytes) in place.files() {
        assert!(!holds(&bytes), "{file} holds the token");
    }
}

#[test]
fn a_download_through_a_storm_is_whole_and_the_token_is_nowhere() {
    let (place, market) = (Workplace::empty(), market(2024..=2025));
    let mut tushare = tushare(&market);
    // Pages that repeat what they were sent, and answers that do.
    tushare.faults = Faults::storm(5, 200, &[Fault::Status500, Fault::Page200, Fault::Half, Fault::Closed]);
    tushare.odd_cells = true;
    let (server, tushare) = tushare.serve();
    let mut child = command(&place, &server, &market, &["--verbose"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut seen = 0;
    let start = Instant::now();
    // What every user of the machine can see of a process.
    while child.try_wait().unwrap().is_none() && start.elapsed() < PATIENCE {
        if let Ok(line) = std::fs::read(format!("/proc/{}/cmdline", child.id()))
            && !line.is_empty()
        {
            seen += 1;
            assert!(!String::from_utf8_lossy(&line).contains(TOKEN));
            assert!(String::from_utf8_lossy(&line).contains("fetch"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = wait(child);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(seen > 0 || !cfg!(target_os = "linux"), "the process was looked at");
    holds_no_token(&place, &output);
    let said = stderr(&output);
    assert!(said.contains("warning: the token travels to http://127.0.0.1"), "{said}");
    assert!(said.contains("attempt 2 of 8 after:") && said.contains("***"), "{said}");
    assert!(said.contains("daily ts_code=600100.SH"), "{said}");
    let memory = tushare.memory.lock().unwrap();
    assert!(memory.bodies.iter().all(|body| body.contains(TOKEN)), "the server got it");
    assert!(memory.answered.values().all(|times| *times == 1));
    drop(memory);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("600100.SH") && text.contains("calendar SSE: 731 new"), "{text}");
    for (stored, stock) in bars(&place, &market).iter().zip(&market.stocks) {
        assert!(stored.contains(&format!("{:?}", stock.days.last().unwrap().close)));
    }

    // Neither is it in what is made from the store.
    let mut run = place.command(&["run", "small.toml", "--store", "bars.db", "--out", "run"]);
    place.write("small.toml", SMALL);
    for setting in ["data.source=store", "data.symbol=600100.SH", "data.to=2025-12-31"] {
        run.args(["--set", setting]);
    }
    let output = run.env("TUSHARE_TOKEN", TOKEN).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(place.path("run/report.html").exists());
    holds_no_token(&place, &output);

    // The second time there is nothing to ask.
    let before = tushare.memory.lock().unwrap().requests;
    let output = command(&place, &server, &market, &["--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((document["complete"].clone(), document["requests"].clone()), (true.into(), 0.into()));
    assert_eq!(tushare.memory.lock().unwrap().requests, before);
    holds_no_token(&place, &output);
}

#[test]
fn a_refused_token_is_the_user_s_mistake_and_not_repeated() {
    let (place, market) = (Workplace::empty(), market(2025..=2025));
    let mut tushare = tushare(&market);
    tushare.token = "quite-another-token".into();
    let (server, _tushare) = tushare.serve();
    let output = command(&place, &server, &market, &["-v"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("the server refused the token: 您的token不对，请确认。(***)"));
    holds_no_token(&place, &output);
}

#[test]
fn without_the_flag_nothing_goes_over_plain_http() {
    let (place, market) = (Workplace::empty(), market(2025..=2025));
    let (server, tushare) = tushare(&market).serve();
    let mut plain = place.command(&[
        "fetch",
        "tushare",
        "600100.SH",
        "--from",
        "2025-01-01",
        "--base-url",
        &server.url(),
    ]);
    at_home(&mut plain, &place);
    let output = plain.env("TUSHARE_TOKEN", TOKEN).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--allow-plain-http"), "{}", stderr(&output));
    assert_eq!(tushare.memory.lock().unwrap().requests, 0);
    assert!(place.files().is_empty(), "no store was made");
}

#[test]
fn a_token_is_wanted_and_its_file_must_be_private() {
    let (place, market) = (Workplace::empty(), market(2025..=2025));
    let (server, tushare) = tushare(&market).serve();
    let mut without = command(&place, &server, &market, &[]);
    let output = without.env_remove("TUSHARE_TOKEN").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("tidegate/tushare-token"), "{}", stderr(&output));

    std::fs::create_dir_all(place.path("home/config/tidegate")).unwrap();
    place.write("home/config/tidegate/tushare-token", TOKEN);
    let file = place.path("home/config/tidegate/tushare-token");
    let mode = |mode: u32| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o644);
    let mut open = command(&place, &server, &market, &["--what", "bars"]);
    let output = open.env_remove("TUSHARE_TOKEN").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("chmod 600"), "{}", stderr(&output));
    assert_eq!(tushare.memory.lock().unwrap().requests, 0);

    mode(0o600);
    let output = open.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    std::fs::remove_file(file).unwrap();
    holds_no_token(&place, &output);
}

#[test]
fn ctrl_c_during_a_countdown_keeps_what_has_come() {
    let (place, market) = (Workplace::empty(), market(2025..=2025));
    let mut tushare = tushare(&market);
    tushare.limits.insert("daily", vec![(Window::Hour, 1)]);
    let (server, tushare) = tushare.serve();
    let mut child = command(&place, &server, &market, &["--what", "bars", "-v"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut pipe, mut said) = (child.stderr.take().unwrap(), String::new());
    let mut byte = [0];
    while !said.contains("waiting 1:00:0") && !said.contains("waiting 59:") {
        assert!(pipe.read(&mut byte).unwrap() == 1, "{said}");
        said.push(char::from(byte[0]));
    }
    let asked = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    pipe.read_to_string(&mut said).unwrap();
    let output = wait(child);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(asked.elapsed() < Duration::from_secs(5));
    assert!(said.contains("error: interrupted: what has arrived is kept"), "{said}");
    assert!(said.contains("the server allows 1 request an hour of daily"), "{said}");
    assert_eq!(tushare.answers(), 3, "one of daily, then the index and the fund");
    assert!(String::from_utf8(output.stdout).unwrap().contains("new"));

    // The next run knows the limit, and says when to come again instead of waiting.
    let output = command(&place, &server, &market, &["--what", "bars", "--max-wait", "5"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("allows 1 request an hour; go on after"), "{}", stderr(&output));
    assert_eq!(tushare.answers(), 3);
    holds_no_token(&place, &output);
}

#[test]
fn killed_again_and_again_it_goes_on_and_asks_for_nothing_that_it_had() {
    let (place, market) = (Workplace::empty(), market(2020..=2025));
    let mut tushare = tushare(&market);
    tushare.caps.insert("daily", 300);
    let (server, tushare) = tushare.serve();
    let mut kills = 0;
    loop {
        let before = tushare.memory.lock().unwrap().requests;
        let mut child = command(&place, &server, &market, &[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        let done = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            let requests = tushare.memory.lock().unwrap().requests - before;
            if requests > kills % 5 || start.elapsed() > PATIENCE {
                break None;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        if let Some(status) = done {
            assert_eq!(status.code(), Some(0));
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        assert!(kills < 200, "it gets nowhere");
    }
    assert!(kills >= 8, "{kills}");
    let repeated: usize = tushare.answered().values().map(|times| times - 1).sum();
    // An answer that is on its way when the process dies is lost; one that was kept is not asked for again.
    assert!(repeated <= kills, "{repeated} repeated after {kills} kills");
    for (stored, stock) in bars(&place, &market).iter().zip(&market.stocks) {
        assert_eq!(stored.matches("TradeDate").count(), stock.days.len(), "{}", stock.symbol);
    }
}

#[test]
fn a_table_that_may_not_be_asked_is_named_and_the_exit_code_tells() {
    let (place, market) = (Workplace::empty(), market(2025..=2025));
    let mut tushare = tushare(&market);
    tushare.denied.insert("stk_limit");
    let (server, _tushare) = tushare.serve();
    let output = command(&place, &server, &market, &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("tables did not come; the others are stored"), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("missing") && text.contains("没有接口访问权限"), "{text}");
    let output = command(&place, &server, &market, &["--what", "bars,factors"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "what was left out is not missed");
}

#[test]
fn yahoo_names_what_is_not_there_and_stores_the_others() {
    let place = Workplace::empty();
    let start = 1_771_857_000;
    let days = (0..4).map(|i| (start + i * 86_400, Some(100.0 + i as f64))).collect();
    let symbol = YahooSymbol { days, gmtoffset: -18_000, ..YahooSymbol::default() };
    let yahoo = Yahoo::new(BTreeMap::from([("^GSPC".to_owned(), symbol)]), real_time());
    let (server, _yahoo): (Server, Arc<Yahoo>) = yahoo.serve();
    let url = server.url();
    let arguments = ["fetch", "yahoo", "^GSPC", "TWTR", "--from", "2026-01-01", "--base-url", &url];
    let mut refused = place.command(&arguments);
    at_home(&mut refused, &place);
    assert_eq!(refused.output().unwrap().status.code(), Some(2), "plain http needs the flag");
    let mut command = place.command(&arguments);
    at_home(&mut command, &place);
    let output = command.args(["--allow-plain-http", "--store", "bars.db"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("No data found, symbol may be delisted") && text.contains("4 new"), "{text}");
    let store = Store::open_existing(&place.path("bars.db")).unwrap();
    assert_eq!(store.bars("^GSPC").unwrap().unwrap().date.len(), 4);
    assert!(!files_under(&place.path("")).is_empty());
}
