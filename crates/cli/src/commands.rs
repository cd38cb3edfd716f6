//! One file per command.

pub mod backtest;
pub mod config;
pub mod data;
pub mod describe;
pub mod fetch;
pub mod findings;
pub mod import;
pub mod init;
pub mod predict;
pub mod report;
pub mod run;
pub mod sample;
pub mod tune;
