//! Serves a made-up market on this machine by the protocols of Tushare (port 8801) and Yahoo (port 8802), with limits
//! and faults, to try `tidegate fetch` by hand:
//!
//! ```text
//! cargo run -p tidegate-data --example loopback_server
//! TUSHARE_TOKEN=0123456789abcdef tidegate fetch tushare 600100.SH 000101.SZ 000300.SH 510300.SH --from 2006-01-01 \
//!     --base-url http://127.0.0.1:8801 --allow-plain-http --store try.db
//! ```

// An example talks to its user.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "../tests/loopback/mod.rs"]
mod loopback;

use loopback::{Fault, Faults, Market, Tushare, Window, Yahoo, YahooSymbol, real_time};
use std::collections::BTreeMap;

fn main() {
    let mut tushare =
        Tushare::new(Market::new(28, "2006-01-01", "2025-12-31"), "0123456789abcdef", real_time());
    tushare.limits =
        BTreeMap::from([("daily", vec![(Window::Minute, 10)]), ("stk_limit", vec![(Window::Minute, 20)])]);
    tushare.faults = Faults::storm(1, 50, &Fault::ALL);
    let (_tushare, _) = tushare.serve_at(8801);
    let days = (0..5).map(|i| (1_771_857_000 + i * 86_400, Some(100.0 + i as f64))).collect();
    let splits = vec![(1_771_857_000 + 2 * 86_400, 4.0, 1.0)];
    let symbol = YahooSymbol { days, splits, gmtoffset: -18_000, ..YahooSymbol::default() };
    let yahoo = Yahoo::new(BTreeMap::from([("AAPL".to_owned(), symbol)]), real_time());
    *yahoo.too_many.lock().unwrap() = 2;
    let (_yahoo, _) = yahoo.serve_at(8802);
    println!("Tushare at http://127.0.0.1:8801 (token 0123456789abcdef), Yahoo at http://127.0.0.1:8802");
    loop {
        std::thread::park();
    }
}
