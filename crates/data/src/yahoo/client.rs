//! Asks Yahoo for one chart: no oftener than every two seconds, and ever more patiently when it has had enough.

use crate::fetch::{FetchError, excerpt};
use crate::http::{Backoff, BaseUrl, Clock, Fault, Http, HttpOptions, Observer, Waiting, wait_until};
use std::time::Duration;

/// The public server.
pub const YAHOO_URL: &str = "https://query1.finance.yahoo.com";

/// Yahoo turns away what does not call itself a browser.
const BROWSER: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";

/// How Yahoo is asked.
pub struct YahooOptions {
    /// The server.
    pub base_url: BaseUrl,
    /// Time limit and name of the client.
    pub http: HttpOptions,
    /// How failed attempts are repeated.
    pub backoff: Backoff,
    /// Between two requests.
    pub pause: Duration,
}

impl YahooOptions {
    /// The usual manner.
    pub fn new(base_url: BaseUrl) -> YahooOptions {
        YahooOptions {
            base_url,
            http: HttpOptions { user_agent: BROWSER.to_owned(), ..HttpOptions::default() },
            backoff: Backoff {
                first: Duration::from_secs(4),
                longest: Duration::from_secs(300),
                attempts: 8,
            },
            pause: Duration::from_secs(2),
        }
    }
}

/// A client and when it asked last.
pub(super) struct Client<'a> {
    options: &'a YahooOptions,
    http: Http,
    pub clock: &'a dyn Clock,
    observer: &'a dyn Observer,
    last: Option<i64>,
    /// Requests sent.
    pub requests: usize,
}

/// What came back, and when.
pub(super) struct Reply {
    pub body: Vec<u8>,
    pub moment: i64,
}

impl<'a> Client<'a> {
    pub fn new(options: &'a YahooOptions, clock: &'a dyn Clock, observer: &'a dyn Observer) -> Client<'a> {
        Client { options, http: Http::new(&options.http), clock, observer, last: None, requests: 0 }
    }

    /// Asks for a symbol's chart between two seconds since 1970 UTC (the second one excluded). A 404 is an answer.
    pub fn chart(&mut self, symbol: &str, from: i64, to: i64) -> Result<Reply, FetchError> {
        let url = format!(
            "{}/v8/finance/chart/{}?period1={from}&period2={to}&interval=1d&events=div%2Csplits&includeAdjustedClose=true",
            self.options.base_url,
            encoded(symbol)
        );
        let request = format!("chart {symbol}");
        let mut failed = 0;
        loop {
            let pause = i64::try_from(self.options.pause.as_millis()).unwrap_or(i64::MAX / 2);
            let earliest = self.last.map_or(i64::MIN, |last| last + pause);
            self.wait(earliest, &Waiting::Courtesy)?;
            self.requests += 1;
            let reply = self.http.get(&url, self.observer);
            let moment = self.clock.now();
            self.last = Some(moment);
            let (problem, asked_for) = match reply {
                Err(Fault::Interrupted) => return Err(FetchError::Interrupted),
                Err(fault) if fault.is_transient() => (fault.to_string(), None),
                Err(fault) => return Err(FetchError::Fault { request, fault }),
                Ok(reply) => {
                    match reply.status {
                        // The limit also comes as plain text with status 200.
                        200 if is_json(&reply.body) => return Ok(Reply { body: reply.body, moment }),
                        // A reason in JSON is final: no such symbol, no data in these days.
                        400 | 404 | 422 if is_json(&reply.body) => {
                            return Ok(Reply { body: reply.body, moment });
                        }
                        200 | 429 | 500..=599 => {
                            let problem = format!("HTTP status {}: {}", reply.status, excerpt(&reply.body));
                            (problem, reply.retry_after)
                        }
                        status => {
                            let body = excerpt(&reply.body);
                            return Err(FetchError::Status { request, status, body });
                        }
                    }
                }
            };
            failed += 1;
            let Some(wait) = self.options.backoff.after(failed, asked_for) else {
                return Err(FetchError::GaveUp { request, attempts: failed, last: problem });
            };
            let of = self.options.backoff.attempts;
            let until = moment + i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2);
            self.wait(until, &Waiting::Retry { why: problem, attempt: failed + 1, of })?;
        }
    }

    fn wait(&self, until: i64, why: &Waiting) -> Result<(), FetchError> {
        if wait_until(until, why, self.clock, self.observer) { Ok(()) } else { Err(FetchError::Interrupted) }
    }
}

/// Whether the body is whole JSON: a page, a word or half an answer is not.
fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}

/// A symbol as one segment of a path: `^GSPC` is `%5EGSPC`.
fn encoded(symbol: &str) -> String {
    let mut text = String::with_capacity(symbol.len());
    for byte in symbol.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn symbols_are_safe_in_a_path() {
        for (symbol, path) in
            [("^GSPC", "%5EGSPC"), ("BRK-B", "BRK-B"), ("EURUSD=X", "EURUSD%3DX"), ("M&M.NS", "M%26M.NS")]
        {
            assert_eq!(encoded(symbol), path);
        }
    }
}
