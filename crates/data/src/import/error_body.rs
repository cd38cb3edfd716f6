//! Files that hold a server's error message instead of bars, because a download saved whatever came back.

use super::cell;

/// What a text that has no known header is, if it is an error message, and the message on one line.
pub(crate) fn recognise(text: &str) -> Option<(&'static str, String)> {
    let start = text.trim_start();
    let first_line = start.lines().next().unwrap_or_default();
    let begins =
        |word: &str| first_line.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let what = if begins("{") || begins("[") {
        "a JSON error message"
    } else if begins("<") {
        "a web page"
    } else if begins("404") || begins("not found") {
        "\"not found\""
    } else if begins("429") || begins("too many requests") || begins("exceeded") {
        "a rate limit"
    } else if begins("401") || begins("403") || begins("unauthorized") || begins("forbidden") {
        "\"access denied\""
    } else if begins("no data") {
        "\"no data\""
    } else {
        return None;
    };
    let words: Vec<&str> = start.split_whitespace().take(40).collect();
    Some((what, cell::shown(words.join(" ").as_bytes())))
}

/// Whether a line among the rows of a table is part of such a message.
pub(crate) fn is_line_of_one(line: &str) -> bool {
    let line = line.trim();
    let json = line.starts_with('"') && line.contains("\":");
    json || line.starts_with(['}', ']']) || recognise(line).is_some()
}

#[cfg(test)]
mod tests {
    use super::recognise;

    #[test]
    fn error_bodies_are_told_from_unknown_headers() {
        assert_eq!(recognise("{\n  \"code\": 1\n}").unwrap().1, "\"{ \"code\": 1 }\"");
        assert_eq!(recognise("404 Not Found: delisted").unwrap().0, "\"not found\"");
        assert_eq!(recognise("Exceeded the daily hits limit").unwrap().0, "a rate limit");
        assert!(recognise("date,open,close").is_none());
        assert!(recognise("日期,收盘").is_none());
    }
}
