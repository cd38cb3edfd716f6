//! From text and `--set` to an [`Experiment`], with errors that name the line or the flag.

use super::{Experiment, Model};
use crate::error::InputError;
use std::path::Path;
use std::str::FromStr;

/// What is wrong with an experiment file.
pub type ExperimentError = InputError;

/// One `--set key.path=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    key: String,
    value: toml::Value,
}

impl Setting {
    /// From a key path and a value.
    pub fn new(key: impl Into<String>, value: toml::Value) -> Setting {
        Setting { key: key.into(), value }
    }

    /// The key path.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl FromStr for Setting {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Setting, InputError> {
        let expected = || {
            InputError::new(format!("--set {text}"), "expected key.path=value")
                .help("for example --set training.epochs=50 or --set data.path=AAPL.csv")
        };
        let (key, value) = text.split_once('=').ok_or_else(expected)?;
        let key = key.trim();
        if key.is_empty() || key.split('.').any(str::is_empty) {
            return Err(expected());
        }
        // A value that is no TOML (a bare word, a path) is a string.
        let value = toml::from_str::<toml::Table>(&format!("value = {value}"))
            .ok()
            .and_then(|mut table| table.remove("value"))
            .unwrap_or_else(|| toml::Value::String(value.trim().to_owned()));
        Ok(Setting { key: key.to_owned(), value })
    }
}

/// Reads the file (or starts from defaults) and applies the settings in order.
///
/// A relative `data.path` or `market.rule_file` in the file is made relative to the file's folder; in a setting it stays
/// relative to the working directory.
pub fn load(file: Option<&Path>, settings: &[Setting]) -> Result<Experiment, InputError> {
    match file {
        None => parse("", "the default experiment", None, settings),
        Some(path) => {
            let place = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|error| {
                InputError::new(&place, format!("cannot read the experiment file: {error}"))
                    .help("`tidegate init FILE` writes one to start from")
            })?;
            parse(&text, &place, path.parent(), settings)
        }
    }
}

/// As [`load`], from text. `place` names the text in errors; `folder` is what `data.path` is relative to.
pub fn parse(
    text: &str,
    place: &str,
    folder: Option<&Path>,
    settings: &[Setting],
) -> Result<Experiment, InputError> {
    let mut experiment: Experiment = toml::from_str(text).map_err(|error| file_error(text, place, &error))?;
    if let (Some(folder), Some(path)) = (folder, &experiment.data.path) {
        experiment.data.path = Some(folder.join(path));
    }
    if let (Some(folder), Some(path)) = (folder, &experiment.market.rule_file) {
        experiment.market.rule_file = Some(folder.join(path));
    }
    set(experiment, settings)
}

/// The experiment with these settings, in order.
fn set(experiment: Experiment, settings: &[Setting]) -> Result<Experiment, InputError> {
    settings.iter().try_fold(experiment, |experiment, setting| {
        with_value(&experiment, &setting.key, &setting.value, &format!("--set {}", setting.key))
    })
}

/// The experiment with one key changed; `place` is what an error blames.
pub(crate) fn with_value(
    experiment: &Experiment,
    key: &str,
    value: &toml::Value,
    place: &str,
) -> Result<Experiment, InputError> {
    let mut experiment = experiment.clone();
    if key.starts_with("model.") && experiment.model.is_empty() {
        experiment.model = Model::defaults();
    }
    let mut table = toml::Table::try_from(&experiment).map_err(|error| {
        InputError::new(place, format!("the experiment cannot be written as TOML: {error}"))
    })?;
    let steps: Vec<&str> = key.split('.').collect();
    insert(&mut table, &steps, value, place)?;
    table.try_into::<Experiment>().map_err(|error| explain(place, error.message()))
}

fn insert(
    table: &mut toml::Table,
    steps: &[&str],
    value: &toml::Value,
    place: &str,
) -> Result<(), InputError> {
    match steps {
        [] => Ok(()),
        [last] => {
            table.insert((*last).to_owned(), value.clone());
            Ok(())
        }
        ["space", key @ ..] => {
            // Keys of the search space are themselves key paths.
            let space = table.entry("space").or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let toml::Value::Table(space) = space {
                space.insert(key.join("."), value.clone());
            }
            Ok(())
        }
        [step, rest @ ..] => {
            match table.entry((*step).to_owned()).or_insert_with(|| toml::Value::Table(toml::Table::new())) {
                toml::Value::Table(inner) => insert(inner, rest, value, place),
                toml::Value::Array(models) if *step == "model" => match rest {
                    [_] => Err(InputError::new(place, "names a model but none of its keys")
                        .help("write --set model.NAME.key=value")),
                    _ => insert(pick_model(models, rest[0], place)?, &rest[1..], value, place),
                },
                toml::Value::Array(_) => {
                    Err(InputError::new(place, format!("`{step}` is a list and has no keys inside"))
                        .help("give the whole list in brackets"))
                }
                other => Err(InputError::new(
                    place,
                    format!("`{step}` is a single value ({other}) and has no keys inside"),
                )),
            }
        }
    }
}

