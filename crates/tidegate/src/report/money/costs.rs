//! What trading cost, by kind.

use super::Money;
use crate::report::html::{Align, Table, hint};
use crate::report::number::{self, money as amount, percent};
use crate::report::palette::Curve;

/// One row per curve that traded.
pub(crate) fn costs(money: &Money<'_>) -> String {
    let (words, own) = (money.words, money.own);
    let numbers = [
        words.fills,
        words.commission,
        words.stamp_duty,
        words.other_fees,
        own.borrowing,
        words.total,
        own.of_cash,
        own.slippage,
    ];
    let head = [(words.curve, Align::Text)].into_iter().chain(numbers.map(|name| (name, Align::Number)));
    let mut table = Table::new(head).caption(words.costs);
    for curve in Curve::ALL {
        let figures = curve.of_curves(money.curves);
        if figures.trades == 0 {
            continue;
        }
        let costs = figures.costs;
        let mut cells = vec![curve.label(words).to_owned(), number::count(figures.trades)];
        let kinds =
            [costs.commission, costs.stamp_duty, costs.other_fees, costs.borrowing, figures.costs_paid];
        cells.extend(kinds.map(amount));
        cells.push(if money.cash > 0.0 {
            percent(figures.costs_paid / money.cash, 2)
        } else {
            String::new()
        });
        cells.push(amount(costs.slippage));
        table.row(cells);
    }
    [table.html(), hint(own.costs_hint)].concat()
}
