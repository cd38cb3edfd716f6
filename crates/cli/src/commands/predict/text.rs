//! A prediction as text: what to do first, then why.

use crate::summary_text::{fill_words, significant, wrapped};
use crate::table::Table;
use std::fmt::Write;
use tidegate::predict::{ForecastOfDay, OrderReason, PlannedOrderLine, Prediction};
use tidegate_market::TargetUnit;

/// Everything worth a look in the terminal.
pub fn of(prediction: &Prediction) -> String {
    let bars = &prediction.bars;
    let newer = match bars.newer {
        0 => "none newer than the run's".to_owned(),
        1 => "1 newer than the run's".to_owned(),
        n => format!("{n} newer than the run's"),
    };
    let mut text = wrapped(&format!(
        "{}: {}, the trading day after {} (bars of {}, {newer})",
        prediction.symbol, prediction.next_trading_day.date, bars.last, bars.source
    )) + "\n";
    let _ = write!(text, "\n{}", orders(prediction));
    let _ = write!(text, "\n{}", signal(prediction));
    let _ = write!(text, "\n{}", forecasts(&prediction.forecast));
    let notes: String =
        prediction.notes.iter().map(|note| wrapped(&format!("Note: {note}")) + "\n").collect();
    let _ = write!(text, "\n{notes}");
    text
}

fn orders(prediction: &Prediction) -> String {
    let mut text = String::new();
    if prediction.orders.is_empty() {
        let why = prediction.no_order.map_or_else(String::new, |why| format!(": {why}"));
        let _ = writeln!(text, "ORDERS: none{why}.");
    } else {
        let _ = writeln!(text, "ORDERS for {}", prediction.next_trading_day.date);
        let mut table = Table::new(["symbol", "side", "shares", "lots", "value", "fill", "allowed prices"]);
        for order in &prediction.orders {
            table.row([
                order.symbol.clone(),
                order.side.as_str().to_owned(),
                plain(order.shares),
                order.lots.map_or("-".into(), plain),
                format!("{:.2}", order.value),
                fill_words(order.fill).to_owned(),
                allowed(order),
            ]);
        }
        text += &table.render();
        for order in &prediction.orders {
            let reason = reason(order.reason, prediction.signal.unit);
            let _ = writeln!(text, "{}", wrapped(&format!("  Reason: {reason}.")));
        }
    }
    let limits = &prediction.limits;
    if let (true, Some(down), Some(up)) = (prediction.orders.is_empty(), limits.down, limits.up) {
        let day = prediction.next_trading_day.date;
        let _ = writeln!(text, "  Prices allowed on {day}: {} to {}.", quoted(down), quoted(up));
    }
    let account = &prediction.account;
    let whose = if account.of == "run" { "Account of the run" } else { "Account given" };
    let account = format!(
        "  {whose}: cash {:.2}, {} shares, worth {:.2} at the last close of {}.",
        account.cash,
        plain(account.shares),
        account.equity,
        quoted(prediction.forecast.last_close)
    );
    text + &wrapped(&account) + "\n"
}

/// A price as quoted: two decimals, more where there are more.
fn quoted(price: f64) -> String {
    let shortest = price.to_string();
    let decimals = shortest.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals < 2 { format!("{price:.2}") } else { shortest }
}

/// A target in its unit.
fn target(target: f64, unit: TargetUnit) -> String {
    match unit {
        TargetUnit::Equity => {
            let percent = format!("{:.1}", target * 100.0);
            format!("{} %", percent.trim_end_matches('0').trim_end_matches('.'))
        }
        TargetUnit::Shares(shares) => format!("{} shares", plain(target * shares)),
    }
}

fn reason(reason: OrderReason, unit: TargetUnit) -> String {
    match reason {
        OrderReason::TargetChanged { from, to } => {
            format!("target changed from {} to {}", target(from, unit), target(to, unit))
        }
        OrderReason::StillWaiting { to } => {
            format!("an earlier order for {} has not filled yet", target(to, unit))
        }
        OrderReason::AccountDiffers { to } => {
            format!("the holding given is not on the side of the target of {}", target(to, unit))
        }
    }
}

fn allowed(order: &PlannedOrderLine) -> String {
    match (order.limit_down, order.limit_up) {
        (Some(down), Some(up)) => format!("{} to {}", quoted(down), quoted(up)),
        _ => "any".into(),
    }
}

fn signal(prediction: &Prediction) -> String {
    let signal = &prediction.signal;
    let seeds: Vec<String> =
        signal.by_seed.iter().map(|seed| format!("{:.1} %", seed.forecast * 100.0)).collect();
    let text = format!(
        "SIGNAL: {} gives a rise {:.1} % ± {:.1} ({} by seed; up above {:.1} %): target {}, before {}.",
        signal.model,
        signal.probability * 100.0,
        signal.std * 100.0,
        seeds.join(", "),
        signal.threshold * 100.0,
        target(signal.position, signal.unit),
        target(signal.previous_position, signal.unit)
    );
    wrapped(&text) + "\n"
}

fn forecasts(forecast: &ForecastOfDay) -> String {
    let mut text = format!(
        "Forecast of {} on {} in {}: mean over seeds, ± its std\n",
        forecast.target, forecast.target_day.date, forecast.unit
    );
    let mut table = Table::new(["model", "forecast", "close as quoted", "change", "by seed"]);
    for model in &forecast.models {
        let several = model.by_seed.len() > 1;
        let spread =
            if several { format!(" ± {}", significant(model.std, model.mean)) } else { String::new() };
        let seeds: Vec<String> =
            model.by_seed.iter().map(|seed| significant(seed.forecast, model.mean)).collect();
        let change = model.close.map(|close| (close / forecast.last_close - 1.0) * 100.0);
        table.row([
            model.name.clone(),
            format!("{}{spread}", significant(model.mean, model.mean)),
            model.close.map_or("n/a".into(), |close| significant(close, forecast.last_close)),
            change.map_or("n/a".into(), |change| format!("{change:+.2}%")),
            if several { seeds.join("  ") } else { String::new() },
        ]);
    }
    text += &table.render();
    text
}

/// Whole numbers without decimals, others with three.
fn plain(x: f64) -> String {
    if x.fract() == 0.0 { format!("{x:.0}") } else { format!("{x:.3}") }
}
