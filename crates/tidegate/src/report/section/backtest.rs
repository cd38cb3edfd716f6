//! What the money did: four curves, their drawdowns, every figure, orders and trades.

use crate::report::chart::{Charts, Figure, axis, date_axis};
use crate::report::html::{Align, Table, escape, fill, hint, paragraph, section, subheading};
use crate::report::number::{self, money, optional, percent, signed_percent};
use crate::report::palette::Curve;
use crate::report::remarks::{rule_fact, rule_note};
use crate::report::run_dir::{EquityRow, Run, TradeRow};
use crate::report::section::verdict::{remarks, starting_cash};
use crate::report::wording::Words;
use crate::summary::Curves;
use serde_json::json;
use tidegate_market::{CurveMetrics, TradeDate, drawdown};

/// Trades shown from each end.
const TRADES: usize = 20;

pub(crate) fn backtest(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let body = [
        paragraph(words.backtest_intro),
        curves(run, words, charts),
        metrics(run, words),
        signals(run, words, charts),
        subheading(words.orders),
        orders(run, words),
        costs(run, words),
        trades(run, words),
    ]
    .concat();
    section("backtest", words.backtest, &body)
}

impl Curve {
    fn equity(self, row: &EquityRow) -> f64 {
        match self {
            Curve::Executable => row.executable,
            Curve::BuyAndHold => row.buy_and_hold,
            Curve::AsShown => row.as_shown,
            Curve::Market => row.market,
        }
    }

    fn metrics(self, curves: &Curves) -> &CurveMetrics {
        match self {
            Curve::Executable => &curves.executable,
            Curve::BuyAndHold => &curves.buy_and_hold,
            Curve::AsShown => &curves.as_shown,
            Curve::Market => &curves.market,
        }
    }

    fn name(self, words: &Words) -> &'static str {
        match self {
            Curve::Executable => words.curve_executable,
            Curve::BuyAndHold => words.curve_buy_and_hold,
            Curve::AsShown => words.curve_as_shown,
            Curve::Market => words.curve_market,
        }
    }
}

fn curves(run: &Run, words: &Words, charts: &mut Charts) -> String {
    let dates: Vec<TradeDate> = run.equity.iter().map(|row| row.date).collect();
    charts.dates("equity.date", &dates);
    let mut data = Vec::new();
    // What counts is drawn last, on top.
    for curve in Curve::ALL.into_iter().rev() {
        let equity: Vec<f64> = run.equity.iter().map(|row| curve.equity(row)).collect();
        let cash = starting_cash(run).or_else(|| equity.first().copied()).filter(|cash| *cash > 0.0);
        let gained = equity.iter().map(|x| cash.map(|cash| x / cash - 1.0));
        let gained = charts.numbers(&format!("equity.{}", curve.key()), gained);
        let fallen = drawdown(&equity).into_iter().map(Some);
        let fallen = charts.numbers(&format!("drawdown.{}", curve.key()), fallen);
        let (color, dash, width) = curve.line();
        let line = json!({"color": color, "dash": dash, "width": width});
        data.push(json!({
            "type": "scatter", "mode": "lines", "name": curve.name(words), "legendgroup": curve.key(),
            "x": "@equity.date", "y": gained, "line": line, "hovertemplate": "%{y:+.1%}",
        }));
        data.push(json!({
            "type": "scatter", "mode": "lines", "name": words.drawdown, "legendgroup": curve.key(),
            "x": "@equity.date", "y": fallen, "yaxis": "y2", "showlegend": false,
            "line": {"color": color, "dash": dash, "width": width * 0.7},
            "hovertemplate": format!("%{{y:.1%}}<extra>{} · {}</extra>", curve.name(words), words.drawdown),
        }));
    }
    let mut gain = axis(words.axis_cumulative, ".0%");
    gain["domain"] = json!([0.36, 1.0]);
    gain["zeroline"] = json!(true);
    let mut fall = axis(words.axis_drawdown, ".0%");
    fall["domain"] = json!([0.0, 0.3]);
    fall["nticks"] = json!(5);
    let mut x = date_axis();
    x["anchor"] = json!("y2");
    let figure = Figure {
        id: "chart-equity".to_owned(),
        height: 540,
        label: words.backtest.to_owned(),
        data,
        layout: json!({"xaxis": x, "yaxis": gain, "yaxis2": fall, "legend": {"traceorder": "reversed"}}),
        follow: vec![],
    };
    charts.place(figure, words.curves_caption)
}

