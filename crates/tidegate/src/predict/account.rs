//! From the classifier's answers to the account and the orders of the next trading day.

use super::Predictor;
use super::prediction::{
    Account, AllowedPrices, NoOrder, OrderReason, PlannedOrderLine, SeedForecast, SignalOfDay,
};
use crate::error::{Error, InputError};
use crate::plan::{MOST, MOST_IN_WORDS};
use crate::rule_book::standing_would_matter;
use crate::split::Part;
use crate::strategy::{self, Score};
use std::path::Path;
use tidegate_market::{
    BarSeries, ExDay, Holding, Lot, PriceLimit, Tape, TargetUnit, TradeDate, entitled, planned_order,
};

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
    /// Whether an ST mark that nobody knows of would narrow them.
    pub may_be_narrower: bool,
    pub ex_day: Option<ExDay>,
    pub orders: Vec<PlannedOrderLine>,
    pub no_order: Option<NoOrder>,
}

/// The account a user stated; what he leaves out is nothing.
pub(super) fn given(shares: Option<f64>, cash: Option<f64>) -> Result<Option<Holding>, InputError> {
    // A NaN is in no range.
    if let Some(shares) = shares.filter(|shares| !(-MOST..=MOST).contains(shares)) {
        let message = format!("expected shares, at most {MOST_IN_WORDS}, found {shares}");
        return Err(InputError::new("--holding", message));
    }
    if let Some(cash) = cash.filter(|cash| !(0.0..=MOST).contains(cash)) {
        let message = format!("expected an amount from 0 to {MOST_IN_WORDS}, found {cash}");
        return Err(InputError::new("--cash", message));
    }
    let stated = shares.is_some() || cash.is_some();
    Ok(stated.then(|| Holding { cash: cash.unwrap_or(0.0), shares: shares.unwrap_or(0.0) }))
}

