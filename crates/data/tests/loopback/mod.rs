//! A server on this machine that speaks the protocols of Tushare and Yahoo, with every fault that has been seen in them.
//! Used by the tests of the library and of the binary, and by the example `loopback_server`.

#![allow(dead_code, unused_imports, clippy::unwrap_used)]

mod faults;
mod http;
mod made_up;
mod tushare;
mod yahoo;

pub use faults::{Fault, Faults};
pub use http::{Request, Response, Server};
pub use made_up::{Kind, Market, Stock};
pub use tushare::{RowOrder, Tushare, Window};
pub use yahoo::{Yahoo, YahooSymbol};

/// Tells the time in milliseconds since 1970 UTC.
pub type Now = std::sync::Arc<dyn Fn() -> i64 + Send + Sync>;

/// The machine's clock.
pub fn real_time() -> Now {
    std::sync::Arc::new(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        i64::try_from(since.as_millis()).unwrap()
    })
}
