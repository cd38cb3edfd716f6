//! The few pieces of HTML the report is made of. Every text from data passes [`escape`] on its way in.

use std::fmt::Write;

/// Text with the five characters that HTML gives a meaning replaced.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A template with its `{name}` places filled. Values must already be escaped.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let Some(length) = rest[open..].find('}') else { break };
        let name = &rest[open + 1..open + length];
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => out.push_str(value),
            // A place nobody fills stays visible, so that a test sees it.
            None => out.push_str(&rest[open..=open + length]),
        }
        rest = &rest[open + length + 1..];
    }
    out.push_str(rest);
    out
}

/// How the cells of a column are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Text,
    /// Figures, right-aligned.
    Number,
}

/// A table under construction; all cells are HTML.
pub(crate) struct Table {
    head: Vec<(String, Align)>,
    rows: Vec<(String, Vec<String>)>,
    caption: Option<String>,
}

impl Table {
    /// A table with these column heads.
    pub(crate) fn new<S: Into<String>>(head: impl IntoIterator<Item = (S, Align)>) -> Table {
        let head = head.into_iter().map(|(text, align)| (text.into(), align)).collect();
        Table { head, rows: Vec::new(), caption: None }
    }

    /// Words above the table.
    pub(crate) fn caption(mut self, html: impl Into<String>) -> Table {
        self.caption = Some(html.into());
        self
    }

    /// Appends a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push((String::new(), cells));
    }

    /// Appends a row with a CSS class.
    pub(crate) fn row_of_class(&mut self, class: &str, cells: Vec<String>) {
        self.rows.push((class.to_owned(), cells));
    }

    /// The table, in a box that scrolls sideways where the screen is narrow.
    pub(crate) fn html(&self) -> String {
        let class = |align: Align| if align == Align::Number { " class=\"n\"" } else { "" };
        let mut out = String::from("<div class=\"scroll\"><table>");
        if let Some(caption) = &self.caption {
            let _ = write!(out, "<caption>{caption}</caption>");
        }
        out.push_str("<thead><tr>");
        for (text, align) in &self.head {
            let _ = write!(out, "<th scope=\"col\"{}>{text}</th>", class(*align));
        }
        out.push_str("</tr></thead><tbody>");
        for (row_class, cells) in &self.rows {
            let _ = if row_class.is_empty() {
                write!(out, "<tr>")
            } else {
                write!(out, "<tr class=\"{row_class}\">")
            };
            for (cell, (_, align)) in cells.iter().zip(&self.head) {
                let _ = write!(out, "<td{}>{cell}</td>", class(*align));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table></div>\n");
        out
    }
}

/// A section with its heading; `id` is the anchor.
pub(crate) fn section(id: &str, heading: &str, body: &str) -> String {
    format!("<section id=\"{id}\"><h2>{heading}</h2>\n{body}</section>\n")
}

/// A paragraph.
pub(crate) fn paragraph(html: &str) -> String {
    format!("<p>{html}</p>\n")
}

/// A paragraph in small grey: how to read what stands beside it.
pub(crate) fn hint(html: &str) -> String {
    format!("<p class=\"hint\">{html}</p>\n")
}

/// A heading inside a section.
pub(crate) fn subheading(html: &str) -> String {
    format!("<h3>{html}</h3>\n")
}

/// Name and value pairs in two columns.
pub(crate) fn facts(pairs: &[(String, String)]) -> String {
    let mut out = String::from("<dl class=\"facts\">");
    for (name, value) in pairs {
        let _ = write!(out, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    out.push_str("</dl>\n");
    out
}

/// A bulleted list.
pub(crate) fn list(items: &[String]) -> String {
    let mut out = String::from("<ul>");
    for item in items {
        let _ = write!(out, "<li>{item}</li>");
    }
    out.push_str("</ul>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_data_cannot_become_markup() {
        assert_eq!(escape("<b a='1'>\"&\""), "&lt;b a=&#39;1&#39;&gt;&quot;&amp;&quot;");
    }

    #[test]
    fn places_are_filled_by_name_and_unknown_ones_stay_visible() {
        assert_eq!(fill("{a} and {b}, {c}", &[("b", "2"), ("a", "{1}")]), "{1} and 2, {c}");
        assert_eq!(fill("no place", &[]), "no place");
    }

    #[test]
    fn a_table_carries_one_cell_per_head() {
        let mut table = Table::new([("name", Align::Text), ("value", Align::Number)]);
        table.row(vec!["x".into(), "1".into()]);
        let html = table.html();
        assert_eq!(html.matches("<td").count(), 2);
        assert!(html.contains("<td class=\"n\">1</td>"));
    }
}
