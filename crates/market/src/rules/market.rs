//! Whose rules apply, and the guess from a symbol.

use crate::board::Listing;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whose rules an order obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Market {
    /// Mainland China A-shares.
    Ashare,
    /// United States stocks.
    Us,
    /// No rules: fractions of shares, no limits, no fees unless stated.
    None,
}

impl Market {
    /// The market a symbol most likely trades in: the code of an A-share, ETF or LOF gives [`Market::Ashare`]; a bare ticker of up to five
    /// letters, with a share class (`BRK.B`, `BRK-B`) or as an index (`^GSPC`), gives [`Market::Us`]; anything else,
    /// such as another exchange's suffix (`RELIANCE.NS`), gives [`Market::None`].
    pub fn suggested_for(symbol: &str) -> Market {
        if Listing::tradable(symbol).is_ok() {
            return Market::Ashare;
        }
        let name = symbol.strip_prefix('^').unwrap_or(symbol);
        // Class letters stop at C: a single letter further on is another exchange (`.L` London, `.T` Tokyo).
        let root = ["A", "B", "C"]
            .iter()
            .find_map(|class| name.strip_suffix(class)?.strip_suffix(['.', '-']))
            .unwrap_or(name);
        let letters = (1..=5).contains(&root.len()) && root.bytes().all(|b| b.is_ascii_alphabetic());
        if letters { Market::Us } else { Market::None }
    }
}

impl fmt::Display for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Market::Ashare => "ashare",
            Market::Us => "us",
            Market::None => "none",
        })
    }
}
