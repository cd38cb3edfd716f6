//! What happened to the accounts of a backtest that their figures do not tell, told from the curves. English is the
//! [`Display`](fmt::Display) of a note; the report has the Chinese.

use crate::strategy::CurveSet;
use serde::{Deserialize, Serialize};
use std::fmt;
use tidegate_market::{ActionKind, Backtest, BarSeries, Known, PriceLimit, Reason, RuleBook, TradeDate};

/// One remark, most important first where they stand in a list.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CurveNote {
    /// `executable` lost everything and more: a short position cost all there was.
    WipedOut {
        /// The first bar whose close left no equity.
        date: TradeDate,
        /// Equity at that close, currency; zero or below.
        equity: f64,
        /// What became of the short position.
        short: ShortPosition,
    },
    /// The target of `executable` never left 0.
    NeverTraded,
    /// `executable` had orders, and none filled.
    NothingFilled {
        /// Why not.
        why: Unfilled,
    },
    /// `buy_and_hold` never bought.
    NeverBought {
        /// Why not.
        why: Unfilled,
    },
    /// The stock was delisted while an account held it.
    Delisted {
        /// The last bar.
        date: TradeDate,
        /// Whether its shares are counted as worth nothing, instead of the last close.
        worthless: bool,
    },
    /// Ex-days of which only the adjustment factor is known.
    Reinvested {
        /// How many, of the account that met most.
        days: usize,
    },
    /// Ex-days whose stored events contradict the adjustment factor, which was followed.
    FactorOverEvents {
        /// How many.
        days: usize,
        /// The first.
        first: TradeDate,
    },
    /// Bars beyond every limit the rules know, on which nothing was blocked.
    LimitUnknown {
        /// How many.
        days: usize,
        /// The first.
        first: TradeDate,
    },
}

/// What became of the short position that used up the equity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortPosition {
    /// It had ended already.
    Closed,
    /// The broker bought it back on this day.
    BoughtBack(TradeDate),
    /// It was to be bought back, and no bar allowed it.
    StillOpen,
}

/// Why no order of an account filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfilled {
    /// The smallest order costs more than the cash.
    CashBelowOneLot,
    /// The price was at its limit, trading was suspended, or nothing was traded.
    NoCounterpart,
    /// Decided after the last bar.
    NoLaterBar,
}

/// What is to be said of these curves, traded under `rules` on the bars from `first`.
pub fn curve_notes(
    curves: &CurveSet,
    bars: &BarSeries,
    known: &Known,
    rules: &RuleBook,
    first: usize,
) -> Vec<CurveNote> {
    let (executable, held) = (&curves.executable, &curves.buy_and_hold);
    let mut notes: Vec<CurveNote> = wiped_out(executable).into_iter().collect();
    if executable.orders.placed == 0 {
        notes.push(CurveNote::NeverTraded);
    } else if let Some(why) = unfilled(executable) {
        notes.push(CurveNote::NothingFilled { why });
    }
    notes.extend(unfilled(held).map(|why| CurveNote::NeverBought { why }));
    let accounts = [executable, held];
    let acted = |kind: ActionKind| {
        let days = |curve: &Backtest| {
            let of_kind = curve.actions.iter().filter(|action| action.kind == kind);
            of_kind.map(|action| action.date).collect::<Vec<_>>()
        };
        accounts.map(days).into_iter().max_by_key(Vec::len).unwrap_or_default()
    };
    if let Some(&date) = acted(ActionKind::Delisted).first() {
        let delistings = accounts.into_iter().flat_map(|curve| &curve.actions);
        let paid: f64 =
            delistings.filter(|action| action.kind == ActionKind::Delisted).map(|a| a.cash.abs()).sum();
        notes.push(CurveNote::Delisted { date, worthless: paid == 0.0 });
    }
    let reinvested = acted(ActionKind::Reinvested);
    if !reinvested.is_empty() {
        notes.push(CurveNote::Reinvested { days: reinvested.len() });
    }
    let contradicted = acted(ActionKind::FactorOverEvents);
    if let Some(&first) = contradicted.first() {
        notes.push(CurveNote::FactorOverEvents { days: contradicted.len(), first });
    }
    let limits = rules.limits(bars, known);
    let unknown = || (first..bars.len()).filter(|bar| limits.get(*bar) == Some(&PriceLimit::Unknown));
    if let Some(bar) = unknown().next() {
        notes.push(CurveNote::LimitUnknown { days: unknown().count(), first: bars.date[bar] });
    }
    notes
}

