//! What goes where: results to stdout, notes and errors to stderr.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use tidegate::Error;

/// The user's terminal and how much he wants to see.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// One JSON document on stdout and nothing else there.
    pub json: bool,
    quiet: bool,
    verbose: bool,
}

impl Terminal {
    /// From the common flags.
    pub fn new(json: bool, quiet: bool, verbose: bool) -> Terminal {
        Terminal { json, quiet, verbose }
    }

    /// Whether progress bars make sense.
    pub fn shows_progress(self) -> bool {
        !self.quiet && !self.verbose && std::io::stderr().is_terminal()
    }

    /// Whether to tell each step as a line.
    pub fn is_verbose(self) -> bool {
        self.verbose && !self.quiet
    }

    /// A result for a reader; silent under `--json`.
    pub fn print(self, text: &str) -> Result<(), Error> {
        if self.json { Ok(()) } else { write_stdout(&plain(text)) }
    }

    /// The document of `--json`; silent otherwise.
    pub fn print_json(self, value: &serde_json::Value) -> Result<(), Error> {
        if self.json { write_stdout(&format!("{value:#}")) } else { Ok(()) }
    }

    /// A remark on stderr, when someone is there to read it.
    pub fn note(self, text: &str) {
        if !self.quiet && (self.verbose || std::io::stderr().is_terminal()) {
            let _ = writeln!(std::io::stderr(), "{}", plain(text));
        }
    }

    /// What the user must know whatever he asked to see.
    pub fn warning(self, text: &str) {
        let _ = writeln!(std::io::stderr(), "warning: {}", plain(text));
    }

    /// An error on stderr.
    pub fn error(self, text: &str) {
        let _ = writeln!(std::io::stderr(), "error: {}", plain(text));
    }
}

/// The text without control characters: names of files, cells and servers' words may hold some that a terminal obeys.
fn plain(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(obeyed) { text.replace(obeyed, "\u{fffd}").into() } else { text.into() }
}

fn write_stdout(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()) {
        // A reader that has seen enough (`| head`) is no failure.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|e| Error::Io {
            doing: "cannot write to",
            path: "standard output".into(),
            source: e,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_a_terminal_would_obey_is_not_passed_on() {
        assert_eq!(plain("a\tb\n浦发\n"), "a\tb\n浦发\n");
        assert_eq!(plain("\u{1b}[31m\u{9b}2J\r\u{7}x"), "\u{fffd}[31m\u{fffd}2J\u{fffd}\u{fffd}x");
    }
}
