//! What dropping a row does to the rows around it.

use crate::test_data::{TUSHARE, YAHOO, dropping, read, refusal};
use tidegate_data::{BadKind, Loaded, read_bars_from};

fn load(text: &str) -> Loaded {
    read_bars_from(text.as_bytes(), "bars.csv", &dropping()).unwrap()
}

/// The table with its rows in the reverse order.
fn newest_first(table: &str) -> String {
    let mut lines: Vec<&str> = table.lines().collect();
    lines[1..].reverse();
    lines.join("\n")
}

#[test]
fn the_factor_follows_the_reference_price() {
    let bars = load(TUSHARE).bars;
    assert_eq!(bars.factor, [1.0, 1.0, 1.1, 1.1, 1.1]);
    assert_eq!(bars.volume[0], 100_050.0);
    assert_eq!(bars.amount.unwrap()[0], 1_020_750.0);
    let yahoo = load(YAHOO).bars;
    assert!(yahoo.factor.iter().zip([1.0, 1.0, 10.0 / 9.0]).all(|(a, b)| (a - b).abs() < 1e-12));
}

#[test]
fn a_dropped_row_makes_no_ex_day_of_the_price_move_over_it() {
    // Without the row of the 27th, close(26th) = 10.2 meets pre_close(28th) = 10.1.
    for broken in [TUSHARE.replace("20240627,10.2", "20240627,x"), TUSHARE.replace("20240627", "2024-06-31")]
    {
        for table in [broken.clone(), newest_first(&broken)] {
            let Loaded { bars, dropped, notes, .. } = load(&table);
            assert_eq!((bars.len(), dropped.len()), (4, 1));
            assert_eq!(bars.factor, [1.0, 1.0, 1.1, 1.1]);
            assert!(
                notes.len() == 1 && notes[0].to_string().contains("between 2024-06-26 and 2024-06-28"),
                "{notes:?}"
            );
        }
    }
}

#[test]
fn dropping_the_first_or_the_last_row_breaks_nothing() {
    let first = load(&TUSHARE.replace("20240624,10,", "20240624,x,"));
    assert_eq!((first.bars.factor, first.notes.len()), (vec![1.0, 1.1, 1.1, 1.1], 0));
    let last = load(&TUSHARE.replace("20240628,10.1,", "20240628,x,"));
    assert_eq!((last.bars.factor, last.notes.len()), (vec![1.0, 1.0, 1.1, 1.1], 0));
}

#[test]
fn a_row_without_a_readable_date_in_a_shuffled_file_is_warned_about() {
    let lines: Vec<&str> = TUSHARE.lines().collect();
    let broken = lines[4].replace("20240627", "yesterday");
    let table = [lines[0], lines[5], lines[1], &broken, lines[3], lines[2]].join("\n");
    let Loaded { notes, .. } = load(&table);
    assert!(notes.len() == 1 && notes[0].to_string().contains("not in order of dates"), "{notes:?}");
}

#[test]
fn identical_rows_are_kept_once_and_conflicting_ones_not_at_all() {
    let row = TUSHARE.lines().nth(4).unwrap();
    let identical = load(&format!("{TUSHARE}{row}\n"));
    assert_eq!((identical.bars.len(), identical.dropped.len(), identical.notes.len()), (5, 1, 0));
    assert_eq!((identical.dropped[0].line, identical.dropped[0].kind), (7, BadKind::IdenticalDuplicate));
    assert_eq!(identical.bars.factor, [1.0, 1.0, 1.1, 1.1, 1.1]);

    let other = row.replace("10.1,10.2,-0.1", "10.2,10.2,0");
    let conflicting = load(&format!("{TUSHARE}{other}\n"));
    assert_eq!((conflicting.bars.len(), conflicting.dropped.len()), (4, 2));
    assert!(conflicting.dropped.iter().all(|bad| bad.kind == BadKind::ConflictingDuplicate));
    assert_eq!(conflicting.dropped[0].found, "2024-06-27 also on line 7 with other numbers");
    assert_eq!(conflicting.dropped[1].found, "2024-06-27 also on line 5 with other numbers");
    assert_eq!(conflicting.bars.factor, [1.0, 1.0, 1.1, 1.1]);
    assert!(conflicting.notes[0].to_string().contains("between 2024-06-26 and 2024-06-28"));
}

#[test]
fn a_bad_row_beside_a_good_one_of_its_date_leaves_no_hole() {
    let row = TUSHARE.lines().nth(4).unwrap().replace("10.3,10,", "9,10,");
    let Loaded { bars, dropped, notes, .. } = load(&format!("{TUSHARE}{row}\n"));
    assert_eq!((bars.len(), dropped[0].kind, notes.len()), (5, BadKind::HighBelowLow, 0));
    assert_eq!(bars.factor, [1.0, 1.0, 1.1, 1.1, 1.1]);
}

#[test]
fn a_file_of_bad_rows_only_is_refused_even_when_dropping() {
    let header = YAHOO.lines().next().unwrap();
    let table = format!("{header}\n2024-06-24,null,null,null,null,null,null\n");
    let message = refusal(read_bars_from(table.as_bytes(), "bars.csv", &dropping()));
    assert!(
        message.contains("no bar is left: all 1 rows are bad, the first: line 2, column Open"),
        "{message}"
    );
}

#[test]
fn a_long_list_of_bad_rows_is_cut_and_counted() {
    let header = YAHOO.lines().next().unwrap();
    let rows: String = (1..=28).map(|d| format!("2024-02-{d:02},null,null,null,null,null,null\n")).collect();
    let message = refusal(read(&format!("{header}\n{rows}")));
    assert!(
        message.starts_with("bars.csv: 28 of 28 rows are no bars\n  bars.csv:2: column Open"),
        "{message}"
    );
    assert!(message.contains("bars.csv:11:") && !message.contains("bars.csv:12:"), "{message}");
    assert!(message.contains("and 18 more") && message.ends_with("list them in the report"), "{message}");
}
