//! A run's figures as text: the verdict first, then the tables.

use crate::table::{Table, grouped};
use crate::width::line_width;
use std::fmt::Write;
use tidegate::curve_note::CurveNote;
use tidegate::summary::{
    Curves, DataSummary, ErrorSummary, ForecastSummary, Measured, OrderSummary, StrategySummary, Summary,
    VerdictWord,
};
use tidegate_market::{BreakEven, Fill, HIGHEST_COST_BP, NoBreakEven, RuleNote};

/// Dropped rows that are listed.
const LISTED: usize = 10;

/// Everything worth a look in the terminal.
pub fn of(summary: &Summary) -> String {
    let data = &summary.data;
    let mut text =
        format!("{}: {} bars, {} to {}\n{}", data.symbol, data.rows, data.first, data.last, origin(data));
    let _ = write!(text, "\n{}\n{}\n", wrapped(&verdict(summary)), wrapped(&money(&summary.strategy)));
    let _ = write!(text, "\n{}", forecast_table(&summary.forecast));
    let _ = write!(text, "\n{}", split_lines(summary));
    let _ = write!(text, "\n{}", classifier_lines(&summary.strategy));
    let _ = write!(text, "\n{}", curve_table(&summary.strategy));
    text
}

/// What has to be said about where the bars came from, a line each.
pub fn origin(data: &DataSummary) -> String {
    let mut text = String::new();
    if let Some(synthetic) = &data.synthetic {
        let _ = writeln!(text, "SYNTHETIC: the built-in {} sample market, no real stock", synthetic.kind);
    }
    if !data.dropped.is_empty() {
        let rows = if data.dropped.len() == 1 { "row was" } else { "rows were" };
        let _ = writeln!(text, "{} bad {rows} dropped:", data.dropped.len());
        for row in data.dropped.iter().take(LISTED) {
            let _ = writeln!(text, "  {row}");
        }
        if data.dropped.len() > LISTED {
            let _ = writeln!(text, "  and {} more", data.dropped.len() - LISTED);
        }
    }
    for note in &data.notes {
        let _ = writeln!(text, "{}", wrapped(&format!("Note: {note}")));
    }
    text
}

/// Prose in lines that fit the terminal; further lines keep the indent of the first.
pub fn wrapped(text: &str) -> String {
    wrapped_to(text, line_width())
}

fn wrapped_to(text: &str, width: usize) -> String {
    let indent = " ".repeat(text.len() - text.trim_start().len());
    let mut lines = vec![indent.clone()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        let fresh = lines[last].trim().is_empty();
        if !fresh && lines[last].chars().count() + 1 + word.chars().count() > width {
            lines.push(format!("{indent}{word}"));
        } else {
            lines[last] += if fresh { "" } else { " " };
            lines[last] += word;
        }
    }
    lines.join("\n")
}

/// The verdict in one plain sentence.
fn verdict(summary: &Summary) -> String {
    let forecast = &summary.forecast;
    let v = &forecast.verdict;
    let what = match forecast.target.as_str() {
        "log_range" => "the daily range",
        _ => "the price",
    };
    let p = v.p.map_or("p n/a".to_owned(), |p| format!("one-sided p {}", small(p)));
    match v.word {
        VerdictWord::Better => format!(
            "VERDICT: better. On {} unseen days {} forecast {what} better than {}, the baseline best on validation ({p}).",
            v.samples, v.network, v.baseline
        ),
        VerdictWord::NotShown => format!(
            "VERDICT: not shown. On {} unseen days no skill of {} over {} was shown ({p}; each the best of its kind on validation).",
            v.samples, v.network, v.baseline
        ),
    }
}

fn money(strategy: &StrategySummary) -> String {
    let (executable, held) = (&strategy.curves.executable, &strategy.curves.buy_and_hold);
    format!(
        "MONEY: trading the {} classifier came to {} {}; buying once and holding to {}.",
        strategy.model,
        percent(Some(executable.total_return)),
        if strategy.curves.traded_for_free() { "without any costs" } else { "after costs" },
        percent(Some(held.total_return))
    )
}

fn forecast_table(forecast: &ForecastSummary) -> String {
    let steps = if forecast.horizon == 1 {
        "next bar".to_owned()
    } else {
        format!("{} bars ahead", forecast.horizon)
    };
    let mut text = format!(
        "Forecast of {} ({steps}, window {}), errors in {}: mean over seeds, ± its std\n",
        forecast.target, forecast.window, forecast.unit
    );
    let mut table =
        Table::new(["model", "valid RMSE", "test RMSE", "MAE", "MAPE", "R²", "direction", "skill"]);
    for model in &forecast.models {
        let ErrorSummary { rmse, mae, mape, r2, directional_accuracy, skill } = &model.test;
        table.row([
            model.name.clone(),
            mean(model.valid.rmse.as_ref(), |x| significant(x, x)),
            measured(rmse.as_ref(), significant),
            mean(mae.as_ref(), |x| significant(x, x)),
            mean(mape.as_ref(), |x| format!("{:.2}%", x * 100.0)),
            mean(r2.as_ref(), |x| format!("{x:.3}")),
            mean(directional_accuracy.as_ref(), |x| format!("{:.1}%", x * 100.0)),
            measured(
                skill.as_ref(),
                |x, _| if x.abs() < 10.0 { format!("{x:+.3}") } else { format!("{x:+.0}") },
            ),
        ]);
    }
    text += &table.render();
    text
}

