//! The top of the report: what was found, in plain sentences, before any chart.

use crate::report::html::{escape, fill, list};
use crate::report::money::wording::money_words_of;
use crate::report::number::{self, NOT_AVAILABLE};
use crate::report::remarks::told_first;
use crate::report::run_dir::Run;
use crate::report::wording::Words;
use crate::summary::{DataSummary, ModelKind, ModelSummary, Summary, VerdictWord};

/// Title, banner, verdict, tiles.
pub(crate) fn header(run: &Run, words: &Words) -> String {
    let data = &run.summary.data;
    let subtitle = fill(
        words.subtitle,
        &[
            ("rows", &number::count(data.rows)),
            ("first", &data.first.to_string()),
            ("last", &data.last.to_string()),
            ("horizon", &number::count(run.summary.forecast.horizon)),
            ("window", &number::count(run.summary.forecast.window)),
            ("seeds", &number::count(run.summary.seeds.len())),
        ],
    );
    format!(
        "<h1>{}</h1>\n<p class=\"subtitle\">{subtitle}</p>\n{}{}{}",
        fill(words.title, &[("symbol", &escape(&data.symbol))]),
        banner(&run.summary.data, words),
        card(run, words),
        tiles(&run.summary, words),
    )
}

/// A synthetic market says so before anything else.
pub(crate) fn banner(data: &DataSummary, words: &Words) -> String {
    let Some(synthetic) = &data.synthetic else { return String::new() };
    let sentence = match synthetic.kind.as_str() {
        "planted" => fill(words.synthetic_planted, &[("r2", &number::percent(synthetic.planted_r2, 1))]),
        "null" => words.synthetic_null.to_owned(),
        other => fill(words.synthetic_other, &[("kind", &escape(other))]),
    };
    format!("<div class=\"banner\"><strong>{}</strong>{sentence}</div>\n", words.synthetic_heading)
}

fn card(run: &Run, words: &Words) -> String {
    let class = match run.summary.forecast.verdict.word {
        VerdictWord::Better => "verdict better",
        VerdictWord::NotShown => "verdict",
    };
    let mut sentences = vec![money(run, words)];
    if let Some(oracle) = oracle(&run.summary, words) {
        sentences.insert(0, oracle);
    }
    for note in told_first(&run.summary.strategy.curve_notes, run.language) {
        sentences.push(format!("<strong>{}</strong>", escape(&note)));
    }
    sentences.push(counts(run, words));
    let paragraphs: String = sentences.iter().map(|sentence| format!("<p>{sentence}</p>\n")).collect();
    format!(
        "<div class=\"{class}\" id=\"verdict\"><p class=\"headline\">{}</p>\n{paragraphs}</div>\n",
        headline(&run.summary, words)
    )
}

/// The forecast in one sentence.
fn headline(summary: &Summary, words: &Words) -> String {
    let verdict = &summary.forecast.verdict;
    let template = match verdict.word {
        VerdictWord::Better => words.verdict_better,
        VerdictWord::NotShown if verdict.mean_difference > 0.0 => words.verdict_not_shown_smaller,
        VerdictWord::NotShown => words.verdict_not_shown_larger,
    };
    fill(
        template,
        &[
            ("network", &escape(&verdict.network)),
            ("baseline", &words.model_name(&verdict.baseline)),
            ("what", &what(summary, words)),
            ("n", &number::count(verdict.samples)),
            (
                "size",
                &error_change(summary).map_or(NOT_AVAILABLE.to_owned(), |x| number::percent(x.abs(), 2)),
            ),
            ("p", &escape(&verdict.p.map_or(NOT_AVAILABLE.to_owned(), number::p_relation))),
        ],
    )
}

/// The difference of the squared errors as a share of the baseline's.
fn error_change(summary: &Summary) -> Option<f64> {
    let verdict = &summary.forecast.verdict;
    let baseline = model(summary, &verdict.baseline)?.test.rmse.as_ref()?.mean.powi(2);
    (baseline > 0.0).then_some(verdict.mean_difference / baseline)
}

fn what(summary: &Summary, words: &Words) -> String {
    let template = if summary.forecast.horizon == 1 { words.what_next } else { words.what_ahead };
    fill(
        template,
        &[
            ("symbol", &escape(&summary.data.symbol)),
            ("target", &words.target(&summary.forecast.target)),
            ("horizon", &number::count(summary.forecast.horizon)),
        ],
    )
}

fn oracle(summary: &Summary, words: &Words) -> Option<String> {
    let oracle = summary.forecast.models.iter().find(|model| model.kind == ModelKind::Oracle)?;
    let network = model(summary, &summary.forecast.verdict.network)?;
    let skill = |model: &ModelSummary| number::measured(model.test.skill.as_ref(), |x| number::percent(x, 2));
    Some(fill(
        words.oracle_sentence,
        &[("oracle", &skill(oracle)), ("network", &escape(&network.name)), ("skill", &skill(network))],
    ))
}

