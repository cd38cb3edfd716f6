//! The strategy task: a classifier of the next day's direction, the rule that trades on it, and what the money
//! did.

mod decide;

pub use decide::{Score, targets};

use crate::bars::{SourceBars, seen_by_networks};
use crate::curve_note::{CurveNote, curve_notes};
use crate::error::{Error, InputError};
use crate::experiment::{MarketRules, Positions, Strategy};
use crate::forecast::model_kind;
use crate::inputs::{InputSpec, Inputs, prepare};
use crate::plan::Plan;
use crate::rule_book::{self, rule_error, standing_would_matter};
use crate::scaler::ColumnScale;
use crate::split::{Part, Parts};
use crate::stats::{ClassifierScores, base_rate};
use crate::summary::{
    ClassSummary, ClassifierSummary, Confusion, Curves, Measured, OrderSummary, StrategySummary, Terms,
};
use crate::target::{price_rise, target_bars};
use tidegate_market::{
    Backtest, BacktestError, BarSeries, Benchmarks, BreakEven, CurveMetrics, DatedRule, Fill, Known, Lot,
    PriceBasis, RuleBook, RuleFact, RuleNote, Tape, TradeDate, TradingCalendar, break_even, unfilled_share,
};
use tidegate_nn::{Fitted, Network};

/// Bars ahead of the label.
const HORIZON: usize = 1;

/// The task, ready to train.
#[derive(Clone, Debug)]
pub struct StrategyTask {
    /// Settings.
    pub settings: Strategy,
    /// Where the bars were cut.
    pub parts: Parts,
    /// 1 if the next adjusted close is higher, else 0; null at the end.
    pub labels: Vec<Option<f64>>,
    /// Panel and samples.
    pub inputs: Inputs,
}

/// What the classifier says after the close of one bar, and the position that follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signal {
    /// The bar.
    pub bar: usize,
    /// Its part, if any.
    pub part: Option<Part>,
    /// Probability that the next adjusted close is higher, mean over seeds.
    pub probability: f64,
    /// Target weight for the next bar.
    pub position: f64,
}

impl StrategyTask {
    /// Prepares the task over `bars`. Features are computed on the bars as the networks see them; the label is
    /// about adjusted prices whatever they see.
    pub fn new(
        plan: &Plan,
        bars: &BarSeries,
        calendar: &TradingCalendar,
    ) -> Result<StrategyTask, InputError> {
        let settings = plan.experiment.strategy.clone();
        let parts = Parts::for_strategy(bars.len(), settings.split.train, HORIZON);
        let labels = price_rise(bars, &target_bars(bars, calendar, HORIZON));
        let bars = &seen_by_networks(bars, plan.experiment.data.adjust);
        let inputs = prepare(StrategyTask::inputs_of(&settings), bars, &labels, &parts)?;
        Ok(StrategyTask { settings, parts, labels, inputs })
    }

