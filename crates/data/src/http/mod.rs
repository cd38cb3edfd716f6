//! What both download clients share: a request that ends in bytes or in a named fault, the clock they wait by, the
//! back-off between attempts, the base address, and the secret that never shows.

mod backoff;
mod base_url;
mod clock;
mod exchange;
mod observer;
mod secret;

pub use backoff::Backoff;
pub use base_url::{BaseUrl, BaseUrlError};
pub use clock::{Clock, SystemClock};
pub(crate) use clock::{stamp, wait_until};
pub use exchange::{Fault, Http, HttpOptions, Reply};
pub use observer::{Observer, Unobserved, Waiting};
pub use secret::{NotASecret, Secret};
