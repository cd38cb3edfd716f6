//! Charts as plotly.js figures: JSON made here, drawn by the page's script.
//!
//! Long columns (dates, prices) are stored once in the page and named by figures (`"@bars.date"`), so that six charts
//! over the same 5,000 bars do not carry six copies. Colours are names too (`"$grid"`): the script puts in the value of
//! the light or the dark theme when it draws. Nothing is thinned out; values keep seven significant digits.

use super::html::escape;
use serde_json::{Map, Value, json};
use tidegate_market::TradeDate;

/// Charts of one page and the columns they share.
#[derive(Default)]
pub(crate) struct Charts {
    columns: Map<String, Value>,
    figures: Vec<Value>,
}

/// One chart.
pub(crate) struct Figure {
    /// Anchor in the page; unique.
    pub id: String,
    /// Height, pixels.
    pub height: u32,
    /// What it shows, for a reader who cannot see it.
    pub label: String,
    /// plotly.js traces.
    pub data: Vec<Value>,
    /// plotly.js layout; what it leaves out comes from the defaults in `draw.js`.
    pub layout: Value,
    /// Names of value axes that follow the visible stretch of the x axis (`"y"`, `"y2"`).
    pub follow: Vec<&'static str>,
}

impl Charts {
    /// Stores a column of numbers; what is not finite becomes a hole. Returns the name figures use.
    pub(crate) fn numbers(&mut self, name: &str, values: impl IntoIterator<Item = Option<f64>>) -> String {
        self.columns.insert(name.to_owned(), values.into_iter().map(number).collect());
        format!("@{name}")
    }

    /// Stores a column of dates. Returns the name figures use.
    pub(crate) fn dates<'a>(&mut self, name: &str, dates: impl IntoIterator<Item = &'a TradeDate>) -> String {
        let values = dates.into_iter().map(|date| Value::String(date.to_string())).collect();
        self.columns.insert(name.to_owned(), values);
        format!("@{name}")
    }

    /// Adds a chart; returns the place where it will be drawn, with its caption.
    pub(crate) fn place(&mut self, figure: Figure, caption: &str) -> String {
        let Figure { id, height, label, data, layout, follow } = figure;
        self.figures.push(json!({
            "id": id, "height": height, "data": data, "layout": layout, "follow": follow,
        }));
        let caption =
            if caption.is_empty() { String::new() } else { format!("<figcaption>{caption}</figcaption>") };
        format!(
            "<figure><div class=\"chart\" id=\"{id}\" role=\"img\" aria-label=\"{}\" \
             style=\"height:{height}px\"></div>{caption}</figure>\n",
            escape(&label)
        )
    }

    /// The JSON the script reads. `<` is written as an escape, so that no text can end the script element.
    pub(crate) fn json(&self) -> String {
        json!({ "columns": self.columns, "figures": self.figures }).to_string().replace('<', "\\u003c")
    }
}

/// A number with seven significant digits; a hole for what is not finite.
pub(crate) fn number(x: Option<f64>) -> Value {
    match x.filter(|x| x.is_finite()) {
        // Through text: rounding in binary would bring the long tails back.
        Some(x) => format!("{x:.6e}").parse::<f64>().map_or(Value::Null, |x| json!(x)),
        None => Value::Null,
    }
}

/// A week in the unit of plotly.js, milliseconds.
const WEEK: u32 = 7 * 24 * 3_600 * 1_000;

/// An x axis of dates. Labels are numbers only, so they read the same in every language.
pub(crate) fn date_axis() -> Value {
    json!({
        "type": "date",
        "hoverformat": "%Y-%m-%d",
        "tickformatstops": [
            {"dtickrange": [null, WEEK], "value": "%Y-%m-%d"},
            {"dtickrange": [WEEK, "M1"], "value": "%m-%d\n%Y"},
            {"dtickrange": ["M1", "M12"], "value": "%Y-%m"},
            {"dtickrange": ["M12", null], "value": "%Y"},
        ],
    })
}

/// A linear axis with a title; `format` is a d3 format such as `,.2f` or `.0%`.
pub(crate) fn axis(title: &str, format: &str) -> Value {
    json!({"title": {"text": escape(title)}, "tickformat": format, "hoverformat": format})
}

/// Lowest and highest value with a margin of 5 % of the span; `None` where nothing is finite.
pub(crate) fn padded_range(values: impl IntoIterator<Item = f64>) -> Option<[f64; 2]> {
    let mut range: Option<[f64; 2]> = None;
    for x in values.into_iter().filter(|x| x.is_finite()) {
        let [low, high] = range.unwrap_or([x, x]);
        range = Some([low.min(x), high.max(x)]);
    }
    let [low, high] = range?;
    let margin = if high > low { 0.05 * (high - low) } else { 0.05 * high.abs().max(1.0) };
    Some([low - margin, high + margin])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_seven_digits_and_holes_stay_holes() {
        assert_eq!(number(Some(0.1 + 0.2)).to_string(), "0.3");
        assert_eq!(number(Some(1_234.567_891)).to_string(), "1234.568");
        assert_eq!(number(Some(f64::NAN)), Value::Null);
        assert_eq!(number(None), Value::Null);
    }

    #[test]
    fn a_closing_tag_in_a_name_cannot_end_the_script() {
        let mut charts = Charts::default();
        let figure = Figure {
            id: "x".into(),
            height: 1,
            label: "\"</script>".into(),
            data: vec![json!({"name": "</script>"})],
            layout: json!({}),
            follow: vec![],
        };
        let place = charts.place(figure, "");
        assert!(!charts.json().contains("</script>"));
        assert!(place.contains("aria-label=\"&quot;&lt;/script&gt;\""));
    }

    #[test]
    fn a_range_leaves_room_and_a_flat_line_is_visible() {
        assert_eq!(padded_range([1.0, 2.0, f64::NAN]), Some([0.95, 2.05]));
        assert_eq!(padded_range([0.0]), Some([-0.05, 0.05]));
        assert_eq!(padded_range([f64::NAN]), None);
    }
}
