//! What the outside world says about a symbol, as it was received: raw prices, published factors, suspensions, names.
//! Nothing here is adjusted; readers join raw bars and factors into a [`BarSeries`](tidegate_market::BarSeries).

use serde::{Deserialize, Serialize};
use tidegate_market::{PriceBasis, TradeDate};

/// Daily bars of one symbol as received, ascending and unique by date. All columns have one length; a cell that the
/// source left empty is NaN (only in `pre_close` and `amount`).
#[derive(Clone, Debug, PartialEq)]
pub struct RawBars {
    /// E.g. `600000.SH` or `AAPL`.
    pub symbol: String,
    /// What the prices are.
    pub basis: PriceBasis,
    /// Trading dates, strictly ascending.
    pub date: Vec<TradeDate>,
    /// Opening price, currency.
    pub open: Vec<f64>,
    /// Highest price.
    pub high: Vec<f64>,
    /// Lowest price.
    pub low: Vec<f64>,
    /// Closing price.
    pub close: Vec<f64>,
    /// The exchange's reference price, where the source has it.
    pub pre_close: Option<Vec<f64>>,
    /// Shares traded.
    pub volume: Vec<f64>,
    /// Turnover in currency units, where the source has it.
    pub amount: Option<Vec<f64>>,
}

impl RawBars {
    /// No bars yet.
    pub fn empty(symbol: &str, basis: PriceBasis) -> RawBars {
        RawBars {
            symbol: symbol.to_owned(),
            basis,
            date: Vec::new(),
            open: Vec::new(),
            high: Vec::new(),
            low: Vec::new(),
            close: Vec::new(),
            pre_close: None,
            volume: Vec::new(),
            amount: None,
        }
    }
}

/// Published or rebuilt adjustment factors of one symbol: back-adjusted price = raw price × factor, up to a constant.
/// They have dates of their own: a source may publish them for suspended days too.
#[derive(Clone, Debug, PartialEq)]
pub struct Factors {
    /// E.g. `600000.SH`.
    pub symbol: String,
    /// Where they come from.
    pub origin: FactorOrigin,
    /// Dates, strictly ascending.
    pub date: Vec<TradeDate>,
    /// Factor of each date, positive. It holds until the next date.
    pub factor: Vec<f64>,
}

/// How adjustment factors came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorOrigin {
    /// Published by the source (Tushare `adj_factor`, qlib's `factor`).
    Published,
    /// Adjusted close ÷ close (Yahoo).
    AdjustedClose,
    /// Computed from dividends and splits.
    Events,
    /// Rebuilt from the exchange's reference prices.
    PreClose,
}

/// A dividend or split of one symbol.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorporateAction {
    /// Cash per share, in currency, on the share count of the ex-day.
    Dividend {
        /// First day without it.
        ex_date: TradeDate,
        /// Currency per share.
        cash: f64,
    },
    /// New shares for each old one: 4 for a 4-for-1 split.
    Split {
        /// First day in new shares.
        ex_date: TradeDate,
        /// New ÷ old.
        ratio: f64,
    },
}

/// A day, or part of one, without trading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// The day.
    pub date: TradeDate,
    /// Resumed (`R`) instead of suspended (`S`).
    pub resumed: bool,
    /// E.g. `09:30-10:00`; `None` for the whole day.
    pub timing: Option<String>,
}

/// Price limits that the exchange published for a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedLimit {
    /// The day.
    pub date: TradeDate,
    /// Highest allowed price, currency.
    pub up: f64,
    /// Lowest allowed price.
    pub down: f64,
}

/// A name that a symbol bore. ST periods are those whose name contains `ST`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePeriod {
    /// The name.
    pub name: String,
    /// First day.
    pub from: TradeDate,
    /// Last day; `None` for the present name.
    pub to: Option<TradeDate>,
    /// The source's word for why it changed.
    pub reason: Option<String>,
}

/// What is known about a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingInfo {
    /// E.g. `600000.SH`.
    pub symbol: String,
    /// Present or last name.
    pub name: String,
    /// The source's word for the board (主板, 创业板, 科创板, 北交所), where it has one.
    pub board: Option<String>,
    /// First trading day.
    pub listed: Option<TradeDate>,
    /// Day of delisting.
    pub delisted: Option<TradeDate>,
    /// `L` listed, `D` delisted, `P` paused.
    pub status: char,
}

/// Where a table came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// E.g. `tushare daily`, `yahoo chart`, `file (Wind)`.
    pub source: String,
    /// File name, or request without any secret.
    pub name: String,
    /// When it was received, UTC, `YYYY-MM-DDTHH:MM:SSZ`.
    pub received: String,
    /// SHA-256 of the bytes received, 64 hex digits.
    pub sha256: String,
}