fn metrics(run: &Run, words: &Words) -> String {
    let curves = &run.summary.strategy.curves;
    let head = [(words.figure.to_owned(), Align::Text)].into_iter().chain(Curve::ALL.map(|curve| {
        let (color, dash, _) = curve.line();
        let swatch = format!("<span class=\"swatch {dash}\" style=\"color:var(--{})\"></span>", &color[1..]);
        (format!("{swatch}{}", curve.name(words)), Align::Number)
    }));
    let mut table = Table::new(head);
    let mut row = |name: &str, write: &dyn Fn(&CurveMetrics) -> String| {
        let mut cells = vec![name.to_owned()];
        cells.extend(Curve::ALL.map(|curve| write(curve.metrics(curves))));
        table.row(cells);
    };
    row(words.final_equity, &|m| money(m.final_equity));
    row(words.total_return, &|m| signed_percent(m.total_return, 1));
    row(words.cagr, &|m| optional(m.cagr, |x| signed_percent(x, 2)));
    row(words.volatility, &|m| optional(m.volatility, |x| percent(x, 1)));
    row(words.sharpe, &|m| optional(m.sharpe, |x| number::fixed(x, 2)));
    row(words.sortino, &|m| optional(m.sortino, |x| number::fixed(x, 2)));
    row(words.calmar, &|m| optional(m.calmar, |x| number::fixed(x, 2)));
    row(words.max_drawdown, &|m| percent(m.max_drawdown, 1));
    row(words.max_drawdown_days, &|m| number::fixed(m.max_drawdown_days as f64, 0));
    row(words.turnover, &|m| optional(m.turnover, |x| number::fixed(x, 1)));
    row(words.fills, &|m| number::count(m.trades));
    row(words.win_rate, &|m| optional(m.win_rate, |x| percent(x, 1)));
    row(words.exposure, &|m| percent(m.exposure, 1));
    row(words.costs_paid, &|m| money(m.costs_paid));
    [subheading(words.curve_figures), table.html()].concat()
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
    let threshold = run.number_setting("strategy.threshold");
    let shapes: Vec<_> = threshold
        .map(|y| {
            json!({
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y,
                "line": {"color": "$ink", "width": 1, "dash": "dash"},
            })
        })
        .into_iter()
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

fn orders(run: &Run, words: &Words) -> String {
    let strategy = &run.summary.strategy;
    let orders = &strategy.orders;
    let sentence = fill(
        words.orders_sentence,
        &[
            ("rules", words.rules(&strategy.rules)),
            ("placed", &number::count(orders.placed)),
            ("filled", &number::count(orders.filled)),
            ("waited", &number::count(orders.waited)),
            ("too_small", &number::count(orders.nothing_to_trade)),
            ("replaced", &number::count(orders.replaced)),
            ("open", &number::count(orders.unfilled_at_end)),
        ],
    );
    let facts = strategy.facts.iter().map(|fact| rule_fact(fact, run.language));
    let notes = strategy.notes.iter().map(|note| rule_note(*note, run.language));
    let terms = fill(
        words.rules_terms,
        &[
            ("commission", &number::percent(strategy.terms.commission, 3)),
            ("minimum", &number::money(strategy.terms.min_commission)),
            ("slippage", &number::fixed(strategy.terms.slippage_bp, 1)),
            ("fractions", if strategy.terms.fractions { words.yes } else { words.no }),
        ],
    );
    let mut dated = String::new();
    if !strategy.facts.is_empty() {
        dated = [paragraph(words.rules_in_force), remarks(facts)].concat();
    }
    [paragraph(&sentence), paragraph(&terms), dated, remarks(notes)].concat()
}

fn costs(run: &Run, words: &Words) -> String {
    let head = [(words.curve, Align::Text)].into_iter().chain(
        [words.fills, words.traded_value, words.commission, words.stamp_duty, words.other_fees, words.total]
            .map(|name| (name, Align::Number)),
    );
    let mut table = Table::new(head).caption(words.costs);
    for curve in Curve::ALL {
        let rows: Vec<&TradeRow> = of_curve(run, curve).collect();
        if rows.is_empty() {
            continue;
        }
        let sum = |figure: fn(&TradeRow) -> f64| rows.iter().map(|row| figure(row)).sum::<f64>();
        let (commission, duty, other) = (sum(|r| r.commission), sum(|r| r.stamp_duty), sum(|r| r.other_fees));
        let mut cells = vec![curve.name(words).to_owned(), number::count(rows.len())];
        let value = sum(|r| r.shares.abs() * r.price);
        cells.extend([value, commission, duty, other, commission + duty + other].map(money));
        table.row(cells);
    }
    [table.html(), hint(words.costs_hint)].concat()
}

fn of_curve(run: &Run, curve: Curve) -> impl Iterator<Item = &TradeRow> {
    run.trades.iter().filter(move |row| row.curve == curve.key())
}

fn trades(run: &Run, words: &Words) -> String {
    trade_tables(&run.trades, words)
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