fn wiped_out(curve: &Backtest) -> Option<CurveNote> {
    let bar = curve.equity.iter().position(|equity| *equity <= 0.0)?;
    let bought_back = curve.trades.iter().find(|trade| trade.reason == Reason::MarginCall);
    let short = match bought_back {
        _ if curve.holding.shares < 0.0 => ShortPosition::StillOpen,
        Some(trade) => ShortPosition::BoughtBack(trade.date),
        None => ShortPosition::Closed,
    };
    Some(CurveNote::WipedOut { date: curve.dates[bar], equity: curve.equity[bar], short })
}

/// Why nothing filled, if orders arose and nothing did.
fn unfilled(curve: &Backtest) -> Option<Unfilled> {
    let orders = curve.orders;
    if orders.placed == 0 || !curve.trades.is_empty() {
        return None;
    }
    Some(if !curve.blocked.is_empty() {
        Unfilled::NoCounterpart
    } else if orders.too_small > 0 {
        Unfilled::CashBelowOneLot
    } else {
        Unfilled::NoLaterBar
    })
}

impl CurveNote {
    /// Whether `executable` and `buy_and_hold` can be compared at all.
    pub fn leaves_nothing_to_compare(self) -> bool {
        matches!(
            self,
            CurveNote::NeverTraded | CurveNote::NothingFilled { .. } | CurveNote::NeverBought { .. }
        )
    }
}

impl fmt::Display for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unfilled::CashBelowOneLot => "the smallest order costs more than the cash",
            Unfilled::NoCounterpart => {
                "on no bar that an order met could it be filled (price at its limit, no trading, or no volume left for it)"
            }
            Unfilled::NoLaterBar => "the order came after the last bar",
        })
    }
}

impl fmt::Display for CurveNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = |n: usize| if n == 1 { "" } else { "s" };
        match *self {
            CurveNote::WipedOut { date, equity, short } => {
                write!(f, "WIPED OUT: after the close of {date} the equity was {equity:.2}")?;
                match short {
                    ShortPosition::Closed => {}
                    ShortPosition::BoughtBack(day) => {
                        write!(f, "; the short position was bought back on {day} (margin call)")?;
                    }
                    ShortPosition::StillOpen => f.write_str(
                        "; the short position was to be bought back (margin call), and no later bar allowed it",
                    )?,
                }
                f.write_str(". No money was left to trade with: later signals did nothing.")
            }
            CurveNote::NeverTraded => {
                f.write_str("Nothing was traded: the target never left 0. The flat curve is idle cash.")
            }
            CurveNote::NothingFilled { why } => {
                write!(f, "Nothing was traded: {why}. The flat curve is idle cash.")
            }
            CurveNote::NeverBought { why } => write!(
                f,
                "Buying once and holding never bought: {why}. Its flat curve is idle cash and no benchmark."
            ),
            CurveNote::Delisted { date, worthless } => write!(
                f,
                "The stock was delisted after {date}; its shares are counted as worth {}.",
                if worthless { "nothing" } else { "their last close" }
            ),
            CurveNote::Reinvested { days } => write!(
                f,
                "On {days} ex-day{} only the adjustment factor is known: dividends count as reinvested in shares at once, \
                 untaxed.",
                s(days)
            ),
            CurveNote::FactorOverEvents { days, first } => write!(
                f,
                "On {days} ex-day{} (first {first}) the stored dividends and splits contradict the adjustment factor, \
                 which was followed.",
                s(days)
            ),
            CurveNote::LimitUnknown { days, first } => write!(
                f,
                "On {days} day{} (first {first}) prices went beyond every limit the rules know: the limit counts as \
                 unknown and blocked nothing.",
                s(days)
            ),
        }
    }
}
