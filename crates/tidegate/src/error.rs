//! What can go wrong, split by who can mend it: the user ([`Error::Input`], exit code 2) or nobody at the
//! keyboard ([`Error::Run`], exit code 1).

use std::fmt;
use std::path::Path;

/// One clear mistake in what the user gave: the place, what was expected and found, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError {
    /// File with line, command-line flag, or key.
    pub place: String,
    /// What was expected and what was found.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl InputError {
    /// Without advice.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        InputError { place: place.into(), message: message.into(), help: None }
    }

    /// Adds advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for InputError {}

/// Any failure of the library.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user's input is wrong.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The bars are missing or cannot be read.
    #[error(transparent)]
    Data(#[from] tidegate_data::DataError),
    /// The store cannot be used, or does not hold what was asked for.
    #[error(transparent)]
    Store(#[from] tidegate_data::StoreError),
    /// A download ended early.
    #[error(transparent)]
    Fetch(#[from] tidegate_data::FetchError),
    /// Training failed.
    #[error("training of {model}, seed {seed}, failed: {source}")]
    Fit {
        /// Model name.
        model: String,
        /// Seed.
        seed: u64,
        /// Reason.
        source: tidegate_nn::FitError,
    },
    /// A run directory cannot be read or its report cannot be written.
    #[error(transparent)]
    Report(#[from] crate::report::ReportError),
    /// The operating system refused a file operation.
    #[error("{doing} {path}: {source}")]
    Io {
        /// "cannot write", "cannot read", ...
        doing: &'static str,
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A result could not be produced for a reason given in words.
    #[error("{0}")]
    Run(String),
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The user asked to stop, and the work so far is kept as the words say.
    #[error("interrupted: {0}")]
    Stopped(String),
}

impl Error {
    /// Whether the user can mend it by changing what he gave (exit code 2).
    pub fn is_mistake_in_input(&self) -> bool {
        match self {
            Error::Input(_) | Error::Data(_) => true,
            Error::Store(error) => error.is_mistake_in_input(),
            Error::Fetch(error) => error.is_mistake_in_input(),
            Error::Report(error) => !matches!(error, crate::report::ReportError::Unwritable { .. }),
            _ => false,
        }
    }

    /// Wraps an I/O failure with what was being done to which file.
    pub fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Error {
        Error::Io { doing, path: path.display().to_string(), source }
    }
}
