//! `backtest`

use super::{BadRowName, LanguageName, SetArgs, StoreArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `backtest`
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Run directory, to judge its own signals again; leave it out with --bars and --signals
    pub run_dir: Option<PathBuf>,
    /// Bars to trade on: a file in any layout that `run` knows, or a symbol in the store
    #[arg(long, value_name = "FILE|SYMBOL", help_heading = "Signals of your own")]
    pub bars: Option<PathBuf>,
    /// CSV file with the columns date and position: the target weight from -1 to 1 decided after that day's close
    #[arg(long, value_name = "FILE", help_heading = "Signals of your own")]
    pub signals: Option<PathBuf>,
    /// ashare, us, none, or a rule file (TOML) whose tables replace the market's [default: told from the symbol]
    #[arg(long, value_name = "NAME|FILE", help_heading = "Signals of your own")]
    pub rules: Option<String>,
    /// Where an order decided after a close fills; same_close changes the curve as_shown alone [default: next_open]
    #[arg(long, value_enum, value_name = "FILL", help_heading = "Signals of your own")]
    pub fill: Option<FillName>,
    /// Cash at the start [default: 1000000]
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true, help_heading = "Signals of your own")]
    pub cash: Option<f64>,
    /// Commission of each side, a fraction of the value [default: the rule book's]
    #[arg(long, value_name = "RATE", allow_negative_numbers = true, help_heading = "Signals of your own")]
    pub commission: Option<f64>,
    /// Every fill is worse than its quote by so many basis points [default: 0]
    #[arg(long, value_name = "BP", allow_negative_numbers = true, help_heading = "Signals of your own")]
    pub slippage_bp: Option<f64>,
    /// An order that met no counterpart waits (keep), is dropped (drop), or is tried on N more bars [default: keep]
    #[arg(
        long,
        value_name = "keep|drop|N",
        allow_negative_numbers = true,
        help_heading = "Signals of your own"
    )]
    pub unfilled: Option<String>,
    /// Most that one bar fills, as a share of the volume of the bar before it [default: no cap]
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, help_heading = "Signals of your own")]
    pub volume_cap: Option<f64>,
    /// Symbol, where the file of bars does not say; a mainland code with its exchange, such as 600000.SH
    #[arg(long, help_heading = "Signals of your own")]
    pub symbol: Option<String>,
    /// What happens to rows of the file of bars that cannot be right [default: refuse]
    #[arg(long, value_enum, help_heading = "Signals of your own")]
    pub on_bad_row: Option<BadRowName>,
    /// Where the store is
    #[command(flatten)]
    pub store: StoreArgs,
    /// Directory for the results [default: runs/backtest-<n>]
    #[arg(long, value_name = "DIR", help_heading = "Signals of your own")]
    pub out: Option<PathBuf>,
    /// Replace an earlier backtest or run in --out
    #[arg(long, requires = "out", help_heading = "Signals of your own")]
    pub force: bool,
    /// Language of the page [default: en]
    #[arg(long, value_enum, help_heading = "Signals of your own")]
    pub language: Option<LanguageName>,
    /// Changes to [market]; of a run also to the rule of [strategy] that trades on the probabilities
    #[command(flatten)]
    pub set: SetArgs,
}

impl BacktestArgs {
    /// The first flag given that only a backtest of own signals has.
    pub fn flag_of_own_signals(&self) -> Option<&'static str> {
        [
            ("--bars", self.bars.is_some()),
            ("--signals", self.signals.is_some()),
            ("--rules", self.rules.is_some()),
            ("--fill", self.fill.is_some()),
            ("--cash", self.cash.is_some()),
            ("--commission", self.commission.is_some()),
            ("--slippage-bp", self.slippage_bp.is_some()),
            ("--unfilled", self.unfilled.is_some()),
            ("--volume-cap", self.volume_cap.is_some()),
            ("--symbol", self.symbol.is_some()),
            ("--on-bad-row", self.on_bad_row.is_some()),
            ("--store", self.store.store.is_some()),
            ("--out", self.out.is_some()),
            ("--language", self.language.is_some()),
        ]
        .into_iter()
        .find_map(|(flag, given)| given.then_some(flag))
    }
}

/// Where an order fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum FillName {
    /// At the open of the bar after the decision
    NextOpen,
    /// At its close
    NextClose,
    /// At what stands for its average price
    NextVwap,
    /// At the close that made the decision, which nobody can do: as_shown, by these rules and costs
    SameClose,
}
