//! Sharpe ratio and volatility over a moving window: what the one figure of the table hides.

use super::Money;
use crate::report::chart::{Charts, Figure, axis, date_axis};
use crate::report::html::{fill, paragraph, subheading};
use crate::report::number;
use crate::report::palette::Curve;
use serde_json::json;
use tidegate_market::{ROLLING_WINDOW, rolling_sharpe, rolling_volatility};

/// Curves worth comparing day by day.
const SHOWN: [Curve; 2] = [Curve::BuyAndHold, Curve::Executable];

/// Rolling Sharpe ratio above, rolling volatility below; needs the column `equity.date`.
pub(crate) fn rolling(money: &Money<'_>, charts: &mut Charts) -> String {
    let (words, own) = (money.words, money.own);
    let window = number::count(ROLLING_WINDOW);
    let heading = subheading(&fill(own.rolling, &[("n", &window)]));
    if money.equity.len() <= ROLLING_WINDOW + 1 {
        return [heading, paragraph(&fill(own.rolling_too_short, &[("n", &window)]))].concat();
    }
    let mut data = Vec::new();
    for curve in SHOWN {
        let equity = money.equity_of(curve);
        let sharpe = rolling_sharpe(&equity, ROLLING_WINDOW);
        let sharpe = charts.numbers(&format!("rolling.sharpe.{}", curve.key()), sharpe);
        let volatility = rolling_volatility(&equity, ROLLING_WINDOW);
        let volatility = charts.numbers(&format!("rolling.volatility.{}", curve.key()), volatility);
        let (color, dash, width) = curve.line();
        let line = json!({"color": color, "dash": dash, "width": width});
        data.push(json!({
            "type": "scatter", "mode": "lines", "name": curve.label(words), "legendgroup": curve.key(),
            "x": "@equity.date", "y": sharpe, "line": line, "connectgaps": false, "hovertemplate": "%{y:.2f}",
        }));
        data.push(json!({
            "type": "scatter", "mode": "lines", "name": words.volatility, "legendgroup": curve.key(),
            "x": "@equity.date", "y": volatility, "yaxis": "y2", "showlegend": false, "connectgaps": false,
            "line": {"color": color, "dash": dash, "width": width * 0.7},
            "hovertemplate": format!("%{{y:.1%}}<extra>{} · {}</extra>", curve.label(words), words.volatility),
        }));
    }
    let mut sharpe = axis(words.sharpe, ".1f");
    sharpe["domain"] = json!([0.44, 1.0]);
    sharpe["zeroline"] = json!(true);
    sharpe["hoverformat"] = json!(".2f");
    let mut volatility = axis(words.volatility, ".2~%");
    volatility["domain"] = json!([0.0, 0.36]);
    volatility["rangemode"] = json!("tozero");
    volatility["nticks"] = json!(5);
    let mut x = date_axis();
    x["anchor"] = json!("y2");
    let figure = Figure {
        id: "chart-rolling".to_owned(),
        height: 420,
        label: own.rolling_label.to_owned(),
        data,
        layout: json!({"xaxis": x, "yaxis": sharpe, "yaxis2": volatility, "legend": {"traceorder": "reversed"}}),
        follow: vec![],
    };
    [heading, charts.place(figure, &fill(own.rolling_caption, &[("n", &window)]))].concat()
}
