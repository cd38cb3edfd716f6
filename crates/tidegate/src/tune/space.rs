//! `[tune.space]`: keys of the experiment file and the values each may take.

use super::key::{nearest, place_of};
use crate::error::InputError;
use toml::Value;

/// The search space, keys in alphabetical order.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    /// One per key; never empty.
    pub dimensions: Vec<Dimension>,
}

/// One key and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// Path of the key, e.g. `training.learning_rate`.
    pub key: String,
    /// What it may be.
    pub candidates: Candidates,
}

/// The values a key may take.
#[derive(Clone, Debug, PartialEq)]
pub enum Candidates {
    /// One of these; at least one, all different.
    List(Vec<Value>),
    /// A whole number, both bounds included.
    Whole {
        /// Least.
        low: i64,
        /// Greatest.
        high: i64,
        /// How the draws spread.
        scale: Scale,
    },
    /// A number between the bounds.
    Real {
        /// Least.
        low: f64,
        /// Greatest.
        high: f64,
        /// How the draws spread.
        scale: Scale,
    },
}

/// How the draws of a range spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Every stretch of the same length is equally likely.
    Linear,
    /// Every stretch of the same ratio is equally likely.
    Log,
}

const EXAMPLE: &str = "for example\n\n  [tune.space]\n  \"training.learning_rate\" = [0.003, 0.001, 0.0003]\n  \
     \"model.lstm.layers\" = [[32], [64, 64]]\n  \"model.lstm.dropout\" = { low = 0.0, high = 0.5 }";

impl Space {
    /// From the table of the experiment file. Quoted dotted keys and nested tables mean the same.
    pub fn parse(table: &toml::Table) -> Result<Space, InputError> {
        let mut dimensions = Vec::new();
        collect(table, "", &mut dimensions)?;
        if dimensions.is_empty() {
            return Err(InputError::new("tune.space", "expected keys to vary, found none").help(EXAMPLE));
        }
        dimensions.sort_by(|a, b| a.key.cmp(&b.key));
        if let Some(pair) = dimensions.windows(2).find(|pair| pair[0].key == pair[1].key) {
            return Err(InputError::new(place_of(&pair[0].key), "is given twice"));
        }
        Ok(Space { dimensions })
    }
}

impl Candidates {
    /// How many values there are; `None` for a range of real numbers.
    pub fn count(&self) -> Option<u64> {
        match self {
            Candidates::List(values) => Some(values.len() as u64),
            Candidates::Whole { low, high, .. } => Some(high.abs_diff(*low).saturating_add(1)),
            Candidates::Real { .. } => None,
        }
    }

    /// The values that stand for all: those of a list, the ends of a range.
    pub fn corners(&self) -> Vec<Value> {
        match self {
            Candidates::List(values) => values.clone(),
            Candidates::Whole { low, high, .. } => vec![Value::Integer(*low), Value::Integer(*high)],
            Candidates::Real { low, high, .. } => vec![Value::Float(*low), Value::Float(*high)],
        }
    }

    /// Whether `value` is one of them.
    pub fn contains(&self, value: &Value) -> bool {
        match self {
            Candidates::List(values) => values.iter().any(|candidate| same(candidate, value)),
            Candidates::Whole { low, high, .. } => {
                value.as_integer().is_some_and(|value| (*low..=*high).contains(&value))
            }
            Candidates::Real { low, high, .. } => {
                number(value).is_some_and(|value| (*low..=*high).contains(&value))
            }
        }
    }
}

/// Equality of values under which 1 and 1.0 are the same.
fn same(a: &Value, b: &Value) -> bool {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

/// The number a value is, whole or not.
pub(crate) fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

fn collect(table: &toml::Table, prefix: &str, found: &mut Vec<Dimension>) -> Result<(), InputError> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        if key.split('.').any(str::is_empty) {
            return Err(InputError::new(place_of(&key), "expected a key path such as training.batch"));
        }
        let candidates = match value {
            Value::Table(inner) if inner.contains_key("low") || inner.contains_key("high") => {
                range(&key, inner)?
            }
            Value::Table(inner) => {
                collect(inner, &key, found)?;
                continue;
            }
            Value::Array(values) => list(&key, values)?,
            other => {
                return Err(InputError::new(
                    place_of(&key),
                    format!("expected a list of values or a range, found {other}"),
                )
                .help(format!("write [{other}, ...] or {{ low = ..., high = ... }}")));
            }
        };
        found.push(Dimension { key, candidates });
    }
    Ok(())
}

