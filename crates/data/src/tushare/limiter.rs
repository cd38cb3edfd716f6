//! The learning rate limiter. It knows no limit at first; each refusal teaches one, and from then on requests are spaced
//! so that the server has nothing to refuse. What it learned outlives the run.

use super::refusal::{RateLimit, Window};
use crate::span::{local_day, second_of};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// China has no summer time.
const CHINA: i64 = 8 * 3_600;
/// The server's clock and ours differ.
const MARGIN: i64 = SECOND;
/// A limit learned longer ago is forgotten: points may have been earned since.
const STALE: i64 = 7 * DAY;

impl Window {
    /// When a request made at `moment` no longer counts.
    fn end(self, moment: i64) -> i64 {
        match self {
            Window::Minute => moment + MINUTE + MARGIN,
            Window::Hour => moment + HOUR + MARGIN,
            Window::Day => {
                let tomorrow = local_day(moment.div_euclid(SECOND), CHINA).next_day();
                (second_of(tomorrow) - CHINA) * SECOND + MINUTE
            }
        }
    }
}

/// One limit of one api.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Limit {
    window: Window,
    calls: u32,
    learned: i64,
}

/// What is known of one api.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Pace {
    limits: Vec<Limit>,
    /// Moments of requests, ascending, as far back as a limit looks.
    calls: VecDeque<i64>,
    /// Not before this moment, after a refusal.
    blocked: Option<(i64, Window)>,
    /// Refusals since the last answer.
    #[serde(skip)]
    refused: u32,
}

/// How long to wait before the next request, and by which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Milliseconds since 1970 UTC.
    pub until: i64,
    /// The limit that says so.
    pub limit: RateLimit,
}

/// Limits and requests of every api, in milliseconds since 1970 UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limiter {
    apis: BTreeMap<String, Pace>,
    /// The latest moment of this run.
    #[serde(skip)]
    latest: Option<i64>,
}

impl Limiter {
    /// What an earlier run learned; nothing when the text is none of ours.
    pub fn from_json(bytes: &[u8], now: i64) -> Limiter {
        let mut limiter: Limiter = serde_json::from_slice(bytes).unwrap_or_default();
        for pace in limiter.apis.values_mut() {
            let is_fresh = |limit: &Limit| (0..=STALE).contains(&now.saturating_sub(limit.learned));
            pace.limits.retain(|limit| limit.calls > 0 && is_fresh(limit));
            // A clock that was set back must not hold us for years.
            pace.calls.retain(|call| (0..=DAY).contains(&now.saturating_sub(*call)));
            pace.blocked = pace.blocked.filter(|(until, window)| (now..=window.end(now)).contains(until));
        }
        limiter
    }

    /// For the next run. It holds no secret.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Whether any limit is known.
    pub fn has_learned(&self) -> bool {
        self.apis.values().any(|pace| !pace.limits.is_empty() || pace.blocked.is_some())
    }

    /// Until when the next request of an api must wait; `None` when it may go.
    pub fn hold(&mut self, api: &str, now: i64) -> Option<Hold> {
        self.look_at_clock(now);
        let pace = self.apis.get(api)?;
        let blocked = pace.blocked.map(|(until, window)| {
            let calls = pace.limits.iter().find(|limit| limit.window == window).map(|limit| limit.calls);
            Hold { until, limit: RateLimit { window, calls } }
        });
        let spaced = pace.limits.iter().filter_map(|limit| {
            let oldest = pace.calls.len().checked_sub(limit.calls as usize)?;
            let until = limit.window.end(pace.calls[oldest]);
            Some(Hold { until, limit: RateLimit { window: limit.window, calls: Some(limit.calls) } })
        });
        blocked.into_iter().chain(spaced).filter(|hold| hold.until > now).max_by_key(|hold| hold.until)
    }

