//! Commented experiment files to start from, written by `tidegate init`.

/// The experiment of `tidegate demo`: every default, on the sample market.
pub const DEMO: &str = "";

/// Which commented file `init` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Every key with its default.
    Standard,
    /// The settings of the classic tutorials, with each trap named.
    Lecture,
}

impl Preset {
    /// The commented file.
    pub fn text(self) -> &'static str {
        match self {
            Preset::Standard => include_str!("presets/standard.toml"),
            Preset::Lecture => include_str!("presets/lecture.toml"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{ClassifierLoss, Experiment, ScalerKind, parse};
    use crate::plan::Plan;

    #[test]
    fn the_standard_file_says_the_defaults_and_nothing_else() {
        let written = Plan::check(parse(Preset::Standard.text(), "standard", None, &[]).unwrap()).unwrap();
        assert_eq!(written, Plan::check(Experiment::default()).unwrap());
    }

    #[test]
    fn the_standard_file_names_every_key() {
        let resolved = toml::to_string(&Plan::check(Experiment::default()).unwrap().experiment).unwrap();
        for key in resolved.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key) {
            assert!(Preset::Standard.text().contains(&format!("{key} ")), "{key}");
        }
    }

    #[test]
    fn the_lecture_file_is_the_lecture() {
        let experiment = parse(Preset::Lecture.text(), "lecture", None, &[]).unwrap();
        let lstm = experiment.model.iter().find(|m| m.name.as_deref() == Some("lstm")).unwrap();
        assert_eq!((lstm.layers.as_slice(), lstm.dropout), (&[56, 56][..], 0.3));
        assert_eq!((experiment.training.batch, experiment.forecast.scaler), (64, ScalerKind::MinMax));
        assert_eq!(experiment.strategy.loss, ClassifierLoss::Mse);
        Plan::check(experiment).unwrap();
    }
}
