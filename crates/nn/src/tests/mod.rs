//! Tests of whole networks that look inside.

pub(crate) mod cases;
mod dropout;
mod equations;
mod gradients;
mod initial;
mod precision;
mod pytorch;
mod steps;
