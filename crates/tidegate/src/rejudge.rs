//! Judges the signals of a run again, from its directory alone: with other fees, other cash, another threshold.

use crate::curve_note::CurveNote;
use crate::error::{Error, InputError};
use crate::experiment::{self, Setting, Strategy};
use crate::plan::Plan;
use crate::report::{EquityRow, Run};
use crate::split::Part;
use crate::strategy::{self, CurveSet};
use crate::summary::{Curves, OrderSummary};
use serde::Serialize;
use std::path::Path;
use tidegate_market::{BreakEven, Fill, Positions, RuleNote};

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
    /// What trading `executable` may cost before `buy_and_hold` is as good.
    pub break_even: BreakEven,
    /// Remarks of the rule book.
    pub notes: Vec<RuleNote>,
    /// What happened that the figures do not tell.
    pub curve_notes: Vec<CurveNote>,
    /// Where orders fill.
    pub fill: Fill,
    /// Whether this is just what the run itself says.
    pub same_as_run: bool,
}

/// Keys of `[strategy]` that decide after the training: the rule that trades on the probabilities.
const RULE_KEYS: [&str; 6] = [
    "strategy.threshold",
    "strategy.entry",
    "strategy.exit",
    "strategy.positions",
    "strategy.hold",
    "strategy.size",
];

/// Whether a key is of the rule (`strategy.size.kelly.cap` is one of `strategy.size`).
fn decides(key: &str) -> bool {
    RULE_KEYS
        .iter()
        .any(|rule| key == *rule || key.strip_prefix(rule).is_some_and(|rest| rest.starts_with('.')))
}

/// Trades the test part of `signals.csv` again. Only `market.*` and the rule that trades on the probabilities can be set:
/// anything else would need new networks.
pub fn rejudge(run_dir: &Path, settings: &[Setting]) -> Result<Rejudged, Error> {
    let run = Run::read(run_dir)?;
    if let Some(other) = settings.iter().find(|s| !(s.key().starts_with("market.") || decides(s.key()))) {
        return Err(InputError::new(format!("--set {}", other.key()), "cannot be changed after training")
            .help(format!(
                "backtest takes market.*, {}; for the rest use `tidegate run`",
                RULE_KEYS.join(", ")
            ))
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
    if let Some((signal, date)) = test.iter().zip(bars).find(|(signal, date)| signal.date != **date) {
        return Err(damaged(&format!("expected a signal for {date}, found {}", signal.date)).into());
    }
    let settings = &plan.experiment.strategy;
    let positions: Vec<Option<f64>> = if decided_anew {
        decided_again(settings, &run).map_err(|reason| damaged(&reason))?
    } else {
        test.iter().map(|signal| signal.position).collect()
    };
    let mut traded = Vec::with_capacity(test.len());
    for (position, date) in positions.into_iter().zip(bars) {
        match position.filter(|position| position.is_finite()) {
            Some(position) => traded.push(position),
            None => return Err(damaged(&format!("{date}: the position or probability is missing")).into()),
        }
    }
    let terms = plan.experiment.market.terms(settings.size.unit());
    let curves = CurveSet::trade(&run.bars, &run.known, first, &traded, &rules, &terms)?;
    let short = settings.positions == Positions::LongShort;
    let facts = strategy::rule_facts(&rules, &curves.market.dates);
    let metrics = curves.metrics().ok_or_else(|| damaged("no bar to trade on"))?;
    Ok(Rejudged {
        symbol: run.bars.symbol.clone(),
        rules: rules.market().to_string(),
        orders: curves.orders(),
        notes: strategy::rule_notes(
            &rules,
            &plan.experiment.market,
            &run.bars,
            &run.known,
            short,
            &curves,
            &facts,
        ),
        curve_notes: curves.notes.clone(),
        fill: terms.fill,
        same_as_run: same_equity(&curves, &run.equity),
        curves: metrics,
        break_even: curves.break_even,
    })
}

/// Positions of the test part by another rule; `None` where a probability is missing.
fn decided_again(settings: &Strategy, run: &Run) -> Result<Vec<Option<f64>>, String> {
    let scores = run.scores()?;
    let decided = strategy::targets(settings, &run.bars, &scores);
    let tested = scores.iter().zip(decided).filter(|(score, _)| score.part == Some(Part::Test));
    Ok(tested.map(|(score, position)| (!score.probability.is_nan()).then_some(position)).collect())
}

/// Whether the curves are those of `equity.csv`, to the bit.
fn same_equity(curves: &CurveSet, rows: &[EquityRow]) -> bool {
    let columns: [fn(&EquityRow) -> f64; 4] =
        [|row| row.market, |row| row.as_shown, |row| row.executable, |row| row.buy_and_hold];
    curves.named().iter().zip(columns).all(|((_, curve), column)| {
        curve.equity.len() == rows.len() && curve.equity.iter().zip(rows).all(|(x, row)| *x == column(row))
    })
}
