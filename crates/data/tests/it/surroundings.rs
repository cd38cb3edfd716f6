//! Series of the test data with their factors, suspensions and calendars, read by a small reader of the tests' own.

use crate::test_data::file;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use tidegate_data::{FactorOrigin, Factors, RawBars, Suspension};
use tidegate_market::{BarSeries, PriceBasis, TradeDate};

/// Columns of a CSV file as text.
pub struct Columns(BTreeMap<String, Vec<String>>);

impl Columns {
    pub fn read(path: &Path) -> Columns {
        Columns::parse(&std::fs::read_to_string(path).unwrap())
    }

    pub fn parse(text: &str) -> Columns {
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let names: Vec<&str> = lines.next().unwrap().split(',').collect();
        let mut columns = vec![Vec::new(); names.len()];
        for line in lines {
            line.split(',').zip(&mut columns).for_each(|(cell, column)| column.push(cell.to_owned()));
        }
        Columns(names.into_iter().map(str::to_owned).zip(columns).collect())
    }

    pub fn texts(&self, name: &str) -> &[String] {
        &self.0[name]
    }

    pub fn dates(&self, name: &str) -> Vec<TradeDate> {
        self.0[name].iter().map(|cell| cell.parse().unwrap()).collect()
    }

    /// Empty and `null` cells are NaN.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.0[name].iter().map(|cell| cell.parse().unwrap_or(f64::NAN)).collect()
    }
}

/// The raw columns of a series.
pub fn raw(bars: &BarSeries) -> RawBars {
    RawBars {
        symbol: bars.symbol.clone(),
        basis: bars.basis,
        date: bars.date.clone(),
        open: bars.open.clone(),
        high: bars.high.clone(),
        low: bars.low.clone(),
        close: bars.close.clone(),
        pre_close: bars.pre_close.clone(),
        volume: bars.volume.clone(),
        amount: bars.amount.clone(),
    }
}

/// The factor of a series that has an adjusted close.
pub fn adjusted_close(bars: &BarSeries) -> Factors {
    Factors {
        symbol: bars.symbol.clone(),
        origin: FactorOrigin::AdjustedClose,
        date: bars.date.clone(),
        factor: bars.factor.clone(),
    }
}

/// Open days of the mainland exchanges, 1990 to 2019.
pub fn mainland_calendar() -> Option<Vec<TradeDate>> {
    let table = Columns::read(&file("index_and_calendar/trade_cal_1990_2019.csv")?);
    let open = table.texts("isOpen");
    Some(
        table
            .dates("calendarDate")
            .into_iter()
            .zip(open)
            .filter(|(_, o)| *o == "1")
            .map(|(d, _)| d)
            .collect(),
    )
}

/// Published factors of one of the 24 stocks.
pub fn published_factors(symbol: &str) -> Option<Factors> {
    let table = Columns::read(&file(&format!("ashare_history/adj_factor/{symbol}.csv"))?);
    Some(Factors {
        symbol: symbol.into(),
        origin: FactorOrigin::Published,
        date: table.dates("trade_date"),
        factor: table.numbers("adj_factor"),
    })
}

/// Whole-day suspensions of the 24 stocks.
pub fn suspensions() -> Option<BTreeMap<String, Vec<Suspension>>> {
    let table = Columns::read(&file("ashare_history/suspend_d.csv")?);
    let mut found: BTreeMap<String, Vec<Suspension>> = BTreeMap::new();
    for (symbol, date) in table.texts("ts_code").iter().zip(table.dates("trade_date")) {
        found.entry(symbol.clone()).or_default().push(Suspension { date, resumed: false, timing: None });
    }
    Some(found)
}

/// Baostock's days of a stock: those with trading as bars, those without as suspensions.
pub fn baostock(symbol: &str) -> Option<(RawBars, Vec<Suspension>)> {
    let table = Columns::read(&file(&format!("ashare_baostock/{symbol}.csv"))?);
    let dates = table.dates("date");
    let traded: Vec<usize> = (0..dates.len()).filter(|&i| table.texts("tradestatus")[i] == "1").collect();
    let column = |name: &str| {
        let numbers = table.numbers(name);
        traded.iter().map(|&i| numbers[i]).collect::<Vec<f64>>()
    };
    let bars = RawBars {
        symbol: symbol.into(),
        basis: PriceBasis::SplitAdjusted,
        date: traded.iter().map(|&i| dates[i]).collect(),
        open: column("open"),
        high: column("high"),
        low: column("low"),
        close: column("close"),
        pre_close: Some(column("preclose")),
        volume: column("volume"),
        amount: Some(column("amount")),
    };
    let stopped = (0..dates.len()).filter(|i| traded.binary_search(i).is_err());
    Some((bars, stopped.map(|i| Suspension { date: dates[i], resumed: false, timing: None }).collect()))
}

/// The 505 series of the S&P file.
pub fn sp500() -> Option<Vec<RawBars>> {
    let mut bytes = Vec::new();
    let zipped = std::fs::File::open(file("us_sp500_5yr/all_stocks_5yr.csv.gz")?).unwrap();
    flate2::read::GzDecoder::new(zipped).read_to_end(&mut bytes).unwrap();
    let table = Columns::parse(std::str::from_utf8(&bytes).unwrap());
    let (dates, names) = (table.dates("date"), table.texts("Name"));
    let columns = ["open", "high", "low", "close", "volume"].map(|name| table.numbers(name));
    let mut found = Vec::new();
    let mut start = 0;
    for rows in names.chunk_by(|a, b| a == b) {
        let range = start..start + rows.len();
        start = range.end;
        let [open, high, low, close, volume] =
            columns.each_ref().map(|column| column[range.clone()].to_vec());
        found.push(RawBars {
            symbol: rows[0].clone(),
            basis: PriceBasis::SplitAdjusted,
            date: dates[range].to_vec(),
            open,
            high,
            low,
            close,
            pre_close: None,
            volume,
            amount: None,
        });
    }
    Some(found)
}

/// Files of a folder of the test data, in name order.
pub fn files(folder: &str) -> Option<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(file(folder)?).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    Some(paths)
}
