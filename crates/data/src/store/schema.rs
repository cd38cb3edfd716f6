//! The tables, the format's number, and opening the file so that nothing acknowledged is lost.

use super::error::{StoreFault, damaged};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::path::Path;
use std::time::{Duration, Instant};

/// `TIDG` in the file's header: what tells a store from any other SQLite file.
const APPLICATION: i64 = 0x5449_4447;

/// Number of the format; a change that an earlier version would misread raises it.
pub(super) const FORMAT: i64 = 1;

/// How long one process waits for another's transaction.
const PATIENCE: Duration = Duration::from_secs(60);

const TABLES: &str = "
CREATE TABLE symbol (
    id INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL UNIQUE
);
CREATE TABLE origin (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    received TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    UNIQUE (sha256, received, source, name)
);
CREATE TABLE arrival (
    symbol INTEGER NOT NULL REFERENCES symbol,
    dataset TEXT NOT NULL,
    origin INTEGER NOT NULL REFERENCES origin,
    first INTEGER,
    last INTEGER,
    added INTEGER NOT NULL,
    replaced INTEGER NOT NULL,
    PRIMARY KEY (symbol, dataset, origin)
) WITHOUT ROWID;
CREATE TABLE series (
    symbol INTEGER NOT NULL REFERENCES symbol,
    dataset TEXT NOT NULL,
    kind TEXT NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY (symbol, dataset)
) WITHOUT ROWID;
CREATE TABLE segment (
    dataset TEXT NOT NULL,
    symbol INTEGER NOT NULL REFERENCES symbol,
    year INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    columns BLOB NOT NULL
);
CREATE UNIQUE INDEX segment_key ON segment (dataset, symbol, year);
CREATE INDEX segment_extent ON segment (symbol, dataset, year, rows, first, last);
CREATE TABLE action (
    symbol INTEGER NOT NULL REFERENCES symbol,
    ex_date INTEGER NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (symbol, ex_date, kind, position)
) WITHOUT ROWID;
CREATE TABLE suspension (
    symbol INTEGER NOT NULL REFERENCES symbol,
    date INTEGER NOT NULL,
    resumed INTEGER NOT NULL,
    timing TEXT NOT NULL,
    PRIMARY KEY (symbol, date, resumed, timing)
) WITHOUT ROWID;
CREATE TABLE name (
    symbol INTEGER NOT NULL REFERENCES symbol,
    first INTEGER NOT NULL,
    name TEXT NOT NULL,
    last INTEGER,
    reason TEXT,
    PRIMARY KEY (symbol, first, name)
) WITHOUT ROWID;
CREATE TABLE listing (
    symbol INTEGER PRIMARY KEY REFERENCES symbol,
    name TEXT NOT NULL,
    board TEXT,
    listed INTEGER,
    delisted INTEGER,
    status TEXT NOT NULL
);
CREATE TABLE calendar (
    exchange TEXT NOT NULL,
    date INTEGER NOT NULL,
    open INTEGER NOT NULL,
    origin INTEGER NOT NULL REFERENCES origin,
    PRIMARY KEY (exchange, date)
) WITHOUT ROWID;
CREATE TABLE finding (
    symbol TEXT NOT NULL,
    position INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (symbol, position)
) WITHOUT ROWID;
CREATE TABLE answer (
    key TEXT PRIMARY KEY,
    origin INTEGER NOT NULL REFERENCES origin,
    body BLOB NOT NULL
);
CREATE TABLE coverage (
    source TEXT NOT NULL,
    subject TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (source, subject, first)
) WITHOUT ROWID;
CREATE TABLE memory (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
";

/// Opens the file, and makes the tables when `create` and there are none.
pub(super) fn open(path: &Path, create: bool) -> Result<Connection, StoreFault> {
    if path.is_dir() {
        return Err(StoreFault::NotAStore("a directory".into()));
    }
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, create);
    let opened = Connection::open_with_flags(path, flags)
        .map_err(StoreFault::from)
        .and_then(|connection| prepare(connection, create));
    match opened {
        // A store on a medium that cannot be written is still there to be read.
        Err(StoreFault::Unwritable(_)) if !create && path.is_file() => prepare_unwritable(path),
        other => other,
    }
}

fn prepare(mut connection: Connection, create: bool) -> Result<Connection, StoreFault> {
    connection.busy_timeout(PATIENCE)?;
    if connection.is_readonly("main")? && create {
        return Err(StoreFault::Unwritable("the file or its folder is read-only".into()));
    }
    let mut found = format(&connection)?;
    if found == Format::Empty {
        if !create {
            return Err(StoreFault::NotAStore("an empty database".into()));
        }
        write_ahead(&connection)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been faster.
        if format(&transaction)? == Format::Empty {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
        }
        transaction.commit()?;
        found = format(&connection)?;
    }
    accept(found)?;
    write_ahead(&connection)?;
    settle(connection)
}

/// A log beside the file: readers are not held up by a writer, and a commit is one write to the disk. `FULL` makes a
/// commit wait for the disk, so that what was acknowledged outlives even a power failure.
fn write_ahead(connection: &Connection) -> Result<(), StoreFault> {
    // Switching needs the file for an instant, and the database does not wait for that by itself.
    let start = Instant::now();
    loop {
        let switched =
            connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0));
        match switched {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && start.elapsed() < PATIENCE =>
            {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(connection.pragma_update(None, "synchronous", "FULL")?),
        }
    }
}

fn prepare_unwritable(path: &Path) -> Result<Connection, StoreFault> {
    let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, read_only)?;
    match format(&connection) {
        Ok(found) => {
            accept(found)?;
            settle(connection)
        }
        // Nobody can be writing where nothing can be written, so no lock is needed, and none could be made.
        Err(StoreFault::Unwritable(_)) => {
            let escaped: String = path
                .to_string_lossy()
                .chars()
                .map(|c| match c {
                    '%' => "%25".to_owned(),
                    '?' => "%3f".to_owned(),
                    '#' => "%23".to_owned(),
                    other => other.to_string(),
                })
                .collect();
            let address = format!("file:{escaped}?immutable=1");
            let connection = Connection::open_with_flags(address, read_only | OpenFlags::SQLITE_OPEN_URI)?;
            accept(format(&connection)?)?;
            settle(connection)
        }
        Err(fault) => Err(fault),
    }
}

fn settle(connection: Connection) -> Result<Connection, StoreFault> {
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(connection)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Empty,
    Store(i64),
    Foreign,
}

fn format(connection: &Connection) -> Result<Format, StoreFault> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (application, version, tables) {
        (APPLICATION, version, _) => Format::Store(version),
        (0, 0, 0) => Format::Empty,
        _ => Format::Foreign,
    })
}

fn accept(found: Format) -> Result<(), StoreFault> {
    match found {
        Format::Store(FORMAT) => Ok(()),
        Format::Store(found) if found > FORMAT => Err(StoreFault::Newer { found, known: FORMAT }),
        Format::Store(found) => Err(damaged("the header", format!("format {FORMAT}"), found.to_string())),
        Format::Empty => Err(StoreFault::NotAStore("an empty database".into())),
        Format::Foreign => Err(StoreFault::NotAStore("another program's database".into())),
    }
}
