//! The page of a search: what came out, every trial, what mattered. One offline HTML file, the same bytes for the
//! same search.

mod charts;

use super::space::Space;
use super::summary::{Gain, TrialSummary, TuneSummary};
use super::trial::Outcome;
use super::wording::{Words, words_of};
use crate::report::Language;
use crate::report::chart::Charts;
use crate::report::html::{Align, Table, escape, fill, hint, paragraph, section};
use crate::report::number;
use crate::report::page::Page;
use crate::report::wording;

/// The page in one language.
pub(crate) fn page(summary: &TuneSummary, space: &Space, language: Language) -> String {
    let view = View { summary, space, words: words_of(language) };
    let words = view.words;
    let (model, symbol) = (escape(&summary.model), escape(&summary.data.symbol));
    let title = [("model", summary.model.as_str()), ("symbol", summary.data.symbol.as_str())];
    let heading = fill(words.title, &[("model", &model), ("symbol", &symbol)]);
    let header =
        format!("<h1>{heading}</h1>\n<p class=\"subtitle\">{}</p>\n{}", view.subtitle(), view.synthetic());
    let mut charts = Charts::default();
    let sections =
        [view.result(), view.trials(&mut charts), view.mattered(&mut charts), view.all_trials()].concat();
    Page {
        language,
        words: wording::words_of(language),
        title: &fill(words.title, &title),
        header,
        contents: vec![
            ("result", words.result),
            ("trials", words.trials),
            ("mattered", words.mattered),
            ("all-trials", words.all_trials),
        ],
        sections,
        charts,
    }
    .html()
}

/// A search with the words it is shown in.
struct View<'a> {
    summary: &'a TuneSummary,
    space: &'a Space,
    words: &'static Words,
}

