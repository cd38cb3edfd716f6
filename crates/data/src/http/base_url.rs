//! Where a server is asked: an `https` address, or a plain one when the user says that he means it.

use std::fmt;

/// A checked base address without user name, query or fragment, so that it can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

/// Why an address cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Something else than `https://host[:port][/path]`.
    #[error("expected an address such as https://api.tushare.pro, {0}")]
    Form(&'static str),
    /// `http://` without the flag.
    #[error("{0}: over plain http the token would travel in the clear; use https, or add --allow-plain-http")]
    Plain(String),
}

impl BaseUrl {
    /// Checks an address.
    ///
    /// # Errors
    /// [`BaseUrlError`]; the text itself is repeated only when it can hold no password.
    pub fn new(text: &str, allow_plain: bool) -> Result<BaseUrl, BaseUrlError> {
        let text = text.trim().trim_end_matches('/');
        let (scheme, rest) = text.split_once("://").ok_or(BaseUrlError::Form("found none with ://"))?;
        let host = rest.split('/').next().unwrap_or_default();
        if rest.contains('@') {
            return Err(BaseUrlError::Form("found one with a user name or password"));
        }
        if rest.contains(['?', '#']) {
            return Err(BaseUrlError::Form("found one with a query or fragment"));
        }
        if host.is_empty() || !rest.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(BaseUrlError::Form("found one without a plain host name"));
        }
        match scheme.to_ascii_lowercase().as_str() {
            "https" => Ok(BaseUrl(format!("https://{rest}"))),
            "http" if allow_plain => Ok(BaseUrl(format!("http://{rest}"))),
            "http" => Err(BaseUrlError::Plain(format!("http://{rest}"))),
            _ => Err(BaseUrlError::Form("found another scheme")),
        }
    }

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether requests travel unencrypted.
    pub fn is_plain(&self) -> bool {
        self.0.starts_with("http://")
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_needs_the_word_of_the_user() {
        assert_eq!(BaseUrl::new("https://a.b/c/", false).unwrap().as_str(), "https://a.b/c");
        assert!(matches!(BaseUrl::new("http://a.b", false), Err(BaseUrlError::Plain(_))));
        assert!(BaseUrl::new("HTTP://127.0.0.1:80", true).unwrap().is_plain());
    }

    #[test]
    fn an_address_with_a_password_is_refused_without_repeating_it() {
        for text in ["https://me:pass@a.b", "https://a.b?token=pass", "ftp://pass", "pass", "https://", ""] {
            let error = BaseUrl::new(text, true).unwrap_err();
            assert!(!error.to_string().contains("pass;") && !error.to_string().contains("me:"), "{error}");
        }
    }
}
