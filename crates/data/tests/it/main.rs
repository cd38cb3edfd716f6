//! Integration tests of the crate, one binary.

// Helpers of tests are tests too; the lint only knows functions that are marked as such.
#![allow(clippy::unwrap_used)]

mod audit_real;
mod audit_speed;
mod audit_stored;
mod corrupted_cells;
mod dirty_files;
mod dropped_rows;
mod imports;
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
