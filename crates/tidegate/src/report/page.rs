//! The page around the sections: one file, no network, the same bytes for the same run.

use super::chart::Charts;
use super::html::escape;
use super::language::Language;
use super::palette;
use super::wording::Words;
use serde_json::json;

/// A page under construction.
pub(crate) struct Page<'a> {
    pub language: Language,
    pub words: &'static Words,
    /// Plain text.
    pub title: &'a str,
    /// HTML above the sections.
    pub header: String,
    /// Anchor and name (HTML) of each section, for the list of contents.
    pub contents: Vec<(&'static str, &'static str)>,
    /// HTML.
    pub sections: String,
    pub charts: Charts,
}

impl Page<'_> {
    /// The whole file.
    pub(crate) fn html(&self) -> String {
        let Page { language, words, title, header, contents, sections, charts } = self;
        let links: String =
            contents.iter().map(|(id, name)| format!("<li><a href=\"#{id}\">{name}</a></li>")).collect();
        let nav = if links.is_empty() { String::new() } else { format!("<nav><ul>{links}</ul></nav>\n") };
        let look = json!({ "locale": locale(*language, words), "themes": palette::json() })
            .to_string()
            .replace('<', "\\u003c");
        format!(
            "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"generator\" content=\"tidegate {version}\">\n\
             <title>{title}</title>\n<style>\n{colors}{style}</style>\n</head>\n<body>\n\
             <header>\n{header}</header>\n{nav}<main>\n\
             <noscript><p class=\"banner\">{no_script}</p></noscript>\n{sections}</main>\n\
             <footer>{footer}</footer>\n\
             {plotly}\n\
             <script type=\"application/json\" id=\"figures\">{figures}</script>\n\
             <script type=\"application/json\" id=\"look\">{look}</script>\n\
             <script>\n{draw}</script>\n</body>\n</html>\n",
            lang = language.html_code(),
            version = env!("CARGO_PKG_VERSION"),
            title = escape(title),
            colors = palette::css(),
            style = include_str!("page/style.css"),
            no_script = words.no_script,
            footer = words.footer,
            plotly = plotly_script(),
            figures = charts.json(),
            draw = include_str!("page/draw.js"),
        )
    }
}

/// The script element with plotly.js. The crate hands out plotly.js and MathJax one after the other; no chart here
/// has a formula, so the second megabytes stay out.
fn plotly_script() -> String {
    const END: &str = "</script>";
    let mut both = plotly::Plot::offline_js_sources();
    if let Some(at) = both.find(END) {
        both.truncate(at + END.len());
    }
    both
}

/// plotly.js carries English only; the words of its buttons and the names of months in other languages come from here.
fn locale(language: Language, words: &Words) -> serde_json::Value {
    if language == Language::English {
        return serde_json::Value::Null;
    }
    let months: Vec<String> = (1..=12).map(|month| format!("{month}{}", words.month_suffix)).collect();
    let days: Vec<String> = words.weekdays.split(' ').map(str::to_owned).collect();
    json!({
        "moduleType": "locale",
        "name": language.html_code(),
        "dictionary": {
            "Zoom": words.chart_zoom,
            "Pan": words.chart_pan,
            "Zoom in": words.chart_zoom_in,
            "Zoom out": words.chart_zoom_out,
            "Reset axes": words.chart_reset,
            "Download plot as a PNG": words.chart_download,
            "Download plot as a png": words.chart_download,
            "Double-click to zoom back out": words.chart_double_click,
            "open:": words.chart_open,
            "high:": words.chart_high,
            "low:": words.chart_low,
            "close:": words.chart_close,
        },
        "format": {
            "days": days, "shortDays": days, "months": months, "shortMonths": months, "date": "%Y-%m-%d",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_carries_plotly_and_leaves_mathjax_out() {
        let script = plotly_script();
        assert!(script.starts_with("<script"));
        assert!(script.contains("plotly.js v3"));
        assert!(!script.contains("MathJax.loader"));
        assert_eq!(script.matches("</script>").count(), 1);
        assert!(script.len() > 3_000_000);
    }
}
