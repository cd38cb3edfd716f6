//! What trading may cost before holding is as good.

use super::Money;
use crate::report::chart::{Charts, Figure, axis, number as point};
use crate::report::html::{Align, Table, fill, hint, paragraph, subheading};
use crate::report::number::{fixed, money as amount, signed_percent};
use crate::report::palette::Curve;
use serde_json::json;
use tidegate_market::{BreakEven, EquityAtCost, HIGHEST_COST_BP, NoBreakEven};

/// The cost in one sentence, and the equity at some costs as chart and table.
pub(crate) fn break_even(money: &Money<'_>, found: &BreakEven, charts: &mut Charts) -> String {
    let (words, own) = (money.words, money.own);
    if money.notes.iter().any(|note| note.leaves_nothing_to_compare()) {
        return [subheading(own.break_even), paragraph(own.break_even_nothing)].concat();
    }
    let sentence = match (found.cost_bp, found.reason) {
        (Some(cost), _) => fill(own.break_even_at, &[("cost", &fixed(cost, 1))]),
        (None, Some(NoBreakEven::AboveAtHighestCost)) => {
            fill(own.break_even_above, &[("cost", &fixed(HIGHEST_COST_BP, 0))])
        }
        (None, _) => own.break_even_none.to_owned(),
    };
    let head = [
        (own.cost_bp, Align::Number),
        (words.curve_executable, Align::Number),
        (words.curve_buy_and_hold, Align::Number),
        (own.excess, Align::Number),
    ];
    let mut table = Table::new(head);
    for at in &found.equity {
        let excess = (at.strategy - at.buy_and_hold) / money.cash;
        table.row(vec![
            fixed(at.cost_bp, 0),
            amount(at.strategy),
            amount(at.buy_and_hold),
            signed_percent(excess, 1),
        ]);
    }
    [
        subheading(own.break_even),
        paragraph(&sentence),
        chart(money, found, charts),
        format!("<div class=\"half\">{}</div>\n", table.html()),
        hint(own.break_even_hint),
    ]
    .concat()
}

/// Total return against the cost of a fill, with the break-even cost where it lies among them.
fn chart(money: &Money<'_>, found: &BreakEven, charts: &mut Charts) -> String {
    let (words, own) = (money.words, money.own);
    let costs: Vec<f64> = found.equity.iter().map(|at| at.cost_bp).collect();
    let line = |curve: Curve, equity: fn(&EquityAtCost) -> f64| {
        let (color, dash, width) = curve.line();
        let gained: Vec<_> =
            found.equity.iter().map(|at| point(Some(equity(at) / money.cash - 1.0))).collect();
        json!({
            "type": "scatter", "mode": "lines+markers", "name": curve.label(words), "x": costs, "y": gained,
            "line": {"color": color, "dash": dash, "width": width}, "marker": {"color": color, "size": 7},
            "hovertemplate": "%{x} bp: %{y:+.1%}",
        })
    };
    let highest = costs.last().copied().unwrap_or(0.0);
    let shapes: Vec<_> = found
        .cost_bp
        .filter(|cost| *cost <= highest)
        .map(|cost| {
            json!({
                "type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": cost, "x1": cost,
                "line": {"color": "$ink", "width": 1, "dash": "dash"},
            })
        })
        .into_iter()
        .collect();
    let figure = Figure {
        id: "chart-cost".to_owned(),
        height: 280,
        label: own.break_even.to_owned(),
        data: vec![line(Curve::BuyAndHold, |at| at.buy_and_hold), line(Curve::Executable, |at| at.strategy)],
        layout: json!({
            "xaxis": axis(own.cost_bp, "~f"),
            "yaxis": axis(words.total_return, ".2~%"),
            "shapes": shapes,
            "legend": {"traceorder": "reversed"},
            "hovermode": "closest",
        }),
        follow: vec![],
    };
    charts.place(figure, own.cost_caption)
}
