//! `[market]`: where the money lives and on which terms it trades.

use crate::error::InputError;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use tidegate_market::{DelistedAt, Fill, Market, Overrides, RuleTables, TargetUnit, Terms, Unfilled};

/// `[market]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MarketRules {
    /// Rule book; told from the symbol when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Market>,
    /// The user's own rule file (TOML), whose tables stand in place of the rule book's of that name; relative to the
    /// experiment file (in `--set`: to the working directory).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_file: Option<PathBuf>,
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
    /// Shares of the smallest order and of every step above it; the rule book's when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot: Option<u32>,
    /// Step of prices, currency; the rule book's when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tick: Option<f64>,
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
            rule_file: None,
            cash: 1_000_000.0,
            commission: None,
            min_commission: None,
            stamp_duty: None,
            slippage_bp: 0.0,
            slippage_ticks: 0.0,
            borrow: None,
            lot: None,
            tick: None,
            allow_fraction: None,
            fill: Fill::NextOpen,
            unfilled: Unfilled::Keep,
            volume_cap: None,
            delisting: DelistedAt::LastPrice,
        }
    }
}

impl MarketRules {
    /// What is stated instead of the rule book's own values, the tables of the rule file included.
    ///
    /// # Errors
    /// The rule file cannot be read or is none.
    pub fn overrides(&self) -> Result<Overrides, InputError> {
        Ok(Overrides {
            commission: self.commission,
            min_commission: self.min_commission,
            stamp_duty: self.stamp_duty,
            slippage_bp: self.slippage_bp,
            slippage_ticks: self.slippage_ticks,
            borrow_rate: self.borrow,
            lot: self.lot,
            tick: self.tick,
            tables: self.rule_file.as_deref().map(rule_tables).transpose()?,
            allow_fraction: self.allow_fraction,
        })
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

/// The tables of a user's own rule file.
fn rule_tables(path: &Path) -> Result<RuleTables, InputError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| InputError::new("market.rule_file", format!("{name}: cannot be read: {error}")))?;
    RuleTables::parse(&text, &name).map_err(|error| {
        let key = error.key.as_ref().map_or_else(String::new, |key| format!("{key}: "));
        InputError::new(&error.place, format!("{key}expected {}, found {}", error.expected, error.found))
    })
}
