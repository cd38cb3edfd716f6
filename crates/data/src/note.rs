//! What a file's reader should know, though it is no fault.

use crate::import::AdjustedBy;
use serde::{Deserialize, Serialize};
use std::fmt;
use tidegate_market::TradeDate;

/// A remark on a file and its bars; nothing was changed because of it unless it says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum DataNote {
    /// The line after the header is a second one, as yfinance writes it.
    SecondHeader {
        /// Its physical line.
        line: u64,
    },
    /// Rows were dropped between two bars: the adjustment factor is carried over from one to the other.
    FactorCarried {
        /// Last bar before the hole.
        from: TradeDate,
        /// First bar after it.
        to: TradeDate,
    },
    /// A dropped row without a readable date could stand anywhere in a file that is not sorted.
    FactorInDoubt {
        /// Its physical line.
        line: u64,
    },
    /// Reference prices above the close before, which no ex-day makes: days are missing before them. What the price did
    /// over missing days, up or down, is taken up by the factor.
    RaisedReference {
        /// How many.
        count: usize,
        /// The first of them.
        first: TradeDate,
    },
    /// The file has nothing to adjust prices by.
    NoAdjustment,
    /// Bars on a Saturday or Sunday. Exchanges have traded on weekends, long ago and seldom; a wrong date is as likely.
    Weekend {
        /// How many.
        count: usize,
        /// The first of them.
        days: Vec<TradeDate>,
    },
    /// As many rows as one call of Tushare's `daily` returns at most.
    RowLimit {
        /// The limit.
        rows: usize,
        /// First bar there is.
        first: TradeDate,
    },
    /// More than three decimals: A-shares are quoted in hundredths, funds in thousandths.
    OffTheTick {
        /// Such a price.
        price: f64,
        /// Its bar.
        date: TradeDate,
    },
    /// The audit kept findings about this symbol in the store.
    Findings {
        /// Errors among them.
        errors: usize,
        /// Warnings among them.
        warnings: usize,
    },
    /// `Close` jumps against `Adj Close` as it does at a split that was not taken out of it.
    UnadjustedSplit {
        /// By what factor.
        ratio: f64,
        /// The bar after the jump.
        date: TradeDate,
    },
    /// Prices are adjusted for dividends already: nobody could have traded at them.
    AlreadyAdjusted {
        /// How that is known.
        how: AdjustedBy,
    },
    /// The file lists days without trading; they are no bars.
    Suspended {
        /// How many.
        count: usize,
        /// The first of them.
        first: TradeDate,
    },
    /// Empty volumes were taken as 0.
    NoVolume {
        /// How many.
        count: usize,
    },
}

impl fmt::Display for DataNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DataNote::SecondHeader { line } => {
                write!(f, "line {line} is a second header line and was passed over")
            }
            DataNote::FactorCarried { from, to } => write!(
                f,
                "rows between {from} and {to} were dropped: the adjustment factor is carried over there, and an \
                 ex-day among them would be missing"
            ),
            DataNote::FactorInDoubt { line } => write!(
                f,
                "line {line} was dropped, its date cannot be read and the file is not in order of dates: where it \
                 belongs, the adjustment factor may show an ex-day that never was"
            ),
            DataNote::RaisedReference { count, first } => write!(
                f,
                "bars whose pre_close stands above the close before: {count}, the first on {first}. Days are missing before \
                 them: what the price did over missing days, up or down, is taken up by the adjustment factor and counts in \
                 no return"
            ),
            DataNote::NoAdjustment => f.write_str(
                "neither pre_close nor Adj Close nor a factor is known: prices are taken as unadjusted, the factor \
                 is 1 throughout, and dividends and splits look like price moves",
            ),
            DataNote::Weekend { count, days } => {
                let shown: Vec<String> = days.iter().map(ToString::to_string).collect();
                let more = if *count > days.len() { ", ..." } else { "" };
                write!(f, "bars dated on a weekend, kept: {count} ({}{more})", shown.join(", "))
            }
            DataNote::RowLimit { rows, first } => write!(
                f,
                "exactly {rows} rows, the most that one call of Tushare's daily returns: bars before {first} may be \
                 missing"
            ),
            DataNote::OffTheTick { price, date } => write!(
                f,
                "prices have more than three decimals ({price} on {date}): an index, or prices that are already \
                 adjusted and that nobody could trade at"
            ),
            DataNote::Findings { errors, warnings } => write!(
                f,
                "the store keeps {errors} errors and {warnings} warnings about these bars; `tidegate data check` \
                 shows them"
            ),
            DataNote::UnadjustedSplit { ratio, date } => write!(
                f,
                "Adj Close moves by a factor of {ratio:.4} against Close on {date}: the prices before were not \
                 adjusted for a split or a bonus there (adjusted prices are right, raw ones jump)"
            ),
            DataNote::AlreadyAdjusted { how } => write!(
                f,
                "prices are already adjusted: {how}; they are no quoted prices, so tick rounding and lots are off"
            ),
            DataNote::Suspended { count, first } => {
                write!(f, "{count} rows are suspended days, the first {first}: they are no bars")
            }
            DataNote::NoVolume { count } => write!(f, "{count} rows have no volume: it is taken as 0"),
        }
    }
}
