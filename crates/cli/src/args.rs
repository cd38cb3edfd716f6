//! The command line as types.

mod backtest;
mod data;
mod fetch;
mod import;
mod predict;
mod store;

pub use backtest::{BacktestArgs, FillName};
pub use data::{AdjustName, CheckArgs, DataCommand, ExportArgs, FormatName, ListArgs, ShowArgs};
pub use fetch::{FetchArgs, FetchCommand, TushareArgs, YahooArgs};
pub use import::{ImportArgs, PricesName};
pub use predict::PredictArgs;
pub use store::StoreArgs;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use tidegate::experiment::Setting;

/// From daily stock bars to a trained recurrent network, an executable backtest and one honest report.
#[derive(Debug, Parser)]
#[command(name = "tidegate", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// Print one JSON document on stdout and nothing else there
    #[arg(long, global = true)]
    pub json: bool,
    /// Print results only: no progress, no notes
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Tell on stderr what happens and when
    #[arg(long, short, global = true)]
    pub verbose: bool,
}

/// Commands
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The whole job on the built-in sample market; needs no file, network or account
    Demo(DemoArgs),
    /// Write a commented experiment file to start from
    Init(InitArgs),
    /// The whole job: describe, train, compare, strategy, backtest, report
    Run(RunArgs),
    /// Download bars and all that belongs to them into the store; goes on where it was interrupted
    #[command(subcommand)]
    Fetch(FetchCommand),
    /// What the store holds, and its health
    #[command(subcommand)]
    Data(DataCommand),
    /// Descriptive statistics of a stored symbol or a file of daily bars, and a page with its chart
    Describe(DescribeArgs),
    /// Search hyper-parameters, judged on validation alone
    Tune(RunArgs),
    /// Trade signals made by anything, or judge a run's again with other market settings
    Backtest(BacktestArgs),
    /// The next trading day by a run's networks: forecasts, and the orders that follow
    Predict(PredictArgs),
    /// Build a run's report again from its directory alone
    Report(ReportArgs),
    /// Print the experiment with every default spelled out
    Config(ConfigArgs),
    /// Write the sample market as files
    Sample(SampleArgs),
    /// Bring files of any known layout into the store, and say what was odd in them
    Import(ImportArgs),
}

/// Where results go.
#[derive(Debug, Args)]
pub struct OutArgs {
    /// Run directory [default: runs/<experiment name>-<n>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace an earlier run in --out
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Cores to train on [default: all of them]; changes no result
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
}

/// Changes to the experiment.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Override one value of the experiment, e.g. --set training.epochs=50 (repeatable)
    #[arg(long = "set", value_name = "KEY.PATH=VALUE")]
    pub set: Vec<String>,
}

impl SetArgs {
    /// The settings, in order.
    pub fn parse(&self) -> Result<Vec<Setting>, tidegate::InputError> {
        self.set.iter().map(|text| text.parse()).collect()
    }
}

/// `demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Changes
    #[command(flatten)]
    pub set: SetArgs,
    /// Where to
    #[command(flatten)]
    pub out: OutArgs,
}

/// `run`, `tune`
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Experiment file (TOML); `tidegate init` writes one
    #[arg(value_name = "EXPERIMENT.toml")]
    pub experiment: PathBuf,
    /// Changes
    #[command(flatten)]
    pub set: SetArgs,
    /// Where the store is
    #[command(flatten)]
    pub store: StoreArgs,
    /// Where to
    #[command(flatten)]
    pub out: OutArgs,
}

/// Commented files that `init` can write.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum PresetName {
    /// Every key with its default
    Standard,
    /// The settings of the classic lecture, with each trap named
    Lecture,
}

/// `init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// File to write; never overwritten
    #[arg(default_value = "experiment.toml")]
    pub file: PathBuf,
    /// Which settings
    #[arg(long, value_enum, default_value = "standard")]
    pub preset: PresetName,
}

/// Languages of a page.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LanguageName {
    /// English
    En,
    /// 中文
    Zh,
}

/// What happens to rows that cannot be right.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum BadRowName {
    /// List them and stop
    Refuse,
    /// Leave them out and list them
    Drop,
}

/// `describe`
#[derive(Debug, Args)]
pub struct DescribeArgs {
    /// Symbol in the store, or file of daily bars in any layout that `import` knows
    #[arg(value_name = "SYMBOL|FILE")]
    pub bars: PathBuf,
    /// Where the store is
    #[command(flatten)]
    pub store: StoreArgs,
    /// Symbol, where the file does not say
    #[arg(long)]
    pub symbol: Option<String>,
    /// What happens to rows that cannot be right
    #[arg(long, value_enum, default_value = "refuse")]
    pub on_bad_row: BadRowName,
    /// Page to write [default: <symbol>-describe.html]; never overwritten unless --force
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace the page if it exists
    #[arg(long)]
    pub force: bool,
    /// Language of the page
    #[arg(long, value_enum, default_value = "en")]
    pub language: LanguageName,
}

/// `report`
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Run directory
    pub run_dir: PathBuf,
}

/// `config`
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Experiment file; the defaults if left out
    #[arg(value_name = "EXPERIMENT.toml")]
    pub experiment: Option<PathBuf>,
    /// Changes
    #[command(flatten)]
    pub set: SetArgs,
}

/// `sample`
#[derive(Debug, Args)]
pub struct SampleArgs {
    /// The market in which nothing can be predicted, instead of the planted one
    #[arg(long)]
    pub null: bool,
    /// Directory to write [default: sample-market or sample-market-null]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write into a directory that is not empty
    #[arg(long)]
    pub force: bool,
}
