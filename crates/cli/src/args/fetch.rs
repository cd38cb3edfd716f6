//! The command line of `fetch`.

use super::StoreArgs;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use tidegate_data::tushare::What;
use tidegate_market::TradeDate;

/// `fetch`
#[derive(Debug, Subcommand)]
pub enum FetchCommand {
    /// Chinese stocks, funds and indexes from Tushare Pro; needs an account's token
    Tushare(TushareArgs),
    /// Bars, dividends and splits from Yahoo's chart API
    Yahoo(YahooArgs),
}

/// Tables of Tushare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WhatName {
    /// Exchange calendars (trade_cal)
    Calendar,
    /// Listings: listed, delisted and paused (stock_basic)
    Listing,
    /// Raw daily bars (daily, index_daily, fund_daily)
    Bars,
    /// Adjustment factors (adj_factor, fund_adj)
    Factors,
    /// Suspensions (suspend_d)
    Suspensions,
    /// Published price limits (stk_limit)
    Limits,
    /// Earlier names, with ST periods (namechange)
    Names,
}

impl From<WhatName> for What {
    fn from(name: WhatName) -> What {
        match name {
            WhatName::Calendar => What::Calendar,
            WhatName::Listing => What::Listing,
            WhatName::Bars => What::Bars,
            WhatName::Factors => What::Factors,
            WhatName::Suspensions => What::Suspensions,
            WhatName::Limits => What::Limits,
            WhatName::Names => What::Names,
        }
    }
}

/// What all sources have in common.
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// First day
    #[arg(long, value_name = "DATE")]
    pub from: TradeDate,
    /// Last day [default: the last one that is complete, or today]
    #[arg(long, value_name = "DATE")]
    pub to: Option<TradeDate>,
    /// Where the store is
    #[command(flatten)]
    pub store: StoreArgs,
    /// Ask also for what the store has, and show what differs
    #[arg(long)]
    pub again: bool,
    /// Replace what is stored and differs
    #[arg(long)]
    pub accept: bool,
    /// Another server
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Allow an http:// server: all that is sent travels in the clear
    #[arg(long)]
    pub allow_plain_http: bool,
    /// Seconds until a request counts as failed
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout: u64,
}

/// `fetch tushare`
#[derive(Debug, Args)]
pub struct TushareArgs {
    /// Symbols such as 600000.SH, 510300.SH, 000300.SH
    #[arg(value_name = "SYMBOL", required_unless_present = "market")]
    pub symbols: Vec<String>,
    /// All stocks, one trade date at a time
    #[arg(long)]
    pub market: bool,
    /// Days, store and server
    #[command(flatten)]
    pub common: FetchArgs,
    /// Which tables, with commas between [default: all]
    #[arg(long, value_enum, value_delimiter = ',')]
    pub what: Vec<WhatName>,
    /// File with the token, mode 0600 [default: $TUSHARE_TOKEN, or tidegate/tushare-token in the platform's settings]
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Wait no longer than this for one of the server's limits, then stop [default: as long as it takes]
    #[arg(long, value_name = "MINUTES")]
    pub max_wait: Option<u32>,
}

/// `fetch yahoo`
#[derive(Debug, Args)]
pub struct YahooArgs {
    /// Symbols as Yahoo writes them: AAPL, ^GSPC, 0700.HK
    #[arg(value_name = "SYMBOL", required = true)]
    pub symbols: Vec<String>,
    /// Days, store and server
    #[command(flatten)]
    pub common: FetchArgs,
}
