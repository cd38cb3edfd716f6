//! Nothing dated t depends on anything after t: the first invariant of the design, over every stage from features to
//! equity. The same check is then shown pipelines with a leak planted in them, and names the stage.

mod change;
mod leaky;
mod pipeline;
mod trace;

use change::Change;
use pipeline::{Honest, Pipeline, observe, observe_with};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tidegate::Plan;
use tidegate::bars::SourceBars;
use tidegate_data::{SampleKind, generate};
use tidegate_market::{BarSeries, TradingCalendar};
use tidegate_nn::Network;
use trace::{Stage, Trace, leaks};

/// Bars of the sample market that the checks run on; an ex-day and a suspension lie among them.
const BARS: std::ops::Range<usize> = 830..1150;
/// First bars of validation and test of the forecast task.
const VALID: usize = 170;
const TEST: usize = 220;
/// First bar that the strategy does not train on.
const STRATEGY_TEST: usize = 230;
/// From here on every part of both tasks is behind us but the tests, each with a few samples.
const IN_BOTH_TESTS: usize = 240;

fn bars() -> SourceBars {
    let market = generate(SampleKind::Planted);
    let mut source = tidegate::bars::load(&plan("")).unwrap();
    source.bars = market.bars.slice(BARS);
    source.oracle = None;
    source.calendar = TradingCalendar::Weekdays;
    source
}

/// The experiment over these bars. Parts begin on the same days however many bars follow them.
fn plan_over(bars: &BarSeries) -> Plan {
    let original = &ORIGINAL.bars;
    let train = STRATEGY_TEST as f64 / bars.len() as f64;
    plan(&format!(
        "strategy.split = {{ train = {train}, test = {} }}
         split = {{ valid_from = {}, test_from = {}, gap = 0 }}",
        1.0 - train,
        original.date[VALID],
        original.date[TEST],
    ))
}

/// Every family of features goes in, into both tasks.
fn plan(split: &str) -> Plan {
    let all = "[\"open\", \"high\", \"low\", \"close\", \"volume\", \"log_volume\", \"high_minus_low\", \
               \"open_minus_close\", \"return\", \"log_return\", \"log_range\", \"ma_5\", \"close_to_ma_10\", \"std_5\", \
               \"rsi_9\", \"willr_7\", \"macd\", \"macd_signal\", \"macd_hist\", \"atr_14\", \"bollinger_b_20\", \
               \"obv\", \"volume_ratio_5\"]";
    crate::support::plan(&format!(
        "forecast = {{ window = 4, target = \"close\", scaler = \"robust\", inputs = {all} }}
         training = {{ epochs = 3, batch = 32, seeds = [1, 2], learning_rate = 0.01 }}
         strategy.features = {all}
         strategy.window = 4
         strategy.threshold = 0.52
         {split}
         [[model]]
         kind = \"mlp\"
         layers = [4]
         dropout = 0.2
         [[model]]
         kind = \"lstm\"
         layers = [4]
         dropout = 0.2"
    ))
}

static ORIGINAL: LazyLock<SourceBars> = LazyLock::new(bars);
static HONEST: LazyLock<(Trace, Vec<Network>)> =
    LazyLock::new(|| observe(&Honest, &plan_over(&ORIGINAL.bars), ORIGINAL.clone()));

/// Where `pipeline` says something else about the days up to t once the bars after t are others, for several t: a
/// leak of one bar into trades shows only where there is a trade.
fn stages_that_leak(pipeline: &dyn Pipeline) -> BTreeSet<Stage> {
    let before = observe(pipeline, &plan_over(&ORIGINAL.bars), ORIGINAL.clone()).0;
    let found = |t: usize| {
        let changed = Change::Move { seed: t as u64 }.after(&ORIGINAL, t);
        let after = observe(pipeline, &plan_over(&changed.bars), changed).0;
        leaks(&before, &after, ORIGINAL.bars.date[t])
    };
    (IN_BOTH_TESTS + 20..IN_BOTH_TESTS + 30).flat_map(found).map(|leak| leak.stage).collect()
}

