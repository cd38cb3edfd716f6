//! What downloads come to: the outcome of each table, the error that ended one, and how answers are dated and hashed.

use crate::digest::sha256;
use crate::http::{BaseUrlError, Fault, stamp};
use crate::record::Origin;
use crate::store::{Merged, StoreError};
use crate::tushare::{RateLimit, TokenError, UnknownSymbol};
use serde::Serialize;
use tidegate_market::TradeDate;

/// Why a download ended before it was done. What had arrived is in the store, and the same command goes on from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The user asked to stop.
    #[error("interrupted: what has arrived is kept; the same command goes on from there")]
    Interrupted,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no usable token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The base address is none.
    #[error("--base-url: {0}")]
    BaseUrl(#[from] BaseUrlError),
    /// A symbol that the source does not have.
    #[error(transparent)]
    Symbol(#[from] UnknownSymbol),
    /// The dates are in the wrong order.
    #[error("--from {from} --to {to}: expected a first day before the last one; there is nothing to fetch")]
    Dates {
        /// First day asked for.
        from: TradeDate,
        /// Last day asked for, or today.
        to: TradeDate,
    },
    /// The server does not know the token.
    #[error(
        "{host}: the server refused the token: {message}\n  help: copy it again from your account's page"
    )]
    BadToken {
        /// Who was asked.
        host: String,
        /// The server's words.
        message: String,
    },
    /// The account may not ask this. Told for one api; the others go on.
    #[error("{request}: the account may not ask this: {message}")]
    NoPermission {
        /// What was asked.
        request: String,
        /// The server's words.
        message: String,
    },
    /// The server refused for a reason that waiting does not mend.
    #[error("{request}: the server refused with code {code}: {message}")]
    Refused {
        /// What was asked.
        request: String,
        /// The server's code.
        code: i64,
        /// The server's words.
        message: String,
    },
    /// A limit would hold us longer than the user allows, or again and again.
    #[error(
        "{request}: the server allows {limit}; go on after {until} with the same command, what has arrived is kept"
    )]
    Limit {
        /// What was asked.
        request: String,
        /// The limit.
        limit: RateLimit,
        /// UTC.
        until: String,
    },
    /// No answer, or none that can be read, after all attempts.
    #[error(
        "{request}: gave up after {attempts} attempts, the last: {last}; what has arrived is kept, the same command goes on"
    )]
    GaveUp {
        /// What was asked.
        request: String,
        /// How often.
        attempts: u32,
        /// The last fault.
        last: String,
    },
    /// A fault that asking again does not mend.
    #[error("{request}: {fault}{}", advice(fault))]
    Fault {
        /// What was asked.
        request: String,
        /// The fault.
        fault: Fault,
    },
    /// An HTTP status that is no answer.
    #[error("{request}: expected HTTP status 200, found {status}: {body}")]
    Status {
        /// What was asked.
        request: String,
        /// Status.
        status: u16,
        /// Start of the body.
        body: String,
    },
    /// An answer that cannot be what was asked for.
    #[error("{request}: {problem}; nothing of it was stored")]
    Answer {
        /// What was asked.
        request: String,
        /// Expected and found.
        problem: String,
    },
}

fn advice(fault: &Fault) -> &'static str {
    match fault {
        Fault::Tls(_) => {
            "\n  help: for a server without TLS, give its http:// address and --allow-plain-http"
        }
        _ => "",
    }
}

impl FetchError {
    /// Whether the user can mend it by giving something else (exit code 2).
    pub fn is_mistake_in_input(&self) -> bool {
        match self {
            FetchError::Store(error) => error.is_mistake_in_input(),
            FetchError::Token(_)
            | FetchError::BaseUrl(_)
            | FetchError::Symbol(_)
            | FetchError::Dates { .. }
            | FetchError::BadToken { .. } => true,
            _ => false,
        }
    }
}

/// What became of one table of one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fetched {
    /// Symbol, exchange, `market`, or list status.
    pub subject: String,
    /// The source's name for the table, e.g. `daily`.
    pub api: String,
    /// Rows received.
    pub rows: usize,
    /// Requests sent for it, failed ones included.
    pub requests: usize,
    /// Nothing was asked: the store had it already.
    pub up_to_date: bool,
    /// What the store made of it.
    pub merged: Merged,
    /// Rows left out and other remarks.
    pub notes: Vec<String>,
    /// Why it is missing or incomplete, if it is.
    pub problem: Option<String>,
}

impl Fetched {
    /// Whether the store refused what arrived, because it does not go with the stored series; that is a problem then.
    pub(crate) fn not_stored(&mut self) -> bool {
        let refusal = self.merged.refusal();
        self.problem = self
            .problem
            .take()
            .or(refusal.map(|refusal| format!("{refusal}; --accept --again replaces the stored series")));
        self.merged.refused > 0
    }
}

/// What became of a download.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FetchReport {
    /// Requests sent, failed ones included.
    pub requests: usize,
    /// Answers that an interrupted run had kept.
    pub kept: usize,
    /// By table.
    pub tables: Vec<Fetched>,
}

impl FetchReport {
    /// Whether everything that was asked for is there.
    pub fn is_complete(&self) -> bool {
        self.tables.iter().all(|table| table.problem.is_none())
    }
}

/// Origin of an answer received at `moment` (milliseconds since 1970 UTC).
pub(crate) fn origin(source: String, name: String, moment: i64, body: &[u8]) -> Origin {
    Origin { source, name, received: stamp(moment), sha256: sha256(body) }
}

/// The start of a body, on one line.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(600)]);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.is_empty() { "an empty body".to_owned() } else { line.chars().take(160).collect() }
}