fn list(key: &str, values: &[Value]) -> Result<Candidates, InputError> {
    if values.is_empty() {
        return Err(InputError::new(place_of(key), "expected at least one value, found []"));
    }
    for (i, value) in values.iter().enumerate() {
        if values[..i].iter().any(|earlier| same(earlier, value)) {
            return Err(InputError::new(place_of(key), format!("{value} is listed twice")));
        }
    }
    Ok(Candidates::List(values.to_vec()))
}

fn range(key: &str, table: &toml::Table) -> Result<Candidates, InputError> {
    const KNOWN: [&str; 3] = ["low", "high", "scale"];
    let fail = |message: String| InputError::new(place_of(key), message);
    if let Some(unknown) = table.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        let error = fail(format!("unknown key `{unknown}`: a range has low, high and scale"));
        return Err(match nearest(unknown, &KNOWN) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error,
        });
    }
    let bound = |name: &str| {
        let value = table.get(name).ok_or_else(|| fail(format!("`{name}` is missing")))?;
        let finite = number(value).filter(|bound| bound.is_finite());
        finite
            .map(|bound| (value, bound))
            .ok_or_else(|| fail(format!("{name}: expected a number, found {value}")))
    };
    let ((low, least), (high, greatest)) = (bound("low")?, bound("high")?);
    if least >= greatest {
        return Err(fail(format!("expected low below high, found low = {low} and high = {high}")));
    }
    let scale = match table.get("scale") {
        None => Scale::Linear,
        Some(Value::String(word)) if word == "linear" => Scale::Linear,
        Some(Value::String(word)) if word == "log" => Scale::Log,
        Some(other) => {
            return Err(fail(format!("scale: expected \"linear\" or \"log\", found {other}")));
        }
    };
    if scale == Scale::Log && least <= 0.0 {
        return Err(fail(format!("a log scale needs a low above 0, found {low}")));
    }
    Ok(match (low, high) {
        (Value::Integer(low), Value::Integer(high)) => Candidates::Whole { low: *low, high: *high, scale },
        _ => Candidates::Real { low: least, high: greatest, scale },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Space, InputError> {
        Space::parse(&toml::from_str(text).unwrap())
    }

    #[test]
    fn nested_tables_and_quoted_paths_mean_the_same() {
        let quoted = of("\"training.batch\" = [16, 32]\n\"model.lstm.layers\" = [[8], [8, 8]]").unwrap();
        let nested = of("training = { batch = [16, 32] }\nmodel.lstm.layers = [[8], [8, 8]]").unwrap();
        assert_eq!(quoted, nested);
        let keys: Vec<&str> = quoted.dimensions.iter().map(|d| d.key.as_str()).collect();
        assert_eq!(keys, ["model.lstm.layers", "training.batch"]);
    }

    #[test]
    fn a_range_is_whole_if_both_bounds_are() {
        let space = of("\"a.b\" = { low = 1, high = 9 }\n\"a.c\" = { low = 1, high = 9.0, scale = \"log\" }")
            .unwrap();
        let whole = Candidates::Whole { low: 1, high: 9, scale: Scale::Linear };
        let real = Candidates::Real { low: 1.0, high: 9.0, scale: Scale::Log };
        assert_eq!(space.dimensions[0].candidates, whole);
        assert_eq!(space.dimensions[1].candidates, real);
        assert_eq!((whole.count(), real.count()), (Some(9), None));
    }

    #[test]
    fn an_empty_space_shows_an_example() {
        let error = of("").unwrap_err();
        assert_eq!(error.place, "tune.space");
        assert!(error.help.unwrap().contains("[tune.space]"));
    }

    #[test]
    fn mistakes_in_a_space_name_their_key() {
        for (text, message) in [
            ("\"a.b\" = 3", "expected a list of values or a range, found 3"),
            ("\"a.b\" = []", "expected at least one value"),
            ("\"a.b\" = [1, 1.0]", "1.0 is listed twice"),
            ("\"a.b\" = { low = 2, high = 1 }", "expected low below high"),
            ("\"a.b\" = { low = nan, high = 1 }", "expected a number"),
            ("\"a.b\" = { low = 1 }", "`high` is missing"),
            ("\"a.b\" = { low = 0, high = 1, scale = \"log\" }", "needs a low above 0"),
            ("\"a.b\" = { low = 0, high = 1, scale = \"ln\" }", "expected \"linear\" or \"log\""),
            ("\"a.b\" = { low = 0, high = 1, scal = \"log\" }", "unknown key `scal`"),
            ("\"a.b\" = [1]\na = { b = [2] }", "is given twice"),
            ("\"a..b\" = [1]", "expected a key path"),
        ] {
            let error = of(text).unwrap_err();
            assert!(error.message.contains(message), "{text}: {error}");
            assert!(error.place.starts_with("tune.space.\"a."), "{error}");
        }
    }
}
