//! The curves and how far below their peaks they were.

use super::Money;
use crate::report::chart::{Charts, Figure, axis, date_axis};
use crate::report::palette::Curve;
use serde_json::json;
use tidegate_market::{TradeDate, drawdown};

/// Cumulative return above, drawdown below. Stores the column `equity.date` that other pieces draw along.
pub(crate) fn equity(money: &Money<'_>, charts: &mut Charts) -> String {
    let words = money.words;
    let dates: Vec<TradeDate> = money.equity.iter().map(|row| row.date).collect();
    charts.dates("equity.date", &dates);
    let mut data = Vec::new();
    // What counts is drawn last, on top.
    for curve in Curve::ALL.into_iter().rev() {
        let equity = money.equity_of(curve);
        let gained = equity.iter().map(|x| (money.cash > 0.0).then(|| x / money.cash - 1.0));
        let gained = charts.numbers(&format!("equity.{}", curve.key()), gained);
        let fallen = drawdown(&equity).into_iter().map(Some);
        let fallen = charts.numbers(&format!("drawdown.{}", curve.key()), fallen);
        let (color, dash, width) = curve.line();
        let line = json!({"color": color, "dash": dash, "width": width});
        data.push(json!({
            "type": "scatter", "mode": "lines", "name": curve.label(words), "legendgroup": curve.key(),
            "x": "@equity.date", "y": gained, "line": line, "hovertemplate": "%{y:+.1%}",
        }));
        data.push(json!({
            "type": "scatter", "mode": "lines", "name": words.drawdown, "legendgroup": curve.key(),
            "x": "@equity.date", "y": fallen, "yaxis": "y2", "showlegend": false,
            "line": {"color": color, "dash": dash, "width": width * 0.7},
            "hovertemplate": format!("%{{y:.1%}}<extra>{} · {}</extra>", curve.label(words), words.drawdown),
        }));
    }
    let mut gain = axis(words.axis_cumulative, ".2~%");
    gain["domain"] = json!([0.36, 1.0]);
    gain["zeroline"] = json!(true);
    let mut fall = axis(words.axis_drawdown, ".2~%");
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
    charts.place(figure, money.own.curves_caption)
}
