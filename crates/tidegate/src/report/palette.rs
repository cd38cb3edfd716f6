//! One colour for one thing, in every chart of the page.
//!
//! A name such as `$grid` stands for a light and a dark value; style sheet and charts get both from [`COLORS`]. The
//! series colours keep apart for readers who do not tell red from green, in the manner of Okabe & Ito (2008), "Color
//! Universal Design"; lines that may lie on each other also differ in their dashes.

use crate::summary::Summary;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// Name, value on the light page, value on the dark page.
const COLORS: &[(&str, &str, &str)] = &[
    // The page
    ("paper", "#ffffff", "#12181f"),
    ("card", "#f5f7f9", "#1b232c"),
    ("ink", "#1b2733", "#e3e9ef"),
    ("soft", "#55636f", "#9fadba"),
    ("line", "#d3dae1", "#3a4855"),
    ("accent", "#0b62a4", "#6db6f0"),
    ("good", "#00704f", "#45c7a0"),
    ("warn-paper", "#fff3d6", "#3a2f12"),
    ("warn-ink", "#6b4a00", "#ffdf94"),
    ("warn-line", "#e0a100", "#b98a12"),
    // Charts
    ("grid", "#e9edf1", "#26303a"),
    ("muted", "#8a949e", "#8996a3"),
    ("train", "#6b7f92", "#7d92a6"),
    ("valid", "#b8860b", "#e0b23c"),
    ("test", "#0b62a4", "#6db6f0"),
    ("series0", "#0b62a4", "#5aaef0"),
    ("series1", "#d1570a", "#ff8f45"),
    ("series2", "#00835f", "#35c596"),
    ("series3", "#a4489b", "#e08ad6"),
    ("series4", "#b8860b", "#e6c229"),
    ("series5", "#5546b8", "#a79bff"),
    ("series6", "#8c2252", "#f08bb4"),
    ("series7", "#2f9cc4", "#7fd8ee"),
];

/// Both themes for the script: `{"light": {"paper": "#ffffff", …}, "dark": {…}}`.
pub(crate) fn json() -> Value {
    let theme = |dark: bool| -> Map<String, Value> {
        let color = |light: &'static str, night: &'static str| json!(if dark { night } else { light });
        COLORS.iter().map(|(name, light, night)| ((*name).to_owned(), color(light, night))).collect()
    };
    json!({ "light": theme(false), "dark": theme(true) })
}

/// Both themes for the style sheet; paper is light.
pub(crate) fn css() -> String {
    let variables = |dark: bool| {
        let mut out = String::new();
        for (name, light, night) in COLORS {
            let _ = write!(out, " --{name}: {};", if dark { night } else { light });
        }
        out
    };
    format!(
        ":root {{ color-scheme: light;{} }}\n\
         @media screen and (prefers-color-scheme: dark) {{ :root {{ color-scheme: dark;{} }} }}\n",
        variables(false),
        variables(true)
    )
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2 relative luminance of `#rrggbb`.
    fn luminance(hex: &str) -> f64 {
        let channel = |at: usize| {
            let x = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if x <= 0.03928 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn lines_and_words_stand_out_from_both_pages() {
        let (_, light, dark) = COLORS.iter().find(|(name, ..)| *name == "paper").unwrap();
        for (name, on_light, on_dark) in COLORS {
            // WCAG 2 asks 4.5 of text and 3 of graphics.
            let least = match *name {
                "ink" | "soft" | "accent" => 4.5,
                _ if name.starts_with("series") || *name == "muted" => 3.0,
                _ => continue,
            };
            assert!(contrast(on_light, light) >= least, "{name} on light: {}", contrast(on_light, light));
            assert!(contrast(on_dark, dark) >= least, "{name} on dark: {}", contrast(on_dark, dark));
        }
    }

    #[test]
    fn colours_follow_the_place_among_the_networks_and_repeat_with_other_dashes() {
        assert_eq!(series(0), ("$series0", "solid"));
        assert_eq!(series(8), ("$series0", "dash"));
        assert_ne!(series(8), series(0));
    }
}
