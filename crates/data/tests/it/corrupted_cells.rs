//! Any single damaged cell is reported with its line and column.

use crate::test_data::{TUSHARE, YAHOO, read};
use proptest::prelude::*;
use proptest::sample::Index;
use tidegate_data::{BadKind, DataError};

/// The table with the cell of `row` (0 is the first below the header) and `column` replaced.
fn with_cell(table: &str, row: usize, column: &str, text: &str) -> String {
    let header: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let place = header.iter().position(|name| *name == column).unwrap();
    let lines = table.lines().enumerate().map(|(i, line)| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if i == row + 1 {
            cells[place] = text;
        }
        cells.join(",") + "\n"
    });
    lines.collect()
}

/// The one bad row of a refused table: line, column, kind.
fn fault(table: &str) -> (u64, String, BadKind) {
    match read(table) {
        Err(DataError::BadRows { rows, .. }) if rows.len() == 1 => {
            (rows[0].line, rows[0].column.clone(), rows[0].kind)
        }
        other => panic!("expected one bad row, found {other:?}\n{table}"),
    }
}

const TUSHARE_NUMBERS: [&str; 7] = ["open", "high", "low", "close", "pre_close", "vol", "amount"];
const YAHOO_NUMBERS: [&str; 6] = ["Open", "High", "Low", "Close", "Adj Close", "Volume"];

proptest! {
    #[test]
    fn letters_in_a_number_are_reported_where_they_stand(
        row in 0_usize..5, column in any::<Index>(), junk in "[a-zA-Z?#/]{1,5}", quote in any::<bool>(),
    ) {
        let junk = if quote { format!("\"{junk}") } else { junk };
        for (table, names) in [(TUSHARE, &TUSHARE_NUMBERS[..]), (YAHOO, &YAHOO_NUMBERS[..])] {
            let name = *column.get(names);
            let expected = (row as u64 + 2, name.to_owned(), BadKind::UnparsableCell);
            prop_assert_eq!(fault(&with_cell(table, row, name, &junk)), expected);
        }
    }

    #[test]
    fn a_price_of_zero_or_below_is_reported_where_it_stands(row in 0_usize..5, column in 0_usize..5, minus in any::<bool>()) {
        let price = if minus { "-1.5" } else { "0" };
        for (table, names) in [(TUSHARE, &TUSHARE_NUMBERS[..]), (YAHOO, &YAHOO_NUMBERS[..])] {
            let expected = (row as u64 + 2, names[column].to_owned(), BadKind::NonPositivePrice);
            prop_assert_eq!(fault(&with_cell(table, row, names[column], price)), expected);
        }
    }
}

#[test]
fn each_fault_has_its_kind_line_and_column() {
    let yahoo = |column: &str, text: &str| fault(&with_cell(YAHOO, 2, column, text));
    let expect = |column: &str, kind| (4, column.to_owned(), kind);
    assert_eq!(yahoo("Date", "2024-06-31"), expect("Date", BadKind::BadDate));
    assert_eq!(yahoo("Date", ""), expect("Date", BadKind::BadDate));
    assert_eq!(yahoo("Open", "null"), expect("Open", BadKind::UnparsableCell));
    assert_eq!(yahoo("Open", "NaN"), expect("Open", BadKind::UnparsableCell));
    assert_eq!(yahoo("Open", "inf"), expect("Open", BadKind::UnparsableCell));
    assert_eq!(yahoo("Open", "1,0.4"), expect("row", BadKind::WrongCellCount));
    assert_eq!(yahoo("High", "9.5"), expect("High", BadKind::HighBelowLow));
    assert_eq!(yahoo("High", "10.1"), expect("Close", BadKind::CloseOutsideRange));
    assert_eq!(yahoo("Open", "9.7"), expect("Open", BadKind::OpenOutsideRange));
    assert_eq!(yahoo("Close", "10.5"), expect("Close", BadKind::CloseOutsideRange));
    assert_eq!(yahoo("Volume", "-3"), expect("Volume", BadKind::NegativeVolume));
    let amount = fault(&with_cell(TUSHARE, 0, "amount", "-0.1"));
    assert_eq!(amount, (2, "amount".to_owned(), BadKind::NegativeVolume));
}

#[test]
fn a_row_cut_short_is_reported_as_such_and_not_as_another_symbol() {
    for table in [TUSHARE, YAHOO] {
        let row = table.lines().nth(3).unwrap();
        for cut in 1..row.len() - 8 {
            let short = table.replace(row, &row[cut..]);
            if row[..cut].contains(',') {
                assert_eq!(fault(&short), (4, "row".to_owned(), BadKind::WrongCellCount), "{short}");
            }
        }
        assert_eq!(fault(&table.replace(row, "x")), (4, "row".to_owned(), BadKind::WrongCellCount));
    }
}

#[test]
fn a_repeated_date_is_reported_on_both_lines() {
    let table = with_cell(YAHOO, 2, "Date", "2024-06-28");
    let Err(DataError::BadRows { rows, .. }) = read(&table) else { panic!("a date stands twice") };
    let places: Vec<_> = rows.iter().map(|row| (row.line, row.kind)).collect();
    assert_eq!(places, [(4, BadKind::ConflictingDuplicate), (6, BadKind::ConflictingDuplicate)]);
}

#[test]
fn one_unit_of_the_last_printed_decimal_is_no_fault() {
    assert!(read(&with_cell(YAHOO, 2, "Open", "10.400001")).is_ok());
    assert_eq!(fault(&with_cell(YAHOO, 2, "Open", "10.400020")).2, BadKind::OpenOutsideRange);
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let table = with_cell(YAHOO, 2, "Close", "x").replace('\n', "\r\n\r\n");
    assert_eq!(fault(&table), (7, "Close".to_owned(), BadKind::UnparsableCell));
}
