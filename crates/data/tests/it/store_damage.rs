//! Files that are no store, or no longer one: clear errors, never wrong numbers.

use crate::store_process::{bars, factors, write_step};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tidegate_data::{Store, StoreError, StoreFault};

fn scratch() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tidegate.db");
    (folder, path)
}

fn fault(path: &Path) -> StoreError {
    let error = Store::open_existing(path).err().or_else(|| Store::open(path).err()).unwrap();
    assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
    error
}

#[test]
fn what_is_no_store_is_refused_and_left_as_it_is() {
    let (folder, path) = scratch();
    std::fs::write(&path, "ts_code,trade_date\n".repeat(100)).unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(fault(&path).fault, StoreFault::NotAStore(_)));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(matches!(fault(folder.path()).fault, StoreFault::NotAStore(_)));
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    let before = std::fs::read(&other).unwrap();
    let error = fault(&other);
    assert!(
        matches!(&error.fault, StoreFault::NotAStore(what) if what.contains("another program")),
        "{error}"
    );
    assert!(error.is_mistake_in_input());
    assert_eq!(std::fs::read(&other).unwrap(), before);
    let missing = Store::open_existing(&folder.path().join("none.db")).unwrap_err();
    assert!(missing.to_string().contains("tidegate import"), "{missing}");
}

#[test]
fn a_store_of_a_later_version_is_refused() {
    let (_folder, path) = scratch();
    drop(Store::open(&path).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 2).unwrap();
    let error = fault(&path);
    assert!(matches!(error.fault, StoreFault::Newer { found: 2, .. }), "{error}");
    assert!(error.to_string().contains("use a newer Tidegate"), "{error}");
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn a_place_that_cannot_be_written_is_named() {
    let (folder, path) = scratch();
    std::fs::write(&path, "").unwrap();
    let below_a_file = path.join("tidegate.db");
    let error = Store::open(&below_a_file).unwrap_err();
    assert!(matches!(error.fault, StoreFault::Unwritable(_)), "{error}");

    let closed = folder.path().join("closed");
    let inside = closed.join("tidegate.db");
    let mut store = Store::open(&inside).unwrap();
    write_step(&mut store, 0).unwrap();
    drop(store);
    let mode = |readonly| {
        let mut permissions = std::fs::metadata(&closed).unwrap().permissions();
        permissions.set_readonly(readonly);
        std::fs::set_permissions(&closed, permissions).unwrap();
    };
    mode(true);
    if std::fs::write(closed.join("probe"), "").is_ok() {
        eprintln!("skipped: this user may write into a read-only directory");
        mode(false);
        return;
    }
    let error = Store::open(&closed.join("new.db")).unwrap_err();
    assert!(matches!(error.fault, StoreFault::Unwritable(_)), "{error}");
    let mut store = Store::open_existing(&inside).unwrap();
    assert_eq!(store.bars("AAPL").unwrap().unwrap(), bars("AAPL", 0));
    let error = write_step(&mut store, 1).unwrap_err();
    assert!(matches!(error.fault, StoreFault::Unwritable(_)), "{error}");
    mode(false);
}

#[test]
fn a_cut_file_is_an_error() {
    let (_folder, path) = scratch();
    let mut store = Store::open(&path).unwrap();
    write_step(&mut store, 0).unwrap();
    drop(store);
    let whole = std::fs::read(&path).unwrap();
    for share in 1..8 {
        std::fs::write(&path, &whole[..whole.len() * share / 8]).unwrap();
        let read = Store::open_existing(&path).and_then(|store| store.verify());
        assert!(read.is_err(), "{share} eighths of the file are read without an error");
    }
}

#[test]
fn a_changed_byte_never_becomes_a_wrong_number() {
    let (_folder, path) = scratch();
    let mut store = Store::open(&path).unwrap();
    write_step(&mut store, 0).unwrap();
    write_step(&mut store, 1).unwrap();
    drop(store);
    let whole = std::fs::read(&path).unwrap();
    let (mut random, mut errors) = (11_u64, 0);
    let tries = 600;
    for _ in 0..tries {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (at, flip) = ((random >> 20) as usize % whole.len(), 1 + (random >> 8) as u8 % 255);
        let mut bytes = whole.clone();
        bytes[at] ^= flip;
        std::fs::write(&path, &bytes).unwrap();
        let Ok(store) = Store::open_existing(&path) else {
            errors += 1;
            continue;
        };
        for (symbol, step) in
            [("600000.SH", 0), ("600001.SH", 0), ("000001.SZ", 0), ("AAPL", 0), ("SINGLE", 1)]
        {
            match store.bars(symbol) {
                Ok(Some(found)) => assert_eq!(found, bars(symbol, step), "byte {at} changed by {flip}"),
                Ok(None) => {}
                Err(_) => errors += 1,
            }
            match store.factors(symbol) {
                Ok(Some(found)) => assert_eq!(found, factors(symbol, step), "byte {at} changed by {flip}"),
                Ok(None) => {}
                Err(_) => errors += 1,
            }
        }
    }
    assert!(errors > tries / 2, "most bytes belong to numbers, and {errors} of {tries} changes were noticed");
}
