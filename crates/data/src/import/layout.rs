//! The layouts of market data files: what their columns are called, what their units are.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A known file layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Tushare `daily`, `index_daily`, `fund_daily`: unadjusted prices, `vol` in lots of 100 shares, `amount` in thousand
    /// yuan, `pre_close` the exchange's ex-right reference; also `stk_factor`, which has `adj_factor` beside them.
    TushareDaily,
    /// Tushare `adj_factor` and `fund_adj`.
    TushareFactor,
    /// Tushare `suspend_d`.
    TushareSuspensions,
    /// Tushare `stk_limit`.
    TushareLimits,
    /// Tushare `namechange`.
    TushareNames,
    /// Tushare `stock_basic`.
    TushareListings,
    /// Tushare `trade_cal`, or a list of trading days with the day before each.
    Calendar,
    /// Yahoo Finance: prices already divided by later splits, `Adj Close` also by dividends, volume in shares.
    Yahoo,
    /// yfinance: Yahoo's columns below two or three header lines that name the ticker.
    Yfinance,
    /// Baostock: symbols like `sh.600000`, volume in shares, amount in yuan, suspended days kept with `tradestatus` 0.
    Baostock,
    /// Wind end-of-day prices: `S_DQ_VOLUME` in lots, `S_DQ_AMOUNT` in thousand yuan, adjustment factor beside them.
    Wind,
    /// investing.com in English or Chinese: thousands separators, volume with a unit (K, M, B, 万, 亿).
    Investing,
    /// Eastmoney as AKShare writes it: Chinese headers, volume in lots, amount in yuan.
    Eastmoney,
    /// `date, open, high, low, close, volume` in any case, perhaps with a symbol column: volume in shares.
    Plain,
    /// A directory of qlib's binary features.
    Qlib,
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Layout::TushareDaily => "Tushare daily",
            Layout::TushareFactor => "Tushare adj_factor",
            Layout::TushareSuspensions => "Tushare suspend_d",
            Layout::TushareLimits => "Tushare stk_limit",
            Layout::TushareNames => "Tushare namechange",
            Layout::TushareListings => "Tushare stock_basic",
            Layout::Calendar => "trading calendar",
            Layout::Yahoo => "Yahoo",
            Layout::Yfinance => "yfinance",
            Layout::Baostock => "Baostock",
            Layout::Wind => "Wind",
            Layout::Investing => "investing.com",
            Layout::Eastmoney => "Eastmoney",
            Layout::Plain => "plain",
            Layout::Qlib => "qlib",
        })
    }
}

/// Column names and units of one layout of bars. Of an optional column the name is given where the layout can have it.
#[derive(Debug)]
pub(crate) struct BarNames {
    pub layout: Layout,
    pub date: &'static str,
    pub open: &'static str,
    pub high: &'static str,
    pub low: &'static str,
    pub close: &'static str,
    pub volume: &'static str,
    /// The first that is there.
    pub symbol: &'static [&'static str],
    pub amount: Option<&'static str>,
    pub pre_close: Option<&'static str>,
    pub adjusted_close: Option<&'static str>,
    /// Published adjustment factor.
    pub factor: Option<&'static str>,
    /// 0 on a suspended day.
    pub status: Option<&'static str>,
    /// 1 back-adjusted, 2 forward-adjusted, 3 raw.
    pub adjusted: Option<&'static str>,
    /// Powers of ten that take volume to shares and amount to currency units.
    pub scale: (u8, u8),
    /// Names in any case.
    pub any_case: bool,
}

const NOTHING: BarNames = BarNames {
    layout: Layout::Plain,
    date: "date",
    open: "open",
    high: "high",
    low: "low",
    close: "close",
    volume: "volume",
    symbol: &[],
    amount: None,
    pre_close: None,
    adjusted_close: None,
    factor: None,
    status: None,
    adjusted: None,
    scale: (0, 0),
    any_case: false,
};

const YAHOO: BarNames = BarNames {
    layout: Layout::Yahoo,
    date: "Date",
    open: "Open",
    high: "High",
    low: "Low",
    close: "Close",
    volume: "Volume",
    adjusted_close: Some("Adj Close"),
    ..NOTHING
};