    /// When the clock was set back since the last look, everything that we remember is moved back with it: no wait is
    /// longer than the one that the server asked for.
    fn look_at_clock(&mut self, now: i64) {
        let back = self.latest.map_or(0, |latest| latest.saturating_sub(now).max(0));
        self.latest = Some(now);
        for pace in self.apis.values_mut().filter(|_| back > 0) {
            pace.limits.iter_mut().for_each(|limit| limit.learned -= back);
            pace.calls.iter_mut().for_each(|call| *call -= back);
            pace.blocked = pace.blocked.map(|(until, window)| (until - back, window));
        }
    }

    /// A request goes out.
    pub fn called(&mut self, api: &str, now: i64) {
        self.look_at_clock(now);
        let pace = self.apis.entry(api.to_owned()).or_default();
        pace.calls.push_back(now);
        while pace.calls.front().is_some_and(|call| now.saturating_sub(*call) > DAY) {
            pace.calls.pop_front();
        }
    }

    /// The server answered.
    pub fn answered(&mut self, api: &str) {
        if let Some(pace) = self.apis.get_mut(api) {
            (pace.refused, pace.blocked) = (0, None);
        }
    }

    /// The server refused for a limit. Returns how often in a row it did.
    pub fn refused(&mut self, api: &str, rate: RateLimit, now: i64) -> u32 {
        self.look_at_clock(now);
        let pace = self.apis.entry(api.to_owned()).or_default();
        pace.refused += 1;
        // The request that was refused is not counted by the server; should it be, the next refusal waits in full.
        let refused = pace.calls.pop_back();
        let mut until = rate.window.end(now);
        if let Some(calls) = rate.calls {
            pace.limits.retain(|limit| limit.window != rate.window);
            pace.limits.push(Limit { window: rate.window, calls, learned: now });
            // When our own requests fill the limit, we know when the first of them no longer counts.
            let oldest = pace.calls.len().checked_sub(calls as usize).map(|at| pace.calls[at]);
            if let (Some(oldest), 1) = (oldest, pace.refused) {
                let free = rate.window.end(oldest);
                until = if free > now { free } else { until };
            }
        } else {
            until = now + (until - now).saturating_mul(1 << pace.refused.saturating_sub(1).min(4));
        }
        if pace.refused > 1 {
            pace.calls.extend(refused);
        }
        pace.blocked = Some((until, rate.window));
        pace.refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PER_MINUTE: RateLimit = RateLimit { window: Window::Minute, calls: Some(3) };
    /// 2024-06-28 12:00 in China.
    const NOON: i64 = 1_719_547_200_000;

    #[test]
    fn nothing_is_held_before_a_limit_is_known_and_everything_beyond_it_afterwards() {
        let mut limiter = Limiter::default();
        for call in 0..4 {
            assert_eq!(limiter.hold("daily", NOON + call * SECOND), None);
            limiter.called("daily", NOON + call * SECOND);
        }
        assert_eq!(limiter.refused("daily", PER_MINUTE, NOON + 3 * SECOND), 1);
        let hold = limiter.hold("daily", NOON + 3 * SECOND).unwrap();
        assert_eq!(hold, Hold { until: NOON + MINUTE + MARGIN, limit: PER_MINUTE });
        assert_eq!(
            limiter.hold("adj_factor", NOON + 3 * SECOND),
            None,
            "other apis have limits of their own"
        );

        limiter.called("daily", hold.until);
        limiter.answered("daily");
        let next = limiter.hold("daily", hold.until).unwrap();
        assert_eq!(next.until, NOON + SECOND + MINUTE + MARGIN);
        assert!(limiter.hold("daily", next.until).is_none());
    }

    #[test]
    fn requests_of_another_program_are_waited_out_in_full() {
        let mut limiter = Limiter::default();
        limiter.called("daily", NOON);
        limiter.refused("daily", PER_MINUTE, NOON);
        assert_eq!(limiter.hold("daily", NOON).unwrap().until, NOON + MINUTE + MARGIN);
    }

    #[test]
    fn an_answer_ends_a_row_of_refusals() {
        let mut limiter = Limiter::default();
        for refusal in 1..=3 {
            limiter.called("daily", NOON);
            assert_eq!(limiter.refused("daily", RateLimit { calls: None, ..PER_MINUTE }, NOON), refusal);
        }
        limiter.called("daily", NOON);
        limiter.answered("daily");
        assert_eq!(limiter.hold("daily", NOON), None, "what was answered is allowed");
        assert_eq!(limiter.refused("daily", RateLimit { calls: None, ..PER_MINUTE }, NOON), 1);
    }

    #[test]
    fn a_limit_of_the_day_ends_after_midnight_in_china() {
        let mut limiter = Limiter::default();
        limiter.called("daily", NOON);
        limiter.refused("daily", RateLimit { window: Window::Day, calls: Some(1) }, NOON);
        assert_eq!(limiter.hold("daily", NOON).unwrap().until, NOON + 12 * HOUR + MINUTE);
    }

    #[test]
    fn a_limit_without_a_number_waits_longer_each_time() {
        let (mut limiter, vague) = (Limiter::default(), RateLimit { window: Window::Minute, calls: None });
        let mut waits = Vec::new();
        for _ in 0..3 {
            limiter.called("daily", NOON);
            limiter.refused("daily", vague, NOON);
            waits.push(limiter.hold("daily", NOON).unwrap().until - NOON);
        }
        assert_eq!(waits, [61 * SECOND, 122 * SECOND, 244 * SECOND]);
    }

    #[test]
    fn what_was_learned_outlives_the_run_for_a_week() {
        let mut limiter = Limiter::default();
        limiter.called("daily", NOON);
        limiter.refused("daily", PER_MINUTE, NOON);
        let kept = limiter.to_json();
        let mut again = Limiter::from_json(&kept, NOON + SECOND);
        assert_eq!(again.hold("daily", NOON + SECOND), limiter.hold("daily", NOON + SECOND));
        assert!(!Limiter::from_json(&kept, NOON + STALE + 1).apis["daily"].limits.iter().any(|_| true));
        assert_eq!(Limiter::from_json(b"{", NOON), Limiter::default());
        assert_eq!(Limiter::from_json(&kept, NOON - DAY).hold("daily", NOON - DAY), None, "a clock set back");
    }
    #[test]
    fn a_clock_that_is_set_back_holds_no_request_longer() {
        for window in [Window::Minute, Window::Hour] {
            let mut limiter = Limiter::default();
            limiter.called("daily", NOON);
            limiter.refused("daily", RateLimit { window, calls: Some(1) }, NOON);
            let left = limiter.hold("daily", NOON).unwrap().until - NOON;
            let earlier = NOON - 300 * DAY;
            assert_eq!(limiter.hold("daily", earlier).unwrap().until - earlier, left);
            limiter.called("daily", earlier + left);
            limiter.answered("daily");
            let next = limiter.hold("daily", earlier + left).unwrap().until;
            assert_eq!(next, earlier + 2 * left, "the limit itself is still known");
        }
    }

    #[test]
    fn what_no_run_can_have_learned_is_forgotten() {
        let text = |learned: i64, calls: u32, call: i64| {
            format!(
                r#"{{"apis":{{"daily":{{"limits":[{{"window":"minute","calls":{calls},"learned":{learned}}}],
                "calls":[{call}],"blocked":[{call},"minute"]}}}}}}"#
            )
        };
        for (learned, calls, call) in
            [(i64::MIN, 1, i64::MIN), (i64::MAX, 1, i64::MAX), (NOON, 0, NOON), (NOON, 0, i64::MIN)]
        {
            let mut limiter = Limiter::from_json(text(learned, calls, call).as_bytes(), NOON);
            assert_eq!(limiter.hold("daily", NOON), None, "{learned} {calls} {call}");
            limiter.called("daily", NOON);
        }
    }
}