    fn inputs_of(settings: &Strategy) -> InputSpec<'_> {
        InputSpec {
            features: &settings.features,
            window: settings.window,
            horizon: HORIZON,
            scaler: settings.scaler,
            scale_label: false,
            table: "strategy",
            features_key: "strategy.features",
        }
    }

    /// The inputs of the same task over bars that go on after its own, as the networks see them.
    ///
    /// # Errors
    /// As [`Inputs::over`].
    pub fn continued_inputs(&self, seen: &BarSeries, scales: &[ColumnScale]) -> Result<Inputs, InputError> {
        self.inputs.over(StrategyTask::inputs_of(&self.settings), seen, scales, None)
    }

    /// Probabilities of one network for the windows that end at `ends`.
    pub fn probabilities(&self, network: &Network, ends: &[usize]) -> Vec<f64> {
        probabilities(&self.inputs, network, ends)
    }

    /// One signal per bar that can end a window, from the mean probability over seeds; sizes are of `bars`.
    pub fn signals(&self, fitted: &[Fitted], bars: &BarSeries) -> Vec<Signal> {
        let by_seed: Vec<Vec<f64>> =
            fitted.iter().map(|fitted| self.probabilities(&fitted.network, &self.inputs.ends)).collect();
        let seeds = by_seed.len() as f64;
        let mean = |i: usize| by_seed.iter().map(|p| p[i]).sum::<f64>() / seeds;
        let ends = self.inputs.ends.iter().enumerate();
        let scores: Vec<Score> = ends
            .map(|(i, bar)| Score { bar: *bar, part: self.parts.of(*bar), probability: mean(i) })
            .collect();
        let positions = targets(&self.settings, bars, &scores);
        let signal = |(score, position): (&Score, f64)| Signal {
            bar: score.bar,
            part: score.part,
            probability: score.probability,
            position,
        };
        scores.iter().zip(positions).map(signal).collect()
    }

    /// Classification figures by part.
    pub fn classify(&self, fitted: &[Fitted]) -> ClassifierSummary {
        ClassifierSummary {
            valid: self.classify_part(fitted, Part::Valid),
            test: self.classify_part(fitted, Part::Test),
        }
    }

    fn rose(&self, ends: &[usize]) -> Vec<bool> {
        ends.iter().map(|t| self.labels[*t] == Some(1.0)).collect()
    }

    fn classify_part(&self, fitted: &[Fitted], part: Part) -> ClassSummary {
        let ends = self.inputs.samples.of(part);
        let actual = self.rose(ends);
        let scores: Vec<ClassifierScores> = fitted
            .iter()
            .map(|fitted| {
                let probability = self.probabilities(&fitted.network, ends);
                ClassifierScores::measure(&actual, &probability, self.settings.threshold)
            })
            .collect();
        let over = |figure: fn(&ClassifierScores) -> Option<f64>| Measured::over(scores.iter().map(figure));
        let base_rate_here = base_rate(&actual);
        // The majority of the training part: a tie counts as down, as a tied price does.
        let mostly_up = base_rate(&self.rose(&self.inputs.samples.train)).is_some_and(|rate| rate > 0.5);
        ClassSummary {
            accuracy: over(|s| s.accuracy),
            majority_accuracy: base_rate_here.map(|rate| if mostly_up { rate } else { 1.0 - rate }),
            base_rate: base_rate_here,
            auc: over(|s| s.auc),
            brier: over(|s| s.brier),
            precision: over(|s| s.precision),
            recall: over(|s| s.recall),
            f1: over(|s| s.f1),
            confusion: scores
                .iter()
                .map(|s| Confusion {
                    true_up: s.confusion.true_up,
                    false_up: s.confusion.false_up,
                    true_down: s.confusion.true_down,
                    false_down: s.confusion.false_down,
                })
                .collect(),
        }
    }
}

/// Probabilities of one network for the windows of `inputs` that end at `ends`.
pub fn probabilities(inputs: &Inputs, network: &Network, ends: &[usize]) -> Vec<f64> {
    let logits = network.forecast(inputs.set.panel(), ends, 1);
    logits.into_iter().map(|y| 1.0 / (1.0 + (-f64::from(y)).exp())).collect()
}

/// The rule book of an experiment for a symbol; a rule book told from the symbol is written into the experiment. What
/// else the file leaves open stays the rule book's, and `metrics.json` says what was applied.
pub fn rule_book(plan: &mut Plan, bars: &BarSeries) -> Result<RuleBook, InputError> {
    let rules = rule_book::rule_book(&mut plan.experiment.market, bars)?;
    if plan.experiment.strategy.positions == Positions::LongShort && !rules.allows_short() {
        let market = rules.market();
        return Err(InputError::new(
            "strategy.positions",
            format!("\"long_short\" sells short, which rules \"{market}\" do not allow"),
        )
        .help("use positions = \"long_flat\", or other market.rules"));
    }
    Ok(rules)
}

