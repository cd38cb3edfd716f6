//! Tables for the terminal: first column left, the others right, aligned by characters.

use crate::width::line_width;

/// Rows of text under a header.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// With this header.
    pub fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Table {
        Table { rows: vec![header.into_iter().map(Into::into).collect()] }
    }

    /// Adds a row.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The lines, indented by two spaces, with a rule under the header; columns stand closer where the terminal is narrow.
    pub fn render(&self) -> String {
        self.within(line_width())
    }

    fn within(&self, line: usize) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |c: usize| {
            self.rows.iter().filter_map(|row| row.get(c)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let wide = 2 + widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1);
        let gap = if wide > line { " " } else { "  " };
        let mut text = String::new();
        for (i, row) in self.rows.iter().enumerate() {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(
                    |(c, (cell, &width))| {
                        if c == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
                    },
                )
                .collect();
            text += &format!("  {}\n", cells.join(gap).trim_end());
            if i == 0 {
                let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
                text += &format!("  {}\n", rule.join(gap));
            }
        }
        text
    }
}

/// With commas between thousands.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_characters_not_bytes() {
        let mut table = Table::new(["model", "rmse"]);
        table.row(["ma_5", "1.25 ± 0.1"]);
        table.row(["persistence", "n/a"]);
        assert_eq!(
            table.render(),
            "  model              rmse\n  ───────────  ──────────\n  ma_5         1.25 ± 0.1\n  persistence         n/a\n"
        );
        assert!(table.within(24).starts_with("  model             rmse\n  ─────────── ──────────\n"));
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 999, 1_000, 619_040, 1_234_567].map(grouped),
            ["0", "999", "1,000", "619,040", "1,234,567"]
        );
    }
}
