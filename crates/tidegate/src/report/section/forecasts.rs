//! Predicted against actual on the test part, with persistence beside.

use crate::report::chart::{Charts, Figure, axis, date_axis, number as point, padded_range};
use crate::report::html::{escape, fill, hint, section, subheading};
use crate::report::number;
use crate::report::palette;
use crate::report::run_dir::{ForecastRow, Run};
use crate::report::section::verdict::model;
use crate::report::wording::Words;
use crate::summary::{ModelKind, ModelSummary};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tidegate_market::TradeDate;

/// Test days seen before the reader zooms.
const FIRST_VIEW: usize = 120;

/// Forecasts of one model by target date, mean over its seeds.
type ByDate = BTreeMap<TradeDate, f64>;

pub(crate) fn forecasts(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let actual = actual(run);
    if actual.is_empty() {
        return section("forecasts", words.forecasts, &hint(words.forecasts_empty));
    }
    let dates: Vec<TradeDate> = actual.keys().copied().collect();
    charts.dates("test.date", &dates);
    charts.numbers("test.actual", actual.values().copied().map(Some));
    let network = &run.summary.forecast.verdict.network;
    let mut data = vec![json!({
        "type": "scatter", "mode": "lines", "name": words.actual, "x": "@test.date", "y": "@test.actual",
        "line": {"color": palette::ACTUAL, "width": 2}, "hovertemplate": "%{y:,.6~g}",
    })];
    let mut seen: Vec<f64> = tail(&actual);
    // What the verdict compares is shown at once, the rest waits in the legend.
    for (index, model) in legend_order(run).into_iter().enumerate() {
        let forecast = mean_over_seeds(run, &model.name);
        let values = dates.iter().map(|date| forecast.get(date).copied());
        let column = charts.numbers(&format!("test.model.{index}"), values);
        let shown = model.name == "persistence" || model.name == *network;
        if shown {
            seen.extend(tail(&forecast));
        }
        data.push(trace(run, model, &column, shown));
    }
    let mut x = date_axis();
    x["rangeslider"] = json!({
        "visible": true, "thickness": 0.1, "bgcolor": "$card", "yaxis": {"rangemode": "auto"},
    });
    let start = dates.len().saturating_sub(FIRST_VIEW);
    if let (Some(first), Some(last)) = (dates.get(start), dates.last()) {
        x["range"] = json!([first, last]);
    }
    let mut y = axis(&words.axis_target(&run.summary.forecast), ",~g");
    if let Some(range) = padded_range(seen) {
        y["range"] = json!(range.map(|limit| point(Some(limit))));
    }
    let figure = Figure {
        id: "chart-forecasts".to_owned(),
        height: 500,
        label: words.forecasts.to_owned(),
        data,
        layout: json!({"xaxis": x, "yaxis": y}),
        follow: vec!["y"],
    };
    let view = number::count(FIRST_VIEW.min(dates.len()));
    let all = number::count(dates.len());
    let caption = fill(words.forecasts_caption, &[("view", &view), ("all", &all)]);
    let body =
        [hint(words.forecasts_hint), charts.place(figure, &caption), scatter(run, words, charts)].concat();
    section("forecasts", words.forecasts, &body)
}

/// Network of the verdict, persistence, other networks, other baselines, oracle.
fn legend_order(run: &Run) -> Vec<&ModelSummary> {
    let rank = |model: &ModelSummary| match model.kind {
        _ if model.name == run.summary.forecast.verdict.network => 0,
        _ if model.name == "persistence" => 1,
        ModelKind::Oracle => 4,
        ModelKind::Baseline => 3,
        _ => 2,
    };
    let mut models: Vec<&ModelSummary> = run.summary.forecast.models.iter().collect();
    models.sort_by_key(|model| rank(model));
    models
}

