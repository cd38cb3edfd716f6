//! Rows into the order of dates, and dates that stand in a file more than once.

use super::bad_row::{BadKind, BadRow};
use super::bar_columns::BarColumns;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use tidegate_market::TradeDate;

/// What putting the rows in order has shown.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// Rows that are not kept with their dates, by line.
    pub dropped: Vec<(TradeDate, BadRow)>,
    /// Such rows that are counted only, because there are too many.
    pub unlisted: BTreeMap<BadKind, usize>,
    /// Dates that are not kept at all, because their rows contradict each other.
    pub lost: Vec<TradeDate>,
    /// Rows stood neither oldest nor newest first.
    pub unsorted: bool,
}

/// Puts good rows in the order of dates, one a day. Of rows that say the same the first is kept, of rows that contradict
/// each other none: nothing says which is right. At most `most` rows are listed.
pub(crate) fn settle(bars: &mut BarColumns, date_column: &str, most: usize) -> Settled {
    let in_order = |order: Ordering| bars.date.windows(2).all(|pair| pair[0].cmp(&pair[1]) == order);
    if in_order(Ordering::Less) {
        return Settled::default();
    }
    if in_order(Ordering::Greater) {
        bars.reverse();
        return Settled::default();
    }
    let mut settled = Settled { unsorted: is_unsorted(&bars.date), ..Settled::default() };
    // Lines are u32, so their count is too.
    let mut order: Vec<u32> = (0..bars.len() as u32).collect();
    order.sort_by_key(|i| (bars.date[*i as usize], bars.line[*i as usize]));
    let mut kept = Vec::with_capacity(order.len());
    for day in order.chunk_by(|a, b| bars.date[*a as usize] == bars.date[*b as usize]) {
        let first = day[0] as usize;
        let conflicting = day.iter().any(|row| !bars.same_bar(*row as usize, first));
        let (kind, twins) = match conflicting {
            true => (BadKind::ConflictingDuplicate, day),
            false => (BadKind::IdenticalDuplicate, &day[1..]),
        };
        if conflicting {
            settled.lost.push(bars.date[first]);
        } else {
            kept.push(day[0]);
        }
        for row in twins {
            let row = *row as usize;
            if settled.dropped.len() >= most {
                *settled.unlisted.entry(kind).or_default() += 1;
                continue;
            }
            // The other line that an editor should look at.
            let other = if row == first { day[1] as usize } else { first };
            let how = if conflicting { "with other numbers" } else { "with the same numbers" };
            let bad = BadRow {
                line: bars.line[row].into(),
                column: date_column.to_owned(),
                kind,
                expected: "each date once".to_owned(),
                found: format!("{} also on line {} {how}", bars.date[row], bars.line[other]),
            };
            settled.dropped.push((bars.date[row], bad));
        }
    }
    settled.dropped.sort_by_key(|(_, row)| row.line);
    bars.take(&kept);
    settled
}

fn is_unsorted(dates: &[TradeDate]) -> bool {
    let never = |order: Ordering| dates.windows(2).all(|pair| pair[0].cmp(&pair[1]) != order);
    !never(Ordering::Greater) && !never(Ordering::Less)
}
