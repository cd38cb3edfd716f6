//! Features as users write them in the experiment file: `close`, `ma_10`, `rsi_14`.

use super::Feature;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Periods that a feature's name may carry, in bars. A standard deviation or a range of one bar says nothing, and
/// a warm-up of more than about four years leaves little of a daily history.
pub const PERIODS: RangeInclusive<usize> = 2..=1000;

/// Names without a period.
const PLAIN: [(&str, Feature); 15] = [
    ("open", Feature::Open),
    ("high", Feature::High),
    ("low", Feature::Low),
    ("close", Feature::Close),
    ("volume", Feature::Volume),
    ("log_volume", Feature::LogVolume),
    ("high_minus_low", Feature::HighMinusLow),
    ("open_minus_close", Feature::OpenMinusClose),
    ("return", Feature::Return),
    ("log_return", Feature::LogReturn),
    ("log_range", Feature::LogRange),
    ("macd", Feature::Macd),
    ("macd_signal", Feature::MacdSignal),
    ("macd_hist", Feature::MacdHist),
    ("obv", Feature::Obv),
];

/// A family of features that differ in their period.
type Family = fn(usize) -> Feature;

/// Names that end in `_N`, each with a customary period for suggestions.
const WITH_PERIOD: [(&str, Family, usize); 8] = [
    ("ma", Feature::MovingAverage, 10),
    ("close_to_ma", Feature::CloseToMovingAverage, 10),
    ("std", Feature::RollingStd, 5),
    ("rsi", Feature::Rsi, 14),
    ("willr", Feature::WilliamsR, 14),
    ("atr", Feature::Atr, 14),
    ("bollinger_b", Feature::BollingerB, 20),
    ("volume_ratio", Feature::VolumeRatio, 20),
];

/// Why a text names no feature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeatureError {
    /// No feature has this name.
    #[error("unknown feature \"{found}\"{}; known are {}", did_you_mean(suggestion), Feature::names().join(", "))]
    Unknown {
        /// What was written.
        found: String,
        /// The nearest name, if one is near.
        suggestion: Option<String>,
    },
    /// The feature exists, its period is out of bounds.
    #[error("feature \"{found}\": the period must be from {} to {} bars", PERIODS.start(), PERIODS.end())]
    Period {
        /// What was written.
        found: String,
    },
}

fn did_you_mean(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map(|name| format!(" (did you mean \"{name}\"?)")).unwrap_or_default()
}

impl Feature {
    /// Every name, periods written as `N`: `open`, ..., `ma_N`, ...
    pub fn names() -> Vec<String> {
        let plain = PLAIN.iter().map(|(name, _)| (*name).to_owned());
        plain.chain(WITH_PERIOD.iter().map(|(stem, _, _)| format!("{stem}_N"))).collect()
    }

    /// The stem of the name and the period.
    fn parts(self) -> (&'static str, Option<usize>) {
        match self {
            Feature::Open => ("open", None),
            Feature::High => ("high", None),
            Feature::Low => ("low", None),
            Feature::Close => ("close", None),
            Feature::Volume => ("volume", None),
            Feature::LogVolume => ("log_volume", None),
            Feature::HighMinusLow => ("high_minus_low", None),
            Feature::OpenMinusClose => ("open_minus_close", None),
            Feature::Return => ("return", None),
            Feature::LogReturn => ("log_return", None),
            Feature::LogRange => ("log_range", None),
            Feature::MovingAverage(n) => ("ma", Some(n)),
            Feature::CloseToMovingAverage(n) => ("close_to_ma", Some(n)),
            Feature::RollingStd(n) => ("std", Some(n)),
            Feature::Rsi(n) => ("rsi", Some(n)),
            Feature::WilliamsR(n) => ("willr", Some(n)),
            Feature::Macd => ("macd", None),
            Feature::MacdSignal => ("macd_signal", None),
            Feature::MacdHist => ("macd_hist", None),
            Feature::Atr(n) => ("atr", Some(n)),
            Feature::BollingerB(n) => ("bollinger_b", Some(n)),
            Feature::Obv => ("obv", None),
            Feature::VolumeRatio(n) => ("volume_ratio", Some(n)),
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            (stem, Some(period)) => write!(f, "{stem}_{period}"),
            (stem, None) => f.write_str(stem),
        }
    }
}

