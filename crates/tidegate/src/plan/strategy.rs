//! Checks of `[strategy]`.

use super::{
    Checked, MOST, MOST_IN_WORDS, PlannedModel, above_zero, check_features, expected, open_unit, sums_to_one,
    within,
};
use crate::error::InputError;
use crate::experiment::{Experiment, Strategy};
use tidegate_market::Size;

/// Checks and resolves the table; returns the index of the model that classifies.
pub(super) fn check(experiment: &mut Experiment, models: &[PlannedModel]) -> Checked<usize> {
    let strategy = &mut experiment.strategy;
    let names: Vec<&str> = models.iter().map(|m| m.name.as_str()).collect();
    let index = match &strategy.model {
        Some(name) => names.iter().position(|n| n == name).ok_or_else(|| {
            InputError::new(
                "strategy.model",
                format!("no [[model]] is called \"{name}\"; there are {}", names.join(", ")),
            )
        })?,
        None => names.iter().position(|n| *n == "lstm").unwrap_or(names.len() - 1),
    };
    strategy.model = Some(names[index].to_owned());
    check_features("strategy.features", &strategy.features)?;
    within("strategy.window", strategy.window, 1, 2_000)?;
    open_unit("strategy.split.train", strategy.split.train)?;
    open_unit("strategy.split.test", strategy.split.test)?;
    sums_to_one("strategy.split", &[strategy.split.train, strategy.split.test])?;
    check_rule(strategy)?;
    Ok(index)
}

/// The rule that trades: levels, holding, size.
fn check_rule(strategy: &Strategy) -> Checked<()> {
    open_unit("strategy.threshold", strategy.threshold)?;
    for (key, level) in [("strategy.entry", strategy.entry), ("strategy.exit", strategy.exit)] {
        level.map_or(Ok(0.0), |level| open_unit(key, level))?;
    }
    let levels = strategy.rule().threshold;
    if levels.exit > levels.entry {
        let key = if strategy.exit.is_some() { "strategy.exit" } else { "strategy.entry" };
        let (entry, exit) = (levels.entry, levels.exit);
        return Err(InputError::new(
            key,
            format!("a position would end at {exit} and below, but begins above {entry} already"),
        )
        .help("give an exit that is not above the entry; each is the threshold where it is left out"));
    }
    within("strategy.hold", strategy.hold, 1, 10_000)?;
    check_size(strategy.size)
}

fn check_size(size: Size) -> Checked<()> {
    match size {
        Size::Full => {}
        Size::Fraction(fraction) => {
            share("strategy.size.fraction", fraction)?;
        }
        Size::Shares(shares) => {
            if !(shares > 0.0 && shares <= MOST) {
                let range = format!("a number above 0, at most {MOST_IN_WORDS}");
                return Err(expected("strategy.size.shares", &range, shares));
            }
        }
        Size::Volatility(target) => {
            above_zero("strategy.size.volatility.annual", target.annual)?;
            within("strategy.size.volatility.window", target.window, 2, 2_000)?;
            share("strategy.size.volatility.cap", target.cap)?;
            if !(0.0..=1.0).contains(&target.band) {
                let key = "strategy.size.volatility.band";
                return Err(expected(key, "a share of the position from 0 to 1", target.band));
            }
        }
        Size::Kelly(kelly) => {
            share("strategy.size.kelly.fraction", kelly.fraction)?;
            share("strategy.size.kelly.cap", kelly.cap)?;
        }
    }
    Ok(())
}

/// Above 0, at most 1.
fn share(key: &str, value: f64) -> Checked<f64> {
    if value > 0.0 && value <= 1.0 {
        Ok(value)
    } else {
        Err(expected(key, "a number above 0, at most 1", value))
    }
}