/// Remarks of the rule book that concern these curves: `short` is whether anybody ever sells short, `facts` the dated rules
/// that were in force.
pub(crate) fn rule_notes(
    rules: &RuleBook,
    settings: &MarketRules,
    bars: &BarSeries,
    known: &Known,
    short: bool,
    curves: &CurveSet,
    facts: &[RuleFact],
) -> Vec<RuleNote> {
    let start = curves.market.dates.first();
    let first = start.map_or(0, |start| bars.date.partition_point(|day| day < start));
    // One rate stands for all years since the newest dated line of the commission, where the book's own is applied.
    let todays = facts.iter().any(|fact| match fact.rule {
        DatedRule::Commission { rate, minimum } => (rate, minimum) == rules.commission(),
        _ => false,
    });
    let concerns = |note: &RuleNote| match note {
        RuleNote::BorrowingIsFree => short,
        RuleNote::SpecialTreatmentUnknown => standing_would_matter(rules, bars, known, first),
        RuleNote::CommissionOfToday => todays,
        _ => true,
    };
    let mut notes: Vec<RuleNote> = rules.notes().into_iter().filter(concerns).collect();
    // Lots that hold for quoted prices do not for those that later splits have divided, whoever stated them.
    let quoted = settings.overrides().ok();
    let quoted = quoted.and_then(|o| RuleBook::new(rules.market(), &o, &bars.symbol, PriceBasis::Raw).ok());
    let lots_are_off = rules.lot() == Lot::Fraction && quoted.is_some_and(|book| book.lot() != Lot::Fraction);
    if lots_are_off && !notes.contains(&RuleNote::FractionsTraded) {
        notes.push(RuleNote::FractionsTraded);
    }
    notes
}

/// The terms of every order of a run, whoever set them.
fn terms(rules: &RuleBook, plan: &Plan) -> Terms {
    Terms { size: plan.experiment.strategy.size, ..terms_of(rules, &plan.experiment.market) }
}

/// The terms of every order, whoever set them, for positions of full size.
pub(crate) fn terms_of(rules: &RuleBook, market: &MarketRules) -> Terms {
    let (commission, min_commission) = rules.commission();
    Terms {
        commission,
        min_commission,
        stamp_duty: market.stamp_duty,
        slippage_bp: market.slippage_bp,
        slippage_ticks: market.slippage_ticks,
        borrow_rate: rules.borrow_rate(),
        fractions: rules.lot() == Lot::Fraction,
        fill: market.fill,
        unfilled: market.unfilled,
        volume_cap: market.volume_cap,
        delisting: market.delisting,
        size: tidegate_market::Size::default(),
    }
}

/// The dated rules in force on any of these days, by rule and date.
pub(crate) fn rule_facts(rules: &RuleBook, days: &[TradeDate]) -> Vec<RuleFact> {
    let mut facts = Vec::new();
    for fact in days.iter().flat_map(|day| rules.facts(*day)) {
        if !facts.contains(&fact) {
            facts.push(fact);
        }
    }
    // Changes of one rule stand together.
    facts.sort_by_key(|fact| {
        let kind = match fact.rule {
            DatedRule::PriceLimit { .. } => 0,
            DatedRule::Commission { .. } => 1,
            DatedRule::StampDuty { .. } => 2,
            DatedRule::TransferFee { .. } => 3,
            DatedRule::Section31 { .. } => 4,
            DatedRule::TradingActivity { .. } => 5,
        };
        (kind, fact.from)
    });
    facts
}

/// The four curves over the bars from `first`.
#[derive(Clone, Debug)]
pub struct CurveSet {
    /// The price itself.
    pub market: Backtest,
    /// Filled at the close that decided, no costs.
    pub as_shown: Backtest,
    /// Filled at the next open, with costs and limits.
    pub executable: Backtest,
    /// Bought once, as `executable`.
    pub buy_and_hold: Backtest,
    /// What trading `executable` may cost before `buy_and_hold` is as good.
    pub break_even: BreakEven,
    /// Share of the orders of `executable` that were not filled whole.
    pub unfilled_share: Option<f64>,
    /// What happened that the figures do not tell.
    pub notes: Vec<CurveNote>,
}