impl FromStr for Feature {
    type Err = FeatureError;

    fn from_str(text: &str) -> Result<Self, FeatureError> {
        if let Some((_, feature)) = PLAIN.iter().find(|(name, _)| *name == text) {
            return Ok(*feature);
        }
        let unknown = || FeatureError::Unknown { found: text.to_owned(), suggestion: nearest(text) };
        let (stem, digits) = text.rsplit_once('_').ok_or_else(unknown)?;
        let (_, family, _) = WITH_PERIOD.iter().find(|(name, _, _)| *name == stem).ok_or_else(unknown)?;
        // One spelling per feature: `ma_03` and `ma_+3` are not `ma_3`.
        let is_number = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty();
        if !is_number || (digits.len() > 1 && digits.starts_with('0')) {
            return Err(unknown());
        }
        match digits.parse() {
            Ok(period) if PERIODS.contains(&period) => Ok(family(period)),
            _ => Err(FeatureError::Period { found: text.to_owned() }),
        }
    }
}

/// The known name nearest to `text`, if one is near. A period in the text is kept.
fn nearest(text: &str) -> Option<String> {
    /// Normalised Damerau-Levenshtein similarity below which a guess would puzzle more than help.
    const NEAR: f64 = 0.6;
    let text = text.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let period = digits.parse().ok().filter(|n| PERIODS.contains(n));
    let plain = PLAIN.iter().map(|(name, _)| (*name).to_owned());
    let with_period =
        WITH_PERIOD.iter().map(|(stem, _, usual)| format!("{stem}_{}", period.unwrap_or(*usual)));
    plain
        .chain(with_period)
        .map(|name| (strsim::normalized_damerau_levenshtein(&text, &name), name))
        .filter(|(similarity, _)| *similarity >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

impl Serialize for Feature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Feature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_itself() {
        let names = Feature::names();
        assert_eq!(names.len(), PLAIN.len() + WITH_PERIOD.len());
        for name in names {
            let name = name.replace('N', "7");
            assert_eq!(name.parse::<Feature>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest_one() {
        let suggestion = |text: &str| match text.parse::<Feature>() {
            Err(FeatureError::Unknown { suggestion, .. }) => suggestion,
            other => panic!("{text}: {other:?}"),
        };
        for (text, name) in [
            ("clsoe", "close"),
            ("Close", "close"),
            ("high-minus-low", "high_minus_low"),
            ("rsi14", "rsi_14"),
            ("RSI_9", "rsi_9"),
            ("ma_03", "ma_3"),
            ("bolinger_b_20", "bollinger_b_20"),
            ("macd_sig", "macd_signal"),
        ] {
            assert_eq!(suggestion(text).as_deref(), Some(name), "{text}");
        }
        assert_eq!(suggestion("moon_phase"), None);
        assert_eq!(suggestion(""), None);
    }

    #[test]
    fn a_period_out_of_bounds_names_the_bounds() {
        for text in ["ma_0", "ma_1", "rsi_1001", "atr_99999999999999999999999"] {
            let error = text.parse::<Feature>().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("feature \"{text}\": the period must be from 2 to 1000 bars")
            );
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_list() {
        let message = "colse".parse::<Feature>().unwrap_err().to_string();
        assert!(message.starts_with("unknown feature \"colse\" (did you mean \"close\"?); known are open, "));
        assert!(message.ends_with("volume_ratio_N"), "{message}");
    }

    #[test]
    fn a_feature_is_its_name_in_files() {
        let features = vec![Feature::Close, Feature::Rsi(14)];
        assert_eq!(serde_json::to_string(&features).unwrap(), r#"["close","rsi_14"]"#);
        assert_eq!(serde_json::from_str::<Vec<Feature>>(r#"["close","rsi_14"]"#).unwrap(), features);
        let error = serde_json::from_str::<Vec<Feature>>(r#"["rsi14"]"#).unwrap_err().to_string();
        assert!(error.contains("did you mean \"rsi_14\""), "{error}");
    }
}