impl View<'_> {
    fn subtitle(&self) -> String {
        let TuneSummary { scored, seeds, trials, .. } = self.summary;
        fill(
            self.words.subtitle,
            &[
                ("trials", &number::count(trials.len() - 1)),
                ("seeds", &number::count(seeds.len())),
                ("metric", self.summary.metric_name()),
                ("samples", &number::count(scored.samples)),
                ("first", &scored.first.to_string()),
                ("last", &scored.last.to_string()),
            ],
        )
    }

    fn synthetic(&self) -> String {
        match &self.summary.data.synthetic {
            Some(_) => format!("<p class=\"banner\">{}</p>\n", self.words.synthetic),
            None => String::new(),
        }
    }

    /// An error in the unit of the target: as many decimals for all as the best one needs for four digits.
    fn error(&self, error: f64) -> String {
        let least = self.summary.best_trial().outcome.error().unwrap_or(1.0);
        number::fixed(error, number::decimals_for(least, 4))
    }

    fn unit(&self) -> String {
        match self.summary.unit.as_str() {
            "hfq price" => self.words.unit_hfq_price.to_owned(),
            other => escape(other),
        }
    }

    fn result(&self) -> String {
        let (words, summary) = (self.words, self.summary);
        let best = summary.best_trial();
        let least = best.outcome.error().unwrap_or_default();
        let shown = self.error(least);
        let places = |gain: &str, share: &str, untuned: &str, sentence: &str| {
            fill(
                sentence,
                &[
                    ("trial", &best.trial.to_string()),
                    ("metric", summary.metric_name()),
                    ("best", &shown),
                    ("gain", gain),
                    ("share", share),
                    ("untuned", untuned),
                ],
            )
        };
        let headline = match summary.gain() {
            Gain::None => places("", "", "", words.gain_none),
            Gain::UntunedFailed => places("", "", "", words.gain_untuned_failed),
            Gain::Over { gain, .. } => {
                let untuned = least + gain;
                let share = number::signed_percent(-gain / untuned, 1);
                places(&self.error(gain), &share, &self.error(untuned), words.gain)
            }
        };
        let mut body = format!("<div class=\"verdict\"><p class=\"headline\">{headline}</p>\n");
        if let Gain::Over { within_seeds: true, .. } = summary.gain() {
            body.push_str(&paragraph(words.gain_within_seeds));
        }
        if let Some(persistence) = summary.persistence {
            let sentence =
                if persistence < least { words.persistence_better } else { words.persistence_worse };
            let error = self.error(persistence);
            let places = [("metric", summary.metric_name()), ("persistence", error.as_str())];
            body.push_str(&paragraph(&fill(sentence, &places)));
        }
        body.push_str(&paragraph(words.optimistic));
        body.push_str("</div>\n");
        let failed = summary.trials.iter().filter(|trial| trial.valid().is_none()).count();
        for (count, sentence) in [(summary.scored.left_out, words.left_out), (failed, words.failed)] {
            if count > 0 {
                body.push_str(&paragraph(&fill(sentence, &[("n", &number::count(count))])));
            }
        }
        body.push_str(&self.best_values());
        section("result", words.result, &body)
    }

    fn best_values(&self) -> String {
        let words = self.words;
        let head = [(words.key, Align::Text), (words.untuned, Align::Number), (words.best, Align::Number)];
        let mut table = Table::new(head).caption(words.best_values);
        for key in &self.summary.keys {
            let [untuned, best] =
                [&self.summary.trials[0], self.summary.best_trial()].map(|trial| self.value(trial, key));
            table.row(vec![format!("<code>{}</code>", escape(key)), untuned, best]);
        }
        table.html()
    }

    /// A trial's value of a key. HTML.
    fn value(&self, trial: &TrialSummary, key: &str) -> String {
        trial.value_text(key).map_or_else(|| self.words.left_open.to_owned(), |value| escape(&value))
    }

    fn trials(&self, charts: &mut Charts) -> String {
        section("trials", self.words.trials, &charts::trials(self, charts))
    }

    fn mattered(&self, charts: &mut Charts) -> String {
        let words = self.words;
        let body = [
            hint(words.mattered_hint),
            charts::shares(self, charts),
            hint(words.by_value_caption),
            charts::by_value(self, charts),
            self.group_table(),
        ]
        .concat();
        section("mattered", words.mattered, &body)
    }

    fn group_table(&self) -> String {
        let words = self.words;
        let metric = [("metric", self.summary.metric_name())];
        let (mean, best) = (fill(words.mean_error, &metric), fill(words.best_error, &metric));
        let mut table = Table::new([
            (words.key, Align::Text),
            (words.share, Align::Number),
            (words.value, Align::Number),
            (words.count, Align::Number),
            (mean.as_str(), Align::Number),
            (best.as_str(), Align::Number),
        ]);
        for found in &self.summary.importance {
            for (i, group) in found.groups.iter().enumerate() {
                let (key, share) = if i == 0 {
                    let share = number::optional(found.share, |share| number::percent(share, 0));
                    (format!("<code>{}</code>", escape(&found.key)), share)
                } else {
                    (String::new(), String::new())
                };
                let count = number::count(group.trials);
                let (mean, best) = (self.error(group.mean), self.error(group.best));
                table.row(vec![key, share, escape(&group.value), count, mean, best]);
            }
        }
        table.html()
    }

    fn all_trials(&self) -> String {
        let (words, summary) = (self.words, self.summary);
        let error = fill(words.axis_error, &[("metric", summary.metric_name()), ("unit", &self.unit())]);
        let mut head = vec![(words.axis_trial.to_owned(), Align::Number), (error, Align::Number)];
        head.extend(summary.keys.iter().map(|key| (breakable(key), Align::Number)));
        head.extend([words.parameters, words.epochs].map(|word| (word.to_owned(), Align::Number)));
        let mut table = Table::new(head);
        let failed = summary.trials.iter().filter(|trial| trial.valid().is_none());
        for trial in summary.ranking().into_iter().chain(failed) {
            let number =
                if trial.trial == 0 { words.untuned_row.to_owned() } else { trial.trial.to_string() };
            let mut cells = vec![number];
            let values = summary.keys.iter().map(|key| self.value(trial, key));
            match &trial.outcome {
                Outcome::Done { valid, parameters, epochs } => {
                    cells.push(number::measured(Some(valid), |x| self.error(x)));
                    cells.extend(values);
                    let epochs: Vec<String> = epochs.iter().map(|n| number::count(*n)).collect();
                    cells.extend([number::count(*parameters), epochs.join(", ")]);
                }
                Outcome::Failed { seed, reason } => {
                    let places = [("seed", seed.to_string()), ("reason", escape(reason))];
                    cells.push(fill(words.failed_with, &places.each_ref().map(|(k, v)| (*k, v.as_str()))));
                    cells.extend(values);
                    cells.extend([String::new(), String::new()]);
                }
            }
            let class = if trial.valid().is_none() {
                "quiet"
            } else if trial.trial == 0 {
                "count"
            } else {
                ""
            };
            table.row_of_class(class, cells);
        }
        section("all-trials", words.all_trials, &(hint(words.all_trials_hint) + &table.html()))
    }
}

/// A key path that may be broken after a dot or an underscore: a column is no wider than its values. HTML.
fn breakable(key: &str) -> String {
    escape(key).replace('.', ".<wbr>").replace('_', "_<wbr>")
}
