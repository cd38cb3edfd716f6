//! Judges the signals of a run again, from its directory alone: with other fees, other cash, another threshold.

use crate::bars::known;
use crate::error::{Error, InputError};
use crate::experiment::{self, Setting};
use crate::plan::Plan;
use crate::report::Run;
use crate::strategy::{self, CurveSet};
use crate::summary::{Curves, OrderSummary};
use serde::Serialize;
use std::path::Path;
use tidegate_market::{RuleNote, Terms};

/// What the money did, judged again.
#[derive(Clone, Debug, Serialize)]
pub struct Rejudged {
    /// Symbol.
    pub symbol: String,
    /// Rule book.
    pub rules: String,
    /// The four curves.
    pub curves: Curves,
    /// Orders of `executable`.
    pub orders: OrderSummary,
    /// Remarks of the rule book.
    pub notes: Vec<RuleNote>,
    /// Whether this is just what the run itself says.
    pub same_as_run: bool,
}

/// Trades the test part of `signals.csv` again. Only `market.*`, `strategy.threshold` and `strategy.positions` can
/// be set: anything else would need new networks.
pub fn rejudge(run_dir: &Path, settings: &[Setting]) -> Result<Rejudged, Error> {
    let run = Run::read(run_dir)?;
    let decides = |key: &str| matches!(key, "strategy.threshold" | "strategy.positions");
    if let Some(other) = settings.iter().find(|s| !(s.key().starts_with("market.") || decides(s.key()))) {
        return Err(InputError::new(format!("--set {}", other.key()), "cannot be changed after training")
            .help("backtest takes market.*, strategy.threshold and strategy.positions; for the rest use `tidegate run`")
            .into());
    }
    let experiment = experiment::load(Some(&run_dir.join("experiment.toml")), settings)?;
    let mut plan = Plan::check(experiment)?;
    let rules = strategy::rule_book(&mut plan, &run.bars)?;
    let decided_anew = settings.iter().any(|s| decides(s.key()));

    let damaged = |reason: &str| InputError::new(run_dir.join("signals.csv").display().to_string(), reason);
    let test: Vec<_> = run.signals.iter().filter(|s| s.part.as_deref() == Some("test")).collect();
    let first = test.first().ok_or_else(|| damaged("expected signals of the test part, found none"))?.date;
    let first = run.bars.date.partition_point(|date| *date < first);
    let bars = &run.bars.date[first..];
    if test.len() != bars.len() {
        let expected = format!("expected a signal for each of the {} bars of the test part", bars.len());
        return Err(damaged(&format!("{expected}, found {}", test.len())).into());
    }
    let mut positions = Vec::with_capacity(test.len());
    for (signal, date) in test.iter().zip(bars) {
        if signal.date != *date {
            return Err(damaged(&format!("expected a signal for {date}, found {}", signal.date)).into());
        }
        let position = match (decided_anew, signal.position, signal.probability) {
            (false, Some(position), _) => position,
            (true, _, Some(probability)) => strategy::position(&plan.experiment.strategy, probability),
            _ => return Err(damaged(&format!("{date}: the position or probability is missing")).into()),
        };
        if !position.is_finite() {
            return Err(damaged(&format!("{date}: expected a position, found {position}")).into());
        }
        positions.push(position);
    }
    let terms = Terms::new(plan.experiment.market.cash);
    let known = known::from_run_dir(run_dir)?;
    let curves = CurveSet::trade(&run.bars, &known, first, &positions, &rules, &terms)?;
    let metrics = curves.metrics().ok_or_else(|| damaged("no bar to trade on"))?;
    Ok(Rejudged {
        symbol: run.bars.symbol.clone(),
        rules: rules.market().to_string(),
        orders: curves.orders(),
        notes: strategy::rule_notes(&rules, plan.experiment.strategy.positions, &curves),
        same_as_run: metrics == run.summary.strategy.curves,
        curves: metrics,
    })
}
