//! A search's results as text: what came out, the best trials beside the naive answer, what mattered.

use crate::summary_text;
use crate::table::Table;
use std::fmt::Write;
use tidegate::summary::Measured;
use tidegate::tune::{Gain, Group, Outcome, TrialSummary, TuneSummary};

/// Trials in the table.
const SHOWN: usize = 10;

/// Everything worth a look in the terminal.
pub fn of(summary: &TuneSummary) -> String {
    let mut text = heading(summary);
    let _ = write!(text, "\n{}\n", result(summary));
    let _ = write!(text, "\n{}", table(summary));
    for trial in &summary.trials {
        if let Outcome::Failed { seed, reason } = &trial.outcome {
            let _ = writeln!(text, "  Trial {} failed with seed {seed}: {reason}", trial.trial);
        }
    }
    let _ = write!(text, "\n{}", importance(summary));
    text += "\nThe best of many trials looks better than it is. The test part was not looked at.\n";
    text
}

/// Every error with the decimals that give the lowest one four digits.
fn error(summary: &TuneSummary, error: f64) -> String {
    summary_text::significant(error, summary.best_trial().outcome.error().unwrap_or(error))
}

fn heading(summary: &TuneSummary) -> String {
    let TuneSummary { data, scored, model, seeds, .. } = summary;
    let mut text =
        format!("Tuning {model} on {}: {} bars, {} to {}", data.symbol, data.rows, data.first, data.last);
    if let Some(synthetic) = &data.synthetic {
        let _ = write!(text, "  (SYNTHETIC: the built-in {} sample market, no real stock)", synthetic.kind);
    }
    let _ = write!(
        text,
        "\n{} trials beside the untuned experiment, {} seeds each; validation {} over {} samples, {} to {}, in {}",
        summary.trials.len() - 1,
        seeds.len(),
        summary.metric_name(),
        scored.samples,
        scored.first,
        scored.last,
        summary.unit
    );
    if scored.left_out > 0 {
        let _ = write!(
            text,
            "\nNote: {} validation samples are left out for all trials, because the longest windows do not reach them",
            scored.left_out
        );
    }
    text + "\n"
}

fn result(summary: &TuneSummary) -> String {
    let best = summary.best_trial();
    let lowest = best.outcome.error().map_or("n/a".into(), |x| error(summary, x));
    let metric = summary.metric_name();
    let mut text = match summary.gain() {
        Gain::None => format!(
            "RESULT: no trial was better on validation than the experiment as it stands ({metric} {lowest})."
        ),
        Gain::UntunedFailed => {
            format!(
                "RESULT: best is trial {}, {metric} {lowest}; the experiment as it stands failed.",
                best.trial
            )
        }
        Gain::Over { gain, within_seeds } => {
            let untuned = summary.trials[0].outcome.error().unwrap_or(f64::NAN);
            let mut text = format!(
                "RESULT: best is trial {}, {metric} {lowest} against {} untuned ({:.1}% lower).",
                best.trial,
                error(summary, untuned),
                100.0 * gain / untuned
            );
            if within_seeds {
                text += " That is less than the spread over seeds: the two are not told apart.";
            }
            text
        }
    };
    if let (Some(persistence), Some(lowest)) = (summary.persistence, best.outcome.error())
        && persistence < lowest
    {
        let _ = write!(
            text,
            "\nPersistence (tomorrow equals today) has {metric} {}, lower than every trial: no setting tried here beats doing nothing.",
            error(summary, persistence)
        );
    }
    text
}

fn table(summary: &TuneSummary) -> String {
    let mut head = vec!["trial".to_owned(), format!("valid {}", summary.metric_name()), "parameters".into()];
    head.extend(summary.keys.iter().cloned());
    let mut table = Table::new(head);
    let ranking = summary.ranking();
    let untuned = ranking.iter().position(|trial| trial.trial == 0);
    let blank = |name: &str, figure: String| {
        let mut row = vec![name.to_owned(), figure, String::new()];
        row.extend(summary.keys.iter().map(|_| String::new()));
        row
    };
    for trial in ranking.iter().take(SHOWN) {
        table.row(trial_row(summary, trial));
    }
    match untuned {
        Some(place) if place >= SHOWN => table.row(trial_row(summary, &summary.trials[0])),
        Some(_) => {}
        None => table.row(blank("0 untuned", "failed".into())),
    }
    table.row(blank("persistence", summary.persistence.map_or("n/a".into(), |x| error(summary, x))));
    let mut text = table.render();
    if ranking.len() > SHOWN {
        let _ = writeln!(text, "  ... {} trials in all; trials.csv has every one", summary.trials.len());
    }
    text
}

fn trial_row(summary: &TuneSummary, trial: &TrialSummary) -> Vec<String> {
    let name = if trial.trial == 0 { "0 untuned".into() } else { trial.trial.to_string() };
    let mut row = vec![name];
    match &trial.outcome {
        Outcome::Done { valid, parameters, .. } => {
            row.extend([figure(summary, valid), parameters.to_string()])
        }
        Outcome::Failed { .. } => row.extend(["failed".into(), String::new()]),
    }
    row.extend(summary.keys.iter().map(|key| trial.value_text(key).unwrap_or_else(|| "-".into())));
    row
}

fn importance(summary: &TuneSummary) -> String {
    let metric = summary.metric_name();
    let mut text =
        "What mattered: share of the variance of ln(error) that a key explains alone (ε²)\n".to_owned();
    let mut table = Table::new([
        "key".to_owned(),
        "share".into(),
        "best value".into(),
        format!("mean {metric} there"),
        format!("mean {metric} at worst"),
    ]);
    for found in &summary.importance {
        let by_mean = |a: &&Group, b: &&Group| a.mean.total_cmp(&b.mean);
        let (low, high) = (found.groups.iter().min_by(by_mean), found.groups.iter().max_by(by_mean));
        let mean = |group: Option<&Group>| group.map_or("n/a".into(), |group| error(summary, group.mean));
        table.row([
            found.key.clone(),
            found.share.map_or("n/a".into(), |share| format!("{:.0}%", 100.0 * share)),
            low.map_or("n/a".into(), |group| group.value.clone()),
            mean(low),
            mean(high),
        ]);
    }
    text += &table.render();
    text
}

fn figure(summary: &TuneSummary, valid: &Measured) -> String {
    if valid.by_seed.len() == 1 {
        error(summary, valid.mean)
    } else {
        format!("{} ± {}", error(summary, valid.mean), error(summary, valid.std))
    }
}
