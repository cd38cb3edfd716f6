//! From the classifier's answers to the account and the orders of the next trading day.

use super::Predictor;
use super::prediction::{
    Account, AllowedPrices, NoOrder, OrderReason, PlannedOrderLine, SeedForecast, SignalOfDay,
};
use crate::error::{Error, InputError};
use crate::split::Part;
use crate::strategy::{self, Score};
use std::path::Path;
use tidegate_market::{BarSeries, Holding, Known, Lot, PriceLimit, Tape, TradeDate, planned_order};

/// Positions decided over the test part of the run and all newer bars, and the last answer in full.
pub(super) struct Signals {
    /// First bar of the test part that has a signal.
    pub first: usize,
    /// Target weight decided after each close from `first`.
    pub positions: Vec<f64>,
    /// After the last close.
    pub of_day: SignalOfDay,
}

/// What the next trading day asks for.
pub(super) struct Planned {
    pub account: Account,
    pub limits: AllowedPrices,
    pub orders: Vec<PlannedOrderLine>,
    pub no_order: Option<NoOrder>,
}

/// The account a user stated; what he leaves out is nothing.
pub(super) fn given(shares: Option<f64>, cash: Option<f64>) -> Result<Option<Holding>, InputError> {
    for (flag, value) in [("--holding", shares), ("--cash", cash)] {
        if let Some(value) = value.filter(|value| !value.is_finite()) {
            return Err(InputError::new(flag, format!("expected a number, found {value}")));
        }
    }
    if let Some(cash) = cash.filter(|cash| *cash < 0.0) {
        return Err(InputError::new("--cash", format!("expected an amount of at least 0, found {cash}")));
    }
    let stated = shares.is_some() || cash.is_some();
    Ok(stated.then(|| Holding { cash: cash.unwrap_or(0.0), shares: shares.unwrap_or(0.0) }))
}

impl Predictor {
    /// Signals of the run as it wrote them, and those of newer bars.
    pub(super) fn signal(&self, run_dir: &Path) -> Result<Signals, InputError> {
        let damaged =
            |reason: String| InputError::new(run_dir.join("signals.csv").display().to_string(), reason);
        let mut positions = Vec::new();
        let mut first = None;
        for row in &self.run.signals {
            let expected = first.map(|first: usize| self.bars.date.get(first + positions.len()).copied());
            let position = row.position.filter(|position| position.is_finite());
            let position =
                position.ok_or_else(|| damaged(format!("{}: the position is missing", row.date)))?;
            if row.part.as_deref() != Some("test") {
                continue;
            }
            let bar = self.bars.date[..self.own].binary_search(&row.date);
            let bar = bar.map_err(|_| damaged(format!("{}: no such bar in bars.csv", row.date)))?;
            if expected.is_some_and(|expected| expected != Some(row.date)) {
                return Err(damaged(format!("{}: not the bar after the signal before", row.date)));
            }
            first.get_or_insert(bar);
            positions.push(position);
        }
        let first = first.ok_or_else(|| damaged("expected signals of the test part, found none".into()))?;
        if first + positions.len() != self.own {
            let (date, last) = (self.bars.date[first + positions.len() - 1], self.bars.date[self.own - 1]);
            return Err(damaged(format!("the signals end on {date}, the bars on {last}")));
        }
        // The run's own last bar is asked again where nothing is newer: the answer is shown by seed.
        let ends: Vec<usize> = (self.own - 1..self.bars.len()).collect();
        let by_seed = self.probabilities(&ends);
        let seeds = by_seed.len() as f64;
        let settings = &self.plan.experiment.strategy;
        // The rule may look back (a holding that lasts, a level that was crossed), so it goes over the run's days again.
        let mut scores = self.run.scores().map_err(damaged)?;
        let own = scores.len();
        scores.extend((1..ends.len()).map(|at| Score {
            bar: ends[at],
            part: Some(Part::Test),
            probability: by_seed.iter().map(|(_, said)| said[at]).sum::<f64>() / seeds,
        }));
        positions.extend_from_slice(&strategy::targets(settings, &self.bars, &scores)[own..]);
        let last = ends.len() - 1;
        let by_seed: Vec<SeedForecast> = by_seed
            .iter()
            .map(|(seed, said)| SeedForecast { seed: Some(*seed), forecast: said[last] })
            .collect();
        let model = self.plan.models[self.plan.strategy_model].name.clone();
        let (probability, std) = super::mean_and_std(&by_seed, &model)?;
        let count = positions.len();
        let of_day = SignalOfDay {
            model,
            probability,
            std,
            by_seed,
            threshold: settings.threshold,
            position: positions[count - 1],
            previous_position: if count > 1 { positions[count - 2] } else { 0.0 },
        };
        Ok(Signals { first, positions, of_day })
    }
}

