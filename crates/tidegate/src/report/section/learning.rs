//! Loss (and accuracy) by epoch. Thin lines are seeds, the dot is the epoch whose weights were kept.

use crate::experiment::Supervision;
use crate::report::chart::{Charts, Figure, axis, number as point};
use crate::report::html::{escape, fill, hint, paragraph, section};
use crate::report::number;
use crate::report::palette;
use crate::report::run_dir::{EpochRow, Run};
use crate::report::wording::Words;
use serde_json::{Value, json};

/// Up to here every epoch gets a tick, so that none falls between two.
const FEW_EPOCHS: usize = 8;
/// A range of fewer decades is drawn on a linear axis.
const LINEAR: f64 = 0.5;

/// The loss curves of the forecast task, one chart per network.
pub(crate) fn learning(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let networks = run.summary.forecast.models.iter().filter(|model| model.kind.is_network());
    let losses = run.history.iter().filter(|row| row.task == "forecast");
    let range = log_range(losses.flat_map(|row| [row.train_loss, row.valid_loss]));
    let mut panels = String::new();
    for (index, model) in networks.enumerate() {
        let history = History { run, task: "forecast", model: &model.name, best_epoch: &model.best_epoch };
        let id = format!("chart-loss-{index}");
        let figure = history.figure(&id, words, Curve::Loss { range }, &model.name);
        let kept = fill(words.kept_epochs, &[("epochs", &epochs(&model.best_epoch))]);
        panels.push_str(&format!(
            "<div><h4>{}</h4>{}</div>\n",
            escape(&model.name),
            charts.place(figure, &kept)
        ));
    }
    let trained = match run.summary.supervision {
        Supervision::LastStep => String::new(),
        Supervision::EveryStep => paragraph(words.every_step),
    };
    let body = format!("{trained}{}<div class=\"grid\">\n{panels}</div>\n", hint(words.learning_hint));
    section("learning", words.learning, &body)
}

/// Loss and accuracy of the classifier, side by side.
pub(crate) fn classifier(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let strategy = &run.summary.strategy;
    let history = History { run, task: "strategy", model: &strategy.model, best_epoch: &strategy.best_epoch };
    let rows = || run.history.iter().filter(|row| row.task == "strategy");
    let range = log_range(rows().flat_map(|row| [row.train_loss, row.valid_loss]));
    let loss = history.figure("chart-classifier-loss", words, Curve::Loss { range }, &strategy.model);
    let majority = strategy.classifier.valid.majority_accuracy;
    let accuracy =
        history.figure("chart-classifier-accuracy", words, Curve::Accuracy { majority }, &strategy.model);
    let kept = fill(words.kept_epochs, &[("epochs", &epochs(&strategy.best_epoch))]);
    format!(
        "<div class=\"grid\">\n<div><h4>{}</h4>{}</div>\n<div><h4>{}</h4>{}</div>\n</div>\n",
        words.loss,
        charts.place(loss, &kept),
        words.accuracy,
        charts.place(accuracy, words.majority_line),
    )
}

fn epochs(best: &[usize]) -> String {
    if best.is_empty() {
        return number::NOT_AVAILABLE.to_owned();
    }
    best.iter().map(|epoch| number::count(*epoch)).collect::<Vec<_>>().join(", ")
}

/// What a chart shows by epoch.
#[derive(Clone, Copy)]
enum Curve {
    /// On a logarithmic axis; the range (powers of ten) is shared, so that charts side by side compare. A loss that
    /// hardly falls gets a linear axis of its own.
    Loss { range: Option<[f64; 2]> },
    /// With the accuracy of always answering the majority.
    Accuracy { majority: Option<f64> },
}

impl Curve {
    fn values(self, row: &EpochRow) -> [Option<f64>; 2] {
        match self {
            Curve::Loss { .. } => [row.train_loss, row.valid_loss],
            Curve::Accuracy { .. } => [row.train_accuracy, row.valid_accuracy],
        }
    }
}

