//! Integration tests of the library, one binary.

// Helpers of tests are tests too; the lint only knows functions that are marked as such.
#![allow(clippy::unwrap_used)]

mod every_choice;
mod figures_by_hand;
mod interrupted;
mod no_look_ahead;
mod predict;
mod run_directory;
mod same_bytes;
mod signal_backtest;
mod support;
mod training;
mod verdict;