#[test]
fn the_check_looks_at_every_stage_and_sees_what_happens_after_the_day() {
    let last = ORIGINAL.bars.len() - 1;
    for stage in Stage::ALL {
        let facts = HONEST.0.count(stage, ORIGINAL.bars.date[last]);
        let least = if stage == Stage::Weights { 6 } else { 10 };
        assert!(facts >= least, "{facts} facts to compare at {stage:?}");
    }
    // A change on day t itself must show everywhere but in what was known before; else the comparison is blind.
    let t = IN_BOTH_TESTS + 20;
    let changed = Change::Move { seed: 3 }.after(&ORIGINAL, t);
    let after = observe(&Honest, &plan_over(&changed.bars), changed).0;
    let seen: BTreeSet<Stage> =
        leaks(&HONEST.0, &after, ORIGINAL.bars.date[last]).into_iter().map(|leak| leak.stage).collect();
    let expected = Stage::ALL.into_iter().filter(|stage| !matches!(stage, Stage::Scaler | Stage::Weights));
    assert_eq!(seen, expected.collect());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bars_that_change_after_t_change_nothing_known_at_t(t in 60_usize..319, seed in any::<u64>()) {
        let changed = Change::Move { seed }.after(&ORIGINAL, t);
        let after = observe(&Honest, &plan_over(&changed.bars), changed).0;
        prop_assert_eq!(leaks(&HONEST.0, &after, ORIGINAL.bars.date[t]), vec![]);
    }

    #[test]
    fn bars_that_vanish_after_t_change_nothing_known_at_t(t in IN_BOTH_TESTS..318, seed in any::<u64>()) {
        for change in [Change::Delete { seed }, Change::CutOff] {
            let changed = change.after(&ORIGINAL, t);
            let after = observe(&Honest, &plan_over(&changed.bars), changed).0;
            prop_assert_eq!(leaks(&HONEST.0, &after, ORIGINAL.bars.date[t]), vec![]);
        }
    }

    #[test]
    fn a_trained_network_says_the_same_up_to_t_whatever_follows(t in VALID..319, seed in any::<u64>()) {
        let (_, networks) = &*HONEST;
        let before = observe_with(&Honest, &plan_over(&ORIGINAL.bars), ORIGINAL.clone(), Some(networks.clone())).0;
        let changed = Change::Move { seed }.after(&ORIGINAL, t);
        let after = observe_with(&Honest, &plan_over(&changed.bars), changed, Some(networks.clone())).0;
        prop_assert_eq!(leaks(&before, &after, ORIGINAL.bars.date[t]), vec![]);
    }
}

#[test]
fn what_follows_the_validation_part_moves_neither_scaler_nor_weight() {
    let t = STRATEGY_TEST - 1;
    let changed = Change::Move { seed: 11 }.after(&ORIGINAL, t);
    let (after, networks) = observe(&Honest, &plan_over(&changed.bars), changed);
    assert_eq!(leaks(&HONEST.0, &after, ORIGINAL.bars.date[t]), vec![]);
    assert_eq!(networks.len(), 6);
    assert!(networks == HONEST.1, "weights, bit for bit");
}

#[test]
fn planted_leaks_are_found_and_the_first_stage_that_leaks_is_named() {
    let planted: [(&dyn Pipeline, Stage); 6] = [
        (&leaky::CentredAverage, Stage::Features),
        (&leaky::ScalerOnEverything, Stage::Scaler),
        (&leaky::LabelAmongInputs, Stage::Panel),
        (&leaky::TrainedOnTest, Stage::Weights),
        (&leaky::SellsBeforeFalls, Stage::Positions),
        (&leaky::FilledAtTomorrowsOpenToday, Stage::Trades),
    ];
    for (pipeline, stage) in planted {
        let found = stages_that_leak(pipeline);
        assert_eq!(found.first(), Some(&stage), "{stage:?} is where the leak was planted; all: {found:?}");
    }
}

#[test]
fn a_leak_at_the_start_reaches_forecasts_and_decisions() {
    let found = stages_that_leak(&leaky::LabelAmongInputs);
    assert!(found.contains(&Stage::Forecasts) && found.contains(&Stage::Signals), "{found:?}");
}
