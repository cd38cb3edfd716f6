//! Returns of calendar months as a table whose cells are shaded, with the year at the end of each row.

use super::Money;
use crate::report::html::{hint, subheading};
use crate::report::number::{NOT_AVAILABLE, signed_percent};
use std::fmt::Write;
use tidegate_market::PeriodReturns;

/// A return of this size has the full shade.
const FULL: f64 = 0.15;

/// The months of `executable`.
pub(crate) fn heat_map(money: &Money<'_>) -> String {
    let returns = &money.curves.executable.returns;
    if returns.months.is_empty() {
        return String::new();
    }
    [subheading(money.own.months), table(returns, money), hint(money.own.months_hint)].concat()
}

fn table(returns: &PeriodReturns, money: &Money<'_>) -> String {
    let own = money.own;
    let mut out = String::from("<div class=\"scroll\"><table class=\"heat\"><thead><tr>");
    let _ = write!(out, "<th scope=\"col\">{}</th>", own.year);
    for month in own.month_names.split(' ') {
        let _ = write!(out, "<th scope=\"col\" class=\"n\">{month}</th>");
    }
    let _ = write!(out, "<th scope=\"col\" class=\"n year\">{}</th></tr></thead><tbody>", own.whole_year);
    // After the last defined return (an account that was wiped out has none) no row says anything.
    let told = returns.years.iter().rposition(|year| year.value.is_some());
    let months = returns.months.iter().filter(|month| month.value.is_some()).map(|month| month.year);
    let last = told.map(|at| returns.years[at].year).into_iter().chain(months).max();
    for year in returns.years.iter().filter(|year| last.is_none_or(|last| year.year <= last)) {
        let _ = write!(out, "<tr><th scope=\"row\">{}</th>", year.year);
        for month in 1..=12 {
            let of_month = returns.months.iter().find(|m| m.year == year.year && m.month == month);
            match of_month {
                Some(of_month) => out.push_str(&cell(of_month.value, "n")),
                None => out.push_str("<td></td>"),
            }
        }
        out.push_str(&cell(year.value, "n year"));
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
    out
}

/// Gains in one colour, losses in the other; both tell by their sign too.
fn cell(value: Option<f64>, class: &str) -> String {
    let Some(value) = value else { return format!("<td class=\"{class}\">{NOT_AVAILABLE}</td>") };
    let shade = 70.0 * (value.abs() / FULL).min(1.0).sqrt();
    let color = if value < 0.0 { "series1" } else { "series0" };
    let text = signed_percent(value, 1);
    if value == 0.0 {
        // A month out of the market.
        return format!("<td class=\"{class} idle\">{text}</td>");
    }
    format!(
        "<td class=\"{class}\" style=\"background:color-mix(in srgb, var(--{color}) {shade:.0}%, transparent)\">{text}</td>"
    )
}
