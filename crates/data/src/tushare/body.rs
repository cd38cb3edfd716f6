//! The JSON of an answer, read in one pass: cells in one list, the texts of all of them in one string, so that an answer
//! of a million short cells costs a few times its bytes and not a hundred times.

use crate::pile::Pile;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// No table has more columns; names beyond are counted, not kept.
const MOST_FIELDS: usize = 256;

/// The outermost object.
#[derive(Deserialize)]
pub(super) struct Body {
    pub code: Option<Code>,
    #[serde(default)]
    pub msg: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
    #[serde(default)]
    pub data: Option<Data>,
}

/// Columns and rows.
#[derive(Deserialize)]
pub(super) struct Data {
    pub fields: Fields,
    pub items: Items,
    #[serde(default)]
    pub has_more: Option<bool>,
}

/// What stands where the code of the outcome belongs.
#[derive(Default)]
pub(super) struct Code(Items);

impl Code {
    pub fn cell(&self) -> Cell<'_> {
        self.0.cell(0, 0)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
        let mut code = Code::default();
        let cell = OneCell(&mut code.0).deserialize(deserializer)?;
        code.0.cells.push(cell);
        Ok(code)
    }
}

/// Names of columns.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// At most [`MOST_FIELDS`] of them.
    pub names: Vec<String>,
    /// How many there are.
    pub count: usize,
}

/// Rows of cells, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Items {
    cells: Pile<Packed>,
    /// All texts, end to end.
    texts: String,
    /// Number of rows.
    pub rows: usize,
    /// Cells of the first row.
    pub width: usize,
    /// The first row with another number of cells: its index and their number. From there on no cell is kept.
    pub uneven: Option<(usize, usize)>,
}

/// A cell in 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Packed {
    Null,
    Number(f64),
    /// Where the text begins and ends.
    Text(u32, u32),
    Other,
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// `null`.
    Null,
    /// Any number.
    Number(f64),
    /// A text, perhaps of a number.
    Text(&'a str),
    /// What no column holds: true, false, a list or an object.
    Other,
}

impl Items {
    /// A cell, in a row of [`Items::rows`] and below [`Items::width`].
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        match self.cells.get(row * self.width + column).copied() {
            Some(Packed::Number(number)) => Cell::Number(number),
            Some(Packed::Text(from, to)) => Cell::Text(&self.texts[from as usize..to as usize]),
            Some(Packed::Other) => Cell::Other,
            Some(Packed::Null) | None => Cell::Null,
        }
    }

    fn text(&mut self, text: &str) -> Option<Packed> {
        let from = u32::try_from(self.texts.len()).ok()?;
        let to = u32::try_from(self.texts.len() + text.len()).ok()?;
        self.texts.push_str(text);
        Some(Packed::Text(from, to))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of column names")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Fields, A::Error> {
                let mut fields = Fields::default();
                while fields.count < MOST_FIELDS
                    && let Some(name) = seq.next_element()?
                {
                    fields.names.push(name);
                    fields.count += 1;
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    fields.count += 1;
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_seq(Names)
    }
}

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Items, D::Error> {
        struct Rows;

        impl<'de> Visitor<'de> for Rows {
            type Value = Items;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of rows")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items, A::Error> {
                let mut items = Items::default();
                while let Some(width) = seq.next_element_seed(Row(&mut items))? {
                    if items.rows == 0 {
                        items.width = width;
                    } else if width != items.width && items.uneven.is_none() {
                        items.uneven = Some((items.rows, width));
                    }
                    items.rows += 1;
                }
                Ok(items)
            }
        }
        deserializer.deserialize_seq(Rows)
    }
}

/// Adds the cells of a row and tells how many they are.
struct Row<'a>(&'a mut Items);

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row of cells")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<usize, A::Error> {
        let mut width = 0;
        if self.0.uneven.is_some() {
            while seq.next_element::<IgnoredAny>()?.is_some() {
                width += 1;
            }
            return Ok(width);
        }
        while let Some(cell) = seq.next_element_seed(OneCell(self.0))? {
            self.0.cells.push(cell);
            width += 1;
        }
        Ok(width)
    }
}

struct OneCell<'a>(&'a mut Items);

impl<'de> DeserializeSeed<'de> for OneCell<'_> {
    type Value = Packed;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Packed, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OneCell<'_> {
    type Value = Packed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cell")
    }
    fn visit_unit<E>(self) -> Result<Packed, E> {
        Ok(Packed::Null)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Packed, E> {
        Ok(Packed::Other)
    }
    fn visit_i64<E>(self, value: i64) -> Result<Packed, E> {
        Ok(Packed::Number(value as f64))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Packed, E> {
        Ok(Packed::Number(value as f64))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Packed, E> {
        Ok(Packed::Number(value))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Packed, E> {
        self.0.text(value).ok_or_else(|| E::custom("more than 4 GB of text"))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Packed, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Packed::Other)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Packed, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Packed::Other)
    }
}
