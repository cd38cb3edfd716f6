//! The command line of `import`.

use super::StoreArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What prices are.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum PricesName {
    /// As quoted on the day
    Raw,
    /// Back-adjusted
    Hfq,
    /// Forward-adjusted
    Qfq,
}

/// `import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files (csv, txt, tsv, packed with gzip or not), patterns, directories of files, or directories of qlib
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Symbol of the file, where it does not say; where it holds several, the one to take
    #[arg(long)]
    pub symbol: Option<String>,
    /// Where the store is
    #[command(flatten)]
    pub store: StoreArgs,
    /// Replace what is stored and differs
    #[arg(long)]
    pub accept: bool,
    /// What the prices are, where the file does not say or says it wrongly
    #[arg(long = "as", value_enum, value_name = "PRICES")]
    pub prices: Option<PricesName>,
    /// Read and report only; store nothing
    #[arg(long)]
    pub dry_run: bool,
}
