//! One request and its reply, or the fault that came instead.

use super::observer::Observer;
use std::io::ErrorKind;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// More than any answer of a known api: 10,000 rows of a dozen columns are below 2 MB.
const LARGEST_BODY: u64 = 64 << 20;

/// How often a running request looks whether the user asked to stop.
const LOOK: Duration = Duration::from_millis(20);

/// How long a request may go on once the user asked to stop: an answer that is under way is worth keeping.
const GRACE: Duration = Duration::from_secs(2);

/// How requests are made.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// Longest time from the first byte sent to the last byte received.
    pub timeout: Duration,
    /// What the client calls itself.
    pub user_agent: String,
}

impl Default for HttpOptions {
    fn default() -> Self {
        HttpOptions {
            timeout: Duration::from_secs(30),
            user_agent: concat!("tidegate/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// What a server sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After`, where it is a number of seconds.
    pub retry_after: Option<Duration>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Why there is no reply. None of them repeats what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// Nothing, or not everything, came in time.
    #[error("no whole answer within {0} s")]
    Timeout(u64),
    /// The connection could not be made or broke.
    #[error("the connection failed: {0}")]
    Connection(String),
    /// The body ended before its length was reached.
    #[error("the answer was cut off half-way")]
    HalfBody,
    /// What came was no HTTP.
    #[error("expected HTTP, found something else: {0}")]
    Protocol(String),
    /// No secure connection: certificate, or a server that speaks plain HTTP.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// There is no such host.
    #[error("the host name is not known; check the address and the network")]
    HostNotFound,
    /// A body beyond all measure.
    #[error("the answer is larger than {} MB", LARGEST_BODY >> 20)]
    TooLarge,
    /// The address is none, or a proxy setting is wrong.
    #[error("the request could not be made: {0}")]
    Request(String),
}

impl Fault {
    /// Whether asking again may help.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Fault::Timeout(_)
                | Fault::Connection(_)
                | Fault::HalfBody
                | Fault::Protocol(_)
                | Fault::HostNotFound
        )
    }

    /// The same fault with other words: headers of a reply may stand in them.
    pub(crate) fn reworded(self, words: impl Fn(String) -> String) -> Fault {
        match self {
            Fault::Connection(text) => Fault::Connection(words(text)),
            Fault::Protocol(text) => Fault::Protocol(words(text)),
            Fault::Tls(text) => Fault::Tls(words(text)),
            Fault::Request(text) => Fault::Request(words(text)),
            other => other,
        }
    }
}

/// A client. Redirections are not followed: a body with a token goes where the user sent it and nowhere else.
#[derive(Clone)]
pub struct Http {
    agent: ureq::Agent,
    timeout: Duration,
}

impl Http {
    /// With these options.
    pub fn new(options: &HttpOptions) -> Http {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(options.user_agent.as_str())
            .timeout_global(Some(options.timeout))
            .timeout_connect(Some(options.timeout.min(Duration::from_secs(10))))
            .build();
        Http { agent: config.new_agent(), timeout: options.timeout }
    }

    /// Sends a JSON body.
    ///
    /// # Errors
    /// [`Fault`]; any HTTP status is a reply.
    pub fn post_json(&self, url: &str, body: String, observer: &dyn Observer) -> Result<Reply, Fault> {
        let (agent, url) = (self.agent.clone(), url.to_owned());
        self.watch(observer, move || agent.post(&url).content_type("application/json").send(body.as_bytes()))
    }

    /// Asks for an address.
    ///
    /// # Errors
    /// [`Fault`]; any HTTP status is a reply.
    pub fn get(&self, url: &str, observer: &dyn Observer) -> Result<Reply, Fault> {
        let (agent, url) = (self.agent.clone(), url.to_owned());
        self.watch(observer, move || agent.get(&url).header("Accept", "application/json,*/*").call())
    }

    /// Runs a request aside, so that Ctrl-C is heard while it waits for the network.
    fn watch(
        &self,
        observer: &dyn Observer,
        request: impl FnOnce() -> Result<ureq::http::Response<ureq::Body>, ureq::Error> + Send + 'static,
    ) -> Result<Reply, Fault> {
        let seconds = self.timeout.as_secs().max(1);
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            // Nobody listens any more when the user has asked to stop.
            let _ = send.send(request().map_err(|e| fault(e, seconds)).and_then(|r| read(r, seconds)));
        });
        let mut asked_to_stop: Option<Instant> = None;
        loop {
            match receive.recv_timeout(LOOK) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Fault::Connection("the request came to no end".into()));
                }
                Err(RecvTimeoutError::Timeout) if observer.stop_requested() => {
                    if asked_to_stop.get_or_insert_with(Instant::now).elapsed() > GRACE {
                        return Err(Fault::Interrupted);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>, seconds: u64) -> Result<Reply, Fault> {
    let status = response.status().as_u16();
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    let body = response.body_mut().with_config().limit(LARGEST_BODY).read_to_vec().map_err(|error| {
        match fault(error, seconds) {
            Fault::Connection(_) | Fault::Protocol(_) => Fault::HalfBody,
            other => other,
        }
    })?;
    Ok(Reply { status, retry_after, body })
}

fn fault(error: ureq::Error, seconds: u64) -> Fault {
    use ureq::Error;
    match error {
        Error::Timeout(_) => Fault::Timeout(seconds),
        Error::HostNotFound => Fault::HostNotFound,
        Error::BodyExceedsLimit(_) => Fault::TooLarge,
        Error::Rustls(error) => Fault::Tls(tls(&error.to_string())),
        Error::Tls(text) => Fault::Tls(text.to_owned()),
        Error::Io(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Fault::Timeout(seconds),
            ErrorKind::InvalidData => Fault::Tls(tls(&error.to_string())),
            _ => Fault::Connection(error.to_string()),
        },
        Error::ConnectionFailed => Fault::Connection("nobody answers".into()),
        Error::Protocol(error) => Fault::Protocol(error.to_string()),
        Error::LargeResponseHeader(..) => Fault::Protocol("an endless header".into()),
        other => Fault::Request(other.to_string()),
    }
}

/// What a failed handshake most probably means.
fn tls(text: &str) -> String {
    if text.contains("InvalidContentType") || text.contains("corrupt message") {
        format!("the server does not speak TLS ({text}); check the address and its port")
    } else {
        text.to_owned()
    }
}
