//! Tests of whole networks that look inside: gradients, PyTorch's numbers, training.

mod cases;
mod gradients;
