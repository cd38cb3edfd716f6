//! What a download tells while it goes on, and how it is asked to stop.

use std::time::Duration;

/// Why a download waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The server allows so many requests in a time: its name for the api and the limit in words.
    Limit {
        /// E.g. `daily`.
        api: String,
        /// E.g. `50 requests a minute`.
        limit: String,
    },
    /// An attempt failed and is made again.
    Retry {
        /// What went wrong.
        why: String,
        /// Number of the next attempt.
        attempt: u32,
        /// How many attempts there are.
        of: u32,
    },
    /// The server is not to be asked more often than this.
    Courtesy,
}

/// Watches a download.
pub trait Observer: Sync {
    /// Whether the user asked to stop. The work so far is kept.
    fn stop_requested(&self) -> bool {
        false
    }
    /// A symbol, table or day begins: `done` of `total` are behind us.
    fn step(&self, done: usize, total: usize, what: &str) {
        let _ = (done, total, what);
    }
    /// An answer arrived, or was kept from an interrupted run.
    fn answered(&self, request: &str, rows: usize, kept: bool) {
        let _ = (request, rows, kept);
    }
    /// Waiting, with the time left. Called several times a second.
    fn waiting(&self, why: &Waiting, left: Duration) {
        let _ = (why, left);
    }
    /// The wait is over.
    fn waited(&self) {}
    /// Something worth knowing.
    fn note(&self, text: &str) {
        let _ = text;
    }
}

/// Watches nothing and never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}
