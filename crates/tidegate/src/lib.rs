//! The library of Tidegate: where networks meet markets.
//!
//! An [`experiment::Experiment`] is checked into a [`plan::Plan`]; [`run::run`] takes it to a run directory.

pub mod bars;
pub mod baselines;
pub mod curve_note;
pub mod describe;
pub mod error;
pub mod experiment;
pub mod features;
pub mod files;
pub mod forecast;
pub mod inputs;
pub mod plan;
pub mod predict;
pub mod rejudge;
pub mod report;
mod rule_book;
pub mod run;
pub mod run_dir;
pub mod scaler;
pub mod signal_backtest;
pub mod signal_file;
pub mod split;
pub mod stats;
pub mod strategy;
pub mod summary;
pub mod target;
pub mod train;
pub mod tune;
pub mod windows;

pub use error::{Error, InputError};
pub use plan::Plan;
