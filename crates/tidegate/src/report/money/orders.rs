//! What became of the orders, and what stood in their way.

use super::Money;
use crate::report::html::{Align, Table, hint, subheading};
use crate::report::number::{self, optional, percent};

/// Two small tables: outcomes, and obstacles by cause.
pub(crate) fn orders(money: &Money<'_>) -> String {
    let own = money.own;
    let orders = money.orders;
    let share = |n: usize| match orders.placed {
        0 => number::NOT_AVAILABLE.to_owned(),
        placed => percent(n as f64 / placed as f64, 1),
    };
    let head = [(own.outcome, Align::Text), (own.number, Align::Number), (own.share, Align::Number)];
    let mut table = Table::new(head).caption(own.outcomes);
    // The usual fates always, the rare ones where there were any.
    for (name, count, always) in [
        (own.order_filled, orders.filled, true),
        (own.order_cut_short, orders.cut_short, false),
        (own.order_too_small, orders.too_small, true),
        (own.order_nothing, orders.nothing_to_trade, false),
        (own.order_replaced, orders.replaced, true),
        (own.order_dropped, orders.dropped, true),
        (own.order_open, orders.unfilled_at_end, true),
        (own.order_untried, orders.untried_at_end, false),
    ] {
        if always || count > 0 {
            table.row(vec![name.to_owned(), number::count(count), share(count)]);
        }
    }
    table.row_of_class(
        "count",
        vec![own.order_placed.to_owned(), number::count(orders.placed), share(orders.placed)],
    );
    table.row_of_class(
        "quiet",
        vec![own.order_waited.to_owned(), number::count(orders.waited), share(orders.waited)],
    );
    table.row_of_class(
        "quiet",
        vec![own.order_part_filled.to_owned(), number::count(orders.part_filled), share(orders.part_filled)],
    );
    if orders.unfilled_share.is_some() {
        let share = optional(orders.unfilled_share, |x| percent(x, 1));
        table.row_of_class("quiet", vec![own.order_unfilled_share.to_owned(), String::new(), share]);
    }
    let mut obstacles = String::new();
    if !money.blocked.is_empty() {
        let head = [(own.obstacle, Align::Text), (own.bars, Align::Number)];
        let mut table = Table::new(head).caption(own.obstacles);
        for cause in ["price_limit", "no_trading", "bought_today", "volume_cap"] {
            let bars = money.blocked.iter().filter(|row| row.cause == cause).count();
            if bars > 0 {
                table.row(vec![own.cause(cause).into_owned(), number::count(bars)]);
            }
        }
        obstacles = table.html();
    }
    let tables = format!("<div class=\"grid\"><div>{}</div><div>{obstacles}</div></div>\n", table.html());
    [subheading(money.words.orders), tables, hint(own.orders_hint)].concat()
}
