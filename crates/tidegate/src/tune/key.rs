//! Which keys of the experiment file a search may vary: those that change how the network is built, fed or
//! trained, and nothing that changes what its error is measured on.

use crate::error::InputError;
use crate::experiment::{Experiment, Model};
use crate::plan::kind_word;

/// The name of an error's place in the space.
pub(crate) fn place_of(key: &str) -> String {
    format!("tune.space.\"{key}\"")
}

/// Refuses a key that must not vary or cannot matter; `model` is the network that is tuned.
///
/// A key that does not exist passes: it is refused, with a suggestion, where a value is put in its place.
pub(crate) fn check_key(key: &str, model: &str, models: &[Model]) -> Result<(), InputError> {
    let refuse = |why: &str| Err(InputError::new(place_of(key), why));
    let steps: Vec<&str> = key.split('.').collect();
    match steps.as_slice() {
        ["data" | "split", ..] => refuse(
            "changes which samples are scored, so the errors of different trials could not be compared",
        )
        .map_err(|e| e.help("set it for all trials in its own table")),
        ["forecast", "target" | "horizon", ..] => {
            refuse("changes what is forecast, so the errors of different trials could not be compared")
                .map_err(|e| e.help("set it for all trials in [forecast], and search once for each"))
        }
        ["training", "seeds", ..] => {
            refuse("cannot be searched: a seed that does well is luck, not a setting")
                .map_err(|e| e.help("every trial is trained with all of training.seeds"))
        }
        ["strategy", ..] => refuse("belongs to the classifier; the search judges the forecast"),
        ["market", ..] => refuse("has no influence on a forecast: [market] is where forecasts are traded"),
        ["report", ..] => refuse("has no influence on a forecast: [report] is how results are shown"),
        ["tune", ..] => refuse("a search does not search its own settings"),
        ["model", name, rest @ ..] => check_model_key(key, name, rest, model, models),
        [table] => {
            Err(InputError::new(place_of(key), "expected the path of a single key, such as training.batch")
                .help(format!("name what is inside, for example \"{table}.key\" = [...]")))
        }
        _ => Ok(()),
    }
}

fn check_model_key(
    key: &str,
    name: &str,
    rest: &[&str],
    model: &str,
    models: &[Model],
) -> Result<(), InputError> {
    let names: Vec<&str> = models.iter().map(name_of).collect();
    if !names.contains(&name) {
        let error = InputError::new(
            place_of(key),
            format!("no [[model]] is called \"{name}\"; there are {}", names.join(", ")),
        );
        return Err(match nearest(name, &names) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("write \"model.NAME.key\" = [...]"),
        });
    }
    if name != model {
        return Err(InputError::new(
            place_of(key),
            format!("belongs to another network; this search tunes \"{model}\""),
        )
        .help(format!("set tune.model = \"{name}\", or vary model.{model}")));
    }
    match rest {
        [] => Err(InputError::new(place_of(key), "expected the path of a single key")
            .help(format!("for example \"model.{name}.layers\" = [[32], [64, 64]]"))),
        ["name", ..] => Err(InputError::new(place_of(key), "a name changes no forecast")),
        _ => Ok(()),
    }
}

/// A model's name; its kind if it has none.
pub(crate) fn name_of(model: &Model) -> &str {
    model.name.as_deref().unwrap_or_else(|| kind_word(model.kind))
}

/// The name that was probably meant, if one is near enough.
pub(crate) fn nearest<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(found, known), *known))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, known)| *distance <= 2.max(known.len() / 3))
        .map(|(_, known)| known)
}

/// The value at `key` in a resolved experiment (every model named), if it is set.
pub(crate) fn value_at(resolved: &toml::Table, key: &str) -> Option<toml::Value> {
    let mut steps = key.split('.');
    let first = steps.next()?;
    let mut value = resolved.get(first)?;
    if first == "model" {
        let name = steps.next()?;
        let called = |model: &&toml::Value| model.get("name").and_then(toml::Value::as_str) == Some(name);
        value = value.as_array()?.iter().find(called)?;
    }
    for step in steps {
        value = value.get(step)?;
    }
    Some(value.clone())
}

/// The experiment with its models spelled out and named, so that keys can point into them.
pub(crate) fn with_named_models(mut experiment: Experiment) -> Experiment {
    if experiment.model.is_empty() {
        experiment.model = Model::defaults();
    }
    for model in &mut experiment.model {
        model.name = Some(name_of(model).to_owned());
    }
    experiment
}

/// A value for a reader: words without quotes, the rest as TOML.
pub(crate) fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::String(word) => word.clone(),
        other => other.to_string(),
    }
}
