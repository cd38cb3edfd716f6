//! The JSON of a chart. Only what is used is kept, in lists that cost little more than their text: of several results,
//! quotes or adjusted closes the first, of a map of events its values.

use crate::pile::Pile;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

#[derive(Deserialize)]
pub(super) struct Body {
    pub chart: Outer,
}

#[derive(Deserialize)]
pub(super) struct Outer {
    #[serde(default)]
    pub result: Option<First<Inner>>,
    #[serde(default)]
    pub error: Option<Refusal>,
}

#[derive(Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Inner {
    pub meta: Meta,
    #[serde(default)]
    pub timestamp: Option<Pile<Option<i64>>>,
    #[serde(default)]
    pub events: Option<Events>,
    pub indicators: Indicators,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta {
    pub symbol: String,
    #[serde(default)]
    pub gmtoffset: i64,
    #[serde(default)]
    pub data_granularity: Option<String>,
    #[serde(default)]
    pub current_trading_period: Option<Periods>,
}

#[derive(Deserialize)]
pub(super) struct Periods {
    #[serde(default)]
    pub regular: Option<Period>,
}

#[derive(Clone, Copy, Deserialize)]
pub(super) struct Period {
    pub start: i64,
    pub end: i64,
}

#[derive(Deserialize, Default)]
pub(super) struct Events {
    #[serde(default)]
    pub dividends: Values<Dividend>,
    #[serde(default)]
    pub splits: Values<Split>,
}

#[derive(Deserialize)]
pub(super) struct Dividend {
    #[serde(default)]
    pub amount: Option<f64>,
    pub date: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Split {
    pub date: i64,
    #[serde(default)]
    pub numerator: Option<f64>,
    #[serde(default)]
    pub denominator: Option<f64>,
    #[serde(default)]
    pub split_ratio: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Indicators {
    #[serde(default)]
    pub quote: First<Quote>,
    #[serde(default)]
    pub adjclose: Option<First<Adjusted>>,
}

#[derive(Deserialize, Default)]
pub(super) struct Quote {
    #[serde(default)]
    pub open: Numbers,
    #[serde(default)]
    pub high: Numbers,
    #[serde(default)]
    pub low: Numbers,
    #[serde(default)]
    pub close: Numbers,
    #[serde(default)]
    pub volume: Numbers,
}

#[derive(Deserialize, Default)]
pub(super) struct Adjusted {
    #[serde(default)]
    pub adjclose: Numbers,
}

/// Numbers and nulls in 8 bytes each. JSON has no NaN, so that one stands for null in here.
#[derive(Default)]
pub(super) struct Numbers(Pile<f64>);

impl Numbers {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The number at a place; `None` for null and beyond the end.
    pub fn get(&self, at: usize) -> Option<f64> {
        self.0.get(at).copied().filter(|value| !value.is_nan())
    }
}

/// The first element of a list, and how many there are.
pub(super) struct First<T> {
    pub first: Option<T>,
    pub count: usize,
}

impl<T> Default for First<T> {
    fn default() -> Self {
        First { first: None, count: 0 }
    }
}

/// The values of a map whose keys say nothing.
pub(super) struct Values<T>(pub Pile<T>);

impl<T> Default for Values<T> {
    fn default() -> Self {
        Values(Pile::default())
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> Visitor<'de> for List {
            type Value = Numbers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of numbers")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Numbers, A::Error> {
                let mut numbers = Numbers::default();
                while let Some(number) = seq.next_element::<Option<f64>>()? {
                    numbers.0.push(number.unwrap_or(f64::NAN));
                }
                Ok(numbers)
            }
        }
        deserializer.deserialize_seq(List)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for First<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List<T>(PhantomData<T>);

        impl<'de, T: DeserializeOwned> Visitor<'de> for List<T> {
            type Value = First<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<First<T>, A::Error> {
                let first = seq.next_element()?;
                let mut count = usize::from(first.is_some());
                while first.is_some() && seq.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(First { first, count })
            }
        }
        deserializer.deserialize_seq(List(PhantomData))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Values<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map<T>(PhantomData<T>);

        impl<'de, T: DeserializeOwned> Visitor<'de> for Map<T> {
            type Value = Values<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of events")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Values<T>, A::Error> {
                let mut values = Values::default();
                while let Some((IgnoredAny, value)) = map.next_entry()? {
                    values.0.push(value);
                }
                Ok(values)
            }
        }
        deserializer.deserialize_map(Map(PhantomData))
    }
}
