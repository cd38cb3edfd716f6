//! Integration tests of the binary, one test program: what a user types, reads and finds on the disk.

// Helpers of tests are tests too; the lint only knows functions that are marked as such.
#![allow(clippy::unwrap_used)]

mod backtest;
mod bad_experiment;
mod bad_file;
mod bad_target;
mod commands;
mod data;
mod data_check;
#[cfg(unix)]
mod fetch;
mod import;
#[cfg(unix)]
mod interrupt;
mod json;
#[cfg(unix)]
#[path = "../../../data/tests/loopback/mod.rs"]
mod loopback;
mod orders_by_hand;
mod own_signals;
mod predict;
mod rule_files;
mod said;
mod same_bytes;
mod stored_knowledge;
mod tune;
mod workplace;
