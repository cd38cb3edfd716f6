//! The world the money lives in, as pure functions: bars, trading calendar, rule book, orders, fills, ledger
//! and performance metrics. The crate knows no networks and no files.

mod backtest;
mod bars;
mod board;
mod calendar;
mod date;
mod ledger;
mod metrics;
mod rules;
mod sizing;

pub use backtest::{Backtest, BacktestError, Fill, OrderCounts, backtest, buy_and_hold, market_curve};
pub use bars::{AdjustedPrices, BarSeries, PriceBasis};
pub use board::{Board, Exchange, Listing, NotAnAShare, SAMPLE_SYMBOL};
pub use calendar::TradingCalendar;
pub use date::{NotADate, TradeDate};
pub use ledger::{Costs, Holding, Reason, RoundTrip, Side, Trade};
pub use metrics::{CurveMetrics, drawdown};
pub use rules::{
    DatedRule, Fees, Grade, Lot, Market, Overrides, PriceLimit, RuleBook, RuleError, RuleFact, RuleNote,
    Settlement,
};
