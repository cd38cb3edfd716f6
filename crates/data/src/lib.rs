//! Daily bars from the outside world: files, and the built-in sample market.
//!
//! [`read_bars`] takes a CSV file in a known layout to a checked [`BarSeries`](tidegate_market::BarSeries) and says
//! what was odd about it. [`generate`] makes up a market whose predictable part is known, or zero. What a sample
//! market writes with [`write_tushare_csv`] is read back bit for bit.
//!
//! ```
//! use tidegate_data::{Layout, ReadOptions, SampleKind, generate, read_bars_from, write_tushare_csv};
//!
//! let market = generate(SampleKind::Planted);
//! let mut file = Vec::new();
//! write_tushare_csv(&market.bars, &mut file)?;
//! let loaded = read_bars_from(&file, "sample.csv", &ReadOptions::default())?;
//! assert_eq!((loaded.layout, loaded.bars.len()), (Layout::TushareDaily, market.bars.len()));
//! # Ok::<(), tidegate_data::DataError>(())
//! ```

mod adjustment;
pub mod audit;
mod digest;
mod error;
mod ex_day;
mod export;
mod fetch;
mod finding;
pub mod http;
pub mod import;
mod note;
mod oddity;
mod pile;
mod read_bars;
mod record;
mod sample;
mod span;
mod store;
mod symbol;
pub mod tushare;
mod tushare_csv;
pub mod yahoo;

pub use audit::{Gap, gaps};
pub use digest::sha256;
pub use error::DataError;
pub use ex_day::ex_days;
pub use export::{Adjustment, ExportError, ExportFormat, ExportOptions, Exported, export, export_qlib};
pub use fetch::{FetchError, FetchReport, Fetched};
pub use finding::{Finding, FindingKind, Severity};
pub use http::{NotASecret, Secret};
pub use import::{AdjustedBy, BadKind, BadRow, Layout};
pub use note::DataNote;
pub use read_bars::{Loaded, OnBadRow, ReadOptions, read_bars, read_bars_from};
pub use record::{
    CorporateAction, FactorOrigin, Factors, ListingInfo, NamePeriod, Origin, PublishedLimit, RawBars,
    Suspension,
};
pub use sample::{SAMPLE_SEED, SAMPLE_SYMBOL, SampleKind, SampleMarket, generate, generate_with_seed};
pub use span::Span;
pub use store::{
    Arrival, BarColumn, Difference, Merged, Store, StoreError, StoreFault, StoreTotals, StoredSeries,
    SymbolSummary,
};
pub use symbol::{exchange_code, is_symbol};
pub use tushare_csv::{write_calendar_csv, write_suspensions_csv, write_tushare_csv};
