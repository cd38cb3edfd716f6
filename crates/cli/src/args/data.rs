//! The command line of `data`.

use super::StoreArgs;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use tidegate_market::TradeDate;

/// `data`
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Every stored symbol with its bars, days and findings
    List(ListArgs),
    /// One symbol: its bars, gaps, factors, origins and last prices
    Show(ShowArgs),
    /// What is odd about the stored bars: findings kept from their arrival, or of an audit anew
    Check(CheckArgs),
    /// Bars as Parquet, CSV or a qlib directory for other programs
    Export(ExportArgs),
}

/// Which prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AdjustName {
    /// As stored
    None,
    /// Back-adjusted: raw × f(t)/f(first stored bar)
    Hfq,
    /// Forward-adjusted: raw × f(t)/f(last bar shown)
    Qfq,
}

/// Formats of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    /// Apache Parquet
    Parquet,
    /// Comma-separated text
    Csv,
    /// A directory that qlib reads: back-adjusted prices and their factor
    Qlib,
}

/// `data list`
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only symbols that begin with one of these
    #[arg(value_name = "PREFIX")]
    pub prefixes: Vec<String>,
    /// Where the store is
    #[command(flatten)]
    pub store: StoreArgs,
}

/// `data show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Symbol
    pub symbol: String,
    /// How many of the last bars
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub last: usize,
    /// Which prices
    #[arg(long, value_enum, default_value = "none")]
    pub adjust: AdjustName,
    /// Where the store is
    #[command(flatten)]
    pub store: StoreArgs,
}

/// `data check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Symbols [default: all]
    #[arg(value_name = "SYMBOL")]
    pub symbols: Vec<String>,
    /// Audit the stored bars again and keep what is found
    #[arg(long)]
    pub full: bool,
    /// Exit with 1 when an error is among the findings
    #[arg(long)]
    pub strict: bool,
    /// Where the store is
    #[command(flatten)]
    pub store: StoreArgs,
}

/// `data export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Symbols [default: all that have bars]
    #[arg(value_name = "SYMBOL")]
    pub symbols: Vec<String>,
    /// Format [default: told from --out, else parquet]
    #[arg(long, value_enum)]
    pub format: Option<FormatName>,
    /// A file (.parquet or .csv) for all symbols together, or a directory with a file for each
    #[arg(long, value_name = "DIR|FILE")]
    pub out: PathBuf,
    /// Which prices
    #[arg(long, value_enum, default_value = "none")]
    pub adjust: AdjustName,
    /// First day
    #[arg(long, value_name = "DATE")]
    pub from: Option<TradeDate>,
    /// Last day
    #[arg(long, value_name = "DATE")]
    pub to: Option<TradeDate>,
    /// Replace files that exist
    #[arg(long)]
    pub force: bool,
    /// Where the store is
    #[command(flatten)]
    pub store: StoreArgs,
}
