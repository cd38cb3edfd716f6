//! What a file gave: tables by symbol, calendars, listings, and everything that was odd.

use super::adjusted::PricesAre;
use super::layout::Layout;
use crate::finding::Finding;
use crate::record::{Factors, ListingInfo, NamePeriod, PublishedLimit, RawBars, Suspension};
use tidegate_market::TradeDate;

/// How a file is imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// The symbol. In a file with a column of symbols it must stand there, and picks its rows; elsewhere it names the
    /// series, which otherwise takes its name from the file.
    pub symbol: Option<String>,
    /// What the prices are, where the file does not say or says it wrongly.
    pub prices: Option<PricesAre>,
}

/// Everything one file says about one symbol.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SymbolTable {
    /// E.g. `600000.SH` or `AAPL`.
    pub symbol: String,
    /// Bars as quoted (or as [`RawBars::basis`] says), ascending.
    pub bars: Option<RawBars>,
    /// Adjustment factors.
    pub factors: Option<Factors>,
    /// Days without trading, ascending.
    pub suspensions: Vec<Suspension>,
    /// Published price limits, ascending.
    pub limits: Vec<PublishedLimit>,
    /// Names, by their first day.
    pub names: Vec<NamePeriod>,
}

impl SymbolTable {
    pub(crate) fn of(symbol: String) -> SymbolTable {
        SymbolTable { symbol, ..SymbolTable::default() }
    }

    /// First and last date of anything in it.
    pub fn span(&self) -> Option<(TradeDate, TradeDate)> {
        let bars = self.bars.iter().flat_map(|bars| ends(&bars.date));
        let factors = self.factors.iter().flat_map(|factors| ends(&factors.date));
        let days = [self.suspensions.first(), self.suspensions.last()].into_iter().flatten().map(|s| s.date);
        let limits = [self.limits.first(), self.limits.last()].into_iter().flatten().map(|l| l.date);
        let names = self.names.iter().flat_map(|name| [Some(name.from), name.to]).flatten();
        hull(bars.chain(factors).chain(days).chain(limits).chain(names))
    }
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The layout that its header showed.
    pub layout: Layout,
    /// The encoding, where it is not UTF-8.
    pub encoding: Option<&'static str>,
    /// Whether it was packed with gzip.
    pub gzip: bool,
    /// Rows below the header, bad ones included, blank lines not; with a symbol asked for, only its rows.
    pub rows_read: usize,
    /// SHA-256 of the bytes received (packed, where they were), 64 hex digits.
    pub sha256: String,
    /// One table a symbol, in the order of the file.
    pub tables: Vec<SymbolTable>,
    /// Calendars by exchange (`SSE`, `SZSE`, ...): days and whether the exchange was open, ascending.
    pub calendars: Vec<(String, Vec<(TradeDate, bool)>)>,
    /// Listings, by symbol.
    pub listings: Vec<ListingInfo>,
    /// Everything odd, rows that were dropped included.
    pub findings: Vec<Finding>,
}

impl Parsed {
    pub(crate) fn of(layout: Layout) -> Parsed {
        Parsed {
            layout,
            encoding: None,
            gzip: false,
            rows_read: 0,
            sha256: String::new(),
            tables: Vec::new(),
            calendars: Vec::new(),
            listings: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// How many bars there are.
    pub fn bars(&self) -> usize {
        self.tables.iter().flat_map(|table| &table.bars).map(|bars| bars.date.len()).sum()
    }

    /// First and last date of anything in it.
    pub fn span(&self) -> Option<(TradeDate, TradeDate)> {
        let tables = self.tables.iter().filter_map(SymbolTable::span).flat_map(|(first, last)| [first, last]);
        let days = self.calendars.iter().flat_map(|(_, days)| days.iter().map(|(day, _)| *day));
        let listings = self.listings.iter().filter_map(|listing| listing.listed);
        hull(tables.chain(days).chain(listings))
    }
}

fn ends(dates: &[TradeDate]) -> impl Iterator<Item = TradeDate> + use<> {
    [dates.first().copied(), dates.last().copied()].into_iter().flatten()
}

fn hull(mut dates: impl Iterator<Item = TradeDate>) -> Option<(TradeDate, TradeDate)> {
    let first = dates.next()?;
    Some(dates.fold((first, first), |(low, high), date| (low.min(date), high.max(date))))
}