/// The account after the last close, and the orders it asks for on `next`.
pub(super) fn plan(
    predictor: &Predictor,
    signals: &Signals,
    given: Option<Holding>,
    next: TradeDate,
) -> Result<Planned, Error> {
    let Predictor { bars, rules, .. } = predictor;
    let last = bars.len() - 1;
    let close = bars.close[last];
    let unit = predictor.plan.experiment.strategy.size.unit();
    let terms = predictor.plan.experiment.market.terms(unit);
    let (now, before) = (signals.of_day.position, signals.of_day.previous_position);
    if given.is_some_and(|given| given.shares < 0.0) && !rules.allows_short() {
        let shares = given.map_or(0.0, |given| given.shares);
        return Err(InputError::new("--holding", format!("expected at least 0 shares, found {shares}"))
            .help(format!("rules \"{}\" do not allow selling short", rules.market()))
            .into());
    }
    let (of, holding, wanted) = match given {
        Some(holding) => {
            let reason = if now != before {
                Some((now, OrderReason::TargetChanged { from: before, to: now }))
            } else if side(holding.shares) != side(now) {
                Some((now, OrderReason::AccountDiffers { to: now }))
            } else {
                None
            };
            ("given", holding, reason)
        }
        None => {
            let tape = Tape::new(bars, rules, &Known::default());
            let curve = tape.backtest(signals.first, &signals.positions, &terms)?;
            let wanted = curve.pending_target.map(|to| {
                let changed = now != before && to == now;
                let reason = if changed {
                    OrderReason::TargetChanged { from: before, to }
                } else {
                    OrderReason::StillWaiting { to }
                };
                (to, reason)
            });
            ("run", curve.holding, wanted)
        }
    };
    let limits = allowed(predictor, next);
    let order = wanted.and_then(|(target, reason)| {
        let order = planned_order(rules, next, target, unit, holding, close)?;
        let lots = match rules.lot() {
            Lot::Shares { step, .. } if step > 1 => Some(order.shares / f64::from(step)),
            _ => None,
        };
        Some(PlannedOrderLine {
            symbol: bars.symbol.clone(),
            side: order.side,
            shares: order.shares,
            lots,
            value: order.shares * close,
            fill: "next_open",
            limit_up: limits.up,
            limit_down: limits.down,
            target,
            reason,
        })
    });
    let no_order = match (&order, wanted) {
        (Some(_), _) => None,
        (None, Some(_)) => Some(NoOrder::BelowOneLot),
        (None, None) => Some(NoOrder::TargetUnchanged),
    };
    let equity = holding.cash + holding.shares * close;
    Ok(Planned {
        account: Account { of, cash: holding.cash, shares: holding.shares, equity },
        limits,
        orders: order.into_iter().collect(),
        no_order,
    })
}

/// Long, flat or short.
fn side(amount: f64) -> i8 {
    i8::from(amount > 0.0) - i8::from(amount < 0.0)
}

/// The prices allowed on `next`, as the rule book sees them the evening before: a bar that repeats the last close stands
/// for the day to come, so that no price of that day can matter.
fn allowed(predictor: &Predictor, next: TradeDate) -> AllowedPrices {
    let bars = &predictor.bars;
    let last = bars.len() - 1;
    let close = bars.close[last];
    let with = |column: &[f64], value: f64| [column, &[value]].concat();
    let to_come = BarSeries {
        symbol: bars.symbol.clone(),
        basis: bars.basis,
        date: [bars.date.as_slice(), &[next]].concat(),
        open: with(&bars.open, close),
        high: with(&bars.high, close),
        low: with(&bars.low, close),
        close: with(&bars.close, close),
        volume: with(&bars.volume, 0.0),
        amount: None,
        pre_close: bars.pre_close.as_deref().map(|column| with(column, close)),
        factor: with(&bars.factor, bars.factor[last]),
    };
    let limit = predictor.rules.limits(&to_come, &Known::default())[last + 1];
    let (up, down) = match limit {
        PriceLimit::Band { up, down, .. } => (Some(up), Some(down)),
        _ => (None, None),
    };
    AllowedPrices { reference: close, up, down, published: false }
}
