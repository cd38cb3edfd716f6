//! Baselines and networks in one table, on test and on validation.

use crate::report::chart::{Charts, Figure, axis, number as point, padded_range};
use crate::report::html::{Align, Table, escape, fill, hint, section};
use crate::report::number;
use crate::report::palette;
use crate::report::run_dir::Run;
use crate::report::wording::Words;
use crate::summary::{ErrorSummary, Measured, ModelKind, ModelSummary};
use serde_json::json;

/// Skill below which a model is named at the edge of the chart: a squared error twice that of persistence.
const WORST: f64 = -1.0;

/// A column of the table.
struct Column {
    head: &'static str,
    figure: fn(&ErrorSummary) -> Option<&Measured>,
    /// Whether a larger mean is the better one.
    larger: bool,
    write: Box<dyn Fn(f64) -> String>,
}

pub(crate) fn errors(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let unit = words.unit(&run.summary.forecast.unit);
    let mut body = hint(&fill(words.errors_hint, &[("seeds", &number::count(run.summary.seeds.len()))]));
    body.push_str(&table(run, words, &fill(words.errors_on_test, &[("unit", &unit)]), |model| &model.test));
    body.push_str(&table(run, words, &fill(words.errors_on_valid, &[("unit", &unit)]), |model| &model.valid));
    body.push_str(&skill_chart(run, words, charts));
    section("errors", words.errors, &body)
}

fn columns(run: &Run, words: &Words, part: fn(&ModelSummary) -> &ErrorSummary) -> Vec<Column> {
    // Every row of a column has the same number of decimals, chosen by the smallest error in it.
    let decimals = |figure: fn(&ErrorSummary) -> Option<&Measured>| {
        let means = run.summary.forecast.models.iter().filter_map(|model| figure(part(model)));
        means.map(|m| number::decimals_for(m.mean, 4)).max().unwrap_or(0)
    };
    let error = |figure: fn(&ErrorSummary) -> Option<&Measured>| {
        let decimals = decimals(figure);
        Box::new(move |x| number::fixed(x, decimals)) as Box<dyn Fn(f64) -> String>
    };
    let percent = || Box::new(|x| number::percent(x, 2)) as Box<dyn Fn(f64) -> String>;
    let [rmse, mae]: [fn(&ErrorSummary) -> Option<&Measured>; 2] = [|e| e.rmse.as_ref(), |e| e.mae.as_ref()];
    vec![
        Column { head: words.rmse, figure: rmse, larger: false, write: error(rmse) },
        Column { head: words.mae, figure: mae, larger: false, write: error(mae) },
        Column { head: words.mape, figure: |e| e.mape.as_ref(), larger: false, write: percent() },
        Column {
            head: words.r2,
            figure: |e| e.r2.as_ref(),
            larger: true,
            write: Box::new(|x| number::fixed(x, 4)),
        },
        Column {
            head: words.direction,
            figure: |e| e.directional_accuracy.as_ref(),
            larger: true,
            write: percent(),
        },
        Column { head: words.skill, figure: |e| e.skill.as_ref(), larger: true, write: percent() },
    ]
}

fn table(run: &Run, words: &Words, caption: &str, part: fn(&ModelSummary) -> &ErrorSummary) -> String {
    let columns = columns(run, words, part);
    let head = [(words.model, Align::Text)]
        .into_iter()
        .chain(columns.iter().map(|column| (column.head, Align::Number)));
    let mut table = Table::new(head).caption(caption);
    let models = &run.summary.forecast.models;
    let best: Vec<Option<String>> =
        columns.iter().map(|column| best(column, models, part).map(|mean| (column.write)(mean))).collect();
    let mut group = None;
    for model in models {
        let this = words.group(model.kind);
        if group.replace(this) != Some(this) {
            let mut cells = vec![String::new(); columns.len() + 1];
            this.clone_into(&mut cells[0]);
            table.row_of_class("group", cells);
        }
        let mut cells = vec![name(run, words, model)];
        for (column, best) in columns.iter().zip(&best) {
            let figure = (column.figure)(part(model));
            let text = cell(figure, &column.write);
            // What reads the same is equally good: digits that are not shown decide nothing.
            let mean = figure.map(|m| (column.write)(m.mean));
            let marked = model.kind != ModelKind::Oracle && best.is_some() && mean == *best;
            cells.push(if marked { format!("<span class=\"best\">{text}</span>") } else { text });
        }
        table.row_of_class(if model.kind == ModelKind::Oracle { "quiet" } else { "" }, cells);
    }
    table.html()
}

