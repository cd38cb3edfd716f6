//! The header line: which layout it shows and where the columns stand.

use super::cell;
use super::layout::{BARS, BarNames, Layout, RECORDS};

/// No known file has a hundredth of this.
const MOST_COLUMNS: usize = 4_096;

/// The names of a header line.
#[derive(Debug)]
pub(crate) struct Header {
    /// Comma, tab or semicolon.
    pub separator: u8,
    /// Column names, without the prefix that all of them share.
    pub names: Vec<String>,
    /// Such as `indiv_d_`; empty where there is none.
    pub prefix: String,
}

/// What a header shows.
#[derive(Debug)]
pub(crate) enum Recognised {
    Bars(Columns),
    Records(RecordColumns),
}

/// Why a header is of no known layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoLayout {
    /// No layout's required columns are all there.
    Unknown,
    /// A column the layout needs is there twice.
    Repeated(&'static str),
}

/// Where the columns of a recognised bar layout stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    pub names: &'static BarNames,
    pub separator: u8,
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
    pub factor: Option<usize>,
    pub status: Option<usize>,
    pub adjusted: Option<usize>,
}

/// Columns of a file of other records, found by name.
#[derive(Debug)]
pub(crate) struct RecordColumns {
    pub layout: Layout,
    pub separator: u8,
    pub names: Vec<String>,
}

impl RecordColumns {
    /// Where a column stands.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|found| found == name)
    }
}

impl Header {
    /// Reads a header line.
    pub(crate) fn read(line: &str) -> Header {
        let count = |byte: u8| line.bytes().filter(|b| *b == byte).count();
        // The first of equal ones wins, so a lone word has commas.
        let separator = [b';', b'\t', b','].into_iter().max_by_key(|byte| count(*byte)).unwrap_or(b',');
        let mut cells = Vec::new();
        cell::split(line.as_bytes(), separator, MOST_COLUMNS, &mut cells);
        let mut names: Vec<String> = cells.iter().map(|cell| cell::text(cell).into_owned()).collect();
        let prefix = shared_prefix(&names);
        for name in names.iter_mut().filter(|name| !name.is_empty()) {
            name.drain(..prefix.len());
        }
        Header { separator, names, prefix }
    }

    /// Recognises the layout. Order does not matter, further columns are ignored.
    pub(crate) fn recognise(&self) -> Result<Recognised, NoLayout> {
        let has = |names: &BarNames, name: &str| self.names.iter().any(|found| names.same(name, found));
        if let Some(names) = BARS.iter().find(|names| names.required().iter().all(|name| has(names, name))) {
            return self.columns(names).map(Recognised::Bars);
        }
        let names = RECORDS
            .iter()
            .find(|names| names.required.iter().all(|name| self.names.iter().any(|found| found == name)))
            .ok_or(NoLayout::Unknown)?;
        for name in names.required {
            if self.names.iter().filter(|found| found == name).count() > 1 {
                return Err(NoLayout::Repeated(name));
            }
        }
        let (layout, separator) = (names.layout, self.separator);
        Ok(Recognised::Records(RecordColumns { layout, separator, names: self.names.clone() }))
    }

    fn columns(&self, names: &'static BarNames) -> Result<Columns, NoLayout> {
        let place = |name: &'static str| -> Result<Option<usize>, NoLayout> {
            let mut places =
                self.names.iter().enumerate().filter(|(_, found)| names.same(name, found)).map(|(i, _)| i);
            match (places.next(), places.next()) {
                (_, Some(_)) => Err(NoLayout::Repeated(name)),
                (place, None) => Ok(place),
            }
        };
        let required = |name| place(name)?.ok_or(NoLayout::Unknown);
        let optional = |name: Option<&'static str>| name.map_or(Ok(None), place);
        let mut symbol = None;
        for name in names.symbol {
            symbol = match symbol {
                None => place(name)?,
                found => found,
            };
        }
        Ok(Columns {
            names,
            separator: self.separator,
            count: self.names.len(),
            date: required(names.date)?,
            open: required(names.open)?,
            high: required(names.high)?,
            low: required(names.low)?,
            close: required(names.close)?,
            volume: required(names.volume)?,
            symbol,
            amount: optional(names.amount)?,
            pre_close: optional(names.pre_close)?,
            adjusted_close: optional(names.adjusted_close)?,
            factor: optional(names.factor)?,
            status: optional(names.status)?,
            adjusted: optional(names.adjusted)?,
        })
    }
}

