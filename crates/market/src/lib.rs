//! The world the money lives in, as pure functions: bars, trading calendar, rule book, orders, fills, ledger
//! and performance metrics. The crate knows no networks and no files.

mod bars;
mod calendar;
mod date;

pub use bars::{AdjustedPrices, BarSeries, PriceBasis};
pub use calendar::TradingCalendar;
pub use date::{NotADate, TradeDate};
