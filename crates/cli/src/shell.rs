//! Commands that are printed to be copied.

/// A path as one word of a shell command.
pub fn shell_word(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:,@%".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_spaces_stays_one_word_of_the_command() {
        assert_eq!(shell_word("runs/x-tune-1/best.toml"), "runs/x-tune-1/best.toml");
        assert_eq!(shell_word("my runs/it's"), "'my runs/it'\\''s'");
    }
}
