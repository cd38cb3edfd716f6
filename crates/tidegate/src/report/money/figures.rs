//! Every figure of every curve, the naive ones beside the one that counts.

use super::Money;
use crate::report::html::{Align, Table, subheading};
use crate::report::number::{self, fixed, money as amount, optional, percent, signed_percent};
use crate::report::palette::Curve;
use tidegate_market::CurveMetrics;

/// The table.
pub(crate) fn figures(money: &Money<'_>) -> String {
    let (words, own) = (money.words, money.own);
    let head = [(words.figure.to_owned(), Align::Text)]
        .into_iter()
        .chain(Curve::ALL.map(|curve| (curve.head(words), Align::Number)));
    let mut table = Table::new(head);
    let group = |table: &mut Table, name: &str| {
        let mut cells = vec![name.to_owned()];
        cells.resize(1 + Curve::ALL.len(), String::new());
        table.row_of_class("group", cells);
    };
    let row = |table: &mut Table, name: &str, write: &dyn Fn(&CurveMetrics) -> String| {
        let mut cells = vec![name.to_owned()];
        cells.extend(Curve::ALL.map(|curve| write(curve.of_curves(money.curves))));
        table.row(cells);
    };
    let t = &mut table;
    group(t, own.group_return);
    row(t, words.final_equity, &|m| amount(m.final_equity));
    row(t, words.total_return, &|m| signed_percent(m.total_return, 1));
    row(t, words.cagr, &|m| optional(m.cagr, |x| signed_percent(x, 2)));
    group(t, own.group_risk);
    row(t, words.volatility, &|m| optional(m.volatility, |x| percent(x, 1)));
    row(t, words.max_drawdown, &|m| percent(m.max_drawdown, 1));
    row(t, words.max_drawdown_days, &|m| fixed(m.max_drawdown_days as f64, 0));
    row(t, own.var, &|m| optional(m.var_95, |x| percent(x, 2)));
    row(t, own.cvar, &|m| optional(m.cvar_95, |x| percent(x, 2)));
    row(t, own.skew, &|m| optional(m.skew, |x| fixed(x, 2)));
    row(t, own.tail_ratio, &|m| optional(m.tail_ratio, |x| fixed(x, 2)));
    group(t, own.group_ratio);
    row(t, words.sharpe, &|m| optional(m.sharpe, |x| fixed(x, 2)));
    row(t, words.sortino, &|m| optional(m.sortino, |x| fixed(x, 2)));
    row(t, words.calmar, &|m| optional(m.calmar, |x| fixed(x, 2)));
    row(t, own.alpha, &|m| optional(m.alpha, |x| signed_percent(x, 2)));
    row(t, own.beta, &|m| optional(m.beta, |x| fixed(x, 2)));
    row(t, own.information_ratio, &|m| optional(m.information_ratio, |x| fixed(x, 2)));
    group(t, own.group_trading);
    row(t, words.fills, &|m| number::count(m.trades));
    row(t, own.round_trips, &|m| number::count(m.round_trips));
    row(t, words.win_rate, &|m| optional(m.win_rate, |x| percent(x, 1)));
    row(t, own.profit_factor, &|m| optional(m.profit_factor, |x| fixed(x, 2)));
    row(t, own.average_win, &|m| optional(m.average_win, amount));
    row(t, own.average_loss, &|m| optional(m.average_loss, amount));
    row(t, own.expectancy, &|m| optional(m.expectancy, amount));
    row(t, words.turnover, &|m| optional(m.turnover, |x| fixed(x, 1)));
    row(t, words.exposure, &|m| percent(m.exposure, 1));
    row(t, words.costs_paid, &|m| amount(m.costs_paid));
    [subheading(words.curve_figures), table.html()].concat()
}