/// What all named columns begin with, up to its last underscore: vendors that join tables write `indiv_d_open`.
fn shared_prefix(names: &[String]) -> String {
    let mut named = names.iter().filter(|name| !name.is_empty());
    let Some(first) = named.next() else { return String::new() };
    let shared = named.fold(first.as_str(), |shared, name| {
        let same = shared.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
        // An underscore ends the prefix below, so a cut inside a character is cut away again.
        shared.get(..same).unwrap_or_default()
    });
    let end = shared.rfind('_').map_or(0, |underscore| underscore + 1);
    let whole = names.iter().any(|name| name.len() == end && end > 0);
    if names.iter().filter(|name| !name.is_empty()).count() < 2 || whole {
        return String::new();
    }
    shared[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(header: &str) -> Columns {
        match Header::read(header).recognise() {
            Ok(Recognised::Bars(columns)) => columns,
            other => panic!("{header}: {other:?}"),
        }
    }

    #[test]
    fn layouts_are_told_apart_by_names_in_any_order() {
        let tushare = bars(",ts_code,trade_date,open,high,low,close,pre_close,change,vol,amount");
        assert_eq!(
            (tushare.names.layout, tushare.symbol, tushare.volume),
            (Layout::TushareDaily, Some(1), 9)
        );
        let yahoo = bars("\"Date\",Open,High,Low,Close,Volume,Adj Close");
        assert_eq!((yahoo.names.layout, yahoo.date, yahoo.adjusted_close), (Layout::Yahoo, 0, Some(6)));
        for (header, layout) in [
            ("date,code,open,high,low,close,preclose,volume,amount,adjustflag,turn", Layout::Baostock),
            ("日期,开盘,收盘,最高,最低,成交量,成交额,振幅", Layout::Eastmoney),
            ("\"日期\",\"收盘\",\"开盘\",\"高\",\"低\",\"交易量\",\"涨跌幅\"", Layout::Investing),
            ("\"Date\",\"Price\",\"Open\",\"High\",\"Low\",\"Vol.\",\"Change %\"", Layout::Investing),
            ("Price,Close,High,Low,Open,Volume", Layout::Yfinance),
            ("date;open;high;low;close;volume;Name", Layout::Plain),
            ("DATE\tOPEN\tHIGH\tLOW\tCLOSE\tVOLUME", Layout::Plain),
        ] {
            assert_eq!(bars(header).names.layout, layout, "{header}");
        }
    }

    #[test]
    fn a_prefix_that_all_columns_share_is_taken_off() {
        let header = "indiv_d_ts_code,indiv_d_trade_date,indiv_d_open,indiv_d_high,indiv_d_low,indiv_d_close,indiv_d_vol";
        assert_eq!(bars(header).names.layout, Layout::TushareDaily);
        let factor = Header::read("indiv_adj_d_ts_code,indiv_adj_d_trade_date,indiv_adj_d_adj_factor");
        assert_eq!(factor.prefix, "indiv_adj_d_");
        assert!(
            matches!(factor.recognise(), Ok(Recognised::Records(r)) if r.layout == Layout::TushareFactor)
        );
    }

    #[test]
    fn a_layout_without_its_optional_columns_is_still_that_layout() {
        let yahoo = bars("Date,Close,High,Low,Open,Volume");
        assert_eq!((yahoo.names.layout, yahoo.adjusted_close), (Layout::Yahoo, None));
    }

    #[test]
    fn unknown_and_repeated_columns_are_refused() {
        let other = Header::read("date,code,open,high,low,last,volume").recognise();
        assert!(matches!(other, Err(NoLayout::Unknown)), "{other:?}");
        let twice = Header::read("Date,Open,High,Low,Close,Close,Volume").recognise();
        assert!(matches!(twice, Err(NoLayout::Repeated("Close"))), "{twice:?}");
    }
}
