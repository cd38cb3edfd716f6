//! Table of contents of the crate's tests across modules.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod break_even;
mod by_hand;
mod every_board;
mod every_file;
mod ex_days;
mod fees;
mod figures;
mod hand_ledgers;
mod independent_ledger;
mod limits;
mod odd_quantities;
mod peer_figures;
mod peers;
mod positions;
mod properties;
mod published_factors;
mod real_bars;
mod support;
mod three_worlds;