fn trace(run: &Run, model: &ModelSummary, column: &str, shown: bool) -> Value {
    let (color, dash, width) = match model.kind {
        _ if model.name == "persistence" => (palette::PERSISTENCE, "dot", 1.6),
        ModelKind::Baseline => (palette::PERSISTENCE, "dash", 1.2),
        ModelKind::Oracle => ("$series7", "dashdot", 1.4),
        _ => {
            let (color, dash) = palette::network(&run.summary, &model.name);
            (color, dash, 1.7)
        }
    };
    json!({
        "type": "scatter", "mode": "lines", "name": escape(&model.name), "x": "@test.date", "y": column,
        "line": {"color": color, "dash": dash, "width": width},
        "visible": if shown { json!(true) } else { json!("legendonly") },
        "hovertemplate": "%{y:,.6~g}",
    })
}

/// Rows of the test part that are about a bar we have.
fn test_rows(run: &Run) -> impl Iterator<Item = (TradeDate, &ForecastRow)> {
    run.forecasts
        .iter()
        .filter(|row| row.part.as_deref() == Some("test"))
        .filter_map(|row| row.target_date.map(|date| (date, row)))
}

fn actual(run: &Run) -> ByDate {
    test_rows(run).filter_map(|(date, row)| row.actual.map(|actual| (date, actual))).collect()
}

fn mean_over_seeds(run: &Run, name: &str) -> ByDate {
    let mut sums: BTreeMap<TradeDate, (f64, usize)> = BTreeMap::new();
    for (date, row) in test_rows(run).filter(|(_, row)| row.model == name) {
        if let Some(forecast) = row.forecast {
            let (sum, n) = sums.entry(date).or_default();
            *sum += forecast;
            *n += 1;
        }
    }
    sums.into_iter().map(|(date, (sum, n))| (date, sum / n as f64)).collect()
}

fn tail(series: &ByDate) -> Vec<f64> {
    series.values().rev().take(FIRST_VIEW).copied().collect()
}

/// Forecast change against actual change: where a price chart flatters, this does not.
fn scatter(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let name = &run.summary.forecast.verdict.network;
    if run.summary.forecast.target != "close" || model(&run.summary, name).is_none() {
        return String::new();
    }
    let (actual, last) = (actual(run), mean_over_seeds(run, "persistence"));
    let forecast = mean_over_seeds(run, name);
    let points: Vec<(f64, f64)> = actual
        .iter()
        .filter_map(|(date, actual)| {
            let (last, forecast) = (*last.get(date)?, *forecast.get(date)?);
            (last > 0.0).then(|| (forecast / last - 1.0, actual / last - 1.0))
        })
        .collect();
    if points.is_empty() {
        return String::new();
    }
    let x = charts.numbers("change.forecast", points.iter().map(|(x, _)| Some(*x)));
    let y = charts.numbers("change.actual", points.iter().map(|(_, y)| Some(*y)));
    let color = palette::network(&run.summary, name).0;
    let reach = points.iter().map(|(x, _)| x.abs()).fold(0.0, f64::max);
    let mut across = axis(words.axis_forecast_change, "~%");
    across["zeroline"] = json!(true);
    across["showgrid"] = json!(true);
    let mut up = axis(words.axis_actual_change, "~%");
    up["zeroline"] = json!(true);
    let figure = Figure {
        id: "chart-changes".to_owned(),
        height: 360,
        label: words.changes.to_owned(),
        data: vec![
            json!({
                "type": "scatter", "mode": "markers", "name": escape(name), "x": x, "y": y, "showlegend": false,
                "marker": {"color": color, "size": 5, "opacity": 0.45},
                "hovertemplate": "%{x:.2%} → %{y:.2%}<extra></extra>",
            }),
            json!({
                "type": "scatter", "mode": "lines", "name": words.perfect_forecast,
                "x": [-reach, reach], "y": [-reach, reach],
                "line": {"color": "$soft", "dash": "dash", "width": 1.3}, "hoverinfo": "skip", "showlegend": true,
            }),
        ],
        layout: json!({"xaxis": across, "yaxis": up, "hovermode": "closest"}),
        follow: vec![],
    };
    let caption = fill(words.changes_caption, &[("network", &escape(name))]);
    [subheading(words.changes), charts.place(figure, &caption)].concat()
}
