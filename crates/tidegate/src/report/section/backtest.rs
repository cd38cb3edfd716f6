//! What the money did: four curves, their drawdowns, every figure, orders and trades.

use crate::report::chart::{Charts, Figure, axis, date_axis};
use crate::report::html::{Align, Table, escape, fill, hint, paragraph, section, subheading};
use crate::report::money::rules::{self, Rules};
use crate::report::money::wording::money_words_of;
use crate::report::money::{
    Money, break_even, costs, equity, figures, heat_map, orders, price_chart, rolling,
};
use crate::report::number;
use crate::report::palette::Curve;
use crate::report::run_dir::{Run, TradeRow};
use crate::report::section::verdict::starting_cash;
use crate::report::wording::Words;
use serde_json::json;
use tidegate_market::TradeDate;

/// Trades shown from each end.
const TRADES: usize = 20;

pub(crate) fn backtest(run: &Run, words: &'static Words, charts: &mut Charts) -> String {
    let strategy = &run.summary.strategy;
    let own = money_words_of(run.language);
    let money = Money {
        bars: &run.bars,
        equity: &run.equity,
        trades: &run.trades,
        blocked: &run.blocked,
        // The cash stands in the resolved experiment; a file that lost it is judged from its first equity.
        cash: starting_cash(run).or(run.equity.first().map(|row| row.executable)).unwrap_or(0.0),
        curves: &strategy.curves,
        notes: &strategy.curve_notes,
        fill: strategy.terms.fill,
        orders: &strategy.orders,
        words,
        own,
    };
    let break_even = strategy.break_even.as_ref();
    let body = [
        paragraph(words.backtest_intro),
        equity::equity(&money, charts),
        heat_map::heat_map(&money),
        rolling::rolling(&money, charts),
        figures::figures(&money),
        break_even.map_or_else(String::new, |found| break_even::break_even(&money, found, charts)),
        signals(run, words, charts),
        price_chart::price_chart(&money, charts),
        orders::orders(&money),
        rules(run, words),
        costs::costs(&money),
        trade_tables(&run.trades, words),
    ]
    .concat();
    section("backtest", words.backtest, &body)
}

/// The probability behind each decision and the position taken on it.
fn signals(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let rows: Vec<_> = run.signals.iter().filter(|row| row.part.as_deref() == Some("test")).collect();
    if rows.is_empty() {
        return String::new();
    }
    let dates: Vec<TradeDate> = rows.iter().map(|row| row.date).collect();
    let x = charts.dates("signals.date", &dates);
    let probability = charts.numbers("signals.probability", rows.iter().map(|row| row.probability));
    let position = charts.numbers("signals.position", rows.iter().map(|row| row.position));
    // Entry and exit where the rule has them; each is the threshold where it is left out.
    let level = |key| run.number_setting(key).or_else(|| run.number_setting("strategy.threshold"));
    let mut levels = vec![level("strategy.entry"), level("strategy.exit")];
    levels.dedup();
    let shapes: Vec<_> = levels
        .into_iter()
        .flatten()
        .map(|y| {
            json!({
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y,
                "line": {"color": "$ink", "width": 1, "dash": "dash"},
            })
        })
        .collect();
    let mut up = axis(words.axis_probability, ".0%");
    up["domain"] = json!([0.34, 1.0]);
    let mut held = axis(words.axis_position, ".0%");
    held["domain"] = json!([0.0, 0.24]);
    held["nticks"] = json!(3);
    let mut along = date_axis();
    along["anchor"] = json!("y2");
    let figure = Figure {
        id: "chart-signals".to_owned(),
        height: 330,
        label: words.signals.to_owned(),
        data: vec![
            json!({
                "type": "scatter", "mode": "lines", "name": words.axis_probability, "x": x, "y": probability,
                "line": {"color": "$series3", "width": 1}, "showlegend": false, "hovertemplate": "%{y:.1%}",
            }),
            json!({
                "type": "scatter", "mode": "lines", "name": words.axis_position, "x": x, "y": position,
                "yaxis": "y2", "line": {"color": "$series0", "width": 1, "shape": "hv"}, "fill": "tozeroy",
                "fillcolor": "$series0/35", "showlegend": false, "hovertemplate": "%{y:.0%}",
            }),
        ],
        layout: json!({"xaxis": along, "yaxis": up, "yaxis2": held, "shapes": shapes}),
        follow: vec![],
    };
    [subheading(words.signals), charts.place(figure, words.signals_caption)].concat()
}

/// Terms and dated rules of the orders.
fn rules(run: &Run, words: &'static Words) -> String {
    let strategy = &run.summary.strategy;
    let rule_file = run.setting("market.rule_file").and_then(toml::Value::as_str);
    rules::rules(&Rules {
        language: run.language,
        words,
        own: money_words_of(run.language),
        rules: &strategy.rules,
        rule_file: rule_file.map(str::to_owned),
        terms: &strategy.terms,
        facts: &strategy.facts,
        notes: &strategy.notes,
        curve_notes: &strategy.curve_notes,
    })
}

/// The first and last fills of `executable`.
pub(crate) fn trade_tables(trades: &[TradeRow], words: &Words) -> String {
    let rows: Vec<&TradeRow> = trades.iter().filter(|row| row.curve == Curve::Executable.key()).collect();
    let heading = subheading(&fill(words.trades_heading, &[("n", &number::count(rows.len()))]));
    if rows.is_empty() {
        return [heading, paragraph(words.trades_none)].concat();
    }
    if rows.len() <= 2 * TRADES {
        return [heading, trade_table(&rows, words.trades_all, words)].concat();
    }
    let n = number::count(TRADES);
    let first = fill(words.trades_first, &[("n", &n)]);
    let last = fill(words.trades_last, &[("n", &n)]);
    [
        heading,
        hint(words.trades_hint),
        trade_table(&rows[..TRADES], &first, words),
        trade_table(&rows[rows.len() - TRADES..], &last, words),
    ]
    .concat()
}

fn trade_table(rows: &[&TradeRow], caption: &str, words: &Words) -> String {
    let head = [(words.date, Align::Text), (words.side, Align::Text)]
        .into_iter()
        .chain(
            [
                words.shares,
                words.price,
                words.traded_value,
                words.commission,
                words.stamp_duty,
                words.other_fees,
            ]
            .map(|name| (name, Align::Number)),
        )
        .chain([(words.reason, Align::Text)]);
    let mut table = Table::new(head).caption(caption);
    for row in rows {
        // Fractions of a share arise from reinvested dividends and where the market allows them.
        let decimals = if row.shares.fract() == 0.0 { 0 } else { 3 };
        table.row(vec![
            row.date.to_string(),
            words.side(&row.side).map_or_else(|| escape(&row.side), str::to_owned),
            number::fixed(row.shares, decimals),
            number::price(row.price),
            number::fixed(row.shares.abs() * row.price, 2),
            number::fixed(row.commission, 2),
            number::fixed(row.stamp_duty, 2),
            number::fixed(row.other_fees, 2),
            words.reason(&row.reason).map_or_else(|| escape(&row.reason), str::to_owned),
        ]);
    }
    table.html()
}
