//! Whether the prices of a file are the ones that were quoted. Adjusted prices must not pass for raw ones: nobody could
//! trade at them, and a store that mixes both is worthless.

use super::bar_columns::BarColumns;
use super::layout::Layout;
use super::table::Table;
use serde::{Deserialize, Serialize};
use std::fmt;
use tidegate_market::{Listing, NotAnAShare, PriceBasis, TradeDate};

/// What the user says the prices are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PricesAre {
    /// As quoted on the day.
    Raw,
    /// Back-adjusted: the first day's prices are the quoted ones.
    Hfq,
    /// Forward-adjusted: the last day's prices are the quoted ones.
    Qfq,
}

impl fmt::Display for PricesAre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PricesAre::Raw => "raw",
            PricesAre::Hfq => "back-adjusted (hfq)",
            PricesAre::Qfq => "forward-adjusted (qfq)",
        })
    }
}

/// How it is known that prices are adjusted for dividends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum AdjustedBy {
    /// The user says so.
    User {
        /// Which way.
        prices: PricesAre,
    },
    /// The file's name says so.
    Name {
        /// Which way.
        prices: PricesAre,
    },
    /// The file's own column of flags says so (Baostock `adjustflag`).
    Flag {
        /// Which way.
        prices: PricesAre,
    },
    /// Prices are finer than the exchange's tick.
    Tick {
        /// Bars with such a close.
        count: usize,
        /// Bars.
        total: usize,
        /// The first such close.
        price: f64,
        /// Its date.
        date: TradeDate,
    },
    /// A qlib directory without factors.
    NoFactor,
    /// yfinance's column order without `Adj Close`, which it writes when it has adjusted all prices.
    AutoAdjust,
}

impl fmt::Display for AdjustedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AdjustedBy::User { prices } => write!(f, "prices are {prices}, as you say"),
            AdjustedBy::Name { prices } => write!(f, "the file's name says that prices are {prices}"),
            AdjustedBy::Flag { prices } => write!(f, "the column adjustflag says that prices are {prices}"),
            AdjustedBy::Tick { count, total, price, date } => write!(
                f,
                "{count} of {total} closes are finer than the exchange's tick, the first {price} on {date}: prices \
                 are adjusted"
            ),
            AdjustedBy::NoFactor => {
                f.write_str("qlib's prices are adjusted, and there is no factor to undo it")
            }
            AdjustedBy::AutoAdjust => f.write_str(
                "yfinance without Adj Close: prices are adjusted for splits and dividends (auto_adjust)",
            ),
        }
    }
}

/// Share of closes off the tick from which prices are taken as adjusted; single ones are errors of the source.
const OFF_TICK: f64 = 0.05;

/// What a whole file says about its prices, before any of its bars is looked at.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    Raw,
    Adjusted(AdjustedBy),
    Nothing,
}

/// The user's word first, then the file's flags, then its name.
///
/// # Errors
/// A line on which an adjustment flag stands that contradicts those above.
pub(crate) fn told(table: &Table, file: &str, user: Option<PricesAre>) -> Result<Told, (u64, String)> {
    match user {
        Some(PricesAre::Raw) => return Ok(Told::Raw),
        Some(prices) => return Ok(Told::Adjusted(AdjustedBy::User { prices })),
        None => {}
    }
    let mut flags = table.flags.iter();
    if let Some((flag, _)) = flags.next() {
        if table.flags.len() > 1 {
            // Ordered by text; the later line is the one to look at.
            let line = table.flags.values().copied().max().unwrap_or_default();
            let words: Vec<&str> = table.flags.keys().map(String::as_str).collect();
            return Err((line, words.join(" and ")));
        }
        return Ok(match flag.as_str() {
            "1" => Told::Adjusted(AdjustedBy::Flag { prices: PricesAre::Hfq }),
            "2" => Told::Adjusted(AdjustedBy::Flag { prices: PricesAre::Qfq }),
            "3" => Told::Raw,
            _ => Told::Nothing,
        });
    }
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file).to_ascii_lowercase();
    let says = |words: [&str; 2]| words.iter().any(|word| name.contains(word));
    Ok(if says(["hfq", "后复权"]) {
        Told::Adjusted(AdjustedBy::Name { prices: PricesAre::Hfq })
    } else if says(["qfq", "前复权"]) {
        Told::Adjusted(AdjustedBy::Name { prices: PricesAre::Qfq })
    } else {
        Told::Nothing
    })
}

/// What the prices of one symbol are, and how that is known where they are adjusted.
pub(crate) fn basis(
    told: &Told,
    symbol: &str,
    layout: Layout,
    bars: &BarColumns,
) -> (PriceBasis, Option<AdjustedBy>) {
    match told {
        Told::Raw => return (PriceBasis::Raw, None),
        Told::Adjusted(by) => return (PriceBasis::SplitAdjusted, Some(by.clone())),
        Told::Nothing => {}
    }
    match layout {
        Layout::Yfinance if bars.adjusted_close.is_empty() => {
            return (PriceBasis::SplitAdjusted, Some(AdjustedBy::AutoAdjust));
        }
        Layout::Yahoo | Layout::Yfinance => return (PriceBasis::SplitAdjusted, None),
        _ => {}
    }
    match Listing::from_symbol(symbol) {
        Err(NotAnAShare::OtherForm) => (foreign(layout), None),
        _ => (PriceBasis::Raw, None),
    }
}

/// Whether closes are finer than the tick of the symbol's exchange, so that they cannot have been quoted.
pub(crate) fn off_tick(symbol: &str, bars: &BarColumns) -> Option<AdjustedBy> {
    let decimals = match Listing::from_symbol(symbol) {
        Ok(_) => 2,
        Err(NotAnAShare::Fund) => 3,
        // Indexes have no tick; what other codes are worth in ticks is not known here.
        Err(_) => return None,
    };
    // A factor beside the prices means that they are the raw ones.
    if !bars.factor.is_empty() {
        return None;
    }
    let off = |price: &f64| {
        let ticks = price * 10_f64.powi(decimals);
        (ticks - ticks.round()).abs() > 1e-6 * ticks.max(1.0)
    };
    let first = bars.close.iter().position(off)?;
    let count = bars.close.iter().filter(|price| off(price)).count();
    let (price, date, total) = (bars.close[first], bars.date[first], bars.len());
    (count as f64 > OFF_TICK * total as f64).then_some(AdjustedBy::Tick { count, total, price, date })
}

/// Symbols of other countries: their sources divide by later splits, unless the layout is a mainland vendor's.
fn foreign(layout: Layout) -> PriceBasis {
    match layout {
        Layout::Plain | Layout::Investing => PriceBasis::SplitAdjusted,
        _ => PriceBasis::Raw,
    }
}
