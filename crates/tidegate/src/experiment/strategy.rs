//! `[strategy]`: the classifier and the rule that trades on what it says.

use super::ScalerKind;
use crate::features::Feature;
use serde::{Deserialize, Serialize};
pub use tidegate_market::Positions;
use tidegate_market::{PositionRule, Size, Threshold};

/// What the classifier answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// 1 if the next adjusted close is higher, else 0.
    PriceRise,
}

/// Loss of the classifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassifierLoss {
    /// Binary cross-entropy on the logit.
    Bce,
    /// Mean squared error on a sigmoid output.
    Mse,
}

/// `strategy.split`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StrategySplit {
    /// Share of the bars that train; validation is the last fifth of it.
    pub train: f64,
    /// Share that tests.
    pub test: f64,
}

impl Default for StrategySplit {
    fn default() -> Self {
        StrategySplit { train: 0.8, test: 0.2 }
    }
}

/// `[strategy]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Strategy {
    /// Name of the `[[model]]` that classifies; `lstm` if there is one, else the last, when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Features of each bar.
    pub features: Vec<Feature>,
    /// T: bars the classifier sees.
    pub window: usize,
    /// Scaling of the features.
    pub scaler: ScalerKind,
    /// Train and test shares.
    pub split: StrategySplit,
    /// What is classified.
    pub label: Label,
    /// Loss.
    pub loss: ClassifierLoss,
    /// A probability above this is "up".
    pub threshold: f64,
    /// A probability above this opens a position; `threshold` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<f64>,
    /// A probability at or below this ends it (or turns it); between `exit` and `entry` it stays. `threshold` when left
    /// out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<f64>,
    /// What "down" means.
    pub positions: Positions,
    /// Bars a position is held at least; 1 asks nothing.
    pub hold: usize,
    /// How large a position is.
    pub size: Size,
}

impl Default for Strategy {
    fn default() -> Self {
        Strategy {
            model: None,
            features: vec![
                Feature::Return,
                Feature::HighMinusLow,
                Feature::OpenMinusClose,
                Feature::RollingStd(5),
                Feature::Rsi(9),
                Feature::WilliamsR(7),
                Feature::VolumeRatio(20),
            ],
            window: 20,
            scaler: ScalerKind::Standard,
            split: StrategySplit::default(),
            label: Label::PriceRise,
            loss: ClassifierLoss::Bce,
            threshold: 0.5,
            entry: None,
            exit: None,
            positions: Positions::LongFlat,
            hold: 1,
            size: Size::Full,
        }
    }
}

impl Strategy {
    /// The rule from probabilities to directions.
    pub fn rule(&self) -> PositionRule {
        let entry = self.entry.unwrap_or(self.threshold);
        let exit = self.exit.unwrap_or(self.threshold);
        PositionRule { threshold: Threshold { entry, exit }, positions: self.positions, hold: self.hold }
    }
}