/// The table of `[[model]]` with this name (or kind, if it has no name).
fn pick_model<'a>(
    models: &'a mut [toml::Value],
    name: &str,
    place: &str,
) -> Result<&'a mut toml::Table, InputError> {
    let name_of = |model: &toml::Value| {
        let text = |key| model.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        text("name").or_else(|| text("kind")).unwrap_or_default()
    };
    let names: Vec<String> = models.iter().map(name_of).collect();
    let index = names.iter().position(|n| n == name).ok_or_else(|| {
        InputError::new(place, format!("no [[model]] is called \"{name}\"; there are {}", names.join(", ")))
            .help("write --set model.NAME.key=value")
    })?;
    match &mut models[index] {
        toml::Value::Table(table) => Ok(table),
        _ => Err(InputError::new(place, format!("[[model]] \"{name}\" is not a table"))),
    }
}

fn file_error(text: &str, place: &str, error: &toml::de::Error) -> InputError {
    let place = match error.span() {
        Some(span) => {
            let before = &text[..span.start.min(text.len())];
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            format!("{place}:{line}:{column}")
        }
        None => place.to_owned(),
    };
    explain(&place, error.message())
}

/// Adds "did you mean" to serde's messages about unknown keys and words.
fn explain(place: &str, message: &str) -> InputError {
    let message = plain_words(message.trim());
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let mut error = InputError::new(place, message.clone());
    if let ([found, known @ ..], true) = (quoted.as_slice(), message.starts_with("unknown")) {
        let nearest = known
            .iter()
            .map(|known| (strsim::damerau_levenshtein(found, known), known))
            .min_by_key(|(distance, _)| *distance);
        // Less than half of the shorter word may differ: "fr" is not meant to be "en".
        if let Some((_, nearest)) =
            nearest.filter(|(distance, known)| 2 * distance < known.len().min(found.len()))
        {
            error = error.help(format!("did you mean `{nearest}`?"));
        }
    }
    error
}

