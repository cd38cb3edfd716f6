//! A process that writes is killed at random instants; what it said was stored is stored, and nothing is half there.

use crate::store_process::{TOGETHER, acknowledged, action, bars, factors, start};
use std::path::Path;
use std::time::Duration;
use tidegate_data::Store;

const KILLS: u64 = 240;

/// The step of the last batch and of the last single put that the store holds; every number is looked at.
fn state(path: &Path) -> (Option<u64>, Option<u64>) {
    let store = Store::open_existing(path).unwrap();
    let step_of = |symbol: &str| {
        let stored = store.bars(symbol).unwrap()?;
        let step = ((stored.close[0] - 1.0) / 10.0).round() as u64;
        assert_eq!(stored, bars(symbol, step), "all bars of {symbol} are of one step");
        Some(step)
    };
    let batch = step_of(TOGETHER[0]);
    for symbol in TOGETHER {
        assert_eq!(step_of(symbol), batch, "{symbol} is of the same batch");
        assert_eq!(store.factors(symbol).unwrap(), batch.map(|step| factors(symbol, step)));
        assert_eq!(store.actions(symbol).unwrap(), batch.map(action).into_iter().collect::<Vec<_>>());
    }
    let answer = store.answer("answer").unwrap().map(|body| String::from_utf8(body).unwrap());
    assert_eq!(answer, batch.map(|step| step.to_string()));
    let single = step_of("SINGLE");
    store.verify().unwrap();
    (batch, single)
}

/// What the store holds after a step.
fn after(step: Option<u64>) -> (Option<u64>, Option<u64>) {
    match step {
        None => (None, None),
        Some(step) if step % 2 == 0 => (Some(step), step.checked_sub(1)),
        Some(step) => (Some(step - 1), Some(step)),
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "how often the killer struck at which moment")]
fn a_killed_writer_loses_nothing_it_acknowledged_and_leaves_nothing_torn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tidegate.db");
    let (mut last, mut next, mut random) = (None, 0, 7_u64);
    let (mut stored, mut unsaid) = (0, 0);
    for _ in 0..KILLS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = start(&path, "", next, u64::MAX / 4);
        let mut saying = acknowledged(&mut child);
        // Some are killed before they have stored anything, the others some time after their first steps.
        let heard = (0..(random >> 60) % 4).map_while(|_| saying.next()).last();
        std::thread::sleep(Duration::from_micros((random >> 33) % 12_000));
        child.kill().unwrap();
        let said = saying.last().or(heard);
        child.wait().unwrap();
        stored += said.map_or(0, |said| said + 1 - next);
        last = said.or(last);
        if !path.exists() {
            assert_eq!(last, None);
            continue;
        }
        // The file may have been made and nothing else yet.
        if last.is_none() && Store::open_existing(&path).is_err() {
            Store::open(&path).unwrap();
        }
        let found = state(&path);
        let one_more = Some(last.map_or(0, |last| last + 1));
        if found == after(one_more) {
            (last, unsaid) = (one_more, unsaid + 1);
        } else {
            assert_eq!(found, after(last), "the last step said to be stored: {last:?}");
        }
        next = last.map_or(0, |last| last + 1);
    }
    assert!(stored > KILLS, "the writer got to write: {stored} steps");
    eprintln!("{KILLS} kills, {stored} steps stored, {unsaid} stored and not yet said");
}

#[test]
fn a_writer_killed_while_it_makes_the_store_leaves_a_place_that_works() {
    for delay in 0..30 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tidegate.db");
        let mut child = start(&path, "", 0, u64::MAX / 4);
        std::thread::sleep(Duration::from_micros(delay * 700));
        child.kill().unwrap();
        let said = acknowledged(&mut child).last();
        child.wait().unwrap();
        drop(Store::open(&path).unwrap());
        let found = state(&path);
        let one_more = Some(said.map_or(0, |said| said + 1));
        assert!(found == after(said) || found == after(one_more), "{found:?} after {said:?}");
    }
}

#[test]
fn two_processes_write_at_once_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/tidegate.db");
    let days = 120;
    let mut writers = [start(&path, "ONE", 0, days), start(&path, "TWO", days, days)];
    for writer in &mut writers {
        assert_eq!(acknowledged(writer).count() as u64, days);
        assert!(writer.wait().unwrap().success());
    }
    let store = Store::open_existing(&path).unwrap();
    let whole = bars("SHARED", 0);
    let shared = store.bars("SHARED").unwrap().unwrap();
    assert_eq!(shared.date, whole.date[..2 * days as usize]);
    assert_eq!(shared.close, whole.close[..2 * days as usize]);
    assert_eq!(store.bars("ONE").unwrap().unwrap().date, whole.date[..days as usize]);
    assert_eq!(store.bars("TWO").unwrap().unwrap().date.len() as u64, days);
    store.verify().unwrap();
}
