//! The layouts of daily bars, told apart by the names in the header line.

use crate::cell;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A known file layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Tushare `daily`: unadjusted prices, `vol` in lots of 100 shares, `amount` in thousand yuan, `pre_close` the
    /// exchange's ex-right reference.
    TushareDaily,
    /// Yahoo Finance: prices already divided by later splits, `Adj Close` also by dividends, volume in shares.
    Yahoo,
}

/// The names one layout uses. Of an optional column the name is given where the layout can have it.
pub(crate) struct Names {
    pub date: &'static str,
    pub open: &'static str,
    pub high: &'static str,
    pub low: &'static str,
    pub close: &'static str,
    pub volume: &'static str,
    pub symbol: Option<&'static str>,
    pub amount: Option<&'static str>,
    pub pre_close: Option<&'static str>,
    pub adjusted_close: Option<&'static str>,
}

const TUSHARE: Names = Names {
    date: "trade_date",
    open: "open",
    high: "high",
    low: "low",
    close: "close",
    volume: "vol",
    symbol: Some("ts_code"),
    amount: Some("amount"),
    pre_close: Some("pre_close"),
    adjusted_close: None,
};

const YAHOO: Names = Names {
    date: "Date",
    open: "Open",
    high: "High",
    low: "Low",
    close: "Close",
    volume: "Volume",
    symbol: None,
    amount: None,
    pre_close: None,
    adjusted_close: Some("Adj Close"),
};

impl Layout {
    /// Every known layout.
    pub(crate) const ALL: [Layout; 2] = [Layout::TushareDaily, Layout::Yahoo];

    /// The layout's column names.
    pub(crate) fn names(self) -> &'static Names {
        match self {
            Layout::TushareDaily => &TUSHARE,
            Layout::Yahoo => &YAHOO,
        }
    }

    /// Powers of ten that take `vol` to shares and `amount` to currency units.
    pub(crate) fn scale(self) -> (u8, u8) {
        match self {
            Layout::TushareDaily => (2, 3),
            Layout::Yahoo => (0, 0),
        }
    }

    /// The columns without which a header is not of this layout.
    pub(crate) fn required(self) -> [&'static str; 6] {
        let Names { date, open, high, low, close, volume, .. } = *self.names();
        [date, open, high, low, close, volume]
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Layout::TushareDaily => "Tushare daily",
            Layout::Yahoo => "Yahoo",
        })
    }
}

/// Where the columns of a recognised header stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    pub layout: Layout,
    pub count: usize,
    pub date: usize,
    pub open: usize,
    pub high: usize,
    pub low: usize,
    pub close: usize,
    pub volume: usize,
    pub symbol: Option<usize>,
    pub amount: Option<usize>,
    pub pre_close: Option<usize>,
    pub adjusted_close: Option<usize>,
}

/// Why a header is of no known layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoLayout {
    /// No layout's required columns are all there. Holds the names found.
    Unknown(Vec<String>),
    /// A column the layout needs is there twice.
    Repeated(&'static str),
}

impl Columns {
    /// Recognises a header line. Order does not matter, further columns are ignored.
    pub(crate) fn recognise(header: &str) -> Result<Columns, NoLayout> {
        let found: Vec<&str> = header.split(',').map(cell::bare).collect();
        let unknown = || NoLayout::Unknown(found.iter().map(|name| (*name).to_owned()).collect());
        let layout = Layout::ALL
            .into_iter()
            .find(|layout| layout.required().iter().all(|name| found.contains(name)))
            .ok_or_else(unknown)?;
        let place = |name: &'static str| -> Result<Option<usize>, NoLayout> {
            let mut places = found.iter().enumerate().filter(|(_, other)| **other == name).map(|(i, _)| i);
            match (places.next(), places.next()) {
                (_, Some(_)) => Err(NoLayout::Repeated(name)),
                (place, None) => Ok(place),
            }
        };
        let required = |name| place(name)?.ok_or_else(unknown);
        let optional = |name: Option<&'static str>| name.map_or(Ok(None), place);
        let names = layout.names();
        Ok(Columns {
            layout,
            count: found.len(),
            date: required(names.date)?,
            open: required(names.open)?,
            high: required(names.high)?,
            low: required(names.low)?,
            close: required(names.close)?,
            volume: required(names.volume)?,
            symbol: optional(names.symbol)?,
            amount: optional(names.amount)?,
            pre_close: optional(names.pre_close)?,
            adjusted_close: optional(names.adjusted_close)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_told_apart_by_names_in_any_order() {
        let tushare =
            Columns::recognise(",ts_code,trade_date,open,high,low,close,pre_close,change,vol,amount");
        let tushare = tushare.unwrap();
        assert_eq!((tushare.layout, tushare.symbol, tushare.volume), (Layout::TushareDaily, Some(1), 9));
        let yahoo = Columns::recognise("\"Date\",Open,High,Low,Close,Volume,Adj Close").unwrap();
        assert_eq!((yahoo.layout, yahoo.date, yahoo.adjusted_close), (Layout::Yahoo, 0, Some(6)));
    }

    #[test]
    fn a_layout_without_its_optional_columns_is_still_that_layout() {
        let yahoo = Columns::recognise("Date,Close,High,Low,Open,Volume").unwrap();
        assert_eq!((yahoo.layout, yahoo.adjusted_close), (Layout::Yahoo, None));
    }

    #[test]
    fn unknown_and_repeated_columns_are_refused() {
        let other = Columns::recognise("date,code,open,high,low,close,volume");
        assert!(matches!(other, Err(NoLayout::Unknown(found)) if found.len() == 7 && found[1] == "code"));
        let twice = Columns::recognise("Date,Open,High,Low,Close,Close,Volume");
        assert_eq!(twice, Err(NoLayout::Repeated("Close")));
    }
}
