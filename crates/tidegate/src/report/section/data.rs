//! The bars: where they come from, what they look like.

use crate::describe::{Description, Quantity, Row, figure};
use crate::features::{Feature, compute};
use crate::report::chart::{Charts, Figure, axis, date_axis, number as point, padded_range};
use crate::report::html::{Align, Table, escape, facts, fill, hint, list, paragraph, section, subheading};
use crate::report::number;
use crate::report::palette;
use crate::report::remarks::{bad_row, data_note};
use crate::report::run_dir::Run;
use crate::report::section::verdict::remarks;
use crate::report::wording::Words;
use serde_json::{Value, json};
use tidegate_market::{BarSeries, PriceBasis};

/// Bars seen before the reader zooms.
const FIRST_VIEW: usize = 250;
/// Lengths of the moving averages, bars.
const AVERAGES: [usize; 3] = [5, 20, 60];

pub(crate) fn data(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let body = [
        origin(run, words),
        candles(&run.bars, words, charts),
        rows(&run.description, words),
        statistics(&run.description, words),
        gaps(&run.description, words),
        autocorrelation(&run.description, words, charts),
    ]
    .concat();
    section("data", words.data, &body)
}

/// Columns that several charts draw from.
pub(crate) fn store_columns(bars: &BarSeries, charts: &mut Charts) {
    let hfq = bars.hfq();
    charts.dates("bars.date", &bars.date);
    let columns = [
        ("bars.open_hfq", &hfq.open),
        ("bars.high_hfq", &hfq.high),
        ("bars.low_hfq", &hfq.low),
        ("bars.close_hfq", &hfq.close),
        ("bars.volume", &bars.volume),
    ];
    for (name, values) in columns {
        charts.numbers(name, values.iter().copied().map(Some));
    }
}

fn origin(run: &Run, words: &Words) -> String {
    let data = &run.summary.data;
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let basis = match run.bars.basis {
        PriceBasis::Raw => words.basis_raw,
        PriceBasis::SplitAdjusted => words.basis_split_adjusted,
    };
    let missing =
        if run.description.gaps.calendar_known { words.missing_days } else { words.missing_weekdays };
    let short = data.sha256.get(..12).unwrap_or(&data.sha256);
    let mut out = facts(&[
        pair(words.symbol, escape(&data.symbol)),
        pair(words.bars, number::count(data.rows)),
        pair(words.first, data.first.to_string()),
        pair(words.last, data.last.to_string()),
        pair(words.source, words.origin(&data.source)),
        pair(words.layout, words.origin(&data.layout)),
        pair("SHA-256", format!("<code title=\"{}\">{}…</code>", escape(&data.sha256), escape(short))),
        pair(words.prices, basis.to_owned()),
        pair(words.ex_days, number::count(run.description.ex_days)),
        pair(missing, number::count(run.description.gaps.missing_days)),
        pair(words.dropped_rows, number::count(data.dropped.len())),
    ]);
    if !data.dropped.is_empty() {
        let summary = fill(words.dropped_sentence, &[("n", &number::count(data.dropped.len()))]);
        let lines: Vec<String> = data.dropped.iter().map(|row| escape(&bad_row(row, run.language))).collect();
        out.push_str(&format!("<details><summary>{summary}</summary>{}</details>\n", list(&lines)));
    }
    if !data.notes.is_empty() {
        out.push_str(&subheading(words.notes));
        out.push_str(&remarks(data.notes.iter().map(|note| data_note(note, run.language))));
    }
    out
}