fn split_lines(summary: &Summary) -> String {
    let part = |name: &str, part: &tidegate::summary::PartSummary| {
        format!("{name} {} to {} ({} samples)", part.first, part.last, part.samples)
    };
    let split = &summary.split;
    format!(
        "Split\n  {}\n  {}\n  {}\n",
        part("train", &split.train),
        part("valid", &split.valid),
        part("test", &split.test)
    )
}

fn classifier_lines(strategy: &StrategySummary) -> String {
    let test = &strategy.classifier.test;
    let share = |x: f64, _: f64| format!("{:.1}%", x * 100.0);
    let plain = |x: f64, _: f64| format!("{x:.3}");
    let mut text = format!(
        "Classifier ({}) on {} test days: does the next close rise?\n",
        strategy.model, strategy.split.test.samples
    );
    let mut table = Table::new(["accuracy", "majority", "ups", "AUC", "Brier", "precision", "recall", "F1"]);
    table.row([
        measured(test.accuracy.as_ref(), share),
        test.majority_accuracy.map_or("n/a".into(), |x| share(x, x)),
        test.base_rate.map_or("n/a".into(), |x| share(x, x)),
        measured(test.auc.as_ref(), plain),
        mean(test.brier.as_ref(), |x| plain(x, x)),
        mean(test.precision.as_ref(), |x| share(x, x)),
        mean(test.recall.as_ref(), |x| share(x, x)),
        mean(test.f1.as_ref(), |x| plain(x, x)),
    ]);
    text += &table.render();
    text
}

fn curve_table(strategy: &StrategySummary) -> String {
    let test = &strategy.split.test;
    let costs = if strategy.curves.traded_for_free() { "free of costs" } else { "with costs" };
    format!(
        "Money, {} to {}, rules {}\n{}\n{}",
        test.first,
        test.last,
        strategy.rules,
        wrapped(&format!(
            "  executable is the one that counts: decided after a close, filled {}, {costs}.",
            fill_words(strategy.terms.fill)
        )),
        curves_text(&strategy.curves, &strategy.curve_notes, &strategy.notes)
    ) + &judged_text(&strategy.curves, &strategy.curve_notes, &strategy.orders, strategy.break_even.as_ref())
}

/// Where orders fill.
pub fn fill_words(fill: Fill) -> &'static str {
    match fill {
        Fill::NextOpen => "at the next open",
        Fill::NextClose => "at the next close",
        Fill::NextVwap => "at the next day's average price",
        Fill::SameClose => "at the same close",
    }
}

/// What the table of curves does not say about `executable`, in a few plain lines: how it stands against the market and
/// against holding, what became of its orders, which cost it bears.
pub fn judged_text(
    curves: &Curves,
    happened: &[CurveNote],
    orders: &OrderSummary,
    break_even: Option<&BreakEven>,
) -> String {
    let m = &curves.executable;
    let ratio = |x: Option<f64>| x.map_or("n/a".to_owned(), |x| format!("{x:.2}"));
    let mut text = String::new();
    let mut line = |words: &str| text += &(wrapped(&format!("  {words}")) + "\n");
    if happened.iter().any(|note| note.leaves_nothing_to_compare()) {
        line(
            "executable and buy_and_hold did not both trade: there is nothing to compare, and no break-even cost.",
        );
        return text;
    }
    if m.alpha.is_some() || m.information_ratio.is_some() {
        line(&format!(
            "executable against market: alpha {} a year, beta {}; against buy_and_hold: information ratio {}.",
            percent(m.alpha),
            ratio(m.beta),
            ratio(m.information_ratio)
        ));
    }
    if m.round_trips > 0 {
        let worst = m
            .var_95
            .map_or(String::new(), |var| format!("; worst day in twenty {} or below", percent(Some(var))));
        line(&format!(
            "Of {} {} won; profit factor {}{worst}.",
            counted(m.round_trips, "round trip"),
            percent(m.win_rate),
            ratio(m.profit_factor),
        ));
    }
    if let Some(unfilled) = orders.unfilled_share.filter(|share| *share > 0.0) {
        line(&format!(
            "{} of its {} were not filled whole.",
            percent(Some(unfilled)),
            counted(orders.placed, "order")
        ));
    }
    if let Some(break_even) = break_even {
        line(&break_even_text(break_even));
    }
    text
}

