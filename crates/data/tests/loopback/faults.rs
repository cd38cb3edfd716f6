//! A storm of faults: with some probability a request is answered badly, in a way drawn at random from a seed.

use super::http::Response;
use std::sync::Mutex;
use std::time::Duration;

/// One way to answer badly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    Reset,
    Closed,
    Half,
    HalfUnannounced,
    Slow,
    Status500,
    Status502Page,
    Status429,
    Page200,
    Empty,
    Garbage,
    /// A refusal that carries the data all the same.
    RefusedWithData,
}

impl Fault {
    pub const ALL: [Fault; 12] = [
        Fault::Reset,
        Fault::Closed,
        Fault::Half,
        Fault::HalfUnannounced,
        Fault::Slow,
        Fault::Status500,
        Fault::Status502Page,
        Fault::Status429,
        Fault::Page200,
        Fault::Empty,
        Fault::Garbage,
        Fault::RefusedWithData,
    ];

    /// Spoils a good body. `echo` is put into error pages, as careless servers do with what they were sent.
    pub fn spoil(self, body: Vec<u8>, echo: &str) -> Response {
        match self {
            Fault::Reset => Response::Reset,
            Fault::Closed => Response::Closed,
            Fault::Half => Response::Half { body },
            Fault::HalfUnannounced => Response::HalfUnannounced { body },
            Fault::Slow => Response::Slow { after: Duration::from_secs(4), body },
            Fault::Status500 => Response::text(500, &format!("error while handling {echo}")),
            Fault::Status502Page => Response::page(502, &format!("<html>502 Bad Gateway {echo}</html>")),
            Fault::Status429 => Response::text(429, "Too Many Requests"),
            Fault::Page200 => Response::page(200, &format!("<html><h1>Service</h1>{echo}</html>")),
            Fault::Empty => Response::json(""),
            Fault::Garbage => Response::Garbage,
            Fault::RefusedWithData => {
                let text = String::from_utf8(body).unwrap();
                Response::json(text.replacen(
                    "\"code\":0,\"msg\":null",
                    "\"code\":40203,\"msg\":\"抱歉，频率超限\"",
                    1,
                ))
            }
        }
    }
}

/// Draws faults.
pub struct Faults {
    state: Mutex<u64>,
    /// Of a thousand requests.
    per_mille: u64,
    kinds: Vec<Fault>,
}

impl Faults {
    pub fn none() -> Faults {
        Faults::storm(0, 0, &[])
    }

    pub fn storm(seed: u64, per_mille: u64, kinds: &[Fault]) -> Faults {
        Faults { state: Mutex::new(seed), per_mille, kinds: kinds.to_vec() }
    }

    /// The fault of the next request, if it has one.
    pub fn draw(&self) -> Option<Fault> {
        let mut state = self.state.lock().unwrap();
        let hit = random(&mut state) % 1000 < self.per_mille;
        hit.then(|| self.kinds[(random(&mut state) % self.kinds.len() as u64) as usize])
    }
}

/// SplitMix64.
pub fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
