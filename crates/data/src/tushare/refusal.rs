//! What a code other than 0 means. One code stands for both a rate limit and a missing permission: the text decides.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A stretch of time in which only so many requests are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// 60 seconds.
    Minute,
    /// 3,600 seconds.
    Hour,
    /// A day in China.
    Day,
}

/// "So many requests in such a time", as far as the server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// In which time.
    pub window: Window,
    /// How many; `None` where the text has no number.
    pub calls: Option<u32>,
}

/// Why the server did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Asked too often: wait.
    Rate(RateLimit),
    /// The token is wrong.
    BadToken,
    /// The account may not ask this.
    NoPermission,
    /// Anything else: waiting does not help.
    Other,
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = match self.window {
            Window::Minute => "a minute",
            Window::Hour => "an hour",
            Window::Day => "a day",
        };
        match self.calls {
            Some(1) => write!(f, "1 request {per}"),
            Some(calls) => write!(f, "{calls} requests {per}"),
            None => write!(f, "too many requests {per}"),
        }
    }
}

/// Words for a stretch of time in the server's messages, as seen in public clients and their tests.
const WORDS: [(&str, Window); 6] = [
    ("每分钟", Window::Minute),
    ("每小时", Window::Hour),
    ("每天", Window::Day),
    ("每日", Window::Day),
    ("频率超限", Window::Minute),
    ("访问频率", Window::Minute),
];

/// Reads a code other than 0 and its message.
pub fn classify(code: i64, message: &str) -> Refusal {
    match code {
        40101 => Refusal::BadToken,
        2002 | -2002 => Refusal::NoPermission,
        // The rate patterns come first: their text may go on about permissions ("权限的具体详情访问").
        40203 => match rate_limit(message) {
            Some(limit) => Refusal::Rate(limit),
            None if message.contains("权限") || message.contains("积分") => Refusal::NoPermission,
            None => Refusal::Other,
        },
        _ => Refusal::Other,
    }
}

fn rate_limit(message: &str) -> Option<RateLimit> {
    let (at, word, window) = WORDS
        .iter()
        .filter_map(|(word, window)| message.find(word).map(|at| (at, *word, *window)))
        .min_by_key(|(at, ..)| *at)?;
    let after = &message[at + word.len()..];
    let digits: String =
        after.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    // "最多访问该接口500次": a number that counts something else than times is none.
    let counted =
        after.find(&digits).is_some_and(|at| after[at + digits.len()..].trim_start().starts_with('次'));
    let calls = digits.parse().ok().filter(|calls| counted && *calls > 0);
    Some(RateLimit { window, calls })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(window: Window, calls: Option<u32>) -> Refusal {
        Refusal::Rate(RateLimit { window, calls })
    }

    #[test]
    fn one_code_is_a_limit_or_a_missing_permission_by_its_text() {
        for (message, meaning) in [
            (
                "抱歉，您每分钟最多访问该接口500次，权限的具体详情访问：https://tushare.pro/document/1?doc_id=108。",
                rate(Window::Minute, Some(500)),
            ),
            ("抱歉，您每小时最多访问该接口1次", rate(Window::Hour, Some(1))),
            ("抱歉，您每天最多访问该接口100000次", rate(Window::Day, Some(100_000))),
            ("抱歉，您每天最多访问 20 次", rate(Window::Day, Some(20))),
            ("抱歉，您每天最多访问该接口0次", rate(Window::Day, None)),
            ("频率超限，请稍后再试", rate(Window::Minute, None)),
            ("抱歉，您每分钟访问次数过多，详见108", rate(Window::Minute, None)),
            ("抱歉，您没有接口访问权限，权限的具体详情访问：https://tushare.pro", Refusal::NoPermission),
            ("您的积分不足", Refusal::NoPermission),
            ("something new", Refusal::Other),
        ] {
            assert_eq!(classify(40203, message), meaning, "{message}");
        }
    }

    #[test]
    fn other_codes_are_what_they_are_whatever_the_text() {
        assert_eq!(classify(40101, "您的token不对，请确认。"), Refusal::BadToken);
        assert_eq!(classify(2002, "抱歉，您没有访问该接口的权限"), Refusal::NoPermission);
        assert_eq!(classify(-2001, "必填参数"), Refusal::Other);
        assert_eq!(classify(50101, "抱歉，您每分钟最多访问该接口500次"), Refusal::Other);
    }
}
