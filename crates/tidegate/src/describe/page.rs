//! The description as a page of its own.

use super::Description;
use crate::report::chart::Charts;
use crate::report::html::{escape, fill, section};
use crate::report::language::Language;
use crate::report::number;
use crate::report::page::Page;
use crate::report::section::data;
use crate::report::wording::words_of;
use tidegate_data::SAMPLE_SYMBOL;
use tidegate_market::BarSeries;

/// One offline HTML file with the tables of `description` and the candlestick chart of `bars`.
pub fn describe_page(bars: &BarSeries, description: &Description, language: Language) -> String {
    let words = words_of(language);
    let mut charts = Charts::default();
    let dates =
        |row: Option<&super::Row>| row.map_or(number::NOT_AVAILABLE.to_owned(), |row| row.date.to_string());
    let subtitle = fill(
        words.describe_subtitle,
        &[
            ("rows", &number::count(description.rows)),
            ("first", &dates(description.head.first())),
            ("last", &dates(description.tail.last())),
        ],
    );
    let symbol = escape(&description.symbol);
    let banner = if bars.symbol == SAMPLE_SYMBOL {
        format!("<div class=\"banner\"><strong>{}</strong></div>\n", words.synthetic_heading)
    } else {
        String::new()
    };
    let header = format!("<h1>{symbol}</h1>\n<p class=\"subtitle\">{subtitle}</p>\n{banner}");
    data::store_columns(bars, &mut charts);
    let body = [
        data::candles(bars, words, &mut charts),
        data::rows(description, words),
        data::statistics(description, words),
        data::gaps(description, words),
        data::autocorrelation(description, words, &mut charts),
    ]
    .concat();
    Page {
        language,
        words,
        title: &description.symbol,
        header,
        contents: vec![],
        sections: section("data", words.data, &body),
        charts,
    }
    .html()
}
