//! A prediction as text: what to do first, then why.

use crate::summary_text::{significant, wrapped};
use crate::table::Table;
use std::fmt::Write;
use tidegate::predict::{ForecastOfDay, PlannedOrderLine, Prediction};
use tidegate_market::Fill;

/// Everything worth a look in the terminal.
pub fn of(prediction: &Prediction) -> String {
    let bars = &prediction.bars;
    let newer = match bars.newer {
        0 => "none newer than the run's".to_owned(),
        1 => "1 newer than the run's".to_owned(),
        n => format!("{n} newer than the run's"),
    };
    let mut text = format!(
        "{}: {}, the trading day after {} (bars of {}, {newer})\n",
        prediction.symbol, prediction.next_trading_day.date, bars.last, bars.source
    );
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
                fill(order.fill).to_owned(),
                allowed(order),
            ]);
        }
        text += &table.render();
        for order in &prediction.orders {
            let _ = writeln!(text, "{}", wrapped(&format!("  Reason: {}.", order.reason)));
        }
    }
    let limits = &prediction.limits;
    if let (true, Some(down), Some(up)) = (prediction.orders.is_empty(), limits.down, limits.up) {
        let _ =
            writeln!(text, "  Prices allowed on {}: {down:.2} to {up:.2}.", prediction.next_trading_day.date);
    }
    let account = &prediction.account;
    let whose = if account.of == "run" { "Account of the run" } else { "Account given" };
    let _ = writeln!(
        text,
        "  {whose}: cash {:.2}, {} shares, worth {:.2} at the last close of {}.",
        account.cash,
        plain(account.shares),
        account.equity,
        significant(prediction.forecast.last_close, prediction.forecast.last_close)
    );
    text
}

fn fill(fill: Fill) -> &'static str {
    match fill {
        Fill::NextOpen => "next open",
        Fill::NextClose => "next close",
        Fill::NextVwap => "next average price",
        Fill::SameClose => "same close",
    }
}

fn allowed(order: &PlannedOrderLine) -> String {
    match (order.limit_down, order.limit_up) {
        (Some(down), Some(up)) => format!("{down:.2} to {up:.2}"),
        _ => "any".into(),
    }
}

fn signal(prediction: &Prediction) -> String {
    let signal = &prediction.signal;
    let seeds: Vec<String> =
        signal.by_seed.iter().map(|seed| format!("{:.1} %", seed.forecast * 100.0)).collect();
    let text = format!(
        "SIGNAL: {} gives a rise {:.1} % ± {:.1} ({} by seed; up above {:.1} %): target {:.0} %, before {:.0} %.",
        signal.model,
        signal.probability * 100.0,
        signal.std * 100.0,
        seeds.join(", "),
        signal.threshold * 100.0,
        signal.position * 100.0,
        signal.previous_position * 100.0
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
