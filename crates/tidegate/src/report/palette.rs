//! One colour for one thing, in every chart of the page.
//!
//! The names stand for a light and a dark value in `theme.js`. The eight series colours follow Okabe & Ito (2008),
//! "Color Universal Design", shifted in lightness for the dark page; lines that may lie on each other also differ in
//! their dashes.

use crate::summary::Summary;

/// What happened: the price itself.
pub(crate) const ACTUAL: &str = "$ink";
/// Tomorrow equals today.
pub(crate) const PERSISTENCE: &str = "$muted";
/// Rising bars. Blue and vermilion instead of red and green: half the world reads those the other way round.
pub(crate) const RISE: &str = "$series0";
/// Falling bars.
pub(crate) const FALL: &str = "$series1";

const SERIES: [&str; 8] =
    ["$series0", "$series1", "$series2", "$series3", "$series4", "$series5", "$series6", "$series7"];
const DASHES: [&str; 3] = ["solid", "dash", "dot"];

/// Colour and dash of the `index`-th series.
pub(crate) fn series(index: usize) -> (&'static str, &'static str) {
    (SERIES[index % SERIES.len()], DASHES[(index / SERIES.len()) % DASHES.len()])
}

/// Colour and dash of a network: by its place among the networks of the error table.
pub(crate) fn network(summary: &Summary, name: &str) -> (&'static str, &'static str) {
    let mut networks = summary.forecast.models.iter().filter(|model| model.kind.is_network());
    networks.position(|model| model.name == name).map_or(("$series7", "dashdot"), series)
}

/// The four curves of the backtest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    Executable,
    BuyAndHold,
    AsShown,
    Market,
}

impl Curve {
    /// In the order of the legend: what counts first.
    pub(crate) const ALL: [Curve; 4] = [Curve::Executable, Curve::BuyAndHold, Curve::AsShown, Curve::Market];

    /// Column name in `equity.csv` and `trades.csv`.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Curve::Executable => "executable",
            Curve::BuyAndHold => "buy_and_hold",
            Curve::AsShown => "as_shown",
            Curve::Market => "market",
        }
    }

    /// Colour, dash and width of its line.
    pub(crate) fn line(self) -> (&'static str, &'static str, f64) {
        match self {
            Curve::Executable => ("$series0", "solid", 2.4),
            Curve::BuyAndHold => ("$series2", "solid", 1.8),
            Curve::AsShown => ("$series1", "dash", 1.5),
            Curve::Market => ("$muted", "dot", 1.5),
        }
    }
}
