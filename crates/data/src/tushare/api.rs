//! The apis of Tushare Pro that Tidegate asks, with their documented columns and row limits.

use std::fmt;

/// One api.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Api {
    /// Raw daily bars of stocks.
    Daily,
    /// Daily bars of indexes.
    IndexDaily,
    /// Raw daily bars of exchange-traded funds.
    FundDaily,
    /// Adjustment factors of stocks.
    AdjFactor,
    /// Adjustment factors of funds.
    FundAdj,
    /// Days on which an exchange trades.
    TradeCal,
    /// Listings, one list status at a time.
    StockBasic,
    /// Suspensions and resumptions.
    SuspendD,
    /// Price limits of the day.
    StkLimit,
    /// Earlier names.
    NameChange,
}

impl Api {
    /// The server's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Api::Daily => "daily",
            Api::IndexDaily => "index_daily",
            Api::FundDaily => "fund_daily",
            Api::AdjFactor => "adj_factor",
            Api::FundAdj => "fund_adj",
            Api::TradeCal => "trade_cal",
            Api::StockBasic => "stock_basic",
            Api::SuspendD => "suspend_d",
            Api::StkLimit => "stk_limit",
            Api::NameChange => "namechange",
        }
    }

    /// Columns to ask for.
    pub fn fields(self) -> &'static str {
        match self {
            Api::Daily | Api::IndexDaily | Api::FundDaily => {
                "ts_code,trade_date,open,high,low,close,pre_close,vol,amount"
            }
            Api::AdjFactor | Api::FundAdj => "ts_code,trade_date,adj_factor",
            Api::TradeCal => "exchange,cal_date,is_open",
            Api::StockBasic => "ts_code,name,market,list_status,list_date,delist_date",
            Api::SuspendD => "ts_code,trade_date,suspend_timing,suspend_type",
            Api::StkLimit => "ts_code,trade_date,up_limit,down_limit",
            Api::NameChange => "ts_code,name,start_date,end_date,ann_date,change_reason",
        }
    }

    /// Rows that one answer holds at most, as documented in 2026; `None` where nothing is said.
    pub fn row_limit(self) -> Option<usize> {
        match self {
            Api::Daily | Api::StockBasic => Some(6_000),
            Api::IndexDaily => Some(8_000),
            Api::FundDaily | Api::FundAdj => Some(2_000),
            Api::SuspendD => Some(5_000),
            Api::StkLimit => Some(5_800),
            Api::NameChange => Some(10_000),
            Api::AdjFactor | Api::TradeCal => None,
        }
    }

    /// The column that dates a row.
    pub fn date_field(self) -> &'static str {
        match self {
            Api::TradeCal => "cal_date",
            Api::StockBasic => "list_date",
            Api::NameChange => "start_date",
            _ => "trade_date",
        }
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