/// Candlesticks with moving averages, volume below.
pub(crate) fn candles(bars: &BarSeries, words: &Words, charts: &mut Charts) -> String {
    let mut data = vec![json!({
        "type": "candlestick", "name": words.bars_hfq, "x": "@bars.date",
        "open": "@bars.open_hfq", "high": "@bars.high_hfq", "low": "@bars.low_hfq", "close": "@bars.close_hfq",
        "increasing": {"line": {"color": palette::RISE, "width": 1}, "fillcolor": palette::RISE},
        "decreasing": {"line": {"color": palette::FALL, "width": 1}, "fillcolor": palette::FALL},
    })];
    for (index, length) in AVERAGES.into_iter().enumerate() {
        let column = compute(Feature::MovingAverage(length), bars);
        let values = (0..bars.len()).map(|bar| column.get(bar));
        let name = charts.numbers(&format!("bars.ma_{length}"), values);
        let (color, dash) = (["$series4", "$series3", "$series2"][index], ["solid", "dash", "dot"][index]);
        data.push(json!({
            "type": "scatter", "mode": "lines", "x": "@bars.date", "y": name,
            "name": fill(words.moving_average, &[("n", &number::count(length))]),
            "line": {"color": color, "width": 1.4, "dash": dash},
            "hovertemplate": "%{y:,.2f}",
        }));
    }
    let colors: Vec<&str> = bars
        .open
        .iter()
        .zip(&bars.close)
        .map(|(open, close)| if close >= open { palette::RISE } else { palette::FALL })
        .collect();
    data.push(json!({
        "type": "bar", "name": words.volume, "x": "@bars.date", "y": "@bars.volume", "yaxis": "y2",
        "marker": {"color": colors, "opacity": 0.55, "line": {"width": 0}}, "showlegend": false,
        "hovertemplate": "%{y:,.0f}",
    }));
    let figure = Figure {
        id: "chart-candles".to_owned(),
        height: 560,
        label: words.candles_label.to_owned(),
        data,
        layout: candle_layout(bars, words),
        follow: vec!["y", "y2"],
    };
    [subheading(words.candles), charts.place(figure, words.candles_caption)].concat()
}

fn candle_layout(bars: &BarSeries, words: &Words) -> Value {
    let start = bars.len().saturating_sub(FIRST_VIEW);
    let hfq = bars.hfq();
    let mut x = date_axis();
    x["rangeslider"] = json!({
        "visible": true, "thickness": 0.08, "bgcolor": "$card", "yaxis": {"rangemode": "auto"},
        // The slider is for the price: volume bars are pressed flat in it.
        "yaxis2": {"rangemode": "fixed", "range": [0.0, 1e18]},
    });
    x["anchor"] = json!("y2");
    x["rangeselector"] = json!({
        "buttons": [
            {"count": 3, "label": words.months_3, "step": "month", "stepmode": "backward"},
            {"count": 1, "label": words.year_1, "step": "year", "stepmode": "backward"},
            {"count": 5, "label": words.years_5, "step": "year", "stepmode": "backward"},
            {"label": words.all, "step": "all"},
        ],
        "bgcolor": "$card", "activecolor": "$line", "font": {"size": 12, "color": "$ink"},
        "x": 1, "xanchor": "right", "y": 1.01, "yanchor": "bottom",
    });
    let mut y = axis(words.axis_price_hfq, ",~f");
    y["hoverformat"] = json!(",.2f");
    y["domain"] = json!([0.27, 1.0]);
    let mut volume = axis(words.axis_volume, "");
    volume["domain"] = json!([0.0, 0.2]);
    volume["exponentformat"] = json!("B");
    volume["nticks"] = json!(4);
    if let (Some(first), Some(last)) = (bars.date.get(start), bars.date.last()) {
        // One day more, so that the last candle is whole.
        x["range"] = json!([first, last.next_day()]);
    }
    if let Some(range) = padded_range(hfq.high[start..].iter().chain(&hfq.low[start..]).copied()) {
        y["range"] = json!(range.map(|limit| point(Some(limit))));
    }
    if let Some([_, high]) = padded_range(bars.volume[start..].iter().copied().chain([0.0])) {
        volume["range"] = json!([0.0, point(Some(high))]);
    }
    json!({"xaxis": x, "yaxis": y, "yaxis2": volume, "bargap": 0.1})
}

/// First and last rows.
pub(crate) fn rows(description: &Description, words: &Words) -> String {
    let table = |caption: &str, rows: &[Row]| {
        let head = [(words.date, Align::Text)].into_iter().chain(
            [words.open, words.high, words.low, words.close, words.volume, words.factor]
                .map(|name| (name, Align::Number)),
        );
        let mut table = Table::new(head).caption(caption);
        for row in rows {
            let mut cells = vec![row.date.to_string()];
            cells.extend([row.open, row.high, row.low, row.close].map(number::price));
            cells.push(number::shares(row.volume));
            cells.push(number::fixed(row.factor, 4));
            table.row(cells);
        }
        table.html()
    };
    [
        subheading(words.rows_heading),
        hint(words.rows_hint),
        "<div class=\"grid wide\">\n".to_owned(),
        table(words.first_rows, &description.head),
        table(words.last_rows, &description.tail),
        "</div>\n".to_owned(),
    ]
    .concat()
}

