//! A run's figures as text: the verdict first, then the tables.

use crate::table::Table;
use std::fmt::Write;
use tidegate::summary::{
    Curves, ErrorSummary, ForecastSummary, Measured, StrategySummary, Summary, VerdictWord,
};
use tidegate_market::RuleNote;

/// Everything worth a look in the terminal.
pub fn of(summary: &Summary) -> String {
    let data = &summary.data;
    let mut text = format!("{}: {} bars, {} to {}", data.symbol, data.rows, data.first, data.last);
    if let Some(synthetic) = &data.synthetic {
        let _ = write!(text, "  (SYNTHETIC: the built-in {} sample market, no real stock)", synthetic.kind);
    }
    if !data.dropped.is_empty() {
        let rows = if data.dropped.len() == 1 { "row was" } else { "rows were" };
        let _ = write!(text, "\n{} bad {rows} dropped; the report lists them", data.dropped.len());
    }
    for note in &data.notes {
        let _ = write!(text, "\nNote: {note}");
    }
    let _ = write!(text, "\n\n{}\n{}\n", verdict(summary), money(&summary.strategy));
    let _ = write!(text, "\n{}", forecast_table(&summary.forecast));
    let _ = write!(text, "\n{}", split_lines(summary));
    let _ = write!(text, "\n{}", classifier_lines(&summary.strategy));
    let _ = write!(text, "\n{}", curve_table(&summary.strategy));
    text
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
        "MONEY: trading the {} classifier came to {} after costs; buying once and holding to {}.",
        strategy.model,
        percent(Some(executable.total_return)),
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
        "Forecast of {} ({steps}, window {}), errors in {}, mean ± std over seeds\n",
        forecast.target, forecast.window, forecast.unit
    );
    let mut table =
        Table::new(["model", "valid RMSE", "test RMSE", "MAE", "MAPE", "R²", "direction", "skill"]);
    for model in &forecast.models {
        let ErrorSummary { rmse, mae, mape, r2, directional_accuracy, skill } = &model.test;
        table.row([
            model.name.clone(),
            measured(model.valid.rmse.as_ref(), significant),
            measured(rmse.as_ref(), significant),
            measured(mae.as_ref(), significant),
            measured(mape.as_ref(), |x, _| format!("{:.2}%", x * 100.0)),
            measured(r2.as_ref(), |x, _| format!("{x:.3}")),
            measured(directional_accuracy.as_ref(), |x, _| format!("{:.1}%", x * 100.0)),
            measured(skill.as_ref(), |x, _| format!("{x:+.3}")),
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
        "Split: {}, {}, {}\n",
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
        measured(test.brier.as_ref(), plain),
        measured(test.precision.as_ref(), share),
        measured(test.recall.as_ref(), share),
        measured(test.f1.as_ref(), plain),
    ]);
    text += &table.render();
    text
}

fn curve_table(strategy: &StrategySummary) -> String {
    let test = &strategy.split.test;
    format!(
        "Money, {} to {}, rules {}. `executable` is the one that counts: decided after a close, filled at the next \
         open, with costs.\n{}",
        test.first,
        test.last,
        strategy.rules,
        curves_text(&strategy.curves, &strategy.notes)
    )
}

/// One line per curve, then the remarks of the rule book.
pub fn curves_text(curves: &Curves, notes: &[RuleNote]) -> String {
    let mut table = Table::new([
        "curve",
        "return",
        "CAGR",
        "volatility",
        "Sharpe",
        "max drawdown",
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
    let notes: String = notes.iter().map(|note| format!("  Note: {note}\n")).collect();
    table.render() + &notes
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
    x.map_or("n/a".into(), |x| format!("{:.1}%", x * 100.0))
}

/// As many decimals as give `scale` four significant digits.
pub fn significant(x: f64, scale: f64) -> String {
    let digits = if scale == 0.0 { 3 } else { (3 - scale.abs().log10().floor() as i32).clamp(0, 9) };
    format!("{x:.*}", digits as usize)
}

fn small(p: f64) -> String {
    if p < 0.001 { "< 0.001".into() } else { format!("= {p:.3}") }
}
