//! The charts of a search.

use super::View;
use crate::report::chart::{Charts, Figure, axis, number as point};
use crate::report::html::{escape, fill};
use crate::report::palette::{ACTUAL, PERSISTENCE};
use crate::tune::importance::Importance;
use crate::tune::space::{Candidates, Dimension, Scale, number as numeric};
use crate::tune::summary::TrialSummary;
use serde_json::{Value, json};

/// Trials that came from the space.
const TRIAL: &str = "$series0";
/// The best of them.
const BEST: &str = "$series1";

impl View<'_> {
    fn error_axis(&self) -> Value {
        let title =
            fill(self.words.axis_error, &[("metric", self.summary.metric_name()), ("unit", &self.unit())]);
        let mut axis = axis(&title, "~g");
        axis["hoverformat"] = json!(".5~g");
        // Errors that differ by an order of magnitude are read on a scale of ratios.
        let errors = self.errors();
        let (low, high) = errors.iter().fold((f64::INFINITY, 0.0_f64), |(l, h), x| (l.min(*x), h.max(*x)));
        if low > 0.0 && high / low > 8.0 {
            axis["type"] = json!("log");
            axis["dtick"] = json!("D2");
        }
        axis
    }

    /// Every error that is drawn, persistence included.
    fn errors(&self) -> Vec<f64> {
        let trials = self.summary.trials.iter().filter_map(|trial| trial.outcome.error());
        trials.chain(self.summary.persistence).collect()
    }

    /// The line of persistence across a chart.
    fn persistence_line(&self) -> Vec<Value> {
        let line = |y: f64| {
            json!({
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": point(Some(y)), "y1": point(Some(y)),
                "line": {"color": PERSISTENCE, "width": 1.5, "dash": "dash"}, "layer": "below",
            })
        };
        self.summary.persistence.map(line).into_iter().collect()
    }

    fn name(&self, trial: &TrialSummary) -> String {
        let name = if trial.trial == 0 {
            self.words.untuned.to_owned()
        } else {
            format!("{} {}", self.words.trial, trial.trial)
        };
        let values =
            self.summary.keys.iter().map(|key| format!("{}: {}", escape(key), self.value(trial, key)));
        std::iter::once(name).chain(values).collect::<Vec<_>>().join("<br>")
    }

    /// Dots of trials at `x`, in three kinds: of the space, untuned, best.
    fn dots(&self, x: impl Fn(&TrialSummary) -> Option<Value>, spread: bool) -> Vec<Value> {
        // The best may be the untuned one: the star says more.
        let kind = |trial: usize| match trial {
            best if best == self.summary.best => 2,
            0 => 1,
            _ => 0,
        };
        let marks = [
            (self.words.trials, "circle", 8, TRIAL),
            (self.words.untuned, "diamond", 11, ACTUAL),
            (self.words.best, "star", 15, BEST),
        ];
        marks
            .into_iter()
            .enumerate()
            .filter_map(|(mark, (name, symbol, size, color))| {
                let (mut xs, mut ys, mut spreads, mut texts) = (vec![], vec![], vec![], vec![]);
                for trial in self.summary.trials.iter().filter(|trial| kind(trial.trial) == mark) {
                    let (Some(valid), Some(x)) = (trial.valid(), x(trial)) else { continue };
                    xs.push(x);
                    ys.push(point(Some(valid.mean)));
                    spreads.push(point(Some(valid.std)));
                    texts.push(self.name(trial));
                }
                let several = self.summary.seeds.len() > 1;
                let mut trace = json!({
                    "type": "scatter", "mode": "markers", "name": name, "x": xs, "y": ys, "text": texts,
                    "marker": {"color": color, "size": size, "symbol": symbol, "opacity": 0.85},
                    "hovertemplate": "%{y:.5~g}<br>%{text}<extra></extra>",
                });
                if spread && several {
                    trace["error_y"] = json!({
                        "type": "data", "array": spreads, "color": color, "thickness": 1, "width": 3,
                    });
                }
                (!xs.is_empty()).then_some(trace)
            })
            .collect()
    }
}

/// Every trial in its order, with the best so far.
pub(super) fn trials(view: &View<'_>, charts: &mut Charts) -> String {
    let mut data = view.dots(|trial| Some(json!(trial.trial)), true);
    let mut best = f64::INFINITY;
    let (mut x, mut y) = (vec![], vec![]);
    for trial in &view.summary.trials {
        best = trial.outcome.error().map_or(best, |error| best.min(error));
        x.push(trial.trial);
        y.push(point(Some(best)));
    }
    data.push(json!({
        "type": "scatter", "mode": "lines", "name": view.words.best_so_far, "x": x, "y": y,
        "line": {"color": BEST, "width": 1.5, "shape": "hv"}, "hoverinfo": "skip",
    }));
    let ends = [-0.6, view.summary.trials.len() as f64 - 0.4];
    if let Some(persistence) = view.summary.persistence {
        data.push(json!({
            "type": "scatter", "mode": "lines", "name": view.words.persistence, "x": ends,
            "y": [point(Some(persistence)), point(Some(persistence))],
            "line": {"color": PERSISTENCE, "width": 1.5, "dash": "dash"}, "hoverinfo": "skip",
        }));
    }
    let mut trial_axis = axis(view.words.axis_trial, "d");
    trial_axis["range"] = json!(ends);
    if view.summary.trials.len() <= 25 {
        trial_axis["dtick"] = json!(1);
    }
    let figure = Figure {
        id: "chart-trials".to_owned(),
        height: 380,
        label: view.words.trials.to_owned(),
        data,
        layout: json!({
            "hovermode": "closest", "xaxis": trial_axis, "yaxis": view.error_axis(),
        }),
        follow: vec![],
    };
    charts.place(figure, view.words.trials_caption)
}