/// Count, mean, spread and shape of every column.
pub(crate) fn statistics(description: &Description, words: &Words) -> String {
    let head = [(words.column, Align::Text)].into_iter().chain(
        [
            words.count,
            words.mean,
            words.std,
            words.min,
            words.quartile_1,
            words.median,
            words.quartile_3,
            words.max,
            words.skewness,
            words.kurtosis,
        ]
        .map(|name| (name, Align::Number)),
    );
    let mut table = Table::new(head);
    for column in &description.columns {
        let f = &column.figures;
        let write = |x: Option<f64>| number::optional(x, |x| figure(column.quantity, x));
        let mut cells = vec![quantity(column.quantity, words).to_owned(), number::count(f.count)];
        cells.extend([f.mean, f.std, f.min, f.quartile_1, f.median, f.quartile_3, f.max].map(write));
        cells.extend([f.skewness, f.kurtosis].map(|x| number::optional(x, |x| number::fixed(x, 2))));
        table.row(cells);
    }
    [subheading(words.statistics), table.html()].concat()
}

fn quantity(quantity: Quantity, words: &Words) -> &'static str {
    match quantity {
        Quantity::Open => words.open,
        Quantity::High => words.high,
        Quantity::Low => words.low,
        Quantity::Close => words.close,
        Quantity::CloseHfq => words.close_hfq,
        Quantity::Volume => words.volume_shares,
        Quantity::Return => words.return_hfq,
    }
}

/// Trading days without a bar.
pub(crate) fn gaps(description: &Description, words: &Words) -> String {
    let gaps = &description.gaps;
    let template = match (gaps.count, gaps.calendar_known) {
        (0, _) => words.gaps_none,
        (_, true) => words.gaps_known,
        (_, false) => words.gaps_weekdays,
    };
    let sentence =
        fill(template, &[("days", &number::count(gaps.missing_days)), ("gaps", &number::count(gaps.count))]);
    let mut out = [subheading(words.gaps), paragraph(&sentence)].concat();
    if gaps.longest.is_empty() {
        return out;
    }
    let mut table = Table::new([
        (words.gap_before, Align::Text),
        (words.gap_after, Align::Text),
        (words.gap_days, Align::Number),
    ])
    .caption(words.gaps_longest);
    for gap in &gaps.longest {
        let cells =
            vec![gap.last_before.to_string(), gap.first_after.to_string(), number::count(gap.missing_days)];
        table.row(cells);
    }
    out.push_str("<div class=\"half\">");
    out.push_str(&table.html());
    out.push_str("</div>\n");
    out
}

/// How much a return, and its size, says about later ones.
pub(crate) fn autocorrelation(description: &Description, words: &Words, charts: &mut Charts) -> String {
    let of = &description.autocorrelation;
    let lags: Vec<usize> = (1..=of.returns.len()).collect();
    // Of white noise, 95 % of the bars lie within.
    let band = 1.96 / (of.observations.max(1) as f64).sqrt();
    let bars = |name: &str, color: &str, values: &[Option<f64>]| {
        let values: Vec<Value> = values.iter().map(|x| point(*x)).collect();
        json!({
            "type": "bar", "name": name, "x": lags, "y": values, "marker": {"color": color, "line": {"width": 0}},
            "hovertemplate": "%{y:.3f}",
        })
    };
    let edge = |y: f64| {
        json!({
            "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y,
            "line": {"color": "$soft", "width": 1, "dash": "dash"},
        })
    };
    let mut x = axis(words.axis_lag, ",d");
    x["dtick"] = json!(1);
    let mut y = axis(words.axis_autocorrelation, ".2f");
    y["zeroline"] = json!(true);
    let figure = Figure {
        id: "chart-autocorrelation".to_owned(),
        height: 300,
        label: words.autocorrelation.to_owned(),
        data: vec![
            bars(words.of_returns, "$series0", &of.returns),
            bars(words.of_absolute_returns, "$series4", &of.absolute_returns),
        ],
        layout: json!({
            "xaxis": x, "yaxis": y, "barmode": "group", "bargap": 0.25, "shapes": [edge(band), edge(-band)],
        }),
        follow: vec![],
    };
    let caption = fill(words.autocorrelation_caption, &[("band", &number::fixed(band, 3))]);
    [subheading(words.autocorrelation), charts.place(figure, &caption)].concat()
}
