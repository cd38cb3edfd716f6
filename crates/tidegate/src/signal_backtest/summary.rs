//! `metrics.json` of a backtest of signals: every figure, typed. Curves, orders, terms and notes are those of a run's
//! `strategy`.

use crate::curve_note::CurveNote;
use crate::signal_file::SignalFile;
use crate::summary::{Curves, DataSummary, OrderSummary, Terms};
use serde::{Deserialize, Serialize};
use tidegate_market::{Blocked, BlockedOrder, BreakEven, RuleFact, RuleNote, TradeDate};

/// Version of the file's layout; raised when a key changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BacktestSummary {
    /// [`SCHEMA`].
    pub schema: u32,
    /// [`BacktestSummary::KIND`]; a run's file has no such key.
    pub kind: String,
    /// Version of the program.
    pub tidegate: String,
    /// Where the bars came from.
    pub data: DataSummary,
    /// Where the signals came from.
    pub signals: SignalSummary,
    /// Cash before the first bar, currency.
    pub cash: f64,
    /// "ashare", "us" or "none".
    pub rules: String,
    /// Name of the user's own rule file, whose tables stand in place of the market's.
    pub rule_file: Option<String>,
    /// Terms of every order.
    pub terms: Terms,
    /// What the money did from the first signal to the last bar.
    pub curves: Curves,
    /// What happened to the orders of `executable`.
    pub orders: OrderSummary,
    /// How often an order of `executable` met no counterpart, by cause.
    pub blocked: Vec<BlockedCount>,
    /// What trading `executable` may cost before `buy_and_hold` is as good.
    pub break_even: BreakEven,
    /// Remarks of the rule book.
    pub notes: Vec<RuleNote>,
    /// What happened that the figures do not tell; absent in files of earlier versions.
    #[serde(default)]
    pub curve_notes: Vec<CurveNote>,
    /// Dated rules in force during the backtest.
    pub facts: Vec<RuleFact>,
}

impl BacktestSummary {
    /// What `kind` says.
    pub const KIND: &'static str = "backtest";
}

/// The signals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalSummary {
    /// File name, without folder.
    pub source: String,
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    /// Rows.
    pub rows: usize,
    /// First signal.
    pub first: TradeDate,
    /// Last signal.
    pub last: TradeDate,
}

impl SignalSummary {
    pub(super) fn of(signals: &SignalFile) -> SignalSummary {
        let name = std::path::Path::new(&signals.name);
        let rows = &signals.rows;
        SignalSummary {
            source: name.file_name().unwrap_or(name.as_os_str()).to_string_lossy().into_owned(),
            sha256: signals.sha256.clone(),
            rows: rows.len(),
            // A file without rows is refused.
            first: rows[0].date,
            last: rows[rows.len() - 1].date,
        }
    }
}

/// How often one thing stood in an order's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedCount {
    /// What stood in its way.
    pub cause: Blocked,
    /// Bars on which it did.
    pub bars: usize,
}

/// Counts by cause; causes that never arose are left out.
pub(super) fn blocked_by_cause(blocked: &[BlockedOrder]) -> Vec<BlockedCount> {
    [Blocked::PriceLimit, Blocked::NoTrading, Blocked::BoughtToday, Blocked::VolumeCap]
        .into_iter()
        .map(|cause| BlockedCount {
            cause,
            bars: blocked.iter().filter(|order| order.cause == cause).count(),
        })
        .filter(|count| count.bars > 0)
        .collect()
}
