//! Integration tests of the crate, one binary.

mod round_trip;
