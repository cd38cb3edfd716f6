//! Tushare Pro: requests, answers, refusals, the learning rate limiter, and the plan of a download.

mod answer;
mod api;
mod body;
mod call;
mod client;
mod download;
mod kind;
mod limiter;
mod market;
mod plan;
mod refusal;
mod rows;
mod token;

pub use answer::{Answer, BadAnswer, Column};
pub use api::Api;
pub use body::Cell;
pub use client::{TUSHARE_URL, TushareOptions};
pub use download::fetch_tushare;
pub use kind::{SymbolKind, UnknownSymbol};
pub use limiter::{Hold, Limiter};
pub use plan::{TusharePlan, What};
pub use refusal::{RateLimit, Refusal, Window, classify};
pub use token::{TOKEN_VARIABLE, TokenError, find_token, token_file};
