//! The library of Tidegate: where networks meet markets.
