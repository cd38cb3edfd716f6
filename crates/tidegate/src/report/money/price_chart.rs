//! Where the trades lie on the price, and where an order met nobody.

use super::Money;
use crate::report::chart::{Charts, Figure, axis, date_axis, number as point, padded_range};
use crate::report::html::{escape, subheading};
use crate::report::number;
use crate::report::palette::Curve;
use crate::report::run_dir::{BlockedRow, TradeRow};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tidegate_market::{Fill, TradeDate};

/// Bars seen before the reader zooms, where there are too many fills to tell apart.
const FIRST_VIEW: usize = 500;
/// So many fills can be told apart at once.
const DISTINCT: usize = 200;

/// The adjusted close with the fills of `executable` and its orders that could not fill.
pub(crate) fn price_chart(money: &Money<'_>, charts: &mut Charts) -> String {
    let (words, own) = (money.words, money.own);
    let Some(first) = money.equity.first() else { return String::new() };
    let start = money.bars.date.partition_point(|day| *day < first.date);
    let bars = money.bars.slice(start..money.bars.len());
    let hfq = bars.hfq();
    let x = charts.dates("price.date", &bars.date);
    let close = charts.numbers("price.close", hfq.close.iter().copied().map(Some));
    let quoted: Vec<Value> = bars.close.iter().map(|price| json!(number::price(*price))).collect();
    let mut data = vec![json!({
        "type": "scatter", "mode": "lines", "name": own.close, "x": x, "y": close, "customdata": quoted,
        "line": {"color": "$muted", "width": 1.2},
        "hovertemplate": format!("%{{y:,.2f}} · {} %{{customdata}}", escape(own.quoted)),
    })];
    let factor_on = |day: TradeDate| bars.date.binary_search(&day).ok().map(|at| bars.factor[at]);
    let trades = || money.trades.iter().filter(|row| row.curve == Curve::Executable.key());
    let marks = |side: &str, symbol: &str, color: &str, name: &str| {
        let rows: Vec<&TradeRow> = trades().filter(|row| row.side == side).collect();
        let text: Vec<String> = rows
            .iter()
            .map(|row| {
                let decimals = if row.shares.fract() == 0.0 { 0 } else { 3 };
                format!("{} × {}", number::fixed(row.shares, decimals), number::price(row.price))
            })
            .collect();
        let y: Vec<Value> =
            rows.iter().map(|row| point(factor_on(row.date).map(|f| row.price * f))).collect();
        json!({
            "type": "scatter", "mode": "markers", "name": name, "y": y, "customdata": text,
            "x": rows.iter().map(|row| row.date.to_string()).collect::<Vec<_>>(),
            "marker": {"symbol": symbol, "size": 9, "color": color, "line": {"color": "$paper", "width": 1}},
            "hovertemplate": "%{customdata}", "cliponaxis": false,
        })
    };
    data.push(marks("buy", "triangle-up", "$series0", own.buys));
    data.push(marks("sell", "triangle-down", "$series1", own.sells));
    // A bar that filled a part of an order shows the part.
    let filled: BTreeSet<TradeDate> = trades().map(|row| row.date).collect();
    let met_nobody = |row: &&BlockedRow| factor_on(row.date).is_some() && !filled.contains(&row.date);
    let rows: Vec<_> = money.blocked.iter().filter(met_nobody).collect();
    if !rows.is_empty() {
        let y = rows.iter().map(|row| {
            let at = bars.date.binary_search(&row.date).unwrap_or_default();
            point(Some(if money.fill == Fill::NextOpen { hfq.open[at] } else { hfq.close[at] }))
        });
        let text = rows.iter().map(|row| {
            let side = words.side(&row.side).map_or_else(|| escape(&row.side), str::to_owned);
            format!("{side}: {}", own.cause(&row.cause))
        });
        data.push(json!({
            "type": "scatter", "mode": "markers", "name": own.blocked, "y": y.collect::<Vec<_>>(),
            "customdata": text.collect::<Vec<_>>(),
            "x": rows.iter().map(|row| row.date.to_string()).collect::<Vec<_>>(),
            "marker": {"symbol": "x", "size": 8, "color": "$series3", "line": {"color": "$paper", "width": 1}},
            "hovertemplate": "%{customdata}", "cliponaxis": false,
        }));
    }
    let view = if trades().count() > DISTINCT { bars.len().saturating_sub(FIRST_VIEW) } else { 0 };
    let mut along = date_axis();
    along["rangeslider"] = json!({
        "visible": true, "thickness": 0.1, "bgcolor": "$card", "yaxis": {"rangemode": "auto"},
    });
    if let (Some(from), Some(to)) = (bars.date.get(view), bars.date.last()) {
        along["range"] = json!([from, to.next_day()]);
    }
    let mut price = axis(words.axis_price_hfq, ",~f");
    price["hoverformat"] = json!(",.2f");
    if let Some(range) = padded_range(hfq.close[view..].iter().copied()) {
        price["range"] = json!(range.map(|limit| point(Some(limit))));
    }
    let figure = Figure {
        id: "chart-trades".to_owned(),
        height: 480,
        label: own.trades_label.to_owned(),
        data,
        layout: json!({"xaxis": along, "yaxis": price, "hovermode": "closest"}),
        follow: vec!["y"],
    };
    [subheading(own.trades_on_price), charts.place(figure, own.trades_caption)].concat()
}
