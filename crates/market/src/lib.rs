//! The world the money lives in, as pure functions: bars, trading calendar, rule book, orders, fills, ledger
//! and performance metrics. The crate knows no networks and no files.
//!
//! ```
//! use tidegate_market::*;
//!
//! let day = |d| TradeDate::new(2024, 1, d);
//! let price = vec![10.0, 10.0, 10.3];
//! let bars = BarSeries {
//!     symbol: "600000.SH".into(),
//!     basis: PriceBasis::Raw,
//!     date: [2, 3, 4].into_iter().filter_map(day).collect(),
//!     open: price.clone(),
//!     high: price.clone(),
//!     low: price.clone(),
//!     close: price,
//!     volume: vec![1e6; 3],
//!     amount: None,
//!     pre_close: None,
//!     factor: vec![1.0; 3],
//! };
//! bars.check()?;
//! let rules = RuleBook::new(Market::Ashare, &Overrides::default(), &bars.symbol, bars.basis)?;
//! // In after the first close, out after the second: bought at 10.00, sold at 10.30, less fees.
//! let tape = Tape::new(&bars, &rules, &Known::default());
//! let result = tape.backtest(0, &[1.0, 0.0], &Terms::new(10_000.0))?;
//! assert_eq!(result.holding.cash, 10_255.18);
//! assert_eq!(CurveMetrics::of(&result).and_then(|figures| figures.win_rate), Some(1.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod adjustment;
mod backtest;
mod bars;
mod board;
mod break_even;
mod calendar;
mod corporate_action;
mod date;
mod decisions;
mod known;
mod ledger;
mod metrics;
mod money;
mod order;
mod planned;
mod positions;
mod rules;
mod sizing;
mod tape;
mod terms;
mod wide;

pub use adjustment::{
    AdjustmentError, ExDay, FactorStep, adjusted, factor_disagreements, factor_from_ex_days,
    factor_from_pre_close, factor_on, hfq, qfq, unadjusted,
};
pub use backtest::{Backtest, BacktestError};
pub use bars::{AdjustedPrices, BarError, BarSeries, PriceBasis};
pub use board::{Board, Exchange, Listing, NotAnAShare, SAMPLE_SYMBOL};
pub use break_even::{BreakEven, COSTS_TOLD_BP, EquityAtCost, HIGHEST_COST_BP, NoBreakEven, break_even};
pub use calendar::{ObservedDays, TradingCalendar, Venue, observed_days};
pub use corporate_action::{ActionKind, CorporateAction, entitled};
pub use date::{NotADate, TradeDate};
pub use known::{Known, Standing};
pub use ledger::{Costs, Holding, Reason, RoundTrip, Side, Trade};
pub use metrics::{
    Benchmarks, CurveMetrics, MonthReturn, PeriodReturns, ROLLING_WINDOW, YearReturn, drawdown,
    period_returns, rolling_sharpe, rolling_volatility, unfilled_share,
};
pub use order::{Blocked, BlockedOrder, OrderCounts};
pub use planned::{PlannedOrder, planned_order};
pub use positions::{
    Kelly, Odds, PositionRule, Positions, Size, Threshold, View, VolatilityTarget, hold, trailing_volatility,
};
pub use rules::{
    DatedRule, Fees, Grade, LimitOrigin, Lot, Market, Overrides, PriceLimit, RuleBook, RuleError, RuleFact,
    RuleFileError, RuleNote, RuleTables, Settlement, ashare_price_band, days_without_limit,
};
pub use tape::Tape;
pub use terms::{DelistedAt, Fill, TargetUnit, Terms, Unfilled};
