//! Train, validation and test, drawn on the price and counted.

use crate::report::chart::{Charts, Figure, axis, date_axis};
use crate::report::html::{Align, Table, hint, section};
use crate::report::number;
use crate::report::run_dir::Run;
use crate::report::wording::Words;
use crate::summary::{PartSummary, SplitSummary};
use serde_json::{Value, json};

/// A part that takes less than this share of the axis stands without its name.
const SHORT: f64 = 0.15;

pub(crate) fn split(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let figure = Figure {
        id: "chart-split".to_owned(),
        height: 430,
        label: words.split.to_owned(),
        data: vec![json!({
            "type": "scatter", "mode": "lines", "name": words.close_hfq,
            "x": "@bars.date", "y": "@bars.close_hfq",
            "line": {"color": "$ink", "width": 1.1}, "showlegend": false,
        })],
        layout: layout(run, words),
        follow: vec![],
    };
    let body =
        [hint(words.split_hint), charts.place(figure, words.split_caption), table(run, words)].concat();
    section("split", words.split, &body)
}

/// The parts in order, each with its word and the name of its colour.
fn parts<'a>(split: &'a SplitSummary, words: &Words) -> [(&'static str, &'static str, &'a PartSummary); 3] {
    [
        (words.train, "$train", &split.train),
        (words.valid, "$valid", &split.valid),
        (words.test, "$test", &split.test),
    ]
}

fn layout(run: &Run, words: &Words) -> Value {
    let dates = &run.bars.date;
    let days = dates.first().zip(dates.last()).map_or(0, |(first, last)| last.days_since(*first));
    let mut shapes = Vec::new();
    let mut labels = Vec::new();
    // The forecast task shades the price; the strategy task has a strip of its own below.
    let tasks = [(&run.summary.split, [0.24, 1.0]), (&run.summary.strategy.split, [0.0, 0.1])];
    for (split, [bottom, top]) in tasks {
        let strip = top < 0.5;
        for (name, color, part) in parts(split, words) {
            shapes.push(json!({
                "type": "rect", "xref": "x", "yref": "paper", "layer": "below",
                "x0": part.first, "x1": part.last, "y0": bottom, "y1": top,
                "fillcolor": format!("{color}/{}", if strip { 30 } else { 14 }), "line": {"width": 0},
            }));
            // A word in a short strip would run into the next; the colour says the same.
            let share = part.last.days_since(part.first) as f64 / days.max(1) as f64;
            if share < SHORT {
                continue;
            }
            labels.push(json!({
                "xref": "x", "yref": "paper", "x": part.first, "y": if strip { 0.05 } else { 1.0 },
                "xanchor": "left", "yanchor": if strip { "middle" } else { "top" }, "xshift": 3,
                "text": name, "showarrow": false, "font": {"size": 12, "color": "$ink"},
            }));
        }
    }
    for (text, y) in [(words.task_forecast, 1.0), (words.task_strategy, 0.1)] {
        labels.push(json!({
            "xref": "paper", "yref": "paper", "x": 0, "y": y, "xanchor": "left", "yanchor": "bottom",
            "text": text, "showarrow": false, "font": {"size": 12, "color": "$soft"},
        }));
    }
    let mut y = axis(words.axis_price_hfq, "~s");
    y["type"] = json!("log");
    y["domain"] = json!([0.24, 1.0]);
    y["hoverformat"] = json!(",.2f");
    let prices = || run.bars.close.iter().zip(&run.bars.factor).map(|(price, factor)| price * factor);
    let wide = prices().fold(0.0, f64::max) > 10.0 * prices().fold(f64::INFINITY, f64::min);
    y["dtick"] = json!(if wide { "D2" } else { "D1" });
    json!({
        "margin": {"t": 30, "b": 10}, "xaxis": date_axis(), "yaxis": y, "shapes": shapes, "annotations": labels,
        "showlegend": false,
    })
}

fn table(run: &Run, words: &Words) -> String {
    let mut table = Table::new([
        (words.task, Align::Text),
        (words.part, Align::Text),
        (words.first, Align::Text),
        (words.last, Align::Text),
        (words.bars, Align::Number),
        (words.samples, Align::Number),
    ]);
    let tasks =
        [(words.task_forecast, &run.summary.split), (words.task_strategy, &run.summary.strategy.split)];
    for (task, split) in tasks {
        for (name, color, part) in parts(split, words) {
            let swatch =
                format!("<span class=\"swatch\" style=\"color:var(--{})\"></span>{name}", &color[1..]);
            let bars = run.bars.date.iter().filter(|date| (part.first..=part.last).contains(*date)).count();
            table.row(vec![
                task.to_owned(),
                swatch,
                part.first.to_string(),
                part.last.to_string(),
                number::count(bars),
                number::count(part.samples),
            ]);
        }
    }
    table.html()
}
