//! The terms of a backtest: where its orders fill, what becomes of those that cannot, and what a target means. What a
//! market allows and charges stands in the rule book; this is what the person who trades may choose.

use serde::{Deserialize, Serialize};

/// Where an order decided after the close of bar t fills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// At the open of bar t + 1, or later where it has to wait.
    #[default]
    NextOpen,
    /// At the close of bar t + 1, or later.
    NextClose,
    /// At what stands for the average price of bar t + 1, or later: amount / volume where the source has both and the
    /// quotient lies in `[low, high]`, else the typical price (high + low + close) / 3. It waits where the open or that
    /// price is at the limit, since the orders of a day that opens locked go into the queue.
    NextVwap,
    /// At the very close that made the decision: not executable.
    SameClose,
}

/// What becomes of an order, or the rest of one, that met no counterpart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfilled {
    /// It waits until it fills or a newer target takes its place.
    #[default]
    Keep,
    /// It is tried on that many further bars, then dropped.
    Retry(u32),
    /// It is dropped at once.
    Drop,
}

/// What a share is worth after the last bar before its delisting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelistedAt {
    /// Its last close.
    #[default]
    LastPrice,
    /// Nothing.
    Zero,
}

/// What a target of 1 means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetUnit {
    /// The whole equity, at the price of the fill.
    #[default]
    Equity,
    /// This many shares, whatever the equity. A purchase still never costs more than the cash there is.
    Shares(f64),
}

/// How targets are traded.
///
/// | Name | Default | Purpose | Range |
/// |---|---|---|---|
/// | `cash` | | before the first bar, currency | above 0 |
/// | `fill` | next open | where orders fill | |
/// | `unfilled` | keep | what becomes of orders that met no counterpart | |
/// | `volume_cap` | none | most of the previous bar's volume that one bar fills | above 0, to 1 |
/// | `delisting` | last price | worth of a share after its delisting | |
/// | `unit` | equity | what a target of 1 means | |
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// Cash before the first bar.
    pub cash: f64,
    /// Where orders fill.
    pub fill: Fill,
    /// What becomes of orders that met no counterpart.
    pub unfilled: Unfilled,
    /// Most that one bar fills, as a share of the volume of the bar before it; `None` is no cap.
    pub volume_cap: Option<f64>,
    /// Worth of a share after its delisting.
    pub delisting: DelistedAt,
    /// What a target of 1 means.
    pub unit: TargetUnit,
}

impl Terms {
    /// The defaults: next open, orders wait, no volume cap, delisted at the last price.
    pub fn new(cash: f64) -> Terms {
        Terms {
            cash,
            fill: Fill::default(),
            unfilled: Unfilled::default(),
            volume_cap: None,
            delisting: DelistedAt::default(),
            unit: TargetUnit::default(),
        }
    }

    /// The same with another fill.
    pub fn filled(self, fill: Fill) -> Terms {
        Terms { fill, ..self }
    }
}
