//! The sections of the report, one file each, in the order they are read.

pub(crate) mod backtest;
pub(crate) mod data;
pub(crate) mod errors;
pub(crate) mod forecasts;
pub(crate) mod learning;
pub(crate) mod reference;
pub(crate) mod split;
pub(crate) mod strategy;
pub(crate) mod verdict;
