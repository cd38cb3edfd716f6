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

    /// Replaces the secret in bytes received, should a server have sent it back: in any case of its letters, and with
    /// any of them written as JSON (`\u0041`) or an address (`%41`) may write it.
    pub(crate) fn hide_bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        let mut hidden = Vec::new();
        let (mut shown, mut at) = (0, 0);
        while at < bytes.len() {
            match self.length_at(&bytes[at..]) {
                Some(length) => {
                    hidden.extend_from_slice(&bytes[shown..at]);
                    hidden.extend_from_slice(b"***");
                    at += length;
                    shown = at;
                }
                None => at += 1,
            }
        }
        if shown == 0 {
            return bytes;
        }
        hidden.extend_from_slice(&bytes[shown..]);
        hidden
    }

    /// As [`Secret::hide_bytes`].
    pub(crate) fn hide_text(&self, text: String) -> String {
        String::from_utf8_lossy(&self.hide_bytes(text.into_bytes())).into_owned()
    }

    /// How many bytes the secret takes where they begin with it.
    fn length_at(&self, bytes: &[u8]) -> Option<usize> {
        self.0.bytes().try_fold(0, |length, letter| Some(length + letter_length(&bytes[length..], letter)?))
    }
}

/// How many bytes a letter takes where they begin with it.
fn letter_length(bytes: &[u8], letter: u8) -> Option<usize> {
    let (written, length) = match bytes {
        [b'\\', b'u', b'0', b'0', high, low, ..] => (hex(*high)? << 4 | hex(*low)?, 6),
        [b'%', high, low, ..] => (hex(*high)? << 4 | hex(*low)?, 3),
        [written, ..] => (*written, 1),
        [] => return None,
    };
    written.eq_ignore_ascii_case(&letter).then_some(length)
}

fn hex(digit: u8) -> Option<u8> {
    // A digit of base 16 fits in a byte.
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_wherever_it_stands() {
        let secret = Secret::new(" 0123456789abcdef\n").unwrap();
        assert_eq!(secret.hide_bytes(b"0123456789abcdef|\xff0123456789abcdef".to_vec()), b"***|\xff***");
        assert_eq!(secret.hide_bytes(b"nothing".to_vec()), b"nothing");
        assert_eq!(secret.hide_bytes(b"0123456789abcde".to_vec()), b"0123456789abcde");
        assert_eq!(secret.hide_bytes(b"00123456789abcdef0".to_vec()), b"0***0", "within another word");
    }

    #[test]
    fn a_secret_is_masked_however_its_letters_are_written() {
        let secret = Secret::new("aZ-09_.~").unwrap();
        for text in [
            "Az-09_.~",
            r"\u0061\u005a\u002D\u0030\u0039\u005f\u002e\u007E",
            "%61%5a%2D%30%39%5f%2e%7E",
            "aZ%2d09_.%7e",
        ] {
            assert_eq!(secret.hide_bytes(format!("<{text}>").into_bytes()), b"<***>", "{text}");
        }
        for text in ["aZ-09_.", "%6", r"\u00", r"\u0061Z-09_.%7", "aZ-09_.%7g"] {
            assert_eq!(secret.hide_bytes(text.as_bytes().to_vec()), text.as_bytes());
        }
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
