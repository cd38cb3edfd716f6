//! From what is believed after each close to the position that follows: each step a small type with its formula.
//!
//! ```text
//! scores ── Threshold ──► views ── Positions ──► directions ── hold ──► directions ── Size ──► targets
//! (probability or          up, down,             −1, 0 or 1             kept at least          weights, or
//!  forecast change)        as before                                    n bars                 numbers of shares
//! ```
//!
//! Every step is causal: the target of bar t is made of scores and prices up to t.

mod direction;
mod holding;
mod kelly;
mod size;
mod threshold;
mod volatility;

pub use direction::{PositionRule, Positions};
pub use holding::hold;
pub use kelly::{Kelly, Odds};
pub use size::Size;
pub use threshold::{Threshold, View};
pub use volatility::{VolatilityTarget, trailing_volatility};