impl CurveSet {
    /// Trades `positions[k]`, decided after the close of bar `first + k`.
    pub fn trade(
        bars: &BarSeries,
        known: &Known,
        first: usize,
        positions: &[f64],
        rules: &RuleBook,
        terms: &tidegate_market::Terms,
    ) -> Result<CurveSet, BacktestError> {
        let tape = Tape::new(bars, rules, known);
        let shown = tidegate_market::Terms { unit: terms.unit, ..tidegate_market::Terms::new(terms.cash) };
        let shown = shown.filled(Fill::SameClose);
        let frictionless = RuleBook::frictionless();
        let executable = tape.backtest(first, positions, terms)?;
        let mut curves = CurveSet {
            market: tape.market_curve(first, terms.cash)?,
            as_shown: Tape::new(bars, &frictionless, known).backtest(first, positions, &shown)?,
            buy_and_hold: tape.buy_and_hold(first, terms)?,
            break_even: break_even(bars, rules, known, first, positions, terms)?,
            unfilled_share: unfilled_share(&executable),
            executable,
            notes: Vec::new(),
        };
        curves.notes = curve_notes(&curves, bars, known, rules, first);
        Ok(curves)
    }

    /// Name and curve, in the order of `equity.csv`.
    pub fn named(&self) -> [(&'static str, &Backtest); 4] {
        [
            ("market", &self.market),
            ("as_shown", &self.as_shown),
            ("executable", &self.executable),
            ("buy_and_hold", &self.buy_and_hold),
        ]
    }

    /// Their figures; `None` if the curves have no bar.
    pub fn metrics(&self) -> Option<Curves> {
        let benchmarks = Benchmarks::new(&self.market, &self.buy_and_hold);
        let measured = |curve| CurveMetrics::beside(curve, &benchmarks);
        Some(Curves {
            market: measured(&self.market)?,
            as_shown: measured(&self.as_shown)?,
            executable: measured(&self.executable)?,
            buy_and_hold: measured(&self.buy_and_hold)?,
        })
    }

    /// What became of the orders of `executable`.
    pub fn orders(&self) -> OrderSummary {
        let orders = self.executable.orders;
        OrderSummary {
            placed: orders.placed,
            filled: orders.filled,
            part_filled: orders.part_filled,
            waited: orders.waited,
            nothing_to_trade: orders.nothing_to_trade,
            too_small: orders.too_small,
            cut_short: orders.cut_short,
            replaced: orders.replaced,
            dropped: orders.dropped,
            unfilled_at_end: orders.unfilled_at_end,
            untried_at_end: orders.untried_at_end,
            unfilled_share: self.unfilled_share,
        }
    }
}

/// Positions over the test part, one per bar from its first: what was decided after each close.
///
/// Every bar of the test part can end a window (the part would hold no sample otherwise), so none is missing.
pub fn test_positions(task: &StrategyTask, signals: &[Signal]) -> (usize, Vec<f64>) {
    let first = task.parts.test.start;
    let positions = signals.iter().filter(|s| s.bar >= first).map(|s| s.position).collect();
    (signals.iter().map(|s| s.bar).find(|bar| *bar >= first).unwrap_or(first), positions)
}

/// The strategy's section of `metrics.json`.
pub fn summarise(
    task: &StrategyTask,
    plan: &Plan,
    fitted: &[Fitted],
    curves: &CurveSet,
    rules: &RuleBook,
    source: &SourceBars,
) -> Result<StrategySummary, Error> {
    let model = &plan.models[plan.strategy_model];
    let no_bar = || Error::Run("the test part of the strategy has no bar to trade on".into());
    let facts = rule_facts(rules, &curves.market.dates);
    let short = task.settings.positions == Positions::LongShort;
    Ok(StrategySummary {
        model: model.name.clone(),
        kind: model_kind(model.kind()),
        parameters: fitted.first().map_or(0, |fitted| fitted.network.parameter_count()),
        best_epoch: fitted.iter().map(|fitted| fitted.best_epoch).collect(),
        split: task.inputs.samples.summary(&task.parts, &source.bars.date),
        classifier: task.classify(fitted),
        curves: curves.metrics().ok_or_else(no_bar)?,
        orders: curves.orders(),
        break_even: Some(curves.break_even.clone()),
        rules: rules.market().to_string(),
        notes: rule_notes(rules, &plan.experiment.market, &source.bars, &source.known, short, curves, &facts),
        curve_notes: curves.notes.clone(),
        terms: terms(rules, plan),
        facts,
    })
}

impl From<BacktestError> for Error {
    fn from(error: BacktestError) -> Error {
        match &error {
            BacktestError::Rule(rule) => Error::Input(rule_error(rule)),
            _ => Error::Run(error.to_string()),
        }
    }
}
