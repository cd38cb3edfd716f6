//! Values of a TOML document with the line they stand on.

use crate::date::TradeDate;
use std::ops::{Range, RangeInclusive};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A rule file that cannot be read as one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}{}: expected {expected}, found {found}", key.as_ref().map(|key| format!(", {key}")).unwrap_or_default())]
pub struct RuleFileError {
    /// File and line.
    pub place: String,
    /// Table and key, such as `price_limit.percent`; `None` for what is no TOML at all.
    pub key: Option<String>,
    /// What may stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// Longest piece of the file that an error repeats.
const SHOWN: usize = 60;

/// A parsed document.
pub(super) struct File<'a> {
    name: &'a str,
    text: &'a str,
    table: DeTable<'a>,
}

impl<'a> File<'a> {
    pub fn parse(text: &'a str, name: &'a str) -> Result<File<'a>, RuleFileError> {
        match DeTable::parse(text) {
            Ok(table) => Ok(File { name, text, table: table.into_inner() }),
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                Err(RuleFileError {
                    place: place(name, text, start),
                    key: None,
                    expected: "TOML".into(),
                    found: error.message().trim().replace('\n', ", "),
                })
            }
        }
    }

    /// No key but these.
    pub fn only(&self, known: &[&str]) -> Result<(), RuleFileError> {
        only(self, &self.table, None, known)
    }

    fn get(&self, key: &str) -> Option<&Spanned<DeValue<'a>>> {
        find(&self.table, key)
    }

    /// The rows of a table; `None` where it is not in the file.
    pub fn rows(&'a self, table: &'static str) -> Result<Option<Vec<Fields<'a>>>, RuleFileError> {
        let Some(value) = self.get(table) else { return Ok(None) };
        let expected = "a list of lines such as [{ from = 2020-01-02, … }]";
        let wrong = |span| self.error(span, table.into(), expected, None);
        let DeValue::Array(array) = value.get_ref() else { return Err(wrong(value.span())) };
        let row = |value: &'a Spanned<DeValue<'a>>| match value.get_ref() {
            DeValue::Table(row) => {
                Ok(Fields { file: self, table, row, span: value.span(), asked: Vec::new() })
            }
            _ => Err(wrong(value.span())),
        };
        array.iter().map(row).collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// A unit that divides 1, such as 0.01.
    pub fn unit(&self, key: &'static str) -> Result<Option<f64>, RuleFileError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let steps = number(value.get_ref()).and_then(steps_per_unit);
        steps.map(|steps| Some(1.0 / steps)).ok_or_else(|| self.error(value.span(), key.into(), STEP, None))
    }

    fn error(&self, span: Range<usize>, key: String, expected: &str, found: Option<String>) -> RuleFileError {
        let text = || {
            let shown: String = self.text.get(span.clone()).unwrap_or_default().chars().take(SHOWN).collect();
            shown.trim().to_owned()
        };
        RuleFileError {
            place: place(self.name, self.text, span.start),
            key: Some(key),
            expected: expected.into(),
            found: found.unwrap_or_else(text),
        }
    }
}

fn place(name: &str, text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    format!("{name}:{}", before.matches('\n').count() + 1)
}

fn find<'t, 'a>(table: &'t DeTable<'a>, key: &str) -> Option<&'t Spanned<DeValue<'a>>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
}

fn only(
    file: &File<'_>,
    table: &DeTable<'_>,
    inside: Option<&str>,
    known: &[&str],
) -> Result<(), RuleFileError> {
    match table.iter().find(|(name, _)| !known.contains(&name.get_ref().as_ref())) {
        None => Ok(()),
        Some((name, _)) => {
            let key = inside.map_or_else(String::new, |table| format!("{table}.")) + name.get_ref();
            let expected = format!("one of {}", known.join(", "));
            Err(file.error(name.span(), key, &expected, None))
        }
    }
}

/// What a step of prices or money may be.
const STEP: &str = "a step of which whole ones make 1, such as 0.01 or 0.05";

fn steps_per_unit(step: f64) -> Option<f64> {
    let steps = (1.0 / step).round();
    let whole = step > 0.0 && (1.0..=1e6).contains(&steps) && (step * steps - 1.0).abs() < 1e-9;
    whole.then_some(steps)
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Float(float) => float.as_str().parse().ok(),
        DeValue::Integer(_) => integer(value).map(|whole| whole as f64),
        _ => None,
    }
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    match value {
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix()).ok(),
        _ => None,
    }
}

