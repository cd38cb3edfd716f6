//! Asks Tushare: waits where a limit says so, tries again where that may help, and keeps every answer in the store until
//! it is merged, so that nothing is asked for twice.

use super::answer::{Answer, BadAnswer};
use super::call::Call;
use super::limiter::Limiter;
use super::refusal::{Refusal, classify};
use crate::fetch::{FetchError, excerpt, origin};
use crate::http::{
    Backoff, BaseUrl, Clock, Fault, Http, HttpOptions, Observer, Secret, Waiting, stamp, wait_until,
};
use crate::record::Origin;
use crate::store::Store;
use std::time::Duration;

/// The public server.
pub const TUSHARE_URL: &str = "https://api.tushare.pro";

/// Under which name the store remembers the limits.
const LIMITS: &str = "tushare limits";

/// Refusals in a row after which waiting is no plan any more.
const MOST_REFUSALS: u32 = 10;

/// In milliseconds.
const DAY: i64 = 86_400_000;

/// How Tushare is asked.
pub struct TushareOptions {
    /// The server.
    pub base_url: BaseUrl,
    /// The account's token.
    pub token: Secret,
    /// Time limit of a request.
    pub http: HttpOptions,
    /// How failed attempts are repeated.
    pub backoff: Backoff,
    /// No wait for a limit is longer; `None` waits as long as it takes.
    pub longest_wait: Option<Duration>,
}

impl TushareOptions {
    /// The usual manner.
    pub fn new(base_url: BaseUrl, token: Secret) -> TushareOptions {
        TushareOptions {
            base_url,
            token,
            http: HttpOptions::default(),
            backoff: Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(60), attempts: 8 },
            longest_wait: None,
        }
    }
}

/// An answer and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub answer: Answer,
    pub origin: Origin,
}

/// A client with what it knows of the server's limits.
pub(super) struct Client<'a> {
    options: &'a TushareOptions,
    http: Http,
    limiter: Limiter,
    pub clock: &'a dyn Clock,
    pub observer: &'a dyn Observer,
    /// Requests sent.
    pub requests: usize,
    /// Answers that an earlier run had kept.
    pub kept: usize,
}

