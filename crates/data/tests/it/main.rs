//! Integration tests of the crate, one binary.

// Helpers of tests are tests too; the lint only knows functions that are marked as such.
#![allow(clippy::unwrap_used)]

mod audit_real;
mod audit_speed;
mod audit_stored;
mod corrupted_cells;
mod dirty_files;
mod dropped_rows;
mod export_qlib;
mod false_clock;
mod fetch_faults;
mod fetch_storm;
mod fetch_yahoo;
mod imports;
#[path = "../loopback/mod.rs"]
mod loopback;
mod qlib;
mod real_files;
mod refusals;
mod round_trip;
mod store_damage;
mod store_kills;
mod store_process;
mod stored_imports;
mod surroundings;
mod table_freedom;
mod test_data;
