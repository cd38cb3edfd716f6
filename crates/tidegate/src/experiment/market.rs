//! `[market]`: where the money lives and on which terms it trades.

use serde::{Deserialize, Serialize};
use tidegate_market::{DelistedAt, Fill, Market, Overrides, TargetUnit, Terms, Unfilled};

/// `[market]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MarketRules {
    /// Rule book; told from the symbol when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Market>,
    /// Cash at the start, in the market's currency.
    pub cash: f64,
    /// Commission per side as a fraction of the traded value; the rule book's when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commission: Option<f64>,
    /// Least commission per order; the rule book's when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_commission: Option<f64>,
    /// Stamp duty on sells as a fraction; by date from the rule book when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamp_duty: Option<f64>,
    /// Every fill is worse than its quote by so many basis points.
    pub slippage_bp: f64,
    /// Every fill is worse by so many ticks besides.
    pub slippage_ticks: f64,
    /// What a short position costs a year, as a fraction of its value; the rule book's when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub borrow: Option<f64>,
    /// Whether fractions of a share can be traded; the rule book's answer when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_fraction: Option<bool>,
    /// Where an order decided after a close fills.
    pub fill: Fill,
    /// What becomes of an order that met no counterpart.
    pub unfilled: Unfilled,
    /// Most that one bar fills, as a share of the volume of the bar before it; no cap when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_cap: Option<f64>,
    /// What a share is worth after its delisting.
    pub delisting: DelistedAt,
}

impl Default for MarketRules {
    fn default() -> Self {
        MarketRules {
            rules: None,
            cash: 1_000_000.0,
            commission: None,
            min_commission: None,
            stamp_duty: None,
            slippage_bp: 0.0,
            slippage_ticks: 0.0,
            borrow: None,
            allow_fraction: None,
            fill: Fill::NextOpen,
            unfilled: Unfilled::Keep,
            volume_cap: None,
            delisting: DelistedAt::LastPrice,
        }
    }
}

impl MarketRules {
    /// What is stated instead of the rule book's own values.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            commission: self.commission,
            min_commission: self.min_commission,
            stamp_duty: self.stamp_duty,
            slippage_bp: self.slippage_bp,
            slippage_ticks: self.slippage_ticks,
            borrow_rate: self.borrow,
            allow_fraction: self.allow_fraction,
            ..Overrides::default()
        }
    }

    /// The terms of every order whose targets are counted in `unit`.
    pub fn terms(&self, unit: TargetUnit) -> Terms {
        Terms {
            cash: self.cash,
            fill: self.fill,
            unfilled: self.unfilled,
            volume_cap: self.volume_cap,
            delisting: self.delisting,
            unit,
        }
    }
}
