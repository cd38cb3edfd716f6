//! An answer of Tushare: columns named by `data.fields`, in whatever order they came, cells as whatever they came.

use super::api::Api;
use super::body::{Body, Cell, Code, Items};
use tidegate_market::TradeDate;

/// A whole, accepted answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Which api it is from.
    pub api: Api,
    fields: Vec<String>,
    /// Rows in the order in which they came; each has one cell per field.
    items: Items,
    /// The server says that there is more.
    pub has_more: bool,
}

/// Characters of a server's or a library's message that are repeated.
const MOST_WORDS: usize = 400;

/// Why a body is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// The server refused, with its code and message.
    #[error("code {code}: {message}")]
    Refused {
        /// Other than 0.
        code: i64,
        /// The server's words.
        message: String,
    },
    /// The body is no JSON, or not of this shape: half an answer, a web page.
    #[error("expected a JSON answer, found {0}")]
    Shape(String),
    /// A cell is not what its column holds.
    #[error("row {row}, column {column}: expected {expected}, found {found}")]
    Cell {
        /// Number of the row, from 1.
        row: usize,
        /// Name of the column.
        column: String,
        /// What belongs there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A needed column is missing.
    #[error("expected a column {column}, found only {found}")]
    Column {
        /// Its name.
        column: String,
        /// The columns that are there.
        found: String,
    },
}

impl Answer {
    /// Reads a body. A code other than 0 rejects it, whatever else it holds.
    ///
    /// # Errors
    /// [`BadAnswer`].
    pub fn read(api: Api, body: &[u8]) -> Result<Answer, BadAnswer> {
        let body: Body = serde_json::from_slice(body).map_err(|error| shape(body, &error))?;
        let code = match body.code.as_ref().map(Code::cell) {
            Some(Cell::Number(code)) if code.fract() == 0.0 => code as i64,
            Some(Cell::Text(code)) => {
                code.trim().parse().map_err(|_| BadAnswer::Shape(format!("the code \"{}\"", shown(code))))?
            }
            _ => return Err(BadAnswer::Shape("no whole number `code`".into())),
        };
        if code != 0 {
            let words = [body.msg, body.message].into_iter().flatten().find(|text| !text.trim().is_empty());
            let message = words.unwrap_or_else(|| "(no message)".to_owned());
            return Err(BadAnswer::Refused { code, message: cut(message.trim(), MOST_WORDS) });
        }
        let data = body.data.ok_or_else(|| BadAnswer::Shape("code 0 without `data`".into()))?;
        let (fields, items) = (data.fields, data.items);
        let uneven = match items.rows {
            0 => None,
            _ if items.width != fields.count => Some((0, items.width)),
            _ => items.uneven,
        };
        if let Some((row, cells)) = uneven {
            return Err(BadAnswer::Shape(format!(
                "row {} with {cells} cells under {} fields",
                row + 1,
                fields.count
            )));
        }
        if fields.count > fields.names.len() {
            return Err(BadAnswer::Shape(format!("{} fields", fields.count)));
        }
        Ok(Answer { api, fields: fields.names, items, has_more: data.has_more.unwrap_or(false) })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.items.rows
    }

    /// The cells of a row, one per field; none beyond the last row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Cell<'_>> {
        let width = if row < self.items.rows { self.items.width } else { 0 };
        (0..width).map(move |column| self.items.cell(row, column))
    }

    /// Where a column is.
    ///
    /// # Errors
    /// [`BadAnswer::Column`].
    pub fn column(&self, name: &str) -> Result<Column<'_>, BadAnswer> {
        let index = self.fields.iter().position(|field| field == name).ok_or_else(|| BadAnswer::Column {
            column: name.to_owned(),
            found: shown(&self.fields.join(", ")),
        })?;
        Ok(Column { answer: self, index })
    }

    /// Dates of the rows, in their order.
    ///
    /// # Errors
    /// [`BadAnswer`] when a row has no date.
    pub fn dates(&self) -> Result<Vec<TradeDate>, BadAnswer> {
        if self.rows() == 0 {
            return Ok(Vec::new());
        }
        let column = self.column(self.api.date_field())?;
        (0..self.rows()).map(|row| column.date(row)).collect()
    }
}

/// One column of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    answer: &'a Answer,
    index: usize,
}

impl Column<'_> {
    fn cell(&self, row: usize) -> Cell<'_> {
        self.answer.items.cell(row, self.index)
    }

    fn wrong(&self, row: usize, expected: &'static str) -> BadAnswer {
        let found = match self.cell(row) {
            Cell::Null => "null".to_owned(),
            Cell::Number(number) => number.to_string(),
            Cell::Text(text) => format!("\"{}\"", shown(text)),
            Cell::Other => "no simple value".to_owned(),
        };
        BadAnswer::Cell { row: row + 1, column: self.answer.fields[self.index].clone(), expected, found }
    }

    /// A number; `None` for null and for an empty text. Texts of numbers count.
    ///
    /// # Errors
    /// [`BadAnswer::Cell`].
    pub fn number(&self, row: usize) -> Result<Option<f64>, BadAnswer> {
        match self.cell(row) {
            Cell::Null => Ok(None),
            Cell::Number(number) => Ok(Some(number)),
            Cell::Text(text) if matches!(text.trim(), "" | "nan" | "NaN" | "None" | "null") => Ok(None),
            Cell::Text(text) => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Some(number)),
                _ => Err(self.wrong(row, "a number")),
            },
            Cell::Other => Err(self.wrong(row, "a number")),
        }
    }

    /// A text; `None` for null and for an empty one. Numbers are written out.
    ///
    /// # Errors
    /// [`BadAnswer::Cell`].
    pub fn text(&self, row: usize) -> Result<Option<String>, BadAnswer> {
        match self.cell(row) {
            Cell::Null => Ok(None),
            Cell::Number(number) => Ok(Some(number.to_string())),
            Cell::Text(text) if text.trim().is_empty() => Ok(None),
            Cell::Text(text) => Ok(Some(text.trim().to_owned())),
            Cell::Other => Err(self.wrong(row, "a text")),
        }
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// [`BadAnswer::Cell`].
    pub fn word(&self, row: usize) -> Result<String, BadAnswer> {
        self.text(row)?.ok_or_else(|| self.wrong(row, "a text"))
    }

    /// A date that must be there, as a text or a number.
    ///
    /// # Errors
    /// [`BadAnswer::Cell`].
    pub fn date(&self, row: usize) -> Result<TradeDate, BadAnswer> {
        self.optional_date(row)?.ok_or_else(|| self.wrong(row, "a date"))
    }

    /// A date, or `None` for null.
    ///
    /// # Errors
    /// [`BadAnswer::Cell`].
    pub fn optional_date(&self, row: usize) -> Result<Option<TradeDate>, BadAnswer> {
        let Some(text) = self.text(row)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| self.wrong(row, "a date"))
    }
}

