//! Dates that stand in a file more than once.

use crate::adjustment::Link;
use crate::bad_row::{BadKind, BadRow};
use crate::bar_row::{BarRow, Fault};
use crate::layout::Layout;

/// Good rows by date, one a day, and every row that is not among them, by line.
pub(crate) fn settle(
    mut rows: Vec<BarRow>,
    faults: Vec<Fault>,
    links: &mut [Link],
    layout: Layout,
) -> (Vec<BarRow>, Vec<BadRow>) {
    let mut dropped: Vec<BadRow> = faults.into_iter().map(|fault| fault.row).collect();
    rows.sort_by_key(|row| (row.date, row.line));
    let mut kept = Vec::with_capacity(rows.len());
    for day in rows.chunk_by(|a, b| a.date == b.date) {
        let first = &day[0];
        let conflicting = day.iter().any(|row| !row.same_bar(first));
        if !conflicting {
            kept.push(*first);
        }
        let (kind, twins) = match conflicting {
            true => (BadKind::ConflictingDuplicate, day),
            false => (BadKind::IdenticalDuplicate, &day[1..]),
        };
        for row in twins {
            // The other line that an editor should look at.
            let other = if row.line == first.line { &day[1] } else { first };
            let how = if conflicting { "with other numbers" } else { "with the same numbers" };
            dropped.push(BadRow {
                line: row.line,
                column: layout.names().date.to_owned(),
                kind,
                expected: "each date once".to_owned(),
                found: format!("{} also on line {} {how}", row.date, other.line),
            });
        }
    }
    dropped.sort_by_key(|row| row.line);
    for link in links {
        link.kept = link.kept && dropped.binary_search_by_key(&link.line, |row| row.line).is_err();
    }
    (kept, dropped)
}
