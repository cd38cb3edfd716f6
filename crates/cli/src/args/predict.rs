//! `predict`

use super::{BadRowName, StoreArgs};
use clap::Args;
use std::path::PathBuf;

/// `predict`
#[derive(Debug, Args)]
pub struct PredictArgs {
    /// Run directory
    pub run_dir: PathBuf,
    /// Newest bars: a file in any layout that `run` knows [default: from where the run's bars came]
    #[arg(long, value_name = "FILE")]
    pub bars: Option<PathBuf>,
    /// What happens to rows of --bars that cannot be right
    #[arg(long, value_enum, default_value = "refuse", requires = "bars")]
    pub on_bad_row: BadRowName,
    /// Take the newest bars of the run's symbol from a store: this one
    #[command(flatten)]
    pub store: StoreArgs,
    /// Shares you hold, instead of what the run's account holds [default: 0 with --cash]
    #[arg(long, value_name = "SHARES", allow_negative_numbers = true)]
    pub holding: Option<f64>,
    /// Cash you have, instead of the run's account's [default: 0 with --holding]
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub cash: Option<f64>,
    /// How many trading days before today the last bar may lie
    #[arg(long, value_name = "N", default_value_t = tidegate::predict::PredictOptions::STALE_AFTER)]
    pub stale_after: usize,
    /// The day that counts as today [default: today at the exchange]
    #[arg(long, value_name = "DATE")]
    pub today: Option<String>,
}
