//! Cells of a line: split at the separator, quotes and spaces off, "nothing here" recognised.

use std::borrow::Cow;

/// Splits a line into cells. A cell that begins with a quote ends at the closing quote where the line has one, so that
/// `"2,780.64"` is one cell; a stray quote damages its own cell and nothing else. From the `most`-th on, everything is
/// one cell: a line of separators must not cost more memory than it is worth.
pub(crate) fn split<'a>(line: &'a [u8], separator: u8, most: usize, cells: &mut Vec<&'a [u8]>) {
    cells.clear();
    let mut quotes = line.contains(&b'"');
    let mut start = 0;
    loop {
        let rest = &line[start..];
        if cells.len() + 1 >= most {
            cells.push(rest);
            return;
        }
        if quotes && rest.trim_ascii_start().first() == Some(&b'"') {
            match quoted_end(rest, separator) {
                Some(end) => {
                    cells.push(&rest[..end]);
                    start += end + 1;
                    if start > line.len() {
                        return;
                    }
                    continue;
                }
                // What does not close here closes nowhere further on; this also keeps the search linear.
                None => quotes = false,
            }
        }
        match rest.iter().position(|b| *b == separator) {
            Some(end) => {
                cells.push(&rest[..end]);
                start += end + 1;
            }
            None => {
                cells.push(rest);
                return;
            }
        }
    }
}

/// Where the cell ends whose first character other than a space is a quote: past the closing quote and its spaces.
fn quoted_end(cell: &[u8], separator: u8) -> Option<usize> {
    let open = cell.iter().position(|b| *b == b'"')?;
    let mut i = open + 1;
    while i < cell.len() {
        if cell[i] != b'"' {
            i += 1;
            continue;
        }
        if cell.get(i + 1) == Some(&b'"') {
            i += 2;
            continue;
        }
        let spaces = cell[i + 1..].iter().take_while(|b| matches!(b, b' ' | b'\r')).count();
        let end = i + 1 + spaces;
        if end == cell.len() || cell[end] == separator {
            return Some(end);
        }
        i += 1;
    }
    None
}

/// The cell without surrounding spaces and, inside them, one pair of double quotes.
pub(crate) fn bare(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    match cell {
        [b'"', inner @ .., b'"'] => inner.trim_ascii(),
        _ => cell,
    }
}

/// The bare cell as text.
pub(crate) fn text(cell: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bare(cell))
}

/// Whether the cell says "nothing here", in the spellings of Yahoo, pandas and spreadsheets.
pub(crate) fn is_null(cell: &[u8]) -> bool {
    if cell.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let cell = bare(cell);
    matches!(cell, b"" | b"-" | b"--")
        || (cell.len() <= 4
            && ["null", "nan", "none", "n/a", "na"].iter().any(|w| cell.eq_ignore_ascii_case(w.as_bytes())))
}

/// A cell as it is shown in a message: quoted, and cut where it is long.
pub(crate) fn shown(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(&cell[..cell.len().min(400)]);
    let text = text.trim();
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("\"{}…\"", &text[..cut]),
        None => format!("\"{text}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> Vec<String> {
        let mut cells = Vec::new();
        split(line.as_bytes(), b',', usize::MAX, &mut cells);
        cells.iter().map(|cell| text(cell).into_owned()).collect()
    }

    #[test]
    fn a_quoted_cell_may_hold_the_separator() {
        assert_eq!(cells("\"2020年4月2日\",\"2,780.64\",\"1.69%\""), ["2020年4月2日", "2,780.64", "1.69%"]);
        assert_eq!(cells("a, \"b,c\" ,d"), ["a", "b,c", "d"]);
        assert_eq!(cells("\"a\"\"b,c\",d"), ["a\"\"b,c", "d"]);
        assert_eq!(cells("\"a\",\"\""), ["a", ""]);
        assert_eq!(cells("a,\"b\"\r"), ["a", "b"]);
    }

    #[test]
    fn a_stray_quote_stays_in_its_cell() {
        assert_eq!(cells("a,\"b,c,d"), ["a", "\"b", "c", "d"]);
        assert_eq!(cells("a,b\",c"), ["a", "b\"", "c"]);
        assert_eq!(cells("\"a,b\"c,d"), ["\"a", "b\"c", "d"]);
    }

    #[test]
    fn empty_cells_are_cells() {
        assert_eq!(cells(""), [""]);
        assert_eq!(cells(",,"), ["", "", ""]);
        assert_eq!(cells("\"\","), ["", ""]);
    }

    #[test]
    fn many_unclosed_quotes_are_split_in_linear_time() {
        let line = "\"a,".repeat(200_000);
        assert_eq!(cells(&line).len(), 200_001);
    }

    #[test]
    fn nothing_has_many_spellings() {
        for nothing in ["", " ", "-", "--", "null", "NaN", "None", "N/A", "\"\"", "\"-\""] {
            assert!(is_null(nothing.as_bytes()), "{nothing}");
        }
        for something in ["0", "-1", "---", "nano", "."] {
            assert!(!is_null(something.as_bytes()), "{something}");
        }
    }

    #[test]
    fn long_cells_are_cut_in_messages() {
        assert_eq!(shown("ü".repeat(100).as_bytes()).chars().count(), 63);
        assert_eq!(shown("ü".repeat(1000).as_bytes()).chars().count(), 63);
    }
}
