//! Yahoo's chart API: one answer per symbol, prices un-split where the splits are known, dividends and splits as events.

mod body;
mod chart;
mod client;
mod download;
mod unsplit;

pub use chart::{BadChart, Chart};
pub use client::{YAHOO_URL, YahooOptions};
pub use download::{YahooPlan, fetch_yahoo};
pub use unsplit::{Unsplit, unsplit};
