//! Table of contents of the crate's tests across modules.

mod by_hand;
mod figures;
mod properties;
mod real_bars;
mod support;
