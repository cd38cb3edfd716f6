//! How many characters fit into a line.

use console::Term;
use std::sync::OnceLock;

/// Where nobody's terminal says: files, pipes.
const USUAL: usize = 100;
/// Narrower lines would hold no sentence.
const LEAST: usize = 40;

/// Characters of a line on stdout: those of its terminal, at most [`USUAL`].
pub fn line_width() -> usize {
    static WIDTH: OnceLock<usize> = OnceLock::new();
    *WIDTH.get_or_init(|| {
        let terminal = Term::stdout();
        let columns = terminal.is_term().then(|| terminal.size_checked()).flatten();
        columns.map_or(USUAL, |(_, columns)| usize::from(columns)).clamp(LEAST, USUAL)
    })
}