impl<'a> Client<'a> {
    pub fn new(
        options: &'a TushareOptions,
        store: &Store,
        clock: &'a dyn Clock,
        observer: &'a dyn Observer,
    ) -> Result<Client<'a>, FetchError> {
        let limiter = store
            .memory(LIMITS)?
            .map_or_else(Limiter::default, |learned| Limiter::from_json(&learned, clock.now()));
        let http = Http::new(&options.http);
        Ok(Client { options, http, limiter, clock, observer, requests: 0, kept: 0 })
    }

    /// Where answers about a subject are kept.
    pub fn shelf(call: &Call, subject: &str) -> String {
        format!("tushare/{}/{subject}/", call.api)
    }

    /// The answer to a call: the kept one, or a new one, which is then kept.
    pub fn ask(&mut self, store: &mut Store, subject: &str, call: &Call) -> Result<Received, FetchError> {
        let request = call.describe();
        let key = format!("{}{request}", Self::shelf(call, subject));
        if let Some((body, origin)) = store.answer_with_origin(&key)?
            && self.is_fresh(call, &origin)
            && let Ok(answer) = Answer::read(call.api, &body)
        {
            self.kept += 1;
            self.observer.answered(&request, answer.rows(), true);
            return Ok(Received { answer, origin });
        }
        let (answer, body, moment) = self.fetch(store, call, &request)?;
        let origin = origin(format!("tushare {}", call.api), request.clone(), moment, &body);
        let learned = self.limiter.has_learned().then(|| self.limiter.to_json());
        store.batch(|store| -> Result<(), FetchError> {
            store.keep_answer(&key, &body, &origin)?;
            if let Some(learned) = learned {
                store.remember(LIMITS, &learned)?;
            }
            Ok(())
        })?;
        self.observer.answered(&request, answer.rows(), false);
        Ok(Received { answer, origin })
    }

    /// Whether a kept answer still says what the server would say: always when it names its days, for a day when it
    /// holds everything up to the day it came.
    fn is_fresh(&self, call: &Call, origin: &Origin) -> bool {
        let is_dated = call.params.keys().any(|name| name.ends_with("_date"));
        // Stamps of UTC are in the order of their letters.
        is_dated || origin.received >= stamp(self.clock.now() - DAY)
    }

    fn fetch(
        &mut self,
        store: &mut Store,
        call: &Call,
        request: &str,
    ) -> Result<(Answer, Vec<u8>, i64), FetchError> {
        let api = call.api.name();
        let mut failed = 0;
        loop {
            self.hold(api, request)?;
            self.limiter.called(api, self.clock.now());
            self.requests += 1;
            let body = call.body(&self.options.token);
            let reply = self.http.post_json(self.options.base_url.as_str(), body, self.observer);
            let reply = reply.map_err(|fault| fault.reworded(|text| self.options.token.hide_text(text)));
            let (problem, asked_for) = match reply {
                Err(Fault::Interrupted) => return Err(FetchError::Interrupted),
                // Servers without TLS often just close the connection.
                Err(fault @ Fault::Connection(_)) if !self.options.base_url.is_plain() => {
                    (format!("{fault} (does the server speak TLS?)"), None)
                }
                Err(fault) if fault.is_transient() => (fault.to_string(), None),
                Err(fault) => return Err(FetchError::Fault { request: request.to_owned(), fault }),
                Ok(reply) => {
                    let body = self.options.token.hide_bytes(reply.body);
                    match (reply.status, Answer::read(call.api, &body)) {
                        (_, Err(BadAnswer::Refused { code, message })) => {
                            self.refused(store, api, request, code, message)?;
                            continue;
                        }
                        (200, Ok(answer)) => {
                            self.limiter.answered(api);
                            return Ok((answer, body, self.clock.now()));
                        }
                        (200, Err(bad)) => (bad.to_string(), None),
                        (429 | 500..=599, _) => {
                            (format!("HTTP status {}: {}", reply.status, excerpt(&body)), reply.retry_after)
                        }
                        (status, _) => {
                            let body = excerpt(&body);
                            return Err(FetchError::Status { request: request.to_owned(), status, body });
                        }
                    }
                }
            };
            failed += 1;
            let Some(wait) = self.options.backoff.after(failed, asked_for) else {
                let last = problem;
                return Err(FetchError::GaveUp { request: request.to_owned(), attempts: failed, last });
            };
            let of = self.options.backoff.attempts;
            let waiting = Waiting::Retry { why: problem, attempt: failed + 1, of };
            let moment = self.clock.now() + i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2);
            if !wait_until(moment, &waiting, self.clock, self.observer) {
                return Err(FetchError::Interrupted);
            }
        }
    }

    /// Waits until the limits that are known let a request go.
    fn hold(&mut self, api: &str, request: &str) -> Result<(), FetchError> {
        if self.observer.stop_requested() {
            return Err(FetchError::Interrupted);
        }
        while let Some(hold) = self.limiter.hold(api, self.clock.now()) {
            let left = Duration::from_millis((hold.until - self.clock.now()).max(0).unsigned_abs());
            if self.options.longest_wait.is_some_and(|longest| left > longest) {
                let until = stamp(hold.until);
                return Err(FetchError::Limit { request: request.to_owned(), limit: hold.limit, until });
            }
            let waiting = Waiting::Limit { api: api.to_owned(), limit: hold.limit.to_string() };
            if !wait_until(hold.until, &waiting, self.clock, self.observer) {
                return Err(FetchError::Interrupted);
            }
        }
        Ok(())
    }

    /// A code other than 0: learns a limit, or ends the request.
    fn refused(
        &mut self,
        store: &mut Store,
        api: &str,
        request: &str,
        code: i64,
        message: String,
    ) -> Result<(), FetchError> {
        let request = request.to_owned();
        match classify(code, &message) {
            Refusal::Rate(rate) => {
                let in_a_row = self.limiter.refused(api, rate, self.clock.now());
                store.remember(LIMITS, &self.limiter.to_json())?;
                if in_a_row >= MOST_REFUSALS {
                    let until = self.limiter.hold(api, self.clock.now()).map_or(0, |hold| hold.until);
                    return Err(FetchError::Limit { request, limit: rate, until: stamp(until) });
                }
                Ok(())
            }
            Refusal::BadToken => {
                Err(FetchError::BadToken { host: self.options.base_url.to_string(), message })
            }
            Refusal::NoPermission => Err(FetchError::NoPermission { request, message }),
            Refusal::Other => Err(FetchError::Refused { request, code, message }),
        }
    }
}