/// One bar per key: how much it explains.
pub(super) fn shares(view: &View<'_>, charts: &mut Charts) -> String {
    let mut known: Vec<(&Importance, f64)> =
        view.summary.importance.iter().filter_map(|found| Some((found, found.share?))).collect();
    if known.is_empty() {
        return String::new();
    }
    // plotly.js draws the first bar at the bottom.
    known.sort_by(|a, b| a.1.total_cmp(&b.1));
    let names: Vec<String> = known.iter().map(|(found, _)| escape(&found.key)).collect();
    let mut share_axis = axis(view.words.axis_share, ".0%");
    share_axis["range"] = json!([0, 1]);
    share_axis["showgrid"] = json!(true);
    let figure = Figure {
        id: "chart-shares".to_owned(),
        height: 90 + 34 * known.len() as u32,
        label: view.words.axis_share.to_owned(),
        data: vec![json!({
            "type": "bar", "orientation": "h", "y": names,
            "x": known.iter().map(|(_, share)| point(Some(*share))).collect::<Vec<_>>(),
            "marker": {"color": TRIAL}, "texttemplate": "%{x:.0%}", "textposition": "outside", "cliponaxis": false,
            "hovertemplate": "%{x:.1%}<extra>%{y}</extra>",
        })],
        layout: json!({
            "hovermode": "closest", "xaxis": share_axis, "yaxis": {"type": "category"}, "bargap": 0.45,
        }),
        follow: vec![],
    };
    charts.place(figure, "")
}

/// One chart per key: the error of every trial against its value.
pub(super) fn by_value(view: &View<'_>, charts: &mut Charts) -> String {
    let mut out = String::from("<div class=\"grid\">\n");
    for (k, (dimension, found)) in view.space.dimensions.iter().zip(&view.summary.importance).enumerate() {
        let ranged = !matches!(dimension.candidates, Candidates::List(_));
        let at = |trial: &TrialSummary| {
            let value = trial.values.get(&dimension.key)?.as_ref()?;
            if ranged {
                numeric(value).map(|x| point(Some(x)))
            } else {
                trial.value_text(&dimension.key).map(Value::from)
            }
        };
        let mut data = view.dots(at, false);
        if !ranged {
            data.push(json!({
                "type": "scatter", "mode": "markers", "name": view.words.value,
                "x": found.groups.iter().map(|group| group.value.clone()).collect::<Vec<_>>(),
                "y": found.groups.iter().map(|group| point(Some(group.mean))).collect::<Vec<_>>(),
                "marker": {"symbol": "line-ew-open", "size": 34, "color": TRIAL, "line": {"width": 2.5, "color": TRIAL}},
                "hoverinfo": "skip",
            }));
        }
        let figure = Figure {
            id: format!("chart-key-{k}"),
            height: 290,
            label: dimension.key.clone(),
            data,
            layout: json!({
                "hovermode": "closest", "showlegend": false, "xaxis": value_axis(view, dimension, found),
                "yaxis": view.error_axis(), "shapes": view.persistence_line(),
            }),
            follow: vec![],
        };
        out.push_str(&charts.place(figure, ""));
    }
    out.push_str("</div>\n");
    out
}

/// A value under its axis: long lists one item a line, and no more than six lines.
fn tick_label(value: &str) -> String {
    const SHORT: usize = 14;
    const LINES: usize = 6;
    let Some(list) = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return escape(value);
    };
    if value.chars().count() <= SHORT {
        return escape(value);
    }
    let items: Vec<&str> = list.split(", ").map(|item| item.trim_matches('"')).collect();
    let mut lines: Vec<String> = items.iter().take(LINES).map(|item| escape(item)).collect();
    if items.len() > LINES {
        lines[LINES - 1] = format!("… {}", items.len() + 1 - LINES);
    }
    lines.join("<br>")
}

fn value_axis(view: &View<'_>, dimension: &Dimension, found: &Importance) -> Value {
    let title = escape(&dimension.key);
    match &dimension.candidates {
        Candidates::List(_) => {
            let mut order: Vec<String> = found.groups.iter().map(|group| group.value.clone()).collect();
            // The untuned value may lie outside the space.
            let untuned = view.summary.trials[0].value_text(&dimension.key);
            order.extend(untuned.filter(|value| !found.groups.iter().any(|group| group.value == *value)));
            let last = order.len() as f64 - 0.5;
            let labels: Vec<String> = order.iter().map(|value| tick_label(value)).collect();
            json!({
                "title": {"text": title}, "type": "category", "categoryorder": "array", "categoryarray": order,
                "range": [-0.5, last], "tickvals": order, "ticktext": labels, "tickangle": 0,
            })
        }
        Candidates::Whole { scale, .. } | Candidates::Real { scale, .. } => {
            let mut axis = axis(&title, "~g");
            if *scale == Scale::Log {
                axis["type"] = json!("log");
                // Decades, twos and fives stand close together in a small chart.
                axis["tickfont"] = json!({"size": 10});
            }
            axis
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_stands_one_item_a_line() {
        assert_eq!(tick_label("[64, 64]"), "[64, 64]");
        assert_eq!(tick_label("[\"open\", \"close\"]"), "open<br>close");
        let many: Vec<String> = (0..9).map(|n| format!("\"ma_{n}\"")).collect();
        let label = tick_label(&format!("[{}]", many.join(", ")));
        assert_eq!(label, "ma_0<br>ma_1<br>ma_2<br>ma_3<br>ma_4<br>… 4");
    }
}