/// Every layout of bars, the more special before the more general.
pub(crate) const BARS: [BarNames; 9] = [
    BarNames {
        layout: Layout::Wind,
        date: "TRADE_DT",
        open: "S_DQ_OPEN",
        high: "S_DQ_HIGH",
        low: "S_DQ_LOW",
        close: "S_DQ_CLOSE",
        volume: "S_DQ_VOLUME",
        symbol: &["S_INFO_WINDCODE"],
        amount: Some("S_DQ_AMOUNT"),
        pre_close: Some("S_DQ_PRECLOSE"),
        factor: Some("S_DQ_ADJFACTOR"),
        scale: (2, 3),
        ..NOTHING
    },
    BarNames {
        layout: Layout::Baostock,
        symbol: &["code"],
        amount: Some("amount"),
        pre_close: Some("preclose"),
        status: Some("tradestatus"),
        adjusted: Some("adjustflag"),
        ..NOTHING
    },
    BarNames {
        layout: Layout::TushareDaily,
        date: "trade_date",
        volume: "vol",
        symbol: &["ts_code"],
        amount: Some("amount"),
        pre_close: Some("pre_close"),
        factor: Some("adj_factor"),
        scale: (2, 3),
        ..NOTHING
    },
    BarNames {
        layout: Layout::Eastmoney,
        date: "日期",
        open: "开盘",
        high: "最高",
        low: "最低",
        close: "收盘",
        volume: "成交量",
        symbol: &["股票代码"],
        amount: Some("成交额"),
        scale: (2, 0),
        ..NOTHING
    },
    BarNames {
        layout: Layout::Investing,
        date: "日期",
        open: "开盘",
        high: "高",
        low: "低",
        close: "收盘",
        volume: "交易量",
        ..NOTHING
    },
    BarNames {
        layout: Layout::Investing,
        date: "Date",
        open: "Open",
        high: "High",
        low: "Low",
        close: "Price",
        volume: "Vol.",
        ..NOTHING
    },
    YAHOO,
    BarNames { layout: Layout::Yfinance, date: "Price", ..YAHOO },
    BarNames {
        symbol: &["symbol", "name", "ticker", "ts_code", "code"],
        amount: Some("amount"),
        adjusted_close: Some("adj close"),
        any_case: true,
        ..NOTHING
    },
];

impl BarNames {
    /// The columns without which a header is not of this layout.
    pub(crate) fn required(&self) -> Vec<&'static str> {
        let BarNames { date, open, high, low, close, volume, .. } = *self;
        let mut required = vec![date, open, high, low, close, volume];
        // The plain layout must not swallow a Baostock file: the flags decide what its rows are.
        required.extend(
            self.adjusted.into_iter().chain(self.symbol.first().copied().filter(|_| self.status.is_some())),
        );
        required
    }

    /// The word for a price's date column and so on, compared as this layout spells names.
    pub(crate) fn same(&self, name: &str, found: &str) -> bool {
        name == found || (self.any_case && name.eq_ignore_ascii_case(found))
    }
}

/// A layout of records other than bars and the columns it needs.
pub(crate) struct RecordNames {
    pub layout: Layout,
    pub required: &'static [&'static str],
}

/// Every layout of records; none of them has prices, so bars are looked for first.
pub(crate) const RECORDS: [RecordNames; 8] = [
    RecordNames { layout: Layout::TushareFactor, required: &["ts_code", "trade_date", "adj_factor"] },
    RecordNames {
        layout: Layout::TushareLimits,
        required: &["ts_code", "trade_date", "up_limit", "down_limit"],
    },
    RecordNames { layout: Layout::TushareSuspensions, required: &["ts_code", "trade_date", "suspend_type"] },
    RecordNames { layout: Layout::TushareNames, required: &["ts_code", "name", "start_date"] },
    RecordNames { layout: Layout::TushareListings, required: &["ts_code", "name", "list_date"] },
    RecordNames { layout: Layout::Calendar, required: &["cal_date", "is_open"] },
    RecordNames { layout: Layout::Calendar, required: &["calendarDate", "isOpen"] },
    RecordNames { layout: Layout::Calendar, required: &["trade_date", "pre_trade_date"] },
];

/// Every layout with the columns it needs and those that `found` lacks, the closest first.
pub(crate) fn closest(found: &[String]) -> Vec<(Layout, Vec<&'static str>, Vec<&'static str>)> {
    let bars = BARS.iter().map(|names| (names.layout, names.required(), names.any_case));
    let records = RECORDS.iter().map(|names| (names.layout, names.required.to_vec(), false));
    let mut all: Vec<_> = bars
        .chain(records)
        .map(|(layout, required, any_case)| {
            let there =
                |name: &str| found.iter().any(|f| f == name || (any_case && f.eq_ignore_ascii_case(name)));
            let missing: Vec<&str> = required.iter().copied().filter(|name| !there(name)).collect();
            (layout, required, missing)
        })
        .collect();
    // The share of needed columns that are missing, in thousandths: exact, and stable among equals.
    all.sort_by_key(|(_, required, missing)| 1000 * missing.len() / required.len());
    all
}