/// A number and its noun: `1 order`, `1,200 orders`.
pub fn counted(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// What became of the orders of `executable`.
pub fn orders_text(orders: &OrderSummary) -> String {
    let fates = [
        (orders.filled, "filled"),
        (orders.cut_short, "cut short by the cash"),
        (orders.too_small, "below the smallest order"),
        (orders.nothing_to_trade, "at the target already"),
        (orders.replaced, "replaced while waiting"),
        (orders.dropped, "dropped"),
        (orders.unfilled_at_end, "open at the end"),
        (orders.untried_at_end, "decided after the last close"),
    ];
    let told = fates.iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told.map(|(count, fate)| format!("{count} {fate}")).collect();
    let waited = match orders.waited {
        0 => "none met a price limit or nobody on its way".to_owned(),
        waited => format!("{waited} met a price limit or nobody on their way"),
    };
    wrapped(&format!("Orders of executable: {} placed: {}; {waited}.", orders.placed, told.join(", ")))
}

/// The break-even cost in one plain sentence.
fn break_even_text(found: &BreakEven) -> String {
    match (found.cost_bp, found.reason) {
        (Some(cost), _) => format!(
            "Break-even cost: {cost:.1} basis points a side; where every fill costs more, buying once and holding is better."
        ),
        (None, Some(NoBreakEven::AboveAtHighestCost)) => format!(
            "Break-even cost: none up to {HIGHEST_COST_BP:.0} basis points a side; it hardly trades, and ends above holding."
        ),
        (None, _) => {
            "Break-even cost: none; even if trading were free, buying once and holding would be as good or better.".into()
        }
    }
}

/// One line per curve, then what happened on the way and the remarks of the rule book.
pub fn curves_text(curves: &Curves, happened: &[CurveNote], notes: &[RuleNote]) -> String {
    let mut table = Table::new([
        "curve",
        "return",
        "CAGR",
        "volatility",
        "Sharpe",
        "drawdown",
        "trades",
        "exposure",
        "costs",
    ]);
    for (name, m) in [
        ("market", &curves.market),
        ("as_shown", &curves.as_shown),
        ("executable", &curves.executable),
        ("buy_and_hold", &curves.buy_and_hold),
    ] {
        table.row([
            name.to_owned(),
            percent(Some(m.total_return)),
            percent(m.cagr),
            percent(m.volatility),
            m.sharpe.map_or("n/a".into(), |x| format!("{x:.2}")),
            percent(Some(m.max_drawdown)),
            m.trades.to_string(),
            percent(Some(m.exposure)),
            format!("{:.0}", m.costs_paid),
        ]);
    }
    let happened = happened.iter().map(|note| match note {
        // A word in capitals stands for itself.
        CurveNote::WipedOut { .. } => format!("  {note}"),
        _ => format!("  Note: {note}"),
    });
    let notes = happened.chain(notes.iter().map(|note| format!("  Note: {note}")));
    table.render() + &notes.map(|note| wrapped(&note) + "\n").collect::<String>()
}

/// The mean alone.
fn mean(figure: Option<&Measured>, format: impl Fn(f64) -> String) -> String {
    figure.map_or("n/a".into(), |figure| format(figure.mean))
}

/// Mean, and the spread over seeds where there are several. `format` gets the value and the mean, whose digits
/// both follow.
fn measured(figure: Option<&Measured>, format: impl Fn(f64, f64) -> String) -> String {
    match figure {
        None => "n/a".into(),
        Some(Measured { mean, by_seed, .. }) if by_seed.len() == 1 => format(*mean, *mean),
        Some(Measured { mean, std, .. }) => {
            format!("{} ± {}", format(*mean, *mean), format(*std, *mean).trim_start_matches('+'))
        }
    }
}

fn percent(x: Option<f64>) -> String {
    x.map_or("n/a".into(), |x| {
        let text = format!("{:.1}%", x * 100.0);
        // What rounds to nothing has no sign.
        if text == "-0.0%" { "0.0%".into() } else { text }
    })
}

/// As many decimals as give `scale` four significant digits.
pub fn significant(x: f64, scale: f64) -> String {
    let digits = if scale == 0.0 { 3 } else { (3 - scale.abs().log10().floor() as i32).clamp(0, 9) };
    format!("{x:.*}", digits as usize)
}

fn small(p: f64) -> String {
    if p < 0.001 { "< 0.001".into() } else { format!("= {p:.3}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_break_even_cost_is_a_plain_sentence() {
        let found = |cost_bp, reason| break_even_text(&BreakEven { cost_bp, reason, equity: Vec::new() });
        assert!(found(Some(12.34), None).starts_with("Break-even cost: 12.3 basis points a side;"));
        assert!(found(None, Some(NoBreakEven::NoEdgeAtZeroCost)).contains("even if trading were free"));
        assert!(found(None, Some(NoBreakEven::AboveAtHighestCost)).contains("none up to 1000 basis points"));
    }

    #[test]
    fn prose_wraps_at_the_width_and_keeps_its_indent() {
        let text = wrapped_to(&format!("  {}", "word ".repeat(60)), 80);
        assert!(text.lines().all(|line| line.starts_with("  word") && line.chars().count() <= 80), "{text}");
        assert_eq!(text.split_whitespace().count(), 60);
    }
}
