//! What the money did, piece by piece: charts and tables that are drawn from the curves of a backtest, whoever decided.

pub(crate) mod break_even;
pub(crate) mod costs;
pub(crate) mod equity;
pub(crate) mod figures;
pub(crate) mod heat_map;
pub(crate) mod orders;
pub(crate) mod price_chart;
pub(crate) mod rolling;
pub(crate) mod rules;
pub(crate) mod wording;

use super::palette::Curve;
use super::run_dir::{BlockedRow, EquityRow, TradeRow};
use super::wording::Words;
use crate::curve_note::CurveNote;
use crate::summary::{Curves, OrderSummary};
use tidegate_market::{BarSeries, CurveMetrics, Fill};
use wording::MoneyWords;

/// What every piece is drawn from.
#[derive(Clone, Copy)]
pub(crate) struct Money<'a> {
    pub bars: &'a BarSeries,
    pub equity: &'a [EquityRow],
    pub trades: &'a [TradeRow],
    /// Empty where the directory does not tell.
    pub blocked: &'a [BlockedRow],
    pub cash: f64,
    pub curves: &'a Curves,
    /// What happened that the figures do not tell.
    pub notes: &'a [CurveNote],
    /// Where orders fill.
    pub fill: Fill,
    pub orders: &'a OrderSummary,
    /// The words of the whole report.
    pub words: &'static Words,
    /// The words of these pieces.
    pub own: &'static MoneyWords,
}

impl Curve {
    /// Its column of `equity.csv`.
    pub(crate) fn of_row(self, row: &EquityRow) -> f64 {
        match self {
            Curve::Executable => row.executable,
            Curve::BuyAndHold => row.buy_and_hold,
            Curve::AsShown => row.as_shown,
            Curve::Market => row.market,
        }
    }

    /// Its figures.
    pub(crate) fn of_curves(self, curves: &Curves) -> &CurveMetrics {
        match self {
            Curve::Executable => &curves.executable,
            Curve::BuyAndHold => &curves.buy_and_hold,
            Curve::AsShown => &curves.as_shown,
            Curve::Market => &curves.market,
        }
    }

    /// Its name.
    pub(crate) fn label(self, words: &Words) -> &'static str {
        match self {
            Curve::Executable => words.curve_executable,
            Curve::BuyAndHold => words.curve_buy_and_hold,
            Curve::AsShown => words.curve_as_shown,
            Curve::Market => words.curve_market,
        }
    }

    /// Its name with a stroke of its line, for the head of a column. HTML.
    pub(crate) fn head(self, words: &Words) -> String {
        let (color, dash, _) = self.line();
        let swatch = format!("<span class=\"swatch {dash}\" style=\"color:var(--{})\"></span>", &color[1..]);
        format!("{swatch}{}", self.label(words))
    }
}

impl Money<'_> {
    /// One curve's equity.
    pub(crate) fn equity_of(&self, curve: Curve) -> Vec<f64> {
        self.equity.iter().map(|row| curve.of_row(row)).collect()
    }
}
