//! The library of Tidegate: where networks meet markets.

pub mod describe;
pub mod features;
pub mod report;
pub mod stats;
pub mod summary;
