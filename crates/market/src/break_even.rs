//! What trading may cost before it is no better than buying once and holding.

use crate::backtest::BacktestError;
use crate::bars::BarSeries;
use crate::known::Known;
use crate::rules::RuleBook;
use crate::tape::Tape;
use crate::terms::Terms;
use serde::{Deserialize, Serialize};

/// The highest cost looked at, basis points a side.
pub const HIGHEST_COST_BP: f64 = 1_000.0;
/// Costs at which the equity is told, basis points a side.
pub const COSTS_TOLD_BP: [f64; 4] = [0.0, 5.0, 10.0, 20.0];
/// The break-even cost is known to this much, basis points.
const PRECISION_BP: f64 = 0.005;
/// A basis point.
const BP: f64 = 1e-4;

/// How a strategy stands against `buy_and_hold` when both pay the same flat cost for every fill and nothing else: c basis
/// points of the traded value a side, no minimum, no duty, no other fee, no slippage, no borrowing cost. Fills are as ever:
/// the same lots, limits, settlement and policies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BreakEven {
    /// The cost, basis points a side, at which the final equity is that of `buy_and_hold`; `None` where there is none.
    pub cost_bp: Option<f64>,
    /// Why there is none.
    pub reason: Option<NoBreakEven>,
    /// Final equity at some costs, ascending.
    pub equity: Vec<EquityAtCost>,
}

/// Why there is no break-even cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoBreakEven {
    /// Even for free the strategy ends no higher than `buy_and_hold`.
    NoEdgeAtZeroCost,
    /// Even at [`HIGHEST_COST_BP`] it ends higher: it hardly trades.
    AboveAtHighestCost,
}

/// Final equity when every fill costs the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EquityAtCost {
    /// Basis points of the traded value, each side.
    pub cost_bp: f64,
    /// Of the strategy, currency.
    pub strategy: f64,
    /// Of `buy_and_hold`, currency.
    pub buy_and_hold: f64,
}

impl EquityAtCost {
    fn excess(&self) -> f64 {
        self.strategy - self.buy_and_hold
    }
}

/// Trades `targets` from bar `first` at many flat costs, as [`Tape::backtest`] does at the real ones.
///
/// The cost is found by halving the interval from 0 to [`HIGHEST_COST_BP`]. Lots make the excess a staircase; where it
/// crosses zero more than once, one of the crossings is found.
///
/// # Errors
/// [`BacktestError`] as in [`Tape::backtest`].
pub fn break_even(
    bars: &BarSeries,
    rules: &RuleBook,
    known: &Known,
    first: usize,
    targets: &[f64],
    terms: &Terms,
) -> Result<BreakEven, BacktestError> {
    let at = |cost_bp: f64| -> Result<EquityAtCost, BacktestError> {
        let rules = rules.at_flat_cost(cost_bp * BP);
        let tape = Tape::new(bars, &rules, known);
        // A backtest that did not fail has a bar.
        let last = |equity: Vec<f64>| equity.last().copied().unwrap_or(terms.cash);
        Ok(EquityAtCost {
            cost_bp,
            strategy: last(tape.backtest(first, targets, terms)?.equity),
            buy_and_hold: last(tape.buy_and_hold(first, terms)?.equity),
        })
    };
    let equity = COSTS_TOLD_BP.into_iter().map(at).collect::<Result<Vec<_>, _>>()?;
    let none = |reason, equity| Ok(BreakEven { cost_bp: None, reason: Some(reason), equity });
    if equity[0].excess() <= 0.0 {
        return none(NoBreakEven::NoEdgeAtZeroCost, equity);
    }
    if at(HIGHEST_COST_BP)?.excess() > 0.0 {
        return none(NoBreakEven::AboveAtHighestCost, equity);
    }
    let (mut above, mut below) = (0.0, HIGHEST_COST_BP);
    while below - above > PRECISION_BP {
        let middle = f64::midpoint(above, below);
        if at(middle)?.excess() > 0.0 { above = middle } else { below = middle }
    }
    Ok(BreakEven { cost_bp: Some(f64::midpoint(above, below)), reason: None, equity })
}