/// One line of a table. It remembers what it was asked for, so that what is left over can be refused.
pub(super) struct Fields<'a> {
    file: &'a File<'a>,
    table: &'static str,
    row: &'a DeTable<'a>,
    span: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    fn get(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.push(key);
        find(self.row, key)
    }

    /// A value that must be there.
    pub fn needed<V>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Self, &'static str) -> Result<Option<V>, RuleFileError>,
    ) -> Result<V, RuleFileError> {
        read(self, key)?.ok_or_else(|| self.wrong(key, "a value", "none".into()))
    }

    /// An error about this line.
    pub fn wrong(&self, key: &str, expected: &str, found: String) -> RuleFileError {
        self.file.error(self.span.clone(), format!("{}.{key}", self.table), expected, Some(found))
    }

    fn read<V>(
        &mut self,
        key: &'static str,
        expected: impl FnOnce() -> String,
        read: impl FnOnce(&'a DeValue<'a>) -> Option<V>,
    ) -> Result<Option<V>, RuleFileError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match read(value.get_ref()) {
            Some(value) => Ok(Some(value)),
            None => {
                let key = format!("{}.{key}", self.table);
                Err(self.file.error(value.span(), key, &expected(), None))
            }
        }
    }

    pub fn number(
        &mut self,
        key: &'static str,
        range: RangeInclusive<f64>,
    ) -> Result<Option<f64>, RuleFileError> {
        let expected = || format!("a number from {} to {}", range.start(), range.end());
        self.read(key, expected, |value| number(value).filter(|number| range.contains(number)))
    }

    pub fn whole(
        &mut self,
        key: &'static str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<i64>, RuleFileError> {
        let expected = || format!("a whole number from {} to {}", range.start(), range.end());
        self.read(key, expected, |value| integer(value).filter(|number| range.contains(number)))
    }

    /// Steps per unit of a price step such as 0.01.
    pub fn steps(&mut self, key: &'static str) -> Result<Option<f64>, RuleFileError> {
        self.read(key, || STEP.into(), |value| number(value).and_then(steps_per_unit))
    }

    pub fn date(&mut self, key: &'static str) -> Result<Option<TradeDate>, RuleFileError> {
        let expected = || "a date like 2024-06-28".into();
        self.read(key, expected, |value| match value {
            DeValue::Datetime(date) => date.to_string().parse().ok(),
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        })
    }

    pub fn flag(&mut self, key: &'static str) -> Result<Option<bool>, RuleFileError> {
        self.read(key, || "true or false".into(), DeValue::as_bool)
    }

    pub fn text(&mut self, key: &'static str) -> Result<Option<String>, RuleFileError> {
        self.read(key, || "text in quotes".into(), |value| value.as_str().map(str::to_owned))
    }

    /// One text or a list of at least one, none of them empty.
    pub fn texts(&mut self, key: &'static str) -> Result<Vec<String>, RuleFileError> {
        let found = self.read(
            key,
            || "text in quotes, or a list of it".into(),
            |value| {
                match value {
                    DeValue::Array(list) => {
                        list.iter().map(|value| value.get_ref().as_str().map(str::to_owned)).collect()
                    }
                    one => one.as_str().map(|text| vec![text.to_owned()]),
                }
                // What is empty narrows nothing: who writes it means something else.
                .filter(|texts: &Vec<String>| !texts.is_empty() && texts.iter().all(|text| !text.is_empty()))
            },
        )?;
        Ok(found.unwrap_or_default())
    }

    pub fn word<V: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&str, V)],
    ) -> Result<Option<V>, RuleFileError> {
        self.read(key, || one_of(words), |value| meaning(value.as_str()?, words))
    }

    /// One word or a list of at least one.
    pub fn words<V: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&str, V)],
    ) -> Result<Vec<V>, RuleFileError> {
        let found = self.read(
            key,
            || one_of(words) + ", or a list",
            |value| match value {
                DeValue::Array(list) if list.is_empty() => None,
                DeValue::Array(list) => {
                    list.iter().map(|word| meaning(word.get_ref().as_str()?, words)).collect()
                }
                one => meaning(one.as_str()?, words).map(|word| vec![word]),
            },
        )?;
        Ok(found.unwrap_or_default())
    }

    /// Nothing is left that was not asked for.
    pub fn finish(mut self) -> Result<(), RuleFileError> {
        self.asked.sort_unstable();
        self.asked.dedup();
        only(self.file, self.row, Some(self.table), &self.asked)
    }
}

fn one_of<V>(words: &[(&str, V)]) -> String {
    let words: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
    format!("one of {}", words.join(", "))
}

fn meaning<V: Copy>(word: &str, words: &[(&str, V)]) -> Option<V> {
    words.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
}
