//! The classifier behind the trading rule: how it learned, how often it is right, and what always saying the same gives.

use crate::report::chart::Charts;
use crate::report::html::{Align, Table, escape, fill, hint, paragraph, section, subheading};
use crate::report::number::{self, measured, optional, percent};
use crate::report::run_dir::Run;
use crate::report::section::learning;
use crate::report::wording::Words;
use crate::summary::{ClassSummary, Confusion, Measured};

pub(crate) fn strategy(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let strategy = &run.summary.strategy;
    let intro = fill(
        words.strategy_intro,
        &[
            ("model", &escape(&strategy.model)),
            ("parameters", &number::count(strategy.parameters)),
            ("threshold", &optional(run.number_setting("strategy.threshold"), |x| x.to_string())),
        ],
    );
    let body = [
        paragraph(&intro),
        paragraph(&against_majority(run, words)),
        learning::classifier(run, words, charts),
        subheading(words.classifier_figures),
        figures(run, words),
        subheading(words.confusion),
        hint(words.confusion_hint),
        confusions(run, words),
    ]
    .concat();
    section("strategy", words.strategy, &body)
}

/// Accuracy means nothing without what the laziest answer would have reached.
fn against_majority(run: &Run, words: &Words) -> String {
    let test = &run.summary.strategy.classifier.test;
    let accuracy = test.accuracy.as_ref().map(|m| m.mean);
    let template = match accuracy.zip(test.majority_accuracy) {
        Some((accuracy, majority)) if accuracy > majority => words.accuracy_above,
        Some(_) => words.accuracy_not_above,
        None => words.accuracy_unknown,
    };
    fill(
        template,
        &[
            ("accuracy", &measured(test.accuracy.as_ref(), |x| percent(x, 1))),
            ("majority", &optional(test.majority_accuracy, |x| percent(x, 1))),
        ],
    )
}

fn figures(run: &Run, words: &Words) -> String {
    let classifier = &run.summary.strategy.classifier;
    let mut table =
        Table::new([(words.figure, Align::Text), (words.valid, Align::Number), (words.test, Align::Number)]);
    let share = |x| percent(x, 1);
    let single = |name: &str, figure: fn(&ClassSummary) -> Option<f64>| {
        let cells = [&classifier.valid, &classifier.test].map(|part| optional(figure(part), share));
        [vec![name.to_owned()], cells.to_vec()].concat()
    };
    let over_seeds =
        |name: &str, figure: fn(&ClassSummary) -> Option<&Measured>, write: fn(f64) -> String| {
            let cells = [&classifier.valid, &classifier.test].map(|part| measured(figure(part), write));
            [vec![name.to_owned()], cells.to_vec()].concat()
        };
    table.row(over_seeds(words.accuracy, |c| c.accuracy.as_ref(), |x| percent(x, 1)));
    table.row(single(words.majority_accuracy, |c| c.majority_accuracy));
    table.row(single(words.base_rate, |c| c.base_rate));
    table.row(over_seeds(words.auc, |c| c.auc.as_ref(), |x| number::fixed(x, 4)));
    table.row(over_seeds(words.brier, |c| c.brier.as_ref(), |x| number::fixed(x, 4)));
    table.row(over_seeds(words.precision, |c| c.precision.as_ref(), |x| percent(x, 1)));
    table.row(over_seeds(words.recall, |c| c.recall.as_ref(), |x| percent(x, 1)));
    table.row(over_seeds(words.f1, |c| c.f1.as_ref(), |x| number::fixed(x, 4)));
    format!("<div class=\"half\">{}</div>\n", table.html())
}

fn confusions(run: &Run, words: &Words) -> String {
    let classifier = &run.summary.strategy.classifier;
    let parts = [(words.valid, &classifier.valid), (words.test, &classifier.test)];
    let grids: String = parts.iter().map(|(name, part)| confusion(name, &part.confusion, words)).collect();
    format!("<div class=\"grid\">\n{grids}</div>\n")
}

/// Counts added over seeds; the shade is the share of all.
fn confusion(part: &str, by_seed: &[Confusion], words: &Words) -> String {
    let sum = |cell: fn(&Confusion) -> usize| by_seed.iter().map(cell).sum::<usize>();
    let (true_up, false_down) = (sum(|c| c.true_up), sum(|c| c.false_down));
    let (false_up, true_down) = (sum(|c| c.false_up), sum(|c| c.true_down));
    let total = true_up + false_down + false_up + true_down;
    let cell = |n: usize| {
        let share = (total > 0).then(|| n as f64 / total as f64);
        let shade = 90.0 * share.unwrap_or(0.0);
        format!(
            "<div class=\"cell\" style=\"background:color-mix(in srgb, var(--accent) {shade:.0}%, transparent)\"><b>{}</b><span>{}</span></div>",
            number::count(n),
            optional(share, |x| percent(x, 1))
        )
    };
    let axis = |text: &str| format!("<div class=\"axis\">{text}</div>");
    let cells = [
        axis(""),
        axis(words.predicted_up),
        axis(words.predicted_down),
        axis(words.rose),
        cell(true_up),
        cell(false_down),
        axis(words.did_not_rise),
        cell(false_up),
        cell(true_down),
    ]
    .concat();
    format!("<div><h4>{part}</h4><div class=\"confusion\">{cells}</div></div>\n")
}
