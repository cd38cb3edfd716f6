//! The crate as its users see it.

mod common;
mod fitting;
mod forecasting;
mod learning;
mod many;
mod refusing;
