//! What happens to cash and shares without a trade.

use crate::date::TradeDate;
use serde::{Deserialize, Serialize};

/// One change of an account that no trade made. On its day the kinds of an ex-day come before the trades, the others
/// after them; so cash and shares of every bar can be replayed from these rows and the trades alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorporateAction {
    /// The bar's day.
    pub date: TradeDate,
    /// What it is.
    pub kind: ActionKind,
    /// Cash received, currency; negative where it is paid.
    pub cash: f64,
    /// Shares received; negative where they go.
    pub shares: f64,
}

/// What happens to an account without a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Ex-day of a cash dividend, before tax. A short position pays it.
    Dividend,
    /// Ex-day of bonus shares, a transfer of reserves or a split. `cash` is paid for a fraction of a share where the market
    /// settles it so.
    NewShares,
    /// Ex-day of which only the adjustment factor is known: everything is reinvested, the fraction is kept.
    Reinvested,
    /// As `Reinvested`, though events are known: they say another move than the factor, by more than 1 %.
    FactorOverEvents,
    /// Interest on the value of shares sold short, of the calendar days since the bar before.
    Borrowing,
    /// The stock was delisted after this bar's close.
    Delisted,
}

impl ActionKind {
    /// `dividend`, `new_shares`, `reinvested`, `factor_over_events`, `borrowing` or `delisted`.
    pub fn as_str(self) -> &'static str {
        match self {
            ActionKind::Dividend => "dividend",
            ActionKind::NewShares => "new_shares",
            ActionKind::Reinvested => "reinvested",
            ActionKind::FactorOverEvents => "factor_over_events",
            ActionKind::Borrowing => "borrowing",
            ActionKind::Delisted => "delisted",
        }
    }
}