/// The epochs of one model in one task.
struct History<'a> {
    run: &'a Run,
    task: &'a str,
    model: &'a str,
    /// By seed, in the order of the experiment's seeds.
    best_epoch: &'a [usize],
}

impl History<'_> {
    fn figure(&self, id: &str, words: &Words, curve: Curve, name: &str) -> Figure {
        let (color, _) = palette::network(&self.run.summary, self.model);
        let mut data = Vec::new();
        for (index, seed) in self.run.summary.seeds.iter().enumerate() {
            let rows: Vec<&EpochRow> = self
                .run
                .history
                .iter()
                .filter(|row| row.task == self.task && row.model == self.model && row.seed == *seed)
                .collect();
            if rows.is_empty() {
                continue;
            }
            let x: Vec<usize> = rows.iter().map(|row| row.epoch).collect();
            let lines = [(words.train, palette::PERSISTENCE), (words.valid, color)];
            for (which, (part, color)) in lines.into_iter().enumerate() {
                let y: Vec<Value> = rows.iter().map(|row| point(curve.values(row)[which])).collect();
                let mut line = trace(part, color, &x, y);
                line["legendgroup"] = json!(part);
                // One entry in the legend for all seeds.
                line["showlegend"] = json!(index == 0);
                line["hovertemplate"] =
                    json!(format!("%{{y:.5~g}}<extra>{part}, {} {seed}</extra>", words.seed));
                data.push(line);
            }
            let best = self.best_epoch.get(index);
            if let Some(row) = best.and_then(|epoch| rows.iter().find(|row| row.epoch == *epoch)) {
                data.push(json!({
                    "type": "scatter", "mode": "markers", "x": [row.epoch], "y": [point(curve.values(row)[1])],
                    "name": words.kept, "legendgroup": words.valid, "showlegend": false, "hoverinfo": "skip",
                    "marker": {"color": color, "size": 8, "line": {"color": "$paper", "width": 1.5}},
                }));
            }
        }
        let mut epochs = axis(words.axis_epoch, ",d");
        if self.run.history.iter().all(|row| row.epoch <= FEW_EPOCHS) {
            epochs["dtick"] = json!(1);
        }
        let mut layout = json!({"margin": {"r": 12}, "xaxis": epochs, "hovermode": "closest"});
        match curve {
            Curve::Loss { range } => {
                layout["yaxis"] = axis(words.axis_loss, "~g");
                if let Some(range @ [low, high]) = range.filter(|[low, high]| high - low > LINEAR) {
                    layout["yaxis"]["type"] = json!("log");
                    layout["yaxis"]["range"] = json!(range);
                    // One label a decade over a wide range, at 1, 2 and 5 over a narrow one.
                    layout["yaxis"]["dtick"] = if high - low < 2.5 { json!("D2") } else { json!(1) };
                }
            }
            Curve::Accuracy { majority } => {
                layout["yaxis"] = axis(words.axis_accuracy, ".0%");
                if let Some(majority) = majority {
                    layout["shapes"] = json!([{
                        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": majority, "y1": majority,
                        "line": {"color": "$ink", "width": 1.2, "dash": "dash"},
                    }]);
                }
            }
        }
        Figure { id: id.to_owned(), height: 270, label: name.to_owned(), data, layout, follow: vec![] }
    }
}

fn trace(name: &str, color: &str, x: &[usize], y: Vec<Value>) -> Value {
    // A single epoch would draw no line.
    let mode = if x.len() == 1 { "markers" } else { "lines" };
    json!({
        "type": "scatter", "mode": mode, "name": name, "x": x, "y": y,
        "line": {"color": color, "width": 1.4}, "marker": {"color": color}, "opacity": 0.9,
    })
}

/// Powers of ten around the positive values, with a little room.
fn log_range(values: impl Iterator<Item = Option<f64>>) -> Option<[f64; 2]> {
    let logs = values.flatten().filter(|x| x.is_finite() && *x > 0.0).map(f64::log10);
    crate::report::chart::padded_range(logs)
}