/// The best mean of a column. The oracle knows what nobody can know and is no competitor.
fn best(column: &Column, models: &[ModelSummary], part: fn(&ModelSummary) -> &ErrorSummary) -> Option<f64> {
    let competitors = models.iter().filter(|model| model.kind != ModelKind::Oracle);
    competitors
        .filter_map(|model| (column.figure)(part(model)).map(|m| m.mean))
        .filter(|mean| mean.is_finite())
        .reduce(|a, b| if column.larger { a.max(b) } else { a.min(b) })
}

/// The mean, and below it the spread over seeds.
fn cell(figure: Option<&Measured>, write: &dyn Fn(f64) -> String) -> String {
    match figure {
        Some(m) if m.by_seed.len() > 1 => format!("{}<small>± {}</small>", write(m.mean), write(m.std)),
        _ => number::measured(figure, write),
    }
}

/// Name of a model beside its line in the charts; below it what it does, or its size.
fn name(run: &Run, words: &Words, model: &ModelSummary) -> String {
    let below = match (words.gloss(&model.name), model.kind.is_network()) {
        (_, true) => fill(words.parameters, &[("n", &number::count(model.parameters))]),
        (Some(gloss), false) => gloss.to_owned(),
        (None, false) => String::new(),
    };
    let small = if below.is_empty() { String::new() } else { format!("<small>{below}</small>") };
    if !model.kind.is_network() {
        return escape(&model.name) + &small;
    }
    let (color, dash) = palette::network(&run.summary, &model.name);
    format!(
        "<span class=\"swatch {dash}\" style=\"color:var(--{})\"></span>{}{small}",
        &color[1..],
        escape(&model.name)
    )
}

/// Skill by seed: the eye compares the spread of seeds with the distance to persistence.
fn skill_chart(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let mut data = Vec::new();
    let mut order = Vec::new();
    let mut labels = Vec::new();
    let view = view(&run.summary.forecast.models);
    for model in &run.summary.forecast.models {
        let Some(skill) = &model.test.skill else { continue };
        let label = escape(&model.name);
        let color = match model.kind {
            ModelKind::Baseline => palette::PERSISTENCE,
            ModelKind::Oracle => palette::ACTUAL,
            _ => palette::network(&run.summary, &model.name).0,
        };
        order.push(label.clone());
        if skill.mean < WORST.max(view[0]) {
            labels.push(json!({
                "xref": "paper", "x": 0, "y": label, "xanchor": "left", "showarrow": false,
                "text": format!("◂ {}", number::percent(skill.mean, 0)), "font": {"color": color, "size": 12},
            }));
        }
        let by_seed: Vec<_> = skill.by_seed.iter().map(|x| point(Some(*x))).collect();
        data.push(json!({
            "type": "scatter", "mode": "markers", "x": by_seed, "y": vec![label.clone(); skill.by_seed.len()],
            "marker": {"color": color, "size": 9, "opacity": 0.55}, "showlegend": false,
            "hovertemplate": "%{x:.2%}<extra>%{y}</extra>",
        }));
        data.push(json!({
            "type": "scatter", "mode": "markers", "x": [point(Some(skill.mean))], "y": [label],
            "marker": {"color": color, "size": 20, "symbol": "line-ns-open", "line": {"width": 3, "color": color}},
            "showlegend": false, "hovertemplate": "%{x:.2%}<extra>%{y}</extra>",
        }));
    }
    if order.is_empty() {
        return String::new();
    }
    order.reverse();
    let mut x = axis(words.axis_skill, "~%");
    x["zeroline"] = json!(true);
    x["showgrid"] = json!(true);
    x["range"] = json!(view);
    let figure = Figure {
        id: "chart-skill".to_owned(),
        height: 90 + 26 * order.len() as u32,
        label: words.axis_skill.to_owned(),
        data,
        layout: json!({
            "hovermode": "closest", "xaxis": x, "annotations": labels,
            "yaxis": {"categoryorder": "array", "categoryarray": order, "type": "category"},
        }),
        follow: vec![],
    };
    charts.place(figure, words.skill_caption)
}

/// The stretch of skill that holds persistence, the networks and the oracle, down to [`WORST`]. A moving average may be
/// hundreds of percent worse; in a view that holds it, nothing else could be told apart.
fn view(models: &[ModelSummary]) -> [f64; 2] {
    let shown = models.iter().filter(|model| model.kind != ModelKind::Baseline);
    let seeds =
        shown.filter_map(|model| model.test.skill.as_ref()).flat_map(|skill| skill.by_seed.iter().copied());
    let best_baseline = models
        .iter()
        .filter(|model| model.kind == ModelKind::Baseline)
        .filter_map(|model| model.test.skill.as_ref().map(|skill| skill.mean))
        .fold(0.0, f64::max);
    let seen = seeds.chain([0.0, best_baseline, -0.02, 0.02]).map(|skill| skill.max(WORST));
    padded_range(seen).unwrap_or([WORST, -WORST])
}
