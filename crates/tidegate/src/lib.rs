//! The library of Tidegate: where networks meet markets.

pub mod features;
pub mod stats;
