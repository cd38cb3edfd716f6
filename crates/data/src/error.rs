//! Why a file gave no bars. Each message names the place, what was expected, what was found and what to do.

use crate::import::BadRow;
use crate::import::layout;
use std::path::PathBuf;
use tidegate_market::TradeDate;

/// How many bad rows a message lists.
const LISTED: usize = 10;

/// Reading or writing bars failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// There is no such file.
    #[error("{}: no such file; check the path", path.display())]
    Missing {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The path is a directory.
    #[error("{}: expected a CSV file, found a directory; name the file inside it", path.display())]
    Directory {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// A directory or pattern holds no file to import.
    #[error("{}: expected files of market data (csv, txt, tsv, gz, or a qlib directory), found no file", path.display())]
    NoFiles {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// The path that was asked for.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// There is nothing in the file.
    #[error("{file}: expected a header line and bars, found an empty file; download it again")]
    Empty {
        /// The file.
        file: String,
    },
    /// The header is there, the bars are not.
    #[error("{file}: expected bars below the header, found none; download it again, or ask for other dates")]
    HeaderOnly {
        /// The file.
        file: String,
    },
    /// The file is not text, or not in UTF-8.
    #[error("{file}:{line}: expected UTF-8 text or GBK, found {found}; save it as CSV in UTF-8")]
    NotText {
        /// The file.
        file: String,
        /// The first line that is not UTF-8.
        line: u64,
        /// What the bytes look like.
        found: String,
    },
    /// The file is packed and cannot be unpacked.
    #[error("{file}: expected a whole file, found {found}; download it again, or unpack it first")]
    Damaged {
        /// The file.
        file: String,
        /// What is wrong with it.
        found: String,
    },
    /// Lines of one file contradict each other about what its prices are.
    #[error(
        "{file}:{line}: expected one adjustflag in the whole file, found {found}; split the file, or say what the prices \
         are (--as raw, hfq or qfq)"
    )]
    MixedFlags {
        /// The file.
        file: String,
        /// The line of the second flag.
        line: u64,
        /// The flags.
        found: String,
    },
    /// A file of factors, calendars and the like, where bars are needed.
    #[error("{file}: expected daily bars, found {found}; `tidegate import` takes it into the store")]
    NoBars {
        /// The file.
        file: String,
        /// Its layout.
        found: layout::Layout,
    },
    /// The file's symbol cannot be one.
    #[error("{file}: expected a symbol such as 600000.SH or AAPL, found {found:?}; name it with --symbol")]
    BadSymbol {
        /// The file.
        file: String,
        /// What would be the symbol.
        found: String,
    },
    /// The file holds a server's error message instead of bars.
    #[error("{file}: expected bars, found {what} from the server: {text}; the download failed, repeat it")]
    ErrorBody {
        /// The file.
        file: String,
        /// What kind of message.
        what: &'static str,
        /// The message, cut.
        text: String,
    },
    /// No known layout has these columns.
    #[error("{file}:1: {}", unknown_header(found))]
    UnknownHeader {
        /// The file.
        file: String,
        /// Column names found.
        found: Vec<String>,
    },
    /// A needed column stands in the header twice.
    #[error("{file}:1: expected one column {column}, found several; remove all but the right one")]
    RepeatedColumn {
        /// The file.
        file: String,
        /// The column.
        column: &'static str,
    },
    /// The file holds bars of several symbols.
    #[error("{file}: expected one symbol, found {}; set `symbol` to one of them", symbols(found))]
    SeveralSymbols {
        /// The file.
        file: String,
        /// Each symbol with the first line it stands on.
        found: Vec<(String, u64)>,
    },
    /// The symbol asked for is not the one in the file.
    #[error("{file}: expected bars of {expected}, found {}; correct `symbol` or the path", symbols(found))]
    OtherSymbol {
        /// The file.
        file: String,
        /// The symbol asked for.
        expected: String,
        /// Each symbol with the first line it stands on.
        found: Vec<(String, u64)>,
    },
    /// The symbol cannot be told from the file or its name.
    #[error("{file}: neither a column of symbols nor the file name says which symbol this is; set `symbol`")]
    NoSymbol {
        /// The file.
        file: String,
    },
    /// Some rows are no bars, and the reader was told to refuse them.
    #[error("{}", bad_rows(file, rows, *total))]
    BadRows {
        /// The file.
        file: String,
        /// All of them, by line.
        rows: Vec<BadRow>,
        /// How many rows the file has below the header.
        total: usize,
    },
    /// Every row was dropped.
    #[error("{file}: no bar is left: all {dropped} rows are bad, the first: {first}; download it again")]
    NothingLeft {
        /// The file.
        file: String,
        /// How many rows were dropped.
        dropped: usize,
        /// The first of them.
        first: Box<BadRow>,
    },
    /// The dates asked for leave nothing of the file.
    #[error("{file}: no bar from {} to {}; the file holds {first} to {last}, choose dates in there",
        from.map_or("the start".to_owned(), |d| d.to_string()), to.map_or("the end".to_owned(), |d| d.to_string()))]
    NoBarsInRange {
        /// The file.
        file: String,
        /// First date asked for.
        from: Option<TradeDate>,
        /// Last date asked for.
        to: Option<TradeDate>,
        /// First date in the file.
        first: TradeDate,
        /// Last date in the file.
        last: TradeDate,
    },
    /// Writing failed.
    #[error("writing bars failed: {0}")]
    Write(#[from] std::io::Error),
}

fn unknown_header(found: &[String]) -> String {
    let shown: Vec<&str> = found.iter().take(40).map(String::as_str).collect();
    let more = if found.len() > shown.len() { ", ..." } else { "" };
    let mut message =
        format!("expected the header of a known layout, found the columns [{}{more}]", shown.join(", "));
    for (layout, required, missing) in layout::closest(found) {
        message += &format!("\n  {layout} needs {}", required.join(", "));
        if missing.len() < required.len() {
            message += &format!(" (missing: {})", missing.join(", "));
        }
    }
    message + "\n  rename the columns to one of these, in any order"
}

fn symbols(found: &[(String, u64)]) -> String {
    let mut list: Vec<String> =
        found.iter().take(LISTED).map(|(symbol, line)| format!("{symbol} (line {line})")).collect();
    if found.len() > LISTED {
        list.push(format!("and {} more", found.len() - LISTED));
    }
    list.join(", ")
}

fn bad_rows(file: &str, rows: &[BadRow], total: usize) -> String {
    let mut message = format!("{file}: {} of {total} rows are no bars", rows.len());
    for BadRow { line, column, expected, found, .. } in rows.iter().take(LISTED) {
        message += &format!("\n  {file}:{line}: column {column}: expected {expected}, found {found}");
    }
    if rows.len() > LISTED {
        message += &format!("\n  and {} more", rows.len() - LISTED);
    }
    message
        + "\n  correct the file, or set on_bad_row = \"drop\" to drop these rows and list them in the report"
}
