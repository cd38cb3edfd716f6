//! What may differ between files without a bar differing.

use crate::test_data::{TUSHARE, YAHOO, read};
use proptest::prelude::*;
use proptest::sample::Index;

/// A table rewritten: rows and columns permuted, with what programs add.
#[derive(Clone, Debug)]
struct Spelling {
    rows: Vec<Index>,
    columns: Vec<Index>,
    index_column: bool,
    byte_order_mark: bool,
    crlf: bool,
    last_line_end: bool,
    quotes: bool,
    other_dates: bool,
    blank_lines: bool,
}

fn spelling() -> impl Strategy<Value = Spelling> {
    let order = || prop::collection::vec(any::<Index>(), 12);
    (order(), order(), any::<[bool; 7]>()).prop_map(|(rows, columns, flags)| Spelling {
        rows,
        columns,
        index_column: flags[0],
        byte_order_mark: flags[1],
        crlf: flags[2],
        last_line_end: flags[3],
        quotes: flags[4],
        other_dates: flags[5],
        blank_lines: flags[6],
    })
}

fn shuffle<T>(items: &mut [T], order: &[Index]) {
    for i in (1..items.len()).rev() {
        items.swap(i, order[i % order.len()].index(i + 1));
    }
}

fn rewrite(table: &str, spelling: &Spelling) -> String {
    let mut rows: Vec<Vec<String>> =
        table.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    for (i, row) in rows.iter_mut().enumerate() {
        if spelling.other_dates && i > 0 {
            for cell in row.iter_mut() {
                if cell.len() == 8 && cell.starts_with("2024") {
                    *cell = format!("{}-{}-{}", &cell[..4], &cell[4..6], &cell[6..]);
                } else if cell.starts_with("2024-") {
                    *cell = cell.replace('-', "");
                }
            }
        }
        shuffle(row, &spelling.columns);
        if spelling.quotes {
            row.iter_mut().for_each(|cell| *cell = format!("\"{cell}\""));
        }
        if spelling.index_column {
            row.insert(0, if i == 0 { String::new() } else { (i - 1).to_string() });
        }
    }
    shuffle(&mut rows[1..], &spelling.rows);
    let end = if spelling.crlf { "\r\n" } else { "\n" };
    let between = if spelling.blank_lines { end.repeat(2) } else { end.to_owned() };
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    let mark = if spelling.byte_order_mark { "\u{feff}" } else { "" };
    format!("{mark}{}{}", lines.join(&between), if spelling.last_line_end { end } else { "" })
}

proptest! {
    #[test]
    fn spelling_and_order_of_a_table_do_not_change_its_bars(spelling in spelling()) {
        for table in [TUSHARE, YAHOO] {
            let plain = read(table).unwrap();
            let rewritten = rewrite(table, &spelling);
            let loaded = read(&rewritten).unwrap();
            prop_assert_eq!(&loaded.bars, &plain.bars, "{}", rewritten);
            prop_assert_eq!((loaded.layout, loaded.rows_read, loaded.notes.len()), (plain.layout, 5, 0));
        }
    }
}

#[test]
fn a_midnight_stamp_behind_the_date_is_no_matter() {
    let stamped = YAHOO.replace("2024-06-24,", "2024-06-24 00:00:00-04:00,");
    assert_eq!(read(&stamped).unwrap().bars, read(YAHOO).unwrap().bars);
}

#[test]
fn other_bytes_of_the_same_bars_have_another_hash() {
    let (plain, ended) = (read(YAHOO).unwrap(), read(&YAHOO.replace('\n', "\r\n")).unwrap());
    assert_eq!(plain.bars, ended.bars);
    assert_ne!(plain.sha256, ended.sha256);
}