impl Predictor {
    /// Signals of the run as it wrote them, and those of newer bars.
    pub(super) fn signal(&self, run_dir: &Path) -> Result<Signals, InputError> {
        let damaged =
            |reason: String| InputError::new(run_dir.join("signals.csv").display().to_string(), reason);
        let mut scores = self.run.scores().map_err(damaged)?;
        if let Some(score) = scores.iter().find(|score| !score.probability.is_finite()) {
            return Err(damaged(format!("{}: the probability is missing", self.bars.date[score.bar])));
        }
        let first = scores.iter().position(|score| score.part == Some(Part::Test));
        let first = first.ok_or_else(|| damaged("expected signals of the test part, found none".into()))?;
        let tested = scores[first].bar..self.own;
        if !scores[first..].iter().map(|score| score.bar).eq(tested.clone()) {
            let (bars, day) = (tested.len(), self.bars.date[tested.start]);
            return Err(damaged(format!("expected one signal for each of the {bars} bars from {day}")));
        }
        // The run's own last bar is asked again where nothing is newer: the answer is shown by seed.
        let ends: Vec<usize> = (self.own - 1..self.bars.len()).collect();
        let by_seed = self.probabilities(&ends);
        let seeds = by_seed.len() as f64;
        let settings = &self.plan.experiment.strategy;
        for (at, &bar) in ends.iter().enumerate().skip(1) {
            let probability = by_seed.iter().map(|(_, said)| said[at]).sum::<f64>() / seeds;
            scores.push(Score { bar, part: Some(Part::Test), probability });
        }
        // The rule may look back (a holding that lasts, a level that was crossed), so it goes over the run's days again.
        let targets = strategy::targets(settings, &self.bars, &scores);
        for (row, target) in self.run.signals.iter().zip(&targets).skip(first) {
            if row.position != Some(*target) {
                let found = row.position.map_or_else(|| "none".to_owned(), |position| position.to_string());
                let message =
                    format!("{}: the rule of experiment.toml decides {target}, found {found}", row.date);
                return Err(damaged(message));
            }
        }
        let positions = targets[first..].to_vec();
        let first = tested.start;
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
            unit: settings.size.unit(),
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
    let market = &predictor.plan.experiment.market;
    let unit = predictor.plan.experiment.strategy.size.unit();
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
            let tape = Tape::new(bars, rules, predictor.known());
            let curve = tape.backtest(signals.first, &signals.positions, &market.terms(unit))?;
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
    let ex_day = ex_day(predictor, next);
    let (limits, may_be_narrower) = allowed(predictor, next, ex_day);
    let price = limits.reference;
    let then = ex_day.map_or(holding, |ex_day| {
        let close = predictor.bars.close.last().copied().unwrap_or(price);
        entitled(rules, holding, close, &ex_day)
    });
    let order = wanted.and_then(|(target, reason)| {
        let order = planned_order(rules, next, target, unit, then, price)?;
        let lots = match rules.lot() {
            Lot::Shares { step, .. } if step > 1 => Some(order.shares / f64::from(step)),
            _ => None,
        };
        Some(PlannedOrderLine {
            symbol: bars.symbol.clone(),
            side: order.side,
            shares: order.shares,
            lots,
            value: order.shares * price,
            fill: market.fill,
            limit_up: limits.up,
            limit_down: limits.down,
            target,
            reason,
        })
    });
    let no_order = match (&order, wanted) {
        (Some(_), _) => None,
        (None, Some((target, _))) if wants(target, unit, then, price) == then.shares => {
            Some(NoOrder::AtTarget)
        }
        (None, Some(_)) => Some(NoOrder::BelowOneLot),
        (None, None) => Some(NoOrder::TargetUnchanged),
    };
    let equity = holding.cash + holding.shares * close;
    Ok(Planned {
        account: Account { of, cash: holding.cash, shares: holding.shares, equity },
        limits,
        may_be_narrower,
        ex_day,
        orders: order.into_iter().collect(),
        no_order,
    })
}

/// Shares that a target means at `price`.
fn wants(target: f64, unit: TargetUnit, holding: Holding, price: f64) -> f64 {
    match unit {
        TargetUnit::Equity => target * (holding.cash + holding.shares * price) / price,
        TargetUnit::Shares(shares) => target * shares,
    }
}

/// What `next` is the ex-day of, where the newest source knows it already.
fn ex_day(predictor: &Predictor, next: TradeDate) -> Option<ExDay> {
    let known = predictor.known().ex_days.iter().chain(&predictor.newest.ahead.ex_days);
    known.copied().find(|ex_day| ex_day.date == next)
}

/// Long, flat or short.
fn side(amount: f64) -> i8 {
    i8::from(amount > 0.0) - i8::from(amount < 0.0)
}

/// The prices allowed on `next`, as the rule book sees them the evening before: a bar at the reference price stands for the
/// day to come, so that no price of that day can matter; and whether an ST mark that nobody knows of would narrow them.
fn allowed(predictor: &Predictor, next: TradeDate, ex_day: Option<ExDay>) -> (AllowedPrices, bool) {
    let (bars, ahead) = (&predictor.bars, &predictor.newest.ahead);
    let last = bars.len() - 1;
    let close = bars.close[last];
    let mut known = predictor.known().clone();
    known.limits.extend_from_slice(&ahead.limits);
    known.ex_days.extend_from_slice(&ahead.ex_days);
    known.standings.extend_from_slice(&ahead.standings);
    // The exchange's reference price on an ex-day, to the tick.
    let reference = ex_day.map_or(close, |ex| {
        let exact = (close - ex.cash + ex.rights * ex.rights_price) / (1.0 + ex.new_shares + ex.rights);
        predictor.rules.tick(close).map_or(exact, |tick| {
            let per_unit = (1.0 / tick).round();
            (exact * per_unit + 1e-9).round() / per_unit
        })
    });
    let with = |column: &[f64], value: f64| [column, &[value]].concat();
    let to_come = BarSeries {
        symbol: bars.symbol.clone(),
        basis: bars.basis,
        date: [bars.date.as_slice(), &[next]].concat(),
        open: with(&bars.open, reference),
        high: with(&bars.high, reference),
        low: with(&bars.low, reference),
        close: with(&bars.close, reference),
        volume: with(&bars.volume, 0.0),
        amount: None,
        pre_close: bars.pre_close.as_deref().map(|column| with(column, reference)),
        factor: with(&bars.factor, bars.factor[last] * close / reference),
    };
    let limit = predictor.rules.limits(&to_come, &known)[last + 1];
    let may_be_narrower = standing_would_matter(&predictor.rules, &to_come, &known, last + 1);
    let (up, down) = match limit {
        PriceLimit::Band { up, down, .. } => (Some(up), Some(down)),
        _ => (None, None),
    };
    let published = known.limits.iter().any(|(day, _)| *day == next);
    (AllowedPrices { reference, ex_day: ex_day.is_some(), up, down, published }, may_be_narrower)
}