/// Serde's message without the words of a programming language.
fn plain_words(message: &str) -> String {
    let message = message.replace("unknown field", "unknown key").replace("unknown variant", "unknown word");
    let Some((found, expected)) =
        message.split_once(", expected ").filter(|_| message.starts_with("invalid"))
    else {
        return message;
    };
    let expected = match expected.split_whitespace().next() {
        Some("struct") => "a table of keys",
        Some("usize" | "u64" | "u32") => "a whole number of at least 0",
        Some("f64") => "a number",
        Some("path") => "a path in quotes",
        _ if expected == "a sequence" => "a list in brackets",
        _ => expected,
    };
    let found = found.trim_start_matches("invalid type: ").trim_start_matches("invalid value: ");
    format!("expected {expected}, found {found}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Clip, EarlyStop, Gap, Off, RegressionLoss};

    fn of(text: &str, settings: &[&str]) -> Result<Experiment, InputError> {
        let settings: Vec<Setting> = settings.iter().map(|s| s.parse().unwrap()).collect();
        parse(text, "x.toml", None, &settings)
    }

    #[test]
    fn an_empty_file_is_the_default_experiment() {
        assert_eq!(of("", &[]).unwrap(), Experiment::default());
    }

    #[test]
    fn what_is_written_is_read_back() {
        let experiment = Experiment { model: Model::defaults(), ..Experiment::default() };
        let text = toml::to_string(&experiment).unwrap();
        assert_eq!(of(&text, &[]).unwrap(), experiment);
    }

    #[test]
    fn a_misspelt_key_names_its_line_and_a_suggestion() {
        let error = of("[training]\nepochs = 3\nlerning_rate = 0.1\n", &[]).unwrap_err();
        assert_eq!(error.place, "x.toml:3:1");
        assert!(error.message.contains("unknown key `lerning_rate`"), "{error}");
        assert_eq!(error.help.as_deref(), Some("did you mean `learning_rate`?"));
    }

    #[test]
    fn a_misspelt_word_gets_a_suggestion() {
        let error = of("[forecast]\ntarget = \"clsoe\"\n", &[]).unwrap_err();
        assert_eq!(error.help.as_deref(), Some("did you mean `close`?"));
        let error = of("", &["training.supervision=every-step"]).unwrap_err();
        assert_eq!(error.place, "--set training.supervision");
        assert_eq!(error.help.as_deref(), Some("did you mean `every_step`?"));
    }

    #[test]
    fn a_setting_overrides_the_file_and_is_blamed_for_its_own_mistakes() {
        let experiment = of("[training]\nepochs = 3\n", &["training.epochs=7", "training.loss=mae"]).unwrap();
        assert_eq!((experiment.training.epochs, experiment.training.loss), (7, RegressionLoss::Mae));
        let error = of("", &["training.epoch=7"]).unwrap_err();
        assert_eq!(
            (error.place.as_str(), error.help.as_deref()),
            ("--set training.epoch", Some("did you mean `epochs`?"))
        );
        assert!("training.epochs".parse::<Setting>().is_err());
    }

    #[test]
    fn a_setting_reaches_into_a_model_by_name() {
        let experiment = of("", &["model.lstm.layers=[8]", "model.deep_rnn.dropout=0"]).unwrap();
        let lstm = experiment.model.iter().find(|m| m.name.as_deref() == Some("lstm")).unwrap();
        assert_eq!(lstm.layers, [8]);
        let error = of("", &["model.lsmt.layers=[8]"]).unwrap_err();
        assert!(error.message.contains("mlp, rnn, deep_rnn, lstm, gru"), "{error}");
    }

    #[test]
    fn a_setting_that_reaches_nothing_is_refused() {
        let error = |setting: &str| of("", &[setting]).unwrap_err().message;
        assert_eq!(error("model.lstm=3"), "names a model but none of its keys");
        assert_eq!(error("training.seeds.first=3"), "`seeds` is a list and has no keys inside");
        assert_eq!(
            error("training.epochs.most=3"),
            "`epochs` is a single value (100) and has no keys inside"
        );
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_explained_in_plain_words() {
        let error = |setting: &str| of("", &[setting]).unwrap_err().message;
        assert_eq!(error("training=3"), "expected a table of keys, found integer `3`");
        assert_eq!(
            error("training.epochs=three"),
            "expected a whole number of at least 0, found string \"three\""
        );
        assert_eq!(error("training.batch=-1"), "expected a whole number of at least 0, found integer `-1`");
        assert_eq!(error("model.lstm.dropout=much"), "expected a number, found string \"much\"");
        assert_eq!(error("training.seeds=1"), "expected a list in brackets, found integer `1`");
        assert_eq!(error("data.path=3"), "expected a path in quotes, found integer `3`");
    }

    #[test]
    fn words_and_numbers_share_a_key() {
        let e = of("split = { gap = 3 }\ntraining = { early_stop = \"off\", clip = { value = 0.5 } }", &[])
            .unwrap();
        assert_eq!(e.split.gap, Gap::Bars(3));
        assert_eq!(
            (e.training.early_stop, e.training.clip),
            (EarlyStop::Off(Off::Off), Clip::Value { value: 0.5 })
        );
        let error = of("split = { gap = \"three\" }", &[]).unwrap_err();
        assert!(error.message.contains("expected \"auto\" or a whole number"), "{error}");
    }

    #[test]
    fn sizes_and_policies_are_words_or_tables() {
        use tidegate_market::{Fill, Kelly, Size, Unfilled, VolatilityTarget};
        let e = of("[strategy]\nsize = { kelly = { cap = 0.8 } }\n[market]\nunfilled = { retry = 5 }\n", &[]);
        let e = e.unwrap();
        assert_eq!(e.strategy.size, Size::Kelly(Kelly { cap: 0.8, ..Kelly::default() }));
        assert_eq!(e.market.unfilled, Unfilled::Retry(5));
        let size = |text: &str| of("", &[&format!("strategy.size={text}")]).unwrap().strategy.size;
        assert_eq!((size("full"), size("{ fraction = 0.5 }")), (Size::Full, Size::Fraction(0.5)));
        assert_eq!(size("{ shares = 100 }"), Size::Shares(100.0));
        assert_eq!(size("{ volatility = {} }"), Size::Volatility(VolatilityTarget::default()));
        assert_eq!(of("", &["market.fill=next_vwap"]).unwrap().market.fill, Fill::NextVwap);
        let error = of("", &["strategy.size=fulll"]).unwrap_err();
        assert_eq!(error.help.as_deref(), Some("did you mean `full`?"));
    }

    #[test]
    fn dates_are_read_with_and_without_quotes() {
        let quoted = of("[data]\nfrom = \"2015-01-05\"\n", &[]).unwrap();
        assert_eq!(quoted, of("[data]\nfrom = 2015-01-05\n", &[]).unwrap());
        assert_eq!(quoted, of("", &["data.from=2015-01-05"]).unwrap());
        assert_eq!(quoted, of("", &["data.from=20150105"]).unwrap());
        assert!(of("[data]\nfrom = \"yesterday\"\n", &[]).is_err());
    }

    #[test]
    fn a_path_in_the_file_is_relative_to_the_file_and_in_a_setting_to_the_working_directory() {
        let file = "[data]\npath = \"bars.csv\"\n";
        let here = parse(file, "x.toml", Some(Path::new("folder")), &[]).unwrap();
        assert_eq!(here.data.path.as_deref(), Some(Path::new("folder/bars.csv")));
        let settings = ["data.path=bars.csv".parse().unwrap()];
        let there = parse(file, "x.toml", Some(Path::new("folder")), &settings).unwrap();
        assert_eq!(there.data.path.as_deref(), Some(Path::new("bars.csv")));
    }
}
