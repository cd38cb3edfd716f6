//! What trading may cost before holding is as good.

use super::Money;
use crate::report::html::{Align, Table, fill, hint, paragraph, subheading};
use crate::report::number::{fixed, money as amount, signed_percent};
use tidegate_market::{BreakEven, HIGHEST_COST_BP, NoBreakEven};

/// The cost in one sentence, and the equity at some costs.
pub(crate) fn break_even(money: &Money<'_>, found: &BreakEven) -> String {
    let (words, own) = (money.words, money.own);
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
        format!("<div class=\"half\">{}</div>\n", table.html()),
        hint(own.break_even_hint),
    ]
    .concat()
}
