//! A word that must not be seen.

/// Shorter words would be masked out of innocent text.
const SHORTEST: usize = 8;

/// A token. It has no `Debug`, `Display`, `Clone` or `Serialize`, so it cannot slip into a log, an error or a file.
///
/// ```compile_fail
/// let token = tidegate_data::Secret::new("0123456789abcdef").unwrap();
/// println!("{token:?}");
/// ```
///
/// ```compile_fail
/// let token = tidegate_data::Secret::new("0123456789abcdef").unwrap();
/// println!("{token}");
/// ```
pub struct Secret(String);

/// A text that cannot be a token. Says nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASecret {
    /// Nothing but white space.
    #[error("expected a token, found nothing")]
    Empty,
    /// Too short to be masked safely.
    #[error("expected a token of at least {SHORTEST} characters, found {0}")]
    Short(usize),
    /// Space, quotes, control characters or letters beyond ASCII.
    #[error("expected a token of letters and digits, found other characters")]
    Characters,
}

impl Secret {
    /// From a text; white space around it does not count.
    ///
    /// # Errors
    /// [`NotASecret`] without the text itself.
    pub fn new(text: &str) -> Result<Secret, NotASecret> {
        let text = text.trim();
        // Plain characters look the same in JSON, in an address and in a page, so that masking finds them there.
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
        match text.len() {
            0 => Err(NotASecret::Empty),
            _ if !text.bytes().all(plain) => Err(NotASecret::Characters),
            short if short < SHORTEST => Err(NotASecret::Short(short)),
            _ => Ok(Secret(text.to_owned())),
        }
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Replaces the secret in bytes received, should a server have sent it back.
    pub(crate) fn hide_bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        let word = self.0.as_bytes();
        if !bytes.windows(word.len()).any(|window| window == word) {
            return bytes;
        }
        let mut hidden = Vec::with_capacity(bytes.len());
        let mut rest = bytes.as_slice();
        while let Some(at) = rest.windows(word.len()).position(|window| window == word) {
            hidden.extend_from_slice(&rest[..at]);
            hidden.extend_from_slice(b"***");
            rest = &rest[at + word.len()..];
        }
        hidden.extend_from_slice(rest);
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_wherever_it_stands() {
        let secret = Secret::new(" 0123456789abcdef\n").unwrap();
        assert_eq!(secret.hide_bytes(b"0123456789abcdef|\xff0123456789abcdef".to_vec()), b"***|\xff***");
        assert_eq!(secret.hide_bytes(b"nothing".to_vec()), b"nothing");
    }

    #[test]
    fn what_is_no_token_is_refused_without_being_repeated() {
        for (text, why) in [
            (" \n", NotASecret::Empty),
            ("short", NotASecret::Short(5)),
            ("two words here", NotASecret::Characters),
            ("密钥密钥密钥密钥", NotASecret::Characters),
        ] {
            assert_eq!(Secret::new(text).err(), Some(why));
            assert!(!why.to_string().contains(text));
        }
    }
}