/// A text on one line, so long that it can stand in a message.
fn shown(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    cut(&words.join(" "), 80)
}

/// At most so many characters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What a body is that is no JSON answer.
fn shape(body: &[u8], error: &serde_json::Error) -> BadAnswer {
    let text = String::from_utf8_lossy(&body[..body.len().min(400)]);
    let start = text.trim_start();
    BadAnswer::Shape(if start.is_empty() {
        "an empty body".to_owned()
    } else if start.starts_with('<') {
        format!("a web page: {}", shown(start))
    } else if error.is_eof() {
        format!("an answer that ends after {} bytes", body.len())
    } else if start.starts_with('{') {
        // The library repeats a value that it did not expect, however long.
        let error = cut(&error.to_string(), MOST_WORDS);
        format!("another shape ({error})")
    } else {
        format!("\"{}\"", shown(start))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Answer, BadAnswer> {
        Answer::read(Api::Daily, body.as_bytes())
    }

    #[test]
    fn columns_are_found_by_name_and_cells_read_as_what_they_mean() {
        let answer = read(
            r#"{"request_id":"x","code":0,"msg":null,"data":{"fields":["close","new","trade_date","ts_code"],
               "items":[["10.5",true,20240628,"600000.SH"],[11,[1],"20240627","600000.SH"],[null,{},20240626.0,null]],
               "has_more":true,"count":-1}}"#,
        )
        .unwrap();
        assert!(answer.has_more);
        let close = answer.column("close").unwrap();
        let closes: Vec<Option<f64>> = (0..3).map(|row| close.number(row).unwrap()).collect();
        assert_eq!(closes, [Some(10.5), Some(11.0), None]);
        let dates: Vec<String> = answer.dates().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(dates, ["2024-06-28", "2024-06-27", "2024-06-26"]);
        let error = answer.column("ts_code").unwrap().word(2).unwrap_err().to_string();
        assert_eq!(error, "row 3, column ts_code: expected a text, found null");
        assert!(answer.column("new").unwrap().number(0).is_err());
        let error = answer.column("vol").unwrap_err().to_string();
        assert_eq!(error, "expected a column vol, found only close, new, trade_date, ts_code");
    }

    #[test]
    fn a_code_rejects_the_body_even_with_full_data() {
        let body = r#"{"code":40203,"msg":"","message":"停","data":{"fields":["a"],"items":[["b"]]}}"#;
        assert_eq!(read(body), Err(BadAnswer::Refused { code: 40203, message: "停".into() }));
        let body = r#"{"code":"-2001","msg":"必填参数","data":null}"#;
        assert_eq!(read(body), Err(BadAnswer::Refused { code: -2001, message: "必填参数".into() }));
    }

    #[test]
    fn no_message_is_as_long_as_what_it_is_about() {
        let long = "长".repeat(100_000);
        for body in [
            format!(r#"{{"code":1,"msg":"{long}"}}"#),
            format!(r#"{{"code":"{long}"}}"#),
            format!(r#"{{"code":0,"data":{{"fields":"{long}"}}}}"#),
            format!(r#"{{"code":0,"data":{{"fields":["{long}"],"items":[["{long}"]]}}}}"#),
        ] {
            let answer = read(&body);
            let error = match answer {
                Ok(answer) => answer.column("close").unwrap_err(),
                Err(error) => error,
            };
            assert!(error.to_string().chars().count() < 600, "{error}");
        }
    }

    #[test]
    fn what_is_no_answer_is_named() {
        for (body, what) in [
            ("", "an empty body"),
            ("<html><body>502 Bad Gateway</body>", "a web page: <html><body>502 Bad Gateway</body>"),
            ("{\"code\":0,\"data\":{\"fields\":[\"a\"],\"it", "an answer that ends after 36 bytes"),
            ("Too Many Requests", "\"Too Many Requests\""),
            ("{\"code\":0,\"data\":null}", "code 0 without `data`"),
            ("{\"data\":{\"fields\":[],\"items\":[]}}", "no whole number `code`"),
            ("{\"code\":0.5,\"data\":{\"fields\":[],\"items\":[]}}", "no whole number `code`"),
            (
                "{\"code\":0,\"data\":{\"fields\":[\"a\",\"b\"],\"items\":[[1],[2]]}}",
                "row 1 with 1 cells under 2 fields",
            ),
            (
                "{\"code\":0,\"data\":{\"fields\":[\"a\"],\"items\":[[1],[1,2]]}}",
                "row 2 with 2 cells under 1 fields",
            ),
        ] {
            assert_eq!(read(body), Err(BadAnswer::Shape(what.into())), "{body}");
        }
    }
}
