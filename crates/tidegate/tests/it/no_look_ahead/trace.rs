//! Everything a pipeline says, each with the day on which it claims to know it.

use std::collections::BTreeMap;
use std::fmt::Display;
use tidegate_market::TradeDate;

/// Stages of the pipeline, in the order of the data's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Features,
    Scaler,
    Panel,
    Weights,
    Forecasts,
    Baselines,
    Signals,
    Positions,
    Trades,
    Equity,
}

impl Stage {
    pub const ALL: [Stage; 10] = [
        Stage::Features,
        Stage::Scaler,
        Stage::Panel,
        Stage::Weights,
        Stage::Forecasts,
        Stage::Baselines,
        Stage::Signals,
        Stage::Positions,
        Stage::Trades,
        Stage::Equity,
    ];
}

#[derive(Debug, PartialEq)]
struct Fact {
    /// The day after whose close it is known.
    known: TradeDate,
    bits: Vec<u64>,
}

/// Facts by stage and name.
#[derive(Debug, Default)]
pub struct Trace(BTreeMap<(Stage, String), Fact>);

impl Trace {
    /// Notes values known after the close of `known`.
    pub fn note(
        &mut self,
        stage: Stage,
        what: impl Display,
        known: TradeDate,
        values: impl IntoIterator<Item = f64>,
    ) {
        let bits = values.into_iter().map(f64::to_bits).collect();
        let twice = self.0.insert((stage, what.to_string()), Fact { known, bits });
        assert!(twice.is_none(), "{stage:?}: {what} is noted twice");
    }

    /// Facts of a stage known on `until`.
    pub fn count(&self, stage: Stage, until: TradeDate) -> usize {
        self.0.iter().filter(|((s, _), fact)| *s == stage && fact.known <= until).count()
    }
}

/// Something known on a day that depends on later bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Leak {
    pub stage: Stage,
    pub what: String,
    pub known: TradeDate,
}

/// Every fact known on `until` that is not the same, to the last bit, in both traces; one that is missing in either
/// counts.
pub fn leaks(before: &Trace, after: &Trace, until: TradeDate) -> Vec<Leak> {
    let one_way = |a: &Trace, b: &Trace| -> Vec<Leak> {
        a.0.iter()
            .filter(|(key, fact)| fact.known <= until && b.0.get(*key) != Some(*fact))
            .map(|((stage, what), fact)| Leak { stage: *stage, what: what.clone(), known: fact.known })
            .collect()
    };
    let mut found = one_way(before, after);
    found.extend(one_way(after, before).into_iter().filter(|leak| {
        let key = (leak.stage, leak.what.clone());
        !before.0.contains_key(&key)
    }));
    found
}