/// The money in one sentence.
fn money(run: &Run, words: &Words) -> String {
    let curves = &run.summary.strategy.curves;
    let (rule, hold) = (curves.executable.total_return, curves.buy_and_hold.total_return);
    let template = if rule > hold {
        words.money_more
    } else if rule < hold {
        words.money_less
    } else {
        words.money_same
    };
    let free = run.summary.strategy.curves.traded_for_free();
    let first = run.equity.first().map(|row| row.date.to_string());
    let last = run.equity.last().map(|row| row.date.to_string());
    let mut sentence = fill(
        template,
        &[
            ("costs", if free { words.costs_none } else { words.costs_all }),
            ("model", &escape(&run.summary.strategy.model)),
            ("cash", &number::optional(starting_cash(run), number::money)),
            ("end", &number::money(curves.executable.final_equity)),
            ("return", &number::signed_percent(rule, 1)),
            ("hold", &number::money(curves.buy_and_hold.final_equity)),
            ("hold_return", &number::signed_percent(hold, 1)),
            ("difference", &number::fixed(100.0 * (rule - hold).abs(), 1)),
            ("first", first.as_deref().unwrap_or(NOT_AVAILABLE)),
            ("last", last.as_deref().unwrap_or(NOT_AVAILABLE)),
        ],
    );
    sentence.push_str(words.space);
    sentence.push_str(words.money_not_tested);
    sentence
}

fn counts(run: &Run, words: &Words) -> String {
    let strategy = &run.summary.strategy;
    let own = money_words_of(run.language);
    fill(
        words.executable_counts,
        &[
            ("as_shown", &number::signed_percent(strategy.curves.as_shown.total_return, 1)),
            ("fill", own.fill(strategy.terms.fill)),
            ("costs", if strategy.curves.traded_for_free() { own.costs_none } else { own.costs_all }),
        ],
    )
}

/// Cash at the start: the setting, or what the return says it was.
pub(crate) fn starting_cash(run: &Run) -> Option<f64> {
    run.number_setting("market.cash").or_else(|| {
        let curve = &run.summary.strategy.curves.executable;
        let growth = 1.0 + curve.total_return;
        (growth > 0.0).then(|| curve.final_equity / growth)
    })
}

/// The model of that name.
pub(crate) fn model<'a>(summary: &'a Summary, name: &str) -> Option<&'a ModelSummary> {
    summary.forecast.models.iter().find(|model| model.name == name)
}

fn tiles(summary: &Summary, words: &Words) -> String {
    let verdict = &summary.forecast.verdict;
    let network = model(summary, &verdict.network);
    let class = &summary.strategy.classifier.test;
    let curves = &summary.strategy.curves;
    let share = |x| number::percent(x, 1);
    let signed = |x| number::signed_percent(x, 1);
    let note = |template: &str, value: String| fill(template, &[("value", &value)]);
    let skill = network.and_then(|model| model.test.skill.as_ref());
    let skill_note = match skill {
        Some(skill) if skill.by_seed.len() > 1 => fill(
            words.tile_skill_note_spread,
            &[("network", &escape(&verdict.network)), ("std", &number::percent(skill.std, 2))],
        ),
        _ => fill(words.tile_skill_note, &[("network", &escape(&verdict.network))]),
    };
    let tiles = [
        (
            words.tile_skill,
            number::optional(skill.map(|m| m.mean), |x| number::signed_percent(x, 2)),
            skill_note,
        ),
        (
            words.tile_p,
            escape(&number::optional(verdict.p, number::p_value)),
            note(words.tile_p_note, words.model_name(&verdict.baseline)),
        ),
        (
            words.tile_accuracy,
            number::optional(class.accuracy.as_ref().map(|m| m.mean), share),
            note(words.tile_accuracy_note, number::optional(class.majority_accuracy, share)),
        ),
        (
            words.tile_return,
            signed(curves.executable.total_return),
            note(words.tile_versus_hold, signed(curves.buy_and_hold.total_return)),
        ),
        (
            words.tile_drawdown,
            share(curves.executable.max_drawdown),
            note(words.tile_versus_hold, share(curves.buy_and_hold.max_drawdown)),
        ),
        (
            words.tile_sharpe,
            number::optional(curves.executable.sharpe, |x| number::fixed(x, 2)),
            note(
                words.tile_versus_hold,
                number::optional(curves.buy_and_hold.sharpe, |x| number::fixed(x, 2)),
            ),
        ),
        (
            words.tile_trades,
            number::count(curves.executable.trades),
            note(words.tile_trades_note, share(curves.executable.exposure)),
        ),
        (words.tile_costs, number::money(curves.executable.costs_paid), words.tile_costs_note.to_owned()),
    ];
    let tiles: String = tiles
        .iter()
        .map(|(name, value, note)| {
            format!(
                "<div class=\"tile\"><div class=\"name\">{name}</div><div class=\"value\">{value}</div>\
                 <div class=\"note\">{note}</div></div>\n"
            )
        })
        .collect();
    format!("<div class=\"tiles\">\n{tiles}</div>\n")
}

/// Remarks of the data and of the rule book, if there are any.
pub(crate) fn remarks(lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.map(|line| escape(&line)).collect();
    if lines.is_empty() { String::new() } else { list(&lines) }
}
