//! Where the token comes from: the environment, or a file that nobody else can read.

use crate::http::{NotASecret, Secret};
use etcetera::base_strategy::{BaseStrategy, choose_base_strategy};
use std::path::{Path, PathBuf};

/// The variable that holds the token.
pub const TOKEN_VARIABLE: &str = "TUSHARE_TOKEN";

/// Why there is no token. None of the messages repeats what was found.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Neither the variable nor the file is there.
    #[error(
        "no Tushare token: expected one in {TOKEN_VARIABLE} or in {}, found neither\n  help: write it there \
         with `umask 077; mkdir -p {}; cat > {}`, or name another file with --token-file",
        file.display(), file.parent().unwrap_or(file).display(), file.display()
    )]
    Missing {
        /// The default file.
        file: PathBuf,
    },
    /// Others can read the file.
    #[error("{}: expected a token file that only its owner can read (mode 0600), found mode {mode:04o}\n  \
         help: chmod 600 {}; if others could read it, ask Tushare for a new token", file.display(), file.display())]
    TooOpen {
        /// The file.
        file: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file cannot be read.
    #[error("{}: the token file cannot be read: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// What is there is no token.
    #[error("{place}: {source}")]
    NoToken {
        /// The variable or the file.
        place: String,
        /// What is wrong with it.
        source: NotASecret,
    },
    /// The platform has no place for settings.
    #[error("no home directory is known; name the token's file with --token-file or set {TOKEN_VARIABLE}")]
    NoHome,
}

/// The default file: `tidegate/tushare-token` in the platform's directory of settings.
///
/// # Errors
/// [`TokenError::NoHome`].
pub fn token_file() -> Result<PathBuf, TokenError> {
    let strategy = choose_base_strategy().map_err(|_| TokenError::NoHome)?;
    Ok(strategy.config_dir().join("tidegate").join("tushare-token"))
}

/// Finds the token: `file` when one is named, else the variable's value, else the default file.
///
/// # Errors
/// [`TokenError`].
pub fn find_token(file: Option<&Path>, variable: Option<String>) -> Result<Secret, TokenError> {
    if let Some(file) = file {
        return from_file(file);
    }
    if let Some(text) = variable.filter(|text| !text.trim().is_empty()) {
        return Secret::new(&text)
            .map_err(|source| TokenError::NoToken { place: TOKEN_VARIABLE.to_owned(), source });
    }
    let file = token_file()?;
    match from_file(&file) {
        Err(TokenError::Unreadable { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            Err(TokenError::Missing { file })
        }
        found => found,
    }
}

fn from_file(path: &Path) -> Result<Secret, TokenError> {
    let unreadable = |source| TokenError::Unreadable { file: path.to_owned(), source };
    // The mode is read from the open file, so that it is the mode of what is read.
    let mut open = std::fs::File::open(path).map_err(unreadable)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = open.metadata().map_err(unreadable)?.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(TokenError::TooOpen { file: path.to_owned(), mode });
        }
    }
    let mut text = String::new();
    std::io::Read::read_to_string(&mut open, &mut text).map_err(unreadable)?;
    Secret::new(&text).map_err(|source| TokenError::NoToken { place: path.display().to_string(), source })
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "the lint knows only functions that are marked as tests")]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn file(mode: u32, text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_remedy() {
        for mode in [0o644, 0o640, 0o660, 0o604, 0o601] {
            let (_folder, path) = file(mode, "0123456789abcdef\n");
            let error = find_token(Some(&path), None).err().unwrap().to_string();
            assert!(error.contains("chmod 600") && error.contains(&format!("{mode:04o}")), "{error}");
            assert!(!error.contains("0123456789abcdef"));
        }
        for mode in [0o600, 0o400] {
            let (_folder, path) = file(mode, "0123456789abcdef\n");
            assert_eq!(find_token(Some(&path), None).ok().unwrap().reveal(), "0123456789abcdef");
        }
    }

    #[test]
    fn a_named_file_comes_before_the_variable_and_an_empty_variable_is_none() {
        let (_folder, path) = file(0o600, "fromthefile1");
        let variable = Some("fromthevariable".to_owned());
        assert_eq!(find_token(Some(&path), variable.clone()).ok().unwrap().reveal(), "fromthefile1");
        assert_eq!(find_token(None, variable).ok().unwrap().reveal(), "fromthevariable");
        let error = find_token(None, Some("not a token, but secret".into())).err().unwrap().to_string();
        assert_eq!(error, "TUSHARE_TOKEN: expected a token of letters and digits, found other characters");
        let error = find_token(Some(Path::new("/nowhere/at/all")), None).err().unwrap().to_string();
        assert!(error.starts_with("/nowhere/at/all: the token file cannot be read"), "{error}");
    }
}
