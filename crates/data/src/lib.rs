//! Daily bars from the outside world: files, and the built-in sample market.
